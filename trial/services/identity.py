"""Who somebody is: the port through which accounts are checked, and the local accounts.

Another provider, such as the hospital's own sign-on, joins by keeping the same promise: from
a proof to the id of a person, or None.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from threading import BoundedSemaphore
from typing import Protocol, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from trial.domain.fields import normalise_email
from trial.services import passwords
from trial.services.backend import Backend
from trial.store.tables import Person

# Hashing is made to be work: however many ask for it, most of the machine stays for everybody else.
_few_at_once = BoundedSemaphore(2)

Proof_contra = TypeVar("Proof_contra", contravariant=True)


class IdentityProvider(Protocol[Proof_contra]):
    """Tells who stands behind a proof of identity."""

    def verify(self, backend: Backend, proof: Proof_contra) -> int | None:
        """Return the id of the person the proof belongs to, or None.

        Must take as long for a person nobody knows as for one it refuses.
        """
        ...


@dataclass(frozen=True, slots=True)
class EmailAndPassword:
    """The proof local accounts ask for, as typed."""

    email: str
    password: str


@dataclass(frozen=True, slots=True)
class LocalAccounts:
    """Accounts kept here, with a password each."""

    def verify(self, backend: Backend, proof: EmailAndPassword) -> int | None:
        """Return the id of the person with this e-mail and password and an open account, or None.

        The password is hashed outside any transaction, and also where there is no account:
        neither other writers nor a stopwatch learn anything from it.
        """
        with backend.reading() as work:
            person = work.find(Person, email=normalise_email(proof.email))
            is_open = person is not None and person.active
            kept = (person.id, person.password_hash) if person and is_open else (None, "")
        matches = password_matches(proof.password, kept[1] or _nobodys_hash())
        return kept[0] if matches else None


def password_hash(password: str, *, field: str, names: Iterable[str]) -> str:
    """Return the argon2id hash under which a new password is kept.

    Parameters
    ----------
    field : str
        The field as the person sees it.
    names : iterable of str
        What anybody knows of the person: name, e-mail, organisation, departments.

    Raises
    ------
    InvalidInput
        When it is too short, too long or easy to guess, as :func:`passwords.check` says. The
        error never holds it.
    """
    passwords.check(field, password, names=names)
    with _few_at_once:
        return _hasher().hash(_same_on_every_keyboard(password))


def password_matches(password: str, kept_hash: str) -> bool:
    """Return whether `password` is the one that `kept_hash` was made of."""
    candidate = password if len(password) <= passwords.MAX_LENGTH else ""
    try:
        with _few_at_once:
            return _hasher().verify(kept_hash, _same_on_every_keyboard(candidate))
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> PasswordHasher:
    # argon2id with 19 MiB, two passes and one lane: OWASP's smallest recommendation, so that a
    # ward signing in together at shift change costs a small server neither memory nor patience.
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("nobody has this password")


def _same_on_every_keyboard(password: str) -> bytes:
    # Some devices type ü as one character, some as u with dots; both are the same password.
    return unicodedata.normalize("NFC", password).encode(errors="surrogatepass")
