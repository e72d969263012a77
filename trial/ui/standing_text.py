"""What the page *Standing* says: where a trial is heading, honestly while it is still running."""

from __future__ import annotations

from datetime import timedelta

from trial.domain.calendar import spoken_day, spoken_span
from trial.domain.counts import count_of, points
from trial.domain.exemptions import ExemptionStatus
from trial.domain.trial_status import TrialStatus
from trial.domain.verdict import Verdict
from trial.services.exemptions import ExemptionView
from trial.services.forecasts import ForecastView
from trial.services.standing import StandingView
from trial.ui import text, verdict_text
from trial.ui.figures import lists


def headline(view: StandingView) -> str:
    """Return the verdict, so far where the trial still runs."""
    said = verdict_text.headline(view.scorecard, view.status)
    has_verdict = view.scorecard.verdict is not Verdict.NOT_ENOUGH_EVIDENCE
    return f"{said}, so far." if view.status is TrialStatus.RUNNING and has_verdict else f"{said}."


def subline(view: StandingView) -> str:
    """Return how far the trial is and which band it keeps."""
    over = view.window.weeks_over(view.today)
    weeks = f"{over} of {view.window.weeks} weeks are over"
    if view.status is TrialStatus.ENDED:
        last = spoken_day(view.today - timedelta(days=1), year=True)
        weeks = f"ended early, the last day was {last}"
    elif view.status.is_over:
        end = spoken_day(view.window.end, year=True)
        weeks = f"{count_of(view.window.weeks, 'week')}, until {end}"
    elif view.status is TrialStatus.AHEAD:
        weeks = spoken_span(view.window.start, view.window.end, view.today)
    return f"{weeks} · {view.band} posts a week"


def meaning(view: StandingView, coming: ForecastView | None = None) -> str:
    """Return what the verdict means, and whose word it is not."""
    means = verdict_text.meaning(view, view.scorecard, coming)
    has_verdict = view.scorecard.verdict is not Verdict.NOT_ENOUGH_EVIDENCE
    return f"{means} The people decide." if has_verdict else means


def late_entries(view: StandingView) -> str:
    """Return what late entries change, or nothing where there are none."""
    card = view.scorecard
    if not card.rests_on_late_entries:
        return ""
    late = text.late_entries(card.backfilled)
    without = points(card.score_without_backfill)
    verdict = card.verdict_without_backfill
    same = "the same" if verdict is card.verdict else f"“{verdict.label}”"
    return f"Without {late} the score would be {without} and the verdict {same}."


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
