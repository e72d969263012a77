"""The present week as a lead sees it: what is open, what is done, what would keep the band."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from trial.domain.cadence import Band, WeekState
from trial.domain.calendar import DAYS_IN_WEEK, TrialWindow
from trial.domain.posts import PostState
from trial.domain.trial_status import TrialStatus
from trial.services.access import READ, WRITE, Actor, OpenTrial, open_trial
from trial.services.backend import Backend
from trial.services.check_in import CHECK_IN, CheckInView
from trial.services.post_changes import views_of
from trial.services.post_views import PostView
from trial.services.views import view_from
from trial.services.week_states import (
    WeekStates,
    WeekSummary,
    buffer_of,
    contributors_of,
    slot_days,
    week_shown,
)
from trial.store import posts, running_trials
from trial.store.posts import PostRecord
from trial.store.tables import CheckIn

_LOOK_BACK = timedelta(days=14)
_LATE_CHECK_IN_DAYS = 3


@dataclass(frozen=True, slots=True)
class DayView:
    """One day of the week with its posts: slots first, in the order they were entered."""

    day: date
    is_today: bool
    has_passed: bool
    posts: tuple[PostView, ...]


@dataclass(frozen=True, slots=True)
class CheckInForm:
    """The check-in that should be sent now.

    Parameters
    ----------
    week : int
        From 0.
    first, last : date
    is_last_week : bool
        Whether it is still about the week before this one.
    sent : CheckInView or None
        What was sent already; sending again corrects it.
    hours : float
        To start from: what was sent, else the hours of the check-in before.
    needing_answer, answered_in_a_day : int
        To start from: what was sent, else 0.
    can_be_nothing : bool
        Whether "nothing this week" can be said: no post of the week is live.
    """

    week: int
    first: date
    last: date
    is_last_week: bool
    sent: CheckInView | None
    hours: float
    needing_answer: int
    answered_in_a_day: int
    can_be_nothing: bool


@dataclass(frozen=True, slots=True)
class WeekView:
    """Everything the page *This week* shows.

    Parameters
    ----------
    trial_id : int
    department : str
    status : TrialStatus
        Before the trial the first week to come is shown, after it none; a closed trial (ended
        early or decided) shows none and takes no entries.
    today : date
    window : TrialWindow
    week : int or None
        The week shown, from 0; None after the trial.
    first, last : date or None
        Its days.
    band : Band
    state : WeekState or None
    live_count, planned_open, needed, days_left : int
        Live posts of the week, slots of the week still with the department that do not count yet,
        live posts missing to the low end of the band, and days left including today.
    over_high : int
        Live posts of the week above the high end of the band.
    buffer : int
        Delivered posts whose live day lies after today, in any week.
    next_week_slots : int or None
        Slots that stand in the calendar of the week after; None if there is no such week.
    days : tuple of DayView
        Seven, or none after the trial.
    open_before : tuple of PostView
        Slots of the 14 days before this week that the department still holds, oldest first.
    sent_back : tuple of PostView
        Other posts that came back for changes and are not shown in `days`.
    last_week : WeekSummary or None
    check_in : CheckInView or None
        Of the week shown.
    last_check_in : CheckInView or None
        Of the week before.
    form : CheckInForm or None
        The check-in to send now; None before the first week.
    contributors : tuple of str
        Who made posts of this trial so far, the one of the latest hand-over first.
    can_write, can_check_in : bool
    """

    trial_id: int
    department: str
    status: TrialStatus
    today: date
    window: TrialWindow
    week: int | None
    first: date | None
    last: date | None
    band: Band
    state: WeekState | None
    live_count: int
    planned_open: int
    needed: int
    days_left: int
    over_high: int
    buffer: int
    next_week_slots: int | None
    days: tuple[DayView, ...]
    open_before: tuple[PostView, ...]
    sent_back: tuple[PostView, ...]
    last_week: WeekSummary | None
    check_in: CheckInView | None
    last_check_in: CheckInView | None
    form: CheckInForm | None
    contributors: tuple[str, ...]
    can_write: bool
    can_check_in: bool


def this_week(actor: Actor, backend: Backend, *, trial_id: int) -> WeekView:
    """Return the week today lies in, with what is still open from before.

    Raises
    ------
    NotSignedIn, NotAllowed, NotFound
    """
    with backend.reading() as work:
        trial = open_trial(work, actor, backend, trial_id, *READ)

        def made() -> WeekView:
            week = week_shown(trial)
            records = posts.touching(work, trial_id, *_days_of_interest(trial, week))
            check_ins = {row.week: row for row in running_trials.check_ins(work, trial_id)}
            excused = running_trials.excused_weeks(work, trial_id)
            return _view(trial, records, check_ins, excused)

        # Most taps on the page change nothing: they open a form, and close it.
        subject, revision = (trial_id, trial.rights), trial.row.revision
        return backend.cache.value("week", subject, made, revision=revision, basis=trial.today)


def _view(
    trial: OpenTrial,
    records: Sequence[PostRecord],
    check_ins: dict[int, CheckIn],
    excused: frozenset[int],
) -> WeekView:
    week = week_shown(trial)
    before = _week_before(trial, week)
    states = WeekStates(trial, records, check_ins, excused)
    shown = views_of(trial, records)
    days = _days(trial, week, shown)
    on_show = {post.id for day in days for post in day.posts}
    open_before = _open_before(trial, week, shown)
    on_show |= {post.id for post in open_before}
    live_count = 0 if week is None else states.live_count(week)
    can_write = trial.takes_entries and trial.may(*WRITE)
    can_check_in = trial.takes_entries and trial.may(*CHECK_IN)
    this = check_ins.get(week) if week is not None else None
    last = check_ins.get(before) if before is not None else None
    return view_from(
        WeekView,
        trial,
        week=week,
        first=None if week is None else trial.window.week_start(week),
        last=None if week is None else trial.window.week_end(week),
        band=trial.policy.band,
        state=None if week is None else states.state(week),
        live_count=live_count,
        planned_open=_planned_open(trial, week, records, states),
        needed=0 if week is None else max(0, trial.policy.band.low - live_count),
        days_left=_days_left(trial, week),
        over_high=max(0, live_count - trial.policy.band.high),
        buffer=buffer_of(records, trial.today),
        next_week_slots=_next_week_slots(trial, week, shown),
        days=days,
        open_before=open_before,
        sent_back=tuple(
            post for post in shown if post.state is PostState.RETURNED and post.id not in on_show
        ),
        last_week=None if before is None else states.summary(before),
        check_in=states.check_in(this),
        last_check_in=states.check_in(last),
        form=_form(trial, week, before, states, check_ins, excused),
        contributors=contributors_of(records),
        can_write=can_write,
        can_check_in=can_check_in,
    )


def _days_of_interest(trial: OpenTrial, week: int | None) -> tuple[date, date]:
    """Return the first day that can still matter to the week shown, and the last."""
    shown = trial.window.day_after if week is None else trial.window.week_start(week)
    # The week before and its open slots, this week, and the slots of the next.
    first = min(shown - timedelta(days=DAYS_IN_WEEK), trial.today - _LOOK_BACK)
    return first, shown + timedelta(days=2 * DAYS_IN_WEEK - 1)


def _week_before(trial: OpenTrial, week: int | None) -> int | None:
    if week is not None:
        return week - 1 if week > 0 else None
    return trial.window.weeks - 1 if trial.today > trial.window.end else None


def _days(trial: OpenTrial, week: int | None, shown: Sequence[PostView]) -> tuple[DayView, ...]:
    if week is None:
        return ()
    by_day: dict[date | None, list[PostView]] = defaultdict(list)
    for post in shown:
        by_day[_day_shown(trial, week, post)].append(post)
    return tuple(
        DayView(
            day=day,
            is_today=day == trial.today,
            has_passed=day < trial.today,
            posts=tuple(sorted(by_day[day], key=lambda post: (post.planned_for != day, post.id))),
        )
        for day in trial.window.week_days(week)
    )


def _day_shown(trial: OpenTrial, week: int, post: PostView) -> date | None:
    # A slot stands on its day; what was not planned, or comes late from an earlier week, on the
    # day it counts.
    if post.planned_for is not None and trial.window.week_of(post.planned_for) == week:
        return post.planned_for
    return post.live_day if post.week == week else None


def _open_before(
    trial: OpenTrial, week: int | None, shown: Sequence[PostView]
) -> tuple[PostView, ...]:
    first = trial.window.day_after if week is None else trial.window.week_start(week)
    since = trial.today - _LOOK_BACK
    still_open = [
        (post.planned_for, post.id, post)
        for post in shown
        if post.state.is_open
        and post.planned_for is not None
        and since <= post.planned_for < min(first, trial.today)
    ]
    return tuple(post for _, _, post in sorted(still_open, key=lambda entry: entry[:2]))


def _planned_open(
    trial: OpenTrial, week: int | None, records: Sequence[PostRecord], states: WeekStates
) -> int:
    if week is None:
        return 0
    return sum(
        PostState(record.row.state).is_open
        and record.row.planned_for is not None
        and trial.window.week_of(record.row.planned_for) == week
        # Back for changes it may count all the same; it is not counted twice.
        and states.week_of(record) is None
        for record in records
    )


def _next_week_slots(trial: OpenTrial, week: int | None, shown: Sequence[PostView]) -> int | None:
    if week is None or week + 1 >= trial.window.weeks:
        return None
    return sum(trial.window.week_of(day) == week + 1 for day in slot_days(shown))


def _days_left(trial: OpenTrial, week: int | None) -> int:
    if week is None:
        return 0
    return min(DAYS_IN_WEEK, (trial.window.week_end(week) - trial.today).days + 1)


def _form(
    trial: OpenTrial,
    week: int | None,
    before: int | None,
    states: WeekStates,
    check_ins: dict[int, CheckIn],
    excused: frozenset[int],
) -> CheckInForm | None:
    if trial.status not in (TrialStatus.RUNNING, TrialStatus.AWAITING_REVIEW):
        return None
    chosen = week
    if before is not None:
        early = week is not None and trial.today < trial.window.week_start(week) + timedelta(
            days=_LATE_CHECK_IN_DAYS
        )
        missing = before not in check_ins and before not in excused
        if week is None or (early and missing):
            chosen = before
    if chosen is None:
        return None
    row = check_ins.get(chosen)
    earlier = [check_ins[number] for number in sorted(check_ins) if number < chosen]
    hours = next((past.hours for past in reversed(earlier) if past.hours is not None), 0.0)
    if row is not None and row.hours is not None:
        hours = row.hours
    return CheckInForm(
        week=chosen,
        first=trial.window.week_start(chosen),
        last=trial.window.week_end(chosen),
        is_last_week=chosen == before,
        sent=states.check_in(row),
        hours=hours,
        needing_answer=0 if row is None else row.needing_answer or 0,
        answered_in_a_day=0 if row is None else row.answered_in_a_day or 0,
        can_be_nothing=states.live_count(chosen) == 0,
    )
