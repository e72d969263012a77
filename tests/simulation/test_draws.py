"""Made-up trials: what they are, and that each parameter does what it says."""

from __future__ import annotations

import tracemalloc
from dataclasses import fields, replace

import numpy as np
import pytest

from tests.simulation.populations import drawn, plain, shipped, weekly
from tests.unit.policies import standard
from trial.domain.errors import InvalidInput
from trial.scoring.facts import Facts
from trial.scoring.verdict import judge
from trial.simulation.draws import BLOCK, Drawn, YearAfter, blocks


def arrays(trials: Drawn) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]]:
    found = {field.name: getattr(trials.facts, field.name) for field in fields(Facts)}
    found |= {field.name: getattr(trials.after, field.name) for field in fields(YearAfter)}
    return {**found, "behaviour": trials.behaviour}


LIVE_OF_BEFORE = 10_475
"""Posts of 200 plain departments, as drawn before weeks could sway."""


def run(trials: int, seed: int = 3) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]]:
    parts = [arrays(part) for part in blocks(shipped(), weeks=13, trials=trials, seed=seed)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


@pytest.mark.parametrize("more", [7, BLOCK, 2 * BLOCK + 1])
def test_the_first_trials_are_the_same_however_many_follow(more: int) -> None:
    few, many = run(100), run(100 + more)
    for name, values in few.items():
        assert len(many[name]) == 100 + more
        np.testing.assert_array_equal(values, many[name][:100], err_msg=name)


def test_another_seed_gives_other_trials_and_blocks_differ() -> None:
    live = run(BLOCK + 100)["live"]
    assert (live[:100] != run(100, seed=4)["live"]).any(axis=1).mean() > 0.9
    assert (live[:100] != live[BLOCK:]).any(axis=1).mean() > 0.9


def test_shapes_and_types_are_those_of_real_facts() -> None:
    trials = drawn(shipped(), size=50, weeks=9)
    facts = trials.facts
    assert {name: (a.shape, a.dtype.name) for name, a in arrays(trials).items()} == {
        "live": ((50, 63), "int16"),
        "elapsed": ((50,), "int16"),
        "excused": ((50, 9), "bool"),
        "reported": ((50, 9), "bool"),
        "slots_due": ((50,), "int32"),
        "on_schedule": ((50,), "int32"),
        "slots_ahead": ((50, 9), "int16"),
        "filled_ahead": ((50, 9), "int16"),
        "planning_known": ((50,), "bool"),
        "reviewed": ((50,), "int32"),
        "first_pass": ((50,), "int32"),
        "needing": ((50,), "int32"),
        "answered": ((50,), "int32"),
        "by_contributor": ((50, 4, 9), "int16"),
        "gates": ((50, 5), "int8"),
        "half": ((50, 13), "int16"),
        "full": ((50, 13), "int16"),
        "stopped": ((50,), "bool"),
        "behaviour": ((50,), "int64"),
    }
    assert (facts.trials, facts.weeks) == (50, 9)


def test_the_facts_of_a_trial_agree_with_each_other() -> None:
    trials = drawn(shipped())
    facts, counts = trials.facts, weekly(trials)
    np.testing.assert_array_equal(facts.by_contributor.sum(axis=1), counts)
    np.testing.assert_array_equal(facts.reviewed, counts.sum(axis=1))
    assert (facts.first_pass <= facts.reviewed).all()
    assert (facts.on_schedule <= np.minimum(facts.slots_due, counts.sum(axis=1))).all()
    assert (facts.answered <= facts.needing).all()
    assert facts.reported[counts > 0].all()
    assert set(np.unique(facts.gates)) == {0, 1}


def test_a_made_up_trial_is_judged_among_others_as_it_is_alone() -> None:
    facts = drawn(shipped(), size=40).facts
    together = judge(facts, standard())
    for index in range(facts.trials):
        alone = judge(facts.row(index), standard())
        assert alone.score[0] == together.score[index]
        assert alone.verdict[0] == together.verdict[index]


def test_each_behaviour_comes_in_its_share() -> None:
    which = drawn(shipped(), size=100_000).behaviour
    shares = [one.share for one in shipped().behaviours]
    assert np.bincount(which) / which.size == pytest.approx(shares, abs=0.006)


def test_weekly_posts_scatter_as_the_dispersion_says() -> None:
    counts = weekly(drawn(plain(rate=4.0, dispersion=4.4)))
    assert counts.mean() == pytest.approx(4.0, rel=0.03)
    assert counts.var() == pytest.approx(4 + 16 / 4.4, rel=0.06)


def test_departments_differ_by_the_spread() -> None:
    means = weekly(drawn(plain(rate=8.0, spread=0.5), weeks=53)).mean(axis=1)
    assert np.log(means).std() == pytest.approx(0.5, abs=0.02)


def test_a_slope_leans_the_trial() -> None:
    counts = weekly(drawn(plain(rate=6.0, slope=-0.05)))
    lean = np.log(counts[:, -1].mean() / counts[:, 0].mean())
    assert lean == pytest.approx(-0.05 * 12, abs=0.03)
    assert counts[:, 6].mean() == pytest.approx(6.0, rel=0.03)


def test_pauses_come_and_last_as_they_should() -> None:
    empty = weekly(drawn(plain(rate=30.0, pause_starts=0.1, pause_weeks=2.0))) == 0
    assert empty.mean() == pytest.approx(0.1 / 0.6, abs=0.006)
    before, after = empty[:, :-1], empty[:, 1:]
    assert after[before].mean() == pytest.approx(0.5, abs=0.015)
    assert after[~before].mean() == pytest.approx(0.1, abs=0.006)


def test_seasons_multiply_the_rate() -> None:
    # Half the year at half the rate, squared by a strength of two: a mean of .625.
    counts = weekly(drawn(plain(rate=8.0, season=2.0)))
    assert counts.mean() == pytest.approx(8 * 0.625, rel=0.03)


def test_without_a_champion_the_others_go_on() -> None:
    stays = drawn(plain(champion=0.8, leaves=0.0)).facts.by_contributor.sum(axis=(0, 2))
    assert stays[0] / stays.sum() == pytest.approx(0.8, abs=0.01)
    assert stays[3] == 0
    left = drawn(plain(champion=0.8, leaves=1.0, taken_over=0.25))
    assert left.facts.by_contributor[:, 0].sum() == 0
    assert weekly(left).mean() == pytest.approx(4 * (1 - 0.8 * 0.75), rel=0.03)


def test_a_champion_leaves_at_its_chance_a_week() -> None:
    made = drawn(plain(rate=20.0, champion=0.9, leaves=0.05)).facts.by_contributor[:, 0]
    assert (made[:, 12] == 0).mean() == pytest.approx(1 - 0.95**13, abs=0.015)


def test_posts_keep_to_the_week_and_to_the_share_of_weekends() -> None:
    by_day = drawn(plain(rate=10.0)).facts.live.reshape(-1, 7).sum(axis=0)
    assert by_day[5:].sum() / by_day.sum() == pytest.approx(0.1, abs=0.01)


def test_weeks_sway_around_the_level_as_much_and_as_long_as_named() -> None:
    # At 20 posts a week little but chance moves the log of a week's posts besides.
    logs = np.log(weekly(drawn(plain(rate=20.0, week_spread=0.3, autocorrelation=0.6))) + 0.5)
    from_level = logs - np.log(20)
    by_chance = 1 / 20 + 1 / 1000
    swaying = from_level.var() - by_chance
    assert swaying == pytest.approx(0.3**2, rel=0.06)
    together = (from_level[:, 1:] * from_level[:, :-1]).mean()
    assert together / swaying == pytest.approx(0.6, abs=0.03)


def test_nothing_is_left_of_a_weeks_sway_half_a_year_later() -> None:
    trials = drawn(plain(rate=20.0, week_spread=0.3, autocorrelation=0.9))
    last, later = weekly(trials)[:, -1], trials.after.half[:, 0]
    assert np.corrcoef(last, later)[0, 1] == pytest.approx(0, abs=0.03)


def test_a_population_without_sway_is_drawn_as_before() -> None:
    # So that simulations of an older document come to what they came to.
    live = drawn(plain(), size=200, seed=5).facts.live
    swayed = drawn(plain(week_spread=1e-9), size=200, seed=5).facts.live
    assert (live != swayed).any()
    assert int(live.sum()) == LIVE_OF_BEFORE


def test_the_year_begins_where_the_trial_has_led_to() -> None:
    after = drawn(plain(rate=8.0, slope=-0.05, drift=0.2)).after
    assert after.half.mean() == pytest.approx(8 * np.exp(-0.05 * 6 + 0.2), rel=0.03)


def test_change_over_half_a_year_has_the_median_and_quartiles_of_its_distribution() -> None:
    after = drawn(plain(rate=12.0, drift=0.1, drift_spread=0.5, drift_tail=5.0, drift_up=2.0)).after
    ratios = np.quantile(after.half.mean(axis=1) / 12, (0.25, 0.5, 0.75))
    low, middle, high = np.log(ratios)
    assert middle == pytest.approx(0.1, abs=0.04)
    # Student's t with 5 degrees of freedom has its quartiles at ± .727.
    assert low == pytest.approx(0.1 - 0.727 * 0.5, abs=0.04)
    assert high == pytest.approx(0.1 + 0.727 * 0.5 * 2, abs=0.05)


@pytest.mark.parametrize(("rate", "chance"), [(0.5, 0.02), (1.5, 0.005), (4.0, 0.001)])
def test_long_silences_begin_as_often_as_the_rate_says(rate: float, chance: float) -> None:
    stopped = drawn(plain(rate=rate, stops=1.0), size=100_000).after.stopped.mean()
    assert stopped == pytest.approx(1 - np.exp(-52 * chance), rel=0.05)


def test_who_stops_for_good_is_silent_at_the_years_end_and_dark() -> None:
    population = plain(rate=20.0, stops=1000.0)
    for_good = replace(population, stopping=replace(population.stopping, returns=0.0))
    after = drawn(for_good).after
    assert after.stopped.all()
    assert after.dark.all()
    assert not after.lasted.any()
    assert not after.full.any()


def test_about_half_of_those_who_stop_come_back() -> None:
    after = drawn(plain(rate=20.0, stops=1000.0)).after
    # They stop early in the year, so that by its end whoever comes back has come back.
    assert after.full[:, -1].astype(bool).mean() == pytest.approx(0.5, abs=0.03)
    assert after.dark.all()


def test_who_keeps_on_lasts() -> None:
    after = drawn(plain(rate=6.0), size=2_000).after
    assert after.lasted.all()
    assert not after.dark.any()


def test_an_account_that_thins_out_neither_lasts_nor_is_dark() -> None:
    after = drawn(plain(rate=0.4), size=2_000).after
    assert (~after.dark & ~after.lasted).mean() > 0.9


@pytest.mark.parametrize(
    ("numbers", "field"),
    [
        ({"trials": 0}, "Trials"),
        ({"trials": -5}, "Trials"),
        ({"trials": 10**12}, "Trials"),
        ({"weeks": 1}, "Weeks"),
        ({"weeks": 54}, "Weeks"),
        ({"seed": -1}, "Seed"),
    ],
)
def test_a_run_that_cannot_be_is_refused_at_once(numbers: dict[str, int], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        blocks(shipped(), **{"weeks": 13, "trials": 10, "seed": 1, **numbers})
    assert refused.value.field == field


def test_memory_does_not_grow_with_the_number_of_trials() -> None:
    def peak(trials: int) -> int:
        tracemalloc.start()
        for _ in blocks(shipped(), weeks=13, trials=trials, seed=1):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(8 * BLOCK) < 1.2 * peak(2 * BLOCK)
