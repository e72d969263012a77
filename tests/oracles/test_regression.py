"""A regression that foresees what it has not seen, held against what it says of itself."""

import numpy as np
import pytest
from scipy import optimize
from sklearn.linear_model import LogisticRegression

from tests.oracles import regression
from tests.simulation.accounts import account, hospital
from trial.domain.results.validation import Outcome, WindowFilter
from trial.simulation.ranking import auc
from trial.simulation.windows import windows_of

ALL = np.ones((1, 60), np.bool_)


def drawn(
    number: int, slopes: list[float], *, seed: int, level: float = 0.5
) -> tuple[np.ndarray, np.ndarray]:
    """Features, and who held out, when the log odds are `level` and `slopes` of them."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(number, len(slopes)))
    chances = 1 / (1 + np.exp(-level - features @ slopes))
    return features, rng.random(number) < chances


@pytest.mark.parametrize("ridge", [0.1, 1.0, 100.0])
def test_each_fit_minimises_what_it_says_it_does(ridge: float) -> None:
    features, held = drawn(60, [1, -1, 0], seed=1)
    design = np.column_stack([np.ones(60), features])

    def loss(found: np.ndarray) -> float:
        fitted = design @ found
        penalty = 1e-3 * found[0] ** 2 + ridge * (found[1:] ** 2).sum()
        return float(np.logaddexp(0, fitted).sum() - fitted[held].sum() + penalty / 2)

    best = optimize.minimize(loss, np.zeros(4), tol=1e-10).x
    found = regression.fits(design[None], held, ALL, np.array([ridge, 7.0]))
    assert found.shape == (1, 2, 4)
    assert found[0, 0] == pytest.approx(best, abs=1e-3)


def test_trials_that_are_not_learnt_from_change_nothing() -> None:
    features, held = drawn(60, [1, -1], seed=2)
    design = np.column_stack([np.ones(60), features])[None]
    learnt = np.arange(60)[None, :] < 40
    both = regression.fits(design, held, learnt, np.array([1.0]))
    alone = regression.fits(design[:, :40], held[:40], ALL[:, :40], np.array([1.0]))
    assert both == pytest.approx(alone)


def test_nobody_is_foreseen_by_what_became_of_their_cluster() -> None:
    features, held = drawn(60, [1, -1], seed=3)
    clusters = np.arange(60) // 3
    own = clusters == 4
    before = regression.foresee(features, held, clusters, seed=1, folds=4, deals=2)
    turned = regression.foresee(features, held ^ own, clusters, seed=1, folds=4, deals=2)
    assert before is not None
    assert turned is not None
    # Neither its slopes nor its ridge.
    assert turned[own] == pytest.approx(before[own])
    assert turned[~own] != pytest.approx(before[~own])


def test_the_unit_of_a_feature_does_not_matter() -> None:
    features, held = drawn(60, [1, -1], seed=4)
    metres = features * [1000, 0.01] + [5, -5]
    one, other = (
        regression.foresee(each, held, np.arange(60), seed=1) for each in (features, metres)
    )
    assert one == pytest.approx(other)


def test_where_there_is_much_to_learn_the_ridge_is_weak_and_where_nothing_strong() -> None:
    ridges = []
    for slopes in ([2.0, -2.0, 0.0], [0.0, 0.0, 0.0]):
        features, held = drawn(400, slopes, seed=5)
        ridges.append(regression._ridge(features, held, np.arange(400) % 5))
    assert ridges[0] <= 10
    assert ridges[1] == 1000


def test_where_there_is_nothing_to_learn_others_are_not_ranked_the_wrong_way_round() -> None:
    """Where many of the others fell, fewer fell here: a level learnt from them would tell."""
    areas = []
    for seed in range(30):
        features, held = drawn(60, [0.0, 0.0, 0.0], seed=seed, level=1.5)
        foreseen = regression.foresee(features, held, np.arange(60), seed=seed, deals=1)
        assert foreseen is not None
        areas.append(auc(foreseen, held)[0])
    # With the level in, it is .22.
    assert np.mean(areas) > 0.42


def test_it_finds_nearly_all_there_is_to_find() -> None:
    features, held = drawn(400, [1.5, -1.0, 0.0, 0.0], seed=6)
    foreseen = regression.foresee(features, held, np.arange(400), seed=1)
    assert foreseen is not None
    truth = auc(features @ [1.5, -1.0, 0.0, 0.0], held)[0]
    assert auc(foreseen, held)[0] > truth - 0.01


def test_two_clusters_are_needed_and_one_kind_alone_tells_nothing() -> None:
    features, held = drawn(12, [1.0], seed=7)
    assert regression.foresee(features, held, np.zeros(12, np.int64), seed=1) is None
    two = regression.foresee(features, held, np.arange(12) % 2, seed=1)
    assert two is not None
    assert np.isfinite(two).all()
    alike = regression.foresee(features, np.ones(12, np.bool_), np.arange(12), seed=1)
    assert alike is not None
    assert (alike == 0).all()


def test_features_in_which_nobody_differs_tell_nothing() -> None:
    _, held = drawn(12, [1.0], seed=7)
    flat = regression.foresee(np.full((12, 2), 0.1), held, np.arange(12), seed=1)
    assert flat is not None
    assert (flat == 0).all()


@pytest.mark.parametrize("ridge", [1.0, 30.0])
def test_a_fit_is_that_of_scikit_learn(ridge: float) -> None:
    features, held = drawn(200, [1, -1, 0.5], seed=8)
    design = np.column_stack([np.ones(200), features])
    (own,) = regression.fits(design[None], held, np.ones((1, 200), np.bool_), np.array([ridge]))[0]
    theirs = LogisticRegression(C=1 / ridge, tol=1e-9, max_iter=1000).fit(features, held)
    assert own == pytest.approx([*theirs.intercept_, *theirs.coef_[0]], abs=1e-3)


def test_the_ten_features_of_one_trial() -> None:
    own = account(4, 4, 0, 4, 4, 2, 2, 2, 0, 0, 2, 0, 0, (1, 26))
    (found,) = regression.features_of(windows_of([own], WindowFilter(0, 1000)).windows)
    logs = np.log1p([4, 4, 0, 4, 4, 2, 2, 2, 0, 0, 2, 0, 0])
    slope = np.polyfit(range(13), logs, 1)[0]
    # Days of week 8 (from 1) are 49 to 55, its posts on the first two; the next is on day 70.
    assert found == pytest.approx(
        [
            np.log(24 / 13),
            8 / 13,
            2,
            np.log(3 / 13),
            np.std([4, 4, 0, 4, 4, 2, 2, 2, 0, 0, 2, 0, 0]) / (24 / 13),
            20,
            2,
            slope,
            np.log(3),
            0,
        ]
    )


def test_nobody_is_foreseen_by_a_regression_that_saw_their_cluster() -> None:
    windows = windows_of(hospital(), WindowFilter(0, 1000)).windows
    held = windows.held[Outcome.A26] == 1
    before = regression.logistic(windows, held, seed=1)
    assert before is not None
    own = windows.clusters == windows.clusters[0]
    turned = regression.logistic(windows, held ^ own, seed=1)
    assert turned is not None
    assert turned[own] == pytest.approx(before[own])
    assert turned[~own] != pytest.approx(before[~own])
