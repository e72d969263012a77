"""Where a trial stands, as people speak of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from trial.domain.calendar import TrialWindow


class TrialState(StrEnum):
    """What is recorded of a trial; where it stands on a day follows from this and its dates."""

    RUNNING = "running"
    ENDED = "ended"
    DECIDED = "decided"


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

    @property
    def is_closed(self) -> bool:
        """Whether its log takes no more entries."""
        return self in (TrialStatus.ENDED, TrialStatus.DECIDED)


def trial_status(state: TrialState, window: TrialWindow, today: date) -> TrialStatus:
    """Return where a trial stands on `today`.

    Parameters
    ----------
    state : TrialState
        What was recorded. That a running trial has not begun, or waits for its review, follows
        from its dates.
    """
    if state is not TrialState.RUNNING:
        return TrialStatus(state.value)
    if today < window.start:
        return TrialStatus.AHEAD
    return TrialStatus.RUNNING if today in window else TrialStatus.AWAITING_REVIEW
