"""Who did what, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from trial.domain.errors import InvalidInput
from trial.domain.roles import Permission
from trial.services.access import Actor, require
from trial.services.backend import Backend
from trial.services.views import view_from
from trial.store import audit

MAX_EVENTS = 1000


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One thing somebody did.

    Parameters
    ----------
    at : datetime
        Aware, in UTC.
    person : str
        Who did it; “Operator” at the machine's own command line, empty for a refused sign-in.
    action : str
        ``resource.verb``, such as ``"trial.started"``.
    department : str
        The department whose trial it was about, or empty.
    details : mapping
        What was worth keeping, as plain values.
    undone : bool
        Whether it was taken back within the minute.
    """

    id: int
    at: datetime
    person: str
    action: str
    subject: str
    subject_id: int | None
    trial_id: int | None
    department: str
    details: Mapping[str, object]
    undone: bool


def events(
    actor: Actor, backend: Backend, *, trial_id: int | None = None, limit: int = 100
) -> tuple[AuditLine, ...]:
    """Return what was done, the latest first.

    Parameters
    ----------
    trial_id : int, optional
        Only what was done to this trial.
    limit : int
        At most so many, from 1 to 1,000.
    """
    if not 1 <= limit <= MAX_EVENTS:
        raise InvalidInput("Limit", limit, f"a number from 1 to {MAX_EVENTS}")
    with backend.reading() as work:
        require(work, actor, Permission.ALL_AUDIT_READ, what="the record of changes")
        return tuple(
            view_from(
                AuditLine,
                line.event,
                person=_doer(line),
                department=line.department,
                undone=line.event.undone_at is not None,
            )
            for line in audit.latest(work, trial_id=trial_id, limit=limit)
        )


def _doer(line: audit.RecordedEvent) -> str:
    if line.event.actor_id is None:
        return "" if line.event.action == "sign_in.refused" else "Operator"
    return line.person
