"""What Communications sees of how a log was kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from trial.domain.log_patterns import LoggedDelivery, LogPattern, PatternCount, patterns_of
from trial.ui import log_pattern_text

MONDAY = date(2026, 1, 5)
ENDS = [MONDAY + timedelta(days=6 + 7 * week) for week in range(13)]
EVENING = datetime(2026, 1, 11, 20, 0, tzinfo=UTC)
"""On the last day of the first week."""

POST = LoggedDelivery(
    title="A heart",
    week=0,
    planned_on=None,
    delivered_on=MONDAY,
    entered_at=datetime(2026, 1, 5, 9, tzinfo=UTC),
    is_reviewed=True,
)


def seen(*deliveries: LoggedDelivery, today: date = MONDAY) -> tuple[PatternCount, ...]:
    return patterns_of(deliveries, ENDS, low=3, today=today)


def at(moment: datetime, title: str = "A heart") -> LoggedDelivery:
    return replace(POST, entered_at=moment, title=title, delivered_on=moment.date())


def entered(
    *seconds: int, title: str = "A heart", start: datetime = EVENING
) -> list[LoggedDelivery]:
    return [at(start + timedelta(seconds=each), title) for each in seconds]


@pytest.mark.parametrize(
    ("deliveries", "count"),
    [
        (entered(0, 60), 2),
        (entered(0, 61), 0),
        # A chain counts each of its posts once.
        (entered(0, 50, 100, 400), 3),
        ([*entered(0), *entered(10, title="  a HEART ")], 2),
        ([*entered(0), *entered(10, title="Another")], 0),
        ([replace(POST, entered_at=None)] * 3, 0),
    ],
)
def test_posts_of_one_title_entered_within_a_minute_are_counted(
    deliveries: list[LoggedDelivery], count: int
) -> None:
    told = [each for each in seen(*deliveries) if each.pattern is LogPattern.SAME_TITLE]
    assert told == ([PatternCount(LogPattern.SAME_TITLE, count, len(deliveries))] if count else [])


def test_slots_planned_and_handed_over_on_one_day_are_counted_of_all_slots() -> None:
    on_the_day = replace(POST, planned_on=MONDAY)
    ahead = replace(POST, planned_on=MONDAY - timedelta(days=7), title="B")
    unplanned = replace(POST, title="C")
    assert seen(on_the_day, ahead, unplanned) == (
        PatternCount(LogPattern.PLANNED_AND_DELIVERED, 1, 2),
    )


TITLES = ("A", "B", "C", "D")


def a_week(*moments: datetime, week: int = 0) -> list[LoggedDelivery]:
    return [
        replace(at(moment, title), week=week)
        for moment, title in zip(moments, TITLES, strict=False)
    ]


@pytest.mark.parametrize(
    ("moments", "is_told"),
    [
        ([EVENING, EVENING + timedelta(minutes=2), EVENING + timedelta(minutes=10)], True),
        ([EVENING, EVENING + timedelta(minutes=2), EVENING + timedelta(minutes=11)], False),
        # On a Wednesday it may be that three were ready.
        ([EVENING - timedelta(days=4)] * 3, False),
        # The Monday after.
        ([EVENING + timedelta(days=1)] * 3, True),
        # Two posts are too few to tell.
        ([EVENING] * 2, False),
    ],
)
def test_a_week_logged_in_one_sitting_at_its_end_is_told(
    moments: list[datetime], is_told: bool
) -> None:
    told = [each for each in seen(*a_week(*moments)) if each.pattern is LogPattern.ONE_SITTING]
    assert told == ([PatternCount(LogPattern.ONE_SITTING, 1, 1)] if is_told else [])


def test_a_week_of_which_one_post_was_imported_is_not_told() -> None:
    imported = replace(POST, entered_at=None, title="Imported")
    assert seen(*a_week(EVENING, EVENING, EVENING), imported) == ()


@pytest.mark.parametrize(("days", "is_told"), [(14, False), (15, True)])
def test_what_was_not_reviewed_for_two_weeks_is_told(days: int, is_told: bool) -> None:
    waits = replace(POST, is_reviewed=False, title="Another")
    told = seen(waits, POST, today=MONDAY + timedelta(days=days))
    assert told == ((PatternCount(LogPattern.NEVER_REVIEWED, 1, 2),) if is_told else ())


@pytest.mark.parametrize(
    ("pattern", "count", "said"),
    [
        (
            LogPattern.SAME_TITLE,
            4,
            "4 of 9 posts were handed over within a minute of another of the same title.",
        ),
        (
            LogPattern.PLANNED_AND_DELIVERED,
            1,
            "1 of 9 planned posts was planned and handed over on the same day.",
        ),
        (
            LogPattern.ONE_SITTING,
            2,
            "2 of 9 weeks were logged in one sitting, on the last day or later.",
        ),
        (
            LogPattern.NEVER_REVIEWED,
            1,
            "1 of 9 posts handed over two weeks ago or more has no review yet.",
        ),
    ],
)
def test_each_pattern_is_told_as_what_was_seen(pattern: LogPattern, count: int, said: str) -> None:
    assert log_pattern_text.sentence(PatternCount(pattern, count, 9)) == said
