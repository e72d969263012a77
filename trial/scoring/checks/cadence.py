"""Cadence: the mean week credit over all eligible weeks."""

from __future__ import annotations

import numpy as np

from trial.domain.counts import count_of
from trial.domain.policy import Policy
from trial.domain.verdict import CheckName
from trial.scoring.checks.check import Case, Check, Explanation
from trial.scoring.facts import Facts
from trial.scoring.measured import Measured, ratio
from trial.scoring.outlook import (
    NO_WEEK_OVER,
    keep_the_next_week,
    more_weeks,
    out_of,
    sentence,
    weeks_to_reach,
)
from trial.scoring.weeks import Weeks


def measure(facts: Facts, weeks: Weeks, policy: Policy) -> Measured:
    """Return mean week credit: posts up to the low end, over what the low end asks."""
    kept = weeks.credited.sum(axis=1, dtype=np.int16)
    return ratio(kept, weeks.number * weeks.low)


def explain(case: Case) -> Explanation:
    """Say how many weeks kept the band, and how many more would mend it."""
    eligible = case.eligible
    if not eligible:
        return Explanation(NO_WEEK_OVER, keep_the_next_week(case.log))
    low = case.policy.band.low
    asked = count_of(low, "post")
    full = sum(1 for week in eligible if case.count(week) >= low)
    if full == len(eligible):
        reason = f"every week had {asked} or more"
    else:
        reason = f"{out_of(full, len(eligible), 'week')} had {asked} or more"
    kept = sum(case.credited(week) for week in eligible)
    more = weeks_to_reach(kept, len(eligible), low, case.policy.met_from)
    remedy = sentence(more_weeks(case.log, more))
    short = [week for week in eligible if case.count(week) < low] or eligible
    return Explanation(sentence(reason), remedy, tuple(short), case.live_keys(short))


CHECK = Check(
    name=CheckName.CADENCE,
    question="Do they reach the target?",
    unit="mean week credit",
    validated=True,
    rests_on=("band.low",),
    is_turned=True,
    measure=measure,
    explain=explain,
)
