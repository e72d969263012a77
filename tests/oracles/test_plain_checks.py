"""The fast kernels say what the plain rules say, on whatever trials are drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracles import plain_checks
from tests.properties.trials import trials
from tests.unit.policies import standard
from trial.domain.trial_log import TrialLog
from trial.scoring.checks import continuity, steadiness
from trial.scoring.facts import Facts, facts_of, facts_of_days
from trial.scoring.weeks import weeks_of

POLICY = standard()


def agree(facts: Facts) -> None:
    weeks = weeks_of(facts, POLICY.band)
    scores = steadiness.measure(facts, weeks, POLICY).score
    gaps = continuity.longest_gap(facts)
    for row in range(len(gaps)):
        count, eligible = weeks.count[row].tolist(), weeks.eligible[row].tolist()
        expected = plain_checks.steadiness(count, eligible, POLICY.band.low)
        assert scores[row] == pytest.approx(np.nan if expected is None else expected, nan_ok=True)
        assert gaps[row] == plain_checks.longest_gap(
            facts.live[row].tolist(), facts.excused[row].tolist(), int(facts.elapsed[row])
        )


@given(st.lists(trials(most_posts=30), min_size=1, max_size=5))
def test_on_logs_of_any_standing(logs: list[TrialLog]) -> None:
    agree(facts_of(logs, POLICY))


@given(st.integers(1, 30), st.integers(1, 4), st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_on_days_of_short_and_of_long_trials(
    weeks: int, trials_at_once: int, seed: int, often: float
) -> None:
    rng = np.random.default_rng(seed)
    days = rng.random((trials_at_once, 7 * weeks)) < often
    agree(facts_of_days(days.astype(np.int16)))
