"""Whether a running trial can still end ready, and since when it cannot.

Nothing is drawn here: a trial is out of reach only where no way at all to end would be ready.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from trial.domain.calendar import DAYS_IN_WEEK
from trial.domain.policy import Policy
from trial.domain.verdict import CheckName, Verdict
from trial.scoring.facts import Bools, Facts
from trial.scoring.measured import Measured
from trial.scoring.verdict import VERDICTS, judge
from trial.scoring.weeks import weeks_of
from trial.simulation.posterior import can_be_filled

_READY = VERDICTS.index(Verdict.READY)
_AS_MANY_AS_WISHED = 10**8

Looks = Sequence[tuple[int, int]]
"""Trials and days of theirs, by index."""


def out_of_reach_since(
    looks: Sequence[int], seen: Callable[[Looks], Facts], policy: Policy
) -> tuple[int | None, ...]:
    """Return the week in which ready came to be out of reach, of each of some trials.

    Parameters
    ----------
    looks : sequence of int
        On how many days each trial can be looked back on, from 1; the last of them is today.
    seen : callable
        Returns the facts of some trials, each as of one of its days: pairs of indices. It is asked
        for one day of many trials at a time, today's first, and for no day that says nothing new.

    Returns
    -------
    tuple of int or None
        The week, counted from 1, in which or at whose end lies the first of the unbroken row of
        days up to today on which not even perfect remaining weeks would have been judged ready; 0
        before the first week, None while they would.
    """
    since: list[int | None] = [None] * len(looks)
    asked = [(trial, number - 1) for trial, number in enumerate(looks)]
    while asked:
        facts = seen(asked)
        reached = within_reach(facts, policy).tolist()
        lost = [
            (look, elapsed)
            for look, elapsed, is_reached in zip(asked, facts.elapsed, reached, strict=True)
            if not is_reached
        ]
        for (trial, _), elapsed in lost:
            # Within a week it is that week, and so it is at its end.
            since[trial] = -(-int(elapsed) // DAYS_IN_WEEK)
        asked = [(trial, day - 1) for (trial, day), _ in lost if day]
    return tuple(since)


def within_reach(facts: Facts, policy: Policy) -> Bools:
    """Return of each trial whether any way to end would be judged ready, all gates closed.

    The weeks to come are as full as wished, every post on schedule, from a calendar that is filled
    wherever it still can be in time, approved at once, each by somebody else; and so many questions
    answered that none of those before shows. Weeks that nobody reported turn out to have been as
    full, so that nothing is called out of reach that rests on them.

    Parameters
    ----------
    facts : Facts
        Of running trials, each as of some day; a batch of any size.

    Returns
    -------
    (n,) bool
    """
    answers = np.ones(facts.trials)
    judged = np.ones(facts.trials, np.bool_)
    given = {CheckName.RESPONSIVENESS: Measured(answers, answers, judged)}
    reached: Bools = judge(_perfect(facts, policy), policy, given=given).verdict == _READY
    return reached


def _perfect(facts: Facts, policy: Policy) -> Facts:
    low, n, weeks = policy.band.low, facts.trials, facts.weeks
    # At least one post beyond the low end, so that no single maker is missed.
    posts = max(policy.band.high, low + 1)
    coming = ~facts.excused & (np.arange(weeks) >= facts.elapsed[:, None] // DAYS_IN_WEEK)
    unreported = weeks_of(facts, policy.band).unreported
    made = coming | unreported
    live, filled = facts.live.copy(), facts.filled_ahead.copy()
    elapsed = facts.elapsed.tolist()
    for row, week in np.argwhere(made).tolist():
        first, end = week * DAYS_IN_WEEK, (week + 1) * DAYS_IN_WEEK
        begins = first if unreported[row, week] else max(first, elapsed[row])
        for post in range(posts):
            live[row, begins + (2 * post + 1) * (end - begins) // (2 * posts)] += 1
        if can_be_filled(week, elapsed[row], policy):
            filled[row, week] = max(int(filled[row, week]), low)
    makers = np.repeat(made[:, None, :], posts, axis=1).astype(np.int16)
    # So many slots kept and posts approved that none of those before shows any more.
    more = np.where(made.any(axis=1), np.int32(_AS_MANY_AS_WISHED), np.int32(0))
    waiting = np.maximum(facts.live.sum(axis=1, dtype=np.int32) - facts.reviewed, 0)
    return replace(
        facts,
        live=live,
        elapsed=np.full(n, weeks * DAYS_IN_WEEK, np.int16),
        reported=np.ones_like(facts.reported),
        slots_due=facts.slots_due + more,
        on_schedule=facts.on_schedule + more,
        filled_ahead=filled,
        reviewed=facts.reviewed + waiting + more,
        first_pass=facts.first_pass + waiting + more,
        by_contributor=np.concatenate([facts.by_contributor, makers], axis=1),
        gates=np.ones_like(facts.gates),
    )
