"""A bare log as trials: what ``python -m trial score`` reads.

A log is a table of posts with their days, kept by anybody in any spreadsheet. It knows nothing of
check-ins, exemptions or gates, and it does not say when a row was entered; therefore every week
that a row speaks of counts as reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from trial.domain.calendar import TrialWindow
from trial.domain.counts import count_of
from trial.domain.errors import InvalidInput
from trial.domain.posts import Post
from trial.domain.review_rounds import days_in, rounds_of
from trial.domain.trial_log import TrialLog
from trial.ingest.days import read_days
from trial.ingest.sheets import Sheet, read_sheet

NEEDED_COLUMNS = ("planned_for", "delivered_on")
EXPECTED_COLUMNS = ("title", "contributor")
DAY_COLUMNS = (
    "planned_for",
    "delivered_on",
    "planned_on",
    "withdrawn_on",
    "approved_on",
    "shared_on",
)
ROUND_COLUMNS = ("returned_on", "redelivered_on")
_MOST_ERRORS = 20


@dataclass(frozen=True, slots=True)
class NamedLog:
    """The log of one department, as known on the day it is scored."""

    department: str
    log: TrialLog


@dataclass(frozen=True, slots=True)
class LogFile:
    """The trials of one file.

    Parameters
    ----------
    trials : tuple of NamedLog
        In the order in which the departments first appear.
    notes : tuple of str
        Sentences worth telling: the encoding, rows that count for nothing and why.
    """

    trials: tuple[NamedLog, ...]
    notes: tuple[str, ...]


def read_log(name: str, content: bytes, window: TrialWindow, today: date) -> LogFile:
    """Read a log file as trials in `window`, as known on `today`.

    Parameters
    ----------
    name : str
        File name; its ending says whether it is a CSV or an Excel file.
    content : bytes
    window : TrialWindow
        The weeks all departments of the file were on trial.
    today : date
        Entries dated later have not happened yet.

    Raises
    ------
    InvalidInput
        When the file cannot be read as a table, a needed column is missing, or rows cannot be
        understood; the first 20 are listed with row, field and value.
    """
    sheet = read_sheet(name, content)
    columns = _columns(sheet)
    days, errors = _days(sheet, columns)
    unread = {number for number, _ in errors}
    posts: dict[str, list[Post]] = {}
    for index, row in enumerate(sheet.rows):
        if row.number in unread:
            continue
        try:
            post = _post(index, row.number, row.cells, columns, days)
        except InvalidInput as error:
            errors.append((row.number, f"Row {row.number}: {error}"))
            continue
        department = _cell(row.cells, columns, "department") or PurePath(name).stem
        posts.setdefault(department, []).append(post)
    if errors:
        raise _all_in_one(name, [text for _, text in sorted(errors, key=lambda e: e[0])])
    trials = tuple(
        NamedLog(department, _trial_log(entries, window, today))
        for department, entries in posts.items()
    )
    absent = [
        f"There is no column {column}; what it would tell is not known."
        for column in EXPECTED_COLUMNS
        if column not in columns
    ]
    return LogFile(trials, (*sheet.notes, *absent, *_notes(posts, window, today)))


def _columns(sheet: Sheet) -> dict[str, int]:
    columns = {
        "_".join(column.strip().lower().split()): index
        for index, column in enumerate(sheet.columns)
    }
    missing = [column for column in NEEDED_COLUMNS if column not in columns]
    if missing:
        raise InvalidInput(
            "Columns",
            ", ".join(sheet.columns),
            f"a header that also has {', '.join(missing)}",
        )
    if not sheet.rows:
        raise InvalidInput("Rows", "a header and nothing else", "at least one post a row")
    return columns


def _cell(cells: tuple[str, ...], columns: Mapping[str, int], column: str) -> str:
    index = columns.get(column)
    return cells[index].strip() if index is not None and index < len(cells) else ""


def _days(
    sheet: Sheet, columns: Mapping[str, int]
) -> tuple[dict[str, list[list[date]]], list[tuple[int, str]]]:
    """Return, by column, the days of each row, and what could not be read as a day."""
    found: dict[str, list[list[date]]] = {}
    errors: list[tuple[int, str]] = []
    for column in (*DAY_COLUMNS, *ROUND_COLUMNS):
        texts: list[str] = []
        owners: list[int] = []
        for index, row in enumerate(sheet.rows):
            cell = _cell(row.cells, columns, column)
            parts = days_in(cell) if column in ROUND_COLUMNS else [cell] if cell else []
            texts.extend(parts)
            owners.extend(index for _ in parts)
        read = read_days(texts, field=column)
        found[column] = [[] for _ in sheet.rows]
        for owner, day in zip(owners, read.days, strict=True):
            if day is not None:
                found[column][owner].append(day)
        for position, sentence in read.errors:
            number = sheet.rows[owners[position]].number
            errors.append((number, f"Row {number}: {sentence}"))
        if read.ambiguous:
            errors.append(
                (0, f"{column}: the days can be read in two orders; write them as 2026-02-13.")
            )
    return found, errors


def _post(
    index: int,
    number: int,
    cells: tuple[str, ...],
    columns: Mapping[str, int],
    days: Mapping[str, list[list[date]]],
) -> Post:
    single = {column: next(iter(days[column][index]), None) for column in DAY_COLUMNS}
    if single["planned_for"] is None and single["delivered_on"] is None:
        raise InvalidInput("planned_for", "", "a day here or in delivered_on")
    return Post(
        title=_cell(cells, columns, "title"),
        contributor=_cell(cells, columns, "contributor"),
        planned_for=single["planned_for"],
        planned_on=single["planned_on"],
        delivered_on=single["delivered_on"],
        rework=rounds_of(
            single["delivered_on"], days["returned_on"][index], days["redelivered_on"][index]
        ),
        approved_on=single["approved_on"],
        shared_on=single["shared_on"],
        withdrawn_on=single["withdrawn_on"],
        key=f"row {number}",
    )


def _trial_log(entries: list[Post], window: TrialWindow, today: date) -> TrialLog:
    known = [post for entry in entries if (post := entry.as_of(today)) is not None]
    return TrialLog(
        window=window,
        today=today,
        posts=tuple(known),
        reported_weeks=frozenset(
            week
            for post in known
            for day in _days_spoken_of(post)
            if (week := window.week_of(day)) is not None
        ),
        planning_known=any(post.planned_on is not None for post in known),
    )


def _days_spoken_of(post: Post) -> Iterator[date]:
    rounds = (day for turn in post.rework for day in (turn.returned_on, turn.redelivered_on))
    days = (post.planned_for, post.delivered_on, post.withdrawn_on, post.live_day, *rounds)
    return (day for day in days if day is not None)


def _notes(posts: Mapping[str, list[Post]], window: TrialWindow, today: date) -> Iterator[str]:
    entries = [post for group in posts.values() for post in group]
    later = sum(post.delivered_on is not None and post.delivered_on > today for post in entries)
    if later:
        are = count_of(later, "delivery is", "deliveries are")
        yield f"{are} dated after {today}: not counted yet."
    outside = sum(
        not any(window.week_of(day) is not None for day in _days_spoken_of(post))
        for post in entries
    )
    if outside:
        yield (
            f"{count_of(outside, 'row lies', 'rows lie')} outside the trial, {window.start} to "
            f"{window.end}: not counted."
        )


def _all_in_one(name: str, sentences: list[str]) -> InvalidInput:
    shown = sentences[:_MOST_ERRORS]
    more = len(sentences) - len(shown)
    if more:
        shown.append(f"… and {more} more rows.")
    return InvalidLog(name, shown)


class InvalidLog(InvalidInput):
    """Rows of a log that cannot be understood, all told at once."""

    def __init__(self, name: str, sentences: list[str]) -> None:
        super().__init__("Log", name, "a log whose every row can be read")
        self.sentences = tuple(sentences)
        self.args = ("\n".join([f"{name} was not scored:", *sentences]),)
