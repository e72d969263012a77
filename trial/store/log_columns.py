"""What a log is made of, read as the columns it needs and nothing else.

A post has many columns, some of them moments and lists that have to be parsed, and a session
watches over every object it makes. Whoever only reads the logs of some hundred trials waits for
little else; what a log rests on is less than half of the columns, and nobody changes it there.
Rows become plain tuples with names, whose columns are looked up four times as fast as a row's.
"""

from collections import defaultdict, namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Select, bindparam, select

from trial.domain.posts import Post
from trial.store.post_facts import post_of
from trial.store.tables import Table
from trial.store.unit_of_work import UnitOfWork

_TABLES = Table.metadata.tables
_POST, _MOVE, _ATTEMPT = _TABLES["post"].c, _TABLES["slot_move"].c, _TABLES["review_attempt"].c
_CHECK_IN, _EXEMPTION = _TABLES["check_in"].c, _TABLES["exemption"].c
_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_Row = TypeVar("_Row")


# Names and order are those of the queries.
PostColumns = namedtuple(
    "PostColumns",
    "id title contributor planned_for planned_on delivered_on approved_on shared_on withdrawn_on "
    "rejected_on backfilled",
)
MoveColumns = namedtuple("MoveColumns", "from_day to_day moved_on")
AttemptColumns = namedtuple("AttemptColumns", "submitted_on outcome decided_on")
CheckInColumns = namedtuple(
    "CheckInColumns", "week entered_on needing_answer answered_in_a_day backfilled"
)
ExemptionColumns = namedtuple("ExemptionColumns", "first_week last_week")


def posts(work: UnitOfWork, trial_ids: Sequence[int]) -> Mapping[int, list[Post]]:
    """Return the posts of trials by the trial, in the order they were entered. Three queries."""
    moves = _read(work, _MOVES, trial_ids, MoveColumns._make)
    attempts = _read(work, _ATTEMPTS, trial_ids, AttemptColumns._make)

    def made(columns: Sequence[Any]) -> Post:
        post = PostColumns._make(columns)
        return post_of(post, moves.get(post.id, ()), attempts.get(post.id, ()))

    return _read(work, _POSTS, trial_ids, made)


def check_ins(work: UnitOfWork, trial_ids: Sequence[int]) -> Mapping[int, list[CheckInColumns]]:
    """Return the check-ins of trials by the trial."""
    return _read(work, _CHECK_INS, trial_ids, CheckInColumns._make)


def exemptions(work: UnitOfWork, trial_ids: Sequence[int]) -> Mapping[int, list[ExemptionColumns]]:
    """Return the granted exemptions of trials by the trial."""
    return _read(work, _EXEMPTIONS, trial_ids, ExemptionColumns._make)


def _of(table: Any, row: type[Any]) -> list[Any]:
    return [table[name] for name in row._fields]


# The first column says to whom a row belongs, the others are the row.
_POSTS = (
    select(_POST.trial_id, *_of(_POST, PostColumns))
    .where(_POST.trial_id.in_(_IDS))
    .order_by(_POST.id)
)
_MOVES = (
    select(_MOVE.post_id, *_of(_MOVE, MoveColumns))
    .join(_TABLES["post"], _POST.id == _MOVE.post_id)
    .where(_POST.trial_id.in_(_IDS))
    .order_by(_MOVE.id)
)
_ATTEMPTS = (
    select(_ATTEMPT.post_id, *_of(_ATTEMPT, AttemptColumns))
    .join(_TABLES["post"], _POST.id == _ATTEMPT.post_id)
    .where(_POST.trial_id.in_(_IDS))
    .order_by(_ATTEMPT.id)
)
_CHECK_INS = select(_CHECK_IN.trial_id, *_of(_CHECK_IN, CheckInColumns)).where(
    _CHECK_IN.trial_id.in_(_IDS)
)
_EXEMPTIONS = select(_EXEMPTION.trial_id, *_of(_EXEMPTION, ExemptionColumns)).where(
    _EXEMPTION.trial_id.in_(_IDS), _EXEMPTION.status == "granted"
)


def _read(
    work: UnitOfWork,
    query: Select[Any],
    trial_ids: Sequence[int],
    made: Callable[[Sequence[Any]], _Row],
) -> Mapping[int, list[_Row]]:
    """Return what is made of the rows of a query, by its first column."""
    grouped: defaultdict[int, list[_Row]] = defaultdict(list)
    for owner, *columns in work.connection.execute(query, {"ids": list(trial_ids)}):
        grouped[owner].append(made(columns))
    return grouped
