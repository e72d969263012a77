"""Who is asking, and whether they may.

A page's menu is a convenience; this is the lock. Role, membership and whether the account is
still active are read from the database in the same transaction as the work itself, so that a
demotion counts from the next click on.
"""

from __future__ import annotations

from dataclasses import dataclass

from trial.domain.errors import NotAllowed, NotSignedIn, TrialError
from trial.domain.roles import PERMISSIONS, Permission, Role
from trial.store import people
from trial.store.unit_of_work import UnitOfWork


class PasswordToBeChanged(TrialError):
    """The person still has a password that somebody else has set, and knows."""

    def __init__(self) -> None:
        super().__init__(
            "Your password was set by somebody else. Choose one of your own first; then "
            "everything of yours is open."
        )


@dataclass(frozen=True, slots=True)
class Actor:
    """The person a service works for.

    Parameters
    ----------
    person_id : int or None
        None for the operator at the machine's own command line, who may do what
        Communications may; no page ever makes such an actor.
    """

    person_id: int | None

    @property
    def is_operator(self) -> bool:
        """Whether this is the operator at the machine."""
        return self.person_id is None


OPERATOR = Actor(None)

STRANGER = Actor(0)
"""Somebody of whom it is not said yet who it is: no person has this number, so none may anything,
and nothing that is written can name them."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What an actor may do at this moment.

    Parameters
    ----------
    held : frozenset of Permission
    departments : frozenset of int
        The departments an *own* permission reaches.
    """

    held: frozenset[Permission]
    departments: frozenset[int]

    def allow(self, *permissions: Permission, department_id: int | None = None) -> bool:
        """Return whether one of `permissions` is held; an *own* one only in own departments."""
        return any(
            permission in self.held
            and (not permission.own_only or department_id in self.departments)
            for permission in permissions
        )


def rights_of(work: UnitOfWork, actor: Actor) -> Rights:
    """Return what the actor may do, read from the database.

    Raises
    ------
    NotSignedIn
        When the account is unknown or no longer active.
    PasswordToBeChanged
        While the password is one that somebody else has set.
    """
    if actor.person_id is None:
        return Rights(PERMISSIONS[Role.COMMS], frozenset())
    standing = people.standing_of(work, actor.person_id)
    if standing is None or not standing.active:
        raise NotSignedIn
    if standing.password_is_temporary:
        raise PasswordToBeChanged
    return Rights(PERMISSIONS[Role(standing.role)], standing.departments)


def require(
    work: UnitOfWork,
    actor: Actor,
    *permissions: Permission,
    department_id: int | None = None,
    what: str = "this",
) -> None:
    """Refuse unless the actor holds one of `permissions`.

    Parameters
    ----------
    permissions : Permission
        Any one suffices. An *own* permission suffices only where `department_id` is one of the
        actor's departments.
    department_id : int, optional
        The department the work touches.
    what : str
        How a refusal names the thing.

    Raises
    ------
    NotSignedIn
        When the account is unknown or no longer active.
    PasswordToBeChanged
        While the password is one that somebody else has set.
    NotAllowed
        When no permission suffices.
    """
    if not rights_of(work, actor).allow(*permissions, department_id=department_id):
        raise NotAllowed(what)
