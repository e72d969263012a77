"""The posting histories of existing accounts, as people bring them along.

A row is a post, or a day with a number of posts; the columns are the account and the date. A
second file may say from when to when each account was watched. Where nobody said, an account is
taken to have been watched from its first post to the last day in the file.

What a verdict rests on, or is measured on, must be right, so nothing doubtful is passed over: a
day in the future, a day that stands twice, a post outside the days an account was watched, or an
account nobody described is refused with its row.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from trial.domain import fields
from trial.domain.calendar import spoken_day
from trial.domain.counts import count_of
from trial.domain.errors import InvalidInput, shown
from trial.domain.timelines import Account
from trial.ingest.headings import Headings, HistoryField, read_headings
from trial.ingest.post_table import (
    HISTORY,
    WATCHED,
    PostRow,
    PostTable,
    TableSpec,
    needed_columns,
    read_table,
)
from trial.ingest.raw_tables import ROW_LIMIT
from trial.ingest.sheets import read_sheet

MAX_POSTS_A_DAY = 4_000
"""Posts of an account on one day, over all its rows; seven such days still fit a week's count."""
NAME_LIMIT = 200
"""Longest name of an account, and of where it is from."""
MAX_ROWS = 500_000
"""Most rows of a CSV file of posts; a workbook's limit is lower."""


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
    headings: Headings | None = None,
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
    headings : Headings, optional
        By default those of the data folder that commands use.

    Raises
    ------
    InvalidInput
        At the first row that cannot be taken; names file, row, column, value and what would be.
    """
    words = (headings or read_headings()).words_of(HISTORY.kind)
    table = _table(posts, HISTORY, words, row_limit=MAX_ROWS)
    watched = None
    if accounts is not None:
        watched = _watched(_table(accounts, WATCHED, words, row_limit=ROW_LIMIT), today)
    if until is not None:
        if watched is not None:
            raise InvalidInput("Until", until, "no day beside a file that says it of each account")
        if until > today:
            raise InvalidInput("Until", spoken_day(until, year=True), _up_to(today))
    found = _posts(table, watched, until, today)
    if not any(found.values()):
        raise InvalidInput(posts.name, "no posts", "at least one row with a post")
    notes = [*table.sheet.notes, *table.heading_notes()]
    notes += [*_order_note(table), *_repeat_note(table, found)]
    keys = list(found if watched is None else watched)
    if without_post := sum(not found.get(key) for key in keys):
        accounts_have = count_of(without_post, "account has", "accounts have")
        notes.append(f"{accounts_have} no post at all and cannot be a trial.")
    if watched is None:
        last_days = _last_days(table)
        notes.append(_watched_note(until, last_days.values()))
        watched = _unwatched(found, last_days, until)
    read = (replace(watched[key], posts=found[key]) for key in keys if found.get(key))
    return Histories(tuple(read), tuple(notes))


_Key = tuple[str, str]


def _unwatched(
    found: Mapping[_Key, Mapping[date, int]], last_days: Mapping[str, date], until: date | None
) -> dict[_Key, Account]:
    """Return the accounts of which nobody said how they were watched."""
    return {
        key: Account(
            source=key[0],
            name=key[1],
            observed_from=min(by_day),
            observed_until=until or last_days[key[0]],
            is_cut_off=False,
            by_day=True,
            posts={},
        )
        for key, by_day in found.items()
        if by_day
    }


def _table(
    file: HistoryFile, spec: TableSpec, words: Mapping[str, tuple[str, ...]], *, row_limit: int
) -> PostTable:
    sheet = read_sheet(file.name, file.content, row_limit=row_limit)
    table = read_table(sheet, needed_columns(sheet, spec, words), spec)
    table.refuse_ambiguous()
    return table


def _where(row: PostRow) -> str:
    return f"{row.table.sheet.name}, row {row.number}"


def _refused(row: PostRow, field: str, value: date | str | None, accepted: str) -> InvalidInput:
    told = spoken_day(value, year=True) if isinstance(value, date) else value
    return InvalidInput(f"{_where(row)}, {row.table.name_of(field)}", told, accepted)


def _readable_rows(table: PostTable) -> Iterator[PostRow]:
    """Yield the rows; the first that cannot be read is refused with its reason."""
    for row in table.rows:
        if row.reasons:
            reason, where = row.reasons[0], _where(row)
            between = ": " if row.is_doubtful else ", "
            raise InvalidInput(where, reason, "a row", sentence=f"{where}{between}{reason}")
        yield row


def _day(row: PostRow, field: str, today: date) -> date:
    day = row.day(field)
    if day is None:
        raise _refused(row, field, None, "a date such as 2026-02-13")
    if day > today:
        raise _refused(row, field, day, _up_to(today))
    return day


def _key(row: PostRow) -> _Key:
    return row.text(HistoryField.SOURCE), row.text(HistoryField.ACCOUNT)


def _refuse_odd_key(row: PostRow) -> None:
    """Refuse an account without a name, and names that are too long or cannot be shown."""
    if not row.text(HistoryField.ACCOUNT):
        raise _refused(row, HistoryField.ACCOUNT, None, "the name of the account")
    for field in (HistoryField.SOURCE, HistoryField.ACCOUNT):
        where = f"{_where(row)}, {row.table.name_of(field)}"
        fields.verbatim(where, row.text(field), limit=NAME_LIMIT, required=False)


def _up_to(today: date) -> str:
    return f"a day up to today, {spoken_day(today, year=True)}"


def _posts(
    table: PostTable, watched: Mapping[_Key, Account] | None, until: date | None, today: date
) -> dict[_Key, dict[date, int]]:
    """Return posts a day by account; an account of nothing but zeros is in it, empty."""
    found: dict[_Key, dict[date, int]] = {}
    rows_of_day: dict[tuple[_Key, date], int] = {}
    is_counted = HistoryField.COUNT in table.columns
    for row in _readable_rows(table):
        day, key = _day(row, HistoryField.DATE, today), _key(row)
        if key not in found or not key[1]:
            _refuse_odd_key(row)
        if HistoryField.SOURCE in table.columns and not key[0]:
            raise _refused(row, HistoryField.SOURCE, None, "where the account is from")
        number = _number(row) if is_counted else 1
        if is_counted and (earlier := rows_of_day.setdefault((key, day), row.number)) != row.number:
            raise _refused(
                row,
                HistoryField.DATE,
                day,
                f"one row a day where {table.name_of(HistoryField.COUNT)} counts the posts; row "
                f"{earlier} has this account and day already",
            )
        _refuse_unwatched(row, day, watched, until)
        posted = found.setdefault(key, {})
        if number:
            posted[day] = posted.get(day, 0) + number
        if posted.get(day, 0) > MAX_POSTS_A_DAY:
            too_many = f"{posted[day]:,} posts on {spoken_day(day, year=True)}"
            accepted = f"at most {MAX_POSTS_A_DAY:,} posts a day"
            raise _refused(row, HistoryField.DATE, too_many, accepted)
    return found


def _number(row: PostRow) -> int:
    text = row.text(HistoryField.COUNT)
    # Thousands of digits are no number that Python reads.
    is_whole = text.isascii() and text.isdigit() and len(text) <= 9
    if not is_whole or int(text) > MAX_POSTS_A_DAY:
        accepted = f"a whole number from 0 to {MAX_POSTS_A_DAY:,}"
        raise _refused(row, HistoryField.COUNT, text, accepted)
    return int(text)


def _refuse_unwatched(
    row: PostRow, day: date, watched: Mapping[_Key, Account] | None, until: date | None
) -> None:
    if watched is None:
        if until is not None and day > until:
            accepted = f"a day up to {spoken_day(until, year=True)}, when watching ended"
            raise _refused(row, HistoryField.DATE, day, accepted)
        return
    key = _key(row)
    account = watched.get(key)
    if account is None:
        named = " · ".join(part for part in key if part)
        accepted = "an account that the file of accounts has"
        raise _refused(row, HistoryField.ACCOUNT, named, accepted)
    if not account.observed_from <= day <= account.observed_until:
        raise _refused(
            row,
            HistoryField.DATE,
            day,
            f"a day from {spoken_day(account.observed_from, year=True)} to "
            f"{spoken_day(account.observed_until, year=True)}, when {shown(key[1])} was watched",
        )


def _watched(table: PostTable, today: date) -> dict[_Key, Account]:
    """Return the accounts as they were watched, without posts yet, in the order of the file."""
    found: dict[_Key, Account] = {}
    for row in _readable_rows(table):
        first, last = (_day(row, field, today) for field in (HistoryField.FROM, HistoryField.UNTIL))
        _refuse_odd_key(row)
        if last < first:
            begin = table.name_of(HistoryField.FROM)
            accepted = f"a day from {begin} on, {spoken_day(first, year=True)}"
            raise _refused(row, HistoryField.UNTIL, last, accepted)
        key = _key(row)
        if key in found:
            raise _refused(row, HistoryField.ACCOUNT, key[1], "one row an account")
        found[key] = Account(
            source=key[0],
            name=key[1],
            observed_from=first,
            observed_until=last,
            is_cut_off=_one_of(row, HistoryField.CUT_OFF, ("0", "1")) == "1",
            by_day=_one_of(row, HistoryField.GRANULARITY, ("day", "week")) == "day",
            posts={},
            cluster=row.text(HistoryField.CLUSTER),
        )
    return found


def _one_of(row: PostRow, field: str, allowed: tuple[str, str]) -> str:
    """Return a cell that is one of two words; the first where the column or the cell is empty."""
    text = row.text(field) or allowed[0]
    if text not in allowed:
        raise _refused(row, field, text, " or ".join(allowed))
    return text


def _last_days(table: PostTable) -> dict[str, date]:
    """Return the last day of each source."""
    last: dict[str, date] = {}
    for row in table.rows:
        source, (day,) = row.text(HistoryField.SOURCE), row.days(HistoryField.DATE)
        last[source] = max(last.get(source, day), day)
    return last


def _watched_note(until: date | None, last_days: Collection[date]) -> str:
    last = spoken_day(until or max(last_days), year=True)
    by_source = until is None and len(last_days) > 1
    return (
        f"Each account is taken to have been watched from its first post to {last}"
        f"{' or the last day of its source' if by_source else ''}."
    )


def _repeat_note(table: PostTable, found: Mapping[_Key, Mapping[date, int]]) -> list[str]:
    """Return how many rows have the account and day of another, where a row is a post.

    Two posts a day are ordinary and rows pasted twice look the same, so it is said, not refused.
    """
    if HistoryField.COUNT in table.columns:
        return []
    repeats = sum(number - 1 for by_day in found.values() for number in by_day.values())
    if not repeats:
        return []
    rows = count_of(repeats, "row repeats", "rows repeat")
    return [f"{rows} an account and day; each row counts as a post."]


def _order_note(table: PostTable) -> list[str]:
    latest: dict[_Key, date] = {}
    for row in table.rows:
        key, (day,) = _key(row), row.days(HistoryField.DATE)
        if day < latest.get(key, day):
            return [f"The dates of {table.sheet.name} are not in order; they were put in order."]
        latest[key] = day
    return []
