"""Made-up trials kept at hand, so that another policy is tried on the very same ones at once.

Drawing trials and measuring checks is what an experiment spends its time on, and most of it does
not change when a policy does: weights, thresholds and gates only weigh anew what was measured. A
bench draws once, measures each check once for each set of values that the check rests on, and
judges by the code that judges real trials. What it answers for trials of its own length is what
:func:`trial.simulation.experiments.operating_characteristics` answers, to the last count.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from trial.domain.cadence import Band
from trial.domain.calendar import DAYS_IN_WEEK
from trial.domain.errors import InvalidInput
from trial.domain.policy import Policy
from trial.domain.results.experiments import Experiment, Progress
from trial.scoring.batches import concat
from trial.scoring.checks import REGISTRY, Check
from trial.scoring.facts import Facts, Totals
from trial.scoring.measured import Measured
from trial.scoring.verdict import Judgement, weigh
from trial.scoring.weeks import Weeks, weeks_of
from trial.simulation.behaviours import Population
from trial.simulation.draws import BLOCK, MIN_WEEKS, Drawn, blocks
from trial.simulation.experiments import experiment_of, outcomes_after, tally

_Made = TypeVar("_Made")
_Numbers = NDArray[np.integer[Any]]

_MAX_KEPT = 60
"""Measurements a bench keeps, at 25 bytes a trial or less each."""


class TrialSample:
    """One set of made-up trials, and what has been measured in them.

    Several threads may use one bench.

    Parameters
    ----------
    population : Population
        What the trials were drawn from.
    weeks, seed : int
        Length of a trial, and what makes the draw repeatable.
    drawn : Drawn
        All trials in one batch.
    """

    def __init__(self, population: Population, *, weeks: int, seed: int, drawn: Drawn) -> None:
        self.population = population
        self.weeks = weeks
        self.seed = seed
        self.drawn = drawn
        self.outcome: NDArray[np.int64] = outcomes_after(drawn.after)
        """What became of each department, as from `outcomes_after`."""
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    @classmethod
    def draw(
        cls,
        population: Population,
        *,
        weeks: int,
        trials: int,
        seed: int,
        progress: Progress | None = None,
    ) -> TrialSample:
        """Draw the trials of a bench.

        Parameters
        ----------
        population : Population
        weeks : int
            Length of a trial, 4 to 53 weeks.
        trials : int
            From 1. All of them are kept in memory, at about 500 bytes each.
        seed : int
            From 0.
        progress : callable, optional
            Called after each block with the trials drawn and the trials in all.

        Raises
        ------
        InvalidInput
            When a number lies outside its range.
        """
        parts: list[Drawn] = []
        for part in blocks(population, weeks=weeks, trials=trials, seed=seed):
            parts.append(part)
            if progress is not None:
                progress(min(len(parts) * BLOCK, trials), trials)
        return cls(population, weeks=weeks, seed=seed, drawn=concat(parts))

    @property
    def trials(self) -> int:
        """Number of trials, ``n``."""
        return self.drawn.facts.trials

    def facts(self, weeks: int) -> Facts:
        """Return the facts as they stood after the first `weeks` weeks of each trial."""
        if not MIN_WEEKS <= weeks <= self.weeks:
            raise InvalidInput("Weeks", weeks, f"{MIN_WEEKS} to {self.weeks}, as was drawn")
        if weeks == self.weeks:
            return self.drawn.facts
        stream = np.random.SeedSequence(self.seed, spawn_key=(1, weeks))
        return self._once(
            ("facts", weeks),
            lambda: first_weeks(self.drawn.facts, weeks, np.random.default_rng(stream)),
        )

    def weeks_seen(self, band: Band, weeks: int) -> Weeks:
        """Return the first `weeks` weeks of each trial, seen against `band`."""
        return self._once(("weeks", weeks, band.low), lambda: weeks_of(self.facts(weeks), band))

    def judge(self, policy: Policy, *, weeks: int | None = None) -> Judgement:
        """Judge every trial by a policy.

        Parameters
        ----------
        policy : Policy
        weeks : int, optional
            Judge on the first so many weeks only; on the whole trial by default.
        """
        length = self.weeks if weeks is None else weeks
        facts, seen = self.facts(length), self.weeks_seen(policy.band, length)
        values = policy.values
        checks = {
            check.name: self._once(
                (check.name, length, *(values[key] for key in check.rests_on)),
                partial(_measured, check, facts, seen, policy),
            )
            for check in REGISTRY
        }
        return weigh(facts, seen, checks, policy)

    def experiment(self, policy: Policy, *, weeks: int | None = None) -> Experiment:
        """Return the operating characteristics of a policy on these trials.

        Parameters
        ----------
        policy : Policy
        weeks : int, optional
            See :meth:`judge`. The year after is counted from the end of the whole trial.
        """
        return self.counted(self.judge(policy, weeks=weeks), policy, weeks=weeks)

    def counted(
        self, judgement: Judgement, policy: Policy, *, weeks: int | None = None
    ) -> Experiment:
        """Return the operating characteristics that a judgement of these trials amounts to."""
        kinds = len(self.population.behaviours)
        counts = tally(judgement.verdict, self.drawn.behaviour, self.outcome, kinds)
        length = self.weeks if weeks is None else weeks
        return experiment_of(policy, self.population, counts, weeks=length, seed=self.seed)

    def _once(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """Return what was made for `key`, made now if it is not kept; the oldest makes room."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                kept: _Made = self._kept[key]
                return kept
        # Made outside the lock: making asks for other things that are kept, and two who make the
        # same make the same.
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > _MAX_KEPT:
                self._kept.popitem(last=False)
        return made


def first_weeks(facts: Facts, weeks: int, rng: np.random.Generator) -> Facts:
    """Return made-up trials as they stood after their first weeks.

    What is counted a day or a week is cut. What is known as a total of the whole trial is shared
    out at random as it would have fallen: each post of a slot was as likely on time early as late,
    and so on.

    Parameters
    ----------
    facts : Facts
        Of finished made-up trials: no week excused, every post reviewed, as many slots each week.
    weeks : int
        At most as many as the trials have.
    rng : numpy.random.Generator
    """
    whole = facts.weeks
    by_week = facts.live.reshape(facts.trials, whole, DAYS_IN_WEEK).sum(axis=2, dtype=np.int32)
    slots = facts.slots_due // whole
    in_slots = np.minimum(by_week, slots[:, None])
    posts = by_week[:, :weeks].sum(axis=1)
    needing = rng.binomial(facts.needing, weeks / whole).astype(np.int32)
    return replace(
        facts,
        live=np.ascontiguousarray(facts.live[:, : weeks * DAYS_IN_WEEK]),
        elapsed=np.minimum(facts.elapsed, np.int16(weeks * DAYS_IN_WEEK)),
        excused=facts.excused[:, :weeks],
        reported=facts.reported[:, :weeks],
        slots_due=slots * np.int32(weeks),
        on_schedule=_part(
            facts.on_schedule, in_slots.sum(axis=1), in_slots[:, :weeks].sum(axis=1), rng
        ),
        filled_ahead=facts.filled_ahead[:, :weeks],
        reviewed=posts.astype(np.int32),
        first_pass=_part(facts.first_pass, facts.reviewed, posts, rng),
        needing=needing,
        answered=_part(facts.answered, facts.needing, needing, rng),
        by_contributor=np.ascontiguousarray(facts.by_contributor[:, :, :weeks]),
    )


def _part(so: _Numbers, of: _Numbers, drawn: _Numbers, rng: np.random.Generator) -> Totals:
    """Return how many of `drawn` things are so, where `so` of all `of` are, (n,)."""
    return rng.hypergeometric(so, of - so, drawn).astype(np.int32)


def _measured(check: Check, facts: Facts, weeks: Weeks, policy: Policy) -> Measured:
    measured = check.measure(facts, weeks, policy)
    # Most checks apply everywhere; one shared True a check costs nothing to keep.
    if measured.applies.all():
        return replace(measured, applies=np.broadcast_to(np.True_, measured.applies.shape))
    return measured
