"""Serious incidents: while one is open, its trial cannot be judged ready."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trial.domain import fields
from trial.domain.errors import NotFound, NotPossible
from trial.domain.roles import Permission
from trial.services import organisation
from trial.services.access import Actor, require
from trial.services.backend import Backend
from trial.services.trial_access import open_trial
from trial.store import trials
from trial.store.tables import Incident, Trial
from trial.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class IncidentView:
    """One serious incident; open while it has no closing day."""

    id: int
    trial_id: int
    summary: str
    opened_on: date
    closed_on: date | None


def open_incident(
    actor: Actor,
    backend: Backend,
    *,
    trial_id: int,
    summary: str,
    opened_on: date | None = None,
) -> IncidentView:
    """Note a serious incident.

    Parameters
    ----------
    opened_on : date, optional
        The day it happened, from the trial's first day to today; today by default.

    Raises
    ------
    InvalidInput
        When the summary is missing or too long, or the day lies outside.
    NotPossible
        When the trial is decided.
    """
    with backend.writing() as work:
        trial = open_trial(
            work, actor, backend, trial_id, Permission.ALL_TRIAL_WRITE, hold=True
        ).row
        _refuse_decided(trial)
        today = organisation.today(work, backend)
        if trial.starts_on > today:
            raise NotPossible("This trial has not begun yet.")
        day = fields.day_within("Day", opened_on or today, trial.starts_on, today)
        incident = Incident(
            trial_id=trial_id,
            summary=fields.clean_text("What happened", summary, required=True),
            opened_on=day,
            entered_at=backend.now(),
        )
        incident_id = trials.add_incident(work, incident)
        work.record(
            at=backend.now(),
            actor_id=actor.person_id,
            action="incident.opened",
            subject="incident",
            subject_id=incident_id,
            trial_id=trial_id,
            details={"opened_on": day.isoformat()},
        )
        work.commit()
        return _view(incident)


def close_incident(
    actor: Actor, backend: Backend, *, incident_id: int, closed_on: date | None = None
) -> IncidentView:
    """Note that an incident is dealt with.

    Parameters
    ----------
    closed_on : date, optional
        From the day it was opened to today; today by default.

    Raises
    ------
    InvalidInput
        When the day lies outside.
    NotPossible
        When it is closed already, or the trial is decided.
    """
    with backend.writing() as work:
        require(work, actor, Permission.ALL_TRIAL_WRITE, what="this incident")
        incident = trials.incident(work, incident_id)
        if incident is None:
            raise NotFound("This incident")
        trial = open_trial(
            work, actor, backend, incident.trial_id, Permission.ALL_TRIAL_WRITE, hold=True
        ).row
        _refuse_decided(trial)
        if incident.closed_on is not None:
            raise NotPossible("This incident is closed already.")
        today = organisation.today(work, backend)
        day = fields.day_within("Day", closed_on or today, incident.opened_on, today)
        incident.closed_on = day
        work.record(
            at=backend.now(),
            actor_id=actor.person_id,
            action="incident.closed",
            subject="incident",
            subject_id=incident_id,
            trial_id=incident.trial_id,
            details={"closed_on": day.isoformat()},
        )
        work.commit()
        return _view(incident)


def of_trial(work: UnitOfWork, trial_id: int) -> tuple[IncidentView, ...]:
    """Return a trial's incidents, the latest first; for services."""
    return tuple(_view(incident) for incident in trials.incidents_of(work, trial_id))


def _refuse_decided(trial: Trial) -> None:
    if trial.status == "decided":
        raise NotPossible("This trial is decided; what it was decided on stays as it is.")


def _view(incident: Incident) -> IncidentView:
    assert incident.id is not None
    return IncidentView(
        id=incident.id,
        trial_id=incident.trial_id,
        summary=incident.summary,
        opened_on=incident.opened_on,
        closed_on=incident.closed_on,
    )
