"""A policy on trial: what ``python -m trial simulate`` answers, without a database."""

from __future__ import annotations

from functools import lru_cache

from trial.domain.errors import InvalidInput
from trial.domain.policy import Policy
from trial.domain.results.comparison import Comparison
from trial.domain.results.experiments import Experiment, Progress
from trial.services.backend import Backend
from trial.simulation.behaviours import Population, parse_population
from trial.simulation.comparison import Side, compare
from trial.simulation.experiments import (
    operating_characteristics,
    refuse_impassable,
    weeks_of_policy,
)
from trial.simulation.trial_sample import TrialSample

DEFAULT_TRIALS = 20_000
"""Trials at which an error of a share is at most .7 points."""

MAX_SIDE_BY_SIDE = 200_000
"""Trials of a comparison, which keeps them and what was measured: under half a gigabyte."""

POPULATION_FILE = "behaviours.toml"


@lru_cache(maxsize=4)
def population_of(text: str, source: str) -> Population:
    """Return the population in a text, parsed once a process; `source` names it in refusals.

    Raises
    ------
    PolicyError
        When the file cannot be used; names file, key and value.
    """
    return parse_population(text, source)


def shipped_population(backend: Backend) -> Population:
    """Return the population that the data folder's behaviours file holds at this moment.

    Raises
    ------
    PolicyError
        When the file cannot be used; names file, key and value.
    """
    path = backend.data_folder / POPULATION_FILE
    return population_of(path.read_bytes().decode("utf-8", "replace"), POPULATION_FILE)


def simulate(
    policy: Policy,
    population: Population,
    *,
    behaviour: str | None = None,
    weeks: int | None = None,
    trials: int = DEFAULT_TRIALS,
    seed: int = 1,
    progress: Progress | None = None,
) -> Experiment:
    """Return the operating characteristics of a policy.

    Parameters
    ----------
    policy : Policy
    population : Population
    behaviour : str, optional
        Key of the only behaviour to draw; the whole population by default.
    weeks : int, optional
        Length of a trial, 4 to 53 weeks; as the policy has it by default.
    trials : int
        From 1.
    seed : int
        From 0; the same seed gives the same answer.
    progress : callable, optional
        Called with the trials done and the trials in all.

    Raises
    ------
    InvalidInput
        When there is no such behaviour, or a number lies outside its range.
    NotPossible
        When nothing in the whole population passes the policy.
    """
    chosen = population if behaviour is None else population.only(behaviour)
    length = weeks_of_policy(policy) if weeks is None else weeks
    refuse_impassable(population, policy, weeks=length, seed=seed)
    return operating_characteristics(
        chosen, policy, weeks=length, trials=trials, seed=seed, progress=progress
    )


def side_by_side(
    first: Policy,
    second: Policy,
    population: Population,
    *,
    behaviour: str | None = None,
    weeks: int | None = None,
    trials: int = DEFAULT_TRIALS,
    seed: int = 1,
    progress: Progress | None = None,
) -> Comparison:
    """Return two policies on the same trials, and what explains where they part.

    The trials are as long as the longer policy has them; the other sees their first weeks.

    Parameters
    ----------
    first, second : Policy
    population : Population
    behaviour : str, optional
        Key of the only behaviour to draw; the whole population by default.
    weeks : int, optional
        Length of a trial for both, 4 to 53 weeks; as each policy has it by default.
    trials : int
        From 1 to 200,000; all of them are kept in memory.
    seed : int
        From 0; the same seed gives the same answer.
    progress : callable, optional
        Called with what is done and all there is to do: to draw the trials is one half of it, to
        find what explains the differences the other.

    Raises
    ------
    InvalidInput
        When there is no such behaviour, or a number lies outside its range.
    NotPossible
        When nothing in the whole population passes one of the policies.
    """
    chosen = population if behaviour is None else population.only(behaviour)
    if trials > MAX_SIDE_BY_SIDE:
        accepted = f"at most {MAX_SIDE_BY_SIDE} where two policies are compared"
        raise InvalidInput("Trials", trials, accepted)
    sides = [
        Side(policy, weeks_of_policy(policy) if weeks is None else weeks)
        for policy in (first, second)
    ]
    for side in sides:
        refuse_impassable(population, side.policy, weeks=side.weeks, seed=seed)
    length = max(side.weeks for side in sides)
    drawing, explaining = _halves(progress, trials)
    bench = TrialSample.draw(chosen, weeks=length, trials=trials, seed=seed, progress=drawing)
    return compare(bench, sides[0], sides[1], progress=explaining)


def _halves(progress: Progress | None, half: int) -> tuple[Progress | None, Progress | None]:
    """Return whom to tell of either half of a work of twice `half`."""
    if progress is None:
        return None, None
    return (
        lambda done, of: progress(half * done // of, 2 * half),
        lambda done, of: progress(half + half * done // of, 2 * half),
    )
