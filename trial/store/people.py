"""Reading and writing people, their departments and their sign-ins."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, or_, update
from sqlalchemy import select as columns
from sqlmodel import col, select

from trial.store.tables import Department, Membership, Person, SignIn, UtcMoment
from trial.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class PersonStanding:
    """What authorisation needs to know of a person."""

    person_id: int
    role: str
    active: bool
    password_is_temporary: bool
    departments: frozenset[int]


def standing_of(work: UnitOfWork, person_id: int) -> PersonStanding | None:
    """Return what decides on a person's rights, or None if there is no such person."""
    rows = work.connection.execute(_STANDING, {"person_id": person_id}).all()
    if not rows:
        return None
    # An outer join: without any membership there is one row, and no department in it.
    memberships: list[int | None] = [row[3] for row in rows]
    departments = frozenset(found for found in memberships if found is not None)
    return PersonStanding(person_id, *rows[0][:3], departments)


# Made once: every service asks it, and putting it together takes longer than running it.
_STANDING = (
    columns(
        col(Person.role),
        col(Person.active),
        col(Person.password_is_temporary),
        col(Membership.department_id),
    )
    .join(Membership, col(Membership.person_id) == col(Person.id), isouter=True)
    .where(col(Person.id) == bindparam("person_id"))
)


def name_of(work: UnitOfWork, person_id: int | None) -> str:
    """Return a person's name; “Operator” where the machine's own command line acted."""
    if person_id is None:
        return "Operator"
    person = work.session.get(Person, person_id)
    return person.name if person is not None else ""


def everyone(work: UnitOfWork) -> list[Person]:
    """Return all people by name."""
    return list(work.session.exec(select(Person).order_by(col(Person.name), col(Person.id))))


def count_active(work: UnitOfWork, role: str) -> int:
    """Return how many active people hold `role`."""
    return work.session.exec(
        select(func.count())
        .select_from(Person)
        .where(col(Person.role) == role, col(Person.active).is_(True))
    ).one()


# ------------------------------------------------------------------------------- memberships
def departments_of(work: UnitOfWork, person_id: int) -> tuple[tuple[int, str], ...]:
    """Return id and name of a person's departments, by name."""
    return departments_by_person(work, [person_id]).get(person_id, ())


def departments_by_person(
    work: UnitOfWork, person_ids: Iterable[int] | None = None
) -> dict[int, tuple[tuple[int, str], ...]]:
    """Return id and name of departments, by name, for each person (everyone by default)."""
    query = (
        select(Membership.person_id, Department.id, Department.name)
        .join(Department, col(Department.id) == col(Membership.department_id))
        .order_by(col(Department.name))
    )
    if person_ids is not None:
        query = query.where(col(Membership.person_id).in_(list(person_ids)))
    found: dict[int, tuple[tuple[int, str], ...]] = {}
    for person_id, department_id, name in work.session.exec(query):
        assert department_id is not None
        found[person_id] = (*found.get(person_id, ()), (department_id, name))
    return found


def of_department(work: UnitOfWork, department_id: int) -> list[Person]:
    """Return the active members of a department, by name."""
    return list(
        work.session.exec(
            select(Person)
            .join(Membership, col(Membership.person_id) == col(Person.id))
            .where(col(Membership.department_id) == department_id, col(Person.active).is_(True))
            .order_by(col(Person.name), col(Person.id))
        )
    )


def all_departments(work: UnitOfWork) -> tuple[tuple[int, str], ...]:
    """Return id and name of every department, by name."""
    rows = work.session.exec(
        select(Department.id, Department.name).order_by(col(Department.name))
    ).all()
    return tuple((row[0], row[1]) for row in rows if row[0] is not None)


def set_departments(work: UnitOfWork, person_id: int, department_ids: Iterable[int]) -> None:
    """Make exactly these the person's departments."""
    work.session.execute(delete(Membership).where(col(Membership.person_id) == person_id))
    work.session.add_all(
        Membership(person_id=person_id, department_id=department_id)
        for department_id in sorted(set(department_ids))
    )
    work.flush()


# ------------------------------------------------------------------------------- sign-ins
@dataclass(frozen=True, slots=True)
class SignedInRow:
    """The person behind a sign-in, with id and name of their departments, by name."""

    person_id: int
    name: str
    email: str
    role: str
    password_is_temporary: bool
    departments: tuple[tuple[int, str], ...]


def add_sign_in(work: UnitOfWork, sign_in: SignIn) -> None:
    """Add a signed-in browser, and forget this person's that have run out."""
    work.session.execute(
        delete(SignIn).where(
            col(SignIn.person_id) == sign_in.person_id,
            col(SignIn.expires_at) <= sign_in.created_at,
        )
    )
    work.session.add(sign_in)
    work.flush()


def signed_in(work: UnitOfWork, token_hash: str, *, at: datetime) -> SignedInRow | None:
    """Return who is behind a token; None once it has run out, was ended, or the account was.

    One query: it is asked on every click of everybody.
    """
    rows = work.connection.execute(_SIGNED_IN, {"token_hash": token_hash, "at": at}).all()
    if not rows:
        return None
    person_id, name, email, role, temporary = rows[0][:5]
    assert person_id is not None
    # An outer join: without any membership there is one row, and no department in it.
    departments: list[tuple[int | None, str | None]] = [row[5:] for row in rows]
    return SignedInRow(
        person_id,
        name,
        email,
        role,
        temporary,
        tuple((known, called) for known, called in departments if known and called is not None),
    )


# Made once: putting the query together takes longer than running it. Columns, not rows: what is
# only read needs no session that watches over it.
_SIGNED_IN = (
    columns(
        col(Person.id),
        col(Person.name),
        col(Person.email),
        col(Person.role),
        col(Person.password_is_temporary),
        col(Department.id),
        col(Department.name),
    )
    .join(SignIn, col(SignIn.person_id) == col(Person.id))
    .join(Membership, col(Membership.person_id) == col(Person.id), isouter=True)
    .join(Department, col(Department.id) == col(Membership.department_id), isouter=True)
    .where(
        or_(
            col(SignIn.token_hash) == bindparam("token_hash"),
            col(SignIn.cookie_hash) == bindparam("token_hash"),
        ),
        col(SignIn.expires_at) > bindparam("at", type_=UtcMoment()),
        col(SignIn.epoch) == col(Person.sign_in_epoch),
        col(Person.active).is_(True),
    )
    .order_by(col(Department.name))
)


def sign_in_with_ticket(work: UnitOfWork, ticket_hash: str) -> SignIn | None:
    """Return the sign-in that waits for this ticket, held until this unit ends."""
    return work.session.exec(
        select(SignIn).where(col(SignIn.ticket_hash) == ticket_hash).with_for_update()
    ).first()


def waits_for_ticket(work: UnitOfWork, ticket_hash: str) -> bool:
    """Return whether a sign-in waits for this ticket."""
    query = columns(col(SignIn.token_hash)).where(col(SignIn.ticket_hash) == ticket_hash)
    return work.connection.execute(query).first() is not None


def sign_in_with_token(work: UnitOfWork, token_hash: str) -> SignIn | None:
    """Return the sign-in of a tab's or a cookie's token, whether or not it still counts."""
    return work.session.exec(
        select(SignIn).where(
            or_(col(SignIn.token_hash) == token_hash, col(SignIn.cookie_hash) == token_hash)
        )
    ).first()


def end_sign_ins(work: UnitOfWork, person: Person, *, except_token: str | None = None) -> None:
    """End every sign-in of a person, but for the browser whose token hash is `except_token`."""
    kept = None if except_token is None else sign_in_with_token(work, except_token)
    if kept is not None and (kept.person_id, kept.epoch) != (person.id, person.sign_in_epoch):
        kept = None
    person.sign_in_epoch += 1
    work.session.add(person)
    if kept is not None:
        kept.epoch = person.sign_in_epoch
        work.session.add(kept)
    work.flush()
    work.session.execute(
        delete(SignIn).where(
            col(SignIn.person_id) == person.id, col(SignIn.epoch) != person.sign_in_epoch
        )
    )


def end_all_sign_ins(work: UnitOfWork) -> int:
    """End every sign-in of everybody, and return how many there were."""
    number = work.session.exec(select(func.count()).select_from(SignIn)).one()
    work.session.execute(delete(SignIn))
    work.session.execute(update(Person).values(sign_in_epoch=col(Person.sign_in_epoch) + 1))
    return number
