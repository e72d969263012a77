"""Where a trial stands, as people speak of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from trial.domain.calendar import TrialWindow


class TrialStatus(StrEnum):
    """Where a trial stands on a given day."""

    AHEAD = "ahead"
    RUNNING = "running"
    AWAITING_REVIEW = "awaiting_review"
    ENDED = "ended"
    DECIDED = "decided"

    @property
    def label(self) -> str:
        """The status on a page."""
        return {
            TrialStatus.AHEAD: "starts soon",
            TrialStatus.RUNNING: "running",
            TrialStatus.AWAITING_REVIEW: "awaiting review",
            TrialStatus.ENDED: "ended early",
            TrialStatus.DECIDED: "decided",
        }[self]

    @property
    def is_over(self) -> bool:
        """Whether no further day of it can come."""
        return self not in (TrialStatus.AHEAD, TrialStatus.RUNNING)


def trial_status(kept: str, window: TrialWindow, today: date) -> TrialStatus:
    """Return where a trial stands on `today`.

    Parameters
    ----------
    kept : str
        What was recorded: ``running``, ``ended`` (early) or ``decided``. That a running trial
        has not begun, or waits for its review, follows from its dates.
    """
    if kept != "running":
        return TrialStatus(kept)
    if today < window.start:
        return TrialStatus.AHEAD
    return TrialStatus.RUNNING if today in window else TrialStatus.AWAITING_REVIEW
