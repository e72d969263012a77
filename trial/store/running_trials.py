"""What work inside a trial needs of it, and which trials run: weeks, policies, revisions."""

from dataclasses import dataclass

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col, select

from trial.domain.exemptions import ExemptionStatus
from trial.domain.trial_status import TrialState
from trial.store.tables import CheckIn, Department, Exemption, Organisation, PolicyVersion, Trial
from trial.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class TrialContext:
    """A trial's row with the rows around it that work inside the trial rests on."""

    trial: Trial
    department: str
    policy_document: str
    time_zone: str


def load_context(work: UnitOfWork, trial_id: int, *, hold: bool = False) -> TrialContext | None:
    """Return a trial with its setting, or None if there is no such trial.

    Parameters
    ----------
    hold : bool
        Let nobody else change this trial's log until this unit ends. On SQLite a writing unit
        holds the whole database anyway.
    """
    row = work.session.exec(_HELD if hold else _SETTING, params={"trial_id": trial_id}).first()
    return None if row is None else TrialContext(*row)


# Made once: every step in a trial asks them, and putting them together takes longer than running.
_SETTING = (
    select(Trial, Department.name, PolicyVersion.document, Organisation.time_zone)
    .join(Department, col(Department.id) == col(Trial.department_id))
    .join(PolicyVersion, col(PolicyVersion.id) == col(Trial.policy_id))
    .join(Organisation, col(Organisation.id) == 1)
    .where(col(Trial.id) == bindparam("trial_id"))
)
# Not against rows that merely refer to the trial, so that a new post's foreign key passes.
_HELD = _SETTING.with_for_update(of=Trial, key_share=True)
_EXCUSED = select(Exemption.first_week, Exemption.last_week).where(
    col(Exemption.trial_id) == bindparam("trial_id"),
    col(Exemption.status) == ExemptionStatus.GRANTED,
)
_CHECK_INS = (
    select(CheckIn)
    .where(col(CheckIn.trial_id) == bindparam("trial_id"))
    .order_by(col(CheckIn.week))
)


def excused_weeks(work: UnitOfWork, trial_id: int) -> frozenset[int]:
    """Return the weeks (from 0) that a granted exemption covers."""
    rows = work.session.exec(_EXCUSED, params={"trial_id": trial_id}).all()
    return frozenset(week for first, last in rows for week in range(first, last + 1))


def check_ins(work: UnitOfWork, trial_id: int) -> list[CheckIn]:
    """Return the check-ins of a trial in the order of weeks."""
    return list(work.session.exec(_CHECK_INS, params={"trial_id": trial_id}))


def running_revisions(work: UnitOfWork) -> dict[int, int]:
    """Return the revision of every running trial by its id. One indexed query.

    Whatever was computed of a trial holds for as long as its revision is the same. It says nothing
    of the day: what depends on today is remembered by today as well.
    """
    rows = work.connection.execute(_RUNNING).all()
    return {trial_id: revision for trial_id, revision in rows if trial_id is not None}


# Made once: the board asks it on every click.
_RUNNING = columns(col(Trial.id), col(Trial.revision)).where(
    col(Trial.status) == TrialState.RUNNING
)
