"""What a department does with its posts: plan, move, drop, edit, hand over, add."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select

from tests.services.days import END, FRI, LAST_FRIDAY, MON, THU, TUE, WED
from tests.services.rows import Change, contents, refused, revision_of, rows_in
from tests.services.steps import approved, returned, slot
from trial.domain.errors import (
    InvalidInput,
    NotAllowed,
    NotFound,
    NotPossible,
    NotSignedIn,
    StaleEdit,
    TrialError,
)
from trial.domain.post_content import WEEK_LIMIT
from trial.domain.posts import PostState
from trial.services import calendar, posts, review, trials
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.services.post_views import PostView
from trial.store.tables import AuditEvent
from trial.store.unit_of_work import UnitOfWork


# ------------------------------------------------------------------------------------ planning
def test_a_planned_slot_stands_in_the_calendar(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    planned = posts.plan(
        lead,
        backend,
        trial_id=trial_id,
        title="  Walk with us:\n10 minutes a day ",
        planned_for=FRI,
        pillar="Prevention",
        channels=("Facebook", "Instagram", "Facebook"),
        contributor="Nurse team",
    )

    (post,) = planned
    assert post.title == "Walk with us: 10 minutes a day"
    assert post.channels == ("Facebook", "Instagram")
    assert (post.planned_for, post.planned_on, post.slot_day) == (FRI, MON, FRI)
    assert (post.state, post.week, post.slot_week) == (PostState.PLANNED, None, 5)
    assert permitted(post) == {"deliver", "move", "drop", "edit"}


def test_a_weekly_repetition_keeps_the_weekday_and_stops_at_the_end_of_the_trial(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    planned = posts.plan(
        lead,
        backend,
        trial_id=trial_id,
        title="Know your numbers",
        planned_for=FRI,
        repeat_weeks=12,
    )

    assert [post.planned_for for post in planned] == [
        FRI + timedelta(days=7 * week) for week in range(8)
    ]
    assert planned[-1].planned_for == date(2026, 4, 3)
    assert len({post.id for post in planned}) == 8


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 2, 8), "one that was not planned"),
        (date(2026, 1, 4), "a day of the trial, Mon 9 Feb 2026 to Sun 5 Apr 2026"),
        (date(2026, 4, 6), "a day of the trial, Mon 9 Feb 2026 to Sun 5 Apr 2026"),
    ],
)
def test_a_slot_stands_on_a_day_to_come_inside_the_trial(
    backend: Backend, lead: Actor, trial_id: int, day: date, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        posts.plan(lead, backend, trial_id=trial_id, title="A title", planned_for=day)
    assert rows_in(backend, "post") == 0


@pytest.mark.parametrize("day", [MON, END])
def test_today_and_the_last_day_can_be_planned(
    backend: Backend, lead: Actor, trial_id: int, day: date
) -> None:
    assert posts.plan(lead, backend, trial_id=trial_id, title="A", planned_for=day)[0].planned_for


def test_before_its_first_day_a_trial_can_be_planned_but_has_no_unplanned_posts(
    backend: Backend, clock: FixedClock, lead: Actor, trial_id: int
) -> None:
    clock.set(date(2026, 1, 2))
    first_day = date(2026, 1, 5)

    (post,) = posts.plan(lead, backend, trial_id=trial_id, title="A", planned_for=first_day)
    logged = posts.deliver(lead, backend, post_id=post.id, version=post.version)

    assert (logged.post.ready_day, logged.post.live_day) == (date(2026, 1, 2), first_day)
    assert logged.post.week == 0
    with pytest.raises(InvalidInput, match="none yet, it starts on Mon 5 Jan 2026"):
        posts.add_unplanned(lead, backend, trial_id=trial_id, title="B")
    with pytest.raises(InvalidInput, match="Mon 5 Jan 2026 to Sun 5 Apr 2026"):
        posts.plan(lead, backend, trial_id=trial_id, title="B", planned_for=date(2026, 1, 3))


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("", "Give the post a title of 1 to 200 characters"),
        ("   \t", "Give the post a title"),
        ("x" * 201, r"has 201 characters. Please shorten it to at most 200"),
        ("x" * 10_000, r"has 10000 characters"),
    ],
)
def test_a_title_out_of_bounds_is_refused_with_its_length(
    backend: Backend, lead: Actor, trial_id: int, title: str, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        posts.plan(lead, backend, trial_id=trial_id, title=title, planned_for=FRI)
    assert rows_in(backend, "post") == 0


@pytest.mark.parametrize(
    "title", ["🫀 Know your numbers 👩🏽‍⚕️", "Hände waschen – jetzt!", "y" * 200]
)
def test_a_title_in_bounds_is_kept_letter_by_letter(
    backend: Backend, lead: Actor, trial_id: int, title: str
) -> None:
    assert (
        posts.plan(lead, backend, trial_id=trial_id, title=title, planned_for=FRI)[0].title == title
    )


@pytest.mark.parametrize("repeat", [-1, 13, 1.5, True])
def test_a_repetition_is_0_to_12_weeks(
    backend: Backend, lead: Actor, trial_id: int, repeat: int
) -> None:
    with pytest.raises(InvalidInput, match="Repeat weekly"):
        posts.plan(
            lead, backend, trial_id=trial_id, title="A", planned_for=FRI, repeat_weeks=repeat
        )


def test_a_double_click_plans_once_and_tells_the_same(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    def click() -> tuple[tuple[PostView, ...], int]:
        planned = posts.plan(
            lead,
            backend,
            trial_id=trial_id,
            title="A",
            planned_for=FRI,
            repeat_weeks=2,
            request_key="form-1",
        )
        return planned.posts, planned.undo

    assert click() == click()
    assert rows_in(backend, "post") == 3


def test_a_double_click_adds_an_unplanned_post_once(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    first = posts.add_unplanned(lead, backend, trial_id=trial_id, title="A", request_key="k")
    second = posts.add_unplanned(lead, backend, trial_id=trial_id, title="A", request_key="k")

    assert first == second
    assert rows_in(backend, "post") == 1


def test_one_key_in_two_trials_is_two_wishes(
    backend: Backend, comms: Actor, trial_id: int, other_trial_id: int
) -> None:
    for trial in (trial_id, other_trial_id):
        posts.plan(comms, backend, trial_id=trial, title="A", planned_for=FRI, request_key="form-1")
    assert rows_in(backend, "post") == 2


def test_sixty_posts_fill_a_week(backend: Backend, lead: Actor, trial_id: int) -> None:
    for number in range(WEEK_LIMIT):
        posts.plan(lead, backend, trial_id=trial_id, title=f"Post {number}", planned_for=FRI)

    with pytest.raises(InvalidInput, match="week 6 holds 60 posts already"):
        posts.plan(lead, backend, trial_id=trial_id, title="One more", planned_for=THU)
    with pytest.raises(InvalidInput, match="week 6 holds 60 posts already"):
        posts.add_unplanned(lead, backend, trial_id=trial_id, title="One more")
    assert posts.plan(
        lead, backend, trial_id=trial_id, title="Next week", planned_for=FRI + timedelta(days=7)
    )


# ------------------------------------------------------------------------------------ delivery
@pytest.mark.parametrize(
    ("planned_for", "delivered_on", "live_day", "on_schedule", "backfilled"),
    [
        # ahead of the slot: it waits in the buffer, and goes live on the slot's day
        (FRI, MON, FRI, True, False),
        (MON, MON, MON, True, False),
        # entered some days late, up to three days after the fact: not backfilled
        (FRI, LAST_FRIDAY, FRI, True, False),
        # four days after the fact
        (FRI, date(2026, 2, 5), FRI, True, True),
        (FRI, date(2026, 1, 5), FRI, True, True),
    ],
)
def test_a_delivery_keeps_its_day_and_says_when_it_was_entered(
    backend: Backend,
    lead: Actor,
    trial_id: int,
    planned_for: date,
    delivered_on: date,
    live_day: date,
    on_schedule: bool,
    backfilled: bool,
) -> None:
    post = slot(lead, backend, trial_id, planned_for)

    after = posts.deliver(
        lead, backend, post_id=post.id, version=post.version, on=delivered_on
    ).post

    assert (after.delivered_on, after.delivery_entered_on) == (delivered_on, MON)
    assert (after.ready_day, after.live_day) == (delivered_on, live_day)
    assert (after.on_schedule, after.backfilled) == (on_schedule, backfilled)
    assert (after.state, after.waiting_days) == (PostState.DELIVERED, (MON - delivered_on).days)


def test_a_late_delivery_counts_in_the_week_it_was_ready(
    backend: Backend, clock: FixedClock, lead: Actor, trial_id: int
) -> None:
    clock.set(date(2026, 2, 2))
    post = slot(lead, backend, trial_id, LAST_FRIDAY)
    clock.set(MON)

    after = posts.deliver(lead, backend, post_id=post.id, version=post.version).post

    assert (after.slot_week, after.week) == (4, 5)
    assert (after.live_day, after.on_schedule) == (MON, False)


@pytest.mark.parametrize("on", [TUE, date(2025, 11, 5), date(2027, 2, 9)])
def test_a_delivery_lies_neither_ahead_nor_long_before_the_trial(
    backend: Backend, lead: Actor, trial_id: int, on: date
) -> None:
    post = slot(lead, backend, trial_id, FRI)
    with pytest.raises(InvalidInput, match="to today, Mon 9 Feb 2026"):
        posts.deliver(lead, backend, post_id=post.id, version=post.version, on=on)


def test_a_post_is_handed_over_once(backend: Backend, lead: Actor, trial_id: int) -> None:
    post = slot(lead, backend, trial_id, FRI)
    after = posts.deliver(lead, backend, post_id=post.id, version=post.version).post

    with pytest.raises(NotPossible, match="is with Communications since Mon 9 Feb"):
        posts.deliver(lead, backend, post_id=post.id, version=after.version)
    assert not after.can_deliver


def test_a_second_tap_on_delivered_is_no_stale_edit(
    backend: Backend, clock: FixedClock, comms: Actor, lead: Actor, trial_id: int
) -> None:
    post = slot(lead, backend, trial_id, FRI)
    first = posts.deliver(lead, backend, post_id=post.id, version=post.version)
    before = contents(backend)

    assert posts.deliver(lead, backend, post_id=post.id, version=post.version) == first
    assert contents(backend) == before
    # Another day, another person or a minute later it is another wish.
    with pytest.raises(StaleEdit):
        posts.deliver(lead, backend, post_id=post.id, version=post.version, on=LAST_FRIDAY)
    with pytest.raises(StaleEdit):
        posts.deliver(comms, backend, post_id=post.id, version=post.version)
    clock.moment += timedelta(seconds=61)
    with pytest.raises(StaleEdit):
        posts.deliver(lead, backend, post_id=post.id, version=post.version)


def test_handing_over_again_closes_the_round_of_changes(
    backend: Backend, clock: FixedClock, comms: Actor, lead: Actor, trial_id: int
) -> None:
    post = slot(lead, backend, trial_id, THU)
    post = posts.deliver(lead, backend, post_id=post.id, version=post.version).post
    clock.set(WED)
    post = review.send_back(
        comms,
        backend,
        post_id=post.id,
        version=post.version,
        reason_code="facts",
        sentence="Please check the figure.",
    ).post
    assert (post.state, post.ready_day, post.live_day, post.week) == (
        PostState.RETURNED,
        None,
        None,
        None,
    )
    clock.set(FRI)

    post = posts.deliver(lead, backend, post_id=post.id, version=post.version).post

    # Delivered Monday, two days with Communications, two days held: ready two days after Monday.
    assert (post.delivered_on, post.ready_day, post.live_day) == (MON, WED, THU)
    assert (post.state, post.attempt, post.on_schedule) == (PostState.DELIVERED, 2, True)


def test_a_post_comes_back_before_it_can_be_handed_over_again(
    backend: Backend, clock: FixedClock, comms: Actor, lead: Actor, trial_id: int
) -> None:
    post = returned(backend, clock, comms, lead, trial_id)
    with pytest.raises(InvalidInput, match="a day from Tue 10 Feb 2026 to today, Wed 11 Feb 2026"):
        posts.deliver(lead, backend, post_id=post.id, version=post.version, on=MON)
    again = posts.deliver(lead, backend, post_id=post.id, version=post.version, on=TUE).post
    assert again.ready_day == MON


def test_a_return_entered_late_is_marked_backfilled(
    backend: Backend, clock: FixedClock, comms: Actor, lead: Actor, trial_id: int
) -> None:
    post = returned(backend, clock, comms, lead, trial_id)
    clock.set(date(2026, 2, 14))
    again = posts.deliver(lead, backend, post_id=post.id, version=post.version, on=TUE).post
    assert again.backfilled


@pytest.mark.parametrize("days_in_review", [0, 1, 7, 30])
def test_time_in_review_never_counts_against_the_department(
    backend: Backend,
    clock: FixedClock,
    comms: Actor,
    lead: Actor,
    trial_id: int,
    days_in_review: int,
) -> None:
    post = slot(lead, backend, trial_id, WED)
    post = posts.deliver(lead, backend, post_id=post.id, version=post.version).post
    clock.set(MON + timedelta(days=days_in_review))
    post = review.send_back(
        comms, backend, post_id=post.id, version=post.version, reason_code="facts", sentence="Why?"
    ).post
    clock.set(MON + timedelta(days=days_in_review + 1))
    post = posts.deliver(lead, backend, post_id=post.id, version=post.version).post
    clock.set(MON + timedelta(days=2 * days_in_review + 1))
    post = review.approve(comms, backend, post_id=post.id, version=post.version).post

    assert (post.ready_day, post.live_day, post.week, post.on_schedule) == (TUE, WED, 5, True)


# -------------------------------------------------------------------------------- not planned
@pytest.mark.parametrize(
    ("on", "backfilled"),
    [(None, False), (LAST_FRIDAY, False), (date(2026, 2, 5), True), (date(2026, 1, 5), True)],
)
def test_an_unplanned_post_is_live_on_the_day_it_was_handed_over(
    backend: Backend, lead: Actor, trial_id: int, on: date | None, backfilled: bool
) -> None:
    post = posts.add_unplanned(lead, backend, trial_id=trial_id, title="Night shift", on=on).post

    assert (post.planned_for, post.slot_day, post.on_schedule) == (None, None, False)
    assert post.live_day == post.delivered_on == (on or MON)
    assert (post.backfilled, post.state) == (backfilled, PostState.DELIVERED)
    assert not post.can_move


@pytest.mark.parametrize("on", [TUE, date(2026, 1, 4), date(2026, 4, 6)])
def test_an_unplanned_post_lies_in_the_trial_and_not_ahead(
    backend: Backend, lead: Actor, trial_id: int, on: date
) -> None:
    with pytest.raises(InvalidInput, match="Mon 5 Jan 2026 to Mon 9 Feb 2026"):
        posts.add_unplanned(lead, backend, trial_id=trial_id, title="A", on=on)


# ------------------------------------------------------------------------------ moving, dropping
@pytest.mark.parametrize(
    ("days_ahead", "slot_stays"),
    [(0, True), (1, True), (6, True), (7, False), (30, False)],
)
def test_a_slot_moved_inside_the_horizon_still_answers_for_its_first_day(
    backend: Backend, lead: Actor, trial_id: int, days_ahead: int, slot_stays: bool
) -> None:
    planned_for = MON + timedelta(days=days_ahead)
    post = slot(lead, backend, trial_id, planned_for)
    to_day = date(2026, 3, 20)

    moved = posts.move(
        lead, backend, post_id=post.id, version=post.version, to_day=to_day, reason="Guest is ill"
    ).post

    assert (moved.planned_for, moved.moved_from, moved.reason) == (
        to_day,
        planned_for,
        "Guest is ill",
    )
    assert moved.slot_day == (planned_for if slot_stays else to_day)
    assert moved.moved_inside_horizon is slot_stays


@pytest.mark.parametrize(
    ("days_ahead", "slot_stays"), [(0, True), (6, True), (7, False), (30, False)]
)
def test_a_slot_dropped_inside_the_horizon_stays_a_slot(
    backend: Backend, lead: Actor, trial_id: int, days_ahead: int, slot_stays: bool
) -> None:
    planned_for = MON + timedelta(days=days_ahead)
    post = slot(lead, backend, trial_id, planned_for)

    dropped = posts.drop(
        lead, backend, post_id=post.id, version=post.version, reason="no_time", note="two ill"
    ).post

    assert dropped.state is PostState.WITHDRAWN
    assert dropped.slot_day == (planned_for if slot_stays else None)
    assert dropped.reason == "No time this week: two ill"


def test_a_delivered_post_can_be_moved_and_goes_live_later(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    post = slot(lead, backend, trial_id, FRI)
    post = posts.deliver(lead, backend, post_id=post.id, version=post.version).post
    next_friday = FRI + timedelta(days=7)

    moved = posts.move(
        lead, backend, post_id=post.id, version=post.version, to_day=next_friday
    ).post

    assert (moved.live_day, moved.week) == (next_friday, 6)
    assert (moved.slot_day, moved.on_schedule) == (FRI, True)


def test_a_post_that_was_live_before_today_stays_in_its_week(
    backend: Backend, clock: FixedClock, lead: Actor, trial_id: int
) -> None:
    post = slot(lead, backend, trial_id, MON)
    post = posts.deliver(lead, backend, post_id=post.id, version=post.version).post
    clock.set(TUE)

    with pytest.raises(NotPossible, match="counts as live since Mon 9 Feb"):
        posts.move(lead, backend, post_id=post.id, version=post.version, to_day=FRI)


@pytest.mark.parametrize(
    ("to_day", "said"),
    [
        (date(2026, 2, 8), "today, Mon 9 Feb, or a later day"),
        (FRI, "a day other than its present one"),
        (date(2026, 4, 6), "a day of the trial"),
    ],
)
def test_a_slot_moves_to_another_day_to_come(
    backend: Backend, lead: Actor, trial_id: int, to_day: date, said: str
) -> None:
    post = slot(lead, backend, trial_id, FRI)
    with pytest.raises(InvalidInput, match=said):
        posts.move(lead, backend, post_id=post.id, version=post.version, to_day=to_day)
    assert rows_in(backend, "slot_move") == 0


def test_an_unplanned_post_has_no_slot_to_move(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    post = posts.add_unplanned(lead, backend, trial_id=trial_id, title="A").post
    with pytest.raises(NotPossible, match="was not planned"):
        posts.move(lead, backend, post_id=post.id, version=post.version, to_day=FRI)


def test_a_post_is_dropped_with_a_reason(backend: Backend, lead: Actor, trial_id: int) -> None:
    post = slot(lead, backend, trial_id, FRI)
    with pytest.raises(InvalidInput, match="Give a reason"):
        posts.drop(lead, backend, post_id=post.id, version=post.version, reason=" ")
    with pytest.raises(InvalidInput, match="501 characters"):
        posts.drop(lead, backend, post_id=post.id, version=post.version, reason="x" * 501)


def test_a_second_tap_on_drop_drops_once(backend: Backend, lead: Actor, trial_id: int) -> None:
    post = slot(lead, backend, trial_id, FRI)
    first = posts.drop(lead, backend, post_id=post.id, version=post.version, reason="no_time")
    assert (
        posts.drop(lead, backend, post_id=post.id, version=post.version, reason="no_time") == first
    )
    with pytest.raises(StaleEdit):
        posts.drop(lead, backend, post_id=post.id, version=post.version, reason="merged")


def test_another_reason_is_given_within_a_minute_and_by_the_same_person(
    backend: Backend, clock: FixedClock, comms: Actor, lead: Actor, trial_id: int
) -> None:
    post = slot(lead, backend, trial_id, FRI)
    post = posts.drop(lead, backend, post_id=post.id, version=post.version, reason="no_time").post
    with pytest.raises(NotPossible, match="was dropped"):
        posts.drop(comms, backend, post_id=post.id, version=post.version, reason="merged")
    clock.moment += timedelta(seconds=61)
    with pytest.raises(NotPossible, match="was dropped"):
        posts.drop(lead, backend, post_id=post.id, version=post.version, reason="merged")


def test_a_delivered_post_that_is_dropped_no_longer_counts(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    post = slot(lead, backend, trial_id, FRI)
    post = posts.deliver(lead, backend, post_id=post.id, version=post.version).post
    post = posts.drop(lead, backend, post_id=post.id, version=post.version, reason="cancelled").post

    assert (post.state, post.week, post.live_day) == (PostState.WITHDRAWN, None, None)


def test_what_is_shared_stays_as_it_is(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    post = slot(lead, backend, trial_id, MON)
    post = posts.deliver(lead, backend, post_id=post.id, version=post.version).post
    post = review.approve(comms, backend, post_id=post.id, version=post.version).post
    post = review.share(
        comms, backend, post_id=post.id, version=post.version, link="https://example.org/p/1"
    ).post

    for change in changes_of(post):
        with pytest.raises(NotPossible, match="was shared on Mon 9 Feb and stays as it is"):
            change(lead, backend)
    assert permitted(post) == set()


# ------------------------------------------------------------------------------------- editing
def test_an_edit_after_approval_asks_for_review_again(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    post = approved(backend, comms, lead, trial_id)

    edited = posts.edit(
        lead, backend, post_id=post.id, version=post.version, title="Another title"
    ).post

    assert (edited.state, edited.approved_on, edited.attempt) == (PostState.DELIVERED, None, 2)
    assert edited.live_day == post.live_day
    first, second = review.history(lead, backend, post_id=post.id)
    assert (first.outcome, first.content_then.title) == ("approved", "A post")
    assert (second.outcome, second.content_then.title) == ("", "Another title")


def test_saving_without_a_difference_leaves_the_approval_alone(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    post = approved(backend, comms, lead, trial_id)
    same = posts.edit(
        lead,
        backend,
        post_id=post.id,
        version=post.version,
        title=post.title,
        pillar=post.pillar,
        channels=post.channels,
        contributor=post.contributor,
    ).post
    assert (same.state, same.attempt) == (PostState.APPROVED, 1)


def test_an_edit_before_review_needs_no_second_attempt(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    post = slot(lead, backend, trial_id, FRI)
    post = posts.deliver(lead, backend, post_id=post.id, version=post.version).post
    post = posts.edit(
        lead, backend, post_id=post.id, version=post.version, title="B", contributor="Ida"
    ).post
    assert (post.title, post.contributor, post.attempt) == ("B", "Ida", 1)


# ------------------------------------------------------------------------------- all or nothing


def changes_of(post: PostView) -> list[Change]:
    """Every change of a post that its department can make, on the version in `post`."""
    post_id, version = post.id, post.version
    return [
        lambda actor, backend: posts.deliver(actor, backend, post_id=post_id, version=version),
        lambda actor, backend: posts.move(
            actor, backend, post_id=post_id, version=version, to_day=THU
        ),
        lambda actor, backend: posts.drop(
            actor, backend, post_id=post_id, version=version, reason="no_time"
        ),
        lambda actor, backend: posts.edit(
            actor, backend, post_id=post_id, version=version, title="Changed"
        ),
    ]


def makings_in(trial_id: int) -> list[Change]:
    """Every way to make a post."""
    return [
        lambda actor, backend: posts.plan(
            actor, backend, trial_id=trial_id, title="Made", planned_for=FRI
        ),
        lambda actor, backend: posts.add_unplanned(actor, backend, trial_id=trial_id, title="Made"),
    ]


def test_who_may_change_posts(
    backend: Backend,
    comms: Actor,
    lead: Actor,
    other_lead: Actor,
    reviewer: Actor,
    gone: Actor,
    trial_id: int,
) -> None:
    for making in makings_in(trial_id):
        for actor, refusal in (
            (other_lead, NotAllowed),
            (reviewer, NotAllowed),
            (gone, NotSignedIn),
        ):
            refused(backend, refusal, making, actor)
        assert making(lead, backend)
        assert making(comms, backend)
    for number in range(4):
        for actor, refusal in (
            (other_lead, NotAllowed),
            (reviewer, NotAllowed),
            (gone, NotSignedIn),
        ):
            post = slot(lead, backend, trial_id, FRI)
            refused(backend, refusal, changes_of(post)[number], actor)
        for actor in (lead, comms):
            assert changes_of(slot(lead, backend, trial_id, FRI))[number](actor, backend)


def test_what_is_not_there_is_refused_like_what_is_not_ones_own(
    backend: Backend, comms: Actor, other_lead: Actor, lead: Actor, trial_id: int
) -> None:
    post = slot(lead, backend, trial_id, FRI)

    def said(post_id: int, actor: Actor) -> str:
        with pytest.raises(TrialError) as refusal:
            posts.deliver(actor, backend, post_id=post_id, version=1)
        return f"{type(refusal.value).__name__}: {refusal.value}"

    assert said(post.id, other_lead) == said(9_999, other_lead)
    with pytest.raises(NotFound):
        posts.deliver(comms, backend, post_id=9_999, version=1)
    with pytest.raises(NotFound):
        posts.plan(comms, backend, trial_id=9_999, title="A", planned_for=FRI)


def test_every_call_leaves_one_audit_event_and_a_new_revision(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    names = []
    for number in range(6):
        post = slot(lead, backend, trial_id, FRI)
        change = [*changes_of(post), *makings_in(trial_id)][number]
        before, revision = rows_in(backend, "audit_event"), revision_of(backend, trial_id)

        change(lead, backend)

        assert rows_in(backend, "audit_event") == before + 1
        assert revision_of(backend, trial_id) == revision + 1
        with backend.reading() as work:
            event = work.session.exec(select(AuditEvent)).all()[-1]
        assert (event.actor_id, event.trial_id, event.subject) == (lead.person_id, trial_id, "post")
        names.append(event.action)
    assert names == [
        "post.delivered",
        "post.moved",
        "post.dropped",
        "post.edited",
        "post.planned",
        "post.added",
    ]


def test_a_stale_change_is_refused_by_title_and_changes_nothing(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    post = slot(lead, backend, trial_id, FRI)
    posts.edit(comms, backend, post_id=post.id, version=post.version, title="The winner")

    for change in changes_of(post):
        with pytest.raises(StaleEdit, match="“The winner” was changed by somebody else"):
            change(lead, backend)
    (kept,) = calendar.calendar(lead, backend, trial_id=trial_id).posts
    assert (kept.title, kept.state) == ("The winner", PostState.PLANNED)


@pytest.mark.parametrize("moment", ["record", "commit", "flush"])
def test_a_crash_before_the_commit_leaves_nothing(
    backend: Backend,
    lead: Actor,
    trial_id: int,
    moment: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    post = slot(lead, backend, trial_id, FRI)
    before = contents(backend)

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("the power went")

    for change in [*changes_of(post), *makings_in(trial_id)]:
        with monkeypatch.context() as patch:
            patch.setattr(UnitOfWork, moment, crash)
            with pytest.raises(RuntimeError, match="the power went"):
                change(lead, backend)
        assert contents(backend) == before


def test_a_trial_that_was_ended_takes_no_entries(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    post = slot(lead, backend, trial_id, FRI)
    trials.end_early(comms, backend, trial_id=trial_id, on=MON, reason="The ward moves")
    for change in [*changes_of(post), *makings_in(trial_id)]:
        with pytest.raises(
            NotPossible, match="The trial of Cardiology was ended on Mon 9 Feb 2026"
        ):
            change(lead, backend)
    (kept,) = calendar.calendar(lead, backend, trial_id=trial_id).posts
    assert permitted(kept) == set()


def permitted(post: PostView) -> set[str]:
    return {name for name in ("deliver", "move", "drop", "edit") if getattr(post, f"can_{name}")}
