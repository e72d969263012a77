"""What the page *Standing* says: where a trial is heading, honestly while it is still running."""

from __future__ import annotations

from trial.domain.calendar import spoken_day, spoken_span
from trial.domain.counts import count_of
from trial.domain.exemptions import ExemptionStatus
from trial.domain.results.scorecard import CheckResult
from trial.domain.trial_status import TrialStatus
from trial.domain.verdict import Outcome, Verdict
from trial.services.exemptions import ExemptionView
from trial.services.forecasts import ForecastView
from trial.services.standing import StandingView
from trial.ui import text
from trial.ui.figures import lists


def headline(view: StandingView) -> str:
    """Return the verdict, so far where the trial still runs."""
    verdict = view.scorecard.verdict
    if view.status is TrialStatus.AHEAD:
        return "The trial has not started yet."
    if verdict is Verdict.NOT_ENOUGH_EVIDENCE:
        return "Too early to say." if not view.status.is_over else f"{verdict.label}."
    if view.status.is_over:
        return f"{verdict.label}."
    if _only_gates_are_open(view):
        return f"Ready but for {count_of(len(_open_gates(view)), 'gate')}, so far."
    return f"{verdict.label}, so far."


def _open_gates(view: StandingView) -> list[CheckResult]:
    return [gate for gate in view.scorecard.gates if gate.outcome is not Outcome.MET]


def _only_gates_are_open(view: StandingView) -> bool:
    card = view.scorecard
    return card.verdict is Verdict.EXTEND and (card.score or 0.0) >= view.ready_from


def subline(view: StandingView) -> str:
    """Return how far the trial is and how much of the score is judged."""
    over = view.window.weeks_over(view.today)
    weeks = f"{over} of {view.window.weeks} weeks are over"
    if view.status.is_over:
        weeks = f"{count_of(view.window.weeks, 'week')}, until {spoken_day(view.window.end)}"
    elif view.status is TrialStatus.AHEAD:
        weeks = spoken_span(view.window.start, view.window.end)
    return f"{weeks} · {view.band} posts a week"


def meaning(view: StandingView, coming: ForecastView | None = None) -> str:
    """Return what the verdict means for the department, and how firm it is.

    Parameters
    ----------
    coming : ForecastView, optional
        Of a trial that still runs. Where ready is out of reach, it says what else may come of it.
    """
    card = view.scorecard
    if view.status is TrialStatus.AHEAD:
        return "The scorecard begins with the first week."
    sentences = [text.verdict_sentence(card.verdict)]
    if _only_gates_are_open(view) and not view.status.is_over:
        sentences = ["The score is where an own account needs it; the steps below open the rest."]
    if not view.status.is_over and card.verdict is not Verdict.NOT_ENOUGH_EVIDENCE:
        sentences.append(f"{_still_open(view, coming)}; the people decide at the end.")
    elif card.margin_sentence:
        sentences.append(f"{card.margin_sentence} The people decide.")
    return " ".join(sentences)


def _still_open(view: StandingView, coming: ForecastView | None) -> str:
    if coming is None or coming.out_of_reach_since is None:
        weeks = view.window.weeks - view.window.weeks_over(view.today)
        return f"{count_of(weeks, 'week')} can still change it"
    now = view.scorecard.verdict
    other = [
        f"“{verdict.label}”"
        for verdict in (Verdict.EXTEND, Verdict.KEEP_FEEDING)
        if verdict is not now and coming.verdicts[verdict] > 0
    ]
    if not (other and coming.weeks_left):
        return "The weeks left will hardly change it"
    left = count_of(coming.weeks_left, "more week")
    are = "is" if len(other) == 1 else "are"
    return f"Ready is out of reach in this trial, {' and '.join(other)} {are} open for {left}"


def late_entries(view: StandingView) -> str:
    """Return what late entries change, or nothing where there are none."""
    card = view.scorecard
    if not card.rests_on_late_entries:
        return ""
    late = text.late_entries(card.backfilled)
    without = text.points(card.score_without_backfill)
    verdict = card.verdict_without_backfill
    same = "the same" if verdict is card.verdict else f"“{verdict.label}”"
    return f"Without {late} the score would be {without} and the verdict {same}."


def next_steps(view: StandingView) -> tuple[tuple[str, str], ...]:
    """Return what would help most: a check or gate by its name, and its next step.

    The checks that would lift the score most come first, then the gates that are open.
    """
    card = view.scorecard
    checks = sorted(
        (check for check in card.checks if check.outcome is Outcome.NOT_MET and check.remedy),
        key=lambda check: check.weight * (1 - (check.score or 0.0)),
        reverse=True,
    )
    gates = [gate for gate in card.gates if gate.outcome is not Outcome.MET and gate.remedy]
    return tuple((check.label, check.remedy) for check in (*checks[:3], *gates))


def exemption_line(exemption: ExemptionView) -> str:
    """Return one exemption with how it stands."""
    match exemption.status:
        case ExemptionStatus.GRANTED:
            stands = "granted" + (f" by {exemption.decided_by}" if exemption.decided_by else "")
        case ExemptionStatus.REFUSED:
            stands = "not granted"
        case ExemptionStatus.WITHDRAWN:
            stands = "taken back" + (f" by {exemption.decided_by}" if exemption.decided_by else "")
        case _:
            stands = f"asked {spoken_day(exemption.asked_on)}, waiting for Communications"
    return f"{lists.weeks_text(exemption)} · {lists.exemption_days(exemption)} · {stands}"
