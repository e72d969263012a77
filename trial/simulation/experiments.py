"""What a verdict is worth: a policy tried on made-up trials whose futures are known.

The trials are judged by the code that judges real ones. What is counted is how often each verdict
falls, and how often the year after proves it wrong: *false ready* went dark within the year, *false
feed* would have lasted. Every rate carries its Monte-Carlo error, which says how far the number
would move with another seed. It says nothing of whether departments behave as the population does.
"""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from trial.domain.calendar import trial_window, week_start_on_or_before
from trial.domain.errors import NotPossible
from trial.domain.policy import Policy
from trial.domain.results.experiments import Characteristics, Experiment, Progress, Rate
from trial.domain.verdict import Verdict
from trial.scoring.gates import gates_pass
from trial.scoring.verdict import VERDICTS, judge
from trial.simulation.behaviours import Population
from trial.simulation.draws import BLOCK, PopulationSampler, YearAfter, blocks, refuse_impossible

READY, FEED = VERDICTS.index(Verdict.READY), VERDICTS.index(Verdict.KEEP_FEEDING)


def weeks_of_policy(policy: Policy) -> int:
    """Return the weeks of a trial under `policy`, counted from the first week of 2026."""
    start = week_start_on_or_before(date(2026, 1, 7), policy.week_starts_on)
    window = trial_window(start, months=policy.months, week_starts_on=policy.week_starts_on)
    return window.weeks


def operating_characteristics(
    population: Population,
    policy: Policy,
    *,
    weeks: int,
    trials: int,
    seed: int,
    progress: Progress | None = None,
) -> Experiment:
    """Try a policy on made-up trials.

    Parameters
    ----------
    population : Population
    policy : Policy
    weeks : int
        Length of a trial, 4 to 53 weeks.
    trials : int
        Trials in all, from 1. Memory does not grow with them.
    seed : int
        From 0.
    progress : callable, optional
        See `Progress`.

    Raises
    ------
    InvalidInput
        When a number lies outside its range.
    """
    kinds = len(population.behaviours)
    counted = np.zeros((kinds, len(VERDICTS), OUTCOMES), np.int64)
    done = 0
    for drawn in blocks(population, weeks=weeks, trials=trials, seed=seed):
        verdict = judge(drawn.facts, policy).verdict
        counted += tally(verdict, drawn.behaviour, outcomes_after(drawn.after), kinds)
        done += drawn.facts.trials
        if progress is not None:
            progress(done, trials)
    return experiment_of(policy, population, counted, weeks=weeks, seed=seed)


OUTCOMES = 3
"""What may have become of a department a year later, see :func:`outcomes_after`."""

THINNED, DARK, LASTED = range(OUTCOMES)


def outcomes_after(after: YearAfter) -> NDArray[np.int64]:
    """Return 1 where an account was dark within the year, 2 where it lasted, (n,) int64."""
    return np.where(after.dark, DARK, np.where(after.lasted, LASTED, THINNED))


def tally(
    verdict: NDArray[np.int8],
    behaviour: NDArray[np.int64],
    outcome: NDArray[np.int64],
    behaviours: int,
) -> NDArray[np.int64]:
    """Return how many trials are of each behaviour, verdict and fate.

    Parameters
    ----------
    verdict : (n,) int8
        Index into `VERDICTS`.
    behaviour : (n,) int64
        Index from 0 to `behaviours` - 1.
    outcome : (n,) int64
        See :func:`outcomes_after`.

    Returns
    -------
    (behaviours, 4, 3) int64
    """
    shape = (behaviours, len(VERDICTS), OUTCOMES)
    cell = (behaviour * len(VERDICTS) + verdict) * OUTCOMES + outcome
    return np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape)


def experiment_of(
    policy: Policy, population: Population, counted: NDArray[np.int64], *, weeks: int, seed: int
) -> Experiment:
    """Return the operating characteristics that a tally, (B, 4, 3) int64, amounts to."""
    return Experiment(
        policy=policy,
        population=population.name,
        population_version=population.version,
        weeks=weeks,
        trials=int(counted.sum()),
        seed=seed,
        behaviours=tuple(
            _characteristics(one.key, one.label, cells)
            for one, cells in zip(population.behaviours, counted, strict=True)
        ),
        overall=_characteristics("population", population.name, counted.sum(axis=0)),
    )


def refuse_impassable(population: Population, policy: Policy, *, weeks: int, seed: int) -> None:
    """Refuse a policy under which not one trial of a whole block is ready.

    Raises
    ------
    NotPossible
        Says how near the best came.
    InvalidInput
        When `weeks` or `seed` lies outside its range.
    """
    refuse_impossible(weeks=weeks, trials=BLOCK, seed=seed)
    facts = PopulationSampler.of(population, seed).block(0, weeks=weeks, seed=seed).facts
    judgement = judge(facts, policy)
    if (judgement.verdict == READY).any():
        return
    scored = judgement.score[~np.isnan(judgement.score)]
    best = f"{100 * scored.max():.0f}" if scored.size else "none"
    passing = 100 * gates_pass(judgement.gates, hold_unknown=True).mean()
    raise NotPossible(
        f"Nothing passes the policy {policy.name}, version {policy.version}: of {BLOCK} made-up "
        f"trials none was ready. The best score was {best} of 100, ready begins at "
        f"{100 * policy.ready_from:g}; {passing:.0f} % of the trials passed every gate."
    )


def _characteristics(key: str, label: str, cells: NDArray[np.int64]) -> Characteristics:
    """Return what a tally of verdicts and fates, (4, 3), amounts to."""
    trials = int(cells.sum())
    by_verdict, by_fate = cells.sum(axis=1), cells.sum(axis=0)
    lasted = int(by_fate[LASTED])
    return Characteristics(
        key=key,
        label=label,
        verdicts={
            verdict: Rate(int(by_verdict[code]), trials) for code, verdict in enumerate(VERDICTS)
        },
        false_ready=Rate(int(cells[READY, DARK]), int(by_verdict[READY])),
        false_feed=Rate(int(cells[FEED, LASTED]), int(by_verdict[FEED])),
        missed=Rate(lasted - int(cells[READY, LASTED]), lasted),
        dark=Rate(int(by_fate[DARK]), trials),
        lasted=Rate(lasted, trials),
    )
