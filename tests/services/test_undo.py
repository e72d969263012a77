"""One step back: one's own, within a minute, and only from where it led."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.services.days import FRI, MON, THU
from tests.services.rows import contents, refused, rows_in
from tests.services.steps import approved, handed_over, returned, sent_back, slot
from trial.domain.errors import NotAllowed, NotFound, NotPossible, NotSignedIn
from trial.services import check_in, posts, review, trials
from trial.services import undo as undoing
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.services.post_views import PostView

Step = Callable[[Actor, Backend, PostView], int]

DEPARTMENT_STEPS: dict[str, Step] = {
    "delivered": lambda actor, backend, post: (
        posts.deliver(actor, backend, post_id=post.id, version=post.version).undo
    ),
    "moved": lambda actor, backend, post: (
        posts.move(
            actor, backend, post_id=post.id, version=post.version, to_day=THU, reason="Guest is ill"
        ).undo
    ),
    "dropped": lambda actor, backend, post: (
        posts.drop(actor, backend, post_id=post.id, version=post.version, reason="no_time").undo
    ),
    "edited": lambda actor, backend, post: (
        posts.edit(
            actor, backend, post_id=post.id, version=post.version, title="B", channels=("X",)
        ).undo
    ),
}
REVIEW_STEPS: dict[str, Step] = {
    "approved": lambda actor, backend, post: (
        review.approve(actor, backend, post_id=post.id, version=post.version).undo
    ),
    "returned": lambda actor, backend, post: (
        review.send_back(
            actor,
            backend,
            post_id=post.id,
            version=post.version,
            reason_code="facts",
            sentence="Why?",
        ).undo
    ),
    "rejected": lambda actor, backend, post: (
        review.send_back(
            actor,
            backend,
            post_id=post.id,
            version=post.version,
            reason_code="consent",
            sentence="No.",
            for_good=True,
        ).undo
    ),
}


@pytest.mark.parametrize("name", DEPARTMENT_STEPS)
def test_a_departments_step_is_taken_back_to_the_letter(
    backend: Backend, lead: Actor, trial_id: int, name: str
) -> None:
    post = slot(lead, backend, trial_id, FRI)
    before = facts(backend)
    event = DEPARTMENT_STEPS[name](lead, backend, post)
    assert facts(backend) != before

    undone = undoing.undo(lead, backend, event_id=event)

    assert facts(backend) == before
    assert undone.posts[0].id == post.id
    assert undone.posts[0].version > post.version


@pytest.mark.parametrize("name", REVIEW_STEPS)
def test_a_reviewers_step_is_taken_back_to_the_letter(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int, name: str
) -> None:
    post = handed_over(lead, backend, slot(lead, backend, trial_id, FRI))
    before = facts(backend)
    event = REVIEW_STEPS[name](comms, backend, post)
    assert facts(backend) != before

    undoing.undo(comms, backend, event_id=event)

    assert facts(backend) == before


def test_a_second_hand_over_is_taken_back_to_the_open_round_of_changes(
    backend: Backend, clock: FixedClock, comms: Actor, lead: Actor, trial_id: int
) -> None:
    post = returned(backend, clock, comms, lead, trial_id)
    before = facts(backend)
    logged = posts.deliver(lead, backend, post_id=post.id, version=post.version)
    assert logged.post.ready_day is not None

    undone = undoing.undo(lead, backend, event_id=logged.undo)

    assert facts(backend) == before
    assert undone.posts[0].ready_day is None


def test_an_edit_of_an_approved_post_is_taken_back_with_its_approval(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    post = approved(backend, comms, lead, trial_id)
    before = facts(backend)
    event = posts.edit(lead, backend, post_id=post.id, version=post.version, title="B").undo
    undoing.undo(lead, backend, event_id=event)
    assert facts(backend) == before


def test_sharing_is_taken_back(backend: Backend, comms: Actor, lead: Actor, trial_id: int) -> None:
    post = approved(backend, comms, lead, trial_id)
    before = facts(backend)
    event = review.share(
        comms, backend, post_id=post.id, version=post.version, link="https://example.org/p"
    ).undo
    undoing.undo(comms, backend, event_id=event)
    assert facts(backend) == before


def test_what_a_step_has_made_is_gone_again(backend: Backend, lead: Actor, trial_id: int) -> None:
    slot(lead, backend, trial_id, MON)
    before = facts(backend)

    planned = posts.plan(
        lead, backend, trial_id=trial_id, title="Weekly", planned_for=FRI, repeat_weeks=3
    )
    assert undoing.undo(lead, backend, event_id=planned.undo).removed == 4
    assert facts(backend) == before

    added = posts.add_unplanned(lead, backend, trial_id=trial_id, title="Added")
    assert undoing.undo(lead, backend, event_id=added.undo).removed == 1
    assert facts(backend) == before


def test_a_wish_that_was_taken_back_can_be_made_again_with_its_key(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    def wish() -> int:
        return posts.add_unplanned(
            lead, backend, trial_id=trial_id, title="A", request_key="k"
        ).undo

    first = wish()
    undoing.undo(lead, backend, event_id=first)
    second = wish()
    assert second != first
    assert wish() == second
    assert undoing.undo(lead, backend, event_id=second).removed == 1


def test_a_check_in_is_taken_back_to_the_one_before_or_to_none(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    def send(hours: float) -> int:
        sent = check_in.check_in(lead, backend, trial_id=trial_id, week=5, hours=hours)
        assert sent.undo is not None
        return sent.undo

    first = send(2)
    before = facts(backend)
    undone = undoing.undo(lead, backend, event_id=send(3.5))
    assert undone.check_in is not None
    assert undone.check_in.hours == 2
    assert facts(backend) == before

    # The row is the same as after the first sending, but it has moved on since.
    with pytest.raises(NotPossible, match="has changed since"):
        undoing.undo(lead, backend, event_id=first)


def test_a_first_check_in_is_taken_back_to_none(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    sent = check_in.check_in(lead, backend, trial_id=trial_id, week=5, nothing_to_report=True)
    assert sent.undo is not None
    assert undoing.undo(lead, backend, event_id=sent.undo).removed == 1
    assert rows_in(backend, "check_in") == 0


@pytest.mark.parametrize(
    ("seconds", "in_time"), [(0, True), (60, True), (60.001, False), (3600, False)]
)
def test_a_step_can_be_taken_back_for_a_minute(
    backend: Backend,
    clock: FixedClock,
    lead: Actor,
    trial_id: int,
    seconds: float,
    in_time: bool,
) -> None:
    event = posts.add_unplanned(lead, backend, trial_id=trial_id, title="A").undo
    clock.moment += timedelta(seconds=seconds)
    if in_time:
        assert undoing.undo(lead, backend, event_id=event).removed == 1
    else:
        with pytest.raises(NotPossible, match="that minute is over"):
            undoing.undo(lead, backend, event_id=event)


def test_only_the_person_who_took_a_step_takes_it_back(
    backend: Backend,
    comms: Actor,
    lead: Actor,
    other_lead: Actor,
    reviewer: Actor,
    gone: Actor,
    trial_id: int,
) -> None:
    event = posts.add_unplanned(lead, backend, trial_id=trial_id, title="A").undo

    def step(actor: Actor, backend: Backend) -> object:
        return undoing.undo(actor, backend, event_id=event)

    for actor in (comms, other_lead, reviewer):
        refused(backend, NotAllowed, step, actor)
    refused(backend, NotSignedIn, step, gone)
    assert step(lead, backend)


def test_a_step_that_is_not_there_is_refused_like_somebody_elses(
    backend: Backend, comms: Actor, lead: Actor, other_lead: Actor, trial_id: int
) -> None:
    event = posts.add_unplanned(lead, backend, trial_id=trial_id, title="A").undo

    def said(number: int) -> str:
        with pytest.raises(NotAllowed) as refusal:
            undoing.undo(other_lead, backend, event_id=number)
        return str(refusal.value)

    assert said(event) == said(9_999)
    with pytest.raises(NotFound):
        undoing.undo(comms, backend, event_id=9_999)


def test_a_step_somebody_has_gone_on_from_stays(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    logged = posts.deliver(
        lead,
        backend,
        post_id=(post := slot(lead, backend, trial_id, FRI)).id,
        version=post.version,
    )
    sent_back(comms, backend, logged.post)
    before = contents(backend)

    with pytest.raises(NotPossible, match="“A post” has changed since"):
        undoing.undo(lead, backend, event_id=logged.undo)
    assert contents(backend) == before


def test_one_changed_slot_keeps_the_whole_repetition(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    planned = posts.plan(
        lead, backend, trial_id=trial_id, title="Weekly", planned_for=FRI, repeat_weeks=2
    )
    posts.drop(lead, backend, post_id=planned[2].id, version=planned[2].version, reason="no_time")
    before = contents(backend)
    with pytest.raises(NotPossible, match="has changed since"):
        undoing.undo(lead, backend, event_id=planned.undo)
    assert contents(backend) == before


def test_a_drop_whose_reason_was_given_anew_is_taken_back_as_one(
    backend: Backend, clock: FixedClock, lead: Actor, trial_id: int
) -> None:
    post = slot(lead, backend, trial_id, FRI)
    first = posts.drop(lead, backend, post_id=post.id, version=post.version, reason="no_time")
    clock.moment += timedelta(seconds=60)
    second = posts.drop(lead, backend, post_id=post.id, version=first.post.version, reason="merged")
    assert second.post.reason == "Went into another post"
    with pytest.raises(NotPossible, match="has changed since"):
        undoing.undo(lead, backend, event_id=first.undo)
    clock.moment += timedelta(seconds=60)
    (restored,) = undoing.undo(lead, backend, event_id=second.undo).posts
    assert (restored.state, restored.reason) == (post.state, "")


def test_a_step_is_taken_back_once(backend: Backend, lead: Actor, trial_id: int) -> None:
    event = DEPARTMENT_STEPS["moved"](lead, backend, slot(lead, backend, trial_id, FRI))
    undoing.undo(lead, backend, event_id=event)
    with pytest.raises(NotPossible, match="taken back already"):
        undoing.undo(lead, backend, event_id=event)


def test_taking_back_is_a_step_of_its_own_that_stays(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    event = DEPARTMENT_STEPS["moved"](lead, backend, slot(lead, backend, trial_id, FRI))
    undoing.undo(lead, backend, event_id=event)
    rows = columns(backend, "audit_event")

    taken_back, last = rows[-2], rows[-1]
    assert (taken_back["id"], taken_back["undone_at"]) == (event, backend.now())
    assert (last["action"], last["actor_id"]) == ("post.moved.undone", lead.person_id)
    with pytest.raises(NotPossible, match="cannot be taken back here"):
        undoing.undo(lead, backend, event_id=last["id"])


def test_steps_of_other_kinds_are_not_taken_back_here(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    started = next(row for row in columns(backend, "audit_event") if row["trial_id"] == trial_id)
    with pytest.raises(NotPossible, match="cannot be taken back here"):
        undoing.undo(comms, backend, event_id=started["id"])


def test_nothing_is_taken_back_in_a_trial_that_was_ended(
    backend: Backend, comms: Actor, lead: Actor, trial_id: int
) -> None:
    event = posts.add_unplanned(lead, backend, trial_id=trial_id, title="A").undo
    trials.end_early(comms, backend, trial_id=trial_id, on=MON, reason="The ward moves")
    with pytest.raises(NotPossible, match="was ended"):
        undoing.undo(lead, backend, event_id=event)


def facts(backend: Backend) -> list[dict[str, Any]]:
    """Every post, move, review attempt and check-in, but for the versions, which only grow."""
    rows = []
    for table in ("post", "slot_move", "review_attempt", "check_in"):
        for row in columns(backend, table):
            row.pop("version", None)
            rows.append({"table": table, **row})
    return rows


def columns(backend: Backend, table: str) -> list[dict[str, Any]]:
    from trial.store.tables import Table

    names = Table.metadata.tables[table].columns.keys()
    return [dict(zip(names, row, strict=True)) for row in contents(backend)[table]]
