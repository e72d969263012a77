"""The margin of a verdict: the fewest weeks that, turned, change it.

Turning a week means that it had just gone the other way: a week that kept the band ends one post
short of it, its later posts gone; a week that fell short is filled up to the low end, evenly
spread. What rests on live days is measured anew (cadence, continuity, steadiness, finish and the
band gate); everything else the record says is held still.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations, islice
from math import comb

import numpy as np
from numpy.typing import NDArray

from trial.domain.calendar import DAYS_IN_WEEK
from trial.domain.policy import Policy
from trial.domain.results.scorecard import Shift
from trial.domain.verdict import Verdict
from trial.scoring.batches import rows_of
from trial.scoring.checks import REGISTRY
from trial.scoring.facts import Bools, Facts, Ints
from trial.scoring.verdict import VERDICTS, Judgement, judge

STABLE_BEYOND = 2
"""A verdict is stable when no change of up to two weeks turns it."""

_TURNED = frozenset(check.name for check in REGISTRY if check.is_turned)
_NO_VERDICT = VERDICTS.index(Verdict.NOT_ENOUGH_EVIDENCE)
_MAX_VARIANTS = 20_000
_BATCH = 2_000

_WeeksOfTrial = tuple[int, tuple[int, ...]]
"""A trial's row, and some of its weeks."""


@dataclass(frozen=True, slots=True)
class Margin:
    """How many weeks it takes to change a verdict, in each direction that exists.

    Parameters
    ----------
    higher, lower : Shift or None
        By more weeks in band, and by weaker weeks; None where no number of them changes it.
    """

    higher: Shift | None = None
    lower: Shift | None = None

    @property
    def fewest(self) -> int | None:
        """The fewest weeks that change it; None where none do, and where `above` is set."""
        least = min((each.weeks for each in self._shifts if each.to), default=None)
        return None if least is None or self._stops_before(least) else least

    @property
    def above(self) -> int | None:
        """Set where the search stopped: it takes more weeks than this."""
        stopped = min((each.weeks for each in self._shifts if each.to is None), default=None)
        return None if stopped is None or self.fewest is not None else stopped

    @property
    def _shifts(self) -> list[Shift]:
        return [each for each in (self.higher, self.lower) if each is not None]

    def _stops_before(self, weeks: int) -> bool:
        return any(each.to is None and each.weeks + 1 < weeks for each in self._shifts)


def margins(
    facts: Facts, policy: Policy, judgement: Judgement, *, hold_unknown_gates: bool = True
) -> list[Margin]:
    """Return for each trial the fewest eligible weeks that, gone otherwise, change its verdict.

    Parameters
    ----------
    facts : Facts
    judgement : Judgement
        What `judge` said of them.

    Notes
    -----
    Up to 14 eligible weeks every combination is tried; beyond, the search in a direction stops at
    the number of weeks that 20,000 combinations reach.

    Filling a week never lowers a verdict and shortening one never raises it, so the smallest sets
    that change it hold only weeks turned in one direction.
    """
    still = {name: m for name, m in judgement.checks.items() if name not in _TURNED}

    def changed(turned: Ints, sets: Iterable[_WeeksOfTrial]) -> dict[int, Verdict]:
        """Return the trials of which one of the sets of weeks, turned, changes the verdict."""
        changing: dict[int, Verdict] = {}
        # Of a trial that is known to change no further set is asked for.
        remaining = ((row, weeks) for row, weeks in sets if row not in changing)
        while batch := list(islice(remaining, _BATCH)):
            rows = np.array([row for row, _ in batch])
            judged = judge(
                _variants(facts, batch, rows, turned),
                policy,
                hold_unknown_gates=hold_unknown_gates,
                given=rows_of(still, rows),
            )
            for at in np.flatnonzero(judged.verdict != judgement.verdict[rows]).tolist():
                # The first set in order, so that a trial gets the same whatever stands beside it.
                changing.setdefault(int(rows[at]), VERDICTS[judged.verdict[at]])
        return changing

    def shifts(turned: Ints, turnable: Bools) -> dict[int, Shift]:
        whole = [
            (row, tuple(map(int, np.flatnonzero(weeks)))) for row, weeks in enumerate(turnable)
        ]
        changing = changed(turned, (each for each in whole if each[1]))
        trials = [(row, weeks) for row, weeks in whole if row in changing]
        settled: dict[int, Shift] = {}
        tried = dict.fromkeys(changing, 0)
        for size in range(1, facts.weeks + 1):
            for row, weeks in trials:
                tried[row] += comb(len(weeks), size)
                if tried[row] > _MAX_VARIANTS:
                    settled.setdefault(row, Shift(size - 1))
            sets = (
                (row, chosen)
                for row, weeks in trials
                if row not in settled
                for chosen in combinations(weeks, size)
            )
            found = changed(turned, sets)
            settled |= {row: Shift(size, verdict) for row, verdict in found.items()}
        return settled

    lower, higher = (shifts(*way) for way in _ways(facts, policy, judgement))
    return [Margin(higher.get(row), lower.get(row)) for row in range(facts.trials)]


def changed_by_reports(
    facts: Facts, policy: Policy, judgement: Judgement, *, hold_unknown_gates: bool = True
) -> Bools:
    """Return of which trials the verdict could change once unreported weeks are reported, (n,).

    They may turn out to have been full, or empty; either way they raise the share of evidence.
    """
    unreported = judgement.weeks.unreported
    changed: Bools = np.zeros(facts.trials, np.bool_)
    if not unreported.any():
        return changed
    days = np.repeat(unreported, DAYS_IN_WEEK, axis=1)
    full = np.where(days, _filled(facts.live, policy.band.low), facts.live)
    for live in (full, facts.live):
        reported = replace(facts, live=live, reported=facts.reported | unreported)
        judged = judge(reported, policy, hold_unknown_gates=hold_unknown_gates)
        changed |= judged.verdict != judgement.verdict
    return changed


def is_stable(verdict: Verdict, margin: Margin) -> bool:
    """Return whether a verdict with this margin survives any change of two weeks."""
    if verdict is Verdict.NOT_ENOUGH_EVIDENCE:
        return False
    return margin.fewest is None or margin.fewest > STABLE_BEYOND


def _ways(facts: Facts, policy: Policy, judgement: Judgement) -> list[tuple[Ints, Bools]]:
    """Return the two ways to turn weeks, down and up: the days then, and the weeks that turn so."""
    low = policy.band.low
    weeks = judgement.weeks
    turnable = weeks.eligible & (judgement.verdict != _NO_VERDICT)[:, None]
    full = weeks.count >= low
    return [
        (_shortened(facts.live, low), turnable & full),
        (_filled(facts.live, low), turnable & ~full),
    ]


def _shortened(live: Ints, low: int) -> Ints:
    """Return the days with every full week cut to its first ``low - 1`` posts."""
    by_week = live.reshape(len(live), -1, DAYS_IN_WEEK)
    so_far = np.minimum(by_week.cumsum(axis=2), low - 1)
    shortened: Ints = np.diff(so_far, axis=2, prepend=0).reshape(live.shape).astype(live.dtype)
    return shortened


def _filled(live: Ints, low: int) -> Ints:
    """Return the days with every short week filled up to `low`, evenly spread."""
    added = np.zeros((low + 1, DAYS_IN_WEEK), live.dtype)
    for missing in range(1, low + 1):
        added[missing] = added[missing - 1]
        added[missing, (2 * missing - 1) * DAYS_IN_WEEK // (2 * low)] += 1
    by_week = live.reshape(len(live), -1, DAYS_IN_WEEK)
    missing = np.maximum(low - by_week.sum(axis=2), 0)
    filled: Ints = (by_week + added[missing]).reshape(live.shape)
    return filled


def _variants(
    facts: Facts, sets: list[_WeeksOfTrial], rows: NDArray[np.int64], turned: Ints
) -> Facts:
    """Return the trials of `sets`, `rows`, each with its weeks turned."""
    weeks = np.zeros((len(sets), facts.weeks), np.bool_)
    variants = np.repeat(np.arange(len(sets)), [len(chosen) for _, chosen in sets])
    weeks[variants, [week for _, chosen in sets for week in chosen]] = True
    days = np.repeat(weeks, DAYS_IN_WEEK, axis=1)
    taken = facts.take(rows)
    return replace(
        taken,
        live=np.where(days, turned[rows], taken.live),
        reported=taken.reported | weeks,
    )
