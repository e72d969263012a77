"""What public posting timelines are described by, taken from simulated trials."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.simulation.populations import weekly
from trial.simulation.draws import Drawn

NEAR = (2.0, 7.0)
"""Posts a week of the accounts that are near 3 to 5."""

RUNS = ((1, 1), (2, 2), (3, 3), (4, 6), (7, 12))
ACTIVE = ((0, 6), (7, 8), (9, 10), (11, 12), (13, 13))


@dataclass(frozen=True)
class Figures:
    """Of the trials whose mean lies within `NEAR`.

    Parameters
    ----------
    dispersion : float
        k of the weekly posts within a trial: Σ mean² / Σ (variance − mean).
    empty_after_active, empty_after_empty : float
        Chance of an empty week, by the week before.
    runs : tuple of float
        Shares of runs of empty weeks by length, as in `RUNS`.
    ratio_spread : float
        Standard deviation of the log ratio of the rate 26 weeks later.
    ratio_quantiles : tuple of float
        Its 5, 25, 50, 75 and 95 % quantiles.
    thinned_out : tuple of float
        Shares active in fewer than 7 of 13 weeks 26 weeks later, by active weeks in the trial, as
        in `ACTIVE`.
    """

    dispersion: float
    empty_after_active: float
    empty_after_empty: float
    runs: tuple[float, ...]
    ratio_spread: float
    ratio_quantiles: tuple[float, ...]
    thinned_out: tuple[float, ...]


def figures_of(trials: Drawn) -> Figures:
    counts = weekly(trials)
    near = (counts.mean(axis=1) >= NEAR[0]) & (counts.mean(axis=1) <= NEAR[1])
    counts, later = counts[near], trials.after.half[near]
    mean, variance = counts.mean(axis=1), counts.var(axis=1, ddof=1)
    empty = counts == 0
    before, after = empty[:, :-1], empty[:, 1:]
    lengths = run_lengths(empty)
    # One post more in 26 weeks keeps the log of a quarter without posts finite.
    ratio = np.log((later.mean(axis=1) + 1 / 26) / (mean + 1 / 26))
    active, is_thin = (~empty).sum(axis=1), (later > 0).sum(axis=1) < 7
    return Figures(
        dispersion=float((mean**2).sum() / (variance - mean).sum()),
        empty_after_active=float(after[~before].mean()),
        empty_after_empty=float(after[before].mean()),
        runs=tuple(((lengths >= a) & (lengths <= b)).mean() for a, b in RUNS),
        ratio_spread=float(ratio.std()),
        ratio_quantiles=tuple(np.quantile(ratio, (0.05, 0.25, 0.5, 0.75, 0.95)).tolist()),
        thinned_out=tuple(is_thin[(active >= a) & (active <= b)].mean() for a, b in ACTIVE),
    )


def run_lengths(empty: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the lengths of all runs of True along the rows of (n, W)."""
    edges = np.diff(np.pad(empty.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    lengths: NDArray[np.int64] = np.nonzero(edges == -1)[1] - np.nonzero(edges == 1)[1]
    return lengths
