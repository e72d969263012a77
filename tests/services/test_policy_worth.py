"""The workbench: a policy set by sliders, what it is worth, and the file that comes of it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.policies import standard
from trial.config import ROOT
from trial.domain.cadence import Band
from trial.domain.errors import InvalidInput, PolicyError
from trial.domain.policy import parse_policy
from trial.domain.policy_sliders import SliderValues, shares_of
from trial.domain.results.thresholds import Costs
from trial.domain.verdict import CheckName, Verdict
from trial.services import policies, policy_in_force, policy_packs, policy_worth
from trial.services.access import OPERATOR, Actor
from trial.services.backend import Backend
from trial.services.simulations import side_by_side, simulate
from trial.simulation.behaviours import parse_population
from trial.simulation.policy_workbench import TRIALS, PolicyWorkbench
from trial.simulation.thresholds import ThresholdCurve


@pytest.fixture
def bench(comms: Actor, backend: Backend) -> PolicyWorkbench:
    return policy_worth.opened(comms, backend)


def test_the_standard_comes_first_and_the_packs_after_it(bench: PolicyWorkbench) -> None:
    assert bench.known[0].policy == standard()
    assert [one.key for one in bench.known if one.is_pack] == [
        f"packs/{name}" for name in policy_packs.names(ROOT / "data")
    ]
    assert bench.policy("packs/strict").policy.name == "Strict"
    assert bench.policy("gone.toml") is bench.known[0]


@pytest.mark.usefixtures("trial_id", "other_trial_id")
def test_what_is_in_force_comes_first_then_the_file_and_what_running_trials_began_with(
    comms: Actor, backend: Backend, tmp_path: Path
) -> None:
    (in_force,) = [one for one in policy_worth.opened(comms, backend).known if not one.is_pack]
    assert (in_force.is_in_force, in_force.policy) == (True, standard())
    folder = shutil.copytree(ROOT / "data" / "policy", tmp_path / "policy")
    shutil.copy(ROOT / "data" / "behaviours.toml", tmp_path)
    file = folder / "readiness.toml"
    file.write_text(file.read_text("utf-8").replace("value = 0.75", "value = 0.70", 1), "utf-8")
    here = replace(backend, data_folder=tmp_path)
    first, edited, *_ = policy_worth.opened(comms, here).known
    assert first == in_force
    assert (edited.key, edited.is_in_force) == ("readiness.toml", False)
    policy_in_force.put_in_force(
        comms,
        here,
        policy=edited.policy,
        base=edited.policy,
        name="Standard",
        reason="It is kinder.",
        seen=policy_in_force.overview(comms, here).latest_id,
    )
    first, began, *packs = policy_worth.opened(comms, here).known
    assert (first.policy.ready_from, first.is_in_force) == (edited.policy.ready_from, True)
    assert (began.policy, began.trials, began.key) == (standard(), 2, in_force.key)
    assert policy_worth.opened(comms, here).policy(began.key) == began
    assert all(one.is_pack for one in packs)


def test_a_setting_that_was_not_moved_is_the_policy_itself(bench: PolicyWorkbench) -> None:
    for one in bench.known:
        assert SliderValues.of(one.policy).applied_to(one.policy) is one.policy


def test_what_is_moved_is_in_the_policy_and_nothing_else_changes() -> None:
    setting = replace(
        SliderValues.of(standard()), band=Band(2, 4), lines=(50, 80), gap_days=(5, 20), months=2
    )
    moved = setting.applied_to(standard())
    changed = {key for key in moved.values if moved.values[key] != standard().values[key]}
    assert changed == {
        "band.low",
        "band.high",
        "verdict.feed_below",
        "verdict.ready_from",
        "continuity.full_days",
        "continuity.zero_days",
        "calendar.months",
    }
    assert moved.version == standard().version + 1


def test_what_lies_between_two_steps_stays_there_until_it_is_moved() -> None:
    odd = replace(standard(), ready_from=0.7777, evidence_floor=0.655)
    setting = SliderValues.of(odd)
    assert setting.applied_to(odd) is odd
    moved = replace(setting, months=2).applied_to(odd)
    assert (moved.ready_from, moved.evidence_floor) == (0.7777, 0.655)
    assert moved.weights == odd.weights


@given(
    st.lists(st.integers(0, 100), min_size=len(CheckName), max_size=len(CheckName)).filter(any),
)
def test_weights_always_sum_to_one_and_keep_their_order(points: list[int]) -> None:
    given_points = dict(zip(CheckName, points, strict=True))
    shares = shares_of(given_points)
    assert sum(round(1000 * share) for share in shares.values()) == 1000
    for one in CheckName:
        assert (shares[one] == 0) or given_points[one] > 0
        for other in CheckName:
            if given_points[one] < given_points[other]:
                assert shares[one] <= shares[other]


def test_weights_of_nothing_are_refused() -> None:
    with pytest.raises(InvalidInput, match="at least one check that weighs something"):
        replace(SliderValues.of(standard()), weights=(0,) * len(CheckName)).applied_to(standard())


def test_the_page_and_the_command_line_say_the_same(
    bench: PolicyWorkbench, backend: Backend
) -> None:
    text = (backend.data_folder / "behaviours.toml").read_text("utf-8")
    population = parse_population(text, "behaviours.toml")
    policy = replace(standard(), ready_from=0.8, months=2)
    found = bench.worth(standard(), policy)
    assert found.found.overall == simulate(policy, population, trials=TRIALS).overall
    assert found.base.overall == simulate(standard(), population, trials=TRIALS).overall
    strict = bench.policy("packs/strict").policy
    assert bench.compared(standard(), strict) == side_by_side(
        standard(), strict, population, trials=TRIALS
    )


@pytest.mark.parametrize(
    "moved",
    [
        {"ready_from": 0.9},
        {"feed_below": 0.2},
        {"middle_open": False},
        {"evidence_floor": 1.0},
        {"band_weeks": 12},
        {"band": Band(2, 5)},
        {"months": 1},
        {"gap_zero_days": 60},
    ],
)
def test_one_move_after_the_other_is_answered_as_if_it_were_the_first(
    bench: PolicyWorkbench, moved: dict[str, Any]
) -> None:
    policy = replace(standard(), **moved)
    bench.worth(standard(), standard())
    bench.frontier(bench.known[0], standard())
    found, line = bench.worth(standard(), policy), bench.frontier(bench.known[0], policy)
    anew = bench.trials.of(policy)
    assert found.found == anew.experiment(policy)
    assert line.curve.points == ThresholdCurve(anew.judge(policy), anew.outcome).curve.points


def test_the_frontier_passes_through_the_policy_as_set(bench: PolicyWorkbench) -> None:
    policy = replace(standard(), ready_from=0.8)
    found = bench.frontier(bench.known[0], policy)
    now = bench.worth(standard(), policy).found.overall
    assert found.at.false_ready == now.false_ready
    assert found.at.missed == now.missed
    assert found.at in found.curve.points
    assert found.others[0][0] == "Standard"
    assert len(found.others) == 1 + sum(one.is_pack for one in bench.known)


def test_a_pack_that_is_looked_at_stands_once_in_the_frontier(bench: PolicyWorkbench) -> None:
    strict = bench.policy("packs/strict")
    names = [name for name, _ in bench.frontier(strict, strict.policy).others]
    assert names[0] == "Strict"
    assert len(set(names)) == len(names)


def test_where_nobody_is_ready_the_best_score_is_told(bench: PolicyWorkbench) -> None:
    found = bench.worth(standard(), replace(standard(), ready_from=1.0))
    assert found.found.overall.verdicts[Verdict.READY].count == 0
    assert found.best_score is not None
    assert 0.9 < found.best_score < 1.0


def test_what_was_found_is_kept_for_the_next_who_asks(comms: Actor, backend: Backend) -> None:
    first, second = (policy_worth.opened(comms, backend) for _ in range(2))
    assert first.trials is second.trials
    first.make_ready()
    assert second.is_ready
    policy = replace(standard(), ready_from=0.81)
    assert first.compared(standard(), policy) is second.compared(standard(), policy)


def test_the_cheapest_thresholds_are_proposed_and_nothing_is_written(
    bench: PolicyWorkbench, backend: Backend
) -> None:
    file = backend.data_folder / "policy" / policies.DEFAULT_POLICY
    before = file.read_bytes()
    choice = bench.cheapest(standard(), Costs(dark=30, extended=0.7))
    assert choice.ready_from > standard().ready_from
    assert choice.expected.cost < choice.today.cost
    assert file.read_bytes() == before


def test_a_policy_as_set_is_a_file_that_says_who_moved_what_and_why(
    comms: Actor, backend: Backend
) -> None:
    setting = replace(SliderValues.of(standard()), lines=(60, 80))
    moved = setting.applied_to(standard())
    text = policy_worth.document(
        comms, backend, standard(), moved, by="Kim “K” Comms", why="5 of 100 go dark."
    )
    again = parse_policy(text, "as-set.toml")
    assert again.content_hash == moved.content_hash
    note = again.notes["verdict.ready_from"]
    assert note.source == "Set by Kim “K” Comms on Mon 9 Feb 2026, from Standard, version 2"
    assert note.rationale == "0.8 instead of 0.75. 5 of 100 go dark."
    assert again.notes["verdict.feed_below"] == standard().notes["verdict.feed_below"]


def test_a_file_that_says_the_impossible_is_named(comms: Actor, backend: Backend) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(backend.data_folder / "policy", folder / "policy")
        text = (backend.data_folder / "behaviours.toml").read_text("utf-8")
        broken = text.replace("share = { value = 0.56", "share = { value = 1.56")
        (folder / "behaviours.toml").write_text(broken, "utf-8")
        elsewhere = replace(backend, data_folder=folder)
        with pytest.raises(
            PolicyError, match=r"behaviours\.toml: behaviours\.steady\.share cannot be 1\.56"
        ):
            policy_worth.opened(comms, elsewhere)


def test_every_assumption_is_told_with_its_source(comms: Actor, backend: Backend) -> None:
    found = policy_worth.assumptions(comms, backend)
    assert len(found) > 60
    assert all(one.value and one.unit and one.source for one in found)
    named = {(one.section, one.name) for one in found}
    assert ("parameters", "rate") in named
    assert ("behaviours champion leaves", "leaves") in named
    assert policy_worth.opened(OPERATOR, backend).population.behaviours[0].label == "Steady"
