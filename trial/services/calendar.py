"""The content calendar: what stands where, which weeks lack slots, how far the buffer reaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from trial.domain import fields
from trial.domain.cadence import Band, WeekState
from trial.domain.calendar import TrialWindow, spoken_day
from trial.domain.trial_status import TrialStatus
from trial.services.access import READ, WRITE, Actor, OpenTrial, open_trial
from trial.services.backend import Backend
from trial.services.post_changes import views_of
from trial.services.post_views import PostView
from trial.services.views import view_from
from trial.services.week_states import (
    WeekStates,
    buffer_of,
    contributors_of,
    slot_days,
    week_shown,
)
from trial.store import posts, running_trials

SPAN_LIMIT_DAYS = 400
WEEKS_AHEAD = 4
_WORKING_DAYS = 5


@dataclass(frozen=True, slots=True)
class CalendarWeek:
    """One trial week of the calendar.

    Parameters
    ----------
    index : int
        From 0.
    first, last : date
    state : WeekState
    slots : int
        Slots that stand in the week: neither dropped nor refused.
    live_count : int
        Posts whose live day lies in the week.
    short_by : int
        Slots missing to the low end of the band, in a week that is ahead and not excused;
        0 in every other.
    plan_by : date
        The last day on which a slot entered for this week still counts as planned ahead.
    is_excused : bool
    """

    index: int
    first: date
    last: date
    state: WeekState
    slots: int
    live_count: int
    short_by: int
    plan_by: date
    is_excused: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Days in a row without anything planned: from one planned day to the next."""

    from_day: date
    to_day: date
    days: int


@dataclass(frozen=True, slots=True)
class CalendarView:
    """Everything the page *Calendar* shows.

    Parameters
    ----------
    trial_id : int
    department : str
    status : TrialStatus
    today : date
    window : TrialWindow
    band : Band
    week : int or None
        The present week (the first one before the trial); None after it.
    first, last : date
        The span asked for.
    posts : tuple of PostView
        What stands on a day of the span, by day: a slot on its day, a post that was not planned
        on its live day (or the day it was handed over, where it is not live).
    weeks : tuple of CalendarWeek
        All weeks of the trial.
    buffer : int
        Delivered posts whose live day lies after today.
    longest_gap : Gap or None
        The longest way from today, or from one planned day ahead, to the next; None where
        nothing is planned ahead.
    short_weeks : tuple of int
        Those of the next four weeks that lack slots.
    plan_from, plan_until : date or None
        The days a slot can be planned on or moved to; None when there are none any more.
    next_free_day : date or None
        Where the next slot would do most good: the first working day without a slot in the first
        short week, else the first one at all; None where nothing can be planned.
    contributors : tuple of str
        Who made posts of this trial so far, the one of the latest hand-over first.
    can_write : bool
    """

    trial_id: int
    department: str
    status: TrialStatus
    today: date
    window: TrialWindow
    band: Band
    week: int | None
    first: date
    last: date
    posts: tuple[PostView, ...]
    weeks: tuple[CalendarWeek, ...]
    buffer: int
    longest_gap: Gap | None
    short_weeks: tuple[int, ...]
    plan_from: date | None
    plan_until: date | None
    next_free_day: date | None
    contributors: tuple[str, ...]
    can_write: bool


def calendar(
    actor: Actor,
    backend: Backend,
    *,
    trial_id: int,
    first: date | None = None,
    last: date | None = None,
) -> CalendarView:
    """Return the content calendar from `first` to `last`, by default the whole trial.

    Raises
    ------
    InvalidInput
        When `last` comes before `first`, or the span is longer than 400 days.
    NotSignedIn, NotAllowed, NotFound
    """
    with backend.reading() as work:
        trial = open_trial(work, actor, backend, trial_id, *READ)
        records = posts.of_trial(work, trial_id)
        check_ins = running_trials.check_ins(work, trial_id)
        excused = running_trials.excused_weeks(work, trial_id)
    since = trial.window.start if first is None else fields.day("First day", first)
    until = trial.window.end if last is None else fields.day("Last day", last)
    if not 0 <= (until - since).days <= SPAN_LIMIT_DAYS:
        first_day = spoken_day(since, year=True)
        accepted = f"a day from {first_day}, at most {SPAN_LIMIT_DAYS} days on"
        raise fields.refused_day("Last day", until, accepted)
    shown = views_of(trial, records)
    states = WeekStates(trial, records, (row.week for row in check_ins), excused)
    planned = slot_days(shown)
    weeks = tuple(
        _week(trial, states, excused, planned, number) for number in range(trial.window.weeks)
    )
    week = week_shown(trial)
    can_write = trial.takes_entries and trial.may(*WRITE)
    plan_from = max(trial.today, trial.window.start)
    plannable = can_write and plan_from <= trial.window.end
    short_weeks = _short_weeks(trial, week, weeks)
    return view_from(
        CalendarView,
        trial,
        band=trial.policy.band,
        week=week,
        first=since,
        last=until,
        posts=_between(shown, since, until),
        weeks=weeks,
        buffer=buffer_of(records, trial.today),
        longest_gap=_longest_gap(trial, planned),
        short_weeks=short_weeks,
        plan_from=plan_from if plannable else None,
        plan_until=trial.window.end if plannable else None,
        next_free_day=(
            _next_free_day(trial, planned, plan_from, short_weeks) if plannable else None
        ),
        contributors=contributors_of(records),
        can_write=can_write,
    )


def day_in_calendar(post: PostView) -> date | None:
    """Return the day a post stands on: its slot's, else its live day, else its hand-over."""
    return post.planned_for or post.live_day or post.delivered_on


def _between(shown: Sequence[PostView], first: date, last: date) -> tuple[PostView, ...]:
    placed = [(day, post.id, post) for post in shown if (day := day_in_calendar(post))]
    return tuple(
        post for day, _, post in sorted(placed, key=lambda entry: entry[:2]) if first <= day <= last
    )


def _week(
    trial: OpenTrial,
    states: WeekStates,
    excused: frozenset[int],
    planned: Sequence[date],
    number: int,
) -> CalendarWeek:
    first, last = trial.window.week_start(number), trial.window.week_end(number)
    slots = sum(first <= day <= last for day in planned)
    state = states.state(number)
    return CalendarWeek(
        index=number,
        first=first,
        last=last,
        state=state,
        slots=slots,
        live_count=states.live_count(number),
        short_by=max(0, trial.policy.band.low - slots) if state is WeekState.AHEAD else 0,
        plan_by=first - timedelta(days=trial.policy.fill_ahead_days),
        is_excused=number in excused,
    )


def _longest_gap(trial: OpenTrial, planned: Sequence[date]) -> Gap | None:
    since = max(trial.today, trial.window.start)
    ahead = {day for day in planned if day >= since}
    gaps = [
        Gap(from_day, to_day, (to_day - from_day).days)
        for from_day, to_day in pairwise(sorted({since, *ahead}))
    ]
    return max(gaps, key=lambda gap: gap.days, default=None)


def _next_free_day(
    trial: OpenTrial, planned: Sequence[date], plan_from: date, short_weeks: tuple[int, ...]
) -> date:
    taken = set(planned)
    since = plan_from
    if short_weeks:
        since = max(since, trial.window.week_start(short_weeks[0]))
    left = (trial.window.end - since).days
    days = [since + timedelta(days=ahead) for ahead in range(left + 1)]
    free = (day for day in days if day not in taken and day.weekday() < _WORKING_DAYS)
    return next(free, since)


def _short_weeks(
    trial: OpenTrial, week: int | None, weeks: tuple[CalendarWeek, ...]
) -> tuple[int, ...]:
    if week is None:
        return ()
    following = week if trial.status is TrialStatus.AHEAD else week + 1
    return tuple(
        entry.index
        for entry in weeks[following : min(following + WEEKS_AHEAD, trial.window.weeks)]
        if entry.short_by
    )
