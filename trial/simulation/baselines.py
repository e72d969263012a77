"""Simpler ways to foresee what becomes of an account, for a score to be measured against.

None of them knows a policy. A score that is no better than these is not worth its nine checks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from trial.scoring.checks.continuity import longest_gap
from trial.scoring.facts import facts_of_days
from trial.scoring.measured import Floats
from trial.simulation.windows import Windows

FOLDS = 10
DEALS = 5
_ENDS = 4
"""Weeks at either end of a stretch that are compared."""
_RIDGE = 1.0
_STEPS = 30


def mean_rate(windows: Windows) -> Floats:
    """Return posts a week, shape (n,)."""
    rate: Floats = windows.counts.mean(axis=1)
    return rate


def active_share(windows: Windows) -> Floats:
    """Return the share of weeks with a post, in [0, 1], shape (n,)."""
    share: Floats = (windows.counts > 0).mean(axis=1)
    return share


def equal_weight_4(windows: Windows) -> Floats:
    """Return four standardised features with equal weight, shape (n,).

    Active weeks, minus the longest empty run, plus the log ratio of the last four weeks to the
    first four, minus the coefficient of variation of the weekly counts.
    """
    counts = windows.counts
    return (
        _standardised(active_share(windows))
        - _standardised(longest_empty_run(counts))
        + _standardised(_log_ratio_of_ends(counts))
        - _standardised(_variation(counts))
    )


def longest_empty_run(counts: NDArray[np.int64]) -> Floats:
    """Return the most consecutive weeks without a post, shape (n,); `counts` has (n, weeks)."""
    run = np.zeros(len(counts))
    longest = np.zeros(len(counts))
    for week in counts.T:
        run = np.where(week == 0, run + 1, 0)
        np.maximum(longest, run, out=longest)
    return longest


def logistic(
    windows: Windows, held: NDArray[np.bool_], *, seed: int, folds: int = FOLDS, deals: int = DEALS
) -> Floats | None:
    """Return the cross-validated chance of holding out from a regression on ten features.

    Each trial is foreseen by regressions that saw no trial of its cluster: clusters are dealt into
    folds several times, and a trial's chances are averaged, so that no one deal decides.

    Parameters
    ----------
    windows : Windows
    held : (n,) bool
    seed : int
        Deals the clusters into folds.
    folds : int
        At most; no more than there are clusters.
    deals : int

    Returns
    -------
    (n,) float64 or None
        In [0, 1]; None where there are fewer than two clusters to learn from each other.
    """
    clusters = windows.clusters
    number = int(clusters.max(initial=-1)) + 1
    if number < 2:
        return None
    rng = np.random.default_rng(seed)
    features = features_of(windows)
    chances = np.zeros(windows.number)
    for _ in range(deals):
        fold = (rng.permutation(number) % min(folds, number))[clusters]
        for each in range(min(folds, number)):
            test = fold == each
            middle, spread = features[~test].mean(axis=0), features[~test].std(axis=0)
            scaled = (features - middle) / np.where(spread > 0, spread, 1.0)
            design = np.column_stack([np.ones(windows.number), scaled])
            chances[test] += special.expit(design[test] @ _fit(design[~test], held[~test]))
    return chances / deals


def features_of(windows: Windows) -> Floats:
    """Return the ten features of the regression, shape (n, 10).

    Log rate, share of active weeks, longest empty run, log ratio of the ends, variation, longest
    gap in days, empty weeks at the end, weekly trend, median week, weakest third.
    """
    counts = windows.counts
    weeks = counts.shape[1]
    ordered = np.sort(counts, axis=1)
    logs = np.log1p(counts)
    time = np.arange(weeks) - (weeks - 1) / 2
    last_active = weeks - np.argmax(counts[:, ::-1] > 0, axis=1)
    return np.column_stack(
        [
            np.log(mean_rate(windows)),
            active_share(windows),
            longest_empty_run(counts),
            _log_ratio_of_ends(counts),
            _variation(counts),
            longest_gap(facts_of_days(windows.live)),
            weeks - last_active,
            logs @ time / (time @ time),
            np.log1p(ordered[:, weeks // 2]),
            np.log1p(ordered[:, : weeks // 3].mean(axis=1)),
        ]
    )


def _fit(design: Floats, held: NDArray[np.bool_]) -> Floats:
    """Return the coefficients of a ridge logistic regression, by Newton's method.

    The ridge spares the intercept, and keeps the rest finite where features split the two kinds.
    """
    penalty = np.full(design.shape[1], _RIDGE)
    # Held to its place by next to nothing, so that one kind alone has an answer too.
    penalty[0] = 1e-3
    found = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chance = special.expit(design @ found)
        slope = design.T @ (held - chance) - penalty * found
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        found += step
        if np.abs(step).max() < 1e-8:
            break
    return found


def _log_ratio_of_ends(counts: NDArray[np.int64]) -> Floats:
    # One post more on either side, so that an empty end has a ratio.
    first, last = counts[:, :_ENDS].sum(axis=1), counts[:, -_ENDS:].sum(axis=1)
    ratio: Floats = np.log((last + 1) / (first + 1))
    return ratio


def _variation(counts: NDArray[np.int64]) -> Floats:
    variation: Floats = counts.std(axis=1) / counts.mean(axis=1)
    return variation


def _standardised(values: Floats) -> Floats:
    spread = values.std()
    return (values - values.mean()) / spread if spread > 0 else np.zeros(values.size)
