"""Simpler ways to foresee what becomes of an account, for a score to be measured against.

None of them knows a policy. A score that is no better than these is not worth its nine checks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trial.scoring.measured import Floats
from trial.simulation.windows import Windows

_ENDS = 4
"""Weeks at either end of a stretch that are compared."""


def mean_rate(windows: Windows) -> Floats:
    """Return posts a week, (n,) float64."""
    rate: Floats = windows.counts.mean(axis=1)
    return rate


def active_share(windows: Windows) -> Floats:
    """Return the share of weeks with a post, in [0, 1], (n,) float64."""
    share: Floats = (windows.counts > 0).mean(axis=1)
    return share


def equal_weight_4(windows: Windows) -> Floats:
    """Return four standardised features with equal weight, (n,) float64.

    Active weeks, minus the longest empty run, plus the log ratio of the last four weeks to the
    first four, minus the coefficient of variation of the weekly counts.
    """
    counts = windows.counts
    return (
        _standardised(active_share(windows))
        - _standardised(longest_empty_run(counts))
        + _standardised(log_ratio_of_ends(counts))
        - _standardised(variation(counts))
    )


def longest_empty_run(counts: NDArray[np.int64]) -> Floats:
    """Return the most consecutive weeks without a post, (n,) float64, of (n, weeks) int64."""
    run = np.zeros(len(counts))
    longest = np.zeros(len(counts))
    for week in counts.T:
        run = np.where(week == 0, run + 1, 0)
        np.maximum(longest, run, out=longest)
    return longest


def log_ratio_of_ends(counts: NDArray[np.int64]) -> Floats:
    """Return the log ratio of the last four weeks' posts to the first four's, (n,) float64.

    Of posts a week, (n, weeks) int64.
    """
    # One post more on either side, so that an empty end has a ratio.
    first, last = counts[:, :_ENDS].sum(axis=1), counts[:, -_ENDS:].sum(axis=1)
    ratio: Floats = np.log((last + 1) / (first + 1))
    return ratio


def variation(counts: NDArray[np.int64]) -> Floats:
    """Return the coefficient of variation, (n,) float64, of posts a week, (n, weeks) int64."""
    ratio: Floats = counts.std(axis=1) / counts.mean(axis=1)
    return ratio


def _standardised(values: Floats) -> Floats:
    spread = values.std()
    return (values - values.mean()) / spread if spread > 0 else np.zeros(values.size)
