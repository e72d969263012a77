"""Serious incidents: while one is open, its trial cannot be judged ready."""

from dataclasses import dataclass
from datetime import date

from trial.domain import fields
from trial.domain.errors import NotFound, NotPossible
from trial.domain.roles import Permission
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.change import open_change, open_trial_change
from trial.services.views import view_from
from trial.store import trials
from trial.store.tables import Incident
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
    with open_trial_change(actor, backend, trial_id, Permission.ALL_TRIAL_WRITE) as change:
        change.trial.refuse_decided()
        first = change.trial.window.start
        if first > change.today:
            raise NotPossible("This trial has not begun yet.")
        incident = Incident(
            trial_id=trial_id,
            opened_on=fields.day_within("Day", opened_on or change.today, first, change.today),
            summary=fields.clean_text("What happened", summary, required=True),
            entered_at=change.now,
        )
        change.work.add(incident)
        change.record("incident.opened", incident, opened_on=incident.opened_on.isoformat())
        return view_from(IncidentView, incident)


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
    with open_change(actor, backend, Permission.ALL_TRIAL_WRITE, what="this incident") as change:
        incident = change.work.get(Incident, incident_id, hold=True)
        if incident is None:
            raise NotFound("This incident")
        change.enter(incident.trial_id, Permission.ALL_TRIAL_WRITE).refuse_decided()
        if incident.closed_on is not None:
            raise NotPossible("This incident is closed already.")
        day = fields.day_within("Day", closed_on or change.today, incident.opened_on, change.today)
        incident.closed_on = day
        change.record("incident.closed", incident, closed_on=day.isoformat())
        return view_from(IncidentView, incident)


def of_trial(work: UnitOfWork, trial_id: int) -> tuple[IncidentView, ...]:
    """Return a trial's incidents, the latest first; for services."""
    return tuple(
        view_from(IncidentView, incident) for incident in trials.incidents_of(work, trial_id)
    )
