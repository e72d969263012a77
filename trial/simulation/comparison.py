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
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from trial.domain.policy import Policy
from trial.domain.results.comparison import Comparison, Decisive, Difference, Example, PolicySection
from trial.domain.results.experiments import Progress, Rate
from trial.domain.verdict import CheckName, Verdict
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
    judgements = tuple(sample.judge(side.policy, weeks=side.weeks) for side in (first, second))
    verdicts = tuple(judgement.verdict for judgement in judgements)
    same = verdicts[0] == verdicts[1]
    decided = _Decided(sample, first, second, verdicts, progress)
    cells = {
        (one, other): np.flatnonzero(
            (verdicts[0] == VERDICTS.index(one)) & (verdicts[1] == VERDICTS.index(other))
        )
        for one in VERDICTS
        for other in VERDICTS
    }
    experiments = (
        sample.counted(judgement, side.policy, weeks=side.weeks)
        for judgement, side in zip(judgements, (first, second), strict=True)
    )
    found = [
        _difference(sample, pair, rows, judgements, (first, second), decided)
        for pair, rows in cells.items()
        if pair[0] != pair[1] and rows.size
    ]
    one, other = experiments
    return Comparison(
        first=one,
        second=other,
        agree=Rate(int(same.sum()), sample.trials),
        confusion={pair: Rate(int(rows.size), sample.trials) for pair, rows in cells.items()},
        differences=tuple(sorted(found, key=lambda one: -one.rate.count)),
    )


class _Decided:
    """Which parts decide in each trial that two policies judge differently."""

    def __init__(
        self,
        sample: TrialSample,
        first: Side,
        second: Side,
        verdicts: tuple[NDArray[np.int8], ...],
        progress: Progress | None,
    ) -> None:
        self.turned: dict[tuple[PolicySection, ...], NDArray[np.bool_]] = {}
        undecided = verdicts[0] != verdicts[1]
        parts = first.differs_in(second)
        for size in range(1, len(parts) + 1):
            explained = np.zeros_like(undecided)
            for chosen in combinations(parts, size):
                if not undecided.any():
                    return
                mixed = first.given(chosen, second)
                verdict = sample.judge(mixed.policy, weeks=mixed.weeks).verdict
                turned = undecided & (verdict == verdicts[1])
                self.turned[chosen] = turned
                explained |= turned
                if progress is not None:
                    progress(len(self.turned), 2 ** len(parts) - 1)
            # Whatever is decided by fewer parts is not asked about with more.
            undecided = undecided & ~explained

    def among(self, rows: NDArray[np.intp]) -> Iterator[Decisive]:
        """Yield what decides among some trials, (m,) intp indices, and how often."""
        left = {parts: turned[rows] for parts, turned in self.turned.items() if turned[rows].any()}
        unnamed = np.ones(rows.size, np.bool_)
        while left:
            # Of several that add as much, the one that decides the most.
            parts = max(left, key=lambda one: ((left[one] & unnamed).sum(), left[one].sum()))
            turned = left.pop(parts)
            adds = int((turned & unnamed).sum())
            yield Decisive(parts, Rate(int(turned.sum()), rows.size), Rate(adds, rows.size))
            unnamed &= ~turned


def _difference(
    sample: TrialSample,
    pair: tuple[Verdict, Verdict],
    rows: NDArray[np.intp],
    judgements: tuple[Judgement, ...],
    sides: tuple[Side, Side],
    decided: _Decided,
) -> Difference:
    behaviour, outcome = sample.drawn.behaviour[rows], sample.outcome[rows]
    labels = [one.label for one in sample.population.behaviours]
    frequent = Counter(behaviour.tolist()).most_common()
    typical = int(rows[behaviour == frequent[0][0]][0])
    first_score, second_score = (_mean(judgement.score[rows]) for judgement in judgements)
    return Difference(
        first=pair[0],
        second=pair[1],
        rate=Rate(int(rows.size), sample.trials),
        behaviours=tuple((labels[index], Rate(n, rows.size)) for index, n in frequent),
        decisive=tuple(decided.among(rows)),
        first_score=first_score,
        second_score=second_score,
        pulls=_pulls(judgements, sides, rows),
        dark=Rate(int((outcome == DARK).sum()), rows.size),
        lasted=Rate(int((outcome == LASTED).sum()), rows.size),
        example=_example(sample, typical, judgements),
    )


def _mean(scores: NDArray[np.float64]) -> float | None:
    known = scores[~np.isnan(scores)]
    return float(known.mean()) if known.size else None


def _pulls(
    judgements: tuple[Judgement, ...], sides: tuple[Side, Side], rows: NDArray[np.intp]
) -> tuple[tuple[CheckName, float], ...]:
    first, second = (
        contributions(judgement.checks, side.policy)
        for judgement, side in zip(judgements, sides, strict=True)
    )
    # Where one of the two has no score at all there is nothing to compare.
    pulled = {name: _mean(second[name][rows] - first[name][rows]) or 0.0 for name in first}
    return tuple(sorted(pulled.items(), key=lambda one: -abs(one[1])))


def _example(sample: TrialSample, row: int, judgements: tuple[Judgement, ...]) -> Example:
    facts = sample.drawn.facts.row(row)
    counts = facts.live.reshape(facts.weeks, -1).sum(axis=1)
    scores = [float(judgement.score[row]) for judgement in judgements]
    first, second = (None if np.isnan(score) else score for score in scores)
    return Example(
        behaviour=sample.population.behaviours[int(sample.drawn.behaviour[row])].label,
        counts=tuple(int(count) for count in counts),
        reported=tuple(bool(known) for known in facts.reported[0]),
        first_score=first,
        second_score=second,
        dark=bool(sample.outcome[row] == DARK),
        lasted=bool(sample.outcome[row] == LASTED),
    )
