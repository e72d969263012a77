"""Shared load: whether the work survives one person leaving."""

from __future__ import annotations

import numpy as np

from trial.domain.policy import Policy
from trial.domain.verdict import CheckName
from trial.scoring.checks.check import Case, Check, Explanation
from trial.scoring.facts import Facts, Ints
from trial.scoring.measured import Measured, ratio
from trial.scoring.outlook import out_of, sentence
from trial.scoring.weeks import Weeks


def share_without(facts: Facts, weeks: Weeks) -> Ints:
    """Return what each trial keeps without each contributor, shape (n, C): sums of kept posts."""
    left = weeks.count[:, None, :] - facts.by_contributor
    # In place: the posts of thousands of trials by contributor and week fill the caches.
    np.minimum(left, np.int16(weeks.low), out=left)
    left *= weeks.eligible[:, None, :]
    kept: Ints = left.sum(axis=2, dtype=np.int16)
    return kept


def costs_most(facts: Facts, weeks: Weeks) -> int:
    """Return the contributor whose absence costs most in a batch of one, as an index from 0.

    Who costs most by leaving is not always who made most; of equals, it is who made most.
    """
    kept = share_without(facts, weeks)[0]
    made = (facts.by_contributor[0] * weeks.eligible[0]).sum(axis=1)
    return int(np.lexsort((-made, kept))[0])


def measure(facts: Facts, weeks: Weeks, policy: Policy) -> Measured:
    """Return the cadence left without the contributor whose absence costs most, as a share.

    Posts that name nobody stay, for nobody's absence removes them; a trial is judged only where
    at least half of its live posts in eligible weeks name a contributor.
    """
    kept = weeks.credited.sum(axis=1)
    if facts.by_contributor.shape[1] == 0:
        return ratio(kept, np.zeros_like(kept))
    live = (weeks.count * weeks.eligible).sum(axis=1)
    named = (facts.by_contributor.sum(axis=1, dtype=np.int16) * weeks.eligible).sum(axis=1)
    return ratio(share_without(facts, weeks).min(axis=1), kept, known=2 * named >= live)


def explain(case: Case) -> Explanation:
    """Say how much of the work hangs on one person, without naming anybody."""
    total = sum(case.count(week) for week in case.eligible)
    if case.score is None:
        if total == 0:
            return Explanation("No post has been live in a week that counts yet.")
        return Explanation("Too few posts name who made them.", "Say with each post who makes it.")

    most = costs_most(case.facts, case.weeks)
    made = int((case.facts.by_contributor[0, most] * case.weeks.eligible[0]).sum())
    if made == total:
        reason = "every post was made by one person"
    else:
        # Cut like the points beside it, so that the two never name different numbers.
        percent = int(100 * case.score + 1e-9)
        reason = (
            f"one person made {out_of(made, total, 'post')}; "
            f"without them {percent} % of the cadence is left"
        )
    remedy = "Share the work with a second regular contributor."
    return Explanation(sentence(reason), remedy, tuple(case.eligible))


CHECK = Check(
    name=CheckName.SHARED_LOAD,
    question="Does it survive one person leaving?",
    unit="share of cadence left without the busiest contributor",
    rests_on=("band.low",),
    measure=measure,
    explain=explain,
)
