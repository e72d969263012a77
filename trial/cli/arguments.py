"""What stands behind an option, read strictly: numbers of a size that can be meant.

Python reads a number of any length, and what is then reckoned with it fails far from the command
line, without a sentence.
"""

import argparse
from collections.abc import Callable

from trial.domain.errors import shown

LARGEST_ID = 2**31 - 1
"""The largest number under which anything is stored."""
_MAX_DIGITS = 15
_LARGEST = 10**_MAX_DIGITS - 1
_MAX_LENGTH = 30


def _number(
    read: Callable[[str], float], accepted: str, low: int = -_LARGEST, high: int = _LARGEST
) -> Callable[[str], float]:
    def number(text: str) -> float:
        try:
            value = read(text) if len(text) <= _MAX_LENGTH else None
        except ValueError:
            value = None
        # Neither bound holds for “nan”.
        if value is None or not low <= value <= high:
            raise argparse.ArgumentTypeError(f"not {shown(text)}; please give {accepted}")
        return value

    return number


READERS = {
    # What a number may be beside its size, a service says.
    "whole": _number(int, f"a whole number of at most {_MAX_DIGITS} digits"),
    "id": _number(int, f"a whole number from 1 to {LARGEST_ID:,}", 1, LARGEST_ID),
    "decimal": _number(float, "a number such as 0.5"),
}
"""What reads a number, for argparse, by the `type` of an option; neither infinite nor “nan”."""
