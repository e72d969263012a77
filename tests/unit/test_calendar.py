"""Trial windows: whole weeks from the first day of a week, whatever the calendar does."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from trial.domain.calendar import (
    TrialWindow,
    spoken_day,
    spoken_span,
    trial_window,
    week_start_on_or_before,
)
from trial.domain.errors import InvalidInput

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 12, 31))
WEEKDAYS = st.integers(0, 6)


# ------------------------------------------------------------------------------------ the window
@pytest.mark.parametrize(
    ("start", "months", "starts_on", "end", "weeks"),
    [
        # three months to the day: Mon 5 Jan to Sun 5 Apr
        (date(2026, 1, 5), 3, 0, date(2026, 4, 5), 13),
        # over the end of a year
        (date(2025, 12, 1), 3, 0, date(2026, 3, 1), 13),
        (date(2025, 11, 3), 3, 0, date(2026, 2, 1), 13),
        # over a leap day, and the same weeks of a year without one
        (date(2024, 1, 1), 3, 0, date(2024, 3, 31), 13),
        (date(2023, 1, 2), 3, 0, date(2023, 4, 2), 13),
        # from a leap day on
        (date(2016, 2, 29), 3, 0, date(2016, 5, 29), 13),
        # over the change of clocks in March and October
        (date(2026, 3, 2), 3, 0, date(2026, 5, 31), 13),
        (date(2026, 9, 28), 3, 0, date(2026, 12, 27), 13),
        # the longest three months, 92 days, end five days later than the week end before
        (date(2026, 7, 6), 3, 0, date(2026, 10, 4), 13),
        # weeks from Sunday and from Saturday
        (date(2026, 1, 4), 3, 6, date(2026, 4, 4), 13),
        (date(2026, 1, 3), 3, 5, date(2026, 4, 3), 13),
        # other lengths; 28 days from Mon 2 Feb end on the Sunday before
        (date(2026, 2, 2), 1, 0, date(2026, 3, 1), 4),
        (date(2026, 1, 5), 6, 0, date(2026, 7, 5), 26),
        (date(2026, 1, 5), 12, 0, date(2027, 1, 3), 52),
        # a month that ends on a shorter one: 31 Aug + 6 months is 28 Feb
        (date(2026, 8, 31), 6, 0, date(2027, 2, 28), 26),
    ],
)
def test_a_trial_ends_on_the_week_end_nearest_to_its_last_month(
    start: date, months: int, starts_on: int, end: date, weeks: int
) -> None:
    window = trial_window(start, months=months, week_starts_on=starts_on)
    assert (window.start, window.end, window.weeks) == (start, end, weeks)
    assert window.day_after == end + timedelta(days=1)
    assert window.days == 7 * weeks


@pytest.mark.parametrize(
    ("start", "starts_on", "accepted"),
    [
        (
            date(2026, 1, 7),
            0,
            "a Monday, the first day of a week; the two nearest are "
            "Mon 5 Jan 2026 and Mon 12 Jan 2026",
        ),
        (date(2026, 1, 1), 0, "Mon 29 Dec 2025 and Mon 5 Jan 2026"),
        (date(2024, 2, 29), 0, "Mon 26 Feb 2024 and Mon 4 Mar 2024"),
        (
            date(2026, 1, 5),
            6,
            "a Sunday, the first day of a week; the two nearest are "
            "Sun 4 Jan 2026 and Sun 11 Jan 2026",
        ),
        (date(2026, 1, 4), 0, "Mon 29 Dec 2025 and Mon 5 Jan 2026"),
    ],
)
def test_a_start_on_another_day_is_refused_with_the_two_nearest(
    start: date, starts_on: int, accepted: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        trial_window(start, week_starts_on=starts_on)
    assert accepted in str(refusal.value)
    assert refusal.value.field == "First day"


@given(day=DAYS, starts_on=WEEKDAYS)
def test_three_months_are_always_thirteen_weeks(day: date, starts_on: int) -> None:
    window = trial_window(week_start_on_or_before(day, starts_on), week_starts_on=starts_on)
    assert window.weeks == 13
    assert window.start.weekday() == starts_on
    assert (window.end.weekday() + 1) % 7 == starts_on


@given(day=DAYS, months=st.integers(1, 12), starts_on=WEEKDAYS)
def test_no_other_week_end_is_nearer(day: date, months: int, starts_on: int) -> None:
    start = week_start_on_or_before(day, starts_on)
    end = trial_window(start, months=months, week_starts_on=starts_on).end
    off = abs((end - (start + relativedelta(months=months))).days)
    assert off <= 3


@given(day=DAYS, starts_on=WEEKDAYS, offset=st.integers(1, 6))
def test_every_other_weekday_is_refused(day: date, starts_on: int, offset: int) -> None:
    start = week_start_on_or_before(day, starts_on) + timedelta(days=offset)
    with pytest.raises(InvalidInput):
        trial_window(start, week_starts_on=starts_on)


# --------------------------------------------------------------------------------------- its weeks
WINDOW = TrialWindow(date(2026, 1, 5), 13)


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 1, 4), None),
        (date(2026, 1, 5), 0),
        (date(2026, 1, 11), 0),
        (date(2026, 1, 12), 1),
        (date(2026, 2, 9), 5),
        (date(2026, 3, 29), 11),
        (date(2026, 3, 30), 12),
        (date(2026, 4, 5), 12),
        (date(2026, 4, 6), None),
    ],
)
def test_a_day_lies_in_one_week_or_outside(day: date, week: int | None) -> None:
    assert WINDOW.week_of(day) == week
    assert (day in WINDOW) is (week is not None)


@pytest.mark.parametrize(
    ("today", "elapsed", "over"),
    [
        (date(2025, 12, 1), 0, 0),
        (date(2026, 1, 5), 0, 0),
        (date(2026, 1, 6), 1, 0),
        # the last day of a week is still part of it
        (date(2026, 1, 11), 6, 0),
        (date(2026, 1, 12), 7, 1),
        (date(2026, 4, 5), 90, 12),
        (date(2026, 4, 6), 91, 13),
        (date(2030, 1, 1), 91, 13),
    ],
)
def test_a_week_is_over_when_its_seven_days_are(today: date, elapsed: int, over: int) -> None:
    assert (WINDOW.elapsed_days(today), WINDOW.weeks_over(today)) == (elapsed, over)


def test_what_is_no_day_lies_in_no_window() -> None:
    assert "2026-02-09" not in WINDOW
    assert None not in WINDOW


@given(start=DAYS, weeks=st.integers(1, 60), data=st.data())
def test_every_day_of_a_window_lies_in_exactly_one_of_its_weeks(
    start: date, weeks: int, data: st.DataObject
) -> None:
    window = TrialWindow(start, weeks)
    day = start + timedelta(days=data.draw(st.integers(0, window.days - 1)))
    week = window.week_of(day)
    assert week is not None
    assert window.week_start(week) <= day <= window.week_end(week)
    assert [day in list(window.week_days(number)) for number in range(weeks)].count(True) == 1


@given(day=DAYS, weeks=st.integers(1, 20), shift=st.integers(-60, 60), start=DAYS)
def test_shifting_a_window_by_whole_weeks_changes_no_week(
    day: date, weeks: int, shift: int, start: date
) -> None:
    moved = timedelta(days=7 * shift)
    assert TrialWindow(start, weeks).week_of(day) == TrialWindow(start + moved, weeks).week_of(
        day + moved
    )


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("start", [date(2026, 3, 2), date(2026, 9, 28)])
def test_the_change_of_clocks_moves_no_day_to_another_week(zone: str, start: date) -> None:
    """Midnight to midnight is 23 or 25 hours on two days a year; the weeks do not notice."""
    window = trial_window(start)
    for offset in range(window.days):
        day = start + timedelta(days=offset)
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
        assert window.week_of(midnight.date()) == offset // 7


@given(day=DAYS, starts_on=WEEKDAYS)
def test_a_week_starts_at_most_six_days_before(day: date, starts_on: int) -> None:
    first = week_start_on_or_before(day, starts_on)
    assert first.weekday() == starts_on
    assert 0 <= (day - first).days <= 6


# ------------------------------------------------------------------------------- as people say it
@pytest.mark.parametrize(
    ("day", "spoken"),
    [
        (date(2026, 2, 13), "Fri 13 Feb"),
        (date(2026, 3, 1), "Sun 1 Mar"),
        (date(2024, 2, 29), "Thu 29 Feb"),
        (date(2025, 12, 31), "Wed 31 Dec"),
    ],
)
def test_days_are_said_as_people_say_them(day: date, spoken: str) -> None:
    assert spoken_day(day) == spoken
    assert spoken_day(day, year=True) == f"{spoken} {day.year}"


@pytest.mark.parametrize(
    ("first", "last", "spoken"),
    [
        (date(2026, 2, 9), date(2026, 2, 15), "Mon 9 – Sun 15 Feb"),
        (date(2026, 3, 30), date(2026, 4, 5), "Mon 30 Mar – Sun 5 Apr"),
        (date(2025, 12, 29), date(2026, 1, 4), "Mon 29 Dec – Sun 4 Jan"),
        (date(2025, 2, 9), date(2026, 2, 15), "Sun 9 Feb – Sun 15 Feb"),
    ],
)
def test_spans_name_the_month_once_where_it_is_one(first: date, last: date, spoken: str) -> None:
    assert spoken_span(first, last) == spoken


@pytest.mark.parametrize(
    ("first", "last", "spoken"),
    [
        (date(2026, 2, 9), date(2026, 2, 15), "Mon 9 – Sun 15 Feb 2026"),
        (date(2025, 3, 17), date(2025, 6, 15), "Mon 17 Mar – Sun 15 Jun 2025"),
        (date(2025, 11, 3), date(2026, 2, 1), "Mon 3 Nov 2025 – Sun 1 Feb 2026"),
    ],
)
def test_spans_name_the_year_once_where_it_is_one(first: date, last: date, spoken: str) -> None:
    assert spoken_span(first, last, year=True) == spoken
