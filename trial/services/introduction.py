"""The first visit of a lead: what a trial is, shown until the person has closed it."""

from __future__ import annotations

from trial.domain.errors import NotSignedIn
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.change import open_change
from trial.store import audit
from trial.store.tables import Person

_CLOSED = "introduction.closed"


def is_closed(actor: Actor, backend: Backend) -> bool:
    """Return whether the person has closed the introduction before, on any device."""
    if actor.person_id is None:
        return True
    with backend.reading() as work:
        return audit.has_done(work, actor.person_id, _CLOSED)


def close(actor: Actor, backend: Backend) -> None:
    """Remember that the person has seen the introduction; a second time changes nothing.

    Raises
    ------
    NotSignedIn
        When nobody is signed in.
    """
    with open_change(actor, backend) as change:
        person = None if actor.person_id is None else change.work.get(Person, actor.person_id)
        if person is None or not person.active:
            raise NotSignedIn
        if not audit.has_done(change.work, person.id or 0, _CLOSED):
            change.record(_CLOSED, person)
