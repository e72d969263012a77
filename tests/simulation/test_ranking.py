"""The area under the ROC curve, and how sure one may be of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trial.domain.results.validation import Estimate
from trial.simulation.ranking import auc, brier, estimate, resamples

NO, YES = False, True


@pytest.mark.parametrize(
    "numbers, held, area",
    [
        ([1, 2, 3], [NO, NO, YES], 1.0),
        ([3, 2, 1], [NO, NO, YES], 0.0),
        ([1, 2, 3], [NO, YES, NO], 0.5),
        ([1, 1, 1], [NO, YES, NO], 0.5),  # ties count half
        ([1, 1, 2], [NO, YES, YES], 0.75),  # one tie, one right
        ([1, 2, 2, 3], [YES, NO, YES, NO], 0.125),  # wrong, wrong, half, wrong
        ([0.1, 0.4, 0.35, 0.8], [NO, NO, YES, YES], 0.75),
    ],
)
def test_the_area_is_the_share_of_pairs_in_the_right_order(
    numbers: list[float], held: list[bool], area: float
) -> None:
    assert auc(np.array(numbers, float), np.array(held)).tolist() == [area]


@pytest.mark.parametrize("held", [[NO, NO], [YES, YES], []])
def test_one_kind_alone_has_no_area(held: list[bool]) -> None:
    numbers = np.arange(len(held), dtype=float)
    assert np.isnan(auc(numbers, np.array(held, bool))).tolist() == [True]


@given(
    st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40).filter(
        lambda rows: len({held for _, held in rows}) == 2
    )
)
def test_the_area_is_the_statistic_of_mann_and_whitney(rows: list[tuple[int, bool]]) -> None:
    numbers = np.array([number for number, _ in rows], float)
    held = np.array([kind for _, kind in rows])
    u = stats.mannwhitneyu(numbers[held], numbers[~held], method="asymptotic").statistic
    area = u / (held.sum() * (~held).sum())
    assert auc(numbers, held)[0] == pytest.approx(area)


@given(st.lists(st.integers(0, 3), min_size=6, max_size=6))
def test_a_weight_is_a_trial_that_stands_so_often(weights: list[int]) -> None:
    numbers, held = np.array([1.0, 2, 2, 3, 4, 4]), np.array([NO, YES, NO, NO, YES, YES])
    weighted = auc(numbers, held, np.array([weights]))[0]
    repeated = auc(np.repeat(numbers, weights), np.repeat(held, weights))[0]
    assert weighted == pytest.approx(repeated, nan_ok=True)


def test_whole_clusters_are_drawn_with_replacement() -> None:
    clusters = np.array([0, 0, 1, 2, 2, 2])
    drawn = np.concatenate(list(resamples(clusters, 250, seed=3)))
    assert drawn.shape == (250, 6)
    assert (drawn[:, 0] == drawn[:, 1]).all()
    assert (drawn[:, 3] == drawn[:, 4]).all()
    assert (drawn[:, [0, 2, 3]].sum(axis=1) == 3).all()
    assert drawn[:, 0].mean() == pytest.approx(1, abs=0.2)


def test_the_same_seed_draws_the_same() -> None:
    clusters = np.arange(20)
    once, again, other = (
        np.concatenate(list(resamples(clusters, 120, seed))) for seed in (1, 1, 2)
    )
    assert (once == again).all()
    assert (once != other).any()


def test_the_interval_is_the_middle_of_the_resamples() -> None:
    found = estimate(0.4, np.linspace(0, 1, 1001))
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.4, 0.025, 0.975))


@pytest.mark.parametrize("unknown, has_interval", [(0, True), (50, True), (51, False)])
def test_an_interval_of_95_percent_bears_no_more_than_5_without_an_answer(
    unknown: int, has_interval: bool
) -> None:
    drawn = np.linspace(0, 1, 1000)
    drawn[:unknown] = np.nan
    found = estimate(0.5, drawn)
    assert found is not None
    assert (found.low is not None, found.high is not None) == (has_interval, has_interval)


def test_what_cannot_be_ranked_is_no_number_and_what_never_moves_has_no_interval() -> None:
    assert estimate(np.nan, np.array([0.5, 0.6])) is None
    assert estimate(0.5, np.full(100, 0.5)) == Estimate(0.5, None, None)
    assert estimate(0.5, np.full(100, np.nan)) == Estimate(0.5, None, None)


def test_the_brier_score_is_the_mean_squared_miss() -> None:
    assert brier(np.array([1.0, 0.5, 0.2]), np.array([YES, YES, NO])) == pytest.approx(0.29 / 3)
