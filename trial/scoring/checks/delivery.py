"""Delivery: whether a department keeps its own plan."""

from __future__ import annotations

from trial.domain.policy import Policy
from trial.domain.posts import Post
from trial.domain.verdict import CheckName
from trial.scoring.checks.check import Case, Check, Explanation
from trial.scoring.facts import Facts, counts_as_due, is_on_schedule
from trial.scoring.measured import Measured, ratio
from trial.scoring.outlook import coming_week_ends, out_of, sentence, weeks_to_reach
from trial.scoring.weeks import Weeks


def measure(facts: Facts, weeks: Weeks, policy: Policy) -> Measured:
    """Return on-schedule deliveries over slots whose day has come; no slots is not 100 %."""
    return ratio(facts.on_schedule, facts.slots_due)


def explain(case: Case) -> Explanation:
    """Say how many slots were ready by their day, and point at those that were not."""
    due = int(case.facts.slots_due[0])
    if due == 0:
        plan = "Plan the coming weeks in the calendar." if coming_week_ends(case.log) else ""
        return Explanation("No planned post has come due yet.", plan)
    kept = int(case.facts.on_schedule[0])
    late = [
        post
        for post in case.log.posts
        if counts_as_due(post, case.log, case.policy)
        and not is_on_schedule(post, case.log, case.policy)
    ]
    return Explanation(
        sentence(f"{out_of(kept, due, 'planned post')} ready by their day"),
        _remedy(case, weeks_to_reach(kept, due, 1, case.policy.met_from)),
        _weeks_of(case, late),
        tuple(post.key for post in late),
    )


def _remedy(case: Case, needed: int | None) -> str:
    """Say what to hand over by when, never more than fits into the weeks that are left."""
    weeks_left, most = len(coming_week_ends(case.log)), case.policy.band.high
    if weeks_left and needed is not None and needed <= weeks_left * most:
        posts = "planned post by its day" if needed == 1 else f"{needed} planned posts by their day"
        return f"Hand over the next {posts}."
    if weeks_left:
        return "Hand over every planned post that is left by its day."
    return "In an extension, hand over every planned post by its day."


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
