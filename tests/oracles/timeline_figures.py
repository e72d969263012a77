"""What real posting timelines are described by, with intervals: what the simulator has to meet.

``python -m tests.oracles.timeline_figures FOLDER`` reads the timelines in a folder as
``tests.oracles.fit`` does and prints each figure with its 90 % interval. The intervals stand as
literals in ``tests/simulation/test_population.py``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.oracles.fit import accounts_in
from tests.simulation.figures import CLOSE, Counts, Figures, Stretches, figures_of
from trial.domain.after_trial import QUARTER
from trial.domain.calendar import DAYS_IN_WEEK
from trial.domain.results.validation import EVERY_WEEKS
from trial.domain.timelines import Account
from trial.simulation.windows import AT_MOST, MIN_POSTS

RESAMPLES = 2_000
_ENDS = (5, 95)


@dataclass(frozen=True)
class Timelines:
    """The stretches of real accounts, and whose they are.

    Parameters
    ----------
    stretches : Stretches
        ``n`` of them.
    source, cluster : (n,) str
        Where each account comes from, and who runs it.
    """

    stretches: Stretches
    source: NDArray[np.str_]
    cluster: NDArray[np.str_]

    @property
    def is_near(self) -> NDArray[np.bool_]:
        """(n,) bool: of sources whose median stretch has 2 to 7 posts a week."""
        rate = self.stretches.trial.mean(axis=1)
        near = [
            source
            for source in np.unique(self.source)
            if CLOSE[0] <= np.median(rate[self.source == source]) <= CLOSE[1]
        ]
        return np.isin(self.source, near)


def timelines_of(accounts: Sequence[Account]) -> Timelines:
    """Return the stretches of 13 weeks, by the rules of the look back, at whatever rate."""
    trial, later, is_launch, source, cluster = [], [], [], [], []
    for account in accounts:
        counts = _weeks(account)
        starts = range(0, counts.size - EVERY_WEEKS - QUARTER + 1, EVERY_WEEKS)
        for start in [s for s in starts if counts[s : s + QUARTER].sum() >= MIN_POSTS][:AT_MOST]:
            trial.append(counts[start : start + QUARTER])
            later.append(counts[start + EVERY_WEEKS :][:QUARTER])
            is_launch.append(start == 0 and not account.is_cut_off)
            source.append(account.source)
            cluster.append(account.cluster or account.full_name)
    return Timelines(
        Stretches(np.array(trial), np.array(later), np.array(is_launch)),
        np.array(source),
        np.array(cluster),
    )


def _weeks(account: Account) -> Counts:
    """Return posts a week from the launch to the last full week that was watched."""
    launch = account.launch.toordinal()
    counts = np.zeros((account.observed_until.toordinal() + 1 - launch) // DAYS_IN_WEEK, np.int64)
    for day, number in account.posts.items():
        week = (day.toordinal() - launch) // DAYS_IN_WEEK
        if 0 <= week < counts.size:
            counts[week] += number
    return counts


def intervals_of(
    timelines: Timelines, *, seed: int = 1, resamples: int
) -> dict[str, tuple[float, float, float]]:
    """Return each figure with the ends of its 90 % interval, by resampling clusters."""
    _, cluster = np.unique(timelines.cluster, return_inverse=True)
    rows = [np.flatnonzero(cluster == each) for each in range(cluster.max() + 1)]
    rng, is_near = np.random.default_rng(seed), timelines.is_near

    def of(chosen: NDArray[np.intp]) -> Figures:
        near = chosen[is_near[chosen]]
        return figures_of(timelines.stretches.rows(chosen), timelines.stretches.rows(near))

    again = [
        list(
            of(
                np.concatenate([rows[one] for one in rng.integers(0, len(rows), len(rows))])
            ).values()
        )
        for _ in range(resamples)
    ]
    ends = [_percentiles(column) for column in np.array(again).T]
    figures = of(np.arange(cluster.size))
    return {name: (value, *each) for (name, value), each in zip(figures.items(), ends, strict=True)}


def _percentiles(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the ends of the interval; a resample may lack what a figure is about."""
    there = values[np.isfinite(values)]
    low, high = np.percentile(there, _ENDS) if there.size else (np.nan, np.nan)
    return float(low), float(high)


def main(folder: str) -> None:
    """Print the figures of the timelines in `folder`."""
    accounts = accounts_in(Path(folder), today=datetime.now(UTC).date())
    found = intervals_of(timelines_of(accounts), resamples=RESAMPLES)
    for name, (value, low, high) in found.items():
        print(f'    "{name}": ({low:.3f}, {high:.3f}),  # {value:.3f}')


if __name__ == "__main__":
    main(*sys.argv[1:])
