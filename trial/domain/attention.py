"""Who needs help first, and what the next step is.

A board is read by somebody with an hour and two hundred departments. This is the order in which
to call, and the sentence to call with. It judges nobody: the scorecard does that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import takewhile

from trial.domain.cadence import Band, WeekState
from trial.domain.calendar import WEEKDAYS, TrialWindow, spoken_day
from trial.domain.counts import count_of, weeks_named

_RECENT = 3
ONE_PERSON_BELOW = 1 / 3
"""Share of the cadence left without the busiest contributor under which one person carries it."""

_ONE_PERSON_FROM_WEEKS = 4
_REVIEW_SOON = timedelta(days=14)


class Need(StrEnum):
    """What a trial's recent weeks look like, in a word or two."""

    NOT_REPORTED = "not reported"
    FADING = "fading"
    BURSTY = "bursty"
    UNDER_TARGET = "under the target"
    ONE_PERSON = "one person"
    NEW = "new"
    AWAITING_REVIEW = "awaiting review"
    NOT_BEGUN = "not begun"
    ON_TRACK = "on track"


@dataclass(frozen=True, slots=True)
class Recent:
    """What is known of one running trial.

    Parameters
    ----------
    window : TrialWindow
    today : date
    states, counts, planned : sequence
        One entry a trial week: state, live posts, slots that stand in the calendar.
    shared_load : float or None
        Score of the shared-load check, None where not judged.
    requests, drafts : int
        Requests to excuse weeks, and posts, that wait for Communications.
    open_gate : str
        The first gate that holds a ready verdict back, as it is called once it is met.
    """

    window: TrialWindow
    today: date
    states: Sequence[WeekState]
    counts: Sequence[int]
    planned: Sequence[int]
    shared_load: float | None
    requests: int = 0
    drafts: int = 0
    open_gate: str = ""


@dataclass(frozen=True, slots=True)
class Attention:
    """How much help a trial needs, and the next step.

    Parameters
    ----------
    need : Need
    step : str
        A short sentence without a full stop; empty where nothing is to be done.
    call : bool
        Whether somebody should call this week.
    order : tuple of float
        Sorts the board: smaller needs help sooner.
    """

    need: Need
    step: str
    call: bool
    order: tuple[float, ...]


def attention(recent: Recent, band: Band) -> Attention:
    """Return what a running trial needs, from its weeks alone."""
    judged = [week for week, state in enumerate(recent.states) if state.is_judged]
    credit = [min(recent.counts[week], band.low) / band.low for week in judged]
    latest = credit[-_RECENT:]
    latest_mean = sum(latest) / len(latest) if latest else 1.0
    mean = sum(credit) / len(credit) if credit else 1.0
    need, step, call = _need(recent, band, judged, credit)
    urgency = 0.0 if call else 1.0 if need in _WATCH else 2.0
    return Attention(need, step, call, (urgency, latest_mean, mean, -float(len(judged))))


_WATCH = frozenset({Need.NOT_REPORTED, Need.BURSTY, Need.ONE_PERSON, Need.NEW})


def _need(
    recent: Recent, band: Band, judged: Sequence[int], credit: Sequence[float]
) -> tuple[Need, str, bool]:
    window, today = recent.window, recent.today
    if today < window.start:
        return Need.NOT_BEGUN, f"Starts {spoken_day(window.start, today)}", False
    if today > window.end:
        return (
            Need.AWAITING_REVIEW,
            f"Waiting for its review since {spoken_day(window.day_after, today)}",
            False,
        )
    waits = _waiting_step(recent)
    silent = _unreported_run(recent.states, judged)
    if len(silent) >= 2:
        return Need.NOT_REPORTED, f"Call this week: ask for {weeks_named(silent)}", True
    latest = judged[-_RECENT:]
    short = [week for week in latest if recent.counts[week] < band.low]
    if len(short) >= 2:
        step = f"Call this week: {len(short)} of the last {len(latest)} weeks under {band.low}"
        return _kind_of_short(recent, judged, credit), step, True
    if _is_bursty(recent, judged):
        return Need.BURSTY, waits or "Posts come in bursts: spread them over the weeks", False
    if silent:
        return Need.NOT_REPORTED, f"Ask for {weeks_named(silent)}", False
    if len(judged) < 2:
        return Need.NEW, waits or _planning_step(recent, band), False
    # A gate that holds readiness back comes before what only lifts the score.
    first = waits or (f"Open gate: {recent.open_gate}" if recent.open_gate else "")
    if (
        recent.shared_load is not None
        and recent.shared_load < ONE_PERSON_BELOW
        and len(judged) >= _ONE_PERSON_FROM_WEEKS
    ):
        step = first or "Most posts by one person: find a second contributor"
        return Need.ONE_PERSON, step, False
    return Need.ON_TRACK, first or _planning_step(recent, band), False


def _waiting_step(recent: Recent) -> str:
    """Say what waits for Communications, the question of the department first."""
    if recent.requests:
        return "Answer the request to excuse weeks"
    if recent.drafts:
        return f"Review {count_of(recent.drafts, 'draft')}"
    return ""


def _unreported_run(states: Sequence[WeekState], judged: Sequence[int]) -> list[int]:
    """Return the latest weeks as far as nobody reported them, counted from 1."""
    run = takewhile(lambda week: states[week] is WeekState.UNREPORTED, reversed(judged))
    return [week + 1 for week in run][::-1]


def _is_bursty(recent: Recent, judged: Sequence[int]) -> bool:
    states = [recent.states[week] for week in judged]
    low = (WeekState.SILENT, WeekState.UNDER, WeekState.UNREPORTED)
    return states.count(WeekState.OVER) >= 2 and sum(state in low for state in states) >= 2


def _kind_of_short(recent: Recent, judged: Sequence[int], credit: Sequence[float]) -> Need:
    if _is_bursty(recent, judged):
        return Need.BURSTY
    earlier = credit[:-_RECENT]
    if earlier and sum(earlier) / len(earlier) > sum(credit[-_RECENT:]) / _RECENT + 0.2:
        return Need.FADING
    return Need.UNDER_TARGET


def is_review_near(last_day: date, today: date) -> bool:
    """Return whether a trial that runs until `last_day` is about to be reviewed."""
    return today <= last_day < today + _REVIEW_SOON


def _planning_step(recent: Recent, band: Band) -> str:
    """Say what keeps the open week in band, else what the next one lacks."""
    window = recent.window
    week = window.week_of(recent.today)
    if week is None:
        return ""
    if recent.states[week] is WeekState.OPEN:
        missing = band.low - recent.counts[week]
        if missing > 0:
            last = WEEKDAYS[window.week_end(week).weekday()]
            return f"{missing} more by {last} to reach the target"
    after = week + 1
    if after >= window.weeks:
        return f"Review from {spoken_day(window.day_after, recent.today)}"
    if recent.states[after] is WeekState.AHEAD and recent.planned[after] < band.low:
        return f"Plan {count_of(band.low - recent.planned[after], 'more post')} for next week"
    if is_review_near(window.end, recent.today):
        return f"Review from {spoken_day(window.day_after, recent.today)}"
    return ""
