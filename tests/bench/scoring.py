"""Scoring ten thousand trials against summing their days into weeks."""

from __future__ import annotations

import time

import numpy as np

from tests.bench.rerun import side_by_side
from tests.unit.policies import standard
from trial.scoring.facts import Facts
from trial.scoring.verdict import judge

TRIALS, WEEKS, CONTRIBUTORS = 10_000, 13, 4


def facts() -> Facts:
    """Return ten thousand trials of 13 weeks with every kind of fact."""
    rng = np.random.default_rng(13)
    n, days = TRIALS, WEEKS * 7
    slots = rng.integers(30, 60, n).astype(np.int32)
    needing = rng.integers(0, 60, n).astype(np.int32)
    return Facts(
        live=rng.poisson(0.5, (n, days)).astype(np.int16),
        elapsed=np.full(n, days, np.int16),
        excused=rng.random((n, WEEKS)) < 0.03,
        reported=rng.random((n, WEEKS)) < 0.9,
        slots_due=slots,
        on_schedule=(slots * rng.random(n)).astype(np.int32),
        slots_ahead=np.zeros((n, WEEKS), np.int16),
        filled_ahead=rng.integers(0, 6, (n, WEEKS)).astype(np.int16),
        planning_known=np.ones(n, np.bool_),
        reviewed=np.full(n, 40, np.int32),
        first_pass=rng.integers(0, 41, n).astype(np.int32),
        needing=needing,
        answered=(needing * rng.random(n)).astype(np.int32),
        by_contributor=rng.poisson(0.8, (n, CONTRIBUTORS, WEEKS)).astype(np.int16),
        gates=np.ones((n, 5), np.int8),
    )


def measure(rounds: int) -> tuple[float, float]:
    """Return the median milliseconds of summing days into weeks, and of scoring."""
    batch, policy = facts(), standard()

    def summing() -> float:
        begin = time.perf_counter()
        batch.live.reshape(TRIALS, WEEKS, 7).sum(axis=2)
        return (time.perf_counter() - begin) * 1e3

    def scoring() -> float:
        begin = time.perf_counter()
        judge(batch, policy)
        return (time.perf_counter() - begin) * 1e3

    taken = side_by_side(rounds, summing=summing, scoring=scoring)
    return taken["summing"], taken["scoring"]
