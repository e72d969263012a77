"""What stands behind an option, read strictly: numbers of a size that can be meant.

Python reads a number of any length, and what is then reckoned with it fails far from the command
line, without a sentence.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from trial.domain.errors import shown

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DIGITS = 15
LARGEST = 10**MAX_DIGITS - 1
LARGEST_ID = 2**31 - 1
"""The largest number under which anything is stored."""
_MAX_NUMBER = 30


def whole(low: int = -LARGEST, high: int = LARGEST) -> Callable[[str], int]:
    """Return what reads a whole number from `low` to `high`, for argparse.

    Without them, one of at most 15 digits: what it may be beside that, a service says.
    """
    accepted = f"a whole number of at most {MAX_DIGITS} digits"
    if (low, high) != (-LARGEST, LARGEST):
        accepted = f"a whole number from {low:,} to {high:,}"

    def read(text: str) -> int:
        try:
            number = int(text) if len(text) <= _MAX_NUMBER else None
        except ValueError:
            number = None
        if number is None or not low <= number <= high:
            raise argparse.ArgumentTypeError(
                f"{shown(text)} cannot be used; accepted is {accepted}"
            )
        return number

    return read


def decimal(text: str) -> float:
    """Return the number that `text` is, for argparse; neither infinite nor “nan”."""
    try:
        number = float(text) if len(text) <= _MAX_NUMBER else None
    except ValueError:
        number = None
    if number is None or not -LARGEST <= number <= LARGEST:
        raise argparse.ArgumentTypeError(
            f"{shown(text)} cannot be used; accepted is a number such as 0.5"
        )
    return number
