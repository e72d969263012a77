"""The board: every running trial at once, those who need help first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trial.domain.attention import Need
from trial.domain.cadence import WeekState
from trial.domain.verdict import Verdict


@dataclass(frozen=True, slots=True)
class WeekCell:
    """One week of one trial on the board: live posts and state."""

    count: int
    state: WeekState


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One running trial.

    Parameters
    ----------
    trial_id : int
    department : str
    starts_on, ends_on : date
    weeks : tuple of WeekCell
    need : Need
        What the recent weeks look like.
    step : str
        The next step, without a full stop; may be empty.
    call : bool
        Whether somebody should call this week.
    score : float or None
        In [0, 1], so far.
    verdict : Verdict
        What the scorecard would recommend today.
    in_band, eligible : int
        Eligible weeks kept, and eligible weeks.
    excused : tuple of int
        Excused weeks, counted from 0.
    """

    trial_id: int
    department: str
    starts_on: date
    ends_on: date
    weeks: tuple[WeekCell, ...]
    need: Need
    step: str
    call: bool
    score: float | None
    verdict: Verdict
    in_band: int
    eligible: int
    excused: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BoardView:
    """What Communications sees first.

    Parameters
    ----------
    today : date
    rows : tuple of BoardRow
        Those who need help first.
    in_band_last_week, judged_last_week : int
        Of the trials whose latest week is judged, how many kept the band.
    calls : int
        Trials somebody should call this week.
    drafts, oldest_draft_days : int
        Posts waiting for review, and how long the oldest has waited (0 without any).
    reviews_soon, awaiting_review : int
        Trials that end within 14 days; trials that are over and not decided.
    longest : int
        Weeks of the longest trial shown.
    band : str
        Target band as text, of the first trial; empty without trials.
    """

    today: date
    rows: tuple[BoardRow, ...]
    in_band_last_week: int
    judged_last_week: int
    calls: int
    drafts: int
    oldest_draft_days: int
    reviews_soon: int
    awaiting_review: int
    longest: int
    band: str
