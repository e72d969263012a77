"""Two independent simulations of the same departments: all at once, and event by event.

They share the parameters and nothing else, so an error of one shows as a difference.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tests.bench import event_model
from tests.simulation.populations import drawn, shipped, weekly
from trial.simulation.draws import YearAfter

TRIALS = 1_200


@cache
def events() -> dict[str, float]:
    records = event_model.simulate(shipped(), weeks=13, trials=TRIALS, seed=4)
    counts = np.array([[one.counts[week] for week in range(13)] for one in records])
    half, full = (
        np.array([[one.counts[week] for week in weeks] for one in records], np.int16)
        for weeks in (range(26, 39), range(52, 65))
    )
    stopped = np.array([one.stopped for one in records])
    return described(
        counts,
        YearAfter(half, full, stopped),
        first_pass=sum(one.first_pass for one in records),
        on_schedule=sum(one.on_schedule for one in records),
        answered=sum(one.answered for one in records) / sum(one.needing for one in records),
        busiest=np.array([np.sum(one.made, axis=1) for one in records])[:, 0].sum(),
        filled=float(np.mean([one.filled for one in records])),
        reported=float(np.mean([one.reported for one in records])),
        active_days=float(np.mean([np.count_nonzero(one.live) for one in records])),
    )


@cache
def at_once() -> dict[str, float]:
    trials = drawn(shipped(), size=40_000)
    facts = trials.facts
    return described(
        weekly(trials),
        trials.after,
        first_pass=int(facts.first_pass.sum()),
        on_schedule=int(facts.on_schedule.sum()),
        answered=float(facts.answered.sum() / facts.needing.sum()),
        busiest=int(facts.by_contributor[:, 0].sum()),
        filled=float(facts.filled_ahead.mean()),
        reported=float(facts.reported.mean()),
        active_days=float((facts.live > 0).sum(axis=1).mean()),
    )


def described(
    counts: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    after: YearAfter,
    *,
    first_pass: int,
    on_schedule: int,
    busiest: int,
    **others: float,
) -> dict[str, float]:
    posts = int(counts.sum())
    return {
        "log of posts a week": float(np.log(counts.mean(axis=1) + 0.5).mean()),
        "last weeks against first": float(counts[:, -4:].sum() / counts[:, :4].sum()),
        "empty weeks": float((counts == 0).mean()),
        "spread of weekly posts": float(np.log1p(counts).std()),
        "active weeks half a year later": float((after.half > 0).mean()),
        "active weeks a year later": float((after.full > 0).mean()),
        "stopped": float(after.stopped.mean()),
        "dark": float(after.dark.mean()),
        "lasted": float(after.lasted.mean()),
        "first pass": first_pass / posts,
        "on schedule": on_schedule / posts,
        "by the busiest": busiest / posts,
        **others,
    }


@pytest.mark.parametrize(
    ("what", "within"),
    [
        ("log of posts a week", 0.09),
        ("last weeks against first", 0.06),
        ("empty weeks", 0.025),
        ("spread of weekly posts", 0.05),
        ("active weeks half a year later", 0.04),
        ("active weeks a year later", 0.04),
        ("stopped", 0.025),
        ("dark", 0.035),
        ("lasted", 0.05),
        ("first pass", 0.015),
        ("on schedule", 0.03),
        ("by the busiest", 0.03),
        ("answered", 0.015),
        ("filled", 0.08),
        ("reported", 0.02),
        ("active_days", 1.5),
    ],
)
def test_both_simulations_tell_the_same_story(what: str, within: float) -> None:
    assert events()[what] == pytest.approx(at_once()[what], abs=within)
