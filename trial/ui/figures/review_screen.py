"""The review as it hangs on the wall: one trial's verdict, legible from the far end of a table.

Everything the meeting needs stands in one picture: the verdict in words, how firmly it stands,
the gates, the weeks, what carries it and what would mend it. Sizes follow the width of the
screen; at 1920 pixels nothing is smaller than 22.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from trial.domain.calendar import spoken_day, spoken_span
from trial.domain.counts import points
from trial.domain.results.scorecard import CheckResult, Scorecard
from trial.domain.trial_status import TrialStatus
from trial.domain.verdict import DecisionOption, Outcome, Reproduction, Verdict
from trial.reports.html import Html
from trial.services.decisions import DecisionView
from trial.services.forecasts import ForecastView
from trial.services.standing import StandingView
from trial.ui import forecast_text, html, text, verdict_text
from trial.ui.week_strip import trial_weeks_html

MAX_LINES = 3
"""Lines a column holds without pushing the last one off the screen."""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One line below the weeks: points or a sign, a name, and a sentence."""

    mark: str
    name: str
    text: str


def wall_html(
    view: StandingView,
    card: Scorecard,
    decision: DecisionView | None = None,
    *,
    forecast: ForecastView | None = None,
    strain: str = "",
) -> Html:
    """Return the whole picture.

    Parameters
    ----------
    card : Scorecard
        The scorecard on the table: the present one, or the frozen one of `decision`.
    decision : DecisionView, optional
        What was decided on it.
    forecast : ForecastView, optional
        Of a trial that still runs.
    strain : str
        What the stress tests come to, in one sentence.
    """
    columns = (
        ("Strongest", strongest(card)),
        (mending_title(_settled(card, decision)), mending(card)),
    )
    return html.render(
        "review_screen.wall",
        _head(view, decision),
        _verdict(view, card, decision, forecast),
        _score(view, card),
        card.gates,
        trial_weeks_html(card, view.department, large=True),
        strain,
        columns,
    )


def verdict_html(
    view: StandingView,
    card: Scorecard,
    decision: DecisionView | None = None,
    *,
    forecast: ForecastView | None = None,
) -> Html:
    """Return the card with the verdict by itself; as in :func:`wall_html`."""
    shown = _verdict(view, card, decision, forecast)
    return html.render("review_screen.verdict_card", shown)


# ------------------------------------------------------------------------------------ parts


def _head(view: StandingView, decision: DecisionView | None) -> dict[str, object]:
    is_decided = decision is not None
    span = spoken_span(view.window.start, view.window.end, view.today, year=is_decided)
    about = (
        f"{span} · {view.window.weeks} weeks · {view.band} posts a week · "
        f"policy “{view.policy_name}”, version {view.policy_version}"
    )
    if decision is not None:
        when = f"Decided {spoken_day(decision.decided_on, year=True)}"
    elif view.status is TrialStatus.ENDED:
        when = f"Ended early · {spoken_day(view.today - timedelta(days=1), year=True)}"
    elif view.status.is_over:
        when = f"Review meeting · {spoken_day(view.today)}"
    else:
        when = f"So far · {spoken_day(view.today)}"
    is_long = len(view.department) > _LONG_NAME
    return {"department": view.department, "is_long": is_long, "about": about, "when": when}


def _verdict(
    view: StandingView,
    card: Scorecard,
    decision: DecisionView | None,
    forecast: ForecastView | None,
) -> dict[str, object]:
    if decision is None:
        above = verdict_text.lead_in(card, view.status)
        large = verdict_text.headline(card, view.status)
        kind = card.verdict.value
        below = verdict_text.meaning(view, card, forecast)
    else:
        above = f"Decided by {decision.decided_by}" if decision.decided_by else "Decided"
        large, below = decision.decision.label, decision_line(decision)
        kind = decision.decision.value
    chance = ""
    if forecast is not None and view.status is TrialStatus.RUNNING:
        chance = forecast_text.on_the_wall(forecast)
    return {
        "kind": kind,
        "above": above,
        "large": large,
        "is_long": len(large) > _LONG,
        "chance": chance.replace(" %", "\N{NO-BREAK SPACE}%"),
        "below": below,
        # People may have typed more than fits; what is worked out is never cut short.
        "is_typed": decision is not None,
    }


_LONG = 32
_LONG_NAME = 48


def decision_line(decision: DecisionView) -> str:
    """Return recommendation beside decision, and why they differ where they do."""
    if decision.follows_recommendation:
        return f"As the scorecard recommended. {decision.reason}".strip()
    recommended = f"The scorecard recommended “{decision.recommendation.label}”."
    return f"{recommended} {decision.reason}".strip()


def _score(view: StandingView, card: Scorecard) -> dict[str, object]:
    # Weeks nobody reported count as silent: a table that reads the points has to know of them.
    notes = [card.unreported_sentence.rstrip(".")] if card.unreported else []
    is_unknown = card.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    judged, asked = card.judged_checks
    if judged < asked:
        notes.append(f"{judged} of {asked} checks judged")
    if card.rests_on_late_entries:
        notes.append(late_line(card))
    return {
        "points": verdict_text.score_text(card),
        "ready": points(view.ready_from),
        "feed": points(view.feed_below),
        "mark": "" if card.score is None or is_unknown else f"{float(card.score) * 100:.1f}",
        "notes": notes,
    }


def late_line(card: Scorecard) -> str:
    """Return the score without late entries: ``88 without 2 late entries``."""
    late = text.late_entries(card.backfilled)
    line = f"{points(card.score_without_backfill)} without {late}"
    if card.verdict_without_backfill is not card.verdict:
        line += f": {card.verdict_without_backfill.label.lower()}"
    return line


# --------------------------------------------------------------------- what carries, what mends


def strongest(card: Scorecard) -> tuple[ReviewRow, ...]:
    """Return what carries the trial: at most three checks, the highest first."""
    weak = {check.name for check in _weakest(card)}
    judged = [check for check in card.checks if check.score and check.name not in weak]
    judged.sort(key=lambda check: (-(check.score or 0.0), -check.weight))
    return tuple(
        ReviewRow(points(check.score), check.label, check.reason) for check in judged[:MAX_LINES]
    )


def mending_title(verdict: Verdict) -> str:
    """Return the heading over what would mend a trial, each verdict in its own good sense."""
    return {
        Verdict.READY: "Weakest checks",
        Verdict.EXTEND: "Still open",
        Verdict.KEEP_FEEDING: "What an own account would need",
        Verdict.NOT_ENOUGH_EVIDENCE: "What is missing",
    }[verdict]


def _settled(card: Scorecard, decision: DecisionView | None) -> Verdict:
    # What was decided, not what was recommended, says how the open points are to be read.
    if decision is None:
        return card.verdict
    if decision.decision is DecisionOption.NO_ACCOUNT:
        return Verdict.KEEP_FEEDING
    return Verdict(decision.decision.value)


def mending(card: Scorecard) -> tuple[ReviewRow, ...]:
    """Return what would mend the trial: open gates first, then the weakest checks; at most three.

    Where there is too little evidence, it is what is not on record.
    """
    if card.verdict is Verdict.NOT_ENOUGH_EVIDENCE:
        unknown = [check for check in card.checks if check.outcome is Outcome.NOT_ENOUGH_EVIDENCE]
        unknown.sort(key=lambda check: -check.weight)
        missing = [_mend("?", check) for check in unknown]
        if card.unreported and not card.share_reported:
            missing.insert(0, ReviewRow("?", "Reports", "No week has been reported."))
        elif card.unreported:
            missing.insert(0, ReviewRow("?", "Reports", card.unreported_sentence))
        return tuple(missing[:MAX_LINES])
    marked = [("○", gate) for gate in verdict_text.open_gates(card)]
    marked += [(points(check.score), check) for check in _weakest(card)]
    lines: list[ReviewRow] = []
    for mark, check in marked[:MAX_LINES]:
        # One step often mends several checks; it is said once.
        said = any(line.text.endswith(check.remedy) for line in lines)
        lines.append(ReviewRow(mark, check.label, check.reason) if said else _mend(mark, check))
    return tuple(lines) or (ReviewRow("✓", "Nothing to mend", "Every check is full."),)


def _weakest(card: Scorecard) -> tuple[CheckResult, ...]:
    short = [check for check in card.checks if check.score is not None and check.score < 1]
    short.sort(key=lambda check: (check.score or 0.0, -check.weight))
    return tuple(short[:MAX_LINES])


def _mend(mark: str, check: CheckResult) -> ReviewRow:
    return ReviewRow(
        mark, check.label, " ".join(part for part in (check.reason, check.remedy) if part)
    )


# ------------------------------------------------------------------------------------- choice


def choices(status: TrialStatus) -> tuple[DecisionOption, ...]:
    """Return what can be decided now: until a trial is over, only the department's own no."""
    return tuple(DecisionOption) if status.is_over else (DecisionOption.NO_ACCOUNT,)


def note(decision: DecisionView | None, reproduction: Reproduction | None) -> str:
    """Return what stands at the foot: since when the numbers are frozen, and whether they hold."""
    if decision is None or reproduction is None:
        return "The scorecard recommends. The people decide."
    held = {
        Reproduction.SAME: "reproducible",
        Reproduction.DIFFERENT: "not reproduced – please tell Communications",
        Reproduction.OTHER_EDITION: f"by edition {decision.edition} of the rules",
    }[reproduction]
    return f"Frozen {spoken_day(decision.decided_on, year=True)}, {held}"
