"""The predictive probability against published values, known answers and plain enumeration."""

from __future__ import annotations

from fractions import Fraction
from math import comb, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from trial.domain.beta_prior import UNIFORM, BetaPrior
from trial.domain.errors import InvalidInput
from trial.services.predictive import Looks, predict
from trial.simulation.predictive import (
    fewest_over_rate,
    predictive_probability,
)


def over_rate(
    responses: int, looks: int, total: int, rate: float, cutoff: float, prior: BetaPrior = UNIFORM
) -> float:
    """What the command line answers to a rate to beat."""
    at = Looks(responses, looks, total)
    return predict(at, rate=rate, cutoff=cutoff, prior=prior).probability


@pytest.mark.parametrize(
    ("responses", "looks", "expected"), [(4, 8, 0.0), (5, 8, 0.13), (7, 8, 0.91), (3, 6, 0.035)]
)
def test_ten_of_thirteen_weeks_in_band_under_a_uniform_prior(
    responses: int, looks: int, expected: float
) -> None:
    found = predictive_probability(responses, looks, total=13, need=10)
    assert found == pytest.approx(expected, abs=0.005 if expected != 0.035 else 0.0005)


@pytest.mark.parametrize(("rate", "expected"), [(0.6, 0.17), (0.7, 0.42), (0.8, 0.75), (0.9, 0.97)])
def test_independent_weeks_pass_ten_of_thirteen_at_the_binomial_rate(
    rate: float, expected: float
) -> None:
    # A prior that is certain of the rate makes the weeks independent.
    certain = BetaPrior(rate * 1e6, (1 - rate) * 1e6)
    sure = predictive_probability(0, 0, 13, 10, certain)
    assert sure == pytest.approx(expected, abs=0.005)
    assert sure == pytest.approx(float(binom.sf(9, 13, rate)), abs=1e-4)


def test_the_example_of_lee_and_liu_2008() -> None:
    found = over_rate(16, 23, total=40, rate=0.6, cutoff=0.90, prior=BetaPrior(0.6, 0.4))
    assert found == pytest.approx(0.5656, abs=5e-5)


# At each look the most responses at which the paper's design of at most 36 patients gives up.
@pytest.mark.parametrize(
    ("looks", "most"),
    [
        *((looks, 0) for looks in range(10, 17)),
        *((looks, 1) for looks in range(17, 21)),
        *((looks, 2) for looks in range(21, 24)),
        *((looks, 3) for looks in range(24, 27)),
        (27, 4),
        (28, 4),
        (29, 5),
        (30, 5),
        (31, 6),
        (32, 6),
        (33, 7),
        (34, 8),
        (35, 9),
        (36, 10),
    ],
)
@pytest.mark.parametrize("cutoff", [0.852, 0.9, 0.922])
def test_the_stopping_boundaries_of_lee_and_liu_2008(looks: int, most: int, cutoff: float) -> None:
    def chance(responses: int) -> float:
        return over_rate(
            responses, looks, total=36, rate=0.2, cutoff=cutoff, prior=BetaPrior(0.2, 0.8)
        )

    assert chance(most) < 0.001 <= chance(most + 1)


def exactly(responses: int, looks: int, total: int, need: int) -> Fraction:
    """The uniform prior's probability in whole fractions, term by term."""

    def beta(a: int, b: int) -> Fraction:
        return Fraction(1, a * comb(a + b - 1, a))

    a, b, left = 1 + responses, 1 + looks - responses, total - looks
    return sum(
        (
            comb(left, more) * beta(a + more, b + left - more) / beta(a, b)
            for more in range(max(need - responses, 0), left + 1)
        ),
        Fraction(0),
    )


@given(st.data())
def test_it_is_the_exact_fraction_for_whole_priors(data: st.DataObject) -> None:
    total = data.draw(st.integers(1, 40))
    looks = data.draw(st.integers(0, total))
    responses = data.draw(st.integers(0, looks))
    need = data.draw(st.integers(0, total))
    found = predictive_probability(responses, looks, total, need)
    assert found == pytest.approx(float(exactly(responses, looks, total, need)), abs=1e-12)


def test_it_is_the_share_of_simulated_futures() -> None:
    rng = np.random.default_rng(8)
    rates = rng.beta(1 + 6, 1 + 3, 200_000)
    share = float((6 + rng.binomial(4, rates) >= 9).mean())
    error = (share * (1 - share) / rates.size) ** 0.5
    assert predictive_probability(6, 9, 13, 9) == pytest.approx(share, abs=4 * error)


def test_what_is_reached_is_certain_and_what_is_out_of_reach_is_not_possible() -> None:
    assert predictive_probability(9, 11, 13, 9) == 1.0
    assert predictive_probability(0, 0, 13, 0) == 1.0
    assert predictive_probability(6, 11, 13, 9) == 0.0
    assert predictive_probability(8, 13, 13, 9) == 0.0


def test_one_more_response_never_lowers_it() -> None:
    chances = [predictive_probability(responses, 8, 13, 10) for responses in range(9)]
    assert chances == sorted(chances)


def test_a_million_looks_stay_a_number() -> None:
    # Under the uniform prior every number of responses is as likely as any other.
    assert predictive_probability(0, 0, 1_000_000, 500_000) == pytest.approx(0.5, abs=1e-5)


@pytest.mark.parametrize("worth", [1e8, 1e11, 1e14, 1e17, 1e300, 1.7e308])
def test_a_prior_sure_of_a_rate_makes_the_looks_independent(worth: float) -> None:
    # Two of five are missing, at a rate of one half: 26 of 32.
    assert predictive_probability(1, 8, 13, 3, BetaPrior(worth, worth)) == pytest.approx(26 / 32)
    # At a rate of a third: all but 112 of 243.
    third = BetaPrior(worth / 2, worth)
    assert predictive_probability(1, 8, 13, 3, third) == pytest.approx(131 / 243)


@pytest.mark.parametrize(("a", "b", "said"), [(5e-324, 1.7e308, 0.0), (1.7e308, 5e-324, 1.0)])
def test_the_most_lopsided_prior_stays_a_number(a: float, b: float, said: float) -> None:
    assert predictive_probability(1, 8, 13, 3, BetaPrior(a, b)) == pytest.approx(said)


def test_the_rate_form_counts_a_posterior_that_only_equals_the_cutoff_as_none() -> None:
    # Uniform prior, one look, one response: P(rate > 1/2) is exactly 3/4.
    assert fewest_over_rate(1, 0.5, 0.75) is None
    assert fewest_over_rate(1, 0.5, 0.7499999) == 1
    assert over_rate(0, 0, 1, 0.5, 0.75) == 0.0
    assert over_rate(0, 0, 1, 0.5, 0.7499999) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("numbers", "field"),
    [
        ((9, 8, 13, 10), "Responses"),
        ((-1, 8, 13, 10), "Responses"),
        ((5, 14, 13, 10), "Looks"),
        ((0, -1, 13, 10), "Looks"),
        ((5, 8, 13, 14), "Need"),
        ((5, 8, 13, -1), "Need"),
        ((0, 0, 0, 0), "Total"),
        ((0, 0, 1_000_001, 0), "Total"),
    ],
)
def test_numbers_that_contradict_each_other_are_refused_by_name(
    numbers: tuple[int, int, int, int], field: str
) -> None:
    with pytest.raises(InvalidInput, match=f"^{field} cannot be "):
        predictive_probability(*numbers)


@pytest.mark.parametrize("value", [0.0, -1.0, nan, float("inf")])
def test_a_prior_needs_two_positive_numbers(value: float) -> None:
    with pytest.raises(InvalidInput, match=r"^Prior cannot be "):
        BetaPrior(value, 1)
    with pytest.raises(InvalidInput, match=r"^Prior cannot be "):
        BetaPrior(1, value)


@pytest.mark.parametrize("rate", [0.0, 1.0, -0.1, nan])
def test_the_rate_to_beat_lies_between_nought_and_one(rate: float) -> None:
    with pytest.raises(InvalidInput, match=r"^Rate cannot be "):
        over_rate(1, 2, 3, rate, 0.9)


@pytest.mark.parametrize("cutoff", [1.0, -0.1, nan])
def test_the_cutoff_is_a_probability_below_one(cutoff: float) -> None:
    with pytest.raises(InvalidInput, match=r"^Cutoff cannot be "):
        over_rate(1, 2, 3, 0.5, cutoff)
