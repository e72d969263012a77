"""The verdict: checks, weights and gates brought together, for a whole batch at once.

Unknown is never 0. A check that could not be judged leaves the weighted mean, and the share of
weight that was judged is kept beside it; under the policy's floor there is no verdict. Weeks that
nobody reported count as silent in the checks; where not a single eligible week was reported, or
fewer than the policy's floor, there is no verdict either, because no data is not zero posts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trial.domain.policy import Policy
from trial.domain.verdict import CheckName, Verdict
from trial.scoring.checks import REGISTRY
from trial.scoring.facts import Facts
from trial.scoring.gates import Gates, gates_of, gates_pass
from trial.scoring.measured import DECIMALS, Floats, Measured
from trial.scoring.weeks import Weeks, weeks_of

VERDICTS = (Verdict.NOT_ENOUGH_EVIDENCE, Verdict.KEEP_FEEDING, Verdict.EXTEND, Verdict.READY)
"""Verdicts by their code in :attr:`Judgement.verdict`; from 1 upwards each is better."""


@dataclass(frozen=True, slots=True)
class VerdictInputs:
    """What a verdict is drawn from, wherever a policy's lines between verdicts lie.

    Parameters
    ----------
    score, share_judged : (n,) float64
        Of the judgement, to as many decimals as lines are compared with.
    speaks : (n,) bool
        Whether there is enough to go by: a score, and as many eligible weeks reported as the
        policy asks for, one at least.
    passing : (n,) bool
        Whether every gate passes.
    """

    score: Floats
    share_judged: Floats
    speaks: NDArray[np.bool_]
    passing: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdicts of ``n`` trials and what they rest on.

    Parameters
    ----------
    weeks : Weeks
    checks : dict of CheckName to Measured
        In registry order.
    gates : Gates
    score : (n,) float64
        Weighted mean of the judged checks, in [0, 1]; NaN where none was judged.
    share_judged : (n,) float64
        Weight of the judged checks as a share of the weight of the checks that apply.
    share_reported : (n,) float64
        Share of eligible weeks that were reported; NaN without eligible weeks.
    grounds : VerdictInputs
    verdict : (n,) int8
        Index into `VERDICTS`.
    """

    weeks: Weeks
    checks: Mapping[CheckName, Measured]
    gates: Gates
    score: Floats
    share_judged: Floats
    share_reported: Floats
    grounds: VerdictInputs
    verdict: NDArray[np.int8]


def judge(
    facts: Facts,
    policy: Policy,
    *,
    hold_unknown_gates: bool = True,
    given: Mapping[CheckName, Measured] | None = None,
) -> Judgement:
    """Judge a batch of trials by one policy.

    Parameters
    ----------
    facts : Facts
    policy : Policy
    hold_unknown_gates : bool
        See :func:`trial.scoring.gates.gates_pass`.
    given : dict of CheckName to Measured, optional
        Measurements to take as they are instead of measuring anew; what-if questions hold
        some checks still with it.

    Returns
    -------
    Judgement
        Row ``i`` depends on row ``i`` of `facts` only.
    """
    weeks = weeks_of(facts, policy.band)
    checks = {
        check.name: (
            given[check.name]
            if given is not None and check.name in given
            else check.measure(facts, weeks, policy)
        )
        for check in REGISTRY
    }
    return weigh(facts, weeks, checks, policy, hold_unknown_gates=hold_unknown_gates)


def weigh(
    facts: Facts,
    weeks: Weeks,
    checks: Mapping[CheckName, Measured],
    policy: Policy,
    *,
    hold_unknown_gates: bool = True,
) -> Judgement:
    """Judge a batch of trials whose weeks and checks are measured: weigh, pass gates, decide.

    The second half of :func:`judge`, for those who weigh the same measurements by many policies.

    Parameters
    ----------
    facts : Facts
    weeks : Weeks
        Of `facts`, seen against the policy's band.
    checks : dict of CheckName to Measured
        Every check, as the policy has it measured; in registry order.
    policy : Policy
    hold_unknown_gates : bool
        See :func:`trial.scoring.gates.gates_pass`.
    """
    score, share = _weighted(checks, policy, facts.trials)
    gates = gates_of(facts, weeks, policy)
    share_reported = np.full(facts.trials, np.nan)
    np.divide(weeks.reported, weeks.number, out=share_reported, where=weeks.number > 0)
    grounds = VerdictInputs(
        score=np.round(score, DECIMALS),
        share_judged=np.round(share, DECIMALS),
        speaks=~np.isnan(score)
        & (weeks.reported > 0)
        & (np.round(share_reported, DECIMALS) >= policy.reported_floor),
        passing=gates_pass(gates, hold_unknown=hold_unknown_gates),
    )
    return Judgement(
        weeks=weeks,
        checks=checks,
        gates=gates,
        score=score,
        share_judged=share,
        share_reported=share_reported,
        grounds=grounds,
        verdict=_verdict(grounds, policy),
    )


def decide(judgement: Judgement, policy: Policy) -> Judgement:
    """Return a judgement with the verdicts that a policy draws from its grounds.

    The last step of :func:`weigh`. What is asked for is where the lines lie: thresholds, middle
    and evidence floor; all else stays as it was judged by.
    """
    return replace(judgement, verdict=_verdict(judgement.grounds, policy))


def contributions(checks: Mapping[CheckName, Measured], policy: Policy) -> dict[CheckName, Floats]:
    """Return what each check adds to the score of each trial, (n,); together they are the score.

    A check that is not judged adds nothing; its weight is shared by the others.
    """
    judged = sum(
        (policy.weights[name] * one.judged for name, one in checks.items()),
        start=np.zeros(()),
    )
    weighed = np.where(judged > 0, judged, np.nan)
    return {
        name: policy.weights[name] * np.where(one.judged, one.score, 0.0) / weighed
        for name, one in checks.items()
    }


def _weighted(
    checks: Mapping[CheckName, Measured], policy: Policy, n: int
) -> tuple[Floats, Floats]:
    total, judged, applicable = np.zeros(n), np.zeros(n), np.zeros(n)
    for name, measured in checks.items():
        weight = policy.weights[name]
        known = measured.judged
        if known.all():
            total += weight * measured.score
            judged += weight
        else:
            total += np.where(known, weight * np.where(known, measured.score, 0.0), 0.0)
            judged += np.where(known, weight, 0.0)
        applicable += weight if measured.applies.all() else np.where(measured.applies, weight, 0.0)
    score, share = np.full(n, np.nan), np.zeros(n)
    np.divide(total, judged, out=score, where=judged > 0)
    np.divide(judged, applicable, out=share, where=applicable > 0)
    return np.clip(score, 0.0, 1.0), np.clip(share, 0.0, 1.0)


def _verdict(grounds: VerdictInputs, policy: Policy) -> NDArray[np.int8]:
    score = grounds.score
    feed, extend, ready = (
        np.int8(VERDICTS.index(verdict))
        for verdict in (Verdict.KEEP_FEEDING, Verdict.EXTEND, Verdict.READY)
    )
    enough = grounds.speaks & (grounds.share_judged >= policy.evidence_floor)
    verdict: NDArray[np.int8] = np.where(
        score < policy.feed_below,
        feed,
        np.where(
            (score >= policy.ready_from) & grounds.passing,
            ready,
            extend if policy.middle_open else feed,
        ),
    )
    return np.where(enough, verdict, np.int8(0))
