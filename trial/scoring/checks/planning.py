"""Planning: whether the calendar is filled ahead."""

from __future__ import annotations

import numpy as np

from trial.domain.counts import count_of
from trial.domain.policy import Policy
from trial.domain.verdict import CheckName
from trial.scoring.checks.check import Case, Check, Explanation
from trial.scoring.facts import Facts
from trial.scoring.measured import Measured, ratio
from trial.scoring.outlook import NO_WEEK_OVER, coming_week_ends, out_of, sentence
from trial.scoring.weeks import Weeks, weeks_where


def measure(facts: Facts, weeks: Weeks, policy: Policy) -> Measured:
    """Return the share of eligible weeks that had the low end's slots in the calendar in time."""
    filled = np.ascontiguousarray(facts.filled_ahead.T) >= policy.band.low
    number = weeks_where(filled & weeks.eligible.T)
    return ratio(number, weeks.number, known=facts.planning_known)


def explain(case: Case) -> Explanation:
    """Say how many weeks were filled ahead, and point at those that were not."""
    if not bool(case.facts.planning_known[0]):
        return Explanation("The log does not say when slots entered the calendar.")
    eligible = case.eligible
    if not eligible:
        fill = "Fill the coming week today." if coming_week_ends(case.log) else ""
        return Explanation(NO_WEEK_OVER, fill)
    low, ahead = case.policy.band.low, case.policy.fill_ahead_days
    short = [week for week in eligible if case.facts.filled_ahead[0, week] < low]
    filled = len(eligible) - len(short)
    when = f"{count_of(ahead, 'day', in_words=True)} ahead" if ahead else "by the first day"
    reason = (
        f"{out_of(filled, len(eligible), 'week')} had {count_of(low, 'slot')} "
        f"in the calendar {when}"
    )
    slots = count_of(low, "slot", in_words=True)
    remedy = f"Put {slots} into each coming week {when}."
    if not coming_week_ends(case.log):
        remedy = f"In an extension, put {slots} into each week {when}."
    return Explanation(sentence(reason), remedy, tuple(short or eligible))


CHECK = Check(
    name=CheckName.PLANNING,
    question="Is the calendar filled ahead?",
    unit="share of weeks filled ahead",
    rests_on=("band.low",),
    measure=measure,
    explain=explain,
)
