"""How well a number ranks what came after: the area under the ROC curve, and how sure one may be.

The area (AUC) is the chance that of two trials, one that held out and one that did not, the first
has the higher number; a tie counts half. .5 is a coin, 1 is never wrong. Stretches of one account
resemble each other, so intervals come from drawing whole clusters anew.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from trial.domain.results.validation import Estimate
from trial.scoring.measured import Floats

Weights = NDArray[np.int64]
_BATCH = 100
_TAIL = 0.025
"""Share of the resamples that an interval leaves out at either end."""


def auc(numbers: Floats, held: NDArray[np.bool_], weights: Weights | None = None) -> Floats:
    """Return the area under the ROC curve, ties counted half.

    Parameters
    ----------
    numbers : (n,) float64
        Higher for what is expected to hold out; not NaN.
    held : (n,) bool
    weights : (b, n) int64, optional
        How often each trial counts, one row a resample; once each by default.

    Returns
    -------
    (b,) float64
        In [0, 1]; NaN where a row holds only one of the two kinds. ``b`` is 1 without `weights`.
    """
    if weights is None:
        weights = np.ones((1, numbers.size), np.int64)
    if numbers.size == 0:
        return np.full(len(weights), np.nan)
    order = np.argsort(numbers, kind="stable")
    ranked = numbers[order]
    first = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1]))
    stood, fell = (
        np.add.reduceat(weights[:, order] * kind[order], first, axis=1) for kind in (held, ~held)
    )
    below = np.cumsum(fell, axis=1) - fell
    pairs = stood.sum(axis=1) * fell.sum(axis=1)
    area = np.full(len(weights), np.nan)
    np.divide((stood * (2 * below + fell)).sum(axis=1), 2 * pairs, out=area, where=pairs > 0)
    return area


def resamples(clusters: NDArray[np.int64], number: int, seed: int) -> Iterator[Weights]:
    """Yield how often each trial counts when clusters are drawn with replacement.

    Parameters
    ----------
    clusters : (n,) int64
        The cluster of each trial, from 0 without gaps.
    number : int
        Resamples in all.
    seed : int

    Yields
    ------
    (b, n) int64
        Batches whose rows add up to `number`.
    """
    rng = np.random.default_rng(seed)
    k = int(clusters.max()) + 1
    for done in range(0, number, _BATCH):
        drawn = rng.multinomial(k, np.full(k, 1 / k), size=min(_BATCH, number - done))
        yield drawn[:, clusters]


def estimate(value: float, drawn: Floats) -> Estimate | None:
    """Return `value` with the middle 95 % of `drawn`, (r,) float64, its values in resamples.

    NaN stands for a resample that cannot be ranked, and where `value` is one, there is nothing at
    all. There is no interval where more resamples are NaN than it leaves out, for what remains is
    then not 95 % of them; nor where all resamples say the same, for the one account, or the few
    that differ in nothing, do not tell how far others might be from it.
    """
    if np.isnan(value):
        return None
    known = drawn[~np.isnan(drawn)]
    if drawn.size - known.size > 2 * _TAIL * drawn.size or known.min() == known.max():
        return Estimate(float(value), None, None)
    low, high = np.quantile(known, (_TAIL, 1 - _TAIL))
    return Estimate(float(value), float(low), float(high))


def brier(chances: Floats, held: NDArray[np.bool_]) -> float:
    """Return the mean squared distance of chances from what came: 0 is perfect, .25 a coin.

    Parameters
    ----------
    chances : (n,) float64
        In [0, 1].
    held : (n,) bool
    """
    return float(np.mean((chances - held) ** 2))
