"""Looking at a department's own content calendar before anything of it is written.

A person sees what was guessed, confirms it, and sees every row that cannot be read with its reason.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from zoneinfo import ZoneInfo

from cachetools import TTLCache

from trial.domain.calendar import TrialWindow
from trial.domain.errors import InvalidInput
from trial.domain.roles import Permission
from trial.ingest import import_columns
from trial.ingest.days import DayOrder
from trial.ingest.headings import PostField, read_headings
from trial.ingest.import_rows import CheckedRows, ImportContext, check_rows
from trial.ingest.post_table import CALENDAR
from trial.ingest.sheets import Sheet, SheetRow, read_sheet
from trial.services.access import Actor, OpenTrial, open_trial
from trial.services.backend import Backend
from trial.services.views import view_from
from trial.store import imports, posts
from trial.store.imports import ListedImport
from trial.store.post_facts import day_of
from trial.store.unit_of_work import UnitOfWork

IMPORT = (Permission.OWN_IMPORT_RUN, Permission.ALL_IMPORT_RUN)
KIND = "calendar"

_FIRST_ROWS = 5


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
class CheckedImport(CheckedRows):
    """Every row of a file, good or not; nothing is written yet.

    Rows with a `duplicate` are left out unless chosen. While fields are `ambiguous`, nothing is
    imported.

    Parameters
    ----------
    notes : tuple of str
    already : ImportView or None
        See :class:`ImportPreview`.
    """

    notes: tuple[str, ...]
    already: ImportView | None

    @property
    def new_rows(self) -> tuple[int, ...]:
        """Numbers of the good rows that are not there already."""
        return tuple(row.number for row in self.rows if not row.duplicate)


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
        already = brought_before(work, trial, hash_of(content))
    table = sheet_of(name, content, sheet)
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
        content_hash=hash_of(content),
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
    # The right before the file is read, and the file before anything is held.
    with backend.reading() as work:
        open_trial(work, actor, backend, trial_id, *IMPORT).refuse_unless_open()
    table = sheet_of(name, content, sheet)
    with backend.reading() as work:
        trial = open_trial(work, actor, backend, trial_id, *IMPORT)
        already = brought_before(work, trial, hash_of(content))
        return check_rows_of(work, trial, table, mapping, order, already)


# A person looks at one file again and again, with other columns and other rows chosen. A few stay
# for a while; nobody gets at one without its content.
_sheets: TTLCache[tuple[str, str, str | None], Sheet] = TTLCache(maxsize=4, ttl=600)
_sheets_lock = Lock()


def sheet_of(name: str, content: bytes, sheet: str | None) -> Sheet:
    """Return a sheet of a file, read once for as long as it is looked at."""
    key = (name, hash_of(content), sheet)
    with _sheets_lock:
        kept: Sheet | None = _sheets.get(key)
    if kept is None:
        kept = read_sheet(name, content, sheet=sheet)
        with _sheets_lock:
            _sheets[key] = kept
    return kept


def check_rows_of(
    work: UnitOfWork,
    trial: OpenTrial,
    table: Sheet,
    mapping: Mapping[str, str],
    order: DayOrder | str | None,
    already: ImportView | None,
) -> CheckedImport:
    """Return every row of a sheet as a post of the trial, or what keeps it from being one."""
    columns = import_columns.sound_mapping(table, mapping, review=_may_review(trial))
    existing: dict[tuple[str, date], int] = {}
    for record in posts.of_trial(work, trial.trial_id):
        day = record.row.planned_for or record.row.delivered_on
        assert day is not None
        key = (record.row.title.casefold(), day)
        existing[key] = existing.get(key, 0) + 1
    setting = ImportContext(trial.window, trial.today, trial.policy.backfill_days, existing)
    found = check_rows(table, columns, setting, order=_known_order(order))
    return view_from(CheckedImport, found, notes=table.notes, already=already)


def _known_order(order: DayOrder | str | None) -> DayOrder | None:
    if order is None:
        return None
    if order not in (DayOrder.DAY_FIRST, DayOrder.MONTH_FIRST):
        raise InvalidInput("Order of the days", order, "“day first” or “month first”")
    return DayOrder(order)


def _may_review(trial: OpenTrial) -> bool:
    return trial.may(Permission.ALL_POST_REVIEW)


def hash_of(content: bytes) -> str:
    """Return what a file is known again by, whatever its name."""
    return hashlib.sha256(content).hexdigest()


def brought_before(work: UnitOfWork, trial: OpenTrial, content_hash: str) -> ImportView | None:
    """Return the import that brought this very file, unless that was taken back."""
    listed = imports.listed(work, trial.trial_id, content_hash=content_hash)
    standing = (entry for entry in listed if entry.batch.undone_at is None)
    return next((view_of_import(entry, trial) for entry in standing), None)


def view_of_import(entry: ListedImport, trial: OpenTrial) -> ImportView:
    """Return an import as people see it."""
    batch = entry.batch
    return view_from(
        ImportView,
        batch,
        import_id=batch.id,
        count=batch.rows,
        person=entry.person,
        imported_on=day_of(batch.imported_at, ZoneInfo(trial.time_zone)),
    )
