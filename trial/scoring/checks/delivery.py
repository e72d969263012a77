"""Delivery: whether a department keeps its own plan."""

from __future__ import annotations

from trial.domain.counts import count_of
from trial.domain.policy import Policy
from trial.domain.posts import Post
from trial.domain.verdict import CheckName
from trial.scoring.checks.check import Case, Check, Explanation
from trial.scoring.facts import Facts, counts_as_due, is_on_schedule
from trial.scoring.measured import Measured, ratio
from trial.scoring.outlook import out_of, sentence, weeks_to_reach
from trial.scoring.weeks import Weeks


def measure(facts: Facts, weeks: Weeks, policy: Policy) -> Measured:
    """Return on-schedule deliveries over slots whose day has come; no slots is not 100 %."""
    return ratio(facts.on_schedule, facts.slots_due)


def explain(case: Case) -> Explanation:
    """Say how many slots were ready by their day, and point at those that were not."""
    due = int(case.facts.slots_due[0])
    if due == 0:
        return Explanation("No slot has come due yet.", "Plan the coming weeks in the calendar.")
    kept = int(case.facts.on_schedule[0])
    late = [
        post
        for post in case.log.posts
        if counts_as_due(post, case.log, case.policy)
        and not is_on_schedule(post, case.log, case.policy)
    ]
    needed = weeks_to_reach(kept, due, 1, case.policy.met_from)
    remedy = "Deliver every further slot on its day."
    if needed is not None:
        slots = count_of(needed, "further slot", in_words=True)
        remedy = f"{slots.capitalize()} delivered by their day."
    return Explanation(
        sentence(f"{out_of(kept, due, 'slot')} on schedule"),
        remedy,
        _weeks_of(case, late),
        tuple(post.key for post in late),
    )


def _weeks_of(case: Case, posts: list[Post]) -> tuple[int, ...]:
    days = [post.slot_day(case.policy.horizon_days) for post in posts]
    weeks = {case.log.window.week_of(day) for day in days if day is not None}
    return tuple(sorted(week for week in weeks if week is not None))


CHECK = Check(
    name=CheckName.DELIVERY,
    question="Do they keep their own plan?",
    unit="share of slots on schedule",
    rests_on=(),
    measure=measure,
    explain=explain,
)
