"""The rows of somebody's content calendar as posts of a trial, or why they are none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

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
from trial.domain.posts import Rework, is_backfilled
from trial.domain.review_rounds import days_in, rounds_of
from trial.ingest.days import DayOrder, read_days
from trial.ingest.import_columns import DAY_FIELDS, ROUND_FIELDS, ImportField
from trial.ingest.sheets import Sheet, SheetRow, cell_name

FINISHED_AHEAD = timedelta(days=60)
"""How long before the trial a post of it may have been delivered."""


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row that can become a post.

    Parameters
    ----------
    number : int
        As a person counts in the file.
    planned_for, planned_on, delivered_on, withdrawn_on, approved_on, shared_on : date or None
        `planned_on` is today for a slot ahead where the file does not say.
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
    ambiguous : tuple of ImportField
        Fields whose days could be read in two orders; a person has to say which.
    """

    rows: tuple[CheckedRow, ...]
    errors: tuple[RowError, ...]
    order: DayOrder
    ambiguous: tuple[ImportField, ...]


def check_rows(
    sheet: Sheet,
    columns: Mapping[ImportField, str],
    setting: ImportContext,
    *,
    order: DayOrder | None = None,
) -> CheckedRows:
    """Read every row as a post of the trial.

    Parameters
    ----------
    columns : mapping of ImportField to str
        The column of each field.
    order : DayOrder, optional
        What a person has decided about ``03/04/2026``.
    """
    days = _read_all_days(sheet, columns, order)
    seen: dict[tuple[str, date], int] = {}
    per_week = Counter(
        week
        for (_, day), number in setting.existing.items()
        for week in [setting.window.week_of(day)] * number
    )
    rows: list[CheckedRow] = []
    errors: list[RowError] = []
    for index, row in enumerate(sheet.rows):
        reader = _RowReader(sheet, row, columns, setting, days.by_row[index])
        reader.reasons.extend(days.errors.get(index, ()))
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
    return CheckedRows(tuple(rows), tuple(errors), days.order, days.ambiguous)


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


# ----------------------------------------------------------------------------------- the days
@dataclass(frozen=True, slots=True)
class _Days:
    by_row: list[dict[ImportField, list[date]]]
    errors: dict[int, list[str]]
    order: DayOrder
    ambiguous: tuple[ImportField, ...]


def _read_all_days(
    sheet: Sheet, columns: Mapping[ImportField, str], order: DayOrder | None
) -> _Days:
    """Read every column of days; one that settles the order settles it for all of them."""
    texts: dict[ImportField, list[tuple[int, str]]] = {}
    for field in DAY_FIELDS:
        if field not in columns:
            continue
        cells = enumerate(sheet.column(columns[field]))
        texts[field] = [
            (index, part)
            for index, cell in cells
            for part in (days_in(cell) if field in ROUND_FIELDS else [cell] if cell else [])
        ]
    whole = read_days(
        [text for entries in texts.values() for _, text in entries], field="Day", order=order
    )
    settled = None if whole.ambiguous else whole.order
    found = _Days([{} for _ in sheet.rows], {}, whole.order, ())
    open_fields = []
    for field, entries in texts.items():
        days = [text for _, text in entries]
        read = read_days(days, field=field.label, order=order, beside=settled)
        if read.ambiguous:
            open_fields.append(field)
        for (index, _), day in zip(entries, read.days, strict=True):
            if day is not None:
                found.by_row[index].setdefault(field, []).append(day)
        for position, sentence in read.errors:
            found.errors.setdefault(entries[position][0], []).append(sentence)
    return _Days(found.by_row, found.errors, found.order, tuple(open_fields))


# ------------------------------------------------------------------------------------ one row
_BETWEEN_CHANNELS = re.compile(r"[,;|/+&\n]|\bund\b|\band\b")
_LONGEST_CHANNELS = 4 * CHANNELS_LIMIT * CHANNEL_LIMIT


class _RowReader:
    """Reads one row and gathers every reason against it."""

    def __init__(
        self,
        sheet: Sheet,
        row: SheetRow,
        columns: Mapping[ImportField, str],
        setting: ImportContext,
        days: Mapping[ImportField, Sequence[date]],
    ) -> None:
        self._indices = {field: sheet.columns.index(name) for field, name in columns.items()}
        self._row = row
        self._setting = setting
        self._days = days
        self.reasons: list[str] = []

    @property
    def title_as_written(self) -> str:
        text = " ".join(self._text(ImportField.TITLE).split())
        return text if len(text) <= 80 else f"{text[:79]}…"

    def read(self) -> CheckedRow | None:
        """Return the row as a post, or None once there is a reason against it."""
        self._whole()
        texts = {
            field: self._line(field, limit)
            for field, limit in (
                (ImportField.TITLE, TITLE_LIMIT),
                (ImportField.CONTRIBUTOR, CONTRIBUTOR_LIMIT),
                (ImportField.PILLAR, PILLAR_LIMIT),
            )
        }
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
        today = self._setting.today
        handed_over = [
            delivered_on,
            *(round_.redelivered_on for round_ in rounds),
        ]
        return CheckedRow(
            number=self._row.number,
            title=texts[ImportField.TITLE],
            contributor=texts[ImportField.CONTRIBUTOR],
            pillar=texts[ImportField.PILLAR],
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
                is_backfilled(day, today, self._setting.backfill_days)
                for day in handed_over
                if day is not None
            ),
        )

    @property
    def _unread(self) -> frozenset[int]:
        return self._row.without_value & frozenset(self._indices.values())

    def _index(self, field: ImportField) -> int | None:
        return self._indices.get(field)

    def _text(self, field: ImportField) -> str:
        index = self._index(field)
        return "" if index is None else self._row.cells[index]

    def _day(self, field: ImportField) -> date | None:
        return next(iter(self._days.get(field, ())), None)

    def _refuse(self, field: ImportField, value: date | str | None, accepted: str) -> None:
        said = spoken_day(value, year=True) if isinstance(value, date) else value
        self.reasons.append(str(InvalidInput(field.label, said, accepted)))

    def _whole(self) -> None:
        if self._row.surplus:
            self.reasons.append(
                "It has more cells than the heading; a text with the separator in it needs quotes."
            )
        if self._unread:
            cell = cell_name(self._row.number, min(self._unread))
            self.reasons.append(
                f"Cell {cell} is a formula without a stored value; open the file in Excel and "
                "save it once."
            )

    def _line(self, field: ImportField, limit: int) -> str:
        try:
            # A title that is a formula without its value has been told already.
            required = field is ImportField.TITLE and self._index(field) not in self._unread
            return clean_line(field.label, self._text(field), limit=limit, required=required)
        except InvalidInput as error:
            self.reasons.append(str(error))
            return ""

    def _channels(self) -> tuple[str, ...]:
        text = self._text(ImportField.CHANNELS)
        if len(text) > _LONGEST_CHANNELS:
            self._refuse(ImportField.CHANNELS, text, f"at most {CHANNELS_LIMIT}")
            return ()
        parts = _BETWEEN_CHANNELS.split(text)
        try:
            named = tuple(
                dict.fromkeys(
                    clean_line("Channel", part, limit=CHANNEL_LIMIT)
                    for part in parts
                    if part.strip()
                )
            )
        except InvalidInput as error:
            self.reasons.append(str(error))
            return ()
        if len(named) > CHANNELS_LIMIT:
            self._refuse(ImportField.CHANNELS, f"{len(named)}", f"at most {CHANNELS_LIMIT}")
        return named

    def _link(self) -> str:
        typed = self._text(ImportField.LINK)
        if not typed:
            return ""
        try:
            return web_address(ImportField.LINK.label, typed, limit=LINK_LIMIT)
        except InvalidInput as error:
            self.reasons.append(str(error))
            return ""

    def _slot_and_delivery(self) -> tuple[date | None, date | None]:
        window, today = self._setting.window, self._setting.today
        slot, delivered = self._day(ImportField.PLANNED_FOR), self._day(ImportField.DELIVERED_ON)
        of_the_trial = (
            f"a day of the trial, {spoken_day(window.start, year=True)} to "
            f"{spoken_day(window.end, year=True)}"
        )
        if slot is None and delivered is None:
            self._refuse(ImportField.PLANNED_FOR, None, "a day here or under Delivered on")
        if slot is not None and slot not in window:
            self._refuse(ImportField.PLANNED_FOR, slot, of_the_trial)
        if delivered is None:
            return slot, None
        if delivered > today:
            self._refuse(ImportField.DELIVERED_ON, delivered, _until(today))
        elif slot is None and delivered not in window:
            self._refuse(ImportField.DELIVERED_ON, delivered, of_the_trial)
        elif delivered < window.start - FINISHED_AHEAD:
            first = spoken_day(window.start - FINISHED_AHEAD, year=True)
            self._refuse(ImportField.DELIVERED_ON, delivered, f"{first} or later")
        return slot, delivered

    def _rounds(self, delivered: date | None) -> tuple[Rework, ...]:
        try:
            return rounds_of(
                delivered,
                self._days.get(ImportField.RETURNED_ON, ()),
                self._days.get(ImportField.REDELIVERED_ON, ()),
                until=self._setting.today,
                named=lambda column: ImportField(column).label,
            )
        except InvalidInput as error:
            self.reasons.append(str(error))
            return ()

    def _review(
        self, delivered: date | None, rounds: Sequence[Rework]
    ) -> tuple[date | None, date | None]:
        approved, shared = self._day(ImportField.APPROVED_ON), self._day(ImportField.SHARED_ON)
        last = delivered if not rounds else rounds[-1].redelivered_on
        for field, day in ((ImportField.APPROVED_ON, approved), (ImportField.SHARED_ON, shared)):
            if day is None:
                continue
            if last is None:
                self._refuse(field, day, "nothing while the department holds the post")
            elif not last <= day <= self._setting.today:
                self._refuse(field, day, f"a day from {spoken_day(last, year=True)} to today")
        if approved and shared and shared < approved:
            accepted = f"{spoken_day(approved, year=True)}, when it was approved, or later"
            self._refuse(ImportField.SHARED_ON, shared, accepted)
        return approved, shared

    def _withdrawal(self, shared: date | None) -> date | None:
        withdrawn = self._day(ImportField.WITHDRAWN_ON)
        if withdrawn is None:
            return None
        if shared is not None:
            self._refuse(ImportField.WITHDRAWN_ON, withdrawn, "nothing for a post that was shared")
        elif withdrawn > self._setting.today:
            self._refuse(ImportField.WITHDRAWN_ON, withdrawn, _until(self._setting.today))
        return withdrawn

    def _planned_on(self, slot: date | None) -> date | None:
        told = self._day(ImportField.PLANNED_ON)
        today = self._setting.today
        if slot is None:
            return None
        if told is None:
            # A slot ahead enters the calendar now. When a past one did, the file does not say.
            return today if slot >= today else None
        if told > min(slot, today):
            last = spoken_day(min(slot, today), year=True)
            self._refuse(ImportField.PLANNED_ON, told, f"{last} or earlier")
        return told


def _until(today: date) -> str:
    return f"a day up to today, {spoken_day(today, year=True)}"
