"""A bare log as trials: what ``python -m trial score`` reads.

A log is a table of posts with their days, kept by anybody in any spreadsheet. It knows nothing of
check-ins, exemptions or gates, and it does not say when a row was entered; therefore every week
that a row speaks of counts as reported.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from trial.domain.calendar import TrialWindow
from trial.domain.counts import count_of
from trial.domain.errors import InvalidInput
from trial.domain.posts import Post
from trial.domain.review_rounds import rounds_of
from trial.domain.trial_log import TrialLog
from trial.ingest.headings import Headings, PostField, read_headings
from trial.ingest.post_table import LOG, PostRow, needed_columns, read_table
from trial.ingest.sheets import read_sheet

_EXPECTED = (PostField.TITLE, PostField.CONTRIBUTOR)
_MAX_ERRORS = 20


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


def read_log(
    name: str, content: bytes, window: TrialWindow, today: date, headings: Headings | None = None
) -> LogFile:
    """Read a log file as trials in `window`, as known on `today`.

    Parameters
    ----------
    name : str
        File name, for the sentences.
    content : bytes
    window : TrialWindow
        The weeks all departments of the file were on trial.
    today : date
        Entries dated later have not happened yet.
    headings : Headings, optional
        By default those of the data folder that commands use.

    Raises
    ------
    InvalidInput
        When the file cannot be read as a table, a needed column is missing, days can be read in two
        orders, or rows cannot be understood; the first 20 are listed with row, field and value.
    """
    sheet = read_sheet(name, content)
    words = (headings or read_headings()).words_of(LOG.kind)
    table = read_table(sheet, needed_columns(sheet, LOG, words), LOG)
    table.refuse_ambiguous()
    posts: dict[str, list[Post]] = {}
    errors: list[str] = []
    for row in table.rows:
        reasons = row.reasons
        if not reasons:
            try:
                department = row.text(PostField.DEPARTMENT) or PurePath(name).stem
                posts.setdefault(department, []).append(_post(row))
            except InvalidInput as error:
                reasons = [str(error)]
        errors += [f"Row {row.number}: {reason}" for reason in reasons]
    if errors:
        raise InvalidLog(name, errors)
    trials = tuple(
        NamedLog(department, _trial_log(entries, window, today))
        for department, entries in posts.items()
    )
    absent = [
        f"There is no column {column}; what it would tell is not known."
        for column in _EXPECTED
        if column not in table.columns
    ]
    notes = (*sheet.notes, *table.heading_notes(), *absent, *_notes(posts, window, today))
    return LogFile(trials, notes)


def _post(row: PostRow) -> Post:
    planned_for, delivered_on = row.day(PostField.PLANNED_FOR), row.day(PostField.DELIVERED_ON)
    if planned_for is None and delivered_on is None:
        accepted = f"a day here or in {row.table.name_of(PostField.DELIVERED_ON)}"
        raise row.refusal(PostField.PLANNED_FOR, None, accepted)
    return Post(
        title=row.text(PostField.TITLE),
        contributor=row.text(PostField.CONTRIBUTOR),
        planned_for=planned_for,
        planned_on=row.day(PostField.PLANNED_ON),
        delivered_on=delivered_on,
        rework=rounds_of(
            delivered_on,
            row.days(PostField.RETURNED_ON),
            row.days(PostField.REDELIVERED_ON),
            named=row.table.name_of,
        ),
        approved_on=row.day(PostField.APPROVED_ON),
        shared_on=row.day(PostField.SHARED_ON),
        withdrawn_on=row.day(PostField.WITHDRAWN_ON),
        key=f"row {row.number}",
    )


def _trial_log(entries: list[Post], window: TrialWindow, today: date) -> TrialLog:
    known = [post for entry in entries if (post := entry.as_of(today)) is not None]
    return TrialLog(
        window=window,
        today=today,
        posts=tuple(known),
        reported_weeks=frozenset(range(window.weeks)),
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


class InvalidLog(InvalidInput):
    """Rows of a log that cannot be understood, all told at once."""

    def __init__(self, name: str, sentences: list[str]) -> None:
        shown = sentences[:_MAX_ERRORS]
        if more := len(sentences) - len(shown):
            shown.append(f"… and {more} more rows.")
        told = "\n".join([f"{name} was not scored:", *shown])
        super().__init__("Log", name, "a log whose every row can be read", sentence=told)
