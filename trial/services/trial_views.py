"""Trials as pages see them: in a list, and one with everything around it."""

from dataclasses import dataclass
from datetime import date

from trial.domain.calendar import TrialWindow
from trial.domain.policy import Policy
from trial.domain.roles import Permission, Role
from trial.domain.trial_status import TrialState, TrialStatus, trial_status
from trial.domain.verdict import DecisionOption
from trial.services import exemptions, incidents, organisation, policies
from trial.services.access import READ_SCORECARD, Actor, open_trial, require, rights_of
from trial.services.backend import Backend
from trial.services.exemptions import ExemptionView
from trial.services.incidents import IncidentView
from trial.services.views import view_from
from trial.store import people, trials
from trial.store.trials import ListedTrial
from trial.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class TrialRow:
    """A trial as a list shows it.

    Parameters
    ----------
    version, revision : int
        Raised when the trial's own fields change; and with every entry that can change its
        scorecard.
    week : int or None
        Index from 0 of the week that today lies in; None before and after the trial.
    ended_on : date or None
        The last day, where it was ended early.
    decision : DecisionOption or None
        What was decided.
    """

    id: int
    version: int
    revision: int
    department_id: int
    department: str
    status: TrialStatus
    window: TrialWindow
    week: int | None
    ended_on: date | None
    decision: DecisionOption | None


@dataclass(frozen=True, slots=True)
class PersonOnTrial:
    """A member of the trial's department."""

    id: int
    name: str
    email: str
    role: Role


@dataclass(frozen=True, slots=True)
class TrialDetail:
    """Everything about one trial but its posts and its score.

    Parameters
    ----------
    people : tuple of PersonOnTrial
        Active members of the department, by name.
    training_done, training_total : int or None
        Both None while nobody has said.
    exemptions : tuple of ExemptionView
        In the order of their weeks.
    incidents : tuple of IncidentView
        The latest first.
    """

    row: TrialRow
    purpose: str
    audience: str
    primary_manager: str
    backup_manager: str
    agreement_signed_on: date | None
    training_done: int | None
    training_total: int | None
    end_reason: str
    people: tuple[PersonOnTrial, ...]
    exemptions: tuple[ExemptionView, ...]
    incidents: tuple[IncidentView, ...]
    policy: Policy

    @property
    def id(self) -> int:
        """The trial's id."""
        return self.row.id

    @property
    def version(self) -> int:
        """The version to hand back with a change."""
        return self.row.version

    @property
    def window(self) -> TrialWindow:
        """The weeks of the trial."""
        return self.row.window


def list_trials(actor: Actor, backend: Backend) -> tuple[TrialRow, ...]:
    """Return every department's trials, by department and latest first."""
    with backend.reading() as work:
        require(work, actor, Permission.ALL_BOARD_READ, what="the list of trials")
        today = organisation.today(work, backend)
        return tuple(row_of(listed, today) for listed in trials.listed(work))


def own_trials(
    actor: Actor, backend: Backend, *, include_over: bool = False
) -> tuple[TrialRow, ...]:
    """Return the running trials of the actor's departments; for Communications, of all.

    Parameters
    ----------
    include_over : bool
        Whether those ended early and those decided are among them.
    """
    with backend.reading() as work:
        rights = rights_of(work, actor)
        sees_all = rights.allow(Permission.ALL_SCORECARD_READ)
        today = organisation.today(work, backend)
        own = trials.listed(
            work,
            department_ids=None if sees_all else rights.departments,
            states=tuple(TrialState) if include_over else (TrialState.RUNNING,),
        )
        return tuple(row_of(listed, today) for listed in own)


def detail(actor: Actor, backend: Backend, *, trial_id: int) -> TrialDetail:
    """Return everything about one trial but its posts and its score."""
    with backend.reading() as work:
        opened = open_trial(work, actor, backend, trial_id, *READ_SCORECARD)
        return detail_of(work, trial_id, opened.today)


def row_of(listed: ListedTrial, today: date) -> TrialRow:
    """Return a trial as a list shows it on `today`."""
    trial = listed.trial
    return view_from(
        TrialRow,
        trial,
        department=listed.department,
        status=trial_status(TrialState(trial.status), trial.window, today),
        week=trial.window.week_of(today),
        decision=None if listed.decision is None else DecisionOption(listed.decision),
    )


def detail_of(work: UnitOfWork, trial_id: int, today: date) -> TrialDetail:
    """Return everything about one trial but its posts and its score, as it stands on `today`."""
    (listed,) = trials.listed(work, trial_id=trial_id)
    trial = listed.trial
    return view_from(
        TrialDetail,
        trial,
        row=row_of(listed, today),
        people=tuple(
            view_from(PersonOnTrial, person, role=Role(person.role))
            for person in people.of_department(work, trial.department_id)
        ),
        exemptions=exemptions.of_trial(work, trial, listed.department),
        incidents=incidents.of_trial(work, trial_id),
        policy=policies.policy_of(work, trial),
    )
