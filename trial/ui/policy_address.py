"""What a policy is set to, in the address: a link, a reload and the way back give the same page.

Only what was moved stands there, each under a short name. What an address says that no slider can
have is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from trial.domain.cadence import Band
from trial.domain.policy import Policy
from trial.domain.policy_sliders import MAX_MONTHS, SliderValues

MAX_A_WEEK = 10
"""Most posts a week that can be set here, but for a policy that has more."""
MAX_GAP = 90
"""Most days of silence that can be set here, but for a policy that has more."""


NAMES = ("lines", "extend", "weeks", "judged", "posts", "months", "silence", "weights")
"""What an address may say of the sliders."""


@dataclass(frozen=True, slots=True)
class _Field:
    """One of the slider values: its name in code, and the least and the most of its numbers."""

    name: str
    low: int
    high: int
    rises: bool = False


def _fields(policy: Policy) -> dict[str, _Field]:
    fields = (
        _Field("lines", 0, 100, rises=True),
        _Field("middle_open", 0, 1),
        _Field("band_weeks", 0, policy.band_of),
        _Field("evidence_floor", 0, 100),
        _Field("band", 1, max(MAX_A_WEEK, policy.band.high), rises=True),
        _Field("months", 1, max(MAX_MONTHS, policy.months)),
        _Field("gap_days", 1, max(MAX_GAP, policy.gap_zero_days), rises=True),
        _Field("weights", 0, 100),
    )
    return dict(zip(NAMES, fields, strict=True))


def params_of(policy: Policy, values: SliderValues) -> dict[str, str]:
    """Return what an address says of slider values, beyond the policy they were moved from."""
    here = SliderValues.of(policy)
    return {
        key: "-".join(map(str, _numbers(getattr(values, field.name))))
        for key, field in _fields(policy).items()
        if getattr(values, field.name) != getattr(here, field.name)
    }


def slider_values(policy: Policy, params: Mapping[str, str]) -> SliderValues:
    """Return what an address says; a policy's own value where it says nothing that can be."""
    here = SliderValues.of(policy)
    moved: dict[str, Any] = {}
    for key, field in _fields(policy).items():
        as_it_is = getattr(here, field.name)
        numbers = _read(params.get(key, ""), field, len(_numbers(as_it_is)))
        if numbers is not None:
            moved[field.name] = _like(as_it_is, numbers)
    return replace(here, **moved)


def _read(text: str, field: _Field, length: int) -> tuple[int, ...] | None:
    if not re.fullmatch(r"[0-9]{1,3}(-[0-9]{1,3})*", text):
        return None
    numbers = tuple(map(int, text.split("-")))
    fits = len(numbers) == length and all(field.low <= one <= field.high for one in numbers)
    if not fits or (field.rises and list(numbers) != sorted(numbers)):
        return None
    return numbers


def _numbers(value: Any) -> tuple[int, ...]:
    if isinstance(value, Band):
        return value.low, value.high
    return value if isinstance(value, tuple) else (int(value),)


def _like(value: Any, numbers: tuple[int, ...]) -> Any:
    """Return numbers as what a slider value is: a band, several numbers, yes or no, or one."""
    if isinstance(value, Band):
        return Band(*numbers)
    return numbers if isinstance(value, tuple) else type(value)(numbers[0])
