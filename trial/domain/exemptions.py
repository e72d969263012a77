"""Weeks a trial leaves out: why, and how far the question has come."""

from __future__ import annotations

from enum import StrEnum


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
