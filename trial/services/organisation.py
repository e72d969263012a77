"""The organisation: founding it once, changing its name, saying what day it is there."""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from trial.domain import fields
from trial.domain.calendar import WEEKDAYS
from trial.domain.errors import InvalidInput, NotPossible, StaleEdit, whole_form
from trial.domain.roles import Permission, Role
from trial.services import identity
from trial.services.access import STRANGER, Actor
from trial.services.backend import Backend
from trial.services.brakes import THIS_MACHINE, Visitor, set_up_windows
from trial.services.change import open_change
from trial.store import organisation
from trial.store.tables import Organisation, Person
from trial.store.unit_of_work import UnitOfWork

_Value = TypeVar("_Value")

# Sixty bits, in letters and figures that are not taken for one another.
_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 12
_CODE_TYPED_LONGEST = 50


class AlreadySetUp(NotPossible):
    """Somebody has set up the organisation before."""

    def __init__(self) -> None:
        super().__init__("This is already set up. Please sign in, or ask Communications.")


class NotSetUp(NotPossible):
    """There is no organisation yet."""

    def __init__(self) -> None:
        super().__init__("Nothing is set up here yet. Open the start page to begin.")


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """What anybody may know, signed in or not.

    Parameters
    ----------
    week_starts_on : int
        Weekday, Monday = 0 to Sunday = 6.
    is_demo : bool
        Whether everything here is synthetic.
    """

    name: str
    time_zone: str
    week_starts_on: int
    is_demo: bool


def state(backend: Backend) -> OrganisationView | None:
    """Return the organisation, or None while the database is empty."""
    with backend.asking() as work:
        row = organisation.get(work)
        return None if row is None else _view(row)


def set_up_code(backend: Backend) -> str | None:
    """Return the code that setting up asks for, the same for every process on the database.

    For the server's log alone: whoever can read that runs this installation. None where nothing
    asks for it: when there is an organisation, or set-up is open to everybody.
    """
    if backend.open_set_up or state(backend) is not None:
        return None
    with backend.writing() as work:
        made = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
        if (code := organisation.set_up_code(work)) is not None:
            return _in_groups(code)
        if organisation.keep_set_up_code(work, made):
            work.commit()
            return _in_groups(made)
    return set_up_code(backend)


def set_up(
    backend: Backend,
    *,
    code: str = "",
    visitor: Visitor = THIS_MACHINE,
    name: str,
    time_zone: str,
    week_starts_on: int,
    manager_name: str,
    manager_email: str,
    password: str,
    is_demo: bool = False,
) -> int:
    """Found the organisation with its first Communications manager, all or nothing.

    Whoever founds it is taken to be that manager, so the password is their own from the start.

    Parameters
    ----------
    code : str
        As typed: the code in the server's log. Not asked for where set-up is open.
    visitor : Visitor
        Where the try comes from.
    time_zone : str
        An IANA name, such as ``Europe/Berlin``.
    week_starts_on : int
        Weekday, Monday = 0 to Sunday = 6.
    is_demo : bool
        Whether everything in it is synthetic, and must say so.

    Returns
    -------
    int
        The manager's person id.

    Raises
    ------
    AlreadySetUp
        When there is an organisation, also one that was founded a moment ago.
    TooManyTries
        When too many codes from there were wrong.
    InvalidInput
        When the code is another one, or a field cannot be taken.
    """
    _require_code(backend, code, visitor)
    if week_starts_on not in range(7):
        raise InvalidInput("Weeks start on", week_starts_on, "0 for Monday to 6 for Sunday")
    with whole_form() as read:
        names = (name, manager_name, manager_email)
        name = read(fields.clean_line, "Organisation", name, limit=fields.NAME_LIMIT)
        time_zone = read(_known_time_zone, time_zone)
        manager = Person(
            name=read(fields.clean_line, "Your name", manager_name, limit=fields.NAME_LIMIT),
            email=read(fields.email_address, manager_email),
            password_hash=read(identity.password_hash, password, field="Password", names=names),
            role=Role.COMMS,
            created_at=backend.now(),
        )
    with open_change(STRANGER, backend) as change:
        founded = Organisation(
            name=name,
            time_zone=time_zone,
            week_starts_on=week_starts_on,
            is_demo=is_demo,
            created_at=change.now,
        )
        if not organisation.create(change.work, founded):
            raise AlreadySetUp
        organisation.forget_set_up_code(change.work)
        person_id = change.work.add(manager)
        change.actor = Actor(person_id)
        change.record(
            "organisation.set_up",
            ("organisation", 1),
            name=name,
            time_zone=time_zone,
            week_starts_on=WEEKDAYS[week_starts_on],
        )
        return person_id


def change(
    actor: Actor, backend: Backend, *, seen: OrganisationView, name: str, time_zone: str
) -> OrganisationView:
    """Give the organisation another name or time zone.

    From the next click on, days are counted in the new time zone; days that were written down
    stay as they are. On which day weeks start stays too, for running trials are counted in it.

    Parameters
    ----------
    seen : OrganisationView
        As it was when the change was thought of.

    Raises
    ------
    InvalidInput
        When a field cannot be taken.
    StaleEdit
        When somebody else has changed it since.
    """
    with whole_form() as read:
        name = read(fields.clean_line, "Organisation", name, limit=fields.NAME_LIMIT)
        time_zone = read(_known_time_zone, time_zone)
    with open_change(
        actor, backend, Permission.ALL_ORGANISATION_WRITE, what="the organisation"
    ) as change:
        row = locked(change.work)
        before = _view(row)
        if before != seen:
            raise StaleEdit("The organisation")
        row.name, row.time_zone = name, time_zone
        change.record(
            "organisation.changed",
            row,
            name=name,
            time_zone=time_zone,
            before={"name": before.name, "time_zone": before.time_zone},
        )
        return _view(row)


def of(work: UnitOfWork) -> Organisation:
    """Return the organisation's row.

    Raises
    ------
    NotSetUp
        While the database is empty.
    """
    return _founded(organisation.get(work))


def locked(work: UnitOfWork) -> Organisation:
    """Return the organisation's row, kept from other units until this one ends.

    Raises
    ------
    NotSetUp
        While the database is empty.
    """
    return _founded(organisation.lock(work))


def today(work: UnitOfWork, backend: Backend) -> date:
    """Return the present day where the organisation is.

    Raises
    ------
    NotSetUp
        While the database is empty.
    """
    return backend.today(_founded(organisation.time_zone(work)))


def _founded(value: _Value | None) -> _Value:
    if value is None:
        raise NotSetUp
    return value


def _require_code(backend: Backend, typed: str, visitor: Visitor) -> None:
    if backend.open_set_up:
        return
    with backend.brakes.attempt(set_up_windows(visitor), InvalidInput):
        with backend.reading() as work:
            if organisation.get(work) is not None:
                raise AlreadySetUp
            code = organisation.set_up_code(work)
        letters = "".join(each for each in typed[:_CODE_TYPED_LONGEST].upper() if each.isalnum())
        if code is None or not secrets.compare_digest(letters.encode(), code.encode()):
            accepted = "the code in the server's log"
            sentence = f"This is not {accepted}. Please look there once more."
            if not letters:
                sentence = f"Give {accepted}."
            raise InvalidInput("Set-up code", None, accepted, sentence=sentence)


def _in_groups(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _view(row: Organisation) -> OrganisationView:
    return OrganisationView(row.name, row.time_zone, row.week_starts_on, row.is_demo)


def _known_time_zone(name: str) -> str:
    chosen = fields.verbatim("Time zone", name, limit=fields.TIME_ZONE_LIMIT)
    try:
        ZoneInfo(chosen)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput(
            "Time zone", name, "a region and city such as Europe/Berlin, or UTC"
        ) from error
    return chosen
