"""Weeks a trial leaves out: asked for beforehand, or granted by Communications for cause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from trial.domain import fields
from trial.domain.calendar import TrialWindow, spoken_day
from trial.domain.errors import (
    InvalidInput,
    NotAllowed,
    NotFound,
    NotPossible,
    StaleEdit,
    shown,
)
from trial.domain.roles import Permission
from trial.services import organisation
from trial.services.access import Actor, require, rights_of
from trial.services.backend import Backend
from trial.services.trial_access import open_trial
from trial.store import exemptions, people, trials
from trial.store.tables import Exemption, Trial
from trial.store.unit_of_work import UnitOfWork


class ExemptionCause(StrEnum):
    """Why weeks are left out."""

    PLANNED = "planned"
    ILLNESS = "illness"
    EMERGENCY = "emergency"
    STAFFING = "staffing"
    TECHNICAL = "technical"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The cause as a page says it."""
        return {
            ExemptionCause.PLANNED: "Known beforehand",
            ExemptionCause.ILLNESS: "Illness",
            ExemptionCause.EMERGENCY: "An emergency",
            ExemptionCause.STAFFING: "Not enough people",
            ExemptionCause.TECHNICAL: "Something did not work",
            ExemptionCause.OTHER: "Another cause",
        }[self]


FOR_CAUSE = tuple(cause for cause in ExemptionCause if cause is not ExemptionCause.PLANNED)
"""The causes Communications chooses from."""


@dataclass(frozen=True, slots=True)
class ExemptionView:
    """Weeks that are, or may be, left out of a trial.

    Parameters
    ----------
    first_week, last_week : int
        Indices from 0, both left out.
    first_day, last_day : date
        The same in days.
    status : str
        ``asked``, ``granted``, ``refused`` or ``withdrawn``.
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
    status: str
    asked_on: date
    asked_by: str
    decided_by: str
    decided_on: date | None
    answer: str
    expires_on: date

    @property
    def stands(self) -> bool:
        """Whether its weeks are left out, or may yet be."""
        return self.status in _STANDING


_STANDING = frozenset({"asked", "granted"})


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
    with backend.writing() as work:
        trial = open_trial(
            work,
            actor,
            backend,
            trial_id,
            Permission.OWN_EXEMPTION_ASK,
            Permission.ALL_EXEMPTION_GRANT,
            hold=True,
        ).row
        if trial.status == "ended":
            raise NotPossible("This trial has ended; no further week of it is judged.")
        today = organisation.today(work, backend)
        window = _free_weeks(work, trial, first_week, last_week)
        reason = fields.clean_text("Reason", reason, required=True)
        starts = window.week_start(first_week)
        if starts <= today:
            raise NotPossible(
                f"The week of {spoken_day(starts)} has started, and an exemption is asked for "
                "before. Communications can still grant one for cause."
            )
        return _added(
            work,
            backend,
            actor,
            trial,
            Exemption(
                trial_id=trial_id,
                first_week=first_week,
                last_week=last_week,
                cause=ExemptionCause.PLANNED.value,
                reason=reason,
                asked_on=today,
                asked_by=actor.person_id,
                status="asked",
                expires_on=window.week_end(last_week),
                entered_at=backend.now(),
            ),
            "exemption.asked",
        )


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
    with backend.writing() as work:
        trial = open_trial(
            work, actor, backend, trial_id, Permission.ALL_EXEMPTION_GRANT, hold=True
        ).row
        today = organisation.today(work, backend)
        window = _free_weeks(work, trial, first_week, last_week)
        if cause not in FOR_CAUSE:
            offered = ", ".join(f"“{each.label}”" for each in FOR_CAUSE)
            raise InvalidInput("Cause", cause, f"one of {offered}")
        return _added(
            work,
            backend,
            actor,
            trial,
            Exemption(
                trial_id=trial_id,
                first_week=first_week,
                last_week=last_week,
                cause=ExemptionCause(cause).value,
                reason=fields.clean_text("Reason", reason, required=True),
                asked_on=today,
                asked_by=actor.person_id,
                status="granted",
                approved_by=actor.person_id,
                approved_on=today,
                expires_on=window.week_end(last_week),
                entered_at=backend.now(),
            ),
            "exemption.granted",
        )


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
    with backend.writing() as work:
        trial, exemption = _held(work, actor, backend, exemption_id, version)
        if exemption.status != "asked":
            raise NotPossible(f"This exemption is {exemption.status} already.")
        why = fields.clean_text("Reason", reason, required=not grant)
        return _answered(
            work, backend, actor, trial, exemption, "granted" if grant else "refused", why
        )


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
    with backend.writing() as work:
        trial, exemption = _held(work, actor, backend, exemption_id, version)
        if exemption.status != "granted":
            raise NotPossible(
                f"This exemption is {exemption.status}; there is nothing to withdraw."
            )
        why = fields.clean_text("Reason", reason, required=True)
        return _answered(work, backend, actor, trial, exemption, "withdrawn", why)


def waiting(actor: Actor, backend: Backend) -> tuple[ExemptionView, ...]:
    """Return what departments have asked for and nobody has decided, oldest first."""
    with backend.reading() as work:
        require(work, actor, Permission.ALL_EXEMPTION_GRANT, what="the exemptions")
        return tuple(_view(work, *row) for row in exemptions.waiting(work))


def of_trial(work: UnitOfWork, trial: Trial, department: str) -> tuple[ExemptionView, ...]:
    """Return a trial's exemptions in the order of their weeks; for services."""
    assert trial.id is not None
    return tuple(
        _view(work, exemption, trial, department)
        for exemption in exemptions.of_trial(work, trial.id)
    )


def _held(
    work: UnitOfWork, actor: Actor, backend: Backend, exemption_id: int, version: int | None
) -> tuple[Trial, Exemption]:
    """Return an exemption that Communications may still answer, its trial held."""
    if not rights_of(work, actor).allow(Permission.ALL_EXEMPTION_GRANT):
        raise NotAllowed("this exemption")
    exemption = exemptions.get(work, exemption_id)
    if exemption is None:
        raise NotFound("This exemption")
    trial = open_trial(
        work, actor, backend, exemption.trial_id, Permission.ALL_EXEMPTION_GRANT, hold=True
    ).row
    if version is not None and version != exemption.version:
        raise StaleEdit("This exemption")
    _refuse_decided(trial)
    return trial, exemption


def _answered(
    work: UnitOfWork,
    backend: Backend,
    actor: Actor,
    trial: Trial,
    exemption: Exemption,
    status: str,
    answer: str,
) -> ExemptionView:
    exemption.status, exemption.answer = status, answer
    exemption.approved_by = actor.person_id
    exemption.approved_on = organisation.today(work, backend)
    work.record(
        at=backend.now(),
        actor_id=actor.person_id,
        action=f"exemption.{status}",
        subject="exemption",
        subject_id=exemption.id,
        trial_id=trial.id,
        details={"reason": answer},
    )
    view = _view(work, exemption, trial, _department(work, trial))
    work.commit()
    return view


def _free_weeks(work: UnitOfWork, trial: Trial, first_week: int, last_week: int) -> TrialWindow:
    _refuse_decided(trial)
    assert trial.id is not None
    window = TrialWindow(trial.starts_on, trial.weeks)
    if not 0 <= first_week <= last_week < window.weeks:
        raise InvalidInput(
            "Weeks",
            _spoken(first_week, last_week),
            f"weeks from 1 to {window.weeks} of the trial, the first one first",
        )
    for other in exemptions.of_trial(work, trial.id):
        if (
            other.status in _STANDING
            and other.first_week <= last_week
            and first_week <= other.last_week
        ):
            raise InvalidInput(
                "Weeks",
                _spoken(first_week, last_week),
                "weeks without an exemption; the one for "
                f"{_spoken(other.first_week, other.last_week)} is {other.status}",
            )
    return window


def _spoken(first_week: int, last_week: int) -> str:
    if first_week == last_week:
        return f"week {shown(first_week + 1)}"
    return f"weeks {shown(first_week + 1)} to {shown(last_week + 1)}"


def _refuse_decided(trial: Trial) -> None:
    if trial.status == "decided":
        raise NotPossible("This trial is decided; its weeks stay as they were judged.")


def _added(
    work: UnitOfWork,
    backend: Backend,
    actor: Actor,
    trial: Trial,
    exemption: Exemption,
    action: str,
) -> ExemptionView:
    exemption_id = exemptions.add(work, exemption)
    work.record(
        at=backend.now(),
        actor_id=actor.person_id,
        action=action,
        subject="exemption",
        subject_id=exemption_id,
        trial_id=trial.id,
        details={
            "first_week": exemption.first_week,
            "last_week": exemption.last_week,
            "cause": exemption.cause,
        },
    )
    view = _view(work, exemption, trial, _department(work, trial))
    work.commit()
    return view


def _department(work: UnitOfWork, trial: Trial) -> str:
    department = trials.department(work, trial.department_id)
    assert department is not None
    return department.name


def _view(work: UnitOfWork, exemption: Exemption, trial: Trial, department: str) -> ExemptionView:
    assert exemption.id is not None
    window = TrialWindow(trial.starts_on, trial.weeks)
    return ExemptionView(
        id=exemption.id,
        version=exemption.version,
        trial_id=exemption.trial_id,
        department=department,
        first_week=exemption.first_week,
        last_week=exemption.last_week,
        first_day=window.week_start(exemption.first_week),
        last_day=window.week_end(exemption.last_week),
        cause=ExemptionCause(exemption.cause),
        reason=exemption.reason,
        status=exemption.status,
        asked_on=exemption.asked_on,
        asked_by=people.name_of(work, exemption.asked_by),
        decided_by=(
            people.name_of(work, exemption.approved_by) if exemption.status != "asked" else ""
        ),
        decided_on=exemption.approved_on,
        answer=exemption.answer,
        expires_on=exemption.expires_on,
    )
