"""What a log is made of, read as the columns it needs and nothing else.

A post has many columns, some of them moments and lists that have to be parsed, and a session
watches over every object it makes. Whoever only reads the logs of some hundred trials waits for
little else; what a log rests on is less than half of the columns, and nobody changes it there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select

from trial.domain.posts import Post
from trial.store import cohort_sums
from trial.store.cohort_sums import Rows
from trial.store.post_facts import post_of
from trial.store.tables import Table
from trial.store.unit_of_work import UnitOfWork

_TABLES = Table.metadata.tables
_POST, _MOVE, _ATTEMPT = _TABLES["post"].c, _TABLES["slot_move"].c, _TABLES["review_attempt"].c
_CHECK_IN = _TABLES["check_in"].c
_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)


def posts(work: UnitOfWork, trial_ids: Sequence[int]) -> Mapping[int, list[Post]]:
    """Return the posts of trials by the trial, in the order they were entered. Three queries."""
    moves = _by(_read(work, _MOVES, trial_ids), "post_id")
    attempts = _by(_read(work, _ATTEMPTS, trial_ids), "post_id")
    return {
        trial_id: [post_of(row, moves.get(row.id, ()), attempts.get(row.id, ())) for row in rows]
        for trial_id, rows in _by(_read(work, _POSTS, trial_ids), "trial_id").items()
    }


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
    return _by(_read(work, _CHECK_INS, trial_ids), "trial_id")


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
    return _by(cohort_sums.exemptions(work, trial_ids), "trial_id")


def _read(work: UnitOfWork, query: Select[Any], trial_ids: Sequence[int]) -> Rows:
    return work.connection.execute(query, {"ids": list(trial_ids)}).all()


def _by(rows: Rows, column: str) -> Mapping[int, list[Any]]:
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, column)].append(row)
    return grouped
