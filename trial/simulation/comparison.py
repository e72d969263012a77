"""Two policies on the very same trials: where they part, and what it hangs on.

Which part of a policy decides is found by trying: the first policy is given a part of the second,
and where that alone turns its verdict into the second's, the part decides. Where no single part
does, two are given together, then three, and so on up to all, which always do. Nothing is inferred
from formulas, so what is said holds for whatever the scoring does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from trial.domain.policy import Policy
from trial.domain.results.comparison import Comparison, Decisive, Difference, Example, PolicySection
from trial.domain.results.experiments import Progress, Rate
from trial.domain.verdict import CheckName, Verdict
from trial.scoring.measured import Floats
from trial.scoring.verdict import VERDICTS, Judgement, contributions
from trial.simulation.experiments import DARK, LASTED
from trial.simulation.trial_sample import TrialSample

_VALUES: Mapping[PolicySection, tuple[str, ...]] = {
    PolicySection.BAND: ("band",),
    PolicySection.GAPS: ("gap_full_days", "gap_zero_days"),
    PolicySection.WEIGHTS: ("weights",),
    PolicySection.BAND_GATE: ("band_weeks", "band_of"),
    PolicySection.THRESHOLDS: ("ready_from", "feed_below"),
    PolicySection.MIDDLE: ("middle_open",),
    PolicySection.EVIDENCE: ("evidence_floor",),
}
"""The fields of a policy that make each part; the length of a trial comes beside a policy."""

_Turned = Mapping[tuple[PolicySection, ...], NDArray[np.bool_]]
"""By the parts that were tried, where they decide and no fewer do, (n,) bool."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two policies, and the weeks of a trial that it sees."""

    policy: Policy
    weeks: int

    def given(self, parts: tuple[PolicySection, ...], other: Side) -> Side:
        """Return this side with some parts taken from the other."""
        taken = {
            name: getattr(other.policy, name) for part in parts for name in _VALUES.get(part, ())
        }
        weeks = other.weeks if PolicySection.LENGTH in parts else self.weeks
        return Side(replace(self.policy, **taken), weeks)

    def differs_in(self, other: Side) -> tuple[PolicySection, ...]:
        """Return the parts in which two sides differ."""
        return tuple(part for part in PolicySection if self.given((part,), other) != self)


def compare(
    sample: TrialSample, first: Side, second: Side, *, progress: Progress | None = None
) -> Comparison:
    """Judge the trials of a bench by two policies and explain where they part.

    Parameters
    ----------
    sample : TrialSample
        Its trials are at least as long as each side's; the year after begins when they end.
    first, second : Side
    progress : callable, optional
        Called with the combinations of parts that were tried and those there are; most pairs of
        policies are explained long before all of them.

    Raises
    ------
    InvalidInput
        When a side sees more weeks than the trials have.
    """
    sides = (first, second)
    judgements = tuple(sample.judge(side.policy, weeks=side.weeks) for side in sides)
    turned = _turned(sample, first, second, judgements, progress)
    cells = {
        (VERDICTS[one], VERDICTS[other]): np.flatnonzero(
            (judgements[0].verdict == one) & (judgements[1].verdict == other)
        )
        for one, other in product(range(len(VERDICTS)), repeat=2)
    }
    tried = list(zip(judgements, sides, strict=True))
    adds = [contributions(judgement.checks, side.policy) for judgement, side in tried]
    pulls = {name: adds[1][name] - adds[0][name] for name in adds[0]}
    found = [
        _difference(sample, pair, rows, judgements, pulls, turned)
        for pair, rows in cells.items()
        if pair[0] != pair[1] and rows.size
    ]
    counted = [
        sample.counted(judgement, side.policy, weeks=side.weeks) for judgement, side in tried
    ]
    return Comparison(
        first=counted[0],
        second=counted[1],
        agree=Rate(sum(cells[one, one].size for one in VERDICTS), sample.trials),
        confusion={pair: Rate(int(rows.size), sample.trials) for pair, rows in cells.items()},
        differences=tuple(sorted(found, key=lambda one: -one.rate.count)),
    )


def _turned(
    sample: TrialSample,
    first: Side,
    second: Side,
    judgements: tuple[Judgement, ...],
    progress: Progress | None,
) -> _Turned:
    """Return which parts decide in each trial that two policies judge differently."""
    found: dict[tuple[PolicySection, ...], NDArray[np.bool_]] = {}
    mine, theirs = (judgement.verdict for judgement in judgements)
    undecided = mine != theirs
    parts = first.differs_in(second)
    for size in range(1, len(parts) + 1):
        explained = np.zeros_like(undecided)
        for chosen in combinations(parts, size):
            if not undecided.any():
                return found
            mixed = first.given(chosen, second)
            verdict = sample.judge(mixed.policy, weeks=mixed.weeks).verdict
            found[chosen] = undecided & (verdict == theirs)
            explained |= found[chosen]
            if progress is not None:
                progress(len(found), 2 ** len(parts) - 1)
        # Whatever is decided by fewer parts is not asked about with more.
        undecided = undecided & ~explained
    return found


def _decisive(turned: _Turned, rows: NDArray[np.intp]) -> Iterator[Decisive]:
    """Yield what decides among some trials, (m,) intp indices, and how often."""
    left = {parts: there[rows] for parts, there in turned.items() if there[rows].any()}
    unnamed = np.ones(rows.size, np.bool_)
    while left:
        # Of several that add as much, the one that decides the most.
        parts = max(left, key=lambda one: ((left[one] & unnamed).sum(), left[one].sum()))
        there = left.pop(parts)
        adds = int((there & unnamed).sum())
        yield Decisive(parts, Rate(int(there.sum()), rows.size), Rate(adds, rows.size))
        unnamed &= ~there


def _difference(
    sample: TrialSample,
    pair: tuple[Verdict, Verdict],
    rows: NDArray[np.intp],
    judgements: tuple[Judgement, ...],
    pulls: Mapping[CheckName, Floats],
    turned: _Turned,
) -> Difference:
    behaviour, outcome = sample.drawn.behaviour[rows], sample.outcome[rows]
    labels = [one.label for one in sample.population.behaviours]
    frequent = Counter(behaviour.tolist()).most_common()
    typical = int(rows[behaviour == frequent[0][0]][0])
    # Where one of the two has no score at all there is nothing to compare.
    pulled = [(name, _mean(pull[rows]) or 0.0) for name, pull in pulls.items()]
    first_score, second_score = (_mean(judgement.score[rows]) for judgement in judgements)
    return Difference(
        first=pair[0],
        second=pair[1],
        rate=Rate(int(rows.size), sample.trials),
        behaviours=tuple((labels[index], Rate(n, rows.size)) for index, n in frequent),
        decisive=tuple(_decisive(turned, rows)),
        first_score=first_score,
        second_score=second_score,
        pulls=tuple(sorted(pulled, key=lambda one: -abs(one[1]))),
        dark=Rate(int((outcome == DARK).sum()), rows.size),
        lasted=Rate(int((outcome == LASTED).sum()), rows.size),
        example=_example(sample, typical, judgements),
    )


def _mean(scores: Floats) -> float | None:
    known = scores[~np.isnan(scores)]
    return float(known.mean()) if known.size else None


def _example(sample: TrialSample, row: int, judgements: tuple[Judgement, ...]) -> Example:
    facts = sample.drawn.facts.row(row)
    counts = facts.live.reshape(facts.weeks, -1).sum(axis=1)
    first, second = (_mean(judgement.score[row : row + 1]) for judgement in judgements)
    return Example(
        behaviour=sample.population.behaviours[int(sample.drawn.behaviour[row])].label,
        counts=tuple(int(count) for count in counts),
        reported=tuple(bool(known) for known in facts.reported[0]),
        first_score=first,
        second_score=second,
        dark=bool(sample.outcome[row] == DARK),
        lasted=bool(sample.outcome[row] == LASTED),
    )
