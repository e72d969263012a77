"""Reading and writing trials, their departments and incidents."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import col, select

from trial.domain.trial_status import TrialState
from trial.store.tables import Decision, Department, Incident, Trial
from trial.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ListedTrial:
    """A trial with what a list says about it.

    Parameters
    ----------
    decision : str or None
        What the review meeting decided.
    """

    trial: Trial
    department: str
    decision: str | None


def listed(
    work: UnitOfWork,
    *,
    trial_id: int | None = None,
    department_ids: Collection[int] | None = None,
    states: Collection[TrialState] = tuple(TrialState),
) -> list[ListedTrial]:
    """Return trials with department and decision, by department and latest start first.

    Parameters
    ----------
    trial_id, department_ids
        Only this one; only those of these departments.
    """
    query = (
        select(Trial, Department.name, Decision.decision)
        .join(Department, col(Department.id) == col(Trial.department_id))
        .join(Decision, col(Decision.trial_id) == col(Trial.id), isouter=True)
        .where(col(Trial.status).in_(list(states)))
        .order_by(col(Department.name), col(Trial.starts_on).desc(), col(Trial.id))
    )
    if trial_id is not None:
        query = query.where(col(Trial.id) == trial_id)
    if department_ids is not None:
        query = query.where(col(Trial.department_id).in_(list(department_ids)))
    return [ListedTrial(*row) for row in work.session.exec(query)]


# ------------------------------------------------------------------------------- departments
def department_named(work: UnitOfWork, name: str) -> Department | None:
    """Return the department of this name, whatever its capitals.

    Compared here and not in SQL: SQLite knows no capitals beyond A to Z.
    """
    wanted = name.casefold()
    everyone = work.session.exec(select(Department))
    return next((each for each in everyone if each.name.casefold() == wanted), None)


# ------------------------------------------------------------------------------- incidents
def incidents_of(work: UnitOfWork, trial_id: int) -> list[Incident]:
    """Return a trial's serious incidents, the latest first."""
    return list(
        work.session.exec(
            select(Incident)
            .where(col(Incident.trial_id) == trial_id)
            .order_by(col(Incident.opened_on).desc(), col(Incident.id).desc())
        )
    )
