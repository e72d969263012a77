"""What it would take: the further weeks in band that lift a mean to where it counts as met."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date

from trial.domain.calendar import spoken_day
from trial.domain.counts import count_of
from trial.domain.trial_log import TrialLog

_MAX_EXTENSION_WEEKS = 13


def out_of(part: int, whole: int, singular: str) -> str:
    """Return a share with its noun, in figures: ``2 of 3 slots``, ``1 of 1 slot``."""
    return f"{part} of {count_of(whole, singular, none=f'0 {singular}s')}"


def sentence(text: str) -> str:
    """Return `text` with a capital first letter and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def weeks_to_reach(kept: int, number: int, low: int, target: float) -> int | None:
    """Return the fewest further full weeks that bring mean credit to `target`.

    Parameters
    ----------
    kept : int
        Sum of ``min(count, low)`` over `number` eligible weeks.
    target : float
        Mean credit aimed at, in [0, 1].

    Returns
    -------
    int or None
        0 when it is reached already; None when no number of weeks suffices.
    """
    missing = target * number * low - kept
    if missing <= 1e-9:
        return 0
    if target >= 1:
        return None
    return math.ceil(missing / (low * (1 - target)) - 1e-9)


def more_weeks_until(is_enough: Callable[[int], bool], target: float) -> int | None:
    """Return the fewest further full weeks, from 1, that are enough to reach `target`.

    Returns
    -------
    int or None
        None when no number suffices, because one weak week keeps `target` out of reach for ever;
        any number longer than an extension stands for all of them.
    """
    for more in range(1, _MAX_EXTENSION_WEEKS + 1):
        if is_enough(more):
            return more
    return None if target >= 1 else _MAX_EXTENSION_WEEKS + 1


def coming_week_ends(log: TrialLog) -> list[date]:
    """Return the last days of the weeks that can still be kept: open or ahead, not excused."""
    over = log.window.weeks_over(log.today)
    return [
        log.window.week_end(week)
        for week in range(over, log.window.weeks)
        if week not in log.excused_weeks
    ]


NO_WEEK_OVER = "No week has been judged yet."


def keep_the_next_week(log: TrialLog) -> str:
    """Return the first step where no week can be judged yet; empty where none is to come."""
    return "Keep the next week in band." if coming_week_ends(log) else ""


def more_weeks(log: TrialLog, number: int | None) -> str:
    """Return the remedy in weeks in band: never more of them than are left in the trial.

    So many more weeks, dated, where the trial can still bring them. Else the weeks that are left,
    and what the rest would take.
    """
    ends = coming_week_ends(log)
    if number is None:
        return f"Keep {_left(ends)} in band" if ends else "This cannot be made up any more"
    if 0 < number <= len(ends):
        wanted = count_of(number, "more week", in_words=True)
        return f"{wanted.capitalize()} in band by {spoken_day(ends[number - 1], log.today)}"
    too_many = number > _MAX_EXTENSION_WEEKS
    if ends:
        longer = "a new trial" if too_many else "an extension"
        return f"Keep {_left(ends)} in band; the rest would take {longer}"
    if too_many:
        return "Too much to make up in an extension; a new trial could"
    return f"{count_of(number, 'week', in_words=True).capitalize()} in band, in an extension"


def _left(ends: Sequence[date]) -> str:
    if len(ends) == 1:
        return "the last week"
    return f"the {count_of(len(ends), 'week', in_words=True)} that are left"
