"""A logistic regression that foresees each account without having seen it.

Its ridge is chosen anew for every fold, among the accounts of the other folds, so that the
regression is as strong as it can be made without a look at what it foresees. A hundred trials with
few that fell hold ten features loosely, and a ridge fixed beforehand would be a handicap.

Written out, for all ridges and folds in one go: scikit-learn, which a test holds one fit against,
takes minutes for what is here a third of a second.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from trial.scoring.checks.continuity import longest_gap
from trial.scoring.facts import facts_of_days
from trial.scoring.measured import DECIMALS, Floats
from trial.simulation import baselines
from trial.simulation.windows import Windows

FOLDS = 10
DEALS = 5
_INNER_FOLDS = 5
_RIDGES = np.array([1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0])
"""From what is usual to one that leaves features little more than their direction."""
_STEPS = 30
_NEAR_ENOUGH = 1e-4


def logistic(windows: Windows, held: NDArray[np.bool_], *, seed: int) -> Floats | None:
    """Return what a regression on ten features foresees of unseen trials, (n,) float64.

    `held`, (n,) bool, is what it learns from the others; `seed` and the answer are as in
    :func:`foresee`.
    """
    return foresee(features_of(windows), held, windows.clusters, seed=seed)


def features_of(windows: Windows) -> Floats:
    """Return the ten features of the regression, (n, 10) float64.

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
            np.log(baselines.mean_rate(windows)),
            baselines.active_share(windows),
            baselines.longest_empty_run(counts),
            baselines.log_ratio_of_ends(counts),
            baselines.variation(counts),
            longest_gap(facts_of_days(windows.live)),
            weeks - last_active,
            logs @ time / (time @ time),
            np.log1p(ordered[:, weeks // 2]),
            np.log1p(ordered[:, : weeks // 3].mean(axis=1)),
        ]
    )


def foresee(
    features: Floats,
    held: NDArray[np.bool_],
    clusters: NDArray[np.int64],
    *,
    seed: int,
    folds: int = FOLDS,
    deals: int = DEALS,
) -> Floats | None:
    """Return how likely trials are to hold out, as foreseen from trials of other clusters.

    Clusters are dealt into folds several times and a trial's values averaged, so that no one deal
    decides. A value is the log odds of holding out above those of the average trial learnt from,
    in standard deviations of the trials learnt from. The level of the odds is left out on purpose:
    where many of the others fell, fewer fell here, and a level taken from the others would rank
    folds the wrong way round. So is their scale, which is the ridge's.

    The ridge is the strongest whose loss, foreseeing fold by fold within the trials learnt from, is
    within one standard error of the least: the rule of Breiman, Friedman, Olshen and Stone (1984).

    Parameters
    ----------
    features : (n, k) float64
    held : (n,) bool
    clusters : (n,) int64
        The cluster of each trial, from 0 without gaps.
    seed : int
        Deals the clusters into folds.
    folds : int
        At most; no more than there are clusters.
    deals : int

    Returns
    -------
    (n,) float64 or None
        Higher for what is expected to hold out, and 0 where all trials learnt from came to the
        same; None where there are fewer than two clusters to learn from each other.
    """
    if clusters.max(initial=-1) < 1:
        return None
    rng = np.random.default_rng(seed)
    foreseen = np.zeros(held.size)
    for _ in range(deals):
        fold = _dealt(clusters, folds, rng)
        for each in range(fold.max() + 1):
            learnt = fold != each
            inner = _dealt(clusters[learnt], _INNER_FOLDS, rng)
            if held[learnt].all() or not held[learnt].any():
                continue
            ridge = _ridge(features[learnt], held[learnt], inner)
            (design,) = _designs(features, learnt[None, :])
            (slopes,) = fits(design[None], held, learnt[None, :], np.array([ridge]))[0, :, 1:]
            log_odds = design[:, 1:] @ slopes
            spread = log_odds[learnt].std()
            if spread > 0:
                foreseen[~learnt] += log_odds[~learnt] / spread
    return np.round(foreseen / deals, DECIMALS - 3)


def fits(
    designs: Floats, held: NDArray[np.bool_], learnt: NDArray[np.bool_], ridges: Floats
) -> Floats:
    """Return the coefficients of ridge logistic regressions, by Newton's method.

    Each minimises the sum of the log losses of the trials it learns from, plus half the ridge times
    the squares of all coefficients but the first, the intercept's.

    Parameters
    ----------
    designs : (f, n, k) float64
        The first column is 1.
    held : (n,) bool
    learnt : (f, n) bool
        From which trials each learns.
    ridges : (r,) float64

    Returns
    -------
    (f, r, k) float64
    """
    f, n, k = designs.shape
    # An intercept is held to its place by next to nothing, so that one kind alone has an answer.
    penalty = np.column_stack([np.full(ridges.size, 1e-3), np.repeat(ridges[:, None], k - 1, 1)])
    squares = (designs[:, :, :, None] * designs[:, :, None, :]).reshape(f, n, k * k)
    found = np.zeros((f, ridges.size, k))
    for _ in range(_STEPS):
        chance = special.expit(found @ designs.transpose(0, 2, 1))
        slope = ((held - chance) * learnt[:, None, :]) @ designs - penalty * found
        weight = chance * (1 - chance) * learnt[:, None, :]
        curve = (weight @ squares).reshape(f, ridges.size, k, k)
        curve[..., np.arange(k), np.arange(k)] += penalty
        step = np.linalg.solve(curve, slope[..., None])[..., 0]
        found += step
        if np.abs(step).max() < _NEAR_ENOUGH:
            break
    return found


def _dealt(clusters: NDArray[np.int64], folds: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return a fold for each trial, the same within a cluster; as many as there can be."""
    kept, own = np.unique(clusters, return_inverse=True)
    dealt: NDArray[np.int64] = (rng.permutation(kept.size) % folds)[own]
    return dealt


def _ridge(features: Floats, held: NDArray[np.bool_], fold: NDArray[np.int64]) -> float:
    """Return the strongest ridge that is about as good as the best at foreseeing other folds."""
    number = int(fold.max()) + 1
    if number < 2:
        return float(_RIDGES[-1])
    tested = fold == np.arange(number)[:, None]
    designs = _designs(features, ~tested)
    log_odds = fits(designs, held, ~tested, _RIDGES) @ designs.transpose(0, 2, 1)
    losses = np.logaddexp(0, np.where(held, -log_odds, log_odds))
    loss = (losses * tested[:, None, :]).sum(axis=2) / tested.sum(axis=1)[:, None]
    mean = loss.mean(axis=0)
    best = int(mean.argmin())
    error = loss[:, best].std(ddof=1) / np.sqrt(number)
    return float(_RIDGES[mean <= mean[best] + error].max())


def _designs(features: Floats, learnt: NDArray[np.bool_]) -> Floats:
    """Return a column of ones and the features, standardised by the trials learnt from.

    Parameters
    ----------
    features : (n, k) float64
    learnt : (f, n) bool

    Returns
    -------
    (f, n, k + 1) float64
        A feature in which the trials learnt from do not differ is 0.
    """
    number = learnt.sum(axis=1)[:, None]
    middle = learnt @ features / number
    away = features - middle[:, None, :]
    spread = np.sqrt((away**2 * learnt[:, :, None]).sum(axis=1) / number)
    is_flat = spread < 1e-9
    scaled = np.where(is_flat[:, None, :], 0.0, away / np.where(is_flat, 1.0, spread)[:, None, :])
    return np.concatenate([np.ones((*learnt.shape, 1)), scaled], axis=2)
