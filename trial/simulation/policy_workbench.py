"""Made-up trials on which policies are tried, answered while a slider is dragged.

The trials are drawn once for each length of a trial and kept; another policy only weighs them
anew. They are the trials that ``python -m trial simulate`` draws.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from trial.domain.cadence import Band
from trial.domain.policy import Policy
from trial.domain.results.comparison import Comparison
from trial.domain.results.experiments import Experiment
from trial.domain.results.policy_worth import (
    Frontier,
    KnownPolicy,
    OutOfHundred,
    Sensitivity,
    Worth,
)
from trial.domain.results.thresholds import Costs, OptimalThresholds
from trial.scoring.verdict import Judgement, decide
from trial.simulation.behaviours import Population
from trial.simulation.comparison import Side, compare
from trial.simulation.experiments import (
    DARK,
    LASTED,
    OUTCOMES,
    READY,
    THINNED,
    weeks_of_policy,
)
from trial.simulation.policy_rules import sensitivity
from trial.simulation.thresholds import ThresholdCurve
from trial.simulation.trial_sample import TrialSample

SEED = 1
"""The seed of the made-up trials, the one that the command line takes by default."""


TRIALS = 8_192
"""So many that a share of all of them is known to about a point, and so few that a slider is
answered at once. They are the first of those the command line draws by default."""


_LENGTHS = 4
"""Lengths of a trial kept at hand, at up to 15 megabytes each; another is drawn in a moment."""


_SETTINGS = 8
"""Settings whose judgement is kept: several people may move sliders at once."""


_MEASURED_LOW = range(1, 8)


class Trials:
    """The made-up trials of one population, and what has been found out on them."""

    def __init__(self, population: Population) -> None:
        self.population = population
        self.bench = lru_cache(maxsize=_LENGTHS)(self._bench)
        self.tried = lru_cache(maxsize=32)(self._tried)
        self.compared = lru_cache(maxsize=16)(self._compared)
        self.sensitivity = lru_cache(maxsize=32)(self._sensitivity)
        self._lines = lru_cache(maxsize=_SETTINGS)(self._lines_of)
        self._judged = lru_cache(maxsize=_SETTINGS)(self._judged_anew)
        self._varied = lru_cache(maxsize=_SETTINGS)(_nothing_judged)
        self.are_measured = False

    def of(self, policy: Policy) -> TrialSample:
        """Return trials of the length that a policy asks for."""
        return self.bench(weeks_of_policy(policy))

    def measure(self, policy: Policy) -> None:
        """Measure the trials of a policy by every low end of a band near its own."""
        bench = self.of(policy)
        for low in _MEASURED_LOW:
            bench.judge(replace(policy, band=Band(low, max(low, policy.band.high))))
        self.are_measured = True

    def judged(self, policy: Policy) -> Judgement:
        """Return every trial judged by a policy.

        Where nothing but the lines between verdicts has moved of late, only they are drawn anew:
        a slider moves one thing after the other.
        """
        return decide(self._judged(_without_lines(policy)), policy)

    def lines(self, policy: Policy) -> ThresholdCurve:
        """Return all thresholds of a policy; they are the same wherever its own are moved to."""
        return self._lines(replace(_without_lines(policy), evidence_floor=policy.evidence_floor))

    def _judged_anew(self, policy: Policy) -> Judgement:
        return self.of(policy).judge(policy)

    def _lines_of(self, policy: Policy) -> ThresholdCurve:
        return ThresholdCurve(self.judged(policy), self.of(policy).outcome)

    def _bench(self, weeks: int) -> TrialSample:
        return TrialSample.draw(self.population, weeks=weeks, trials=TRIALS, seed=SEED)

    def _tried(self, policy: Policy) -> Experiment:
        return self.of(policy).experiment(policy)

    def _sensitivity(self, policy: Policy) -> Sensitivity:
        sample, judged = self.of(policy), self._varied(_without_lines(policy))
        outcome = sample.outcome

        def hundred(other: Policy) -> OutOfHundred:
            moved = other.band, other.band_weeks
            if moved not in judged:
                judged[moved] = sample.judge(_without_lines(other))
            granted = decide(judged[moved], other).verdict == READY
            ready, everybody = (
                np.bincount(one, minlength=OUTCOMES)[[LASTED, THINNED, DARK]].tolist()
                for one in (outcome[granted], outcome)
            )
            return OutOfHundred.counted(ready, everybody)

        return sensitivity(policy, hundred)

    def _compared(self, first: Policy, second: Policy) -> Comparison:
        sides = [Side(policy, weeks_of_policy(policy)) for policy in (first, second)]
        return compare(self.bench(max(side.weeks for side in sides)), *sides)


def _without_lines(policy: Policy) -> Policy:
    """Return a policy as it is wherever its lines between verdicts lie."""
    return replace(policy, ready_from=1.0, feed_below=0.0, middle_open=True, evidence_floor=0.0)


def _nothing_judged(_: Policy) -> dict[tuple[Band, int], Judgement]:
    """Return where judgements go by the target and the weeks asked for, all else as a policy."""
    return {}


@dataclass(frozen=True, slots=True)
class PolicyWorkbench:
    """Made-up trials and policies, for somebody who may try one on the other; see :func:`opened`.

    Parameters
    ----------
    known : tuple of KnownPolicy
        The standard policy first, then those of running trials that are no file any more, the
        packs last.
    trials : Trials
    """

    known: tuple[KnownPolicy, ...]
    trials: Trials

    @property
    def population(self) -> Population:
        """What the trials were drawn from."""
        return self.trials.population

    @property
    def is_ready(self) -> bool:
        """Whether the usual trials are at hand; drawing and measuring them takes a moment."""
        return self.trials.are_measured

    def make_ready(self) -> None:
        """Draw and measure the usual trials."""
        self.trials.measure(self.known[0].policy)

    def policy(self, key: str) -> KnownPolicy:
        """Return the policy with a key, the standard one where there is none with it."""
        return next((one for one in self.known if one.key == key), self.known[0])

    def worth(self, base: Policy, policy: Policy) -> Worth:
        """Return what the verdicts of a policy are worth, beside the one it was made from."""
        judgement = self.trials.judged(policy)
        scored = judgement.score[judgement.verdict > 0]
        return Worth(
            base=self.trials.tried(base),
            found=self.trials.of(policy).counted(judgement, policy),
            best_score=float(scored.max()) if scored.size else None,
        )

    def frontier(self, base: KnownPolicy, policy: Policy) -> Frontier:
        """Return all thresholds of a policy, and where it and the packs stand as they are."""
        lines = self.trials.lines(policy)
        packs = (one for one in self.known if one.is_pack and one.key != base.key)
        return Frontier(
            curve=lines.curve,
            at=lines.at(policy.ready_from),
            others=tuple(
                (one.policy.name, self.trials.tried(one.policy)) for one in (base, *packs)
            ),
        )

    def cheapest(self, policy: Policy, costs: Costs) -> OptimalThresholds:
        """Return the thresholds with the lowest expected cost, all else as the policy has it."""
        return self.trials.lines(policy).cheapest(costs, policy)

    def sensitivity(self, policy: Policy) -> Sensitivity:
        """Return what each rule of a policy does, on the same trials."""
        return self.trials.sensitivity(policy)

    def compared(self, first: Policy, second: Policy) -> Comparison:
        """Return two policies on the same trials.

        They are as long as the longer policy has them; the other sees their first weeks, and for
        both the year after begins when they end.
        """
        return self.trials.compared(first, second)
