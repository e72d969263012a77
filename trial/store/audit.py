"""Finding audit events: to read them, and to return or take back what a change has left."""

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


def making_of(work: UnitOfWork, post_id: int) -> int | None:
    """Return the id of the event that made a post.

    A database may give the number of a post that was taken back to a later one, so the events
    of the first are passed over.
    """
    return work.session.exec(
        select(AuditEvent.id)
        .where(
            col(AuditEvent.subject) == "post",
            col(AuditEvent.subject_id) == post_id,
            col(AuditEvent.action).in_(("post.planned", "post.added")),
            col(AuditEvent.undone_at).is_(None),
        )
        .order_by(col(AuditEvent.id).desc())
    ).first()


def latest_of_post(work: UnitOfWork, post_id: int) -> AuditEvent | None:
    """Return the latest event about a post."""
    return work.session.exec(
        select(AuditEvent)
        .where(col(AuditEvent.subject) == "post", col(AuditEvent.subject_id) == post_id)
        .order_by(col(AuditEvent.id).desc())
    ).first()


def has_done(work: UnitOfWork, person_id: int, action: str) -> bool:
    """Return whether a person has done something to their own account."""
    query = select(AuditEvent.id).where(
        AuditEvent.subject == "person",
        AuditEvent.subject_id == person_id,
        AuditEvent.action == action,
    )
    return work.session.exec(query.limit(1)).first() is not None
