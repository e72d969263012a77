"""Accounts: who has one, with which role, in which departments."""

from collections.abc import Sequence
from dataclasses import dataclass

from trial.domain import fields
from trial.domain.errors import (
    InvalidInput,
    NotAllowed,
    NotFound,
    NotPossible,
    NotSignedIn,
    StaleEdit,
    whole_form,
)
from trial.domain.roles import Permission, Role
from trial.services import identity, organisation
from trial.services.access import Actor, require
from trial.services.backend import Backend
from trial.services.brakes import own_password_windows
from trial.services.change import open_change
from trial.services.sign_in import token_hash
from trial.services.views import view_from
from trial.store import people
from trial.store.tables import Person
from trial.store.unit_of_work import UnitOfWork

_WHAT = "the accounts"


class LastManager(NotPossible):
    """Without this person nobody could look after the accounts."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is the only active Communications manager. Make somebody else one first."
        )


@dataclass(frozen=True, slots=True)
class PersonView:
    """One account.

    Parameters
    ----------
    version : int
        The edition of what is edited here; to be handed back with a change.
    departments : tuple of (int, str)
        Id and name, by name; only leads have any.
    password_is_temporary : bool
        Whether the password is still the one that somebody else has set.
    """

    id: int
    version: int
    name: str
    email: str
    role: Role
    active: bool
    departments: tuple[tuple[int, str], ...]
    password_is_temporary: bool


def list_people(actor: Actor, backend: Backend) -> tuple[PersonView, ...]:
    """Return all accounts by name, closed ones included."""
    with backend.reading() as work:
        require(work, actor, Permission.ALL_PERSON_WRITE, what=_WHAT)
        departments = people.departments_by_person(work)
        return tuple(
            _view(person, departments.get(person.id or 0, ())) for person in people.everyone(work)
        )


def add_person(
    actor: Actor,
    backend: Backend,
    *,
    name: str,
    email: str,
    role: Role,
    department_ids: Sequence[int] = (),
    password: str,
) -> PersonView:
    """Open an account.

    Parameters
    ----------
    department_ids : sequence of int
        A lead's departments; none for the other roles, which see every department. A lead may
        start without any, and sees nothing until there is one.
    password : str
        The first one, which opens nothing but the way to one of the person's own.

    Raises
    ------
    InvalidInput
        When a field cannot be taken, the e-mail has an account already, or the password is easy
        to guess.
    """
    with backend.reading() as work:
        require(work, actor, Permission.ALL_PERSON_WRITE, what=_WHAT)
        names = _names_around(work, name, email)
    with whole_form() as read:
        name = read(fields.clean_line, "Name", name, limit=fields.NAME_LIMIT)
        email = read(fields.email_address, email)
        password_hash = read(identity.password_hash, password, field="First password", names=names)
    with open_change(actor, backend, Permission.ALL_PERSON_WRITE, what=_WHAT) as change:
        work = change.work
        # Held, so that of two new accounts with one address the second is told in words.
        organisation.locked(work)
        if work.find(Person, email=email) is not None:
            accepted = "an address that has no account yet"
            sentence = f"{email} has an account already. Please give {accepted}."
            raise InvalidInput("E-mail", email, accepted, sentence=sentence)
        chosen = _departments(work, Role(role), department_ids)
        person = Person(
            email=email,
            name=name,
            password_hash=password_hash,
            password_is_temporary=True,
            role=Role(role),
            created_at=change.now,
        )
        person_id = work.add(person)
        people.set_departments(work, person_id, chosen)
        change.record("person.added", person, role=person.role, departments=sorted(chosen))
        return _view(person, people.departments_of(work, person_id))


def update_person(
    actor: Actor,
    backend: Backend,
    *,
    person_id: int,
    version: int,
    role: Role,
    department_ids: Sequence[int] = (),
    active: bool,
    name: str | None = None,
    password: str = "",
) -> PersonView:
    """Change somebody's role, departments, name or password, or close and reopen the account.

    A new role, a new password or a closed account ends all of that person's sign-ins at once. A
    password set for somebody else opens nothing but the way to one of their own. New departments
    count from the next click on.

    Parameters
    ----------
    version : int
        The edition that was seen.
    password : str
        A new one; empty to keep the present one.

    Raises
    ------
    InvalidInput
        When a field cannot be taken, or the password is easy to guess.
    StaleEdit
        When somebody else has changed the account since.
    LastManager
        When no active Communications manager would remain.
    """
    with whole_form() as read:
        new_hash = read(_hash_for, actor, backend, person_id, name, password) if password else None
        if name is not None:
            name = read(fields.clean_line, "Name", name, limit=fields.NAME_LIMIT)
    with open_change(actor, backend, Permission.ALL_PERSON_WRITE, what=_WHAT) as change:
        work = change.work
        organisation.locked(work)
        person = work.get(Person, person_id, hold=True)
        if person is None:
            raise NotFound("This account")
        if person.version != version:
            raise StaleEdit(f"The account of {person.name}")
        before = {
            "name": person.name,
            "role": person.role,
            "active": person.active,
            "departments": [number for number, _ in people.departments_of(work, person_id)],
        }
        role = Role(role)
        chosen = _departments(work, role, department_ids)
        if role is not Role.COMMS or not active:
            _refuse_last_manager(work, person)
        ends_sign_ins = person.role != role or (person.active and not active)
        person.name = person.name if name is None else name
        person.role, person.active = role, active
        person.version += 1
        if new_hash is not None:
            _take_password(work, person, new_hash, keep=None)
            person.password_is_temporary = actor.person_id != person_id
        elif ends_sign_ins:
            people.end_sign_ins(work, person)
        people.set_departments(work, person_id, chosen)
        change.record(
            "person.updated",
            person,
            role=role,
            active=active,
            departments=sorted(chosen),
            new_password=new_hash is not None,
            before=before,
        )
        view = _view(person, people.departments_of(work, person_id))
    if new_hash is not None:
        backend.brakes.start_over(view.email)
    return view


def change_own_password(
    actor: Actor,
    backend: Backend,
    *,
    current_password: str,
    new_password: str,
    token: str | None = None,
) -> None:
    """Change one's own password; the one thing that is open to whoever has a first password.

    Parameters
    ----------
    token : str, optional
        The sign-in this is done from. It goes on; all others end.

    Raises
    ------
    InvalidInput
        When the present password is another one, or the new one is the same or easy to guess.
    TooManyTries
        When the present password was wrong too often.
    StaleEdit
        When somebody else has set another password meanwhile.
    """
    with backend.reading() as work:
        person = _own_account(work, actor)
        kept, names = person.password_hash, _names_around(work, person.name, person.email)
        person_id, email = person.id, person.email
    assert person_id is not None
    _require_present(backend, person_id, current_password, kept)
    if identity.password_matches(new_password, kept):
        raise InvalidInput(
            "New password",
            None,
            "a different one",
            sentence="This is the password you have now. Please choose a different one.",
        )
    new_hash = identity.password_hash(new_password, field="New password", names=names)
    with open_change(actor, backend) as change:
        person = _own_account(change.work, actor)
        if person.password_hash != kept:
            raise StaleEdit("Your password")
        _take_password(change.work, person, new_hash, keep=token)
        person.password_is_temporary = False
        change.record("person.password_changed", person)
    backend.brakes.start_over(email)


def list_departments(actor: Actor, backend: Backend) -> tuple[tuple[int, str], ...]:
    """Return id and name of every department, by name."""
    with backend.reading() as work:
        require(work, actor, Permission.ALL_BOARD_READ, what="the departments")
        return people.all_departments(work)


def _require_present(backend: Backend, person_id: int, typed: str, kept: str) -> None:
    with backend.brakes.attempt(own_password_windows(person_id), InvalidInput):
        if identity.password_matches(typed, kept):
            return
        accepted = "the password you signed in with"
        sentence = f"This is not {accepted}." if typed else f"Give {accepted}."
        raise InvalidInput("Current password", None, accepted, sentence=sentence)


def _hash_for(
    actor: Actor, backend: Backend, person_id: int, new_name: str | None, password: str
) -> str:
    with backend.reading() as work:
        require(work, actor, Permission.ALL_PERSON_WRITE, what=_WHAT)
        person = work.get(Person, person_id)
        if person is None:
            raise NotFound("This account")
        names = (*_names_around(work, person.name, person.email), new_name or "")
    return identity.password_hash(password, field="New password", names=names)


def _names_around(work: UnitOfWork, name: str, email: str) -> tuple[str, ...]:
    """Return what anybody may know of a person, and so what makes no password."""
    departments = (called for _, called in people.all_departments(work))
    return (name, email, organisation.of(work).name, *departments)


def _own_account(work: UnitOfWork, actor: Actor) -> Person:
    if actor.person_id is None:
        raise NotAllowed("an account of its own")
    person = work.get(Person, actor.person_id, hold=True)
    if person is None or not person.active:
        raise NotSignedIn
    return person


def _take_password(work: UnitOfWork, person: Person, hashed: str, *, keep: str | None) -> None:
    person.password_hash = hashed
    people.end_sign_ins(work, person, except_token=None if keep is None else token_hash(keep))


def _refuse_last_manager(work: UnitOfWork, person: Person) -> None:
    """Refuse to go on without the only one who can look after the accounts."""
    manages = person.active and person.role == Role.COMMS
    if manages and people.count_active(work, Role.COMMS) == 1:
        raise LastManager(person.name)


def _departments(work: UnitOfWork, role: Role, department_ids: Sequence[int]) -> frozenset[int]:
    chosen = frozenset(department_ids)
    if chosen and role is not Role.LEAD:
        raise InvalidInput(
            "Departments", len(chosen), f"none to a {role.label}, who sees every department"
        )
    unknown = chosen - dict(people.all_departments(work)).keys()
    if unknown:
        raise InvalidInput("Departments", min(unknown), "departments from the list")
    return chosen


def _view(person: Person, departments: tuple[tuple[int, str], ...]) -> PersonView:
    return view_from(PersonView, person, role=Role(person.role), departments=departments)
