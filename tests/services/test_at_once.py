"""Several people at the same moment, on both databases: one winner, one clear message, no loss."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.services.conftest import TODAY
from tests.services.days import FRI
from tests.services.rows import contents, revision_of, rows_in
from tests.services.steps import handed_over, slot
from trial.config import ROOT
from trial.domain.errors import NotPossible, StaleEdit, TrialError
from trial.services import calendar, check_in, posts, review, undo, week
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.services.post_views import LoggedPost, LoggedPosts
from trial.store.engine import Database
from trial.store.tables import Table

PEOPLE = 6


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """A database that several people reach at once, with the tables as migrated."""
    wanted = "migrated_sqlite" if request.param == "sqlite" else "migrated_postgres"
    database = Database(request.getfixturevalue(wanted))
    yield Backend(database, FixedClock.on(TODAY), ROOT / "data", open_set_up=True)
    database.close()


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Make the calls at the same moment; return each one's result or refusal, in order."""
    start = threading.Barrier(len(calls))

    def made(call: Callable[[], object]) -> object:
        start.wait(timeout=30)
        try:
            return call()
        except TrialError as refusal:
            return refusal

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(made, calls))


def test_of_several_people_changing_one_post_one_wins_and_the_others_are_told(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    post = slot(comms, backend, trial_id, FRI)

    def editing(title: str) -> Callable[[], object]:
        return lambda: posts.edit(
            comms, backend, post_id=post.id, version=post.version, title=title
        )

    results = at_once(*(editing(f"Title {number}") for number in range(PEOPLE)))

    refusals = [result for result in results if isinstance(result, TrialError)]
    (winner,) = [result for result in results if isinstance(result, LoggedPost)]
    assert len(refusals) == PEOPLE - 1
    assert {type(refusal) for refusal in refusals} == {StaleEdit}
    assert all(winner.post.title in str(refusal) for refusal in refusals)
    (kept,) = calendar.calendar(comms, backend, trial_id=trial_id).posts
    assert (kept.title, kept.version) == (winner.post.title, post.version + 1)


def test_people_logging_different_posts_of_one_trial_do_not_meet(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    slots = [slot(comms, backend, trial_id, FRI, f"Post {number}") for number in range(PEOPLE)]
    revision = revision_of(backend, trial_id)

    def delivering(number: int) -> Callable[[], object]:
        return lambda: handed_over(comms, backend, slots[number])

    results = at_once(*(delivering(number) for number in range(PEOPLE)))

    assert [result for result in results if isinstance(result, TrialError)] == []
    assert len(review.queue(comms, backend)) == PEOPLE
    assert revision_of(backend, trial_id) == revision + PEOPLE


def test_clicks_with_one_request_key_make_one_post(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    def clicking() -> object:
        return posts.add_unplanned(
            comms, backend, trial_id=trial_id, title="Night shift", request_key="form-1"
        )

    results = at_once(*[clicking] * PEOPLE)

    assert all(result == results[0] for result in results)
    assert rows_in(backend, "post") == 1


def test_a_week_sent_by_several_people_is_one_check_in(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    def sending(hours: float) -> Callable[[], object]:
        return lambda: check_in.check_in(comms, backend, trial_id=trial_id, week=5, hours=hours)

    results = at_once(*(sending(number) for number in range(PEOPLE)))

    assert [result for result in results if isinstance(result, TrialError)] == []
    assert rows_in(backend, "check_in") == 1


def test_a_step_clicked_back_several_times_is_taken_back_once(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    logged = posts.deliver(
        comms, backend, post_id=(post := slot(comms, backend, trial_id, FRI)).id, version=1
    )

    results = at_once(*[lambda: undo.undo(comms, backend, event_id=logged.undo)] * PEOPLE)

    refusals = [result for result in results if isinstance(result, TrialError)]
    assert {type(refusal) for refusal in refusals} == {NotPossible}
    assert len(refusals) == PEOPLE - 1
    (kept,) = calendar.calendar(comms, backend, trial_id=trial_id).posts
    assert (kept.id, kept.delivered_on) == (post.id, None)


def test_a_post_lives_its_whole_life_and_is_taken_back_step_by_step(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    """Every kind of change, and its way back, on the types each database has."""
    states: list[dict[str, object]] = []
    events: list[int] = []

    def step(logged: LoggedPost | LoggedPosts) -> tuple[int, int]:
        events.append(logged.undo)
        post = logged.post if isinstance(logged, LoggedPost) else logged[0]
        return post.id, post.version

    post_id, version = step(
        posts.plan(
            comms, backend, trial_id=trial_id, title="🫀 Herz", planned_for=FRI, channels=("X",)
        )
    )
    changes: list[Callable[[int], LoggedPost]] = [
        lambda version: posts.move(
            comms, backend, post_id=post_id, version=version, to_day=FRI.replace(day=14)
        ),
        lambda version: posts.deliver(comms, backend, post_id=post_id, version=version),
        lambda version: review.send_back(
            comms, backend, post_id=post_id, version=version, reason_code="facts", sentence="Why?"
        ),
        lambda version: posts.deliver(comms, backend, post_id=post_id, version=version),
        lambda version: review.approve(comms, backend, post_id=post_id, version=version),
        lambda version: review.share(
            comms, backend, post_id=post_id, version=version, link="https://example.org/p"
        ),
    ]
    for change in changes:
        states.append(facts(backend))
        _, version = step(change(version))
        # Each is undone at once and made again: an earlier one cannot be, once a later one came.
        undone = undo.undo(comms, backend, event_id=events[-1])
        assert facts(backend) == states[-1]
        _, version = step(change(undone.posts[0].version))

    (post,) = calendar.calendar(comms, backend, trial_id=trial_id).posts
    assert (post.state.value, post.title, post.attempt) == ("shared", "🫀 Herz", 2)
    view = week.this_week(comms, backend, trial_id=trial_id)
    assert [shown.id for day in view.days for shown in day.posts] == [post_id]
    assert (view.live_count, view.buffer) == (1, 1)


def facts(backend: Backend) -> dict[str, object]:
    kept = contents(backend)
    rows = [list(row) for row in kept["post"]]
    for row in rows:
        row.pop(_VERSION)
    return {
        "post": rows,
        "moves": [row[1:] for row in kept["slot_move"]],
        "attempts": [row[1:] for row in kept["review_attempt"]],
    }


_VERSION = [column.name for column in Table.metadata.tables["post"].columns].index("version")
