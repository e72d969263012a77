"""The bench: what it keeps changes nothing about what comes out."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulation.populations import plain, shipped
from tests.unit.policies import standard
from trial.domain.cadence import Band
from trial.domain.errors import InvalidInput
from trial.domain.policy import Policy
from trial.domain.verdict import CheckName, Verdict
from trial.scoring.checks import REGISTRY, Check
from trial.scoring.facts import Facts
from trial.scoring.verdict import contributions, judge
from trial.scoring.weeks import weeks_of
from trial.simulation.draws import BLOCK
from trial.simulation.experiments import operating_characteristics
from trial.simulation.trial_sample import TrialSample, first_weeks

TRIALS = BLOCK + 500
BENCH = TrialSample.draw(shipped(), weeks=13, trials=TRIALS, seed=2)

POLICIES = {
    "standard": standard(),
    "another band": replace(standard(), band=Band(2, 4)),
    "other gaps": replace(standard(), gap_full_days=3, gap_zero_days=60),
    "one check": replace(
        standard(), weights={name: float(name is CheckName.PLANNING) for name in CheckName}
    ),
    "closed": replace(standard(), middle_open=False, ready_from=0.6),
    "no gate": replace(standard(), band_weeks=0, evidence_floor=1.0),
    "nothing passes": replace(standard(), band=Band(50, 50)),
}


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_judged_from_the_bench_gets_what_judging_anew_gives(name: str) -> None:
    policy = POLICIES[name]
    anew = operating_characteristics(shipped(), policy, weeks=13, trials=TRIALS, seed=2)
    for _ in range(2):  # measured, and then from what is kept
        assert BENCH.experiment(policy) == anew


@pytest.mark.parametrize("check", REGISTRY, ids=[check.name.value for check in REGISTRY])
def test_a_measurement_rests_on_the_values_a_check_names_and_on_no_other(check: Check) -> None:
    facts = BENCH.drawn.first(300).facts

    def measured(policy: Policy) -> list[float]:
        found = check.measure(facts, weeks_of(facts, policy.band), policy)
        return [float(value) for value in np.nan_to_num([found.value, found.score], nan=-1).flat]

    changed = {
        "band.low": replace(standard(), band=Band(2, 5)),
        "band.high": replace(standard(), band=Band(3, 9)),
        "continuity.full_days": replace(standard(), gap_full_days=2),
        "continuity.zero_days": replace(standard(), gap_zero_days=90),
    }
    base = standard()
    rest = replace(
        base,
        weights=POLICIES["one check"].weights,
        ready_from=1.0,
        feed_below=0.0,
        middle_open=False,
        evidence_floor=0.0,
        met_from=0.1,
        band_weeks=1,
        band_of=2,
        months=1,
        horizon_days=0,
        backfill_days=0,
        fill_ahead_days=0,
        week_starts_on=6,
    )
    assert measured(rest) == measured(base)
    moved = {key for key, policy in changed.items() if measured(policy) != measured(base)}
    assert moved == set(check.rests_on)


@settings(max_examples=40, deadline=None)
@given(low=st.integers(0, 100), high=st.integers(0, 100), band_weeks=st.integers(0, 13))
def test_raising_the_bar_never_makes_more_trials_ready(
    low: int, high: int, band_weeks: int
) -> None:
    low, high = sorted((low, high))
    policy = replace(standard(), feed_below=0.0, band_weeks=band_weeks)
    shares = [
        BENCH.experiment(replace(policy, ready_from=bar / 100)).overall.verdicts[Verdict.READY]
        for bar in (low, high)
    ]
    assert shares[0].count >= shares[1].count


def test_what_the_checks_add_is_the_score() -> None:
    for policy in POLICIES.values():
        judgement = BENCH.judge(policy)
        added = sum(contributions(judgement.checks, policy).values())
        np.testing.assert_allclose(added, judgement.score, atol=1e-12)


def test_a_shorter_look_sees_the_first_weeks_of_the_same_trials() -> None:
    short, whole = BENCH.facts(5), BENCH.drawn.facts
    assert short.weeks == 5
    assert (short.live == whole.live[:, :35]).all()
    assert (short.by_contributor == whole.by_contributor[:, :, :5]).all()
    assert (short.elapsed == 35).all()
    assert (short.slots_due * 13 == whole.slots_due * 5).all()
    posts = short.live.sum(axis=1)
    assert (short.reviewed == posts).all()
    for part, of in (("on_schedule", "slots_due"), ("first_pass", "reviewed")):
        assert (getattr(short, part) <= getattr(short, of)).all()
        assert (getattr(short, part) <= getattr(whole, part)).all()
    assert (short.answered <= short.needing).all()
    assert BENCH.facts(5) is short


def test_what_is_shared_out_falls_as_it_would_have_fallen() -> None:
    long = TrialSample.draw(
        plain(on_time=0.7, first_pass=0.6, answered=0.8), weeks=20, trials=4000, seed=1
    )
    short = long.facts(5)
    slots = np.minimum(short.live.reshape(-1, 5, 7).sum(axis=2), 4).sum()
    assert short.on_schedule.sum() / slots == pytest.approx(0.7, abs=0.01)
    assert short.first_pass.sum() / short.reviewed.sum() == pytest.approx(0.6, abs=0.01)
    assert short.needing.mean() == pytest.approx(5.0, abs=0.15)
    assert short.answered.sum() / short.needing.sum() == pytest.approx(0.8, abs=0.01)


def test_the_first_weeks_of_all_weeks_are_all_of_them() -> None:
    whole = first_weeks(BENCH.drawn.facts, 13, np.random.default_rng(1))
    for one in fields(Facts):
        assert (getattr(whole, one.name) == getattr(BENCH.drawn.facts, one.name)).all(), one.name


@pytest.mark.parametrize("weeks", [3, 14])
def test_more_weeks_than_were_drawn_cannot_be_seen(weeks: int) -> None:
    with pytest.raises(InvalidInput, match="4 to 13, as was drawn"):
        BENCH.judge(standard(), weeks=weeks)


def test_what_is_kept_stays_bounded_and_right() -> None:
    bench = TrialSample.draw(shipped(), weeks=13, trials=200, seed=3)
    for low in range(1, 40):
        bench.judge(replace(standard(), band=Band(low, 40)))
    assert len(bench._kept) <= 60
    again = judge(bench.drawn.facts, standard())
    assert (bench.judge(standard()).verdict == again.verdict).all()
