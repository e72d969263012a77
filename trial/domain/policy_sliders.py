"""What of a policy can be moved by sliders, in whole steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from trial.domain.cadence import Band
from trial.domain.errors import InvalidInput
from trial.domain.policy import Policy
from trial.domain.verdict import CheckName

MAX_MONTHS = 6
"""Longest trial that can be set here, but for a policy that has it longer."""


_SHARES = 1000
"""Weights are set in thousandths, so that they can be read, and sum to 1."""


@dataclass(frozen=True, slots=True)
class SliderValues:
    """What of a policy can be moved, in the whole steps of a slider.

    Parameters
    ----------
    months : int
        Length of a trial in calendar months.
    band : Band
    gap_days : tuple of int
        The longest gap that scores 1, and the one from which it scores 0.
    weights : tuple of int
        Points of each check, in the order of `CheckName`, before all are brought to sum to 1.
    lines : tuple of int
        Points of 100: below the first a trial keeps feeding, from the second it is ready.
    middle_open : bool
    evidence_floor : int
        Per cent of the weight.
    band_weeks : int
        Weeks to be kept of the policy's own `band_of`.
    """

    months: int
    band: Band
    gap_days: tuple[int, int]
    weights: tuple[int, ...]
    lines: tuple[int, int]
    middle_open: bool
    evidence_floor: int
    band_weeks: int

    @classmethod
    def of(cls, policy: Policy) -> SliderValues:
        """Return what a policy has these at, to the nearest step."""
        return cls(
            months=policy.months,
            band=policy.band,
            gap_days=(policy.gap_full_days, policy.gap_zero_days),
            weights=tuple(round(100 * policy.weights[name]) for name in CheckName),
            lines=(round(100 * policy.feed_below), round(100 * policy.ready_from)),
            middle_open=policy.middle_open,
            evidence_floor=round(100 * policy.evidence_floor),
            band_weeks=policy.band_weeks,
        )

    def applied_to(self, policy: Policy) -> Policy:
        """Return a policy with these values; the very same one where nothing was moved.

        What was not moved stays what it is, also where it lies between two steps.

        Raises
        ------
        InvalidInput
            When every check weighs nothing.
        """
        here = SliderValues.of(policy)
        if self == here:
            return policy
        moved: dict[str, Any] = {
            "months": self.months,
            "band": self.band,
            "gap_full_days": self.gap_days[0],
            "gap_zero_days": self.gap_days[1],
            "middle_open": self.middle_open,
            "band_weeks": self.band_weeks,
        }
        if self.weights != here.weights:
            moved["weights"] = shares_of(dict(zip(CheckName, self.weights, strict=True)))
        if self.lines != here.lines:
            moved["feed_below"], moved["ready_from"] = (line / 100 for line in self.lines)
        if self.evidence_floor != here.evidence_floor:
            moved["evidence_floor"] = self.evidence_floor / 100
        return replace(policy, name=f"{policy.name}, changed", version=policy.version + 1, **moved)


def shares_of(points: Mapping[CheckName, int]) -> dict[CheckName, float]:
    """Return weights in whole thousandths that sum to 1, as near to `points` as such can be.

    Raises
    ------
    InvalidInput
        When all of them are 0.
    """
    total = sum(points.values())
    if total <= 0:
        raise InvalidInput("Weights", 0, "at least one check that weighs something")
    exact = {name: _SHARES * value / total for name, value in points.items()}
    parts = {name: int(value) for name, value in exact.items()}
    # What rounding down left over goes to those who lost most by it.
    by_loss = sorted(exact, key=lambda name: parts[name] - exact[name])
    for name in by_loss[: _SHARES - sum(parts.values())]:
        parts[name] += 1
    return {name: part / _SHARES for name, part in parts.items()}
