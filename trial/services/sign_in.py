"""Signing in and out, and who is behind a browser.

The browser holds a random token, the database only its hash. A browser fetches its cookie
with a ticket: a code that works once, for a minute, so that the token never stands in an
address. Until then the token lies sealed under the ticket, and nobody but the browser has that.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from trial.domain.errors import NotSignedIn, TrialError
from trial.domain.roles import PERMISSIONS, Permission, Role
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.fields import as_known
from trial.services.identity import EmailAndPassword, IdentityProvider, LocalAccounts
from trial.store import people
from trial.store.tables import Person, SignIn
from trial.store.unit_of_work import UnitOfWork

SIGNED_IN_FOR = timedelta(days=30)
TICKET_LASTS = timedelta(seconds=60)
FAILURES_BEFORE_REST = 10
REST = timedelta(minutes=15)

_TOKEN_BYTES = 32  # as many as a sha256 digest has, with which it is sealed


class SignInRefused(TrialError):
    """E-mail and password do not open an account; the text never says which of them it was."""

    def __init__(self) -> None:
        super().__init__(
            "This e-mail and password do not open an account. After "
            f"{FAILURES_BEFORE_REST} attempts an account rests for "
            f"{REST.seconds // 60} minutes. Communications can set a new password."
        )


@dataclass(frozen=True, slots=True)
class NewSignIn:
    """What a browser gets when somebody signs in.

    Parameters
    ----------
    token : str
        Says who is there from now on; for the session that just signed in.
    ticket : str
        Fetches the same token once, within a minute; may stand in an address.
    """

    token: str
    ticket: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is there, and what they may see.

    Parameters
    ----------
    departments : tuple of (int, str)
        Id and name of the person's own departments, by name.
    """

    actor: Actor
    name: str
    email: str
    role: Role
    permissions: frozenset[Permission]
    departments: tuple[tuple[int, str], ...]


def sign_in(
    backend: Backend,
    *,
    email: str,
    password: str,
    accounts: IdentityProvider[EmailAndPassword] | None = None,
) -> NewSignIn:
    """Sign somebody in with a local account.

    Parameters
    ----------
    email, password : str
        As typed.
    accounts : IdentityProvider, optional
        Who checks them; the local accounts by default.

    Raises
    ------
    SignInRefused
        When they do not open an account, when it is no longer active, or while it rests after
        too many attempts. The answer and the time it takes are the same in every case.
    """
    proof = EmailAndPassword(email, password)
    person_id = (accounts or LocalAccounts()).verify(backend, proof)
    with backend.writing() as work:
        at = backend.now()
        person = _account(work, person_id, email)
        opened = person_id is not None and person is not None and person.active
        if person is not None and person.locked_until is not None and person.locked_until > at:
            opened = False
        elif person is not None and not opened:
            _count_failure(person, at)
        known_id = None if person is None else person.id
        if not opened or person is None:
            work.record(
                at=at,
                actor_id=None,
                action="sign_in.refused",
                subject="person",
                subject_id=known_id,
            )
            work.commit()
            raise SignInRefused
        person.failed_sign_ins, person.locked_until = 0, None
        new = _open(work, person, at)
        work.record(
            at=at, actor_id=known_id, action="sign_in.opened", subject="person", subject_id=known_id
        )
        work.commit()
        return new


def redeem(backend: Backend, *, ticket: str) -> str:
    """Exchange a ticket for the token that goes into the browser's cookie, once.

    Raises
    ------
    NotSignedIn
        When the ticket is unknown, used, more than a minute old, or its sign-in has ended.
    """
    with backend.writing() as work:
        at = backend.now()
        waiting = people.sign_in_with_ticket(work, _hash(ticket))
        if (
            waiting is None
            or waiting.ticket_expires_at is None
            or waiting.ticket_expires_at <= at
            or people.signed_in(work, waiting.token_hash, at=at) is None
        ):
            raise NotSignedIn
        token = _unsealed(waiting.sealed_token, ticket)
        waiting.ticket_hash, waiting.sealed_token, waiting.ticket_expires_at = None, "", None
        work.record(
            at=at,
            actor_id=waiting.person_id,
            action="sign_in.cookie_fetched",
            subject="person",
            subject_id=waiting.person_id,
        )
        work.commit()
        return token


def who(backend: Backend, *, token: str) -> SignedIn | None:
    """Return who is behind a token, with role and departments as they are at this moment.

    None when there is no such sign-in, it is older than 30 days, or it was ended by signing
    out, a new password, a new role or a closed account.
    """
    with backend.asking() as work:
        row = people.signed_in(work, _hash(token), at=backend.now())
        if row is None:
            return None
        role = Role(row.role)
        return SignedIn(
            actor=Actor(row.person_id),
            name=row.name,
            email=row.email,
            role=role,
            permissions=PERMISSIONS[role],
            departments=row.departments,
        )


def sign_out(backend: Backend, *, token: str) -> None:
    """End the sign-in of a token; one that has ended already stays so."""
    with backend.writing() as work:
        row = people.sign_in_with_token(work, _hash(token))
        if row is None:
            return
        people.end_sign_in(work, row)
        work.record(
            at=backend.now(),
            actor_id=row.person_id,
            action="sign_in.closed",
            subject="person",
            subject_id=row.person_id,
        )
        work.commit()


def token_hash(token: str) -> str:
    """Return the hash under which a token is kept."""
    return _hash(token)


def _account(work: UnitOfWork, person_id: int | None, email: str) -> Person | None:
    if person_id is None:
        met = people.with_email(work, as_known(email))
        person_id = None if met is None else met.id
    # Read once more and held, so that attempts made at the same moment are counted one by one.
    return None if person_id is None else people.get(work, person_id)


def _count_failure(person: Person, at: datetime) -> None:
    person.failed_sign_ins += 1
    if person.failed_sign_ins >= FAILURES_BEFORE_REST:
        person.failed_sign_ins, person.locked_until = 0, at + REST


def _open(work: UnitOfWork, person: Person, at: datetime) -> NewSignIn:
    assert person.id is not None
    raw = secrets.token_bytes(_TOKEN_BYTES)
    token, ticket = raw.hex(), secrets.token_urlsafe(_TOKEN_BYTES)
    people.add_sign_in(
        work,
        SignIn(
            token_hash=_hash(token),
            person_id=person.id,
            epoch=person.sign_in_epoch,
            ticket_hash=_hash(ticket),
            sealed_token=_crossed(raw, ticket).hex(),
            ticket_expires_at=at + TICKET_LASTS,
            created_at=at,
            expires_at=at + SIGNED_IN_FOR,
        ),
    )
    return NewSignIn(token, ticket)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _unsealed(sealed: str, ticket: str) -> str:
    return _crossed(bytes.fromhex(sealed), ticket).hex()


def _crossed(token: bytes, ticket: str) -> bytes:
    # A one-time pad: the ticket is random, used for one token only, and kept nowhere. Its pad is
    # another hash than the one it is found by.
    pad = hashlib.sha256(b"seal:" + ticket.encode()).digest()
    return bytes(a ^ b for a, b in zip(token, pad, strict=True))
