"""Where a trial stands, as people speak of it."""

from datetime import date
from enum import StrEnum

from trial.domain.calendar import TrialWindow
from trial.domain.labels import Labelled


class TrialState(StrEnum):
    """What is recorded of a trial; where it stands on a day follows from this and its dates."""

    RUNNING = "running"
    ENDED = "ended"
    DECIDED = "decided"


class TrialStatus(Labelled):
    """Where a trial stands on a given day."""

    AHEAD = "ahead", "starts soon"
    RUNNING = "running", "running"
    AWAITING_REVIEW = "awaiting_review", "awaiting review"
    ENDED = "ended", "ended early"
    DECIDED = "decided", "decided"

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
