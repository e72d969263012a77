"""What each rule of a policy does: the steps, and that leaving a rule out refuses nobody more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.policies import standard
from trial.config import ROOT
from trial.domain.cadence import Band
from trial.domain.policy import Policy
from trial.domain.results.policy_worth import OutOfHundred, Rule
from trial.services import policy_packs
from trial.simulation.behaviours import parse_population
from trial.simulation.policy_rules import moved, without
from trial.simulation.policy_workbench import Trials

NAMES = policy_packs.names(ROOT / "data")


@pytest.fixture(scope="module")
def trials() -> Trials:
    text = (ROOT / "data" / "behaviours.toml").read_text("utf-8")
    return Trials(parse_population(text, "behaviours.toml"))


@pytest.mark.parametrize(
    ("rule", "step", "changes"),
    [
        (Rule.TARGET, -1, {"band": Band(2, 5)}),
        (Rule.TARGET, 1, {"band": Band(4, 5)}),
        (Rule.WEEKS, -1, {"band_weeks": 8}),
        (Rule.WEEKS, 1, {"band_weeks": 10}),
        (Rule.THRESHOLD, -1, {"ready_from": 0.65}),
        (Rule.THRESHOLD, 1, {"ready_from": 0.85}),
    ],
)
def test_a_step_moves_one_rule(rule: Rule, step: int, changes: dict[str, object]) -> None:
    assert moved(standard(), rule, step) == replace(standard(), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("policy", "rule", "step"),
    [
        (replace(standard(), band=Band(1, 5)), Rule.TARGET, -1),
        (replace(standard(), band_weeks=0), Rule.WEEKS, 1),
        (replace(standard(), band_weeks=13), Rule.WEEKS, 1),
        (replace(standard(), ready_from=1.0), Rule.THRESHOLD, 1),
        (replace(standard(), ready_from=0.05, feed_below=0.0), Rule.THRESHOLD, -1),
    ],
)
def test_a_rule_that_ends_is_not_moved_past_its_end(policy: Policy, rule: Rule, step: int) -> None:
    assert moved(policy, rule, step) is None


def test_the_lower_line_gives_way_to_a_lower_threshold() -> None:
    policy = moved(replace(standard(), feed_below=0.7), Rule.THRESHOLD, -1)
    assert policy is not None
    assert policy.feed_below == policy.ready_from == 0.65


def test_what_a_policy_has_not_is_not_left_out() -> None:
    assert without(standard(), Rule.TARGET) is None
    assert without(replace(standard(), band_weeks=0), Rule.WEEKS) is None
    assert without(replace(standard(), ready_from=0.0, feed_below=0.0), Rule.THRESHOLD) is None


@pytest.mark.parametrize("name", NAMES)
def test_leaving_a_rule_out_or_a_step_easier_grants_no_fewer(trials: Trials, name: str) -> None:
    found = trials.sensitivity(policy_packs.read(ROOT / "data", name))
    granted = found.as_set.hundred.granted.total
    assert found.without_all.granted.total >= granted
    for effect in found.rules:
        for way in (effect.easier, effect.without):
            assert way is None or way.hundred.granted.total >= granted
        assert effect.stricter is None or effect.stricter.hundred.granted.total <= granted


@pytest.mark.parametrize("name", NAMES)
def test_what_each_rule_does_is_what_judging_anew_says(trials: Trials, name: str) -> None:
    policy = policy_packs.read(ROOT / "data", name)
    found, sample = trials.sensitivity(policy), trials.of(policy)
    ways = [way for one in found.rules for way in (one.easier, one.stricter, one.without) if way]
    for way in (found.as_set, *ways):
        assert way.hundred == OutOfHundred.of(sample.experiment(way.policy).overall)


def test_what_everybody_comes_to_hangs_on_no_rule(trials: Trials) -> None:
    found = trials.sensitivity(standard())
    everybody = found.as_set.hundred.everybody
    assert found.without_all.everybody == everybody
    for effect in found.rules:
        for way in (effect.easier, effect.stricter, effect.without):
            assert way is None or way.hundred.everybody == everybody
