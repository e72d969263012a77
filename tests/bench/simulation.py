"""Simulating and scoring whole trials, against the bare draws and against an event model."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from tests.bench import event_model
from tests.bench.rerun import side_by_side
from tests.simulation.populations import shipped
from tests.unit.policies import standard
from trial.scoring.verdict import judge
from trial.simulation.draws import BLOCK, PopulationSampler

TRIALS, WEEKS = BLOCK, 13
EVENT_TRIALS = 20
"""Trials of the event model a round; its time is scaled up to `TRIALS`."""


def measure(rounds: int) -> tuple[float, float, float]:
    """Return the median milliseconds for `TRIALS` trials.

    Returns
    -------
    bare : float
        Drawing 13 negative-binomial values a trial with numpy.
    simulated : float
        Drawing whole trials with the year after, and scoring them.
    events : float
        The same departments in SimPy, without scoring.
    """
    population, policy = shipped(), standard()
    sampler = PopulationSampler.of(population, 1)
    rng = np.random.default_rng(1)

    def bare() -> None:
        rng.negative_binomial(4.4, 4.4 / 8.4, (TRIALS, WEEKS))

    def simulated() -> None:
        judge(sampler.block(0, weeks=WEEKS, seed=1).facts, policy)

    def events() -> None:
        event_model.simulate(population, weeks=WEEKS, trials=EVENT_TRIALS, seed=1)

    taken = side_by_side(
        rounds, bare=_timed(bare), simulated=_timed(simulated), events=_timed(events)
    )
    return taken["bare"], taken["simulated"], taken["events"] * TRIALS / EVENT_TRIALS


def _timed(action: Callable[[], None]) -> Callable[[], float]:
    def timed() -> float:
        begin = time.perf_counter()
        action()
        return (time.perf_counter() - begin) * 1e3

    return timed
