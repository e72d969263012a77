"""The rows of somebody's content calendar as posts of a trial, or why they are none."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from trial.domain.calendar import TrialWindow, spoken_day
from trial.domain.errors import InvalidInput
from trial.domain.fields import clean_line, web_address
from trial.domain.post_content import (
    CHANNEL_LIMIT,
    CHANNELS_LIMIT,
    CONTRIBUTOR_LIMIT,
    LINK_LIMIT,
    PILLAR_LIMIT,
    TITLE_LIMIT,
    WEEK_LIMIT,
)
from trial.domain.posts import Rework, delivery_days, is_backfilled
from trial.domain.review_rounds import rounds_of
from trial.ingest.days import DayOrder
from trial.ingest.headings import PostField
from trial.ingest.post_table import CALENDAR, PostRow, read_table
from trial.ingest.sheets import Sheet


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row that can become a post.

    Parameters
    ----------
    number : int
        As a person counts in the file.
    planned_for, planned_on, delivered_on, withdrawn_on, approved_on, shared_on : date or None
        `planned_on` is today where the file does not say.
    rounds : tuple of Rework
    duplicate : str
        A sentence where a post like it is there already, or in an earlier row; else empty.
    backfilled : bool
        Whether its delivery is entered late.
    """

    number: int
    title: str
    contributor: str = ""
    pillar: str = ""
    channels: tuple[str, ...] = ()
    planned_for: date | None = None
    planned_on: date | None = None
    delivered_on: date | None = None
    rounds: tuple[Rework, ...] = ()
    approved_on: date | None = None
    shared_on: date | None = None
    withdrawn_on: date | None = None
    link: str = ""
    duplicate: str = ""
    backfilled: bool = False

    @property
    def day(self) -> date:
        """The day it belongs to: its slot's, or that of its delivery."""
        day = self.planned_for or self.delivered_on
        assert day is not None
        return day


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that cannot become a post: its number, its title as far as known, and every reason."""

    number: int
    title: str
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        return f"Row {self.number}: {' '.join(self.reasons)}"


@dataclass(frozen=True, slots=True)
class ImportContext:
    """What rows are checked against.

    Parameters
    ----------
    existing : mapping of (str, date) to int
        How many posts the trial has under a title (casefolded) on a day.
    """

    window: TrialWindow
    today: date
    backfill_days: int
    existing: Mapping[tuple[str, date], int]


@dataclass(frozen=True, slots=True)
class CheckedRows:
    """All rows of a file.

    Parameters
    ----------
    order : DayOrder
        How the days were read.
    ambiguous : tuple of PostField
        Fields whose days could be read in two orders; a person has to say which.
    """

    rows: tuple[CheckedRow, ...]
    errors: tuple[RowError, ...]
    order: DayOrder
    ambiguous: tuple[PostField, ...]


def check_rows(
    sheet: Sheet,
    columns: Mapping[str, str],
    setting: ImportContext,
    *,
    order: DayOrder | None = None,
) -> CheckedRows:
    """Read every row as a post of the trial.

    Parameters
    ----------
    columns, order
        See :func:`trial.ingest.post_table.read_table`.
    """
    table = read_table(sheet, columns, CALENDAR, order=order)
    seen: dict[tuple[str, date], int] = {}
    per_week = Counter(
        week
        for (_, day), number in setting.existing.items()
        for week in [setting.window.week_of(day)] * number
    )
    rows: list[CheckedRow] = []
    errors: list[RowError] = []
    for row in table.rows:
        reader = _RowReader(row, setting)
        checked = reader.read()
        if checked is None:
            errors.append(RowError(row.number, reader.title_as_written, tuple(reader.reasons)))
            continue
        week = setting.window.week_of(checked.day)
        per_week[week] += 1
        if week is not None and per_week[week] > WEEK_LIMIT:
            full = f"Week {week + 1} would hold more than {WEEK_LIMIT} posts."
            errors.append(RowError(row.number, checked.title, (full,)))
            continue
        rows.append(_with_duplicate(checked, setting, seen))
    ambiguous = tuple(map(PostField, table.ambiguous))
    return CheckedRows(tuple(rows), tuple(errors), table.order, ambiguous)


def _with_duplicate(
    row: CheckedRow, setting: ImportContext, seen: dict[tuple[str, date], int]
) -> CheckedRow:
    key = (row.title.casefold(), row.day)
    sentence = ""
    if setting.existing.get(key):
        sentence = f"“{row.title}” stands on {spoken_day(row.day)} already."
    elif key in seen:
        sentence = f"The same as row {seen[key]}."
    seen.setdefault(key, row.number)
    return replace(row, duplicate=sentence) if sentence else row


# ------------------------------------------------------------------------------------ one row
_BETWEEN_CHANNELS = re.compile(r"[,;|/+&\n]|\bund\b|\band\b")
_T = TypeVar("_T")
_MAX_CHANNELS = 4 * CHANNELS_LIMIT * CHANNEL_LIMIT


class _RowReader:
    """Reads one row and gathers every reason against it."""

    def __init__(self, row: PostRow, setting: ImportContext) -> None:
        self._row = row
        self._setting = setting
        self.reasons = list(row.reasons)

    @property
    def title_as_written(self) -> str:
        """The title on one line, cut to 80 characters."""
        text = " ".join(self._row.text(PostField.TITLE).split())
        return text if len(text) <= 80 else f"{text[:79]}…"

    def read(self) -> CheckedRow | None:
        """Return the row as a post, or None once there is a reason against it."""
        title = self._line(PostField.TITLE, TITLE_LIMIT)
        contributor = self._line(PostField.CONTRIBUTOR, CONTRIBUTOR_LIMIT)
        pillar = self._line(PostField.PILLAR, PILLAR_LIMIT)
        channels = self._channels()
        link = self._link()
        if self.reasons:
            # Days that could not be read would make sentences about their absence wrong.
            return None
        planned_for, delivered_on = self._slot_and_delivery()
        rounds = self._rounds(delivered_on)
        approved_on, shared_on = self._review(delivered_on, rounds)
        withdrawn_on = self._withdrawal(shared_on)
        planned_on = self._planned_on(planned_for)
        if self.reasons:
            return None
        today, backfill_days = self._setting.today, self._setting.backfill_days
        entries = [(delivered_on, today), (planned_for, planned_on)]
        entries += [(round_.redelivered_on, today) for round_ in rounds]
        return CheckedRow(
            number=self._row.number,
            title=title,
            contributor=contributor,
            pillar=pillar,
            channels=channels,
            planned_for=planned_for,
            planned_on=planned_on,
            delivered_on=delivered_on,
            rounds=rounds,
            approved_on=approved_on,
            shared_on=shared_on,
            withdrawn_on=withdrawn_on,
            link=link,
            backfilled=any(
                is_backfilled(day, entered, backfill_days)
                for day, entered in entries
                if day is not None and entered is not None
            ),
        )

    def _refuse(self, field: PostField, value: date | str | None, accepted: str) -> None:
        self.reasons.append(str(self._row.refusal(field, value, accepted)))

    def _accepted(self, read: Callable[[], _T], refused: _T) -> _T:
        """Return what is read, or `refused` once the reason against it is noted."""
        try:
            return read()
        except InvalidInput as error:
            self.reasons.append(str(error))
            return refused

    def _line(self, field: PostField, limit: int) -> str:
        # A title that is a formula without its value has been told already.
        required = field is PostField.TITLE and not self._row.is_unread(field)
        text = self._row.text(field)
        return self._accepted(
            lambda: clean_line(field.label, text, limit=limit, required=required), ""
        )

    def _channels(self) -> tuple[str, ...]:
        text = self._row.text(PostField.CHANNELS)
        if len(text) > _MAX_CHANNELS:
            self._refuse(PostField.CHANNELS, text, f"at most {CHANNELS_LIMIT}")
            return ()
        parts = [part for part in _BETWEEN_CHANNELS.split(text) if part.strip()]
        cleaned: list[str] = self._accepted(
            lambda: [clean_line("Channel", part, limit=CHANNEL_LIMIT) for part in parts], []
        )
        named = tuple(dict.fromkeys(cleaned))
        if len(named) > CHANNELS_LIMIT:
            self._refuse(PostField.CHANNELS, f"{len(named)}", f"at most {CHANNELS_LIMIT}")
        return named

    def _link(self) -> str:
        typed = self._row.text(PostField.LINK)
        if not typed:
            return ""
        label = PostField.LINK.label
        return self._accepted(lambda: web_address(label, typed, limit=LINK_LIMIT), "")

    def _slot_and_delivery(self) -> tuple[date | None, date | None]:
        window, today = self._setting.window, self._setting.today
        slot, delivered = (
            self._row.day(PostField.PLANNED_FOR),
            self._row.day(PostField.DELIVERED_ON),
        )
        of_the_trial = (
            f"a day of the trial, {spoken_day(window.start, year=True)} to "
            f"{spoken_day(window.end, year=True)}"
        )
        if slot is None and delivered is None:
            self._refuse(PostField.PLANNED_FOR, None, "a day here or under Delivered on")
        if slot is not None and slot not in window:
            self._refuse(PostField.PLANNED_FOR, slot, of_the_trial)
        if delivered is None:
            return slot, None
        first, last = delivery_days(window, today, planned=slot is not None)
        if delivered > today:
            self._refuse(PostField.DELIVERED_ON, delivered, _until(today))
        elif not first <= delivered <= last:
            ahead = f"{spoken_day(first, year=True)} or later"
            self._refuse(PostField.DELIVERED_ON, delivered, ahead if slot else of_the_trial)
        return slot, delivered

    def _rounds(self, delivered: date | None) -> tuple[Rework, ...]:
        row, today = self._row, self._setting.today
        days = row.days(PostField.RETURNED_ON), row.days(PostField.REDELIVERED_ON)
        return self._accepted(
            lambda: rounds_of(delivered, *days, until=today, named=row.table.name_of), ()
        )

    def _review(
        self, delivered: date | None, rounds: Sequence[Rework]
    ) -> tuple[date | None, date | None]:
        approved, shared = self._row.day(PostField.APPROVED_ON), self._row.day(PostField.SHARED_ON)
        last = delivered if not rounds else rounds[-1].redelivered_on
        for field, day in ((PostField.APPROVED_ON, approved), (PostField.SHARED_ON, shared)):
            if day is None:
                continue
            if last is None:
                self._refuse(field, day, "nothing while the department holds the post")
            elif not last <= day <= self._setting.today:
                self._refuse(field, day, f"a day from {spoken_day(last, year=True)} to today")
        if approved and shared and shared < approved:
            accepted = f"{spoken_day(approved, year=True)}, when it was approved, or later"
            self._refuse(PostField.SHARED_ON, shared, accepted)
        return approved, shared

    def _withdrawal(self, shared: date | None) -> date | None:
        withdrawn = self._row.day(PostField.WITHDRAWN_ON)
        if withdrawn is None:
            return None
        if shared is not None:
            self._refuse(PostField.WITHDRAWN_ON, withdrawn, "nothing for a post that was shared")
        elif withdrawn > self._setting.today:
            self._refuse(PostField.WITHDRAWN_ON, withdrawn, _until(self._setting.today))
        return withdrawn

    def _planned_on(self, slot: date | None) -> date | None:
        told = self._row.day(PostField.PLANNED_ON)
        today = self._setting.today
        if slot is None:
            return None
        if told is None:
            # What the file does not say of its own calendar is known of ours: it enters it now.
            return today
        if told > min(slot, today):
            last = spoken_day(min(slot, today), year=True)
            self._refuse(PostField.PLANNED_ON, told, f"{last} or earlier")
        return told


def _until(today: date) -> str:
    return f"a day up to today, {spoken_day(today, year=True)}"
