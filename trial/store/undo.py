"""Finding the events that a change has left, to return its result again or to take it back."""

from __future__ import annotations

from sqlmodel import col, select

from trial.store.tables import AuditEvent
from trial.store.unit_of_work import UnitOfWork


def event(work: UnitOfWork, event_id: int) -> AuditEvent | None:
    """Return an audit event as it is in the database now, or None if there is no such event."""
    return work.session.get(AuditEvent, event_id, populate_existing=True)


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
