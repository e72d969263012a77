"""Populations for tests: the shipped one, and plain ones of which the answer is known."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trial.simulation.behaviours import (
    Behaviour,
    Days,
    Population,
    Season,
    Stopping,
    Traits,
    parse_population,
)
from trial.simulation.draws import Drawn, PopulationSampler, draw

SHIPPED_FILE = Path(__file__).parents[2] / "data" / "behaviours.toml"

PLAIN = Traits(
    rate=4.0,
    spread=0.0,
    dispersion=1000.0,
    slope=0.0,
    slope_spread=0.0,
    pause_starts=0.0,
    pause_weeks=1.0,
    drift=0.0,
    drift_spread=0.0,
    drift_tail=5.0,
    drift_up=1.0,
    stops=0.0,
    season=0.0,
    people=3,
    champion=0.5,
    leaves=0.0,
    taken_over=0.0,
    slots=4,
    ahead=1.0,
    on_time=1.0,
    first_pass=1.0,
    reports=1.0,
    questions=1.0,
    answered=1.0,
    gates=1.0,
    week_spread=0.0,
    autocorrelation=0.0,
)
"""A department to which nothing happens: nearly Poisson at four posts a week."""


@cache
def shipped() -> Population:
    return parse_population(SHIPPED_FILE.read_text(encoding="utf-8"), SHIPPED_FILE.name)


def plain(**traits: Any) -> Population:
    """Return a population of one behaviour, plain but for these traits."""
    return Population(
        name="Plain",
        version=1,
        behaviours=(
            Behaviour("plain", "Plain", "Nothing happens.", 1.0, replace(PLAIN, **traits)),
        ),
        days=Days(together=0.0, weekend=0.1),
        stopping=Stopping(0.02, 0.005, 0.001, 0.0005, returns=0.5, silence_weeks=7.0),
        seasons={"first_half": Season(first_week=1, last_week=26, factor=0.5)},
    )


def drawn(population: Population, size: int = 20_000, weeks: int = 13, seed: int = 5) -> Drawn:
    """Return trials in one batch."""
    sampler = PopulationSampler.of(population, seed)
    return draw(sampler, weeks=weeks, rng=np.random.default_rng(seed), size=size)


def weekly(trials: Drawn) -> NDArray[np.int64]:
    """Return the posts of each week of each trial, (n, W)."""
    facts = trials.facts
    counts: NDArray[np.int64] = facts.live.reshape(facts.trials, -1, 7).sum(axis=2, dtype=np.int64)
    return counts
