"""What posting timelines are described by, of real accounts and of simulated trials alike.

The same functions measure both, so that an interval of the one says what the other has to meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.simulation.populations import weekly
from trial.domain.after_trial import LASTING_WEEKS
from trial.simulation.draws import Drawn
from trial.simulation.windows import MIN_POSTS

Counts = NDArray[np.int64]
Rates = NDArray[np.float64]
Range = tuple[int, int]
Figures = dict[str, float]

USUAL: Range = (1, 10)
"""Posts a week of the stretches that are looked at."""

CLOSE: Range = (2, 7)
"""Posts a week near 3 to 5."""

RUNS: Sequence[Range] = ((1, 1), (2, 2), (3, 3), (4, 6), (7, 12))
ACTIVE: Sequence[Range] = ((0, 6), (7, 8), (9, 10), (11, 12), (13, 13))
LONGEST: Sequence[Range] = ((0, 0), (1, 1), (2, 2), (3, 3), (4, 13))
QUANTILES = (5, 25, 50, 75, 95)
_ONE_POST = 1 / 26
"""One post in 26 weeks keeps the log of a quarter without posts finite."""


@dataclass(frozen=True)
class Stretches:
    """``n`` stretches of 13 weeks, with what came half a year later.

    Parameters
    ----------
    trial, later : (n, 13) int64
        Posts a week in weeks 1 to 13 and in weeks 27 to 39.
    is_launch : (n,) bool
        Whether the account began with the stretch.
    """

    trial: Counts
    later: Counts
    is_launch: NDArray[np.bool_]

    def rows(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Stretches:
        return Stretches(self.trial[which], self.later[which], self.is_launch[which])

    def between(self, rates: Range) -> Stretches:
        """Return those with so many posts a week, both ends inside."""
        return self.rows(_within(self.trial.mean(axis=1), rates))


def stretches_of(trials: Drawn) -> Stretches:
    """Return the simulated trials that had posts enough to be looked at."""
    counts = weekly(trials)
    drawn = Stretches(counts, trials.after.half.astype(np.int64), np.ones(len(counts), np.bool_))
    return drawn.rows(counts.sum(axis=1) >= MIN_POSTS)


def figures_of(every: Stretches, near: Stretches) -> Figures:
    """Return all figures.

    Parameters
    ----------
    every, near : Stretches
        Of all accounts, and of those kinds of organisations that post about 3 to 5 times a week.
        Simulated departments are of that kind, all of them.
    """
    usual = every.between(USUAL)
    return {
        **_differences(near),
        **_week_to_week(usual),
        **_half_year_later(usual),
        **_changes(every.between(CLOSE)),
    }


def _differences(near: Stretches) -> Figures:
    usual, close = near.between(USUAL), near.between(CLOSE)
    mean, variance = close.trial.mean(axis=1), close.trial.var(axis=1, ddof=1)
    slopes = _slopes(usual.trial[usual.is_launch])
    return {
        "SD of log rate": float(np.log(near.trial.mean(axis=1)).std()),
        "SD of log rate from 1 to 10 a week": float(np.log(usual.trial.mean(axis=1)).std()),
        "slope after launch": float(slopes.mean()),
        "SD of slope after launch": float(slopes.std()),
        "k": float((mean**2).sum() / (variance - mean).sum()),
    }


def _week_to_week(usual: Stretches) -> Figures:
    logs = np.log1p(usual.trial)
    logs -= logs.mean(axis=1, keepdims=True)
    empty = usual.trial == 0
    before, after = empty[:, :-1], empty[:, 1:]
    lengths = run_lengths(empty)[1]
    return {
        "AR(1)": float((logs[:, 1:] * logs[:, :-1]).sum() / (logs**2).sum()),
        "P(empty | active)": float(after[~before].mean()),
        "P(empty | empty)": float(after[before].mean()),
        **{f"empty runs of {_words(run)}": float(_within(lengths, run).mean()) for run in RUNS},
    }


def _half_year_later(usual: Stretches) -> Figures:
    rate, later = usual.trial.mean(axis=1), usual.later.mean(axis=1)
    active, active_later = ((counts > 0).sum(axis=1) for counts in (usual.trial, usual.later))
    thin, goes_on = active_later < LASTING_WEEKS, later > 0
    row, length = run_lengths(usual.trial == 0)
    longest = np.zeros(len(rate), np.int64)
    np.maximum.at(longest, row, length)

    def thinned(what: str, weeks: Counts, ranges: Sequence[Range]) -> Figures:
        return {
            f"not A26 at {what} {_words(some)}": _share(thin[_within(weeks, some)])
            for some in ranges
        }

    return {
        "26-week correlation of log rate": _correlation(
            np.log(rate[goes_on]), np.log(later[goes_on])
        ),
        "26-week correlation of active share": _correlation(active, active_later),
        **thinned("active weeks", active, ACTIVE),
        **thinned("longest empty run", longest, LONGEST),
    }


def _changes(close: Stretches) -> Figures:
    rate, later = close.trial.mean(axis=1), close.later.mean(axis=1)
    ratio = np.log((later + _ONE_POST) / (rate + _ONE_POST))
    return {
        "SD of log ratio": float(ratio.std()),
        **{f"log ratio at {each} %": float(np.percentile(ratio, each)) for each in QUANTILES},
    }


def run_lengths(empty: NDArray[np.bool_]) -> tuple[Counts, Counts]:
    """Return row and length of every run of True along the rows of (n, W)."""
    edges = np.diff(np.pad(empty.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    (row, end), (_, start) = np.nonzero(edges == -1), np.nonzero(edges == 1)
    return row, end - start


def _slopes(counts: Counts) -> NDArray[np.float64]:
    weeks = counts.shape[1]
    time = np.arange(weeks) - (weeks - 1) / 2
    slopes: NDArray[np.float64] = np.log(counts + 0.5) @ time / (time @ time)
    return slopes


def _within(values: Counts | Rates, ends: Range) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (values >= ends[0]) & (values <= ends[1])
    return inside


def _share(happened: NDArray[np.bool_]) -> float:
    """Return the share that happened; not a number where there was nothing to happen."""
    return float(happened.mean()) if happened.size else float("nan")


def _words(ends: Range) -> str:
    low, high = ends
    return f"{low}" if low == high else f"{low}–{high}"


def _correlation(one: Counts | Rates, other: Counts | Rates) -> float:
    return float(np.corrcoef(one, other)[0, 1])
