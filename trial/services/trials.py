"""Trials: starting one, what its gates rest on, and ending it early."""

from datetime import date, timedelta
from typing import Any

from trial.domain import fields
from trial.domain.calendar import FIRST_DAY, spoken_day, trial_window
from trial.domain.errors import InvalidInput, NotPossible, StaleEdit, whole_form
from trial.domain.roles import Permission
from trial.domain.trial_status import TrialState
from trial.services import organisation, policy_in_force
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.change import open_change, open_trial_change
from trial.services.trial_views import TrialDetail, detail_of
from trial.store import trials
from trial.store.tables import Department, Trial
from trial.store.unit_of_work import UnitOfWork

MAX_AHEAD = timedelta(days=366)
EARLIEST_START = date(2000, 1, 1)
MAX_MODULES = 100


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
) -> TrialDetail:
    """Start a department's trial, frozen with the policy in force.

    Parameters
    ----------
    department : str
        Its name, whatever the capitals; a department not yet known is added.
    starts_on : date
        First day of a week of the organisation, at most a year ahead. A past day is taken: a
        trial that began on paper can be entered afterwards.

    Raises
    ------
    InvalidInput
        When a field cannot be taken; for a start on another weekday the two nearest days are
        named.
    PolicyError
        When nothing was put in force yet and the policy file is not a policy.
    NotPossible
        When the department has a running trial.
    """
    with whole_form() as read:
        name = read(fields.clean_line, "Department", department, limit=fields.DEPARTMENT_LIMIT)
        gates = read(_written, purpose, audience, primary_manager, backup_manager)
    with open_change(
        actor, backend, Permission.ALL_TRIAL_WRITE, what="the start of a trial"
    ) as change:
        work = change.work
        # Held, so that two starts at the same moment cannot give one department two trials.
        home = organisation.locked(work)
        today = backend.today(home.time_zone)
        fields.day_within("First day", starts_on, EARLIEST_START, today + MAX_AHEAD)
        policy_id, chosen = policy_in_force.freeze_for_trial(change, backend)
        window = trial_window(starts_on, months=chosen.months, week_starts_on=chosen.week_starts_on)
        place = _free_department(work, name) or Department(name=name, created_at=change.now)
        trial = Trial(
            department_id=work.add(place),
            policy_id=policy_id,
            starts_on=window.start,
            weeks=window.weeks,
            created_at=change.now,
            **gates,
        )
        trial_id = work.add(trial)
        change.record(
            "trial.started",
            trial,
            department=place.name,
            starts_on=window.start.isoformat(),
            weeks=window.weeks,
            policy_hash=chosen.content_hash,
        )
        return detail_of(work, trial_id, today)


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
    with whole_form() as read:
        gates = read(_written, purpose, audience, primary_manager, backup_manager)
        read(_refuse_odd_training, training_done, training_total)
    with open_trial_change(actor, backend, trial_id, Permission.ALL_TRIAL_WRITE) as change:
        trial = change.trial.row
        if trial.version != version:
            raise StaleEdit("This trial")
        change.trial.refuse_decided()
        if agreement_signed_on is not None:
            fields.day_within(
                "Review agreement signed on", agreement_signed_on, FIRST_DAY, change.today
            )
        wanted: dict[str, object] = {
            **gates,
            "agreement_signed_on": agreement_signed_on,
            "training_done": training_done,
            "training_total": training_total,
        }
        changed = [key for key, value in wanted.items() if getattr(trial, key) != value]
        for key in changed:
            setattr(trial, key, wanted[key])
        change.record("trial.gates_updated", trial, changed=changed)
        return detail_of(change.work, trial_id, change.today)


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
    with open_trial_change(actor, backend, trial_id, Permission.ALL_TRIAL_WRITE) as change:
        trial, window = change.trial.row, change.trial.window
        if not change.trial.takes_entries:
            raise NotPossible(f"This trial is {change.trial.status.label} already.")
        if change.today < window.start:
            raise NotPossible(
                f"This trial begins on {spoken_day(window.start, year=True)}; there is nothing "
                "to end before. A decision against an account can be recorded instead."
            )
        with whole_form() as read:
            read(fields.day_within, "Last day", on, window.start, min(change.today, window.end))
            trial.end_reason = read(fields.clean_text, "Reason", reason, required=True)
        trial.status = TrialState.ENDED
        trial.ended_on = on
        change.record("trial.ended_early", trial, on=on.isoformat(), reason=trial.end_reason)
        return detail_of(change.work, trial_id, change.today)


def _free_department(work: UnitOfWork, name: str) -> Department | None:
    """Return the department of this name, refusing one that has a running trial."""
    place = trials.department_named(work, name)
    if place is None or place.id is None:
        return None
    running = work.find(Trial, department_id=place.id, status=TrialState.RUNNING)
    if running is not None:
        raise NotPossible(
            f"{place.name} has a trial already, from "
            f"{fields.day_range(running.window.start, running.window.end)}. It must be decided or "
            "ended before another one starts."
        )
    return place


def _written(
    purpose: str, audience: str, primary_manager: str, backup_manager: str
) -> dict[str, Any]:
    with whole_form() as read:
        written: dict[str, Any] = {
            "purpose": read(fields.clean_text, "Purpose", purpose),
            "audience": read(fields.clean_text, "Audience", audience),
            "primary_manager": read(_manager, "Primary manager", primary_manager),
            "backup_manager": read(_manager, "Backup manager", backup_manager),
        }
    backup = written["backup_manager"]
    if backup and backup.casefold() == written["primary_manager"].casefold():
        raise InvalidInput("Backup manager", backup, "somebody other than the primary manager")
    return written


def _manager(field: str, name: str) -> str:
    return fields.clean_line(field, name, limit=fields.NAME_LIMIT, required=False)


def _refuse_odd_training(done: int | None, total: int | None) -> None:
    if total is None:
        if done is not None:
            raise InvalidInput("Training modules required", None, f"1 to {MAX_MODULES}")
    elif not 1 <= total <= MAX_MODULES:
        raise InvalidInput("Training modules required", total, f"1 to {MAX_MODULES}")
    elif done is None or not 0 <= done <= total:
        raise InvalidInput("Training modules finished", done, f"0 to {total}")
