"""Operating characteristics: what is counted, and how sure one may be of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.simulation.populations import drawn, plain, shipped
from tests.unit.policies import standard
from trial.domain.errors import InvalidInput, NotPossible
from trial.domain.results.experiments import Experiment, Rate
from trial.domain.verdict import Verdict
from trial.scoring.verdict import VERDICTS, judge
from trial.simulation.behaviours import Population
from trial.simulation.draws import BLOCK, blocks
from trial.simulation.experiments import (
    operating_characteristics,
    refuse_impassable,
    weeks_of_policy,
)

TRIALS = BLOCK + 500


def experiment(population: Population | None = None, trials: int = TRIALS) -> Experiment:
    return operating_characteristics(
        population or shipped(), standard(), weeks=13, trials=trials, seed=2
    )


def test_what_is_counted_is_what_the_scoring_says_of_these_trials() -> None:
    found = experiment()
    ready = ready_dark = fed = fed_lasted = bursty_ready = 0
    for part in blocks(shipped(), weeks=13, trials=TRIALS, seed=2):
        verdict = judge(part.facts, standard()).verdict
        is_ready, is_fed = verdict == 3, verdict == 1
        ready += is_ready.sum()
        bursty_ready += (is_ready & (part.behaviour == 1)).sum()
        ready_dark += (is_ready & part.after.dark).sum()
        fed += is_fed.sum()
        fed_lasted += (is_fed & part.after.lasted).sum()
    assert (VERDICTS[3], VERDICTS[1]) == (Verdict.READY, Verdict.KEEP_FEEDING)
    assert found.overall.verdicts[Verdict.READY] == Rate(ready, TRIALS)
    assert found.behaviours[1].verdicts[Verdict.READY].count == bursty_ready
    assert found.overall.false_ready == Rate(ready_dark, ready)
    assert found.overall.false_feed == Rate(fed_lasted, fed)


def test_verdicts_of_each_behaviour_add_up() -> None:
    found = experiment()
    for one in (*found.behaviours, found.overall):
        assert sum(rate.count for rate in one.verdicts.values()) == one.trials
        assert {rate.of for rate in one.verdicts.values()} == {one.trials}
    assert sum(one.trials for one in found.behaviours) == found.overall.trials == TRIALS


def test_departments_that_do_everything_are_ready_and_last() -> None:
    found = experiment(plain(rate=8.0)).overall
    assert found.verdicts[Verdict.READY].share == 1.0
    assert found.false_ready == Rate(0, TRIALS)
    assert found.lasted.share == 1.0


def test_departments_that_do_next_to_nothing_keep_feeding_rightly() -> None:
    found = experiment(plain(rate=0.3)).overall
    assert found.verdicts[Verdict.KEEP_FEEDING].share == pytest.approx(1.0, abs=0.01)
    assert found.false_feed.share == pytest.approx(0.0, abs=0.005)
    assert found.false_ready.share is None
    assert found.false_ready.error is None


def test_progress_is_told_after_each_block() -> None:
    told: list[tuple[int, int]] = []
    operating_characteristics(
        shipped(),
        standard(),
        weeks=13,
        trials=TRIALS,
        seed=2,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(BLOCK, TRIALS), (TRIALS, TRIALS)]


def test_the_error_is_half_of_wilsons_interval() -> None:
    # Wilson's 95 % interval of 10 in 100 is .0552 to .1744, and of 0 in 100 is 0 to .0370.
    assert Rate(10, 100).error == pytest.approx((0.1744 - 0.0552) / 2, abs=1e-4)
    assert Rate(0, 100).error == pytest.approx(0.0370 / 2, abs=1e-4)
    assert Rate(10, 100).interval == pytest.approx((0.0552, 0.1744), abs=1e-4)
    assert Rate(0, 100).interval == pytest.approx((0.0, 0.0370), abs=1e-4)
    assert Rate(100, 100).interval == pytest.approx((0.9630, 1.0), abs=1e-4)
    assert Rate(0, 0).interval is None


def test_the_error_holds_what_it_says() -> None:
    verdict = judge(drawn(shipped(), size=40_000).facts, standard()).verdict
    truth = (verdict == 3).mean()
    runs = [Rate(int(part.sum()), part.size) for part in np.split(verdict == 3, 200)]
    held = [abs((run.share or 0) - truth) <= (run.error or 0) for run in runs]
    assert np.mean(held) == pytest.approx(0.95, abs=0.05)


def test_a_policy_of_three_months_is_thirteen_weeks() -> None:
    assert weeks_of_policy(standard()) == 13
    assert weeks_of_policy(replace(standard(), months=6, week_starts_on=6)) == 26


def test_a_policy_nothing_can_pass_is_refused_with_how_near_the_best_came() -> None:
    refuse_impassable(shipped(), standard(), weeks=13, seed=1)
    beyond = replace(standard(), ready_from=1.0)
    with pytest.raises(NotPossible, match=r"Nothing passes .* none was ready\. The best score"):
        refuse_impassable(shipped(), beyond, weeks=13, seed=1)


@pytest.mark.parametrize(("weeks", "trials"), [(1, 10), (13, 0)])
def test_one_week_and_no_trials_are_refused(weeks: int, trials: int) -> None:
    with pytest.raises(InvalidInput):
        operating_characteristics(shipped(), standard(), weeks=weeks, trials=trials, seed=1)
