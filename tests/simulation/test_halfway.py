"""What the forecast after six weeks is worth, on trials whose end is known."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from tests.simulation.priors import uniform
from tests.unit.policies import standard
from trial.domain.cadence import Band
from trial.domain.results.experiments import Rate
from trial.scoring.facts import facts_of_days
from trial.scoring.verdict import Judgement, judge
from trial.simulation.halfway import halfway
from trial.simulation.predictive import predictive_probability
from trial.simulation.ranking import Weights, resamples

STEADY = [3] * 13
TIRED = [3] * 6 + [2] * 7


def judged(*trials: Sequence[int]) -> Judgement:
    live = np.zeros((len(trials), 13, 7), np.int16)
    live[:, :, 0] = trials
    return judge(facts_of_days(live.reshape(-1, 91)), standard())


def drawn(trials: int) -> list[Weights]:
    return list(resamples(np.arange(trials), 100, seed=1))


def test_the_forecast_and_the_share_so_far_are_held_to_the_same_end() -> None:
    found = halfway(judged(STEADY, TIRED), standard(), uniform(), drawn(2))
    assert found is not None
    chance = predictive_probability(6, 6, 13, 9)
    assert found.forecast == pytest.approx(((1 - chance) ** 2 + chance**2) / 2)
    assert found.share == pytest.approx(1 / 2)
    assert found.gain.value == pytest.approx(found.share - found.forecast)
    assert (found.kept, found.need, found.weeks, found.low) == (Rate(1, 2), 9, 13, 3)


@pytest.mark.parametrize(
    "weeks, kept",
    [([3] * 9 + [0] * 4, 1), ([0] * 4 + [3] * 9, 1), ([3] * 8 + [2] * 5, 0)],
)
def test_what_is_foreseen_is_the_band_gate(weeks: list[int], kept: int) -> None:
    found = halfway(judged(weeks), standard(), uniform(), drawn(1))
    assert found is not None
    assert found.kept == Rate(kept, 1)


def test_a_forecast_that_knows_better_is_ahead_beyond_doubt() -> None:
    # Four of six weeks, and then the same again: 8 or 9 of 13, which a share of .67 cannot tell.
    many = [[3, 3, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]] * 30
    found = halfway(judged(*many), standard(), uniform(), drawn(30))
    assert found is not None
    assert found.gain.low is not None
    assert found.gain.low > 0


def test_a_band_that_the_prior_does_not_tell_apart_has_no_forecast() -> None:
    high = replace(standard(), band=Band(9, 12))
    assert halfway(judged(STEADY), high, uniform(), drawn(1)) is None
