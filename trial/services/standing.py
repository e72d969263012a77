"""Where one trial stands: its scorecard so far, with what the pages show around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trial.domain.cadence import Band
from trial.domain.calendar import TrialWindow
from trial.scoring.scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class StandingView:
    """One trial and its scorecard.

    Parameters
    ----------
    trial_id, department, status
        `status` as services.trials says it: ahead, running, awaiting_review, ended, decided.
    window : TrialWindow
    today : date
        The day the scorecard is of; for a trial that is over, the day it ended early or today.
    band : Band
    policy_name, policy_version, policy_hash
    ready_from, feed_below : float
        The policy's thresholds.
    scorecard : Scorecard
    titles : dict of str to str
        Title of each post by its key, for opening the evidence.
    longest_gap : int or None
        Days, None while nothing is judged.
    run : tuple of RunWeek
        The run chart: slots and live posts a week.
    """

    trial_id: int
    department: str
    status: str
    window: TrialWindow
    today: date
    band: Band
    policy_name: str
    policy_version: int
    policy_hash: str
    ready_from: float
    feed_below: float
    scorecard: Scorecard
    titles: dict[str, str]
    longest_gap: int | None
    run: tuple[RunWeek, ...]
    backfilled: tuple[LatePost, ...]


@dataclass(frozen=True, slots=True)
class RunWeek:
    """One week of a run chart."""

    index: int
    start: date
    planned: int
    live: int


@dataclass(frozen=True, slots=True)
class LatePost:
    """A post entered late: both its days."""

    title: str
    delivered_on: date
    entered_on: date | None
