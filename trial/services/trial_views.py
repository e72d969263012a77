"""Trials as pages see them: in a list, and one with everything around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trial.domain.cadence import Band
from trial.domain.calendar import TrialWindow
from trial.domain.roles import Role
from trial.domain.trial_status import TrialState, TrialStatus, trial_status
from trial.domain.verdict import DecisionOption
from trial.services import exemptions, incidents, policies
from trial.services.exemptions import ExemptionView
from trial.services.incidents import IncidentView
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
class FrozenPolicy:
    """The policy a trial started with, as people refer to it."""

    name: str
    version: int
    content_hash: str
    band: Band


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
    policy: FrozenPolicy

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


def row_of(listed: ListedTrial, today: date) -> TrialRow:
    """Return a trial as a list shows it on `today`."""
    trial = listed.trial
    assert trial.id is not None
    return TrialRow(
        id=trial.id,
        version=trial.version,
        revision=trial.revision,
        department_id=trial.department_id,
        department=listed.department,
        status=trial_status(TrialState(trial.status), trial.window, today),
        window=trial.window,
        week=trial.window.week_of(today),
        ended_on=trial.ended_on,
        decision=None if listed.decision is None else DecisionOption(listed.decision),
    )


def detail_of(work: UnitOfWork, trial_id: int, today: date) -> TrialDetail:
    """Return everything about one trial but its posts and its score, as it stands on `today`."""
    (listed,) = trials.listed(work, trial_id=trial_id)
    trial = listed.trial
    policy = policies.policy_of(work, trial)
    return TrialDetail(
        row=row_of(listed, today),
        purpose=trial.purpose,
        audience=trial.audience,
        primary_manager=trial.primary_manager,
        backup_manager=trial.backup_manager,
        agreement_signed_on=trial.agreement_signed_on,
        training_done=trial.training_done,
        training_total=trial.training_total,
        end_reason=trial.end_reason,
        people=tuple(
            PersonOnTrial(person.id or 0, person.name, person.email, Role(person.role))
            for person in people.of_department(work, trial.department_id)
        ),
        exemptions=exemptions.of_trial(work, trial, listed.department),
        incidents=incidents.of_trial(work, trial_id),
        policy=FrozenPolicy(policy.name, policy.version, policy.content_hash, policy.band),
    )
