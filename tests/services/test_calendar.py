"""The content calendar: spans, slots a week, what is short, the buffer and the gaps ahead."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.services.days import END, FRI, LAST_FRIDAY, MON, NEXT_MON, SUN, THU, WED
from tests.services.steps import handed_over, slot
from tests.services.test_week import counted
from trial.domain.cadence import WeekState
from trial.domain.errors import InvalidInput, NotAllowed, NotFound, NotSignedIn
from trial.domain.exemptions import ExemptionCause
from trial.domain.trial_status import TrialStatus
from trial.services import calendar, exemptions, posts, trials
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.calendar import CalendarView, Gap
from trial.services.clocks import FixedClock

START = date(2026, 1, 5)


def seen(actor: Actor, backend: Backend, trial_id: int, **span: date) -> CalendarView:
    return calendar.calendar(actor, backend, trial_id=trial_id, **span)


def test_an_empty_calendar_lacks_slots_in_each_of_the_next_four_weeks(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    view = seen(lead, backend, trial_id)

    assert (view.first, view.last, len(view.weeks)) == (START, END, 13)
    assert (view.week, view.status, view.today) == (5, TrialStatus.RUNNING, MON)
    assert [week.short_by for week in view.weeks] == [0] * 6 + [3] * 7
    assert view.short_weeks == (6, 7, 8, 9)
    assert (view.posts, view.buffer, view.longest_gap) == ((), 0, None)
    assert (view.plan_from, view.plan_until) == (MON, END)


def test_slots_fill_their_week(backend: Backend, lead: Actor, trial_id: int) -> None:
    for day in (NEXT_MON, NEXT_MON, NEXT_MON + timedelta(days=2)):
        slot(lead, backend, trial_id, day)
    dropped = slot(lead, backend, trial_id, NEXT_MON + timedelta(days=7))
    posts.drop(lead, backend, post_id=dropped.id, version=dropped.version, reason="cancelled")

    view = seen(lead, backend, trial_id)

    assert [(week.slots, week.short_by) for week in view.weeks[5:9]] == [
        (0, 0),
        (3, 0),
        (0, 3),
        (0, 3),
    ]
    assert view.short_weeks == (7, 8, 9)


def test_an_excused_week_lacks_nothing(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    exemptions.grant_for_cause(
        comms,
        backend,
        trial_id=trial_id,
        first_week=7,
        last_week=7,
        cause=ExemptionCause.OTHER,
        reason="The ward moves house.",
    )
    view = seen(lead, backend, trial_id)
    assert view.weeks[7].is_excused
    assert (view.weeks[7].state, view.weeks[7].short_by) == (WeekState.EXCUSED, 0)
    assert view.short_weeks == (6, 8, 9)


@pytest.mark.parametrize(
    ("first", "last", "titles"),
    [
        (MON, SUN, ["Wed", "Not planned", "Fri"]),
        (MON, FRI, ["Wed", "Not planned", "Fri"]),
        (FRI, FRI, ["Fri"]),
        (THU, THU, []),
        (NEXT_MON, END, ["Next"]),
    ],
)
def test_a_span_holds_its_first_and_its_last_day(
    backend: Backend,
    clock: FixedClock,
    lead: Actor,
    trial_id: int,
    first: date,
    last: date,
    titles: list[str],
) -> None:
    for day, title in ((FRI, "Fri"), (WED, "Wed"), (NEXT_MON, "Next")):
        slot(lead, backend, trial_id, day, title)
    clock.set(WED)
    posts.add_unplanned(lead, backend, trial_id=trial_id, title="Not planned")

    view = seen(lead, backend, trial_id, first=first, last=last)

    assert [post.title for post in view.posts] == titles
    assert len(view.weeks) == 13


@pytest.mark.parametrize(("first", "last"), [(FRI, THU), (MON, MON + timedelta(days=401))])
def test_a_span_runs_forward_and_not_for_ever(
    backend: Backend, lead: Actor, trial_id: int, first: date, last: date
) -> None:
    with pytest.raises(InvalidInput, match="Last day"):
        seen(lead, backend, trial_id, first=first, last=last)


@pytest.mark.parametrize(
    ("planned", "gap"),
    [
        ([MON], None),
        ([FRI], Gap(MON, FRI, 4)),
        ([MON, FRI, date(2026, 2, 23)], Gap(FRI, date(2026, 2, 23), 10)),
        ([date(2026, 3, 2), date(2026, 3, 4)], Gap(MON, date(2026, 3, 2), 21)),
    ],
)
def test_the_longest_gap_ahead_counts_from_today_to_the_last_planned_day(
    backend: Backend, lead: Actor, trial_id: int, planned: list[date], gap: Gap | None
) -> None:
    for day in planned:
        slot(lead, backend, trial_id, day)
    assert seen(lead, backend, trial_id).longest_gap == gap


def test_the_buffer_is_what_is_delivered_and_not_live_yet(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    for day in (MON, FRI, NEXT_MON):
        handed_over(lead, backend, slot(lead, backend, trial_id, day))
    slot(lead, backend, trial_id, THU)
    assert seen(lead, backend, trial_id).buffer == 2


def test_weeks_count_live_posts(backend: Backend, lead: Actor, trial_id: int) -> None:
    posts.add_unplanned(lead, backend, trial_id=trial_id, title="A", on=LAST_FRIDAY)
    handed_over(lead, backend, slot(lead, backend, trial_id, FRI))
    weeks = seen(lead, backend, trial_id).weeks
    assert [(week.live_count, week.state) for week in weeks[4:7]] == [
        (1, WeekState.UNDER),
        (1, WeekState.OPEN),
        (0, WeekState.AHEAD),
    ]


def test_before_the_trial_the_first_four_weeks_are_looked_at(
    backend: Backend, clock: FixedClock, lead: Actor, trial_id: int
) -> None:
    clock.set(date(2026, 1, 2))
    view = seen(lead, backend, trial_id)
    assert (view.status, view.week, view.short_weeks) == (TrialStatus.AHEAD, 0, (0, 1, 2, 3))
    assert view.plan_from == START


def test_after_the_trial_nothing_can_be_planned(
    backend: Backend, clock: FixedClock, lead: Actor, trial_id: int
) -> None:
    clock.set(END + timedelta(days=1))
    view = seen(lead, backend, trial_id)
    assert (view.week, view.short_weeks, view.plan_from) == (None, (), None)
    with pytest.raises(InvalidInput, match="The trial ended on Sun 5 Apr 2026"):
        slot(lead, backend, trial_id, END + timedelta(days=2))


def test_a_trial_that_was_ended_is_only_looked_at(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    trials.end_early(comms, backend, trial_id=trial_id, on=MON, reason="The ward moves")
    view = seen(lead, backend, trial_id)
    assert (view.status, view.can_write, view.plan_from) == (TrialStatus.ENDED, False, None)


def test_who_may_see_and_change_a_calendar(
    backend: Backend,
    comms: Actor,
    lead: Actor,
    other_lead: Actor,
    reviewer: Actor,
    gone: Actor,
    trial_id: int,
) -> None:
    for actor, writes in ((lead, True), (comms, True), (reviewer, False)):
        assert seen(actor, backend, trial_id).can_write is writes
    with pytest.raises(NotAllowed):
        seen(other_lead, backend, trial_id)
    with pytest.raises(NotSignedIn):
        seen(gone, backend, trial_id)
    with pytest.raises(NotFound):
        seen(comms, backend, 9_999)


def test_a_calendar_is_read_with_few_queries_however_many_posts_there_are(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    with counted(backend) as before:
        seen(lead, backend, trial_id)
    for _ in range(5):
        posts.plan(
            lead, backend, trial_id=trial_id, title="Weekly", planned_for=FRI, repeat_weeks=7
        )
    with counted(backend) as after:
        seen(lead, backend, trial_id)
    assert len(after) == len(before) <= 8
