"""The simpler ways to foresee an account, each worked by hand."""

import numpy as np
import pytest

from tests.simulation.accounts import account
from trial.domain.results.validation import WindowFilter
from trial.simulation import baselines
from trial.simulation.windows import Windows, windows_of


def trials(*weeks: list[int]) -> Windows:
    """Each trial by its 13 weeks."""
    accounts = [account(*counts, (1, 26), name=f"{n}") for n, counts in enumerate(weeks)]
    return windows_of(accounts, WindowFilter(0, 1000)).windows


EVERY, OTHER = [2] * 13, [4, 0] * 6 + [2]
ENDING = [3] * 4 + [2] * 4 + [1] + [0] * 4


def test_rate_and_active_weeks() -> None:
    windows = trials(EVERY, OTHER, ENDING)
    assert baselines.mean_rate(windows).tolist() == [2, 2, 21 / 13]
    assert baselines.active_share(windows).tolist() == [1, 7 / 13, 9 / 13]


@pytest.mark.parametrize(
    "counts, longest",
    [
        ([1, 1, 1], 0),
        ([1, 0, 1, 0, 0, 1], 2),
        ([0, 0, 0, 1, 0], 3),
        ([1, 0, 0, 0, 0], 4),
        ([0, 0], 2),
    ],
)
def test_the_longest_empty_run(counts: list[int], longest: int) -> None:
    assert baselines.longest_empty_run(np.array([counts])).tolist() == [longest]


def test_four_features_weigh_the_same() -> None:
    found = baselines.equal_weight_4(trials(EVERY, ENDING))
    # Two trials differ in each of the four, so each is worth 1 above or below the mean.
    assert found == pytest.approx([4, -4])
    # Alike in all, nothing tells them apart.
    assert baselines.equal_weight_4(trials(EVERY, EVERY)).tolist() == [0, 0]
