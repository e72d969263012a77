"""Signing in and out, and who is behind a browser.

The browser holds random tokens, the database only their hashes: one token in the tab that signed
in, and one in the cookie. A browser fetches its cookie with a ticket, a code that works once, for
a minute; the cookie's token is made at that moment, so that no token ever stands in an address or
waits anywhere. Both are the same sign-in, and end together.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from trial.domain.errors import NotSignedIn, TrialError
from trial.domain.fields import normalise_email
from trial.domain.roles import PERMISSIONS, Permission, Role
from trial.services.access import STRANGER, Actor, require
from trial.services.backend import Backend
from trial.services.brakes import THIS_MACHINE, TooManyTries, Visitor
from trial.services.change import open_change
from trial.services.identity import EmailAndPassword, IdentityProvider, LocalAccounts
from trial.services.views import view_from
from trial.store import people, sign_in_tries
from trial.store.tables import Person, SignIn
from trial.store.unit_of_work import UnitOfWork

SIGNED_IN_FOR = timedelta(days=30)
TICKET_LASTS = timedelta(seconds=60)

_TOKEN_BYTES = 32


class SignInRefused(TrialError):
    """E-mail and password do not open an account; the text never says which of them it was."""

    def __init__(self) -> None:
        super().__init__(
            "This e-mail and password do not open an account. Check both and try again. "
            "Communications can set a new password."
        )


@dataclass(frozen=True, slots=True)
class NewSignIn:
    """What a browser gets when somebody signs in.

    Parameters
    ----------
    token : str
        Says who is there from now on; for the session that just signed in.
    ticket : str
        Fetches the cookie's token once, within a minute; may stand in an address.
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
    password_is_temporary : bool
        Whether somebody else has set the password. No service does anything for the person
        before they have chosen their own.
    """

    actor: Actor
    name: str
    email: str
    role: Role
    permissions: frozenset[Permission]
    departments: tuple[tuple[int, str], ...]
    password_is_temporary: bool


def sign_in(
    backend: Backend,
    *,
    email: str,
    password: str,
    visitor: Visitor = THIS_MACHINE,
    accounts: IdentityProvider[EmailAndPassword] | None = None,
) -> NewSignIn:
    """Sign somebody in with a local account.

    Parameters
    ----------
    email, password : str
        As typed.
    visitor : Visitor
        Where the try comes from, and from which browser.
    accounts : IdentityProvider, optional
        Who checks them; the local accounts by default.

    Raises
    ------
    SignInRefused
        When they do not open an account, or it is no longer active. The answer and the time it
        takes are the same in every case.
    TooManyTries
        When too many tries from there, or at that account, have failed; passwords are not looked
        at then. It is the same whether or not there is such an account.
    TooManyAtOnce
        When more people sign in at this moment than passwords can be checked.
    """
    account = normalise_email(email)
    with backend.asking() as work:
        is_known = bool(visitor.browser) and sign_in_tries.is_known_browser(
            work, account, visitor.browser
        )
    windows = backend.brakes.sign_in_windows(account, visitor, is_known_browser=is_known)
    try:
        # Once before the turn, so that nobody waits for those who are refused anyway.
        backend.brakes.check(windows)
        with backend.brakes.attempt(windows, SignInRefused):
            proof = EmailAndPassword(email, password)
            person_id = (accounts or LocalAccounts()).verify(backend, proof)
            if person_id is None:
                raise SignInRefused
        new = _open(backend, person_id, visitor)
    except (SignInRefused, TooManyTries):
        _note_failure(backend, visitor)
        raise
    backend.brakes.forgive(windows)
    return new


def recent_failures(actor: Actor, backend: Backend) -> tuple[tuple[str, int], ...]:
    """Return from where tries to sign in failed within a day, and how often, most first."""
    with backend.reading() as work:
        require(work, actor, Permission.ALL_PERSON_WRITE, what="the accounts")
        return sign_in_tries.failures_since(work, backend.now() - timedelta(days=1))


def redeem(backend: Backend, *, ticket: str) -> str:
    """Exchange a ticket for the token that goes into the browser's cookie, once.

    Raises
    ------
    NotSignedIn
        When the ticket is unknown, used, more than a minute old, or its sign-in has ended.
    """
    with backend.asking() as work:
        # Made-up tickets keep nobody from writing.
        if not people.waits_for_ticket(work, token_hash(ticket)):
            raise NotSignedIn
    with open_change(STRANGER, backend) as change:
        work, at = change.work, change.now
        waiting = people.sign_in_with_ticket(work, token_hash(ticket))
        if (
            waiting is None
            or waiting.ticket_expires_at is None
            or waiting.ticket_expires_at <= at
            or people.signed_in(work, waiting.token_hash, at=at) is None
        ):
            raise NotSignedIn
        token = secrets.token_hex(_TOKEN_BYTES)
        waiting.ticket_hash, waiting.ticket_expires_at = None, None
        waiting.cookie_hash = token_hash(token)
        change.actor = Actor(waiting.person_id)
        change.record("sign_in.cookie_fetched", ("person", waiting.person_id))
        return token


def who(backend: Backend, *, token: str) -> SignedIn | None:
    """Return who is behind a token, with role and departments as they are at this moment.

    None when there is no such sign-in, it is older than 30 days, or it was ended by signing
    out, a new password, a new role or a closed account.
    """
    with backend.asking() as work:
        row = people.signed_in(work, token_hash(token), at=backend.now())
        if row is None:
            return None
        role = Role(row.role)
        return view_from(
            SignedIn, row, actor=Actor(row.person_id), role=role, permissions=PERMISSIONS[role]
        )


def sign_out(backend: Backend, *, token: str) -> None:
    """End the sign-in of a token; one that has ended already stays so."""
    with backend.asking() as work:
        if people.sign_in_with_token(work, token_hash(token)) is None:
            return
    with open_change(STRANGER, backend) as change:
        row = people.sign_in_with_token(change.work, token_hash(token))
        if row is None:
            change.unchanged(None)
            return
        change.work.remove(row)
        change.actor = Actor(row.person_id)
        change.record("sign_in.closed", ("person", row.person_id))


def _note_failure(backend: Backend, visitor: Visitor) -> None:
    # Not an event of its own each time: a stranger could fill the record with them.
    with backend.writing() as work:
        sign_in_tries.count_failure(work, visitor.network, at=backend.now())
        work.commit()


def _open(backend: Backend, person_id: int, visitor: Visitor) -> NewSignIn:
    """Return a new sign-in of the person; SignInRefused where the account is closed."""
    with open_change(Actor(person_id), backend) as change:
        work, at = change.work, change.now
        person = work.get(Person, person_id, hold=True)
        if person is None or not person.active:
            raise SignInRefused
        new = _added(work, person_id, person.sign_in_epoch, at)
        if visitor.browser:
            sign_in_tries.remember_browser(work, person_id, visitor.browser, at=at)
        change.record("sign_in.opened", person, source=visitor.network)
        return new


def _added(work: UnitOfWork, person_id: int, epoch: int, at: datetime) -> NewSignIn:
    token, ticket = secrets.token_hex(_TOKEN_BYTES), secrets.token_urlsafe(_TOKEN_BYTES)
    people.add_sign_in(
        work,
        SignIn(
            token_hash=token_hash(token),
            person_id=person_id,
            epoch=epoch,
            ticket_hash=token_hash(ticket),
            ticket_expires_at=at + TICKET_LASTS,
            created_at=at,
            expires_at=at + SIGNED_IN_FOR,
        ),
    )
    return NewSignIn(token, ticket)


def token_hash(secret: str) -> str:
    """Return the hash under which a token is kept."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
