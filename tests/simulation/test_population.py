"""The shipped population is as different as real accounts are, figure by figure."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tests.simulation.figures import Figures, figures_of, run_lengths, stretches_of
from tests.simulation.populations import drawn, shipped

# The 90 % intervals of the public posting timelines, resampled by cluster, and after each the
# figure itself, as `python -m tests.oracles.timeline_figures FOLDER` prints them.
INTERVALS = {
    "SD of log rate": (0.892, 1.135),  # 1.018
    "SD of log rate from 1 to 10 a week": (0.517, 0.628),  # 0.579
    "slope after launch": (-0.052, -0.006),  # -0.029
    "SD of slope after launch": (0.063, 0.092),  # 0.079
    "k": (2.994, 6.959),  # 4.429
    "AR(1)": (0.169, 0.271),  # 0.220
    "P(empty | active)": (0.082, 0.109),  # 0.095
    "P(empty | empty)": (0.401, 0.509),  # 0.457
    "empty runs of 1": (0.638, 0.728),  # 0.683
    "empty runs of 2": (0.132, 0.192),  # 0.161
    "empty runs of 3": (0.050, 0.086),  # 0.068
    "empty runs of 4–6": (0.041, 0.088),  # 0.064
    "empty runs of 7–12": (0.014, 0.039),  # 0.025
    "26-week correlation of log rate": (0.507, 0.659),  # 0.584
    "26-week correlation of active share": (0.412, 0.600),  # 0.510
    "not A26 at active weeks 0–6": (0.250, 0.640),  # 0.469
    "not A26 at active weeks 7–8": (0.375, 0.677),  # 0.526
    "not A26 at active weeks 9–10": (0.188, 0.391),  # 0.281
    "not A26 at active weeks 11–12": (0.051, 0.135),  # 0.092
    "not A26 at active weeks 13": (0.010, 0.048),  # 0.028
    "not A26 at longest empty run 0": (0.010, 0.048),  # 0.028
    "not A26 at longest empty run 1": (0.061, 0.143),  # 0.099
    "not A26 at longest empty run 2": (0.263, 0.508),  # 0.377
    "not A26 at longest empty run 3": (0.208, 0.519),  # 0.357
    "not A26 at longest empty run 4–13": (0.324, 0.638),  # 0.488
    "SD of log ratio": (0.871, 1.171),  # 1.028
    "log ratio at 5 %": (-2.510, -1.053),  # -1.561
    "log ratio at 25 %": (-0.412, -0.227),  # -0.329
    "log ratio at 50 %": (-0.032, 0.073),  # 0.031
    "log ratio at 75 %": (0.306, 0.508),  # 0.399
    "log ratio at 95 %": (1.054, 1.785),  # 1.416
}


@cache
def found() -> Figures:
    # So many that the Monte-Carlo error is small beside the intervals.
    trials = stretches_of(drawn(shipped(), size=100_000, seed=11))
    return figures_of(trials, trials)


def test_every_figure_has_an_interval() -> None:
    assert found().keys() == INTERVALS.keys()


@pytest.mark.parametrize("figure", INTERVALS)
def test_a_figure_lies_within_the_interval_of_real_accounts(figure: str) -> None:
    low, high = INTERVALS[figure]
    assert low <= found()[figure] <= high


def test_runs_are_counted_within_a_trial_and_at_its_ends() -> None:
    rows = np.array([[1, 0, 1, 1], [0, 0, 0, 0], [1, 1, 1, 1], [1, 0, 0, 1]], np.bool_)
    row, length = run_lengths(rows)
    assert row.tolist() == [0, 0, 2, 3, 3]
    assert length.tolist() == [1, 2, 4, 1, 1]
