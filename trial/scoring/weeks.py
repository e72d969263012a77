"""Weeks out of days: counts, credit and which weeks are judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trial.domain.cadence import Band
from trial.domain.calendar import DAYS_IN_WEEK
from trial.scoring.facts import Bools, Facts, Ints


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks of ``n`` trials.

    Parameters
    ----------
    count : (n, W) int16
        Live posts a week.
    kept : (n, W) int16
        ``min(count, low)`` in eligible weeks, 0 elsewhere; week credit is ``kept / low``.
    eligible : (n, W) bool
        Over and not excused.
    number : (n,) int64
        Eligible weeks of each trial.
    low : int
        Low end of the band.
    """

    count: Ints
    kept: Ints
    eligible: Bools
    number: NDArray[np.int64]
    low: int


def weeks_of(facts: Facts, band: Band) -> Weeks:
    """Return the weeks of `facts`, seen against `band`."""
    # One matrix product sums all weeks at once; counts are far below 2**24, so float32 is exact.
    days = facts.live.astype(np.float32)
    count = (days @ _week_sums(facts.weeks)).astype(np.int16)
    over = facts.elapsed[:, None] >= _LAST_DAYS[None, : facts.weeks]
    eligible = over & ~facts.excused
    kept = np.minimum(count, np.int16(band.low)) * eligible
    return Weeks(count, kept, eligible, eligible.sum(axis=1), band.low)


_LONGEST_TRIAL_WEEKS = 60
_LAST_DAYS = np.arange(1, _LONGEST_TRIAL_WEEKS + 1, dtype=np.int16) * DAYS_IN_WEEK


def _week_sums(weeks: int) -> NDArray[np.float32]:
    return np.repeat(np.eye(weeks, dtype=np.float32), DAYS_IN_WEEK, axis=0)
