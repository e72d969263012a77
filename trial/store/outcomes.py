"""Reading and writing what became of own accounts."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from trial.domain.verdict import DecisionOption
from trial.store.tables import AccountOutcome, Decision, Department, Trial
from trial.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class GrantedAccount:
    """A trial that was decided as ready for its own account."""

    trial: Trial
    department: str


def granted(work: UnitOfWork) -> list[GrantedAccount]:
    """Return the trials after which an own account was granted, the earliest decision first."""
    query = (
        select(Trial, Department.name)
        .join(Department, col(Department.id) == col(Trial.department_id))
        .join(Decision, col(Decision.trial_id) == col(Trial.id))
        .where(col(Decision.decision) == DecisionOption.READY)
        .order_by(col(Decision.decided_on), col(Department.name), col(Trial.id))
    )
    return [GrantedAccount(trial, department) for trial, department in work.session.exec(query)]


def outcomes_of(work: UnitOfWork) -> list[tuple[AccountOutcome, Trial]]:
    """Return every outcome with its trial, in the order of trials and days. One query."""
    query = (
        select(AccountOutcome, Trial)
        .join(Trial, col(Trial.id) == col(AccountOutcome.trial_id))
        .order_by(col(AccountOutcome.trial_id), col(AccountOutcome.checked_on))
    )
    return [(outcome, trial) for outcome, trial in work.session.exec(query)]


def outcome_days(work: UnitOfWork, trial_id: int, day: date) -> AccountOutcome | None:
    """Return what was found about an account on a day, or None."""
    return work.session.exec(
        select(AccountOutcome).where(
            col(AccountOutcome.trial_id) == trial_id, col(AccountOutcome.checked_on) == day
        )
    ).first()
