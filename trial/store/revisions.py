"""What to remember a computed thing by: keys that change with whatever it was computed from."""

from __future__ import annotations

from collections.abc import Hashable

from sqlalchemy import func
from sqlmodel import col, select

from trial.store.tables import Trial
from trial.store.unit_of_work import UnitOfWork


def cohort_revision(work: UnitOfWork, *, origin: str = "live") -> tuple[Hashable, ...]:
    """Return a key that stays the same only while no running trial of `origin` changes.

    It says nothing of the day: what depends on today is remembered by today as well. One
    indexed query over the running trials.

    Notes
    -----
    A trial's revision only grows, and trials join with ids larger than all before them. So the
    number and the sum of the ids tell which trials run, unless ended ones are taken up again in
    exchange for others, and the sum of their revisions whether one of them has changed.
    """
    row = work.session.exec(
        select(
            func.count(),
            func.sum(col(Trial.id)),
            func.sum(col(Trial.revision)),
            func.max(col(Trial.revision)),
        ).where(col(Trial.status) == "running", col(Trial.origin) == origin)
    ).one()
    # Sums are decimals on PostgreSQL; a key is compared and printed as whole numbers.
    return tuple(int(number or 0) for number in row)


def trial_revision(work: UnitOfWork, trial_id: int) -> int | None:
    """Return the revision of one trial, or None if there is no such trial."""
    return work.session.exec(select(Trial.revision).where(col(Trial.id) == trial_id)).first()
