"""The present week of a lead: what is shown where, and the numbers beside it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from tests.services.days import END, FRI, LAST_FRIDAY, MON, NEXT_MON, SUN, THU, TUE, WED
from tests.services.steps import approved, handed_over, returned, sent_back, slot
from trial.domain.cadence import WeekState
from trial.domain.errors import InvalidInput, NotAllowed, NotFound, NotPossible, NotSignedIn
from trial.domain.exemptions import ExemptionCause
from trial.domain.posts import PostState
from trial.domain.trial_status import TrialStatus
from trial.services import calendar, check_in, exemptions, posts, review, standing, trials, week
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.services.post_views import PostView
from trial.services.week import WeekView
from trial.store import posts as post_queries
from trial.store.posts import PostRecord
from trial.store.unit_of_work import UnitOfWork


def seen(actor: Actor, backend: Backend, trial_id: int) -> WeekView:
    return week.this_week(actor, backend, trial_id=trial_id)


def titles_by_day(view: WeekView) -> dict[date, list[str]]:
    return {day.day: [post.title for post in day.posts] for day in view.days if day.posts}


def test_the_week_of_the_picture(
    backend: Backend, clock: FixedClock, comms: Actor, lead: Actor, trial_id: int
) -> None:
    clock.set(date(2026, 1, 26))
    slot(lead, backend, trial_id, LAST_FRIDAY, "Heart-healthy lunch")
    early = slot(lead, backend, trial_id, MON, "Meet the night team")
    known = slot(lead, backend, trial_id, WED, "Know your numbers")
    slot(lead, backend, trial_id, FRI, "Walk with us")
    ahead = slot(lead, backend, trial_id, NEXT_MON, "Rehabilitation")
    clock.set(date(2026, 2, 8))
    handed_over(lead, backend, early)
    clock.set(MON)
    handed_over(lead, backend, known)
    handed_over(lead, backend, ahead)

    view = seen(lead, backend, trial_id)

    assert (view.department, view.status, view.week) == ("Cardiology", TrialStatus.RUNNING, 5)
    assert (view.first, view.last, view.days_left) == (MON, SUN, 7)
    assert titles_by_day(view) == {
        MON: ["Meet the night team"],
        WED: ["Know your numbers"],
        FRI: ["Walk with us"],
    }
    assert (view.live_count, view.planned_open, view.needed, view.over_high) == (2, 1, 1, 0)
    # Wednesday's and next Monday's wait; Monday's is live today.
    assert (view.buffer, view.next_week_slots) == (2, 1)
    assert [(post.title, post.late_days) for post in view.open_before] == [
        ("Heart-healthy lunch", 3)
    ]
    assert view.state is WeekState.OPEN
    assert str(view.band) == "3–5"


def test_seven_days_are_shown_and_today_is_marked(
    backend: Backend, clock: FixedClock, lead: Actor, trial_id: int
) -> None:
    clock.set(WED)
    view = seen(lead, backend, trial_id)
    assert [day.day for day in view.days] == [MON + timedelta(days=n) for n in range(7)]
    assert [day.is_today for day in view.days] == [False, False, True, False, False, False, False]
    assert [day.has_passed for day in view.days] == [True, True] + [False] * 5
    assert view.days_left == 5


def test_slots_come_before_what_was_not_planned(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    posts.add_unplanned(lead, backend, trial_id=trial_id, title="Not planned")
    slot(lead, backend, trial_id, MON, "Planned")
    assert titles_by_day(seen(lead, backend, trial_id)) == {MON: ["Planned", "Not planned"]}


def test_a_late_post_stands_on_the_day_it_counts(
    backend: Backend, clock: FixedClock, lead: Actor, trial_id: int
) -> None:
    clock.set(date(2026, 2, 2))
    post = slot(lead, backend, trial_id, LAST_FRIDAY, "Late")
    clock.set(TUE)
    handed_over(lead, backend, post)
    view = seen(lead, backend, trial_id)
    assert titles_by_day(view) == {TUE: ["Late"]}
    assert (view.live_count, view.open_before) == (1, ())


def test_a_post_late_within_the_week_is_shown_once_on_its_slot(
    backend: Backend, clock: FixedClock, lead: Actor, trial_id: int
) -> None:
    post = slot(lead, backend, trial_id, MON, "Late")
    clock.set(TUE)
    handed_over(lead, backend, post)
    assert titles_by_day(seen(lead, backend, trial_id)) == {MON: ["Late"]}


@pytest.mark.parametrize(
    ("planned_for", "shown"),
    [
        (date(2026, 1, 25), False),
        (date(2026, 1, 26), True),
        (date(2026, 2, 8), True),
        (MON, False),
    ],
)
def test_open_slots_of_the_last_fourteen_days_are_shown_first(
    backend: Backend,
    clock: FixedClock,
    lead: Actor,
    trial_id: int,
    planned_for: date,
    shown: bool,
) -> None:
    clock.set(date(2026, 1, 12))
    slot(lead, backend, trial_id, planned_for)
    clock.set(MON)
    assert bool(seen(lead, backend, trial_id).open_before) is shown


def test_dropped_slots_are_no_longer_open(
    backend: Backend, clock: FixedClock, lead: Actor, trial_id: int
) -> None:
    clock.set(date(2026, 2, 2))
    post = slot(lead, backend, trial_id, LAST_FRIDAY)
    clock.set(MON)
    posts.drop(lead, backend, post_id=post.id, version=post.version, reason="no_time")
    assert seen(lead, backend, trial_id).open_before == ()


def test_a_post_back_for_changes_is_never_out_of_sight(
    backend: Backend, clock: FixedClock, comms: Actor, lead: Actor, trial_id: int
) -> None:
    returned(backend, clock, comms, lead, trial_id)
    unplanned = posts.add_unplanned(lead, backend, trial_id=trial_id, title="Not planned").post
    sent_back(comms, backend, unplanned)

    view = seen(lead, backend, trial_id)

    assert titles_by_day(view) == {FRI: ["A post"]}
    assert [post.title for post in view.sent_back] == ["Not planned"]
    # For a week both count as if they were handed over again today, and neither counts twice.
    assert (view.live_count, view.planned_open) == (2, 0)
    clock.set(date(2026, 2, 19))
    later = seen(lead, backend, trial_id)
    assert [post.title for post in later.sent_back] == ["Not planned"]
    assert standing.standing(lead, backend, trial_id=trial_id).scorecard.weeks[5].count == 0


@pytest.mark.parametrize(
    ("live", "needed", "over"), [(0, 3, 0), (2, 1, 0), (3, 0, 0), (5, 0, 0), (6, 0, 1)]
)
def test_what_is_missing_to_the_band_and_what_is_above_it(
    backend: Backend, lead: Actor, trial_id: int, live: int, needed: int, over: int
) -> None:
    for number in range(live):
        posts.add_unplanned(lead, backend, trial_id=trial_id, title=f"Post {number}")
    view = seen(lead, backend, trial_id)
    assert (view.live_count, view.needed, view.over_high) == (live, needed, over)


def test_before_the_trial_its_first_week_is_shown(
    backend: Backend, clock: FixedClock, lead: Actor, trial_id: int
) -> None:
    clock.set(date(2026, 1, 3))
    view = seen(lead, backend, trial_id)
    assert (view.status, view.week, view.state) == (TrialStatus.AHEAD, 0, WeekState.AHEAD)
    assert (view.days_left, view.form, view.last_week) == (7, None, None)
    assert view.can_write


def test_after_the_trial_its_last_week_can_still_be_completed(
    backend: Backend, clock: FixedClock, lead: Actor, trial_id: int
) -> None:
    slot(lead, backend, trial_id, date(2026, 4, 3), "Last one")
    clock.set(END + timedelta(days=1))
    view = seen(lead, backend, trial_id)
    assert (view.status, view.week, view.days) == (TrialStatus.AWAITING_REVIEW, None, ())
    assert (view.live_count, view.needed, view.days_left, view.buffer) == (0, 0, 0, 0)
    assert [post.title for post in view.open_before] == ["Last one"]
    assert view.form is not None
    assert (view.form.week, view.form.is_last_week) == (12, True)
    assert view.last_week is not None
    assert (view.last_week.index, view.last_week.state) == (12, WeekState.UNREPORTED)


def test_a_trial_that_was_ended_is_only_looked_at(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    trials.end_early(comms, backend, trial_id=trial_id, on=MON, reason="The ward moves")
    view = seen(lead, backend, trial_id)
    assert (view.status, view.week, view.form) == (TrialStatus.ENDED, None, None)
    assert (view.can_write, view.can_check_in) == (False, False)


# ------------------------------------------------------------------------------------ last week
@pytest.mark.parametrize(
    ("live", "checked_in", "state"),
    [
        (0, False, WeekState.UNREPORTED),
        (0, True, WeekState.SILENT),
        (2, False, WeekState.UNDER),
        (3, False, WeekState.IN_BAND),
        (5, False, WeekState.IN_BAND),
        (6, False, WeekState.OVER),
    ],
)
def test_last_week_is_told_by_its_state(
    backend: Backend, lead: Actor, trial_id: int, live: int, checked_in: bool, state: WeekState
) -> None:
    for number in range(live):
        posts.add_unplanned(
            lead, backend, trial_id=trial_id, title=f"Post {number}", on=LAST_FRIDAY
        )
    if checked_in:
        check_in.check_in(lead, backend, trial_id=trial_id, week=4, nothing_to_report=True)
    summary = seen(lead, backend, trial_id).last_week
    assert summary is not None
    assert (summary.index, summary.live_count, summary.state) == (4, live, state)


def test_an_excused_week_is_excused_even_while_it_runs(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    exemptions.grant_for_cause(
        comms,
        backend,
        trial_id=trial_id,
        first_week=4,
        last_week=5,
        cause=ExemptionCause.OTHER,
        reason="The ward is closed to visitors.",
    )
    view = seen(lead, backend, trial_id)
    assert view.state is WeekState.EXCUSED
    assert view.last_week is not None
    assert view.last_week.state is WeekState.EXCUSED
    # Nobody is asked for the check-in of a week that does not count.
    assert view.form is not None
    assert view.form.week == 5


# --------------------------------------------------------------------------------- the check-in
@pytest.mark.parametrize(
    ("today", "last_week_sent", "asked_for"),
    [
        (MON, False, 4),
        (WED, False, 4),
        (THU, False, 5),
        (MON, True, 5),
        (SUN, True, 5),
    ],
)
def test_early_in_the_week_the_missing_check_in_of_last_week_is_asked_for(
    backend: Backend,
    clock: FixedClock,
    lead: Actor,
    trial_id: int,
    today: date,
    last_week_sent: bool,
    asked_for: int,
) -> None:
    if last_week_sent:
        check_in.check_in(lead, backend, trial_id=trial_id, week=4, hours=2.5)
    clock.set(today)
    form = seen(lead, backend, trial_id).form
    assert form is not None
    assert (form.week, form.is_last_week) == (asked_for, asked_for == 4)


def test_the_first_week_asks_for_itself(
    backend: Backend, clock: FixedClock, lead: Actor, trial_id: int
) -> None:
    clock.set(date(2026, 1, 5))
    view = seen(lead, backend, trial_id)
    assert view.form is not None
    assert (view.form.week, view.form.hours, view.last_week) == (0, 0, None)


def test_the_hours_of_the_check_in_before_are_suggested(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    check_in.check_in(lead, backend, trial_id=trial_id, week=2, hours=4.5)
    check_in.check_in(lead, backend, trial_id=trial_id, week=4)
    form = seen(lead, backend, trial_id).form
    assert form is not None
    assert (form.week, form.hours, form.sent) == (5, 4.5, None)


def test_what_was_sent_is_shown_to_be_corrected(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    check_in.check_in(lead, backend, trial_id=trial_id, week=4, hours=4.5)
    sent = check_in.check_in(
        lead, backend, trial_id=trial_id, week=5, hours=1, needing_answer=5, answered_in_a_day=4
    )
    view = seen(lead, backend, trial_id)
    assert view.form is not None
    assert view.form.sent == view.check_in
    assert view.check_in is not None
    assert view.check_in.version == sent.version
    assert (view.form.hours, view.form.needing_answer, view.form.answered_in_a_day) == (1, 5, 4)
    assert view.last_check_in is not None
    assert view.last_check_in.week == 4


def test_nothing_this_week_can_be_said_only_while_nothing_is_live(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    check_in.check_in(lead, backend, trial_id=trial_id, week=4, hours=1)
    first = seen(lead, backend, trial_id).form
    posts.add_unplanned(lead, backend, trial_id=trial_id, title="A")
    second = seen(lead, backend, trial_id).form
    assert first is not None
    assert second is not None
    assert (first.can_be_nothing, second.can_be_nothing) == (True, False)


# ------------------------------------------------------------------------------------ who, speed
def test_who_may_see_and_change_a_week(
    backend: Backend,
    comms: Actor,
    lead: Actor,
    other_lead: Actor,
    reviewer: Actor,
    gone: Actor,
    trial_id: int,
) -> None:
    slot(lead, backend, trial_id, FRI)
    for actor, writes in ((lead, True), (comms, True), (reviewer, False)):
        view = seen(actor, backend, trial_id)
        assert (view.can_write, view.can_check_in) == (writes, writes)
        assert view.days[4].posts[0].can_deliver is writes
    with pytest.raises(NotAllowed):
        seen(other_lead, backend, trial_id)
    with pytest.raises(NotAllowed):
        seen(lead, backend, 9_999)
    with pytest.raises(NotSignedIn):
        seen(gone, backend, trial_id)
    with pytest.raises(NotFound):
        seen(comms, backend, 9_999)


def test_a_week_is_read_with_few_queries_however_many_posts_there_are(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    def queries() -> int:
        with counted(backend) as statements:
            seen(lead, backend, trial_id)
        return len(statements)

    empty = queries()
    for _ in range(5):
        posts.plan(
            lead, backend, trial_id=trial_id, title="Weekly", planned_for=FRI, repeat_weeks=7
        )
    approved(backend, comms, lead, trial_id)

    assert queries() == empty
    assert empty <= 8


@contextmanager
def counted(backend: Backend) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*arguments: object) -> None:
        if not str(arguments[2]).startswith("BEGIN"):
            statements.append(str(arguments[2]))

    event.listen(backend.database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(backend.database.engine, "before_cursor_execute", note)


def test_dropped_posts_stay_visible_on_their_day(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    post = slot(lead, backend, trial_id, FRI)
    posts.drop(lead, backend, post_id=post.id, version=post.version, reason="no_time")
    view = seen(lead, backend, trial_id)
    (shown,) = view.days[4].posts
    assert (shown.state, shown.reason) == (PostState.WITHDRAWN, "No time this week")
    assert view.planned_open == 0


def test_what_is_left_unread_changes_nothing_in_the_week(
    backend: Backend,
    clock: FixedClock,
    comms: Actor,
    lead: Actor,
    trial_id: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A whole trial with a bit of everything, looked at every ninth day, read in part and whole."""
    chance = random.Random(7)
    clock.set(date(2026, 1, 5))
    for weekday in range(5):
        day = date(2026, 1, 5 + weekday)
        posts.plan(lead, backend, trial_id=trial_id, title="A", planned_for=day, repeat_weeks=12)
    for number in range(0, 100, 9):
        clock.set(date(2026, 1, 5) + timedelta(days=number))
        live_through_a_day(backend, comms, lead, trial_id, chance)

        in_part = seen(lead, backend, trial_id)
        with monkeypatch.context() as patch:
            patch.setattr(post_queries, "touching", everything)
            whole = seen(lead, backend, trial_id)
        assert in_part == whole


def everything(work: UnitOfWork, trial_id: int, *_: date) -> list[PostRecord]:
    return post_queries.of_trial(work, trial_id)


def live_through_a_day(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int, chance: random.Random
) -> None:
    """Take some steps of any kind on some posts; what their state refuses is left as it is."""
    kept = calendar.calendar(lead, backend, trial_id=trial_id)
    for post in chance.sample(kept.posts, 14):
        day = kept.today + timedelta(days=chance.randint(-5, 20))
        with suppress(InvalidInput, NotPossible):
            take_a_step(backend, comms, lead, post, day, chance.randint(0, 5))
    if chance.random() < 0.4:
        with suppress(InvalidInput):
            posts.add_unplanned(lead, backend, trial_id=trial_id, title="B")
    if chance.random() < 0.3 and kept.week is not None:
        check_in.check_in(lead, backend, trial_id=trial_id, week=kept.week, hours=2)


def take_a_step(
    backend: Backend, comms: Actor, lead: Actor, post: PostView, day: date, kind: int
) -> None:
    post_id, version = post.id, post.version
    if kind == 0:
        posts.deliver(lead, backend, post_id=post_id, version=version, on=day)
    elif kind == 1:
        posts.deliver(lead, backend, post_id=post_id, version=version)
    elif kind == 2:
        posts.move(lead, backend, post_id=post_id, version=version, to_day=day)
    elif kind == 3:
        posts.drop(lead, backend, post_id=post_id, version=version, reason="no_time")
    elif kind == 4:
        review.approve(comms, backend, post_id=post_id, version=version)
    else:
        sent_back(comms, backend, post)
