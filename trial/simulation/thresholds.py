"""Where to draw the line: every threshold's errors at once, and the cheapest of them.

A threshold moves nothing but the line between verdicts; scores and gates stay. So all thresholds
are counted from one judgement, by sorting its scores, and each of them gets what judging anew
would have given it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from trial.domain.policy import Policy
from trial.domain.results.experiments import Rate, Z
from trial.domain.results.thresholds import (
    Costs,
    Curve,
    Expected,
    OptimalThresholds,
    Point,
)
from trial.scoring.verdict import Judgement
from trial.simulation.experiments import DARK, LASTED

Counts = NDArray[np.int64]

GRID = np.arange(101) / 100
"""The thresholds that are looked at: every hundredth, as policies have them."""


class ThresholdCurve:
    """All thresholds on one set of trials, with all else as they were judged by.

    Parameters
    ----------
    judgement : Judgement
        Whatever its policy's own thresholds are, and whether it has closed the middle.
    outcome : (n,) int64
        See :func:`trial.simulation.experiments.fates_of`.
    """

    def __init__(self, judgement: Judgement, outcome: Counts) -> None:
        self._fate = outcome
        self._trials = int(outcome.size)
        self._lasted = int((outcome == LASTED).sum())
        self._enough = judgement.verdict > 0
        self._score = judgement.grounds.score
        passing = self._enough & judgement.grounds.passing
        self._may_pass = _Sorted.of(self._score[passing], outcome[passing])

    @cached_property
    def _judged(self) -> _Sorted:
        # Only costs ask for it.
        return _Sorted.of(self._score[self._enough], self._fate[self._enough])

    def at(self, ready_from: float) -> Point:
        """Return what one threshold does; `feed_below` gives way where it lies above."""
        ready, dark, lasted = (int(found[0]) for found in self._ready(np.array([ready_from])))
        return Point(
            ready_from=ready_from,
            ready=Rate(ready, self._trials),
            false_ready=Rate(dark, ready),
            missed=Rate(self._lasted - lasted, self._lasted),
        )

    @cached_property
    def curve(self) -> Curve:
        """What each threshold of `GRID` does."""
        found = zip(GRID.tolist(), *(part.tolist() for part in self._ready(GRID)), strict=True)
        return Curve(
            tuple(
                Point(
                    ready_from=threshold,
                    ready=Rate(ready, self._trials),
                    false_ready=Rate(dark, ready),
                    missed=Rate(self._lasted - lasted, self._lasted),
                )
                for threshold, ready, dark, lasted in found
            )
        )

    def cheapest(self, costs: Costs, policy: Policy) -> OptimalThresholds:
        """Return the thresholds with the lowest expected cost, to be weighed against a policy's.

        An account costs when it was granted and goes dark; a refusal when it would have lasted; an
        extension always. Where the policy has closed the middle, whoever is not ready is refused.
        No verdict costs nothing.
        """
        ready_axis = np.union1d(GRID, policy.ready_from)
        feed_axis = np.union1d(GRID, policy.feed_below)
        ready, feed = ready_axis[:, None], feed_axis[None, :]
        mean, error = self._cost(ready, feed, costs, policy)
        # Thresholds that have crossed are no policy.
        mean = np.where(feed <= ready, mean, np.inf)
        as_set = (ready == policy.ready_from) & (feed == policy.feed_below)
        may_be = as_set | (np.isin(ready, GRID) & np.isin(feed, GRID))
        # A millionth of a refusal in a million trials is no reason to move.
        best = may_be & (mean <= mean[may_be].min() + 1e-12)
        away = np.abs(ready - policy.ready_from) + np.abs(feed - policy.feed_below)
        row, column = np.unravel_index(np.argmin(np.where(best, away, np.inf)), mean.shape)
        lowest = Expected(float(mean[row, column]), float(error[row, column]))
        near = mean <= lowest.cost + lowest.error
        today = Expected(float(mean[as_set][0]), float(error[as_set][0]))
        return OptimalThresholds(
            ready_from=float(ready_axis[row]),
            feed_below=float(feed_axis[column]),
            expected=lowest,
            today=today,
            ready_range=_around(near[:, column], int(row), ready_axis),
            feed_range=_around(near[row, :], int(column), feed_axis),
        )

    def _ready(self, threshold: NDArray[np.float64]) -> tuple[Counts, Counts, Counts]:
        return self._may_pass.from_(threshold)

    def _cost(
        self,
        ready_from: NDArray[np.float64],
        feed_below: NDArray[np.float64],
        costs: Costs,
        policy: Policy,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return expected cost a trial and its error, of the shape both broadcast to."""
        ready, dark, ready_lasted = self._ready(ready_from)
        judged, _, all_lasted = self._judged.all()
        if policy.middle_open:
            below, _, refused = self._judged.below(feed_below)
            extended = judged - below - ready
        else:
            # The lower threshold moves nothing; zeros of its shape keep that of the answer.
            extended = np.zeros(feed_below.shape, np.int64)
            refused = all_lasted - ready_lasted + extended
        total = costs.dark * dark + refused + costs.extended * extended
        squared = costs.dark**2 * dark + refused + costs.extended**2 * extended
        mean = total / self._trials
        variance = np.maximum(squared / self._trials - mean**2, 0.0)
        return mean, Z * np.sqrt(variance) / sqrt(self._trials)


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The scores of some trials, and of those of them that went dark and that lasted, sorted."""

    score: NDArray[np.float64]
    dark: NDArray[np.float64]
    lasted: NDArray[np.float64]

    @classmethod
    def of(cls, score: NDArray[np.float64], outcome: Counts) -> _Sorted:
        return cls(np.sort(score), *(np.sort(score[outcome == value]) for value in (DARK, LASTED)))

    def below(self, threshold: NDArray[np.float64]) -> tuple[Counts, Counts, Counts]:
        """Return how many score below each threshold, and of them dark, lasted: (t,) int64 each."""
        low, dark, lasted = (
            np.searchsorted(part, threshold, side="left")
            for part in (self.score, self.dark, self.lasted)
        )
        return low, dark, lasted

    def all(self) -> tuple[int, int, int]:
        return self.score.size, self.dark.size, self.lasted.size

    def from_(self, threshold: NDArray[np.float64]) -> tuple[Counts, Counts, Counts]:
        """Return how many score at or above each, and of them dark, lasted: (t,) int64 each."""
        number, dark, lasted = self.all()
        low, low_dark, low_lasted = self.below(threshold)
        return number - low, dark - low_dark, lasted - low_lasted


def _around(
    near: NDArray[np.bool_], at: int, thresholds: NDArray[np.float64]
) -> tuple[float, float]:
    """Return the ends of the unbroken run of True around `at`, as thresholds."""
    low = high = at
    while low > 0 and near[low - 1]:
        low -= 1
    while high < near.size - 1 and near[high + 1]:
        high += 1
    return float(thresholds[low]), float(thresholds[high])
