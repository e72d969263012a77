"""Reading and finding people, their departments and their sign-ins."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from trial.store.tables import Membership, Person
from trial.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class PersonStanding:
    """What authorisation needs to know of a person."""

    person_id: int
    role: str
    active: bool
    departments: frozenset[int]


def standing_of(work: UnitOfWork, person_id: int) -> PersonStanding | None:
    """Return role, activity and departments of a person, or None if there is no such person."""
    rows = work.session.exec(
        select(Person.role, Person.active, Membership.department_id)
        .join(Membership, col(Membership.person_id) == col(Person.id), isouter=True)
        .where(col(Person.id) == person_id)
    ).all()
    if not rows:
        return None
    departments = frozenset(row[2] for row in rows if row[2] is not None)
    return PersonStanding(person_id, rows[0][0], rows[0][1], departments)
