"""What a log is made of, read as the columns it needs and nothing else.

A post has many columns, some of them moments and lists that have to be parsed, and a session
watches over every object it makes. Whoever only reads the logs of some hundred trials waits for
little else; what a log rests on is less than half of the columns, and nobody changes it there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Select, bindparam, select

from trial.domain.posts import Post
from trial.store.post_facts import post_of
from trial.store.tables import Table
from trial.store.unit_of_work import UnitOfWork

_Made = TypeVar("_Made")

_TABLES = Table.metadata.tables
_POST, _MOVE, _ATTEMPT = _TABLES["post"].c, _TABLES["slot_move"].c, _TABLES["review_attempt"].c
_CHECK_IN, _EXEMPTION = _TABLES["check_in"].c, _TABLES["exemption"].c
_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)


def posts(work: UnitOfWork, trial_ids: Sequence[int]) -> Mapping[int, list[Post]]:
    """Return the posts of trials by the trial, in the order they were entered. Three queries."""
    moves: Mapping[int, list[Any]] = _grouped(work, _MOVES, trial_ids, "post_id")
    attempts: Mapping[int, list[Any]] = _grouped(work, _ATTEMPTS, trial_ids, "post_id")
    return _grouped(
        work,
        _POSTS,
        trial_ids,
        "trial_id",
        lambda row: post_of(row, moves.get(row.id, ()), attempts.get(row.id, ())),
    )


_POSTS = (
    select(
        _POST.id,
        _POST.trial_id,
        _POST.title,
        _POST.contributor,
        _POST.planned_for,
        _POST.planned_on,
        _POST.delivered_on,
        _POST.approved_on,
        _POST.shared_on,
        _POST.withdrawn_on,
        _POST.rejected_on,
        _POST.backfilled,
    )
    .where(_POST.trial_id.in_(_IDS))
    .order_by(_POST.id)
)
_MOVES = (
    select(_MOVE.post_id, _MOVE.from_day, _MOVE.to_day, _MOVE.moved_on)
    .join(_TABLES["post"], _POST.id == _MOVE.post_id)
    .where(_POST.trial_id.in_(_IDS))
    .order_by(_MOVE.id)
)
_ATTEMPTS = (
    select(_ATTEMPT.post_id, _ATTEMPT.submitted_on, _ATTEMPT.outcome, _ATTEMPT.decided_on)
    .join(_TABLES["post"], _POST.id == _ATTEMPT.post_id)
    .where(_POST.trial_id.in_(_IDS))
    .order_by(_ATTEMPT.id)
)


def check_ins(work: UnitOfWork, trial_ids: Sequence[int]) -> Mapping[int, list[Any]]:
    """Return by the trial ``week, entered_on, needing_answer, answered_in_a_day, backfilled``."""
    return _grouped(work, _CHECK_INS, trial_ids, "trial_id")


_CHECK_INS = select(
    _CHECK_IN.trial_id,
    _CHECK_IN.week,
    _CHECK_IN.entered_on,
    _CHECK_IN.needing_answer,
    _CHECK_IN.answered_in_a_day,
    _CHECK_IN.backfilled,
).where(_CHECK_IN.trial_id.in_(_IDS))


def exemptions(work: UnitOfWork, trial_ids: Sequence[int]) -> Mapping[int, list[Any]]:
    """Return by the trial ``first_week, last_week`` of each granted exemption."""
    return _grouped(work, _EXEMPTIONS, trial_ids, "trial_id")


_EXEMPTIONS = select(_EXEMPTION.trial_id, _EXEMPTION.first_week, _EXEMPTION.last_week).where(
    _EXEMPTION.trial_id.in_(_IDS), _EXEMPTION.status == "granted"
)


def _as_it_is(row: Any) -> Any:
    return row


def _grouped(
    work: UnitOfWork,
    query: Select[Any],
    trial_ids: Sequence[int],
    by: str,
    make: Callable[[Any], _Made] = _as_it_is,
) -> Mapping[int, list[_Made]]:
    grouped: defaultdict[int, list[_Made]] = defaultdict(list)
    for row in work.connection.execute(query, {"ids": list(trial_ids)}):
        grouped[getattr(row, by)].append(make(row))
    return grouped
