"""Steadiness and continuity of one trial as the rules say them, week by week and day by day.

The kernels go through all trials at once, without sorting and without dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def steadiness(counts: Sequence[int], eligible: Sequence[bool], low: int) -> float | None:
    """Return the mean credit of the weakest third of the eligible weeks; None without any."""
    judged = [count for count, is_judged in zip(counts, eligible, strict=True) if is_judged]
    weakest = sorted(min(count, low) / low for count in judged)[: max(len(judged) // 3, 1)]
    return sum(weakest) / len(weakest) if weakest else None


def longest_gap(live: Sequence[int], excused: Sequence[bool], elapsed: int) -> int:
    """Return the most days, none of them excused, from one day with a post to the next.

    Parameters
    ----------
    live : sequence of int
        Posts a day.
    excused : sequence of bool
        By week.
    elapsed : int
        Days that are over; the trial's first day and the end of these close a gap as well.
    """
    over = max(0, min(elapsed, len(live)))
    marks = [0, *(day for day in range(over) if live[day]), over]
    return max(
        sum(not excused[day // 7] for day in range(first, closing))
        for first, closing in pairwise(marks)
    )
