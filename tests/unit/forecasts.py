"""A forecast for tests of what shows it; each says what differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.simulation.priors import shipped
from trial.domain.verdict import GateName, Verdict
from trial.services.forecasts import ForecastView, PastScore, RequiredPostsView, ScoreRange


def week_end(week: int) -> date:
    return date(2026, 1, 11) + timedelta(days=7 * week)


COMING = ForecastView(
    trial_id=7,
    revision=1,
    chance=0.708,
    verdicts={
        Verdict.NOT_ENOUGH_EVIDENCE: 0.0,
        Verdict.KEEP_FEEDING: 0.1,
        Verdict.EXTEND: 0.192,
        Verdict.READY: 0.708,
    },
    needed=RequiredPostsView(10, date(2026, 4, 4)),
    out_of_reach_since=None,
    past=(PastScore(0, week_end(0), 0.95), PastScore(1, week_end(1), 0.8)),
    fan=tuple(
        ScoreRange(week, week_end(week), (0.5, 0.62, 0.7499, 0.8, 0.9), 0.0084)
        for week in range(2, 13)
    ),
    open_gates=(GateName.TRAINING, GateName.AGREEMENT),
    own_weeks=2,
    unreported=(),
    weeks=13,
    weeks_left=11,
    ready_from=0.75,
    prior=shipped(),
    today=date(2026, 1, 19),
)


def coming(**changes: Any) -> ForecastView:
    return replace(COMING, **changes)
