"""Reading and writing exemptions."""

from sqlmodel import col, select

from trial.domain.exemptions import ExemptionStatus
from trial.domain.trial_status import TrialState
from trial.store.tables import Department, Exemption, Trial
from trial.store.unit_of_work import UnitOfWork


def of_trial(work: UnitOfWork, trial_id: int) -> list[Exemption]:
    """Return a trial's exemptions in the order of their weeks."""
    return list(
        work.session.exec(
            select(Exemption)
            .where(col(Exemption.trial_id) == trial_id)
            .order_by(col(Exemption.first_week), col(Exemption.id))
        )
    )


def waiting(work: UnitOfWork) -> list[tuple[Exemption, Trial, str]]:
    """Return what was asked for and is not decided, with trial and department, oldest first."""
    rows = work.session.exec(
        select(Exemption, Trial, Department.name)
        .join(Trial, col(Trial.id) == col(Exemption.trial_id))
        .join(Department, col(Department.id) == col(Trial.department_id))
        .where(
            col(Exemption.status) == ExemptionStatus.ASKED, col(Trial.status) != TrialState.DECIDED
        )
        .order_by(col(Exemption.asked_on), col(Exemption.id))
    )
    return [(exemption, trial, department) for exemption, trial, department in rows]
