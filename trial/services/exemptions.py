"""Weeks a trial leaves out: asked for beforehand, or granted by Communications for cause."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from trial.domain import fields
from trial.domain.calendar import TrialWindow, spoken_day
from trial.domain.errors import InvalidInput, NotFound, NotPossible, StaleEdit, shown
from trial.domain.exemptions import FOR_CAUSE, ExemptionCause, ExemptionStatus
from trial.domain.roles import Permission
from trial.domain.trial_status import TrialState
from trial.services.access import Actor, OpenTrial, require
from trial.services.backend import Backend
from trial.services.change import Change, open_change, open_trial_change
from trial.services.views import view_from
from trial.store import exemptions, people
from trial.store.tables import Exemption, Trial
from trial.store.unit_of_work import UnitOfWork

_ASK = (Permission.OWN_EXEMPTION_ASK, Permission.ALL_EXEMPTION_GRANT)
_JUDGED = "its weeks stay as they were judged"


@dataclass(frozen=True, slots=True)
class ExemptionView:
    """Weeks that are, or may be, left out of a trial.

    Parameters
    ----------
    first_week, last_week : int
        Indices from 0, both left out.
    first_day, last_day : date
        The same in days.
    status : ExemptionStatus
    decided_by, decided_on
        Who granted, refused or withdrew it, and when; empty while it is asked for.
    answer : str
        What they said with it; empty where they said nothing.
    expires_on : date
        The last day it covers; from the next day on the trial is judged again.
    """

    id: int
    version: int
    trial_id: int
    department: str
    first_week: int
    last_week: int
    first_day: date
    last_day: date
    cause: ExemptionCause
    reason: str
    status: ExemptionStatus
    asked_on: date
    asked_by: str
    decided_by: str
    decided_on: date | None
    answer: str
    expires_on: date

    @property
    def stands(self) -> bool:
        """Whether its weeks are left out, or may yet be."""
        return self.status.stands


def ask(
    actor: Actor,
    backend: Backend,
    *,
    trial_id: int,
    first_week: int,
    last_week: int,
    reason: str,
) -> ExemptionView:
    """Ask for whole weeks to be left out, before the first of them starts.

    Parameters
    ----------
    first_week, last_week : int
        Week indices from 0, both ends included.

    Raises
    ------
    InvalidInput
        When the weeks are not weeks of the trial, have an exemption already, or no reason is
        given.
    NotPossible
        When the first week has started; Communications can still grant it for cause.
    """
    with open_trial_change(actor, backend, trial_id, *_ASK) as change:
        if change.trial.state is TrialState.ENDED:
            raise NotPossible("This trial has ended; no further week of it is judged.")
        _refuse_taken_weeks(change.work, change.trial, first_week, last_week)
        reason = fields.clean_text("Reason", reason, required=True)
        starts = change.trial.window.week_start(first_week)
        if starts <= change.today:
            day = spoken_day(starts, change.today)
            raise NotPossible(
                f"The week of {day} has started, and an exemption is asked for "
                "before. Communications can still grant one for cause."
            )
        return _added(change, first_week, last_week, ExemptionCause.PLANNED, reason)


def grant_for_cause(
    actor: Actor,
    backend: Backend,
    *,
    trial_id: int,
    first_week: int,
    last_week: int,
    cause: ExemptionCause,
    reason: str,
) -> ExemptionView:
    """Leave whole weeks out for cause, also weeks that have begun or passed.

    Parameters
    ----------
    first_week, last_week : int
        Week indices from 0, both ends included.
    cause : ExemptionCause
        Any of `FOR_CAUSE`.

    Raises
    ------
    InvalidInput
        When the weeks are not weeks of the trial, have an exemption already, or cause or
        reason is missing.
    NotPossible
        When the trial is decided.
    """
    with open_trial_change(actor, backend, trial_id, Permission.ALL_EXEMPTION_GRANT) as change:
        _refuse_taken_weeks(change.work, change.trial, first_week, last_week)
        if cause not in FOR_CAUSE:
            offered = ", ".join(f"“{each.label}”" for each in FOR_CAUSE)
            choose = f"Choose a cause: {offered}."
            raise InvalidInput("Cause", cause, f"one of {offered}", sentence=choose)
        reason = fields.clean_text("Reason", reason, required=True)
        return _added(change, first_week, last_week, ExemptionCause(cause), reason)


def decide(
    actor: Actor,
    backend: Backend,
    *,
    exemption_id: int,
    grant: bool,
    reason: str = "",
    version: int | None = None,
) -> ExemptionView:
    """Grant or refuse what was asked for.

    It was asked for in time, so it may be granted also after its weeks have begun.

    Parameters
    ----------
    reason : str
        Required where it is refused; a sentence for the department.
    version : int, optional
        The version the decision was made on.

    Raises
    ------
    NotPossible
        When it is decided already, or the trial is.
    StaleEdit
        When somebody else was quicker.
    """
    with _opened(actor, backend, exemption_id, version) as (change, exemption):
        if exemption.status != ExemptionStatus.ASKED:
            raise NotPossible(f"This exemption is {exemption.status} already.")
        why = fields.clean_text("Reason", reason, required=not grant)
        status = ExemptionStatus.GRANTED if grant else ExemptionStatus.REFUSED
        return _answered(change, exemption, status, why)


def withdraw(
    actor: Actor, backend: Backend, *, exemption_id: int, version: int, reason: str
) -> ExemptionView:
    """Take a granted exemption back: its weeks are judged again.

    Parameters
    ----------
    version : int
        The version that was seen.
    reason : str
        A sentence for the department.

    Raises
    ------
    InvalidInput
        Without a reason.
    NotPossible
        When it is not granted, or the trial is decided.
    StaleEdit
        When somebody else was quicker.
    """
    with _opened(actor, backend, exemption_id, version) as (change, exemption):
        if exemption.status != ExemptionStatus.GRANTED:
            raise NotPossible(
                f"This exemption is {exemption.status}; there is nothing to withdraw."
            )
        why = fields.clean_text("Reason", reason, required=True)
        return _answered(change, exemption, ExemptionStatus.WITHDRAWN, why)


def waiting(actor: Actor, backend: Backend) -> tuple[ExemptionView, ...]:
    """Return what departments have asked for and nobody has decided, oldest first."""
    with backend.reading() as work:
        require(work, actor, Permission.ALL_EXEMPTION_GRANT, what="the exemptions")
        return tuple(
            _view(work, row, trial.window, department)
            for row, trial, department in exemptions.waiting(work)
        )


def of_trial(work: UnitOfWork, trial: Trial, department: str) -> tuple[ExemptionView, ...]:
    """Return a trial's exemptions in the order of their weeks; for services."""
    assert trial.id is not None
    return tuple(
        _view(work, exemption, trial.window, department)
        for exemption in exemptions.of_trial(work, trial.id)
    )


@contextmanager
def _opened(
    actor: Actor, backend: Backend, exemption_id: int, version: int | None
) -> Iterator[tuple[Change, Exemption]]:
    """Open the change of an exemption that Communications may still answer, its trial held."""
    grant = Permission.ALL_EXEMPTION_GRANT
    with open_change(actor, backend, grant, what="this exemption") as change:
        exemption = change.work.get(Exemption, exemption_id)
        if exemption is None:
            raise NotFound("This exemption")
        trial = change.enter(exemption.trial_id, grant)
        if version is not None and version != exemption.version:
            raise StaleEdit("This exemption")
        trial.refuse_decided(_JUDGED)
        yield change, exemption


def _answered(
    change: Change, exemption: Exemption, status: ExemptionStatus, answer: str
) -> ExemptionView:
    exemption.status, exemption.answer = status, answer
    exemption.approved_by, exemption.approved_on = change.actor.person_id, change.today
    change.record(f"exemption.{status}", exemption, reason=answer)
    return _view(change.work, exemption, change.trial.window, change.trial.department)


def _refuse_taken_weeks(
    work: UnitOfWork, trial: OpenTrial, first_week: int, last_week: int
) -> None:
    trial.refuse_decided(_JUDGED)
    if not 0 <= first_week <= last_week < trial.window.weeks:
        raise InvalidInput(
            "Weeks",
            _spoken(first_week, last_week),
            f"weeks from 1 to {trial.window.weeks} of the trial, the first one first",
        )
    for other in exemptions.of_trial(work, trial.trial_id):
        if (
            ExemptionStatus(other.status).stands
            and other.first_week <= last_week
            and first_week <= other.last_week
        ):
            raise InvalidInput(
                "Weeks",
                _spoken(first_week, last_week),
                "weeks without an exemption; the one for "
                f"{_spoken(other.first_week, other.last_week)} is {other.status}",
            )


def _spoken(first_week: int, last_week: int) -> str:
    if first_week == last_week:
        return f"week {shown(first_week + 1)}"
    return f"weeks {shown(first_week + 1)} to {shown(last_week + 1)}"


def _added(
    change: Change, first_week: int, last_week: int, cause: ExemptionCause, reason: str
) -> ExemptionView:
    """Add weeks that were asked for, or that Communications leaves out for cause."""
    row = Exemption(
        trial_id=change.trial.trial_id,
        first_week=first_week,
        last_week=last_week,
        cause=cause,
        reason=reason,
        asked_on=change.today,
        asked_by=change.actor.person_id,
        expires_on=change.trial.window.week_end(last_week),
        entered_at=change.now,
    )
    if cause is not ExemptionCause.PLANNED:
        row.status = ExemptionStatus.GRANTED
        row.approved_by, row.approved_on = change.actor.person_id, change.today
    change.work.add(row)
    weeks: dict[str, object] = {"first_week": first_week, "last_week": last_week}
    change.record(f"exemption.{row.status}", row, undo_to=None, **weeks, cause=cause)
    return _view(change.work, row, change.trial.window, change.trial.department)


def _view(
    work: UnitOfWork, exemption: Exemption, window: TrialWindow, department: str
) -> ExemptionView:
    status = ExemptionStatus(exemption.status)
    decided_by = (
        "" if status is ExemptionStatus.ASKED else people.name_of(work, exemption.approved_by)
    )
    return view_from(
        ExemptionView,
        exemption,
        department=department,
        first_day=window.week_start(exemption.first_week),
        last_day=window.week_end(exemption.last_week),
        cause=ExemptionCause(exemption.cause),
        status=status,
        asked_by=people.name_of(work, exemption.asked_by),
        decided_by=decided_by,
        decided_on=exemption.approved_on,
    )
