"""Trials: starting one, what its gates rest on, and ending it early."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta

from trial.domain import fields
from trial.domain.cadence import Band
from trial.domain.calendar import FIRST_DAY, TrialWindow, spoken_day, trial_window
from trial.domain.errors import InvalidInput, NotPossible, StaleEdit
from trial.domain.roles import Permission, Role
from trial.domain.trial_status import TrialStatus, trial_status
from trial.services import exemptions, incidents, organisation, policies
from trial.services.access import Actor, require, rights_of
from trial.services.backend import Backend
from trial.services.exemptions import ExemptionView
from trial.services.incidents import IncidentView
from trial.services.trial_access import READ_SCORECARD, open_trial
from trial.store import people, trials
from trial.store.tables import Department, Trial
from trial.store.trials import ListedTrial
from trial.store.unit_of_work import UnitOfWork

MAX_AHEAD = timedelta(days=366)
EARLIEST_START = date(2000, 1, 1)
MAX_MODULES = 100


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
    decision : str or None
        What was decided: a verdict's value or ``no_account``.
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
    decision: str | None


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


def list_trials(actor: Actor, backend: Backend) -> tuple[TrialRow, ...]:
    """Return every department's trials, by department and latest first."""
    with backend.reading() as work:
        require(work, actor, Permission.ALL_BOARD_READ, what="the list of trials")
        today = organisation.today(work, backend)
        return tuple(_row(listed, today) for listed in trials.listed(work))


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
        if not rights.allow(Permission.ALL_SCORECARD_READ):
            departments = rights.departments
        else:
            departments = None
        today = organisation.today(work, backend)
        found = trials.listed(
            work,
            department_ids=departments,
            statuses=("running", "ended", "decided") if include_over else ("running",),
        )
        return tuple(_row(listed, today) for listed in found)


def detail(actor: Actor, backend: Backend, *, trial_id: int) -> TrialDetail:
    """Return everything about one trial but its posts and its score."""
    with backend.reading() as work:
        open_trial(work, actor, backend, trial_id, *READ_SCORECARD)
        return _detail(work, backend, trial_id)


def start(
    actor: Actor,
    backend: Backend,
    *,
    department: str,
    starts_on: date,
    purpose: str = "",
    audience: str = "",
    primary_manager: str = "",
    backup_manager: str = "",
    policy: str = policies.DEFAULT_POLICY,
) -> TrialDetail:
    """Start a department's trial, frozen with the policy as it is now.

    Parameters
    ----------
    department : str
        Its name, whatever the capitals; a department not yet known is added.
    starts_on : date
        First day of a week of the organisation, at most a year ahead. A past day is taken: a
        trial that began on paper can be entered afterwards.
    policy : str
        A file name of the policy folder.

    Raises
    ------
    InvalidInput
        When a field cannot be taken; for a start on another weekday the two nearest days are
        named.
    PolicyError
        When the policy file is not a policy.
    NotPossible
        When the department has a running trial.
    """
    name = fields.clean_line("Department", department, limit=fields.DEPARTMENT_LIMIT)
    gates = _written(purpose, audience, primary_manager, backup_manager)
    with backend.writing() as work:
        require(work, actor, Permission.ALL_TRIAL_WRITE, what="the start of a trial")
        # Held, so that two starts at the same moment cannot give one department two trials.
        home = organisation.locked(work)
        today = backend.today(home.time_zone)
        fields.day_within("Start", starts_on, EARLIEST_START, today + MAX_AHEAD)
        chosen = policies.for_organisation(policies.read(backend, policy), home.week_starts_on)
        window = trial_window(starts_on, months=chosen.months, week_starts_on=chosen.week_starts_on)
        at = backend.now()
        place = _free_department(work, name) or trials.add_department(work, name, at=at)
        assert place.id is not None
        trial = Trial(
            department_id=place.id,
            policy_id=policies.freeze(work, backend, chosen),
            starts_on=window.start,
            weeks=window.weeks,
            purpose=gates.purpose,
            audience=gates.audience,
            primary_manager=gates.primary_manager,
            backup_manager=gates.backup_manager,
            created_at=at,
        )
        trial_id = trials.add(work, trial)
        work.record(
            at=at,
            actor_id=actor.person_id,
            action="trial.started",
            subject="trial",
            subject_id=trial_id,
            trial_id=trial_id,
            details={
                "department": place.name,
                "starts_on": window.start.isoformat(),
                "weeks": window.weeks,
                "policy_hash": chosen.content_hash,
            },
        )
        view = _detail(work, backend, trial_id)
        work.commit()
        return view


def update_gates(
    actor: Actor,
    backend: Backend,
    *,
    trial_id: int,
    version: int,
    purpose: str,
    audience: str,
    primary_manager: str,
    backup_manager: str,
    agreement_signed_on: date | None,
    training_done: int | None,
    training_total: int | None,
) -> TrialDetail:
    """Write down what the gates rest on; every field as it shall stand from now on.

    Parameters
    ----------
    version : int
        The version the form was filled from.
    agreement_signed_on : date or None
        Not in the future, nor before 1990.
    training_done, training_total : int or None
        Modules finished and asked for, 0 to 100, the first at most the second; both None while
        nobody has said.

    Raises
    ------
    InvalidInput
        When a field cannot be taken.
    NotPossible
        When the trial is decided.
    StaleEdit
        When somebody else has changed the trial since.
    """
    gates = _written(purpose, audience, primary_manager, backup_manager)
    _refuse_odd_training(training_done, training_total)
    with backend.writing() as work:
        trial = open_trial(
            work, actor, backend, trial_id, Permission.ALL_TRIAL_WRITE, hold=True
        ).row
        if trial.version != version:
            raise StaleEdit("This trial")
        if trial.status == "decided":
            raise NotPossible("This trial is decided; what it was decided on stays as it is.")
        today = organisation.today(work, backend)
        if agreement_signed_on is not None:
            fields.day_within("Agreement signed on", agreement_signed_on, FIRST_DAY, today)
        wanted: dict[str, object] = {
            **asdict(gates),
            "agreement_signed_on": agreement_signed_on,
            "training_done": training_done,
            "training_total": training_total,
        }
        changed = [key for key, value in wanted.items() if getattr(trial, key) != value]
        for key in changed:
            setattr(trial, key, wanted[key])
        work.record(
            at=backend.now(),
            actor_id=actor.person_id,
            action="trial.gates_updated",
            subject="trial",
            subject_id=trial_id,
            trial_id=trial_id,
            details={"changed": changed},
        )
        view = _detail(work, backend, trial_id)
        work.commit()
        return view


def end_early(
    actor: Actor, backend: Backend, *, trial_id: int, on: date, reason: str
) -> TrialDetail:
    """End a running trial before its last day; it is then reviewed as far as it went.

    Parameters
    ----------
    on : date
        Its last day: a day of the trial, not in the future.
    reason : str
        A sentence for everybody who meets the trial later.

    Raises
    ------
    InvalidInput
        When the day lies outside, or no reason is given.
    NotPossible
        When the trial has not begun, has ended or is decided.
    """
    with backend.writing() as work:
        trial = open_trial(
            work, actor, backend, trial_id, Permission.ALL_TRIAL_WRITE, hold=True
        ).row
        if trial.status != "running":
            raise NotPossible(f"This trial is {TrialStatus(trial.status).label} already.")
        window = TrialWindow(trial.starts_on, trial.weeks)
        today = organisation.today(work, backend)
        if today < window.start:
            raise NotPossible(
                f"This trial begins on {spoken_day(window.start, year=True)}; there is nothing "
                "to end before. A decision against an account can be recorded instead."
            )
        fields.day_within("Last day", on, window.start, min(today, window.end))
        trial.status = "ended"
        trial.ended_on = on
        trial.end_reason = fields.clean_text("Reason", reason, required=True)
        work.record(
            at=backend.now(),
            actor_id=actor.person_id,
            action="trial.ended_early",
            subject="trial",
            subject_id=trial_id,
            trial_id=trial_id,
            details={"on": on.isoformat(), "reason": trial.end_reason},
        )
        view = _detail(work, backend, trial_id)
        work.commit()
        return view


def _free_department(work: UnitOfWork, name: str) -> Department | None:
    """Return the department of this name, refusing one that has a running trial."""
    place = trials.department_named(work, name)
    if place is None or place.id is None:
        return None
    running = trials.running_of(work, place.id)
    if running is not None:
        window = TrialWindow(running.starts_on, running.weeks)
        raise NotPossible(
            f"{place.name} has a trial already, from {spoken_day(window.start, year=True)} to "
            f"{spoken_day(window.end, year=True)}. It must be decided or ended before another "
            "one starts."
        )
    return place


@dataclass(frozen=True)
class _Written:
    purpose: str
    audience: str
    primary_manager: str
    backup_manager: str


def _written(purpose: str, audience: str, primary_manager: str, backup_manager: str) -> _Written:
    primary = fields.clean_line(
        "Primary manager", primary_manager, limit=fields.NAME_LIMIT, required=False
    )
    backup = fields.clean_line(
        "Backup manager", backup_manager, limit=fields.NAME_LIMIT, required=False
    )
    if primary and primary.casefold() == backup.casefold():
        raise InvalidInput("Backup manager", backup, "somebody other than the primary manager")
    return _Written(
        purpose=fields.clean_text("Purpose", purpose),
        audience=fields.clean_text("Audience", audience),
        primary_manager=primary,
        backup_manager=backup,
    )


def _refuse_odd_training(done: int | None, total: int | None) -> None:
    if total is None:
        if done is not None:
            raise InvalidInput("Training modules asked for", None, f"1 to {MAX_MODULES}")
    elif not 1 <= total <= MAX_MODULES:
        raise InvalidInput("Training modules asked for", total, f"1 to {MAX_MODULES}")
    elif done is None or not 0 <= done <= total:
        raise InvalidInput("Training modules finished", done, f"0 to {total}")


def _row(listed: ListedTrial, today: date) -> TrialRow:
    trial = listed.trial
    assert trial.id is not None
    window = TrialWindow(trial.starts_on, trial.weeks)
    return TrialRow(
        id=trial.id,
        version=trial.version,
        revision=trial.revision,
        department_id=trial.department_id,
        department=listed.department,
        status=trial_status(trial.status, window, today),
        window=window,
        week=window.week_of(today),
        ended_on=trial.ended_on,
        decision=listed.decision,
    )


def _detail(work: UnitOfWork, backend: Backend, trial_id: int) -> TrialDetail:
    (listed,) = trials.listed(work, trial_id=trial_id)
    trial = listed.trial
    policy = policies.policy_of(work, trial)
    return TrialDetail(
        row=_row(listed, organisation.today(work, backend)),
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
