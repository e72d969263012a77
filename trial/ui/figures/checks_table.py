"""A scorecard, check by check: what was asked, what came out, why, and what is next.

The table behind every verdict. Opening a check shows the weeks and posts it rests on.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from trial.domain.calendar import spoken_day
from trial.domain.counts import count_of
from trial.domain.results.scorecard import CheckResult, Scorecard
from trial.domain.verdict import Outcome
from trial.services.decisions import DecisionView
from trial.ui import text

_SIGNS = {
    Outcome.MET: "✓",
    Outcome.NOT_MET: "○",
    Outcome.NOT_APPLICABLE: "–",
    Outcome.NOT_ENOUGH_EVIDENCE: "?",
}


def checks_html(card: Scorecard, titles: Mapping[str, str]) -> str:
    """Return all checks and gates of a scorecard as two tables.

    Parameters
    ----------
    titles : mapping of str to str
        Title of each post by its key.
    """
    checks = "".join(_check_row(check, titles) for check in card.checks)
    gates = "".join(_gate_row(gate) for gate in card.gates)
    return (
        '<div class="checks"><table><caption>Checks</caption><thead><tr>'
        '<th scope="col">Check</th><th scope="col" class="points">Points</th>'
        '<th scope="col" class="points">Weight</th><th scope="col">Why, and what is next</th>'
        f"</tr></thead><tbody>{checks}</tbody></table>"
        "<table><caption>Gates: all must pass for an own account</caption><thead><tr>"
        '<th scope="col">Gate</th><th scope="col">How it stands</th></tr></thead>'
        f"<tbody>{gates}</tbody></table></div>"
    )


def _check_row(check: CheckResult, titles: Mapping[str, str]) -> str:
    return (
        f'<tr><th scope="row">{_sign(check)}{escape(check.label)}'
        f"<small>{escape(check.question)}</small></th>"
        f'<td class="points"><strong>{text.points(check.score)}</strong></td>'
        f'<td class="points">{text.percent(check.weight)}</td>'
        f"<td>{escape(check.reason)}{_remedy(check)}{_evidence(check, titles)}</td></tr>"
    )


def _gate_row(gate: CheckResult) -> str:
    return (
        f'<tr><th scope="row">{_sign(gate)}{escape(gate.label)}</th>'
        f"<td>{escape(gate.reason)}{_remedy(gate)}</td></tr>"
    )


def _sign(check: CheckResult) -> str:
    kind = check.outcome.value.replace("_", "-")
    return (
        f'<b class="{kind}" aria-hidden="true">{_SIGNS[check.outcome]}</b>'
        f'<span class="unseen">{check.outcome.label}: </span>'
    )


def _remedy(check: CheckResult) -> str:
    return f" <em>{escape(check.remedy)}</em>" if check.remedy else ""


def _evidence(check: CheckResult, titles: Mapping[str, str]) -> str:
    if not check.weeks and not check.posts:
        return ""
    parts = []
    if check.weeks:
        parts.append(f"<p>{weeks_line(check.weeks)}</p>")
    if check.posts:
        posts = "".join(f"<li>{escape(titles.get(key, key))}</li>" for key in check.posts)
        parts.append(f"<ul>{posts}</ul>")
    rests_on = " and ".join(
        count_of(len(found), noun)
        for found, noun in ((check.weeks, "week"), (check.posts, "post"))
        if found
    )
    return f"<details><summary>Rests on {rests_on}</summary>{''.join(parts)}</details>"


def weeks_line(weeks: tuple[int, ...]) -> str:
    """Return week indices as people count them, runs joined: ``Weeks 1–4, 7``."""
    runs: list[list[int]] = []
    for week in sorted(weeks):
        if runs and week == runs[-1][-1] + 1:
            runs[-1].append(week)
        else:
            runs.append([week])
    named = [f"{run[0] + 1}" if len(run) == 1 else f"{run[0] + 1}–{run[-1] + 1}" for run in runs]
    return f"{'Week' if len(weeks) == 1 else 'Weeks'} {', '.join(named)}"


def decision_html(decision: DecisionView, *, reproducible: bool) -> str:
    """Return a decision with everything recorded about it; what is empty is left out."""
    again = decision.review_again_on
    pairs = (
        ("Decided", decision.decision.label),
        ("The scorecard recommended", decision.recommendation.label),
        ("By", decision.decided_by),
        ("On", spoken_day(decision.decided_on, year=True)),
        ("Why", decision.reason),
        ("Conditions", decision.conditions),
        ("Who saw it differently", decision.dissent),
        ("Review again", "" if again is None else f"on {spoken_day(again, year=True)}"),
        (
            "Kept as it was",
            "Scored again just now, the same numbers came out to the last digit."
            if reproducible
            else "Scored again just now, other numbers came out. Please tell Communications.",
        ),
        ("Fingerprint of the log", decision.data_hash[:16]),
        ("Fingerprint of the policy", decision.policy_hash[:16]),
    )
    rows = "".join(
        f"<dt>{name}</dt><dd>{escape(value).replace(chr(10), '<br>')}</dd>"
        for name, value in pairs
        if value
    )
    return f'<dl class="facts">{rows}</dl>'
