"""The sums a cohort is made of, each one statement over the posts of the trials asked for.

Every statement reaches posts through an index that begins with the trial, so that its cost
follows the trials asked for, however much finished history lies beside them. Each is put together
once, because that takes longer than running it for a trial or two.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    BindParameter,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy import exists as exists_

from trial.domain.calendar import DAYS_IN_WEEK
from trial.domain.exemptions import ExemptionStatus
from trial.domain.posts import PostState, ReviewOutcome
from trial.domain.trial_status import TrialState
from trial.store.date_sql import trial_day
from trial.store.tables import Table
from trial.store.unit_of_work import UnitOfWork

Rows = Sequence[Any]

_TABLES = Table.metadata.tables
_TRIAL, _DEPARTMENT, _POST = _TABLES["trial"], _TABLES["department"], _TABLES["post"]
_MOVE, _ATTEMPT = _TABLES["slot_move"], _TABLES["review_attempt"]
_CHECK_IN, _EXEMPTION, _EVENT = _TABLES["check_in"], _TABLES["exemption"], _TABLES["audit_event"]


_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)


def trials(work: UnitOfWork, trial_ids: Sequence[int] | None) -> Rows:
    """Rows of trials with `department` and `latest_activity`, in the order of ids.

    Parameters
    ----------
    trial_ids : sequence of int or None
        None for all running trials.
    """
    if trial_ids is None:
        return _all(work, _RUNNING_TRIALS)
    return _all(work, _TRIALS_ASKED_FOR, ids=trial_ids)


def _trials() -> Select[Any]:
    latest = (
        select(_EVENT.c.at)
        .where(_EVENT.c.trial_id == _TRIAL.c.id)
        .order_by(_EVENT.c.at.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(_TRIAL, _DEPARTMENT.c.name.label("department"), latest.label("latest_activity"))
        .join(_DEPARTMENT, _DEPARTMENT.c.id == _TRIAL.c.department_id)
        .order_by(_TRIAL.c.id)
    )


_RUNNING_TRIALS = _trials().where(_TRIAL.c.status == TrialState.RUNNING)
_TRIALS_ASKED_FOR = _trials().where(_TRIAL.c.id.in_(_IDS))


def live_posts(work: UnitOfWork, trial_ids: Sequence[int]) -> Rows:
    """``trial_id, live_day, contributor, posts``: live posts by day and contributor."""
    return _all(work, _LIVE_POSTS, ids=trial_ids)


_LIVE_POSTS = (
    select(_POST.c.trial_id, _POST.c.live_day, _POST.c.contributor, func.count())
    .where(_POST.c.trial_id.in_(_IDS), _POST.c.live_day.is_not(None))
    .group_by(_POST.c.trial_id, _POST.c.live_day, _POST.c.contributor)
)


def slots(work: UnitOfWork, trial_ids: Sequence[int], today: date) -> Rows:
    """``trial_id, week, slots, due, on_schedule``: slots of each trial week.

    `due` are those whose day has come by `today`; `on_schedule` those of them that were ready
    by their day and live in the trial.
    """
    return _all(work, _SLOTS, ids=trial_ids, today=today)


def _slots() -> Select[Any]:
    has_come = _POST.c.slot_day <= bindparam("today", type_=Date)
    in_time = and_(has_come, _POST.c.on_schedule, _POST.c.week.is_not(None))
    return (
        select(
            _POST.c.trial_id,
            _POST.c.slot_week,
            func.count(),
            func.sum(case((has_come, 1), else_=0)),
            func.sum(case((in_time, 1), else_=0)),
        )
        .where(_POST.c.trial_id.in_(_IDS), _POST.c.slot_week.is_not(None))
        .group_by(_POST.c.trial_id, _POST.c.slot_week)
    )


_SLOTS = _slots()


def calendar_ahead(work: UnitOfWork, trial_ids: Sequence[int], ahead_days: int) -> Rows:
    """``trial_id, week, slots`` that stood in the calendar `ahead_days` before the week.

    Of slots that were never moved; see :func:`moves` for the others.
    """
    return _all(work, _CALENDAR_AHEAD, ids=trial_ids, ahead_days=ahead_days)


def _calendar_ahead() -> Select[Any]:
    slot, inside = trial_day(_POST.c.planned_for, _TRIAL.c.starts_on, _TRIAL.c.weeks)
    entered, _ = trial_day(_POST.c.planned_on, _TRIAL.c.starts_on, _TRIAL.c.weeks)
    left, _ = trial_day(_POST.c.withdrawn_on, _TRIAL.c.starts_on, _TRIAL.c.weeks)
    week = slot // DAYS_IN_WEEK
    deadline = week * DAYS_IN_WEEK - bindparam("ahead_days", type_=Integer)
    return (
        select(_POST.c.trial_id, week, func.count())
        .join(_TRIAL, _TRIAL.c.id == _POST.c.trial_id)
        .where(
            _TRIAL.c.id.in_(_IDS),
            inside,
            entered <= deadline,
            or_(_POST.c.withdrawn_on.is_(None), left > deadline),
            ~exists_().where(_MOVE.c.post_id == _POST.c.id),
        )
        .group_by(_POST.c.trial_id, week)
    )


_CALENDAR_AHEAD = _calendar_ahead()


def moves(work: UnitOfWork, trial_ids: Sequence[int]) -> Rows:
    """Each move of a slot with its post's days, oldest first within a post. They are few.

    ``trial_id, post_id, from_day, to_day, moved_on, planned_for, planned_on, withdrawn_on``
    """
    return _all(work, _MOVES, ids=trial_ids)


_MOVES = (
    select(
        _POST.c.trial_id,
        _MOVE.c.post_id,
        _MOVE.c.from_day,
        _MOVE.c.to_day,
        _MOVE.c.moved_on,
        _POST.c.planned_for,
        _POST.c.planned_on,
        _POST.c.withdrawn_on,
    )
    .join(_MOVE, _MOVE.c.post_id == _POST.c.id)
    .where(_POST.c.trial_id.in_(_IDS))
    .order_by(_MOVE.c.post_id, _MOVE.c.id)
)


def earlier_reviews(work: UnitOfWork, trial_ids: Sequence[int]) -> Rows:
    """Each review that left its post with more to do, and what became of that. They are few.

    Rounds of changes, and approvals that an edit has ended; oldest first within a post, whose
    first review is always among them.

    ``trial_id, post_id, outcome, decided_on, handed_over_on, approved_on, rejected_on``
    """
    return _all(work, _EARLIER_REVIEWS, ids=trial_ids)


def _earlier_reviews() -> Select[Any]:
    later = _ATTEMPT.alias("later")
    handed_over = (
        select(later.c.submitted_on)
        .where(later.c.post_id == _ATTEMPT.c.post_id, later.c.id > _ATTEMPT.c.id)
        .order_by(later.c.id)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            _POST.c.trial_id,
            _ATTEMPT.c.post_id,
            _ATTEMPT.c.outcome,
            _ATTEMPT.c.decided_on,
            handed_over.label("handed_over_on"),
            _POST.c.approved_on,
            _POST.c.rejected_on,
        )
        .join(_ATTEMPT, _ATTEMPT.c.post_id == _POST.c.id)
        .where(
            _POST.c.trial_id.in_(_IDS),
            _ATTEMPT.c.decided_on.is_not(None),
            or_(
                _ATTEMPT.c.outcome == ReviewOutcome.CHANGES_REQUESTED,
                and_(_ATTEMPT.c.outcome == ReviewOutcome.APPROVED, handed_over.is_not(None)),
            ),
        )
        .order_by(_ATTEMPT.c.post_id, _ATTEMPT.c.id)
    )


_EARLIER_REVIEWS = _earlier_reviews()


def post_counts(work: UnitOfWork, trial_ids: Sequence[int]) -> Rows:
    """``trial_id, approved, rejected, backfilled, slots, dated``: posts of each kind.

    `approved` leaves out the rejected; `dated` are the slots of which it is known when they
    entered the calendar.
    """
    return _all(work, _POST_COUNTS, ids=trial_ids)


def _post_counts() -> Select[Any]:
    approved = and_(_POST.c.approved_on.is_not(None), _POST.c.rejected_on.is_(None))
    dated = and_(_POST.c.planned_for.is_not(None), _POST.c.planned_on.is_not(None))
    return (
        select(
            _POST.c.trial_id,
            func.sum(case((approved, 1), else_=0)),
            func.count(_POST.c.rejected_on),
            func.sum(cast(_POST.c.backfilled, Integer)),
            func.count(_POST.c.planned_for),
            func.sum(case((dated, 1), else_=0)),
        )
        .where(_POST.c.trial_id.in_(_IDS))
        .group_by(_POST.c.trial_id)
    )


_POST_COUNTS = _post_counts()


def weeks_spoken_of(work: UnitOfWork, trial_ids: Sequence[int]) -> Rows:
    """``trial_id, delivered, withdrawn, touched``: weeks that entries about posts speak of.

    `touched` is the week of a slot that was planned, delivered or withdrawn once that week had
    begun. Each is None where a post says nothing of the kind. Moves and rework speak of weeks
    too; see :func:`moves` and :func:`earlier_reviews`.
    """
    return _all(work, _WEEKS_SPOKEN_OF, ids=trial_ids)


def _weeks_spoken_of() -> Select[Any]:
    starts_on, weeks = _TRIAL.c.starts_on, _TRIAL.c.weeks
    delivered, delivered_inside = trial_day(_POST.c.delivered_on, starts_on, weeks)
    withdrawn, withdrawn_inside = trial_day(_POST.c.withdrawn_on, starts_on, weeks)
    planned, _ = trial_day(_POST.c.planned_on, starts_on, weeks)
    slot, slot_inside = trial_day(_POST.c.planned_for, starts_on, weeks)
    week = slot // DAYS_IN_WEEK
    begins = week * DAYS_IN_WEEK
    touched = or_(planned >= begins, delivered >= begins, withdrawn >= begins)
    return (
        select(
            _POST.c.trial_id,
            case((delivered_inside, delivered // DAYS_IN_WEEK)),
            case((withdrawn_inside, withdrawn // DAYS_IN_WEEK)),
            case((and_(slot_inside, touched), week)),
        )
        .join(_TRIAL, _TRIAL.c.id == _POST.c.trial_id)
        .where(_TRIAL.c.id.in_(_IDS))
        .distinct()
    )


_WEEKS_SPOKEN_OF = _weeks_spoken_of()


def check_ins(work: UnitOfWork, trial_ids: Sequence[int]) -> Rows:
    """``trial_id, week, needing_answer, answered_in_a_day`` of each check-in."""
    return _all(work, _CHECK_INS, ids=trial_ids)


_CHECK_INS = select(
    _CHECK_IN.c.trial_id,
    _CHECK_IN.c.week,
    _CHECK_IN.c.needing_answer,
    _CHECK_IN.c.answered_in_a_day,
).where(_CHECK_IN.c.trial_id.in_(_IDS))


def exemptions(work: UnitOfWork, trial_ids: Sequence[int]) -> Rows:
    """``trial_id, first_week, last_week`` of each granted exemption."""
    return _all(work, _EXEMPTIONS, ids=trial_ids)


_EXEMPTIONS = select(_EXEMPTION.c.trial_id, _EXEMPTION.c.first_week, _EXEMPTION.c.last_week).where(
    _EXEMPTION.c.trial_id.in_(_IDS), _EXEMPTION.c.status == ExemptionStatus.GRANTED
)


def waiting(work: UnitOfWork, trial_ids: Sequence[int]) -> Rows:
    """``trial_id, posts, since``: posts that wait for Communications, and the earliest hand-over.

    A post handed over several times waits since the last one.
    """
    return _all(work, _WAITING, ids=trial_ids)


def _waiting() -> Select[Any]:
    submitted = (
        select(func.max(_ATTEMPT.c.submitted_on))
        .where(_ATTEMPT.c.post_id == _POST.c.id)
        .scalar_subquery()
    )
    return (
        select(
            _POST.c.trial_id,
            func.count(),
            func.min(func.coalesce(submitted, _POST.c.delivered_on)),
        )
        .where(_POST.c.state == PostState.DELIVERED, _POST.c.trial_id.in_(_IDS))
        .group_by(_POST.c.trial_id)
    )


_WAITING = _waiting()


def _all(work: UnitOfWork, query: Select[Any], **asked: Any) -> Rows:
    return work.connection.execute(query, asked).all()
