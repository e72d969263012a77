"""A scorecard as the department reads it: every check with its outcome in a word, why, and next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from trial.domain.results.scorecard import CheckResult
from trial.domain.verdict import Outcome
from trial.ui import text
from trial.ui.figures.checks_table import weeks_line

_SIGNS = {
    Outcome.MET: "✓",
    Outcome.NOT_MET: "○",
    Outcome.NOT_APPLICABLE: "–",
    Outcome.NOT_ENOUGH_EVIDENCE: "?",
}
_CHOSEN_ON = {
    True: "Chosen because it told lasting accounts from others on real timelines.",
    False: "Chosen by judgement; not yet tested on real timelines.",
}


def checks_html(checks: Sequence[CheckResult], titles: Mapping[str, str]) -> str:
    """Return the weighted checks as a list, in the order of the scorecard.

    Parameters
    ----------
    titles : mapping of str to str
        Title of each post by its key.
    """
    return f'<ul class="standing-list">{"".join(_check(check, titles) for check in checks)}</ul>'


def gates_html(gates: Sequence[CheckResult]) -> str:
    """Return the gates as a list."""
    items = "".join(
        f'<li class="{_kind(gate)}">{_outcome(gate)}'
        f"<h3>{escape(gate.label)}</h3><p>{escape(gate.reason)}</p>{_next(gate)}</li>"
        for gate in gates
    )
    return f'<ul class="standing-list">{items}</ul>'


def steps_html(steps: Sequence[tuple[str, str]]) -> str:
    """Return the next steps, the most helpful first."""
    items = "".join(
        f"<li>{escape(step)} <small>{escape(name)}</small></li>" for name, step in steps
    )
    return f'<ol class="next-steps">{items}</ol>'


def _check(check: CheckResult, titles: Mapping[str, str]) -> str:
    points = "" if check.score is None else f"{text.points(check.score)} of 100 · "
    return (
        f'<li class="{_kind(check)}">{_outcome(check)}<h3>{escape(check.label)} '
        f"<small>{escape(check.question)}</small></h3>"
        f"<p>{escape(check.reason)}</p>{_next(check)}"
        f"<details><summary>{points}{text.percent(check.weight)} of the score</summary>"
        f"<p>{_CHOSEN_ON[check.validated]}</p>{_evidence(check, titles)}</details></li>"
    )


def _kind(check: CheckResult) -> str:
    return check.outcome.value.replace("_", "-")


def _outcome(check: CheckResult) -> str:
    return (
        f'<p class="outcome"><b aria-hidden="true">{_SIGNS[check.outcome]}</b> '
        f"{check.outcome.label}</p>"
    )


def _next(check: CheckResult) -> str:
    return f'<p class="next">Next: {escape(check.remedy)}</p>' if check.remedy else ""


def _evidence(check: CheckResult, titles: Mapping[str, str]) -> str:
    parts = []
    if check.weeks:
        parts.append(f"<p>Rests on {weeks_line(check.weeks).lower()}.</p>")
    if check.posts:
        posts = "".join(f"<li>{escape(titles.get(key, key))}</li>" for key in check.posts)
        parts.append(f"<p>Posts:</p><ul>{posts}</ul>")
    return "".join(parts)
