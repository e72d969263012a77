"""Days that people typed: a whole column of them, read in one order.

``03/04/2026`` alone says nothing, but it rarely stands alone: one ``13/04/2026`` in the same
column settles how the others are meant. So a column is read as a whole, nothing is guessed for a
single cell, and where the column does not settle it either, that is said and a person decides.
"""

import re
import tomllib
import unicodedata
from calendar import monthrange
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain
from pathlib import Path

from trial.domain.calendar import FIRST_DAY, LAST_DAY, MONTHS
from trial.domain.errors import InvalidInput

FIRST_YEAR, LAST_YEAR = FIRST_DAY.year, LAST_DAY.year
"""Years a day may lie in, both inside."""
_MAX_DAY = 100
"""Longest text that is looked at as a day, in characters: weekday, day and time take half of it."""


class DayOrder(StrEnum):
    """How the days of a column are written."""

    ISO = "iso"
    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"
    SPELLED = "month in letters"
    SERIAL = "spreadsheet numbers"
    EMPTY = "no dates"


NUMERIC = (DayOrder.DAY_FIRST, DayOrder.MONTH_FIRST)
"""The orders of days written as numbers, one of which somebody may have to choose."""


@dataclass(frozen=True, slots=True)
class DayColumn:
    """A column of days as far as it could be read.

    Parameters
    ----------
    days : tuple of date or None
        One for each text; None for a blank and for a text in `errors`.
    errors : tuple of (int, str)
        Index and sentence for each text that is no day, in order.
    order : DayOrder
        How days written as numbers were read; where there are none, how the column is written.
    ambiguous : bool
        Whether another order would have read other days and nothing in the column speaks for
        one of them: somebody has to say.
    """

    days: tuple[date | None, ...]
    errors: tuple[tuple[int, str], ...]
    order: DayOrder
    ambiguous: bool


def read_days(
    texts: Sequence[str],
    *,
    field: str,
    order: DayOrder | None = None,
    beside: DayOrder | None = None,
) -> DayColumn:
    """Read a column of days.

    Accepted are ``2026-02-13``, ``13.02.2026``, ``13/02/2026``, ``02/13/2026``, each also with
    dashes, one-digit days or two-digit years (20xx), ``13 Feb 2026`` and ``Feb 13, 2026`` with
    English or German months, and the day numbers of spreadsheets; each may have a weekday before
    it and a time behind it, which is left out. A lone dash counts as blank.

    Parameters
    ----------
    texts : sequence of str
    field : str
        How the sentences name the column.
    order : DayOrder, optional
        ``DAY_FIRST`` or ``MONTH_FIRST`` where a person has decided; else the column decides, and
        where it is silent days come first. Dots speak for the day first.
    beside : DayOrder, optional
        ``DAY_FIRST`` or ``MONTH_FIRST`` where the columns of a file have settled it together; a
        person's word goes before it.
    """
    # The same days stand in many rows.
    counts = Counter(texts)
    cells = {text: _read(text) for text in counts}
    numeric = [(text, cell) for text, cell in cells.items() if isinstance(cell, _TwoNumbers)]
    day_first = sum(counts[text] for text, cell in numeric if cell.only_day_first)
    month_first = sum(counts[text] for text, cell in numeric if cell.only_month_first)
    by_person, by_file = order in NUMERIC, beside in NUMERIC
    if order is not None and by_person:
        chosen, why = order, "as chosen for this column"
    elif beside is not None and by_file:
        chosen, why = beside, "as other days of this file are written"
    else:
        chosen = DayOrder.MONTH_FIRST if month_first > day_first else DayOrder.DAY_FIRST
        why = "as other days of this column are written"
    # Exactly one side has spoken: with both, or neither, the open ones stay open.
    settled = by_person or by_file or (day_first > 0) != (month_first > 0)

    days: dict[str, date | None] = {}
    wrong: dict[str, str] = {}
    for text, cell in cells.items():
        accepted: str | None = None
        days[text] = None
        if isinstance(cell, _TwoNumbers):
            days[text], accepted = _in_order(cell, chosen, why, by_person=by_person)
        elif isinstance(cell, str):
            accepted = cell
        elif cell is not None:
            days[text], accepted = _day(cell.year, cell.month, cell.day)
        if accepted is not None:
            wrong[text] = str(InvalidInput(field, text.strip(), accepted))
    return DayColumn(
        tuple(days[text] for text in texts),
        tuple((index, wrong[text]) for index, text in enumerate(texts) if text in wrong),
        _order_of(cells.values(), chosen),
        not settled and any(cell.is_open for _, cell in numeric),
    )


# ------------------------------------------------------------------------------ one cell
@dataclass(frozen=True, slots=True)
class _Named:
    """A cell that says by itself which number is what."""

    year: int
    month: int
    day: int
    written: DayOrder


@dataclass(frozen=True, slots=True)
class _TwoNumbers:
    """A cell such as 03/04/2026, whose meaning hangs on the order."""

    first: int
    second: int
    year: int
    dotted: bool

    @property
    def only_day_first(self) -> bool:
        return self.second <= 12 and (self.first > 12 or self.dotted)

    @property
    def only_month_first(self) -> bool:
        return self.first <= 12 < self.second

    @property
    def is_open(self) -> bool:
        """Whether both orders would do and give different days."""
        return not self.dotted and max(self.first, self.second) <= 12 and self.first != self.second


_EXAMPLE = "a date such as 2026-02-13, 13.02.2026 or 13 Feb 2026"
_BLANKS = frozenset({"", "-", "–", "—"})

_WORDS = tomllib.loads((Path(__file__).parent / "day_words.toml").read_text(encoding="utf-8"))
_MONTHS = {name: number for number, names in enumerate(_WORDS["months"], start=1) for name in names}
_WEEKDAY = re.compile(rf"(?:{'|'.join(chain(*_WORDS['weekdays']))})\b[.,]*\s*")
_TIME = re.compile(
    r"(?:\s*,?\s+|t)(?:um\s+|at\s+)?\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"
    r"\s*(?:[ap]\.?m\.?|uhr|h|z|utc|[+-]\d{2}:?\d{2})?$",
    re.ASCII,
)
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})", re.ASCII)
_DAY_MONTH = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?[\s-]*(?:of\s+)?(?P<month>[a-zä]+)\.?[\s,-]*"
    r"(?P<year>\d{4}|\d{2})",
    re.ASCII,
)
_MONTH_DAY = re.compile(
    r"(?P<month>[a-zä]+)\.?[\s-]*(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?(?:\s*,\s*|[\s-]+)"
    r"(?P<year>\d{4}|\d{2})",
    re.ASCII,
)
_NO_YEAR = re.compile(
    r"\d{1,2}[./-]\d{1,2}\.?|\d{1,2}(?:st|nd|rd|th|\.)?\s*([a-zä]+)\.?|([a-zä]+)\.?\s*\d{1,2}\.?",
    re.ASCII,
)
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?", re.ASCII)
# Day 60 of spreadsheets never was (29 Feb 1900); counted from here, every later day is right.
_SERIAL_ZERO = date(1899, 12, 30)


def _read(text: str) -> _Named | _TwoNumbers | str | None:
    """Return what a cell says: a day, two numbers, what would be accepted, or None for blank."""
    if len(text) > _MAX_DAY:
        return _EXAMPLE
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    if plain in _BLANKS:
        return None
    plain = _TIME.sub("", _WEEKDAY.sub("", plain, count=1) if plain[0].isalpha() else plain)
    plain = plain.strip(" ,")
    if match := _ISO.fullmatch(plain) or _COMPACT.fullmatch(plain):
        parts = match.groups()
        return _Named(int(parts[0]), int(parts[-2]), int(parts[-1]), DayOrder.ISO)
    if match := _NUMBERS.fullmatch(plain):
        first, separator, second, year = match.groups()
        return _TwoNumbers(int(first), int(second), _year(year), separator == ".")
    for spelled in (_DAY_MONTH, _MONTH_DAY):
        if (match := spelled.fullmatch(plain)) and (month := _MONTHS.get(match["month"])):
            return _Named(_year(match["year"]), month, int(match["day"]), DayOrder.SPELLED)
    if match := _SERIAL.fullmatch(plain):
        day_of = _SERIAL_ZERO + timedelta(days=int(match[1]))
        return _Named(day_of.year, day_of.month, day_of.day, DayOrder.SERIAL)
    match = _NO_YEAR.fullmatch(plain)
    if match and all(month is None or month in _MONTHS for month in match.groups()):
        return "a date with its year, such as 13.02.2026"
    return _EXAMPLE


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _in_order(
    cell: _TwoNumbers, order: DayOrder, why: str, *, by_person: bool
) -> tuple[date | None, str | None]:
    """Return the day of a cell in the column's order, or what would be accepted instead."""
    if order is DayOrder.DAY_FIRST:
        if cell.only_month_first:
            return None, f"the day first, {why}"
        return _day(cell.year, cell.second, cell.first)
    # A person who says that months come first says it of days with dots too.
    if cell.only_day_first and (cell.first > 12 or not by_person):
        return None, f"the month first, {why}"
    return _day(cell.year, cell.first, cell.second)


def _day(year: int, month: int, day: int) -> tuple[date | None, str | None]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None, f"a year from {FIRST_YEAR} to {LAST_YEAR}"
    if not 1 <= month <= 12:
        return None, f"a month from 1 to 12, not {month}"
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        return None, f"a day that exists; {MONTHS[month - 1]} {year} has {days} days"
    return date(year, month, day), None


def _order_of(cells: Collection[_Named | _TwoNumbers | str | None], chosen: DayOrder) -> DayOrder:
    if any(isinstance(cell, _TwoNumbers) for cell in cells):
        return chosen
    written = {cell.written for cell in cells if isinstance(cell, _Named)}
    by_rank = (DayOrder.ISO, DayOrder.SPELLED, DayOrder.SERIAL)
    return next((order for order in by_rank if order in written), DayOrder.EMPTY)
