"""Reading and writing the decisions of review meetings."""

from dataclasses import dataclass

from sqlalchemy import inspect
from sqlalchemy.orm import QueryableAttribute, defer
from sqlmodel import col, select

from trial.store.tables import Decision, Department, Person, Trial
from trial.store.unit_of_work import UnitOfWork

_FROZEN_TEXTS: tuple[QueryableAttribute[str], ...] = tuple(
    inspect(Decision).attrs[name].class_attribute for name in ("frozen_facts", "frozen_scorecard")
)


@dataclass(frozen=True, slots=True)
class DecidedTrial:
    """A decision with the names a page shows; its frozen texts are loaded when asked for."""

    decision: Decision
    department: str
    decided_by: str


def of_trial(work: UnitOfWork, trial_id: int) -> DecidedTrial | None:
    """Return the decision on a trial, or None while there is none."""
    found = _decided(work, trial_id)
    return found[0] if found else None


def past(work: UnitOfWork) -> list[DecidedTrial]:
    """Return all decisions, the latest first."""
    return _decided(work, None)


def _decided(work: UnitOfWork, trial_id: int | None) -> list[DecidedTrial]:
    # A list of decisions needs none of the frozen texts, and each may be long.
    texts = [defer(column) for column in _FROZEN_TEXTS]
    query = (
        select(Decision, Department.name, Person.name)
        .join(Trial, col(Trial.id) == col(Decision.trial_id))
        .join(Department, col(Department.id) == col(Trial.department_id))
        .join(Person, col(Person.id) == col(Decision.decided_by))
        .options(*texts)
        .order_by(col(Decision.decided_at).desc(), col(Decision.id).desc())
    )
    if trial_id is not None:
        query = query.where(col(Decision.trial_id) == trial_id)
    return [DecidedTrial(*row) for row in work.session.exec(query)]
