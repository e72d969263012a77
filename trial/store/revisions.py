"""What to remember a computed thing by: keys that change with whatever it was computed from."""

from __future__ import annotations

from sqlmodel import col, select

from trial.store.tables import Trial
from trial.store.unit_of_work import UnitOfWork


def running_revisions(work: UnitOfWork, *, origin: str = "live") -> dict[int, int]:
    """Return the revision of every running trial of `origin` by its id. One indexed query.

    Whatever was computed of a trial holds for as long as its revision is the same. It says nothing
    of the day: what depends on today is remembered by today as well.
    """
    rows = work.session.exec(
        select(Trial.id, Trial.revision).where(
            col(Trial.status) == "running", col(Trial.origin) == origin
        )
    ).all()
    return {trial_id: revision for trial_id, revision in rows if trial_id is not None}
