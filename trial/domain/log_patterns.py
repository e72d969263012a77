"""How a log was kept: what Communications may want to ask about, and the scorecard does not judge.

None of it is against the rules. A department may log a whole week on its Friday, and a story may
be planned and handed over on one day. Where most of a log looks so, the score says less of how the
work went.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

TOGETHER = timedelta(minutes=1)
"""Hand-overs of one title that lie so near to each other were entered as one."""

SITTING = timedelta(minutes=10)
"""A week whose hand-overs lie within so long was logged in one sitting."""

REVIEW_WITHIN = timedelta(days=14)
"""A post that was handed over longer ago, and never reviewed, is told."""


class LogPattern(StrEnum):
    """One way a log may have been kept."""

    SAME_TITLE = "same_title"
    PLANNED_AND_DELIVERED = "planned_and_delivered"
    ONE_SITTING = "one_sitting"
    NEVER_REVIEWED = "never_reviewed"


@dataclass(frozen=True, slots=True)
class LoggedDelivery:
    """A post that was handed over, as it came into the log.

    Parameters
    ----------
    title : str
    week : int or None
        Trial week of its live day, from 0; None outside the trial.
    planned_on : date or None
        When its slot entered the calendar; None for a post that was not planned.
    delivered_on : date
    entered_at : datetime or None
        When the hand-over was entered, in the organisation's time zone.
    is_reviewed : bool
    """

    title: str
    week: int | None
    planned_on: date | None
    delivered_on: date
    entered_at: datetime | None
    is_reviewed: bool


@dataclass(frozen=True, slots=True)
class PatternCount:
    """How often a pattern shows: `count` of `of` posts or weeks."""

    pattern: LogPattern
    count: int
    of: int


def patterns_of(
    deliveries: Sequence[LoggedDelivery], week_ends: Sequence[date], *, low: int, today: date
) -> tuple[PatternCount, ...]:
    """Return the patterns that a log shows, each with how often; none of them is a fault.

    Parameters
    ----------
    deliveries : sequence of LoggedDelivery
    week_ends : sequence of date
        Last day of each trial week.
    low : int
        Low end of the band: a week of fewer posts is too few to tell.
    today : date
    """
    slots = [each for each in deliveries if each.planned_on is not None]
    weeks = _weeks(deliveries, low)
    old = [each for each in deliveries if each.delivered_on + REVIEW_WITHIN < today]
    counts = (
        (LogPattern.SAME_TITLE, _entered_together(deliveries), len(deliveries)),
        (
            LogPattern.PLANNED_AND_DELIVERED,
            sum(each.planned_on == each.delivered_on for each in slots),
            len(slots),
        ),
        (
            LogPattern.ONE_SITTING,
            sum(_is_one_sitting(moments, week_ends[week]) for week, moments in weeks.items()),
            len(weeks),
        ),
        (LogPattern.NEVER_REVIEWED, sum(not each.is_reviewed for each in old), len(old)),
    )
    return tuple(PatternCount(pattern, count, of) for pattern, count, of in counts if count)


def _entered_together(deliveries: Sequence[LoggedDelivery]) -> int:
    """Return how many posts were entered within a minute of another of the same title."""
    by_title: dict[str, list[datetime]] = defaultdict(list)
    for each in deliveries:
        if each.entered_at is not None:
            by_title[" ".join(each.title.split()).casefold()].append(each.entered_at)
    together = 0
    for moments in map(sorted, by_title.values()):
        near = [later - earlier <= TOGETHER for earlier, later in pairwise(moments)]
        together += sum(map(max, [False, *near], [*near, False]))
    return together


def _weeks(deliveries: Sequence[LoggedDelivery], low: int) -> dict[int, list[datetime]]:
    """Return when the posts of each week were entered, of weeks that tell."""
    weeks: dict[int, list[datetime]] = defaultdict(list)
    unknown: set[int] = set()
    for each in deliveries:
        if each.week is not None and each.entered_at is not None:
            weeks[each.week].append(each.entered_at)
        elif each.week is not None:
            unknown.add(each.week)
    return {
        week: moments
        for week, moments in weeks.items()
        if len(moments) >= max(low, 2) and week not in unknown
    }


def _is_one_sitting(moments: Collection[datetime], last_day: date) -> bool:
    return max(moments) - min(moments) <= SITTING and min(moments).date() >= last_day
