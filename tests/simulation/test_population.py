"""The shipped population behaves like public posting timelines near 3 to 5 posts a week.

The published figures rest on a few dozen accounts. Each comes with an interval of its own: as wide
as, or narrower than, what resampling those accounts gives (a P(empty | empty) of .46 comes with .37
to .53, for example), and at 60,000 trials many times the Monte-Carlo error.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tests.simulation.figures import Figures, figures_of, run_lengths
from tests.simulation.populations import drawn, shipped


@cache
def found() -> Figures:
    return figures_of(drawn(shipped(), size=60_000, seed=11))


def test_runs_are_counted_within_a_trial_and_at_its_ends() -> None:
    rows = np.array([[1, 0, 1, 1], [0, 0, 0, 0], [1, 1, 1, 1], [1, 0, 0, 1]], np.bool_)
    assert sorted(run_lengths(rows)) == [1, 1, 1, 2, 4]


def test_weekly_posts_are_dispersed_as_published() -> None:
    assert found().dispersion == pytest.approx(4.4, abs=0.5)


def test_empty_weeks_follow_each_other_as_published() -> None:
    assert found().empty_after_active == pytest.approx(0.086, abs=0.012)
    assert found().empty_after_empty == pytest.approx(0.46, abs=0.04)


@pytest.mark.parametrize(
    ("index", "published", "within"),
    [(0, 0.65, 0.04), (1, 0.22, 0.03), (2, 0.06, 0.04), (3, 0.06, 0.02), (4, 0.01, 0.008)],
)
def test_runs_of_empty_weeks_are_as_long_as_published(
    index: int, published: float, within: float
) -> None:
    assert found().runs[index] == pytest.approx(published, abs=within)


def test_rates_change_over_26_weeks_as_much_as_published() -> None:
    assert found().ratio_spread == pytest.approx(0.94, abs=0.12)


@pytest.mark.parametrize(
    ("index", "published", "within"),
    [(0, -1.24, 0.35), (1, -0.34, 0.12), (2, 0.0, 0.1), (3, 0.43, 0.12), (4, 1.62, 0.45)],
)
def test_quantiles_of_that_change_are_as_published(
    index: int, published: float, within: float
) -> None:
    assert found().ratio_quantiles[index] == pytest.approx(published, abs=within)


@pytest.mark.parametrize(
    ("index", "published", "within"),
    [(0, 0.46, 0.18), (1, 0.42, 0.17), (2, 0.28, 0.1), (3, 0.07, 0.06), (4, 0.02, 0.03)],
)
def test_active_weeks_foretell_activity_26_weeks_later_as_published(
    index: int, published: float, within: float
) -> None:
    # It rests on 297 windows, which the intervals allow for.
    assert found().thinned_out[index] == pytest.approx(published, abs=within)
