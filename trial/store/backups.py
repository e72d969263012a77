"""Backups: the whole database as one file, and the way back.

A backup is checked before it gets its name, by what a restore will ask of it. Only its owner can
read it, for it holds whatever the database holds.
"""

import itertools
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from trial.domain.errors import InvalidInput, NotPossible
from trial.store import backup_files, postgres_backups, sqlite_backups
from trial.store.backup_contents import (
    BackupContents,
    BackupDamaged,
    BackupOfOtherKind,
    DatabaseDamaged,
    DatabaseKind,
    UnfitBackup,
    UnfitDatabase,
    kind_of,
)
from trial.store.engine import Database

_FIELD = "FILE"


class BackupExists(NotPossible):
    """There is a file of that name."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file} is there already and was left as it is. Choose another name, such as one "
            "with the day in it, or add --overwrite."
        )


@dataclass(frozen=True, slots=True)
class Replacement:
    """A restored database that is about to take the place of the present one.

    Attributes
    ----------
    database : Database
        What was restored, with the present tables; changes to it are part of the restore.
    contents : BackupContents
    former : Path or None
        Where the replaced database is kept; None where there was none.
    notes : tuple of str
        Sentences on what was written elsewhere while older tables were brought up to date.
    """

    database: Database
    contents: BackupContents
    former: Path | None
    notes: tuple[str, ...]


def write(database: Database, file: Path, *, overwrite: bool) -> BackupContents:
    """Write a backup of `database`, which people may go on using, and check it.

    `file` is there at the end as a whole, or untouched.

    Raises
    ------
    InvalidInput
        When `file` cannot be written, or is the database itself.
    BackupExists
        When there is such a file, and `overwrite` is false.
    NoDatabase
        When there is no database of this app yet; none is made.
    DatabaseDamaged, UnfitDatabase, BackupFailed, BackupTooNew, NotABackup, ToolMissing
        When it cannot be read, or what was written could not be restored.
    """
    _refuse_database_itself(database, file)
    try:
        _refuse_name(file, overwrite)
        with backup_files.private_folder(file.parent) as folder:
            part = folder / file.name
            backup_files.make(part)
            _write(database, part)
            contents = _contents(database, part, database.shown_url)
            backup_files.move(part, file)
    except BackupDamaged as error:
        raise DatabaseDamaged(database.shown_url, error.reason) from error
    except UnfitBackup as error:
        raise UnfitDatabase(database.shown_url, error.reason) from error
    except OSError as error:
        accepted = f"a file that can be written ({error.strerror})"
        raise InvalidInput(_FIELD, str(file), accepted) from error
    return contents


def contents(database: Database, file: Path) -> BackupContents:
    """Return what is in a backup, once it is certain that `database` can be restored from it.

    Raises
    ------
    InvalidInput
        When `file` cannot be read, or is the database itself.
    NotABackup, BackupDamaged, BackupTooNew, BackupOfOtherKind, ToolMissing
        When it cannot be restored.
    """
    _refuse_database_itself(database, file)
    kind = kind_of(file)
    if kind is not _kind_of(database):
        raise BackupOfOtherKind(file.name, kind, _kind_of(database))
    return _contents(database, file, file.name)


@contextmanager
def replacing(
    database: Database, file: Path, *, at: datetime, export_folder: Path | None = None
) -> Iterator[Replacement]:
    """Yield what `file` restores; it takes the place of `database` once the block ends well.

    Whatever goes wrong before leaves `database` as it was.

    Parameters
    ----------
    at : datetime
        The moment that the name of the former database tells.
    export_folder : Path, optional
        Where rows are written that leave older tables; beside a SQLite file if left out.

    Raises
    ------
    InvalidInput, NotABackup, BackupDamaged, BackupTooNew, BackupOfOtherKind, ToolMissing
        When the file cannot be restored; see :func:`contents`.
    DatabaseInUse
        While the app runs on the database.
    RestoreFailed
        When the database cannot be replaced.
    """
    held = contents(database, file)
    former = _former(database, file, at)
    with _replacing(database, file, former, export_folder) as (restored, has_former, notes):
        yield Replacement(restored, held, former if has_former else None, notes)


def _former(database: Database, file: Path, at: datetime) -> Path:
    """Return a name nobody has: beside a SQLite database, else beside the backup."""
    beside = database.file or file.with_name(f"{database.engine.url.database}.dump")
    stem = f"{beside.stem}-before-restore-{at:%Y%m%d-%H%M%S}"
    names = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
    free = (beside.with_name(name + beside.suffix) for name in names)
    return next(path for path in free if not path.exists())


def _refuse_name(file: Path, overwrite: bool) -> None:
    if file.exists() and not overwrite:
        raise BackupExists(file)
    if not file.parent.is_dir() or (file.exists() and not file.is_file()):
        raise InvalidInput(_FIELD, str(file), "the name of a file in a folder that is there")


def _refuse_database_itself(database: Database, file: Path) -> None:
    if database.file is None:
        return
    own = database.file.resolve()
    parts = [own.with_name(own.name + end) for end in ("", "-wal", "-shm", "-journal")]
    if any(_is_same(file, part) for part in parts):
        raise InvalidInput(_FIELD, str(file), "another file than the database itself")


def _is_same(file: Path, other: Path) -> bool:
    """Return whether both names lead to one file, over links of either kind."""
    try:
        return file.samefile(other)
    except OSError:  # one of them is not there
        return file.resolve() == other


def _kind_of(database: Database) -> DatabaseKind:
    return DatabaseKind.SQLITE if database.is_sqlite else DatabaseKind.POSTGRESQL


def _contents(database: Database, file: Path, name: str) -> BackupContents:
    if database.is_sqlite:
        return sqlite_backups.contents(file, name)
    return postgres_backups.contents(file, name, postgres_backups.server_of(database))


def _write(database: Database, part: Path) -> None:
    (sqlite_backups if database.is_sqlite else postgres_backups).write(database, part)


def _replacing(
    database: Database, file: Path, former: Path, export_folder: Path | None
) -> AbstractContextManager[tuple[Database, bool, tuple[str, ...]]]:
    if database.is_sqlite:
        return sqlite_backups.replacing(database, file, former, export_folder)
    return postgres_backups.replacing(database, file, former, export_folder)
