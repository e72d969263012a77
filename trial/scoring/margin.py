"""The margin of a verdict: the fewest weeks that, turned, change it.

Turning a week means that it had just gone the other way: a week that kept the band ends one post
short of it, its later posts gone; a week that fell short is filled up to the low end, evenly
spread. What rests on live days is measured anew (cadence, continuity, steadiness, finish and the
band gate); everything else the record says is held still.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, islice
from math import comb

import numpy as np

from trial.domain.calendar import DAYS_IN_WEEK
from trial.domain.policy import Policy
from trial.domain.verdict import Verdict
from trial.scoring.checks import REGISTRY
from trial.scoring.facts import Facts, Ints
from trial.scoring.measured import Measured
from trial.scoring.verdict import VERDICTS, Judgement, judge

STABLE_BEYOND = 2
"""A verdict is stable when no change of up to two weeks turns it."""

_TURNED = frozenset(check.name for check in REGISTRY if check.is_turned)
_MAX_VARIANTS = 20_000
_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Margin:
    """How many weeks it takes to change a verdict.

    Parameters
    ----------
    fewest : int or None
        The fewest weeks that, turned, change it; None where none do, where there is no verdict
        to change, or where the search stopped.
    above : int or None
        Set where the search stopped: more weeks than this are needed, and some number of weeks
        does change it.
    """

    fewest: int | None = None
    above: int | None = None


def margin(
    facts: Facts, policy: Policy, judgement: Judgement, *, hold_unknown_gates: bool = True
) -> Margin:
    """Return the fewest eligible weeks that, turned, change the verdict of one trial.

    Parameters
    ----------
    facts : Facts
        A batch of one.
    judgement : Judgement
        What `judge` said of it.

    Notes
    -----
    Up to 14 eligible weeks every combination that matters is tried; beyond, the search stops at
    the number of weeks that 20,000 combinations reach.

    Filling a week never lowers a verdict and shortening one never raises it, so a set that
    changes it holds, at its smallest, only weeks turned in one direction.
    """
    verdict = judgement.verdict[0]
    if VERDICTS[verdict] is Verdict.NOT_ENOUGH_EVIDENCE:
        return Margin()
    low = policy.band.low
    eligible = judgement.weeks.eligible[0]
    count = judgement.weeks.count[0]
    directions = [
        ([int(w) for w in np.flatnonzero(eligible & (count >= low))], _shortened(facts.live, low)),
        ([int(w) for w in np.flatnonzero(eligible & (count < low))], _filled(facts.live, low)),
    ]
    still = {name: m for name, m in judgement.checks.items() if name not in _TURNED}

    def changes(sets: Iterable[tuple[int, ...]], turned: Ints) -> bool:
        for batch in _batches(sets):
            variants = _variants(facts, batch, turned)
            given = {name: _repeated(measured, len(batch)) for name, measured in still.items()}
            judged = judge(variants, policy, hold_unknown_gates=hold_unknown_gates, given=given)
            if (judged.verdict != verdict).any():
                return True
        return False

    open_directions = [
        (weeks, turned) for weeks, turned in directions if weeks and changes([tuple(weeks)], turned)
    ]
    tried = 0
    for size in range(1, max((len(weeks) for weeks, _ in open_directions), default=0) + 1):
        for weeks, turned in open_directions:
            tried += comb(len(weeks), size)
            if tried > _MAX_VARIANTS:
                return Margin(above=size - 1)
            if changes(combinations(weeks, size), turned):
                return Margin(size)
    return Margin()


def is_stable(verdict: Verdict, margin: Margin) -> bool:
    """Return whether a verdict with this margin survives any change of two weeks."""
    if verdict is Verdict.NOT_ENOUGH_EVIDENCE:
        return False
    return margin.fewest is None or margin.fewest > STABLE_BEYOND


def _shortened(live: Ints, low: int) -> Ints:
    """Return one trial's days with every full week cut to its first ``low - 1`` posts."""
    shortened: Ints = live[0].copy()
    for first in range(0, shortened.size, DAYS_IN_WEEK):
        left = low - 1
        for day in range(first, first + DAYS_IN_WEEK):
            shortened[day] = min(int(shortened[day]), left)
            left -= int(shortened[day])
    return shortened


def _filled(live: Ints, low: int) -> Ints:
    """Return one trial's days with every short week filled up to `low`, evenly spread."""
    filled: Ints = live[0].copy()
    for first in range(0, filled.size, DAYS_IN_WEEK):
        missing = low - int(filled[first : first + DAYS_IN_WEEK].sum())
        for post in range(max(missing, 0)):
            filled[first + (2 * post + 1) * DAYS_IN_WEEK // (2 * low)] += 1
    return filled


def _batches(sets: Iterable[tuple[int, ...]]) -> Iterator[list[tuple[int, ...]]]:
    remaining = iter(sets)
    while batch := list(islice(remaining, _BATCH)):
        yield batch


def _variants(facts: Facts, sets: list[tuple[int, ...]], turned: Ints) -> Facts:
    weeks = np.zeros((len(sets), facts.weeks), np.bool_)
    rows = np.repeat(np.arange(len(sets)), [len(chosen) for chosen in sets])
    weeks[rows, [week for chosen in sets for week in chosen]] = True
    days = np.repeat(weeks, DAYS_IN_WEEK, axis=1)
    repeated = facts.repeat(len(sets))
    return replace(
        repeated,
        live=np.where(days, turned[None, :], repeated.live),
        reported=repeated.reported | weeks,
    )


def _repeated(measured: Measured, size: int) -> Measured:
    return Measured(
        np.repeat(measured.value, size),
        np.repeat(measured.score, size),
        np.repeat(measured.applies, size),
    )
