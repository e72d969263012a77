"""Where to draw the line: every threshold's errors at once, and the cheapest of them.

A threshold moves nothing but the line between verdicts; scores and gates stay. So all thresholds
are counted from one judgement, by sorting its scores, and each of them gets what judging anew
would have given it.
"""

from __future__ import annotations

from functools import cached_property
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from trial.domain.policy import Policy
from trial.domain.results.experiments import Rate, Z
from trial.domain.results.thresholds import Costs, Curve, Expected, OptimalThresholds, Point
from trial.scoring.verdict import Judgement
from trial.simulation.experiments import DARK, LASTED

Counts = NDArray[np.int64]
_Sorted = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
"""The scores of some trials, and of those of them that went dark and that lasted, sorted."""

GRID = np.arange(101) / 100
"""The thresholds that are looked at: every hundredth, as policies have them."""


class ThresholdCurve:
    """All thresholds on one set of trials, with all else as they were judged by.

    Parameters
    ----------
    judgement : Judgement
        Whatever its policy's own thresholds are, and whether it has closed the middle.
    outcome : (n,) int64
        See :func:`trial.simulation.experiments.outcomes_after`.
    """

    def __init__(self, judgement: Judgement, outcome: Counts) -> None:
        self._outcome = outcome
        self._trials = int(outcome.size)
        self._lasted = int((outcome == LASTED).sum())
        self._enough = judgement.verdict > 0
        self._score = judgement.grounds.score
        self._may_pass = self._sorted(self._enough & judgement.grounds.passing)

    @cached_property
    def _judged(self) -> _Sorted:
        # Only costs ask for it.
        return self._sorted(self._enough)

    def _sorted(self, where: NDArray[np.bool_]) -> _Sorted:
        """Return the scores where `where`, and of them those of dark and of lasting accounts."""
        score, outcome = self._score[where], self._outcome[where]
        return np.sort(score), np.sort(score[outcome == DARK]), np.sort(score[outcome == LASTED])

    def at(self, ready_from: float) -> Point:
        """Return what one threshold does; `feed_below` gives way where it lies above."""
        return self._points(np.array([ready_from]))[0]

    @cached_property
    def curve(self) -> Curve:
        """What each threshold of `GRID` does."""
        return Curve(self._points(GRID))

    def _points(self, thresholds: NDArray[np.float64]) -> tuple[Point, ...]:
        found = _from(self._may_pass, thresholds).T.tolist()
        return tuple(
            Point(
                ready_from=threshold,
                ready=Rate(ready, self._trials),
                false_ready=Rate(dark, ready),
                missed=Rate(self._lasted - lasted, self._lasted),
            )
            for threshold, (ready, dark, lasted) in zip(thresholds.tolist(), found, strict=True)
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

    def _cost(
        self,
        ready_from: NDArray[np.float64],
        feed_below: NDArray[np.float64],
        costs: Costs,
        policy: Policy,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return expected cost a trial and its error, of the shape both broadcast to."""
        ready, dark, ready_lasted = _from(self._may_pass, ready_from)
        judged, _, all_lasted = self._judged
        if policy.middle_open:
            below, _, refused = _below(self._judged, feed_below)
            extended = judged.size - below - ready
        else:
            # The lower threshold moves nothing; zeros of its shape keep that of the answer.
            extended = np.zeros(feed_below.shape, np.int64)
            refused = all_lasted.size - ready_lasted + extended
        total = costs.dark * dark + refused + costs.extended * extended
        squared = costs.dark**2 * dark + refused + costs.extended**2 * extended
        mean = total / self._trials
        variance = np.maximum(squared / self._trials - mean**2, 0.0)
        return mean, Z * np.sqrt(variance) / sqrt(self._trials)


def _below(scores: _Sorted, threshold: NDArray[np.float64]) -> Counts:
    """Return how many lie below each threshold, and of them dark, lasted: (3, …) int64."""
    return np.array([np.searchsorted(part, threshold) for part in scores])


def _from(scores: _Sorted, threshold: NDArray[np.float64]) -> Counts:
    """Return how many lie at or above each threshold, and of them dark, lasted: (3, …) int64."""
    return np.array([part.size - np.searchsorted(part, threshold) for part in scores])


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
