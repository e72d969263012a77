"""What to remember a computed thing by: keys that change with whatever it was computed from."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from trial.domain.trial_status import TrialState
from trial.store.tables import Trial
from trial.store.unit_of_work import UnitOfWork


def running_revisions(work: UnitOfWork) -> dict[int, int]:
    """Return the revision of every running trial by its id. One indexed query.

    Whatever was computed of a trial holds for as long as its revision is the same. It says nothing
    of the day: what depends on today is remembered by today as well.
    """
    return {
        trial_id: revision
        for trial_id, revision in work.connection.execute(_RUNNING)
        if trial_id is not None
    }


# Made once: the board asks it on every click.
_RUNNING = select(col(Trial.id), col(Trial.revision)).where(col(Trial.status) == TrialState.RUNNING)
