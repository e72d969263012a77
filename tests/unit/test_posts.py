"""One post and its days: ready, live, slot, schedule, and what was known when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trial.domain.posts import Move, Post, PostState, Rework, is_backfilled

HORIZON = 7
TODAY = date(2026, 2, 9)


def feb(day: int) -> date:
    return date(2026, 2, day)


# ------------------------------------------------------------------------------- who made it
@pytest.mark.parametrize(
    ("typed", "also"),
    [
        ("Ada", "ada"),
        ("Ada Byron", " ADA   byron\t"),
        ("Straße", "STRASSE"),
        ("Ørjan", "ørjan"),
        # One letter, or a letter and its accent.
        ("André", "Andre\N{COMBINING ACUTE ACCENT}"),
        ("", "  "),
    ],
)
def test_a_contributor_is_one_person_however_the_name_is_typed(typed: str, also: str) -> None:
    assert Post(contributor=typed).maker == Post(contributor=also).maker


def test_contributors_of_other_names_are_other_people() -> None:
    names = ("Ada", "Adam", "A da", "Ada B")
    assert len({Post(contributor=name).maker for name in names}) == len(names)


# ------------------------------------------------------------------------------- ready and live day
@pytest.mark.parametrize(
    ("post", "ready", "live", "on_schedule"),
    [
        # nothing handed over
        (Post(planned_for=feb(13)), None, None, False),
        # on the day, the day before, long ahead: live on the slot's day
        (Post(planned_for=feb(13), delivered_on=feb(13)), feb(13), feb(13), True),
        (Post(planned_for=feb(13), delivered_on=feb(12)), feb(12), feb(13), True),
        (
            Post(planned_for=feb(13), delivered_on=date(2025, 12, 30)),
            date(2025, 12, 30),
            feb(13),
            True,
        ),
        # a day late: live when it was ready
        (Post(planned_for=feb(13), delivered_on=feb(14)), feb(14), feb(14), False),
        # not planned: live when it was ready, never on schedule
        (Post(delivered_on=feb(11)), feb(11), feb(11), False),
        # two days with Communications, two days held, ready two days after the delivery
        (
            Post(
                planned_for=feb(13),
                delivered_on=feb(9),
                rework=(Rework(feb(11), feb(13)),),
            ),
            feb(11),
            feb(13),
            True,
        ),
        # held for five days: three days late
        (
            Post(planned_for=feb(11), delivered_on=feb(9), rework=(Rework(feb(20), feb(25)),)),
            feb(14),
            feb(14),
            False,
        ),
        # two rounds add up: one day and three days
        (
            Post(
                planned_for=feb(13),
                delivered_on=feb(9),
                rework=(Rework(feb(10), feb(11)), Rework(feb(15), feb(18))),
            ),
            feb(13),
            feb(13),
            True,
        ),
        # sent back and returned on the same day costs nothing
        (
            Post(planned_for=feb(9), delivered_on=feb(9), rework=(Rework(feb(20), feb(20)),)),
            feb(9),
            feb(9),
            True,
        ),
        # sent back and not handed over again: not delivered
        (
            Post(planned_for=feb(13), delivered_on=feb(9), rework=(Rework(feb(11)),)),
            None,
            None,
            False,
        ),
        # the second round is still open
        (
            Post(
                planned_for=feb(13),
                delivered_on=feb(9),
                rework=(Rework(feb(10), feb(11)), Rework(feb(12))),
            ),
            None,
            None,
            False,
        ),
        # withdrawn or not taken: not delivered
        (Post(planned_for=feb(13), delivered_on=feb(9), withdrawn_on=feb(10)), None, None, False),
        (Post(planned_for=feb(13), delivered_on=feb(9), rejected_on=feb(10)), None, None, False),
        # over a leap day
        (
            Post(
                planned_for=date(2024, 3, 1),
                delivered_on=date(2024, 2, 28),
                rework=(Rework(date(2024, 2, 28), date(2024, 3, 1)),),
            ),
            date(2024, 3, 1),
            date(2024, 3, 1),
            True,
        ),
        # over the end of a year
        (
            Post(planned_for=date(2025, 12, 31), delivered_on=date(2026, 1, 1)),
            date(2026, 1, 1),
            date(2026, 1, 1),
            False,
        ),
    ],
)
def test_ready_and_live_day(
    post: Post, ready: date | None, live: date | None, on_schedule: bool
) -> None:
    assert (post.ready_day, post.live_day) == (ready, live)
    assert post.on_schedule(HORIZON) is on_schedule
    assert post.is_delivered is (ready is not None)


def test_a_post_moved_inside_the_horizon_is_on_schedule_for_its_first_day() -> None:
    moved = Move(feb(13), feb(20), feb(9))
    late = Post(planned_for=feb(20), delivered_on=feb(16), moves=(moved,))
    early = replace(late, delivered_on=feb(13))
    assert (late.live_day, late.on_schedule(HORIZON)) == (feb(20), False)
    assert (early.live_day, early.on_schedule(HORIZON)) == (feb(20), True)


# ------------------------------------------------------------------------------------- the slot day
@pytest.mark.parametrize(
    ("post", "slot"),
    [
        (Post(planned_for=feb(13)), feb(13)),
        (Post(delivered_on=feb(13)), None),
        # moved exactly at the horizon, and a day later than that
        (Post(planned_for=feb(25), moves=(Move(feb(16), feb(25), feb(9)),)), feb(25)),
        (Post(planned_for=feb(25), moves=(Move(feb(15), feb(25), feb(9)),)), feb(15)),
        # moved on its day, and after it
        (Post(planned_for=feb(25), moves=(Move(feb(9), feb(25), feb(9)),)), feb(9)),
        (Post(planned_for=feb(25), moves=(Move(feb(6), feb(25), feb(9)),)), feb(6)),
        # moved nearer, in time
        (Post(planned_for=feb(10), moves=(Move(feb(20), feb(10), feb(9)),)), feb(10)),
        # planned twice in time
        (
            Post(
                planned_for=date(2026, 3, 9),
                moves=(
                    Move(feb(20), feb(27), feb(9)),
                    Move(feb(27), date(2026, 3, 9), feb(20)),
                ),
            ),
            date(2026, 3, 9),
        ),
        # in time first, too late then: the day it had then
        (
            Post(
                planned_for=date(2026, 3, 9),
                moves=(
                    Move(feb(20), feb(27), feb(9)),
                    Move(feb(27), date(2026, 3, 9), feb(21)),
                ),
            ),
            feb(27),
        ),
        # too late once: nothing later makes it planning again
        (
            Post(
                planned_for=date(2026, 3, 30),
                moves=(
                    Move(feb(12), date(2026, 3, 9), feb(9)),
                    Move(date(2026, 3, 9), date(2026, 3, 30), feb(10)),
                ),
            ),
            feb(12),
        ),
        # withdrawn at the horizon, a day later, on the day, after it
        (Post(planned_for=feb(16), withdrawn_on=feb(9)), None),
        (Post(planned_for=feb(15), withdrawn_on=feb(9)), feb(15)),
        (Post(planned_for=feb(9), withdrawn_on=feb(9)), feb(9)),
        (Post(planned_for=feb(6), withdrawn_on=feb(9)), feb(6)),
        # moved too late and then withdrawn far ahead of its new day
        (
            Post(
                planned_for=date(2026, 3, 30),
                moves=(Move(feb(12), date(2026, 3, 30), feb(9)),),
                withdrawn_on=feb(10),
            ),
            feb(12),
        ),
        # moved in time and withdrawn in time of its new day
        (
            Post(
                planned_for=date(2026, 3, 30),
                moves=(Move(feb(20), date(2026, 3, 30), feb(9)),),
                withdrawn_on=feb(10),
            ),
            None,
        ),
        # not taken by Communications: still a slot
        (Post(planned_for=feb(13), delivered_on=feb(9), rejected_on=feb(10)), feb(13)),
    ],
)
def test_the_day_a_slot_answers_for(post: Post, slot: date | None) -> None:
    assert post.slot_day(HORIZON) == slot


@pytest.mark.parametrize(("horizon", "slot"), [(0, feb(25)), (3, feb(25)), (4, feb(12))])
def test_the_horizon_is_the_policys(horizon: int, slot: date) -> None:
    post = Post(planned_for=feb(25), moves=(Move(feb(12), feb(25), feb(9)),))
    assert post.slot_day(horizon) == slot


# ---------------------------------------------------------------------------------------- the state
@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, PostState.PLANNED),
        ({"delivered_on": feb(9)}, PostState.DELIVERED),
        ({"delivered_on": feb(9), "rework": (Rework(feb(10)),)}, PostState.RETURNED),
        ({"delivered_on": feb(9), "rework": (Rework(feb(10), feb(11)),)}, PostState.DELIVERED),
        ({"delivered_on": feb(9), "approved_on": feb(10)}, PostState.APPROVED),
        (
            {"delivered_on": feb(9), "approved_on": feb(10), "shared_on": feb(11)},
            PostState.SHARED,
        ),
        ({"withdrawn_on": feb(9)}, PostState.WITHDRAWN),
        ({"delivered_on": feb(9), "withdrawn_on": feb(10)}, PostState.WITHDRAWN),
        ({"delivered_on": feb(9), "rejected_on": feb(10)}, PostState.REJECTED),
    ],
)
def test_where_a_post_stands(facts: dict[str, Any], state: PostState) -> None:
    assert Post(planned_for=feb(13), **facts).state is state


@pytest.mark.parametrize(
    ("facts", "passed"),
    [
        ({"delivered_on": feb(9)}, None),
        ({"delivered_on": feb(9), "approved_on": feb(10)}, True),
        ({"delivered_on": feb(9), "rework": (Rework(feb(10)),)}, False),
        (
            {
                "delivered_on": feb(9),
                "rework": (Rework(feb(10), feb(11)),),
                "approved_on": feb(12),
            },
            False,
        ),
        ({"delivered_on": feb(9), "rejected_on": feb(10)}, False),
        # approved at once, edited, and only then sent back or not taken
        ({"first_pass_on": feb(10), "asked_again_on": feb(10), "rework": (Rework(feb(10)),)}, True),
        ({"first_pass_on": feb(10), "asked_again_on": feb(11)}, True),
        ({"first_pass_on": feb(10), "asked_again_on": feb(11), "rejected_on": feb(12)}, True),
        # a log without attempts has only the dates
        ({"approved_on": feb(10), "rework": (Rework(feb(11)),)}, True),
        ({"approved_on": feb(10), "rework": (Rework(feb(10), feb(10)),)}, False),
    ],
)
def test_whether_the_first_review_was_passed(facts: dict[str, Any], passed: bool | None) -> None:
    post = Post(planned_for=feb(13), **{"delivered_on": feb(9), **facts})
    assert post.passed_first_review is passed


@pytest.mark.parametrize(
    ("facts", "since"),
    [
        ({}, None),
        ({"delivered_on": feb(9)}, feb(9)),
        ({"delivered_on": feb(9), "approved_on": feb(10)}, None),
        ({"delivered_on": feb(9), "rework": (Rework(feb(10)),)}, None),
        ({"delivered_on": feb(9), "rework": (Rework(feb(10), feb(12)),)}, feb(12)),
        ({"delivered_on": feb(9), "first_pass_on": feb(10), "asked_again_on": feb(11)}, feb(11)),
    ],
)
def test_a_post_waits_since_it_was_handed_over_last(
    facts: dict[str, Any], since: date | None
) -> None:
    assert Post(planned_for=feb(13), **facts).waiting_since == since


# ---------------------------------------------------------------------------------------- backfill
@pytest.mark.parametrize(
    ("happened", "entered", "late"),
    [
        (feb(9), feb(9), False),
        (feb(6), feb(9), False),
        (feb(5), feb(9), True),
        # ahead of the fact cannot be late
        (feb(10), feb(9), False),
        (date(2025, 12, 30), date(2026, 1, 2), False),
        (date(2025, 12, 29), date(2026, 1, 2), True),
        (date(2024, 2, 27), date(2024, 3, 1), False),
        (date(2024, 2, 26), date(2024, 3, 1), True),
    ],
)
def test_an_entry_more_than_three_days_after_the_fact_is_backfilled(
    happened: date, entered: date, late: bool
) -> None:
    assert is_backfilled(happened, entered, 3) is late


# ----------------------------------------------------------------------------------- what was known
@pytest.mark.parametrize(
    ("as_of", "day"),
    [
        (feb(1), None),
        (feb(2), feb(20)),
        (feb(4), feb(20)),
        (feb(5), feb(27)),
        (feb(17), feb(27)),
        (feb(18), None),
    ],
)
def test_the_calendar_is_remembered_as_it_stood(as_of: date, day: date | None) -> None:
    post = Post(
        planned_on=feb(2),
        planned_for=feb(27),
        moves=(Move(feb(20), feb(27), feb(5)),),
        withdrawn_on=feb(18),
    )
    assert post.day_in_calendar(as_of) == day


def test_nobody_can_say_that_an_undated_slot_stood_in_the_calendar() -> None:
    assert Post(planned_for=feb(27)).day_in_calendar(feb(26)) is None
    assert Post(delivered_on=feb(3)).day_in_calendar(feb(26)) is None


STORY = Post(
    title="A story",
    planned_on=feb(2),
    planned_for=feb(20),
    moves=(Move(feb(13), feb(20), feb(4)),),
    delivered_on=feb(9),
    rework=(Rework(feb(11), feb(13)),),
    approved_on=feb(16),
    shared_on=feb(20),
)


@pytest.mark.parametrize(
    ("today", "state", "planned_for", "live"),
    [
        (feb(2), PostState.PLANNED, feb(13), None),
        (feb(4), PostState.PLANNED, feb(20), None),
        (feb(9), PostState.DELIVERED, feb(20), feb(20)),
        (feb(11), PostState.RETURNED, feb(20), None),
        (feb(13), PostState.DELIVERED, feb(20), feb(20)),
        (feb(16), PostState.APPROVED, feb(20), feb(20)),
        (feb(20), PostState.SHARED, feb(20), feb(20)),
    ],
)
def test_a_post_is_seen_as_it_was_known_on_a_day(
    today: date, state: PostState, planned_for: date, live: date | None
) -> None:
    known = STORY.as_of(today)
    assert known is not None
    assert (known.state, known.planned_for, known.live_day) == (state, planned_for, live)


def test_before_anybody_knew_of_it_a_post_is_not_there() -> None:
    assert STORY.as_of(feb(1)) is None
    assert Post(delivered_on=feb(9)).as_of(feb(8)) is None


def test_before_its_slot_was_planned_a_delivery_dated_back_was_nobodys_plan() -> None:
    post = Post(planned_on=feb(10), planned_for=feb(20), delivered_on=feb(6))
    known = post.as_of(feb(9))
    assert known is not None
    assert (known.slot_day(HORIZON), known.live_day) == (None, feb(6))
    assert post.as_of(feb(10)) == post
    assert post.as_of(feb(5)) is None


def test_that_a_first_review_was_passed_is_known_from_its_day() -> None:
    post = Post(delivered_on=feb(6), first_pass_on=feb(9), asked_again_on=feb(11))
    for today, passed in ((feb(8), None), (feb(9), True), (feb(11), True)):
        known = post.as_of(today)
        assert known is not None
        assert known.passed_first_review is passed


# ---------------------------------------------------------------------------------------- the laws
DAYS = st.integers(0, 120).map(lambda offset: TODAY + timedelta(days=offset))
SPANS = st.integers(0, 30)


@st.composite
def reviewed_posts(draw: st.DrawFn) -> tuple[Post, list[int]]:
    """A post with finished rounds of rework, and the days Communications took before each."""
    delivered = draw(DAYS)
    waits = draw(st.lists(SPANS, max_size=4))
    rounds, day = [], delivered
    for wait in waits:
        returned = day + timedelta(days=wait)
        day = returned + timedelta(days=draw(SPANS))
        rounds.append(Rework(returned, day))
    planned_for = draw(st.none() | DAYS)
    return Post(planned_for=planned_for, delivered_on=delivered, rework=tuple(rounds)), waits


@given(case=reviewed_posts(), longer=st.lists(SPANS, min_size=4, max_size=4), data=st.data())
def test_a_review_that_takes_communications_longer_changes_nothing(
    case: tuple[Post, list[int]], longer: list[int], data: st.DataObject
) -> None:
    post, _ = case
    late, delay = [], 0
    for turn, extra in zip(post.rework, longer, strict=False):
        assert turn.redelivered_on is not None
        delay += extra
        shift = timedelta(days=delay)
        late.append(Rework(turn.returned_on + shift, turn.redelivered_on + shift))
    approved_on = data.draw(st.none() | DAYS)
    slower = replace(post, rework=tuple(late), approved_on=approved_on)

    assert (slower.ready_day, slower.live_day) == (post.ready_day, post.live_day)
    assert slower.on_schedule(HORIZON) == post.on_schedule(HORIZON)


@given(case=reviewed_posts())
def test_a_post_is_never_live_before_it_is_ready_nor_before_its_slot(
    case: tuple[Post, list[int]],
) -> None:
    post, _ = case
    assert post.delivered_on is not None
    assert post.ready_day is not None
    assert post.live_day is not None
    assert post.delivered_on <= post.ready_day <= post.live_day
    assert post.live_day == max(post.ready_day, post.planned_for or post.ready_day)


@given(planned_for=DAYS, early=SPANS, days_ahead=SPANS)
def test_delivering_earlier_is_never_penalised(
    planned_for: date, early: int, days_ahead: int
) -> None:
    late = Post(planned_for=planned_for, delivered_on=planned_for - timedelta(days=days_ahead))
    assert late.delivered_on is not None
    earlier = replace(late, delivered_on=late.delivered_on - timedelta(days=early))
    assert earlier.live_day == late.live_day == planned_for
    assert earlier.on_schedule(HORIZON)


@given(case=reviewed_posts(), weeks=st.integers(-60, 60))
def test_shifting_a_post_by_whole_weeks_shifts_its_days_and_nothing_else(
    case: tuple[Post, list[int]], weeks: int
) -> None:
    post, _ = case
    shift = timedelta(days=7 * weeks)

    def moved(day: date | None) -> date | None:
        return None if day is None else day + shift

    shifted = replace(
        post,
        planned_for=moved(post.planned_for),
        delivered_on=moved(post.delivered_on),
        rework=tuple(
            Rework(turn.returned_on + shift, moved(turn.redelivered_on)) for turn in post.rework
        ),
    )
    assert shifted.live_day == moved(post.live_day)
    assert shifted.slot_day(HORIZON) == moved(post.slot_day(HORIZON))
    assert shifted.on_schedule(HORIZON) == post.on_schedule(HORIZON)


@given(today=st.integers(-5, 40).map(lambda offset: feb(1) + timedelta(days=offset)))
def test_looking_back_twice_is_looking_back_once(today: date) -> None:
    known = STORY.as_of(today)
    assert known is None or known.as_of(today) == known
    later = STORY.as_of(today + timedelta(days=3))
    assert (None if later is None else later.as_of(today)) == known
