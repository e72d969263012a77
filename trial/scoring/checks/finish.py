"""Finish: the mean week credit of the last third of eligible weeks."""

from __future__ import annotations

import numpy as np

from trial.domain.counts import count_of, listed
from trial.domain.policy import Policy
from trial.domain.verdict import CheckName
from trial.scoring.checks.check import Case, Check, Explanation
from trial.scoring.checks.steadiness import third_of, weeks_until_third
from trial.scoring.facts import Facts
from trial.scoring.measured import Measured, ratio
from trial.scoring.outlook import (
    NO_WEEK_OVER,
    keep_the_next_week,
    more_weeks,
    sentence,
)
from trial.scoring.weeks import Weeks


def measure(facts: Facts, weeks: Weeks, policy: Policy) -> Measured:
    """Return mean week credit of the last third of eligible weeks."""
    third = third_of(weeks.number)
    # Backwards through the weeks; `kept` is 0 in those that are not eligible.
    left = third.astype(np.int16)
    kept = np.zeros_like(left)
    for week in reversed(range(weeks.credited.shape[1])):
        kept += weeks.credited[:, week] * (left > 0)
        left -= weeks.eligible[:, week]
    return ratio(kept, third * weeks.low)


def explain(case: Case) -> Explanation:
    """Say how the last weeks went."""
    eligible = case.eligible
    if not eligible:
        return Explanation(NO_WEEK_OVER, keep_the_next_week(case.log))
    third = max(len(eligible) // 3, 1)
    last = eligible[-third:]
    low = case.policy.band.low
    full = sum(1 for week in last if case.count(week) >= low)
    counts = [case.count(week) for week in last]
    those = f"the last {count_of(third, 'week', in_words=True)}" if third > 1 else "the last week"
    reason = (
        f"{those} had {count_of(low, 'post')} or more"
        if full == third
        else f"{those} had {listed(counts)} posts; the target is {low} a week"
        if third > 1
        else f"{those} had {count_of(counts[0], 'post')}; the target is {low} a week"
    )
    more = weeks_until_third(case, lambda earned, third: earned[-third:])
    remedy = sentence(more_weeks(case.log, more))
    return Explanation(sentence(reason), remedy, tuple(last), case.live_keys(last))


CHECK = Check(
    name=CheckName.FINISH,
    question="Does it last?",
    unit="mean week credit of the last third",
    validated=True,
    rests_on=("band.low",),
    is_turned=True,
    measure=measure,
    explain=explain,
)
