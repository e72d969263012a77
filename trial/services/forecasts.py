"""Will it be ready? The forecast of a running trial, the same number on every page.

A forecast is a matter of the trial's log, its policy, the day and what a forecast starts from. It
is remembered by these; its luck is common to all trials, so that after a restart the same comes
out.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np

from trial.domain.calendar import TrialWindow
from trial.domain.errors import PolicyError
from trial.domain.policy import Policy
from trial.domain.results.experiments import Progress
from trial.domain.trial_log import TrialLog
from trial.domain.verdict import GateName, Verdict
from trial.scoring.facts import Facts, facts_of
from trial.scoring.weeks import weeks_of
from trial.services.access import READ_SCORECARD, Actor, open_trial
from trial.services.backend import Backend
from trial.simulation import forecast as engine
from trial.simulation import reach
from trial.simulation.forecast_prior import ForecastPrior, parse_forecast_prior
from trial.store import trial_log
from trial.store.trial_log import RawLog

FILE = "forecast.toml"
COMPLETIONS = engine.DEFAULT_COMPLETIONS
WANTED = engine.WANTED
QUANTILES = engine.QUANTILES
open_gates = engine.open_gates

SAID_FROM_WEEKS = 2
"""Reported weeks from which on a chance is said: before, it tells of other departments only."""


@dataclass(frozen=True, slots=True)
class RequiredPostsView:
    """What lifts the chance to `WANTED`: so many more posts on schedule, until a week's end."""

    posts: int
    by: date


@dataclass(frozen=True, slots=True)
class ScoreRange:
    """Where the score may stand at a week's end: quantiles as in `QUANTILES`, in [0, 1].

    `error` is how far the outer ones would move with other draws, half of a 95 % interval.
    """

    week: int
    on: date
    scores: tuple[float, ...]
    error: float


@dataclass(frozen=True, slots=True)
class PastScore:
    """The score as of a week's end, in [0, 1]."""

    week: int
    on: date
    score: float


@dataclass(frozen=True, slots=True)
class ForecastView:
    """What is to be expected of one running trial.

    Parameters
    ----------
    trial_id, revision : int
        `revision` names the state of the log.
    chance : float
        How likely the verdict is to be ready, in [0, 1]: the predictive probability of success.
    verdicts : mapping of Verdict to float
        Chance of each verdict at the end; they sum to 1.
    needed : RequiredPostsView or None
        None where the chance is `WANTED` already, and where not even every coming week suffices.
    out_of_reach_since : int or None
        The week, counted from 1, in which or at whose end ready came to be out of reach even with
        perfect remaining weeks; 0 before the first, None while it is within reach.
    past : tuple of PastScore
        As the log was known at the end of each week that is over.
    fan : tuple of ScoreRange
        The coming weeks, the last one's the final score.
    open_gates : tuple of GateName
        Taken to be closed by the end, and not closed yet.
    own_weeks : int
        Reported weeks of the department's own that it rests on.
    unreported : tuple of int
        Weeks that are over and nobody reported, counted from 1. The chance holds if they stay so.
    weeks : int
        Weeks of the trial that are not excused.
    weeks_left : int
        Weeks that are open or ahead and not excused.
    ready_from : float
        The score from which a trial is ready.
    prior : ForecastPrior
        What it starts from.
    today : date
    """

    trial_id: int
    revision: int
    chance: float
    verdicts: Mapping[Verdict, float]
    needed: RequiredPostsView | None
    out_of_reach_since: int | None
    past: tuple[PastScore, ...]
    fan: tuple[ScoreRange, ...]
    open_gates: tuple[GateName, ...]
    own_weeks: int
    unreported: tuple[int, ...]
    weeks: int
    weeks_left: int
    ready_from: float
    prior: ForecastPrior
    today: date

    @property
    def is_chance_said(self) -> bool:
        """Whether enough weeks are reported for pages to say the chance."""
        return self.own_weeks >= SAID_FROM_WEEKS


def forecast(actor: Actor, backend: Backend, *, trial_id: int) -> ForecastView | None:
    """Return what is to be expected of one trial.

    Returns
    -------
    ForecastView or None
        None for a trial that is over, whose verdict stands, and where the policy asks for more
        posts a week than the forecast tells apart.

    Raises
    ------
    NotSignedIn, NotAllowed, NotFound
    PolicyError
        When the file that a forecast starts from cannot be used.
    """
    with backend.reading() as work:
        opened = open_trial(work, actor, backend, trial_id, *READ_SCORECARD)
        start, policy, window = forecast_prior(backend), opened.policy, opened.window
        if opened.status.is_over or not is_heard_of(policy, start):
            return None
        revision = opened.row.revision

        def made() -> ForecastView:
            entered = trial_log.load_raw(work, [trial_id])[trial_id]
            history_by_week = [entered.as_of(day) for day in _course(window, opened.today)]
            facts = facts_of(history_by_week, policy)
            found = engine.forecast(
                facts, policy, start, expected=expected_of(history_by_week, facts, policy)
            )
            unreported = weeks_of(facts.row(facts.trials - 1), policy.band).unreported[0]
            weeks = tuple((np.flatnonzero(unreported) + 1).tolist())
            return _view(trial_id, revision, found, history_by_week[-1], weeks, policy, start)

        basis = opened.today, start.content_hash
        return backend.cache.value("forecast", trial_id, made, revision=revision, basis=basis)


def chances_of(
    facts: Facts, policy: Policy, start: ForecastPrior, *, progress: Progress | None = None
) -> tuple[float | None, ...]:
    """Return how likely each of some running trials is to be ready.

    Parameters
    ----------
    facts : Facts
        A batch of any size.
    progress : callable, optional
        Told the trials done and the trials in all, every few trials.

    Returns
    -------
    tuple of float or None
        In [0, 1]; None where the policy asks for more posts a week than the forecast tells apart.
    """
    if not is_heard_of(policy, start):
        return (None,) * facts.trials
    # What not even perfect weeks would bring needs no drawing.
    reached = reach.within_reach(facts, policy)
    lost = facts.trials - int(reached.sum())
    told = progress and (lambda done, _: progress(lost + done, facts.trials))
    worth = facts.take(np.flatnonzero(reached))
    drawn = iter(engine.chances_of_all(worth, policy, start, progress=told))
    return tuple(next(drawn).ready.share if is_reached else 0.0 for is_reached in reached)


def out_of_reach_since(
    entered: Sequence[RawLog], facts: Facts, policy: Policy, *, today: date
) -> tuple[int | None, ...]:
    """Return of each of some running trials since which week ready is out of reach.

    To see a trial as it stood at the end of each week costs more than its chance does: ask it of
    those without one.

    Parameters
    ----------
    facts : Facts
        The same trials in the same order, as of `today`.

    Returns
    -------
    tuple of int or None
        As :attr:`ForecastView.out_of_reach_since`.
    """
    days = [_course(each.window, today) for each in entered]

    def facts_at(looks: reach.Looks) -> Facts:
        if all(day == len(days[trial]) - 1 for trial, day in looks):
            return facts.take(np.array([trial for trial, _ in looks]))
        then = [entered[trial].as_of(days[trial][day]).handed_over_again() for trial, day in looks]
        return facts_of(then, policy)

    return reach.out_of_reach_since([len(each) for each in days], facts_at, policy)


def expected_of(logs: Sequence[TrialLog], facts: Facts, policy: Policy) -> Facts:
    """Return what a forecast starts from: the facts, with posts that are back handed over again.

    Parameters
    ----------
    facts : Facts
        Of the logs as they stand.
    """
    again = [log.handed_over_again() for log in logs]
    return facts if all(map(operator.is_, again, logs)) else facts_of(again, policy)


def _course(window: TrialWindow, today: date) -> list[date]:
    """Return the days a running trial is looked back on: each week's end, and today."""
    # A week's end is seen from the first day after it.
    over = range(window.weeks_over(today))
    return [*(window.week_end(week) + timedelta(days=1) for week in over), today]


def is_heard_of(policy: Policy, start: ForecastPrior) -> bool:
    """Return whether what a forecast starts from can speak of the policy's target band."""
    return policy.band.low <= start.most


def forecast_prior(backend: Backend) -> ForecastPrior:
    """Return what forecasts start from, as the file in the data folder has it at this moment.

    Raises
    ------
    PolicyError
        When the file is missing or cannot be used; names file, key and value.
    """
    return forecast_prior_in(backend.data_folder)


def forecast_prior_in(folder: Path) -> ForecastPrior:
    """Return what forecasts start from, as a data folder has it; raises as `prior` does."""
    try:
        return _parsed((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise PolicyError(FILE, "the file", None, "a file in the data folder") from error
    except UnicodeDecodeError as error:
        raise PolicyError(FILE, "the file", error.reason, "UTF-8 text") from error


@lru_cache(maxsize=4)
def _parsed(text: str) -> ForecastPrior:
    return parse_forecast_prior(text, FILE)


def _view(
    trial_id: int,
    revision: int,
    found: engine.Forecast,
    log: TrialLog,
    unreported: tuple[int, ...],
    policy: Policy,
    start: ForecastPrior,
) -> ForecastView:
    window = log.window
    share = found.chances.ready.share
    assert share is not None
    return ForecastView(
        trial_id=trial_id,
        revision=revision,
        chance=share,
        verdicts={verdict: rate.share or 0.0 for verdict, rate in found.chances.verdicts.items()},
        needed=None
        if found.needed is None
        else RequiredPostsView(found.needed.posts, window.week_end(found.needed.last_week)),
        out_of_reach_since=found.out_of_reach_since,
        past=tuple(
            PastScore(week, window.week_end(week), score)
            for week, score in enumerate(found.so_far)
            if score is not None
        ),
        fan=tuple(
            ScoreRange(one.week, window.week_end(one.week), one.scores, one.error)
            for one in found.fan
        ),
        open_gates=found.open_gates,
        own_weeks=found.own_weeks,
        unreported=unreported,
        weeks=window.weeks - len(log.excused_weeks),
        weeks_left=found.weeks_left,
        ready_from=policy.ready_from,
        prior=start,
        today=log.today,
    )
