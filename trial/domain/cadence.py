"""What a week was: its state, its credit, and who may leave it out.

Each trial week is in exactly one state. An excused week is shown as excused from the moment
the exemption is approved, even while it is ahead or running; no other state is known before
its week is over.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from trial.domain.documents import whole


class WeekState(StrEnum):
    """The state of one trial week."""

    SILENT = "silent"
    UNDER = "under"
    IN_BAND = "in band"
    OVER = "over"
    UNREPORTED = "unreported"
    EXCUSED = "excused"
    OPEN = "open"
    AHEAD = "ahead"

    @property
    def is_judged(self) -> bool:
        """Whether the week is eligible: over, and not excused."""
        return self in _JUDGED

    @property
    def keeps_band(self) -> bool:
        """Whether the week counts as kept: in band or above it."""
        return self in (WeekState.IN_BAND, WeekState.OVER)


_JUDGED = frozenset(
    {
        WeekState.SILENT,
        WeekState.UNDER,
        WeekState.IN_BAND,
        WeekState.OVER,
        WeekState.UNREPORTED,
    }
)


@dataclass(frozen=True, slots=True)
class Band:
    """The target band of posts a week, both ends in band; ``1 <= low <= high``."""

    low: Annotated[int, whole(1, 50, unit="posts a week")]
    high: Annotated[int, whole(1, 50, unit="posts a week")]

    def __str__(self) -> str:
        return f"{self.low}–{self.high}" if self.low != self.high else str(self.low)


def week_state(
    first: date,
    last: date,
    *,
    today: date,
    count: int,
    reported: bool,
    excused: bool,
    band: Band,
) -> WeekState:
    """Return the state of the week from `first` to `last` as seen on `today`.

    Parameters
    ----------
    count : int
        Live posts whose live day lies in the week.
    reported : bool
        Whether anybody checked in for the week or entered anything about it. A live post is
        an entry, so `reported` matters only where `count` is 0.
    excused : bool
        Whether an approved exemption covers the week.
    band : Band
    """
    if excused:
        return WeekState.EXCUSED
    if today < first:
        return WeekState.AHEAD
    if today <= last:
        return WeekState.OPEN
    if count > band.high:
        return WeekState.OVER
    if count >= band.low:
        return WeekState.IN_BAND
    if count > 0:
        return WeekState.UNDER
    return WeekState.SILENT if reported else WeekState.UNREPORTED


def week_credit(count: int, band: Band) -> Fraction:
    """Return the share of the low end that `count` live posts reach, in [0, 1]."""
    return Fraction(min(count, band.low), band.low)
