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
    credited : (n, W) int16
        ``min(count, low)`` in eligible weeks, 0 elsewhere; week credit is ``kept / low``.
    eligible : (n, W) bool
        Over and not excused.
    on_record : (n, W) bool
        Eligible weeks about which anything is known: reported, or with a live post.
    number : (n,) int64
        Eligible weeks of each trial.
    in_band : (n,) int64
        Eligible weeks in band or over.
    reported : (n,) int64
        How many eligible weeks are on record.
    low : int
        Low end of the band.
    """

    count: Ints
    credited: Ints
    eligible: Bools
    on_record: Bools
    number: NDArray[np.int64]
    in_band: NDArray[np.int64]
    reported: NDArray[np.int64]
    low: int

    @property
    def unreported(self) -> Bools:
        """(n, W) bool: eligible weeks about which nothing is known."""
        return self.eligible & ~self.on_record


def weeks_of(facts: Facts, band: Band) -> Weeks:
    """Return the weeks of `facts`, seen against `band`."""
    # Worked in week-major order: a sum over weeks is then a few additions of long columns, which
    # is what a batch of thousands spends its time on. The results are views with trials first.
    by_day = np.ascontiguousarray(facts.live.T)
    count = by_day.reshape(facts.weeks, DAYS_IN_WEEK, -1).sum(axis=1, dtype=np.int16)
    last_days = np.arange(1, facts.weeks + 1, dtype=np.int16) * DAYS_IN_WEEK
    eligible = (facts.elapsed >= last_days[:, None]) & ~np.ascontiguousarray(facts.excused.T)
    credited = np.minimum(count, np.int16(band.low)) * eligible.astype(np.int16)
    on_record = eligible & (np.ascontiguousarray(facts.reported.T) | (count > 0))
    return Weeks(
        count=count.T,
        credited=credited.T,
        eligible=eligible.T,
        on_record=on_record.T,
        number=weeks_where(eligible),
        # The band begins at 1 or more, so that no week outside the sum has kept it.
        in_band=weeks_where(credited == band.low),
        reported=weeks_where(on_record),
        low=band.low,
    )


def weeks_where(so: Bools) -> NDArray[np.int64]:
    """Return in how many weeks something is so, (n,), from weeks first, (W, n)."""
    # Bytes are added as bytes, many at once; up to 255 of them fit into one.
    width = np.dtype(np.uint8 if len(so) < 256 else np.int64)
    number: NDArray[np.int64] = so.view(np.uint8).sum(axis=0, dtype=width).astype(np.int64)
    return number
