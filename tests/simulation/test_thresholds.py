"""Every threshold at once, and the cheapest of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.simulation.populations import plain, shipped
from tests.unit.policies import standard
from trial.domain.cadence import Band
from trial.domain.errors import InvalidInput
from trial.domain.policy import Policy
from trial.domain.results.thresholds import Costs
from trial.domain.verdict import Verdict
from trial.simulation.thresholds import GRID, ThresholdCurve
from trial.simulation.trial_sample import TrialSample

BENCH = TrialSample.draw(shipped(), weeks=13, trials=3000, seed=4)


def lines(policy: Policy) -> ThresholdCurve:
    return ThresholdCurve(BENCH.judge(policy), BENCH.outcome)


@pytest.mark.parametrize("middle_open", [True, False])
def test_each_point_of_the_frontier_is_what_judging_by_it_gives(middle_open: bool) -> None:
    policy = replace(standard(), middle_open=middle_open)
    frontier = lines(policy).curve.points
    assert [point.ready_from for point in frontier] == GRID.tolist()
    for point in frontier[::7]:
        bar = point.ready_from
        moved = replace(policy, ready_from=bar, feed_below=min(bar, policy.feed_below))
        found = BENCH.experiment(moved).overall
        assert point.ready == found.verdicts[Verdict.READY]
        assert point.false_ready == found.false_ready
        assert point.missed == found.missed


def test_one_threshold_need_not_be_a_whole_hundredth() -> None:
    found = BENCH.experiment(replace(standard(), ready_from=0.7777)).overall
    assert lines(standard()).at(0.7777).ready == found.verdicts[Verdict.READY]


def cost_of(policy: Policy, costs: Costs) -> float:
    found = BENCH.experiment(policy).overall
    extended = found.verdicts[Verdict.EXTEND].count
    total = costs.dark * found.false_ready.count + found.false_feed.count
    return (total + costs.extended * extended) / found.trials


@pytest.mark.parametrize("middle_open", [True, False])
@pytest.mark.parametrize("costs", [Costs(8, 0.7), Costs(1, 0.5), Costs(30, 1), Costs(0, 0)])
def test_the_chosen_thresholds_cost_what_is_said_and_none_is_cheaper(
    costs: Costs, middle_open: bool
) -> None:
    policy = replace(standard(), middle_open=middle_open)
    choice = lines(policy).cheapest(costs, policy)
    assert cost_of(choice.applied_to(policy), costs) == pytest.approx(choice.expected.cost)
    assert cost_of(policy, costs) == pytest.approx(choice.today.cost)
    rng = np.random.default_rng(1)
    for feed, ready in np.sort(rng.integers(0, 101, (40, 2)), axis=1) / 100:
        other = replace(policy, ready_from=float(ready), feed_below=float(feed))
        assert cost_of(other, costs) >= choice.expected.cost - 1e-12


def test_no_hundredth_is_proposed_that_is_dearer_than_what_is_set() -> None:
    # The cheapest threshold of all lies between two hundredths, where no other looks.
    costs, between = Costs(8, 0.7), np.arange(0.65, 0.75, 0.0005).round(4)
    feed = lines(standard()).cheapest(costs, standard()).feed_below
    policies = [replace(standard(), ready_from=float(bar), feed_below=feed) for bar in between]
    policy = min(policies, key=lambda one: lines(one).cheapest(costs, one).today.cost)
    assert policy.ready_from not in GRID
    choice = lines(policy).cheapest(costs, policy)
    assert choice.expected.cost <= choice.today.cost
    assert choice.is_as_set_in(policy)
    assert choice.ready_range[0] <= policy.ready_from <= choice.ready_range[1]
    # One of the two alone is not proposed: whoever takes a proposal sets whole hundredths.
    apart = replace(policy, feed_below=0.0)
    assert lines(apart).cheapest(costs, apart).ready_from in GRID


def test_thresholds_that_gain_nothing_are_left_where_they_are() -> None:
    choice = lines(standard()).cheapest(Costs(0, 0), standard())
    # Granting costs nothing, and neither does an extension: only refusals have to go.
    assert choice.expected.cost == 0
    assert choice.ready_from == standard().ready_from
    assert choice.feed_below < standard().feed_below


def test_the_optimum_lies_within_its_own_flat_range() -> None:
    costs = Costs(8, 0.7)
    choice = lines(standard()).cheapest(costs, standard())
    assert choice.ready_range[0] <= choice.ready_from <= choice.ready_range[1]
    assert choice.feed_range[0] <= choice.feed_below <= choice.feed_range[1]
    for bar in choice.ready_range:
        moved = replace(standard(), ready_from=bar, feed_below=choice.feed_below)
        assert cost_of(moved, costs) <= choice.expected.cost + choice.expected.error + 1e-12


def test_a_dearer_abandoned_account_never_asks_for_less() -> None:
    bars = [
        lines(standard()).cheapest(Costs(dark, 0.7), standard()).ready_from
        for dark in (1, 3, 9, 27, 81)
    ]
    assert bars == sorted(bars)
    assert bars[0] < bars[-1]


def test_the_error_of_an_expected_cost_holds_what_it_says() -> None:
    costs = Costs(8, 0.7)
    held = []
    truth = lines(standard()).cheapest(costs, standard()).today
    for seed in range(20):
        bench = TrialSample.draw(shipped(), weeks=13, trials=600, seed=100 + seed)
        found = (
            ThresholdCurve(bench.judge(standard()), bench.outcome).cheapest(costs, standard()).today
        )
        held.append(abs(found.cost - truth.cost) <= found.error + truth.error)
    assert sum(held) >= 17


def test_where_nothing_passes_every_threshold_says_so() -> None:
    beyond = replace(standard(), band=Band(50, 50), band_weeks=13)
    frontier = lines(beyond).curve.points
    assert all(point.ready.count == 0 and point.false_ready.share is None for point in frontier)
    assert lines(beyond).cheapest(Costs(8, 0.7), beyond).expected.cost >= 0
    nobody = TrialSample.draw(plain(rate=0.01, reports=0.0), weeks=4, trials=50, seed=1)
    found = ThresholdCurve(nobody.judge(standard()), nobody.outcome)
    assert found.cheapest(Costs(8, 0.7), standard()).ready_from == standard().ready_from


@pytest.mark.parametrize("costs", [(-1, 0), (0, -0.1), (1001, 0), (float("nan"), 0)])
def test_impossible_costs_are_refused(costs: tuple[float, float]) -> None:
    with pytest.raises(InvalidInput, match="Please give a number from 0 to 1000"):
        Costs(*costs)
