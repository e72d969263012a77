"""Shared load: whether the work survives one person leaving."""

from __future__ import annotations

from collections import Counter

import numpy as np

from trial.domain.policy import Policy
from trial.domain.verdict import CheckName
from trial.scoring.checks.check import Case, Check, Explanation
from trial.scoring.facts import Facts, Ints
from trial.scoring.measured import Measured, ratio
from trial.scoring.outlook import out_of, sentence
from trial.scoring.weeks import Weeks


def kept_without(facts: Facts, weeks: Weeks) -> Ints:
    """Return what each trial keeps without each contributor, shape (n, C): sums of kept posts."""
    left = np.minimum(weeks.count[:, None, :] - facts.by_contributor, np.int16(weeks.low))
    kept: Ints = (left * weeks.eligible[:, None, :]).sum(axis=2, dtype=np.int16)
    return kept


def measure(facts: Facts, weeks: Weeks, policy: Policy) -> Measured:
    """Return the cadence left without the contributor whose absence costs most, as a share.

    Posts that name nobody stay, for nobody's absence removes them; a trial is judged only where
    at least half of its live posts in eligible weeks name a contributor.
    """
    kept = weeks.kept.sum(axis=1)
    if facts.by_contributor.shape[1] == 0:
        return ratio(kept, np.zeros_like(kept))
    live = (weeks.count * weeks.eligible).sum(axis=1)
    named = (facts.by_contributor.sum(axis=1) * weeks.eligible).sum(axis=1)
    return ratio(kept_without(facts, weeks).min(axis=1), kept, known=2 * named >= live)


def explain(case: Case) -> Explanation:
    """Say how much of the work hangs on one person, without naming anybody."""
    eligible = set(case.eligible)
    window = case.log.window
    made = Counter(
        (post.contributor, week)
        for post in case.log.posts
        if post.live_day is not None and (week := window.week_of(post.live_day)) in eligible
    )
    total = made.total()
    makers = sorted({maker for maker, _ in made if maker})
    if case.score is None:
        if total == 0:
            return Explanation("No post has been live in an eligible week yet.")
        return Explanation(
            "Too few posts name who made them.", "Note the contributor with each post."
        )

    def kept_and_others(maker: str) -> tuple[int, int]:
        others = {week: case.count(week) - made[maker, week] for week in eligible}
        kept = sum(min(posts, case.policy.band.low) for posts in others.values())
        return kept, sum(others.values())

    # Who costs most by leaving is not always who made most.
    others = min(kept_and_others(maker) for maker in makers)[1]
    if others == 0:
        reason = "every post was made by one person"
    else:
        # Cut like the points beside it, so that the two never name different numbers.
        percent = int(100 * case.score + 1e-9)
        reason = (
            f"one person made {out_of(total - others, total, 'post')}; "
            f"without them {percent} % of the cadence is left"
        )
    remedy = "" if case.is_met else "Share the work with a second regular contributor."
    return Explanation(sentence(reason), remedy, tuple(sorted(eligible)))


CHECK = Check(
    name=CheckName.SHARED_LOAD,
    question="Does it survive one person leaving?",
    unit="share of cadence left without the busiest contributor",
    validated=False,
    measure=measure,
    explain=explain,
)
