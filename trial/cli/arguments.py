"""What stands behind an option, read strictly: numbers of a size that can be meant.

Python reads a number of any length, and what is then reckoned with it fails far from the command
line, without a sentence.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, TypeVar

from trial.domain.errors import shown

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DIGITS = 15
LARGEST = 10**MAX_DIGITS - 1
LARGEST_ID = 2**31 - 1
"""The largest number under which anything is stored."""
_MAX_NUMBER = 30

_Number = TypeVar("_Number", int, float)


def whole(low: int = -LARGEST, high: int = LARGEST) -> Callable[[str], int]:
    """Return what reads a whole number from `low` to `high`, for argparse.

    Without them, one of at most 15 digits: what it may be beside that, a service says.
    """
    accepted = f"a whole number of at most {MAX_DIGITS} digits"
    if (low, high) != (-LARGEST, LARGEST):
        accepted = f"a whole number from {low:,} to {high:,}"

    return _number(int, accepted, low, high)


def _number(
    read: Callable[[str], _Number], accepted: str, low: float, high: float
) -> Callable[[str], _Number]:
    def number(text: str) -> _Number:
        try:
            value = read(text) if len(text) <= _MAX_NUMBER else None
        except ValueError:
            value = None
        # Neither bound holds for “nan”.
        if value is None or not low <= value <= high:
            raise argparse.ArgumentTypeError(f"not {shown(text)}; please give {accepted}")
        return value

    return number


decimal = _number(float, "a number such as 0.5", -LARGEST, LARGEST)
"""Reads a number, neither infinite nor “nan”, for argparse."""
