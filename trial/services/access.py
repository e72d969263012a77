"""Who is asking, whether they may, and the one way into a trial.

A page's menu is a convenience; this is the lock. Role, membership and whether the account is
still active are read from the database in the same transaction as the work itself, so that a
demotion counts from the next click on.
"""

from dataclasses import dataclass
from datetime import date

from trial.domain.calendar import TrialWindow, spoken_day
from trial.domain.errors import NotAllowed, NotFound, NotPossible, NotSignedIn, TrialError
from trial.domain.policy import Policy
from trial.domain.roles import PERMISSIONS, Permission, Role
from trial.domain.trial_status import TrialState, TrialStatus, trial_status
from trial.services.backend import Backend
from trial.services.views import view_from
from trial.store import people, policies, running_trials
from trial.store.tables import Trial
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


# ------------------------------------------------------------------------- into a trial
READ = (Permission.OWN_POST_READ, Permission.ALL_POST_READ)
WRITE = (Permission.OWN_POST_WRITE, Permission.ALL_POST_WRITE)
READ_SCORECARD = (Permission.OWN_SCORECARD_READ, Permission.ALL_SCORECARD_READ)


@dataclass(frozen=True, slots=True)
class OpenTrial:
    """One trial as a service works in it.

    Parameters
    ----------
    row : Trial
        As stored; for the services that change the trial itself.
    trial_id, department_id : int
    department : str
    window : TrialWindow
    policy : Policy
        As frozen when the trial started.
    time_zone : str
        The organisation's.
    today : date
        In that time zone.
    rights : Rights
        The actor's.
    state : TrialState
    ended_on : date or None
        The day an ended trial was ended.
    """

    row: Trial
    trial_id: int
    department_id: int
    department: str
    window: TrialWindow
    policy: Policy
    time_zone: str
    today: date
    rights: Rights
    state: TrialState
    ended_on: date | None

    @property
    def status(self) -> TrialStatus:
        """Where the trial stands today."""
        return trial_status(self.state, self.window, self.today)

    @property
    def takes_entries(self) -> bool:
        """Whether the log of this trial is still being written."""
        return self.state is TrialState.RUNNING

    def may(self, *permissions: Permission) -> bool:
        """Return whether the actor holds one of `permissions` here."""
        return self.rights.allow(*permissions, department_id=self.department_id)

    def refuse_unless_open(self) -> None:
        """Refuse to write into a trial that is over for good.

        Raises
        ------
        NotPossible
            When the trial was ended or decided.
        """
        if self.takes_entries:
            return
        if self.state is TrialState.DECIDED:
            raise NotPossible(
                f"The trial of {self.department} has its decision; its log stays as it was then."
            )
        when = f" on {spoken_day(self.ended_on, year=True)}" if self.ended_on else ""
        raise NotPossible(f"The trial of {self.department} was ended{when}; its log is closed.")

    def refuse_decided(self, what: str = "what it was decided on stays as it is") -> None:
        """Refuse to change anything that the decision on the trial rests on.

        Raises
        ------
        NotPossible
            When the trial is decided.
        """
        if self.state is TrialState.DECIDED:
            raise NotPossible(f"This trial is decided; {what}.")


def open_trial(
    work: UnitOfWork,
    actor: Actor,
    backend: Backend,
    trial_id: int | None,
    *permissions: Permission,
    hold: bool = False,
) -> OpenTrial:
    """Return the trial, if the actor may do one of `permissions` in it.

    Parameters
    ----------
    trial_id : int or None
        None where the thing asked for belongs to no trial, because it is not there.
    hold : bool
        Keep others from changing the trial or its log until the unit ends.

    Raises
    ------
    NotSignedIn
        When the account is unknown or no longer active.
    NotAllowed
        When no permission suffices; and for those who may not see every trial also when there
        is no such trial, so that nobody learns which exist.
    NotFound
        When there is no such trial, for those who may see every one.
    """
    rights = rights_of(work, actor)
    setting = None if trial_id is None else running_trials.load_context(work, trial_id, hold=hold)
    row = None if setting is None else setting.trial
    if not rights.allow(*permissions, department_id=None if row is None else row.department_id):
        raise NotAllowed
    if setting is None or row is None or trial_id is None:
        raise NotFound("What you opened")
    return view_from(
        OpenTrial,
        row,
        row=row,
        trial_id=trial_id,
        department=setting.department,
        policy=policies.frozen(setting.policy_document),
        time_zone=setting.time_zone,
        today=backend.today(setting.time_zone),
        rights=rights,
        state=TrialState(row.status),
    )
