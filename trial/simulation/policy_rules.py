"""What each rule of a policy does: the same trials judged with it moved a step, and without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from trial.domain.cadence import Band
from trial.domain.policy import Policy
from trial.domain.results.policy_worth import (
    OutOfHundred,
    Rule,
    RuleEffect,
    Sensitivity,
    Variation,
)

_STEP = 0.1
"""Of the score: ten points."""


def sensitivity(policy: Policy, judged: Callable[[Policy], OutOfHundred]) -> Sensitivity:
    """Return what each rule of a policy does.

    Parameters
    ----------
    policy : Policy
    judged : callable
        Returns what a policy does with the trials, always the same ones.
    """

    def varied(other: Policy | None) -> Variation | None:
        return None if other is None else Variation(other, judged(other))

    return Sensitivity(
        as_set=Variation(policy, judged(policy)),
        rules=tuple(
            RuleEffect(
                rule,
                varied(moved(policy, rule, -1)),
                varied(moved(policy, rule, 1)),
                varied(without(policy, rule)),
            )
            for rule in Rule
        ),
        without_all=judged(_without_threshold(replace(policy, band_weeks=0))),
    )


def moved(policy: Policy, rule: Rule, step: int) -> Policy | None:
    """Return a policy with one rule a step easier (-1) or stricter (1); None where it ends."""
    if rule is Rule.TARGET:
        low = policy.band.low + step
        return None if low < 1 else replace(policy, band=Band(low, max(low, policy.band.high)))
    if rule is Rule.WEEKS:
        weeks = policy.band_weeks + step
        is_rule = policy.band_weeks and 0 < weeks <= policy.band_of
        return replace(policy, band_weeks=weeks) if is_rule else None
    ready_from = round(policy.ready_from + step * _STEP, 6)
    if not 0 < ready_from <= 1:
        return None
    return replace(policy, ready_from=ready_from, feed_below=min(policy.feed_below, ready_from))


def without(policy: Policy, rule: Rule) -> Policy | None:
    """Return a policy without one rule; None where it has none such, or nothing is left of it."""
    if rule is Rule.WEEKS and policy.band_weeks:
        return replace(policy, band_weeks=0)
    if rule is Rule.THRESHOLD and policy.ready_from:
        return _without_threshold(policy)
    return None


def _without_threshold(policy: Policy) -> Policy:
    return replace(policy, ready_from=0.0, feed_below=0.0)
