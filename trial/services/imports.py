"""Bringing a department's own content calendar in, all of it or nothing, and out again.

A person sees what was guessed, confirms it, sees every row that cannot be read with its reason,
and chooses. Only then is anything written: in one transaction, as one import, which can be
taken back as a whole until somebody has gone on working with one of its posts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from zoneinfo import ZoneInfo

from cachetools import TTLCache

from trial.domain import fields
from trial.domain.calendar import TrialWindow, spoken_day
from trial.domain.errors import InvalidInput, NotFound, NotPossible
from trial.domain.post_content import PostContent
from trial.domain.posts import ReviewOutcome
from trial.domain.roles import Permission
from trial.ingest import import_columns
from trial.ingest.days import DayOrder
from trial.ingest.headings import PostField, read_headings
from trial.ingest.import_rows import CheckedRow, ImportContext, RowError, check_rows
from trial.ingest.post_table import CALENDAR
from trial.ingest.sheets import Sheet, SheetRow, read_sheet
from trial.services import post_changes
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.change import open_change, open_trial_change
from trial.services.trial_access import OpenTrial, open_trial
from trial.store import imports, posts
from trial.store.imports import ListedImport
from trial.store.post_facts import day_of
from trial.store.posts import PostRecord
from trial.store.tables import ImportBatch, Post, ReviewAttempt
from trial.store.unit_of_work import UnitOfWork

IMPORT = (Permission.OWN_IMPORT_RUN, Permission.ALL_IMPORT_RUN)
KIND = "calendar"

_FIRST_ROWS = 5
_NAMED_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class ImportView:
    """One import.

    Parameters
    ----------
    count : int
        Posts it brought.
    person : str
        Who ran it; empty for the operator at the command line.
    imported_at, imported_on : datetime, date
        The moment, and the day it was at the organisation.
    undone_at : datetime or None
        When it was taken back.
    """

    import_id: int
    trial_id: int
    file_name: str
    count: int
    person: str
    imported_at: datetime
    imported_on: date
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """A file as it was read, before anybody has confirmed anything.

    Parameters
    ----------
    department : str
    window : TrialWindow
    columns : tuple of str
    guesses : dict of str to PostField
        Likely field by column; columns that tell nothing are not in it.
    fields : tuple of PostField
        What the actor may fill. What Communications did with a post, only Communications enters.
    first_rows : tuple of SheetRow
        At most five.
    rows : int
    notes : tuple of str
        What to know about how the file was read.
    content_hash : str
    already : ImportView or None
        The import this very file was brought in by before, unless that was taken back.
    """

    department: str
    window: TrialWindow
    columns: tuple[str, ...]
    guesses: Mapping[str, PostField]
    fields: tuple[PostField, ...]
    first_rows: tuple[SheetRow, ...]
    rows: int
    notes: tuple[str, ...]
    content_hash: str
    already: ImportView | None


@dataclass(frozen=True, slots=True)
class CheckedImport:
    """Every row of a file, good or not; nothing is written yet.

    Parameters
    ----------
    rows : tuple of CheckedRow
        Rows that can become posts; those with a `duplicate` are left out unless chosen.
    errors : tuple of RowError
    order : DayOrder
        How the days were read.
    ambiguous : tuple of PostField
        Fields whose days can be read in two orders; until a person says which, nothing is
        imported.
    notes : tuple of str
    already : ImportView or None
        See :class:`ImportPreview`.
    """

    rows: tuple[CheckedRow, ...]
    errors: tuple[RowError, ...]
    order: DayOrder
    ambiguous: tuple[PostField, ...]
    notes: tuple[str, ...]
    already: ImportView | None

    @property
    def new_rows(self) -> tuple[int, ...]:
        """Numbers of the good rows that are not there already."""
        return tuple(row.number for row in self.rows if not row.duplicate)


class RowsNotReady(InvalidInput):
    """Chosen rows that cannot become posts, all told at once.

    Parameters
    ----------
    errors : tuple of RowError
    """

    def __init__(self, name: str, errors: tuple[RowError, ...]) -> None:
        super().__init__("File", name, "a file whose every chosen row can become a post")
        self.errors = errors
        told = [str(error) for error in errors[:_NAMED_AT_MOST]]
        more = len(errors) - len(told)
        if more:
            told.append(f"… and {more} more.")
        self.args = ("Nothing was imported. " + " ".join(told),)


class ChangedSinceImport(NotPossible):
    """An import that cannot be taken back because its posts have been worked with.

    Parameters
    ----------
    titles : tuple of str
        Of the posts that have changed.
    count : int
        Posts the import brought.
    """

    def __init__(self, titles: tuple[str, ...], count: int) -> None:
        self.titles = titles
        named = ", ".join(f"“{title}”" for title in titles[:_NAMED_AT_MOST])
        more = len(titles) - _NAMED_AT_MOST
        rest = f" and {more} more" if more > 0 else ""
        have = "has" if len(titles) == 1 else "have"
        super().__init__(
            f"{len(titles)} of the {count} imported posts {have} changed since: {named}{rest}. "
            "The import stays as it is; single posts can still be dropped."
        )


def preview(
    actor: Actor,
    backend: Backend,
    *,
    trial_id: int,
    name: str,
    content: bytes,
    sheet: str | None = None,
) -> ImportPreview:
    """Read a content calendar and guess its columns. Writes nothing.

    Parameters
    ----------
    name : str
        The file's name.
    sheet : str, optional
        Which sheet of a workbook; the first with anything in it by default.

    Raises
    ------
    InvalidInput
        When the file cannot be read; see :func:`trial.ingest.sheets.read_sheet`. When the words of
        headings cannot; see :func:`trial.ingest.headings.read_headings`.
    NotPossible
        When the trial's log is closed.
    """
    with backend.reading() as work:
        trial = open_trial(work, actor, backend, trial_id, *IMPORT)
        trial.refuse_unless_open()
        already = _brought_before(work, trial, _hash_of(content))
    table = _sheet(name, content, sheet)
    headings = read_headings(backend.data_folder)
    review = _may_review(trial)
    guesses = import_columns.guess(table, headings)
    left_out = [column for column, field in guesses.items() if field.is_review and not review]
    notes = list(table.notes)
    if left_out:
        notes.append(f"Left out: {', '.join(left_out)}. Only Communications enters these.")
    return ImportPreview(
        department=trial.department,
        window=trial.window,
        columns=table.columns,
        guesses={column: guesses[column] for column in guesses if column not in left_out},
        fields=tuple(
            field for field in map(PostField, CALENDAR.fields) if review or not field.is_review
        ),
        first_rows=table.rows[:_FIRST_ROWS],
        rows=len(table.rows),
        notes=tuple(notes),
        content_hash=_hash_of(content),
        already=already,
    )


def check(
    actor: Actor,
    backend: Backend,
    *,
    trial_id: int,
    name: str,
    content: bytes,
    mapping: Mapping[str, str],
    order: DayOrder | str | None = None,
    sheet: str | None = None,
) -> CheckedImport:
    """Read every row as a post of the trial and say which cannot be one. Writes nothing.

    Parameters
    ----------
    mapping : mapping of str to str
        Field by column, as a person has confirmed it; see :class:`PostField`.
    order : DayOrder, optional
        ``"day first"`` or ``"month first"``, where a person had to decide.

    Raises
    ------
    InvalidInput
        When the file cannot be read or the mapping makes no sense.
    NotPossible
        When the trial's log is closed.
    """
    table = _read(actor, backend, trial_id, name, content, sheet)
    with backend.reading() as work:
        trial = open_trial(work, actor, backend, trial_id, *IMPORT)
        already = _brought_before(work, trial, _hash_of(content))
        return _check(work, trial, table, mapping, order, already)


def commit(
    actor: Actor,
    backend: Backend,
    *,
    trial_id: int,
    name: str,
    content: bytes,
    mapping: Mapping[str, str],
    rows: Collection[int] | None = None,
    order: DayOrder | str | None = None,
    sheet: str | None = None,
    again: bool = False,
) -> ImportView:
    """Make posts of the chosen rows: all of them, or none.

    Deliveries entered later than the policy's `backfill_days` after the fact are marked
    backfilled: they count as entered today.

    Parameters
    ----------
    rows : collection of int, optional
        Numbers of the chosen rows. By default every row but duplicates, and then one bad row
        keeps the whole file out.
    again : bool
        Bring the very same file in a second time.

    Raises
    ------
    RowsNotReady
        When a chosen row cannot become a post; lists them.
    InvalidInput
        When the file cannot be read, the mapping makes no sense, no row is chosen, or days can
        be read in two orders and nobody has said which.
    NotPossible
        When the same file was brought in before and not taken back, or the log is closed.
    """
    table = _read(actor, backend, trial_id, name, content, sheet)
    content_hash = _hash_of(content)
    with open_trial_change(actor, backend, trial_id, *IMPORT, in_log=True) as change:
        work, trial = change.work, change.trial
        already = _brought_before(work, trial, content_hash)
        if already is not None and not again:
            raise NotPossible(
                f"This file was imported already, {already.count} posts on "
                f"{spoken_day(already.imported_on, year=True)}. Nothing was changed."
            )
        checked = _check(work, trial, table, mapping, order, already)
        chosen = _chosen(name, checked, rows)
        batch = ImportBatch(
            trial_id=trial.trial_id,
            kind=KIND,
            file_name=fields.file_name(name),
            content_hash=content_hash,
            rows=len(chosen),
            imported_by=actor.person_id,
            imported_at=change.now,
        )
        import_id = work.add(batch)
        for row in chosen:
            post_changes.keep(change, _record(row, trial, import_id, change.now))
        change.record(
            "import.committed",
            batch,
            file=batch.file_name,
            posts=len(chosen),
            left_out=len(table.rows) - len(chosen),
            content_hash=content_hash,
        )
        return _view(imports.listed(work, trial.trial_id, content_hash=content_hash)[0], trial)


def undo_import(actor: Actor, backend: Backend, *, import_id: int) -> ImportView:
    """Take a whole import back: every post it brought is gone, as if it had never been.

    Raises
    ------
    ChangedSinceImport
        When one of its posts has been changed since; names them, and nothing is changed.
    NotPossible
        When it was taken back already, or the trial's log is closed.
    """
    with open_change(actor, backend) as change:
        work = change.work
        batch = imports.get(work, import_id)
        trial_id = batch.trial_id if batch is not None and batch.kind == KIND else None
        trial = change.enter(trial_id, *IMPORT, in_log=True)
        # Read again, now that the trial is held: of two clicks, the second must see the first.
        batch = imports.get(work, import_id)
        if batch is None:
            raise NotFound("The import")
        if batch.undone_at is not None:
            raise NotPossible(f"The import of {batch.file_name} was taken back already.")
        present = imports.post_versions(work, import_id)
        changed = tuple(title for _, title, version in present if version > 1)
        if changed:
            raise ChangedSinceImport(changed, batch.rows)
        for post_id, _, _ in present:
            record = posts.get(work, post_id)
            assert record is not None
            posts.remove(work, record)
        batch.undone_at = change.now
        change.record("import.undone", batch, file=batch.file_name, posts=len(present))
        listed = imports.listed(work, trial.trial_id)
        return next(_view(entry, trial) for entry in listed if entry.batch.id == import_id)


def history(actor: Actor, backend: Backend, *, trial_id: int) -> tuple[ImportView, ...]:
    """Return a trial's imports, the latest first, with those that were taken back."""
    with backend.reading() as work:
        trial = open_trial(work, actor, backend, trial_id, *IMPORT)
        return tuple(_view(entry, trial) for entry in imports.listed(work, trial.trial_id))


# -------------------------------------------------------------------------------- what is checked
def _read(
    actor: Actor, backend: Backend, trial_id: int, name: str, content: bytes, sheet: str | None
) -> Sheet:
    """Read the file for an actor who may import: before any lock is taken, after the right is."""
    with backend.reading() as work:
        open_trial(work, actor, backend, trial_id, *IMPORT).refuse_unless_open()
    return _sheet(name, content, sheet)


# A person looks at one file again and again, with other columns and other rows chosen. A few stay
# for a while; nobody gets at one without its content.
_sheets: TTLCache[tuple[str, str, str | None], Sheet] = TTLCache(maxsize=4, ttl=600)
_sheets_lock = Lock()


def _sheet(name: str, content: bytes, sheet: str | None) -> Sheet:
    key = (name, _hash_of(content), sheet)
    with _sheets_lock:
        kept: Sheet | None = _sheets.get(key)
    if kept is None:
        kept = read_sheet(name, content, sheet=sheet)
        with _sheets_lock:
            _sheets[key] = kept
    return kept


def _check(
    work: UnitOfWork,
    trial: OpenTrial,
    table: Sheet,
    mapping: Mapping[str, str],
    order: DayOrder | str | None,
    already: ImportView | None,
) -> CheckedImport:
    columns = import_columns.sound_mapping(table, mapping, review=_may_review(trial))
    existing: dict[tuple[str, date], int] = {}
    for record in posts.of_trial(work, trial.trial_id):
        day = record.row.planned_for or record.row.delivered_on
        assert day is not None
        key = (record.row.title.casefold(), day)
        existing[key] = existing.get(key, 0) + 1
    setting = ImportContext(trial.window, trial.today, trial.policy.backfill_days, existing)
    found = check_rows(table, columns, setting, order=_known_order(order))
    return CheckedImport(
        found.rows, found.errors, found.order, found.ambiguous, table.notes, already
    )


def _chosen(
    name: str, checked: CheckedImport, rows: Collection[int] | None
) -> tuple[CheckedRow, ...]:
    if checked.ambiguous:
        fields = " and ".join(field.label for field in checked.ambiguous)
        raise InvalidInput(
            fields, "days such as 03/04/2026", "the order they are written in, day or month first"
        )
    if rows is None:
        wanted = {row.number for row in checked.rows if not row.duplicate}
        wanted |= {error.number for error in checked.errors}
    else:
        wanted = set(rows)
    bad = tuple(error for error in checked.errors if error.number in wanted)
    if bad:
        raise RowsNotReady(name, bad)
    unknown = wanted - {row.number for row in checked.rows}
    if unknown:
        raise InvalidInput("Rows", min(unknown), "numbers of rows in the file")
    if not wanted:
        raise InvalidInput("Rows", None, "at least one row that is not there already")
    return tuple(row for row in checked.rows if row.number in wanted)


def _known_order(order: DayOrder | str | None) -> DayOrder | None:
    if order is None:
        return None
    if order not in (DayOrder.DAY_FIRST, DayOrder.MONTH_FIRST):
        raise InvalidInput("Order of the days", order, "“day first” or “month first”")
    return DayOrder(order)


def _may_review(trial: OpenTrial) -> bool:
    return trial.may(Permission.ALL_POST_REVIEW)


def _hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _brought_before(work: UnitOfWork, trial: OpenTrial, content_hash: str) -> ImportView | None:
    found = imports.listed(work, trial.trial_id, content_hash=content_hash)
    return next((_view(entry, trial) for entry in found if entry.batch.undone_at is None), None)


# ----------------------------------------------------------------------------------- what is kept
def _record(row: CheckedRow, trial: OpenTrial, import_id: int, at: datetime) -> PostRecord:
    post = Post(
        trial_id=trial.trial_id,
        title=row.title,
        pillar=row.pillar,
        channels=list(row.channels),
        contributor=row.contributor,
        planned_for=row.planned_for,
        planned_at=None if row.planned_for is None else at,
        planned_on=row.planned_on,
        delivered_on=row.delivered_on,
        delivered_at=None if row.delivered_on is None else at,
        approved_on=row.approved_on,
        shared_on=row.shared_on,
        withdrawn_on=row.withdrawn_on,
        link=row.link,
        import_id=import_id,
    )
    return PostRecord(post, attempts=_attempts(row, PostContent.of_post(post), at))


def _attempts(row: CheckedRow, content: PostContent, at: datetime) -> list[ReviewAttempt]:
    """Return the attempts at review that a row tells of; the reviewer is not known."""
    if row.delivered_on is None:
        return []
    submitted = [row.delivered_on]
    submitted += [turn.redelivered_on for turn in row.rounds if turn.redelivered_on is not None]
    # Set once the post has its id; see the store.
    attempts = [ReviewAttempt(post_id=0, submitted_on=day, entered_at=at) for day in submitted]
    for attempt in attempts:
        content.freeze_into(attempt)
    for attempt, turn in zip(attempts, row.rounds, strict=False):
        attempt.outcome = ReviewOutcome.CHANGES_REQUESTED
        attempt.decided_on = turn.returned_on
    if row.approved_on is not None:
        attempts[-1].outcome = ReviewOutcome.APPROVED
        attempts[-1].decided_on = row.approved_on
    return attempts


def _view(entry: ListedImport, trial: OpenTrial) -> ImportView:
    batch = entry.batch
    assert batch.id is not None
    assert batch.trial_id is not None
    return ImportView(
        import_id=batch.id,
        trial_id=batch.trial_id,
        file_name=batch.file_name,
        count=batch.rows,
        person=entry.person,
        imported_at=batch.imported_at,
        imported_on=day_of(batch.imported_at, ZoneInfo(trial.time_zone)),
        undone_at=batch.undone_at,
    )
