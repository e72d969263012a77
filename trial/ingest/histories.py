"""The posting histories of existing accounts, as people bring them along.

A row is a post, or a day with a number of posts; the columns are the account and the date. A
second file may say from when to when each account was watched. Where nobody said, an account is
taken to have been watched from its first post to the last day in the file.

What a verdict rests on, or is measured on, must be right, so nothing doubtful is passed over: a
day in the future, a day that stands twice, a post outside the days an account was watched, or an
account nobody described is refused with its row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from trial.domain import fields
from trial.domain.calendar import spoken_day
from trial.domain.counts import count_of
from trial.domain.errors import InvalidInput, shown
from trial.domain.timelines import Account
from trial.ingest.days import read_days
from trial.ingest.sheets import ROW_LIMIT, Sheet, SheetRow, read_sheet

MAX_POSTS_A_DAY = 4_000
"""Posts of an account on one day, over all its rows; seven such days still fit a week's count."""
NAME_LIMIT = 200
"""Longest name of an account, and of where it is from."""
MAX_ROWS = 500_000
"""Most rows of a CSV file of posts; a workbook's limit is lower, see `sheets.ROW_LIMIT`."""

_SOURCE, _ACCOUNT, _DATE, _COUNT = "source", "account", "date", "n"
_FROM, _UNTIL, _CUT_OFF = "obs_start", "obs_end", "left_truncated"
_GRANULARITY, _CLUSTER = "granularity", "cluster"

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    _SOURCE: ("source", "quelle"),
    _ACCOUNT: ("account", "konto", "kanal", "channel"),
    _DATE: ("date", "datum", "day", "tag"),
    _COUNT: ("n", "count", "posts", "anzahl"),
}


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """A file that somebody brought: its name, for the sentences, and what is in it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Histories:
    """The accounts of a file, and sentences worth telling about how it was read."""

    accounts: tuple[Account, ...]
    notes: tuple[str, ...]


def read_histories(
    posts: HistoryFile,
    accounts: HistoryFile | None = None,
    *,
    today: date,
    until: date | None = None,
) -> Histories:
    """Read posting histories.

    Parameters
    ----------
    posts : HistoryFile
        CSV or Excel with the columns account and date; n or count where a row is a day, source
        where accounts of one name come from several places. Days may be written as in
        :func:`trial.ingest.days.read_days`.
    accounts : HistoryFile, optional
        The columns account, obs_start, obs_end; source where the posts have it; left_truncated
        (1 where the account was there before), granularity (day or week) and cluster (the
        same for accounts run by the same people) where known.
    today : date
        Nothing later has happened yet.
    until : date, optional
        The last day all accounts were watched, where there is no second file.

    Raises
    ------
    InvalidInput
        At the first row that cannot be taken; names file, row, column, value and what would be.
    """
    sheet = read_sheet(posts.name, posts.content, row_limit=MAX_ROWS)
    columns = _columns(sheet, (_ACCOUNT, _DATE))
    days = _days(sheet, columns, _DATE, today)
    watched = None if accounts is None else _watched(accounts, today)
    if until is not None:
        if watched is not None:
            raise InvalidInput("Until", until, "no day beside a file that says it of each account")
        if until > today:
            raise InvalidInput("Until", spoken_day(until, year=True), _up_to(today))
    found = _posts(sheet, columns, days, watched, until)
    last_of_source: dict[str, date] = {}
    for row, day in zip(sheet.rows, days, strict=True):
        source = _cell(row, columns, _SOURCE)
        last_of_source[source] = max(last_of_source.get(source, day), day)
    read = []
    without_post = 0
    for key in watched if watched is not None else found:
        by_day = found.get(key, {})
        if not by_day:
            without_post += 1
            continue
        if watched is None:
            watch = _Watch(min(by_day), until or last_of_source[key[0]])
        else:
            watch = watched[key]
        read.append(
            Account(
                source=key[0],
                name=key[1],
                observed_from=watch.first,
                observed_until=watch.last,
                is_cut_off=watch.is_cut_off,
                by_day=watch.by_day,
                posts=by_day,
                cluster=watch.cluster,
            )
        )
    if not read:
        raise InvalidInput(posts.name, "no posts", "at least one row with a post")
    notes = [*sheet.notes, *_order_note(sheet, columns, days), *_repeat_note(columns, found)]
    if without_post:
        accounts_have = count_of(without_post, "account has", "accounts have")
        notes.append(f"{accounts_have} no post at all and cannot be a trial.")
    if watched is None:
        notes.append(_watched_note(until, last_of_source.values()))
    return Histories(tuple(read), tuple(notes))


_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Watch:
    """How an account was watched."""

    first: date
    last: date
    is_cut_off: bool = False
    by_day: bool = True
    cluster: str = ""


def _columns(sheet: Sheet, needed: Sequence[str]) -> dict[str, int]:
    """Return which column is which, by what it is called here."""
    plain = ["_".join(column.casefold().split()) for column in sheet.columns]
    columns: dict[str, int] = {}
    for index, heading in enumerate(plain):
        name = next((key for key, names in _HEADINGS.items() if heading in names), heading)
        columns.setdefault(name, index)
    missing = [name for name in needed if name not in columns]
    if missing:
        raise InvalidInput(
            f"{sheet.name}, heading",
            ", ".join(sheet.columns),
            f"a heading that also has {', '.join(missing)}",
        )
    return columns


def _cell(row: SheetRow, columns: Mapping[str, int], name: str) -> str:
    index = columns.get(name)
    return "" if index is None else row.cells[index]


def _where(sheet: Sheet, row: SheetRow, name: str) -> str:
    return f"{sheet.name}, row {row.number}, {name}"


def _days(sheet: Sheet, columns: Mapping[str, int], name: str, today: date) -> list[date]:
    """Return the day of each row in one column."""
    texts = sheet.column(sheet.columns[columns[name]])
    # The same days stand in many rows.
    different = list(dict.fromkeys(texts))
    read = read_days(different, field=name)
    day_of = dict(zip(different, read.days, strict=True))
    wrong = {different[index]: sentence for index, sentence in read.errors}
    days = []
    for row, text in zip(sheet.rows, texts, strict=True):
        if text in wrong:
            raise InvalidDay(f"{sheet.name}, row {row.number}", text, wrong[text])
        day = day_of[text]
        if day is None:
            raise InvalidInput(_where(sheet, row, name), None, "a date such as 2026-02-13")
        if day > today:
            raise InvalidInput(_where(sheet, row, name), spoken_day(day, year=True), _up_to(today))
        days.append(day)
    if read.ambiguous:
        raise InvalidInput(
            f"{sheet.name}, {name}",
            texts[0],
            "dates that can be read in one way only, such as 2026-02-13 or 13.02.2026",
        )
    return days


class InvalidDay(InvalidInput):
    """A cell that is no day, told with its row by the sentence that reading the column gave."""

    def __init__(self, where: str, text: str, sentence: str) -> None:
        super().__init__(where, text, "a day")
        self.args = (f"{where}, {sentence}",)


def _up_to(today: date) -> str:
    return f"a day up to today, {spoken_day(today, year=True)}"


def _posts(
    sheet: Sheet,
    columns: Mapping[str, int],
    days: Sequence[date],
    watched: Mapping[_Key, _Watch] | None,
    until: date | None,
) -> dict[_Key, dict[date, int]]:
    """Return posts a day by account; an account of nothing but zeros is in it, empty."""
    found: dict[_Key, dict[date, int]] = {}
    rows_of_day: dict[tuple[_Key, date], int] = {}
    for row, day in zip(sheet.rows, days, strict=True):
        if row.surplus:
            raise InvalidInput(
                f"{sheet.name}, row {row.number}",
                f"{len(row.cells) + row.surplus} cells",
                f"{len(row.cells)}, as in the heading",
            )
        name = _cell(row, columns, _ACCOUNT)
        if not name:
            raise InvalidInput(_where(sheet, row, _ACCOUNT), None, "the name of the account")
        if _SOURCE in columns and not _cell(row, columns, _SOURCE):
            raise InvalidInput(_where(sheet, row, _SOURCE), None, "where the account is from")
        key = (_cell(row, columns, _SOURCE), name)
        if key not in found:
            _refuse_odd_names(sheet, row, key)
        number = _number(sheet, row, columns)
        if _COUNT in columns:
            earlier = rows_of_day.setdefault((key, day), row.number)
            if earlier != row.number:
                raise InvalidInput(
                    _where(sheet, row, _DATE),
                    spoken_day(day, year=True),
                    f"one row a day where {sheet.columns[columns[_COUNT]]} counts the posts; row "
                    f"{earlier} has this account and day already",
                )
        _refuse_unwatched(sheet, row, key, day, watched, until)
        posted = found.setdefault(key, {})
        if number:
            posted[day] = posted.get(day, 0) + number
        if posted.get(day, 0) > MAX_POSTS_A_DAY:
            raise InvalidInput(
                _where(sheet, row, _DATE),
                f"{posted[day]:,} posts on {spoken_day(day, year=True)}",
                f"at most {MAX_POSTS_A_DAY:,} posts a day",
            )
    return found


def _refuse_odd_names(sheet: Sheet, row: SheetRow, key: _Key) -> None:
    """Refuse names that are too long or cannot be shown."""
    for name, column in zip(key, (_SOURCE, _ACCOUNT), strict=True):
        fields.verbatim(_where(sheet, row, column), name, limit=NAME_LIMIT, required=False)


def _number(sheet: Sheet, row: SheetRow, columns: Mapping[str, int]) -> int:
    if _COUNT not in columns:
        return 1
    text = _cell(row, columns, _COUNT)
    # Thousands of digits are no number that Python reads.
    is_whole = text.isascii() and text.isdigit() and len(text) <= 9
    if not is_whole or int(text) > MAX_POSTS_A_DAY:
        raise InvalidInput(
            _where(sheet, row, sheet.columns[columns[_COUNT]]),
            text,
            f"a whole number from 0 to {MAX_POSTS_A_DAY:,}",
        )
    return int(text)


def _refuse_unwatched(
    sheet: Sheet,
    row: SheetRow,
    key: _Key,
    day: date,
    watched: Mapping[_Key, _Watch] | None,
    until: date | None,
) -> None:
    if watched is None:
        if until is not None and day > until:
            raise InvalidInput(
                _where(sheet, row, _DATE),
                spoken_day(day, year=True),
                f"a day up to {spoken_day(until, year=True)}, when watching ended",
            )
        return
    watch = watched.get(key)
    if watch is None:
        raise InvalidInput(
            _where(sheet, row, _ACCOUNT),
            " · ".join(part for part in key if part),
            "an account that the file of accounts has",
        )
    if not watch.first <= day <= watch.last:
        raise InvalidInput(
            _where(sheet, row, _DATE),
            spoken_day(day, year=True),
            f"a day from {spoken_day(watch.first, year=True)} to "
            f"{spoken_day(watch.last, year=True)}, when {shown(key[1])} was watched",
        )


def _watched(file: HistoryFile, today: date) -> dict[_Key, _Watch]:
    """Return how each account was watched, in the order of the file."""
    sheet = read_sheet(file.name, file.content, row_limit=ROW_LIMIT)
    columns = _columns(sheet, (_ACCOUNT, _FROM, _UNTIL))
    first, last = (_days(sheet, columns, name, today) for name in (_FROM, _UNTIL))
    found: dict[_Key, _Watch] = {}
    for row, begin, end in zip(sheet.rows, first, last, strict=True):
        name = _cell(row, columns, _ACCOUNT)
        if not name:
            raise InvalidInput(_where(sheet, row, _ACCOUNT), None, "the name of the account")
        if end < begin:
            raise InvalidInput(
                _where(sheet, row, _UNTIL),
                spoken_day(end, year=True),
                f"a day from {_FROM} on, {spoken_day(begin, year=True)}",
            )
        key = (_cell(row, columns, _SOURCE), name)
        _refuse_odd_names(sheet, row, key)
        if key in found:
            raise InvalidInput(_where(sheet, row, _ACCOUNT), name, "one row an account")
        found[key] = _Watch(
            first=begin,
            last=end,
            is_cut_off=_one_of(sheet, row, columns, _CUT_OFF, ("0", "1")) == "1",
            by_day=_one_of(sheet, row, columns, _GRANULARITY, ("day", "week")) == "day",
            cluster=_cell(row, columns, _CLUSTER),
        )
    return found


def _one_of(
    sheet: Sheet,
    row: SheetRow,
    columns: Mapping[str, int],
    name: str,
    allowed: tuple[str, str],
) -> str:
    """Return a cell that is one of two words; the first where the column or the cell is empty."""
    text = _cell(row, columns, name) or allowed[0]
    if text not in allowed:
        raise InvalidInput(_where(sheet, row, name), text, " or ".join(allowed))
    return text


def _watched_note(until: date | None, last_days: Collection[date]) -> str:
    last = spoken_day(until or max(last_days), year=True)
    by_source = until is None and len(last_days) > 1
    return (
        f"Each account is taken to have been watched from its first post to {last}"
        f"{' or the last day of its source' if by_source else ''}."
    )


def _repeat_note(columns: Mapping[str, int], found: Mapping[_Key, Mapping[date, int]]) -> list[str]:
    """Return how many rows have the account and day of another, where a row is a post.

    Two posts a day are ordinary and rows pasted twice look the same, so it is said, not refused.
    """
    if _COUNT in columns:
        return []
    repeats = sum(number - 1 for by_day in found.values() for number in by_day.values())
    if not repeats:
        return []
    rows = count_of(repeats, "row repeats", "rows repeat")
    return [f"{rows} an account and day; each row counts as a post."]


def _order_note(sheet: Sheet, columns: Mapping[str, int], days: Sequence[date]) -> list[str]:
    latest: dict[_Key, date] = {}
    for row, day in zip(sheet.rows, days, strict=True):
        key = (_cell(row, columns, _SOURCE), _cell(row, columns, _ACCOUNT))
        if day < latest.get(key, day):
            return [f"The dates of {sheet.name} are not in order; they were put in order."]
        latest[key] = day
    return []
