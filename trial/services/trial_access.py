"""The one way into a trial: who is it, may they, which weeks and policy hold, what day is it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trial.domain.calendar import TrialWindow, spoken_day
from trial.domain.errors import NotAllowed, NotFound, NotPossible
from trial.domain.policy import Policy
from trial.domain.roles import Permission
from trial.domain.trial_status import TrialState, TrialStatus, trial_status
from trial.services.access import Actor, Rights, rights_of
from trial.services.backend import Backend
from trial.store import policies, running_trials
from trial.store.tables import Trial
from trial.store.unit_of_work import UnitOfWork

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
    return OpenTrial(
        row=row,
        trial_id=trial_id,
        department_id=row.department_id,
        department=setting.department,
        window=row.window,
        policy=policies.frozen(setting.policy_document),
        time_zone=setting.time_zone,
        today=backend.today(setting.time_zone),
        rights=rights,
        state=TrialState(row.status),
        ended_on=row.ended_on,
    )
