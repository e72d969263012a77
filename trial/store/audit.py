"""Reading the audit events."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from trial.store.tables import AuditEvent, Department, Person, Trial
from trial.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event with the names of its person and department, empty where it has none."""

    event: AuditEvent
    person: str
    department: str


def latest(work: UnitOfWork, *, trial_id: int | None, limit: int) -> list[RecordedEvent]:
    """Return the latest events, of one trial or of all, newest first."""
    query = (
        select(AuditEvent, Person.name, Department.name)
        .join(Person, col(Person.id) == col(AuditEvent.actor_id), isouter=True)
        .join(Trial, col(Trial.id) == col(AuditEvent.trial_id), isouter=True)
        .join(Department, col(Department.id) == col(Trial.department_id), isouter=True)
        .order_by(col(AuditEvent.at).desc(), col(AuditEvent.id).desc())
        .limit(limit)
    )
    if trial_id is not None:
        query = query.where(col(AuditEvent.trial_id) == trial_id)
    return [
        RecordedEvent(event, person or "", department or "")
        for event, person, department in work.session.exec(query)
    ]
