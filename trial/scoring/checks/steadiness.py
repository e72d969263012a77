"""Steadiness: how weak the weak weeks are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from trial.domain.counts import count_of, listed
from trial.domain.policy import Policy
from trial.domain.verdict import CheckName
from trial.scoring.checks.check import Case, Check, Explanation
from trial.scoring.facts import Facts
from trial.scoring.measured import Measured, ratio
from trial.scoring.outlook import (
    NO_WEEK_OVER,
    keep_the_next_week,
    more_weeks,
    more_weeks_until,
    sentence,
)
from trial.scoring.weeks import Weeks, weeks_where


def third_of(number: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a third of each number of weeks, rounded down, at least 1 where there is any."""
    return np.minimum(np.maximum(number // 3, 1), number)


def measure(facts: Facts, weeks: Weeks, policy: Policy) -> Measured:
    """Return mean week credit of the weakest third of eligible weeks."""
    third = third_of(weeks.number)
    by_week = weeks.credited.T
    outside = by_week.shape[0] - weeks.number
    # The sum of the weakest without sorting: of so many weeks, each unit from 1 to the low end is
    # there in all but those below it. Weeks that are not eligible hold 0 and are not meant.
    weakest = np.zeros_like(third)
    for unit in range(1, weeks.low + 1):
        below = weeks_where(by_week < unit) - outside
        weakest += np.maximum(third - below, 0)
    return ratio(weakest, third * weeks.low)


def explain(case: Case) -> Explanation:
    """Say which weeks were the weakest and what they held."""
    eligible = case.eligible
    if not eligible:
        return Explanation(NO_WEEK_OVER, keep_the_next_week(case.log))
    third = max(len(eligible) // 3, 1)
    weakest = sorted(sorted(eligible, key=lambda week: (case.credited(week), week))[:third])
    posts = sum(case.credited(week) for week in weakest)
    low = case.policy.band.low
    those = f"the weakest {count_of(third, 'week', in_words=True)}"
    named = f"weeks {listed([week + 1 for week in weakest])}"
    if third == 1:
        those, named = "the weakest eligible week", f"week {weakest[0] + 1}"
    if posts == third * low:
        reason = f"even {those} had {count_of(low, 'post')} or more"
    else:
        reason = f"{those} ({named}) had {posts} of the {third * low} posts needed"
    more = weeks_until_third(case, lambda earned, third: sorted(earned)[:third])
    remedy = sentence(more_weeks(case.log, more))
    return Explanation(sentence(reason), remedy, tuple(weakest), case.live_keys(weakest))


def weeks_until_third(
    case: Case, third_out_of: Callable[[list[int], int], list[int]]
) -> int | None:
    """Return the fewest further full weeks after which a third of the weeks counts as met.

    Parameters
    ----------
    case : Case
    third_out_of : callable
        ``(earned, third) -> earned`` picks so many weeks out of what all of them earned.
    """
    earned = [case.credited(week) for week in case.eligible]
    low, target = case.policy.band.low, case.policy.met_from

    def is_enough(more: int) -> bool:
        third = max((len(earned) + more) // 3, 1)
        kept = sum(third_out_of(earned + [low] * more, third))
        return kept >= target * third * low - 1e-9

    return more_weeks_until(is_enough, target)


CHECK = Check(
    name=CheckName.STEADINESS,
    question="How weak are the weak weeks?",
    unit="mean week credit of the weakest third",
    validated=True,
    rests_on=("band.low",),
    is_turned=True,
    measure=measure,
    explain=explain,
)
