"""Stress tests: what one trial would have come to under strain, judged as it was itself.

The log stays what it is but for the posts that would not have been made. What was planned stays
planned: a slot whose post is not made is missed, an unplanned post is as if it had never been.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from trial.domain.cadence import Band
from trial.domain.calendar import DAYS_IN_WEEK
from trial.domain.policy import Policy
from trial.domain.results.experiments import Rate
from trial.domain.results.stress import FluResult, Result, StressTests
from trial.domain.trial_log import TrialLog
from trial.domain.verdict import CheckName, GateName, Verdict
from trial.scoring.checks.shared_load import costs_most
from trial.scoring.facts import (
    Bools,
    Facts,
    contributors,
    counts_as_due,
    facts_of,
    is_on_schedule,
)
from trial.scoring.measured import Floats
from trial.scoring.verdict import VERDICTS, Judgement, judge
from trial.simulation.behaviours import Season
from trial.simulation.forecast import open_gates

DRAWS = 2_000
"""Flu seasons drawn for a trial; the error of a share is then at most 2.2 points."""

TARGETS = (4, 5)
"""Posts a week that a trial is tried at, where its policy asks for fewer."""

_SEED = 1


def stress_tests(
    log: TrialLog,
    policy: Policy,
    flu: Season | None,
    *,
    draws: int = DRAWS,
    seed: int = _SEED,
) -> StressTests:
    """Put one trial under each strain by itself.

    Parameters
    ----------
    log : TrialLog
    policy : Policy
    flu : Season or None
        Each live post is made with the chance of its factor; those of weeks that lay in the
        season as it was are kept, for they were made under it.
    draws : int
        Flu seasons, from 1.
    seed : int
        From 0.
    """
    entered = facts_of([log], policy)
    facts = _papers_done(entered)
    judgement = judge(facts, policy)

    def judged(made: Bools) -> Judgement:
        return judge(_papers_done(facts_if_made(log, policy, made)), policy)

    def result(judged: Judgement) -> Result:
        return _result(judged, judgement, policy)

    without: Result | None = None
    if judgement.checks[CheckName.SHARED_LOAD].judged[0]:
        busiest = contributors(log)[costs_most(facts, judgement.weeks)]
        stays = np.array([[post.maker != busiest for post in log.posts]], np.bool_)
        without = result(judged(stays))
    in_flu: FluResult | None = None
    if flu is not None:
        spared = _weeks_in(log, flu)
        chances = _chances_in(log, flu, spared)
        made = np.random.default_rng(seed).random((draws, chances.size)) < chances
        eligible = judgement.weeks.eligible[0]
        spared_weeks = sum(bool(eligible[week]) for week in spared)
        in_flu = _flu_result(judged(made), judgement, policy, flu.factor, spared_weeks)
    at_target: dict[int, Result] = {}
    for low in TARGETS:
        if low > policy.band.low:
            other = replace(policy, band=Band(low, max(low, policy.band.high)))
            at_target[low] = result(judge(facts, other))
    return StressTests(result(judgement), without, in_flu, at_target, open_gates(entered))


def _papers_done(facts: Facts) -> Facts:
    """Return the facts with every gate of paper closed: no strain opens or shuts them."""
    return replace(facts, gates=np.ones_like(facts.gates))


def facts_if_made(log: TrialLog, policy: Policy, made: Bools) -> Facts:
    """Return the facts of one trial, had only some of its posts been made.

    Parameters
    ----------
    log : TrialLog
    policy : Policy
    made : (n, P) bool
        Whether each post of the log is made, in `n` variants of the trial.

    Returns
    -------
    Facts
        Of `n` trials. A post that is not made is neither live nor reviewed; its slot stays in the
        calendar and is missed.
    """
    n = made.shape[0]
    facts = facts_of([log], policy)
    rank = {name: index for index, name in enumerate(contributors(log))}
    people, weeks = len(rank), facts.weeks
    posts = len(log.posts)
    live = np.zeros((posts, weeks * DAYS_IN_WEEK))
    by_contributor = np.zeros((posts, people * weeks))
    counted = np.zeros((posts, 4))
    for row, post in enumerate(log.posts):
        day = post.live_day
        if day is not None and (week := log.window.week_of(day)) is not None:
            live[row, (day - log.window.start).days] = 1
            if maker := post.maker:
                by_contributor[row, rank[maker] * weeks + week] = 1
        is_due = counts_as_due(post, log, policy)
        counted[row] = (
            is_due and is_on_schedule(post, log, policy),
            # Not made it is due only once its day has passed.
            is_due and not counts_as_due(replace(post, delivered_on=None), log, policy),
            post.passed_first_review is not None,
            post.passed_first_review is True,
        )
    # Whole numbers far below 2 to the 53rd: as floats they are exact, and their sums fast.
    kept = made.astype(np.float64)
    on_schedule, ahead, reviewed, first_pass = (kept @ counted).astype(np.int32).T
    due_anyway = facts.slots_due[0] - np.int32(counted[:, 1].sum())
    return replace(
        facts.repeat(n),
        live=(kept @ live).astype(np.int16),
        slots_due=due_anyway + ahead,
        on_schedule=on_schedule,
        reviewed=reviewed,
        first_pass=first_pass,
        by_contributor=(kept @ by_contributor).astype(np.int16).reshape(n, people, weeks),
    )


def _weeks_in(log: TrialLog, season: Season) -> frozenset[int]:
    """Return the weeks of a trial that lie in a season, by their middle days."""
    window = log.window
    middle = timedelta(days=DAYS_IN_WEEK // 2)
    return frozenset(
        week for week in range(window.weeks) if window.week_start(week) + middle in season
    )


def _chances_in(log: TrialLog, season: Season, spared: frozenset[int]) -> Floats:
    """Return the chance of each post of a log to be made in a season, shape (P,)."""
    weeks = [post.live_day and log.window.week_of(post.live_day) for post in log.posts]
    stays = np.array([week is None or week in spared for week in weeks], np.bool_)
    return np.where(stays, 1.0, season.factor)


def _result(judgement: Judgement, unstressed: Judgement, policy: Policy) -> Result:
    score, verdict = judgement.score[0], VERDICTS[judgement.verdict[0]]
    return Result(
        verdict=verdict,
        score=None if np.isnan(score) else float(score),
        in_band=int(judgement.gates.in_band[0]),
        eligible=int(judgement.weeks.number[0]),
        turned_by=_turned_by(judgement, unstressed, policy, verdict),
    )


def _turned_by(
    judgement: Judgement, unstressed: Judgement, policy: Policy, verdict: Verdict
) -> CheckName | GateName | None:
    """Return what turned the verdict in those variants of a trial that came to `verdict`."""
    if verdict is VERDICTS[unstressed.verdict[0]]:
        return None
    turned = judgement.verdict == VERDICTS.index(verdict)
    band = list(GateName).index(GateName.BAND_ADHERENCE)
    passed = judgement.gates.outcome[turned, band] == unstressed.gates.outcome[0, band]
    if passed.mean() < 1 / 2:
        return GateName.BAND_ADHERENCE

    def loss(name: CheckName) -> float:
        before, after = unstressed.checks[name], judgement.checks[name]
        if not before.judged[0]:
            return 0.0
        return policy.weights[name] * float(before.score[0] - np.nanmean(after.score[turned]))

    judged = [name for name in CheckName if judgement.checks[name].judged[turned].any()]
    return max(judged, key=loss, default=None)


def _flu_result(
    judgement: Judgement, unstressed: Judgement, policy: Policy, factor: float, spared: int
) -> FluResult:
    draws = judgement.verdict.size
    counts = np.bincount(judgement.verdict, minlength=len(VERDICTS))
    scores = judgement.score[~np.isnan(judgement.score)]
    score = float(np.quantile(scores, 0.5, method="inverted_cdf")) if scores.size else None
    usual = VERDICTS[int(counts.argmax())]
    return FluResult(
        usual=Result(
            verdict=usual,
            score=score,
            in_band=int(np.quantile(judgement.gates.in_band, 0.5, method="inverted_cdf")),
            eligible=int(judgement.weeks.number[0]),
            turned_by=_turned_by(judgement, unstressed, policy, usual),
        ),
        verdicts={
            VERDICTS[code]: Rate(int(count), draws)
            for code, count in reversed(list(enumerate(counts)))
            if count
        },
        factor=factor,
        spared=spared,
    )
