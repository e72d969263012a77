"""Weeks a trial leaves out: why, and how far the question has come."""

from enum import StrEnum

from trial.domain.labels import Labelled


class ExemptionCause(Labelled):
    """Why weeks are left out."""

    PLANNED = "planned", "Known beforehand"
    ILLNESS = "illness", "Illness"
    EMERGENCY = "emergency", "An emergency"
    STAFFING = "staffing", "Not enough people"
    TECHNICAL = "technical", "Something did not work"
    OTHER = "other", "Another cause"


FOR_CAUSE = tuple(cause for cause in ExemptionCause if cause is not ExemptionCause.PLANNED)
"""The causes Communications chooses from."""


class ExemptionStatus(StrEnum):
    """How far an exemption has come; only a granted one excuses its weeks."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def stands(self) -> bool:
        """Whether the weeks are left out, or may yet be."""
        return self in (ExemptionStatus.ASKED, ExemptionStatus.GRANTED)
