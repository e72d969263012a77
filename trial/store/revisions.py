"""What to remember a computed thing by: keys that change with whatever it was computed from."""

from __future__ import annotations

from sqlalchemy import select

from trial.domain.trial_status import TrialState
from trial.store.tables import Table
from trial.store.unit_of_work import UnitOfWork


def running_revisions(work: UnitOfWork) -> dict[int, int]:
    """Return the revision of every running trial by its id. One indexed query.

    Whatever was computed of a trial holds for as long as its revision is the same. It says nothing
    of the day: what depends on today is remembered by today as well.
    """
    rows = work.connection.execute(_RUNNING).all()
    return {trial_id: revision for trial_id, revision in rows}  # noqa: C416 – dict() takes thrice


_TRIAL = Table.metadata.tables["trial"].c
# Made once: the board asks it on every click.
_RUNNING = select(_TRIAL.id, _TRIAL.revision).where(_TRIAL.status == TrialState.RUNNING)
