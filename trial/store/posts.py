"""Reading and writing posts together with their moves and review attempts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from sqlalchemy import Date, and_, bindparam, func, or_
from sqlmodel import col, select

from trial.domain.posts import PostState
from trial.domain.trial_status import TrialState
from trial.store.tables import Department, Person, Post, ReviewAttempt, SlotMove, Trial
from trial.store.unit_of_work import UnitOfWork

_Child = TypeVar("_Child", SlotMove, ReviewAttempt)


@dataclass(frozen=True, slots=True)
class PostRecord:
    """A post's row with everything that happened to it, oldest first."""

    row: Post
    moves: list[SlotMove] = field(default_factory=list)
    attempts: list[ReviewAttempt] = field(default_factory=list)

    @property
    def post_id(self) -> int:
        """The id of a post that has been flushed."""
        assert self.row.id is not None
        return self.row.id


@dataclass(frozen=True, slots=True)
class WaitingPost:
    """A post that waits for Communications, and whose it is."""

    record: PostRecord
    department: str


def trial_of(work: UnitOfWork, post_id: int) -> int | None:
    """Return the trial a post belongs to, or None if there is no such post."""
    return work.session.exec(_TRIAL_OF, params={"post_id": post_id}).first()


def get(work: UnitOfWork, post_id: int) -> PostRecord | None:
    """Return one post as it is in the database now, or None if there is no such post."""
    row = work.session.get(Post, post_id, populate_existing=True)
    return None if row is None else _with_history(work, [row])[0]


def of_trial(work: UnitOfWork, trial_id: int) -> list[PostRecord]:
    """Return every post of a trial, in the order they were entered. Three queries."""
    rows = work.session.exec(
        select(Post).where(col(Post.trial_id) == trial_id).order_by(col(Post.id))
    ).all()
    return _with_history(work, rows)


def touching(work: UnitOfWork, trial_id: int, first: date, last: date) -> list[PostRecord]:
    """Return the posts of a trial that the days from `first` to `last` speak of, or that are open.

    That is every slot of these days, everything that happened to a post on `first` or later
    (delivered, live, moved, withdrawn, reviewed), and every post that came back for changes.
    Left out are only posts that were over before `first`, and slots after `last` that nothing
    has happened to. Three queries.
    """
    rows = work.session.exec(
        _TOUCHING, params={"trial_id": trial_id, "first": first, "last": last}
    ).all()
    return _with_history(work, rows)


def with_request_keys(work: UnitOfWork, keys: Sequence[str]) -> list[PostRecord]:
    """Return the posts an earlier call with one of these keys has made, in the order of `keys`."""
    rows = work.session.exec(select(Post).where(col(Post.request_key).in_(keys))).all()
    by_key = {row.request_key: row for row in rows}
    return _with_history(work, [by_key[key] for key in keys if key in by_key])


def count_between(work: UnitOfWork, trial_id: int, first: date, last: date) -> int:
    """Return how many posts of a trial belong to the days from `first` to `last`.

    A slot belongs to its day, an unplanned post to the day it was delivered.
    """
    return work.session.exec(
        select(func.count())
        .select_from(Post)
        .where(
            col(Post.trial_id) == trial_id,
            or_(
                col(Post.planned_for).between(first, last),
                and_(col(Post.planned_for).is_(None), col(Post.delivered_on).between(first, last)),
            ),
        )
    ).one()


def waiting(work: UnitOfWork) -> list[WaitingPost]:
    """Return the posts of running trials that were delivered and not yet reviewed."""
    return _of_running_trials(work, PostState.DELIVERED)


def approved(work: UnitOfWork) -> list[WaitingPost]:
    """Return the posts of running trials that were approved and are on no channel yet."""
    return _of_running_trials(work, PostState.APPROVED)


def _of_running_trials(work: UnitOfWork, state: PostState) -> list[WaitingPost]:
    found = work.session.exec(
        select(Post, Department.name)
        .join(Trial, col(Trial.id) == col(Post.trial_id))
        .join(Department, col(Department.id) == col(Trial.department_id))
        .where(col(Post.state) == state, col(Trial.status) == TrialState.RUNNING)
    ).all()
    records = _with_history(work, [row for row, _ in found])
    return [
        WaitingPost(record, department)
        for record, (_, department) in zip(records, found, strict=True)
    ]


def reviewers(work: UnitOfWork, post_id: int) -> dict[int, str]:
    """Return the names of the people who reviewed a post, by id."""
    rows = work.session.exec(
        select(Person.id, Person.name)
        .join(ReviewAttempt, col(ReviewAttempt.reviewer_id) == col(Person.id))
        .where(col(ReviewAttempt.post_id) == post_id)
    ).all()
    return {person_id: name for person_id, name in rows if person_id is not None}


def keep(work: UnitOfWork, record: PostRecord) -> None:
    """Write a post and its history, new or changed; it has its id and its new version then."""
    post_id = work.add(record.row)
    for child in (*record.moves, *record.attempts):
        child.post_id = post_id
        work.session.add(child)
    work.flush()


def remove(work: UnitOfWork, record: PostRecord) -> None:
    """Take a post and its history out again."""
    work.remove(*record.moves, *record.attempts)
    work.remove(record.row)


def _with_history(work: UnitOfWork, rows: Sequence[Post]) -> list[PostRecord]:
    ids = {"ids": [row.id for row in rows]}
    moves = _by_post(work.session.exec(_MOVES, params=ids))
    attempts = _by_post(work.session.exec(_ATTEMPTS, params=ids))
    return [PostRecord(row, moves[row.id], attempts[row.id]) for row in rows]


def _by_post(children: Iterable[_Child]) -> defaultdict[int | None, list[_Child]]:
    by_post: defaultdict[int | None, list[_Child]] = defaultdict(list)
    for child in children:
        by_post[child.post_id].append(child)
    return by_post


# Made once: putting these queries together takes about as long as running them.
_TRIAL_OF = select(Post.trial_id).where(col(Post.id) == bindparam("post_id"))
_FIRST = bindparam("first", type_=Date())
_TOUCHING = (
    select(Post)
    .where(
        col(Post.trial_id) == bindparam("trial_id"),
        or_(
            col(Post.planned_for).between(_FIRST, bindparam("last", type_=Date())),
            col(Post.live_day) >= _FIRST,
            col(Post.delivered_on) >= _FIRST,
            col(Post.withdrawn_on) >= _FIRST,
            col(Post.state) == PostState.RETURNED,
            # By the post, which has an index; nobody should wait for other trials' history.
            select(SlotMove.id)
            .where(
                col(SlotMove.post_id) == col(Post.id),
                or_(col(SlotMove.moved_on) >= _FIRST, col(SlotMove.from_day) >= _FIRST),
            )
            .exists(),
            select(ReviewAttempt.id)
            .where(
                col(ReviewAttempt.post_id) == col(Post.id),
                or_(
                    col(ReviewAttempt.submitted_on) >= _FIRST,
                    col(ReviewAttempt.decided_on) >= _FIRST,
                ),
            )
            .exists(),
        ),
    )
    .order_by(col(Post.id))
)
_MOVES = (
    select(SlotMove)
    .where(col(SlotMove.post_id).in_(bindparam("ids", expanding=True)))
    .order_by(col(SlotMove.id))
)
_ATTEMPTS = (
    select(ReviewAttempt)
    .where(col(ReviewAttempt.post_id).in_(bindparam("ids", expanding=True)))
    .order_by(col(ReviewAttempt.id))
)
