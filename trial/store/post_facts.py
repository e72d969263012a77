"""From rows to the domain's post, and back to what is kept beside the facts.

This is the one place where a post's derived columns are computed. Whoever changes a post, its
moves or its review attempts calls :func:`refresh` before the change is written.
"""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise, zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from trial.domain.calendar import TrialWindow
from trial.domain.policy import Policy
from trial.domain.posts import Move, Post, ReviewOutcome, Rework, is_backfilled
from trial.store.posts import PostRecord


def domain_post(record: PostRecord) -> Post:
    """Return the dated facts of a stored post; see :func:`post_of`."""
    return post_of(record.row, record.moves, record.attempts)


def post_of(row: Any, moves: Sequence[Any], attempts: Sequence[Any]) -> Post:
    """Return the dated facts of a post.

    A review attempt that asked for changes opens a round of rework; the next attempt closes it.
    An attempt after an approval is an edit that asked for review again.

    Parameters
    ----------
    row
        A post, or the columns of one that :mod:`trial.store.log_columns` reads.
    moves, attempts : sequence
        What happened to it, oldest first; likewise.
    """
    rework, first_pass_on, asked_again_on = _reviews(attempts) if attempts else _NO_REVIEWS
    return Post(
        title=row.title,
        contributor=row.contributor,
        planned_for=row.planned_for,
        planned_on=row.planned_on,
        delivered_on=row.delivered_on,
        rework=rework,
        approved_on=row.approved_on,
        shared_on=row.shared_on,
        withdrawn_on=row.withdrawn_on,
        rejected_on=row.rejected_on,
        first_pass_on=first_pass_on,
        asked_again_on=asked_again_on,
        moves=tuple([Move(move.from_day, move.to_day, move.moved_on) for move in moves]),
        backfilled=row.backfilled,
        key=str(row.id or ""),
    )


def refresh(record: PostRecord, *, window: TrialWindow, policy: Policy, time_zone: str) -> None:
    """Compute every derived column of a post anew from its facts.

    Parameters
    ----------
    window, policy
        Of the trial the post belongs to.
    time_zone : str
        The organisation's; says on which day something was entered.
    """
    row = record.row
    zone = ZoneInfo(time_zone)
    post = domain_post(record)
    row.backfilled = post.is_late_slot(policy.backfill_days) or _entered_late(
        record, policy.backfill_days, zone
    )
    row.state = post.state
    row.slot_day = post.slot_day(policy.horizon_days)
    row.ready_day = post.ready_day
    row.live_day = post.live_day
    row.slot_week = None if row.slot_day is None else window.week_of(row.slot_day)
    row.week = None if row.live_day is None else window.week_of(row.live_day)
    row.on_schedule = post.on_schedule(policy.horizon_days)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """Return the day a moment falls on in `zone`."""
    return moment.astimezone(zone).date()


_NO_REVIEWS = (), None, None


def _reviews(attempts: Sequence[Any]) -> tuple[tuple[Rework, ...], date | None, date | None]:
    """Return rework, the day of a first pass, and the day an edit last asked again."""
    rework, asked_again_on = [], None
    for attempt, later in zip_longest(attempts, attempts[1:]):
        again = None if later is None else later.submitted_on
        if attempt.outcome == ReviewOutcome.CHANGES_REQUESTED and attempt.decided_on is not None:
            rework.append(Rework(attempt.decided_on, again))
        if attempt.outcome == ReviewOutcome.APPROVED and again is not None:
            asked_again_on = again
    first = attempts[0]
    return (
        tuple(rework),
        first.decided_on if first.outcome == ReviewOutcome.APPROVED else None,
        asked_again_on,
    )


def _entered_late(record: PostRecord, backfill_days: int, zone: ZoneInfo) -> bool:
    row = record.row
    happened = [
        (attempt.submitted_on, attempt.entered_at)
        for before, attempt in pairwise(record.attempts)
        if before.outcome == ReviewOutcome.CHANGES_REQUESTED
    ]
    if row.delivered_on is not None and row.delivered_at is not None:
        happened.append((row.delivered_on, row.delivered_at))
    return any(is_backfilled(day, day_of(moment, zone), backfill_days) for day, moment in happened)
