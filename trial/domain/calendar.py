"""Trial windows: whole calendar weeks, first day to last, in plain dates.

A trial never slides. It starts on the first day of a week and ends on a week end, so that
every week of it is a calendar week the department already lives by. Leap days, year ends and
daylight saving cannot matter, because nothing here is finer than a day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from trial.domain.errors import InvalidInput

DAYS_IN_WEEK = 7
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)
"""Days that somebody may name, both ends inside. Anything else is a slip of the finger; and near
the ends of the calendar, whose years are 1 to 9999, days cannot be counted on or back."""
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class TrialWindow:
    """The weeks of one trial.

    Parameters
    ----------
    start : date
        First day of week 0; always a first day of a week.
    weeks : int
        Number of whole weeks, at least 1.

    Notes
    -----
    Weeks are indexed from 0 in code and counted from 1 where people read them.
    """

    start: date
    weeks: int

    @property
    def days(self) -> int:
        """Number of days, seven a week."""
        return self.weeks * DAYS_IN_WEEK

    @property
    def end(self) -> date:
        """The last day, inside the trial."""
        return self.start + timedelta(days=self.days - 1)

    @property
    def day_after(self) -> date:
        """The first day that is no longer in the trial."""
        return self.start + timedelta(days=self.days)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day <= self.end

    def week_of(self, day: date) -> int | None:
        """Return the index of the week `day` lies in, or None outside the trial."""
        week = (day - self.start).days // DAYS_IN_WEEK
        return week if 0 <= week < self.weeks else None

    def week_start(self, week: int) -> date:
        """Return the first day of week `week` (index from 0)."""
        return self.start + timedelta(days=week * DAYS_IN_WEEK)

    def week_end(self, week: int) -> date:
        """Return the last day of week `week` (index from 0)."""
        return self.week_start(week) + timedelta(days=DAYS_IN_WEEK - 1)

    def week_days(self, week: int) -> Iterator[date]:
        """Yield the seven days of week `week` in order."""
        first = self.week_start(week)
        return (first + timedelta(days=offset) for offset in range(DAYS_IN_WEEK))

    def elapsed_days(self, today: date) -> int:
        """Return how many days lie between the first day and `today`, within [0, days].

        0 on the first day and before it; `days` from the day after the end onwards. A week is
        over once all its seven days are elapsed.
        """
        return min(max((today - self.start).days, 0), self.days)

    def weeks_over(self, today: date) -> int:
        """Return how many weeks have ended before `today`."""
        return self.elapsed_days(today) // DAYS_IN_WEEK


def looked_at_on(today: date, ended_on: date | None) -> date:
    """Return the day a trial is judged as of: today, or the one after its last where it ended."""
    return today if ended_on is None else min(today, ended_on + timedelta(days=1))


def week_start_on_or_before(day: date, week_starts_on: int) -> date:
    """Return the latest week start not after `day`; weekdays count from Monday = 0."""
    return day - timedelta(days=(day.weekday() - week_starts_on) % DAYS_IN_WEEK)


def trial_window(start: date, *, months: int = 3, week_starts_on: int = 0) -> TrialWindow:
    """Return the window of a trial that starts on `start`.

    Parameters
    ----------
    start : date
        Must fall on the first day of a week.
    months : int
        Calendar months the trial runs; it ends on the week end nearest to that date.
    week_starts_on : int
        Weekday, Monday = 0 to Sunday = 6.

    Raises
    ------
    InvalidInput
        When `start` is another weekday; names the two nearest valid days.
    """
    before = week_start_on_or_before(start, week_starts_on)
    if start != before:
        after = before + timedelta(days=DAYS_IN_WEEK)
        raise InvalidInput(
            "First day",
            spoken_day(start, year=True),
            f"a {WEEKDAYS[week_starts_on]}, the first day of a week; the two nearest are "
            f"{spoken_day(before, year=True)} and {spoken_day(after, year=True)}",
        )
    target = (start + relativedelta(months=months) - start).days
    # Week ends lie at 6, 13, 20 … days; seven is odd, so the nearest is never a tie.
    weeks = max(1, round((target + 1) / DAYS_IN_WEEK))
    return TrialWindow(start, weeks)


def day_in(field: str, text: str) -> date:
    """Return the day that a setting or an option names in ISO form.

    Raises
    ------
    InvalidInput
        When it is no day, or none from `FIRST_DAY` to `LAST_DAY`.
    """
    accepted = f"a date from {FIRST_DAY} to {LAST_DAY}, such as 2026-02-09"
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(field, text, accepted) from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise InvalidInput(field, text, accepted)
    return day


def spoken_day(day: date, today: date | None = None, *, year: bool = False) -> str:
    """Return a date as people say it: ``Fri 13 Feb`` or ``Fri 13 Feb 2026``.

    Parameters
    ----------
    today : date, optional
        The year is said where it is not this one's.
    year : bool
        Whether the year is said in any case.
    """
    text = f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}"
    year = year or (today is not None and day.year != today.year)
    return f"{text} {day.year}" if year else text


def spoken_span(first: date, last: date, today: date | None = None, *, year: bool = False) -> str:
    """Return a span of days as people say it: ``Mon 9 – Sun 15 Feb``.

    With a year, ``Mon 17 Mar – Sun 15 Jun 2025``, and both years where there are two. When it is
    said is as in :func:`spoken_day`.
    """
    year = year or (today is not None and {first.year, last.year} != {today.year})
    end = spoken_day(last, year=year)
    if (first.year, first.month) == (last.year, last.month):
        return f"{WEEKDAYS[first.weekday()][:3]} {first.day} – {end}"
    return f"{spoken_day(first, year=year and first.year != last.year)} – {end}"
