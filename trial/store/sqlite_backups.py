"""Backups of a SQLite database: a copy by SQLite itself, which is sound while the app writes.

A restored database is made ready beside the present one and then copied into it in one
transaction. A crash at any moment leaves the former database, and who opens it meanwhile waits.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.exc import DBAPIError

from trial.domain.errors import DatabaseBusy
from trial.store import backup_files
from trial.store.backup_contents import (
    STAMP,
    BackupContents,
    BackupDamaged,
    BackupFailed,
    DatabaseInUse,
    DatabaseKind,
    NoDatabase,
    NotABackup,
    RestoreFailed,
    StoredTable,
    UnfitBackup,
    contents_of,
)
from trial.store.engine import Database
from trial.store.migrate import layout_of, upgrade

_STAMPS = f"SELECT version_num FROM {STAMP}"  # noqa: S608 – a name of our own
_WAIT_SECONDS = 5.0
_IN_USE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
# Trouble of the machine. Whatever else SQLite says of a file, it is the file that is wrong.
_MACHINE = (
    *(sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM),
    *(sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH),
)


def write(database: Database, part: Path) -> None:
    """Write the database as it is at this moment into the empty file `part`.

    Raises
    ------
    NoDatabase
        When there is no file, or nothing in it.
    BackupDamaged, BackupFailed
        When it cannot be read.
    """
    file = database.file
    if file is None or not file.is_file() or file.stat().st_size == 0:
        raise NoDatabase(database.shown_url)
    with _damage_of(database.shown_url), closing(_opened(file, "mode=rw")) as source:
        try:
            _contents(source, database.shown_url, 0)
        except UnfitBackup:
            raise
        except NotABackup as error:
            raise NoDatabase(database.shown_url) from error
        _copy(source, part)


def contents(file: Path, name: str) -> BackupContents:
    """Return what is in a backup, every page and every reference of it checked.

    Raises
    ------
    BackupDamaged
        When it cannot be read to its end, or a row points nowhere.
    UnfitBackup
        When it holds anything beside plain tables and indexes of ours.
    NotABackup, BackupTooNew
        See :func:`trial.store.backup_contents.contents_of`.
    """
    with _damage_of(name), closing(_opened(file, _reading(file))) as connection:
        # First: whatever reads a virtual table runs its code.
        _refuse_what_runs(connection, name)
        for line in connection.execute("PRAGMA integrity_check(1)"):
            if line != ("ok",):
                raise BackupDamaged(name, "SQLite says it is malformed")
        if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise BackupDamaged(name, "a row in it points nowhere")
        return _contents(connection, name, file.stat().st_size)


@contextmanager
def replacing(
    database: Database, file: Path, former: Path, export_folder: Path | None
) -> Iterator[tuple[Database, bool, tuple[str, ...]]]:
    """Yield a database with what is in `file`; it becomes `database` once the block ends well.

    Parameters
    ----------
    former : Path
        Where what is there now is copied to.

    export_folder : Path or None
        Where rows are written that leave older tables; None for beside the database.

    Yields
    ------
    Database, bool, tuple of str
        The restored database with the present tables; whether there is a former one; and where
        rows were written.

    Raises
    ------
    DatabaseInUse
        When any other connection to it is open.
    RestoreFailed
        When it cannot be replaced; it is then as it was.
    """
    target = database.file
    if target is None:
        raise NoDatabase(database.shown_url)
    with (
        _failures_of(database),
        _alone(database, target) as present,
        backup_files.private_folder(target.parent) as folder,
    ):
        ready = folder / target.name
        with _damage_of(file.name), closing(_opened(file, _reading(file))) as source:
            _copy(source, ready)
        contents(ready, file.name)
        restored = Database(f"sqlite:///{ready}")
        try:
            notes = upgrade(restored, export_folder or target.parent).notes
            yield restored, _holds_something(target), notes
        finally:
            restored.close()
        _put_in_place(ready, target, present, former)


def _put_in_place(
    ready: Path, target: Path, present: sqlite3.Connection | None, former: Path
) -> None:
    if present is None:
        # Nothing there, or nothing that SQLite can open: the files themselves are changed. The
        # former log goes first, because it would be applied to whatever bears the name.
        for end in ("", "-wal", "-shm", "-journal"):
            beside = target.with_name(target.name + end)
            if beside.exists():
                _copy_bytes(beside, former.with_name(former.name + end))
                if end:
                    beside.unlink()
        backup_files.move(ready, target)
        return
    if _holds_something(target):
        backup_files.make(former)
        _copy(present, former)
    with closing(_opened(ready, "mode=rw")) as source:
        source.backup(present)


def _holds_something(file: Path) -> bool:
    return file.exists() and file.stat().st_size > 0


@contextmanager
def _alone(database: Database, file: Path) -> Iterator[sqlite3.Connection | None]:
    """Yield the only connection to a database, which nobody else can open until it is closed.

    None where there is nothing that SQLite can open.
    """
    connection = _sole_connection(database, file) if file.exists() else None
    try:
        yield connection
    finally:
        if connection is not None:
            connection.close()


def _sole_connection(database: Database, file: Path) -> sqlite3.Connection | None:
    connection = _opened(file, "mode=rw")
    try:
        connection.execute("PRAGMA busy_timeout=1000")
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        # Refused while any other connection is open, even an idle one.
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        connection.close()
        if _code(error) in _IN_USE:
            raise DatabaseInUse(database.shown_url) from error
        if _code(error) in _MACHINE:
            raise
        return None
    return connection


@contextmanager
def _damage_of(name: str) -> Iterator[None]:
    """Tell what SQLite cannot read: `name` is damaged, or the machine stands in the way."""
    try:
        yield
    except sqlite3.Error as error:
        if _code(error) in _IN_USE:
            raise DatabaseBusy from error
        if _code(error) in _MACHINE:
            raise BackupFailed(name, str(error)) from error
        raise BackupDamaged(name, str(error)) from error


@contextmanager
def _failures_of(database: Database) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, DBAPIError) as error:
        raise RestoreFailed(database.shown_url, str(getattr(error, "orig", error))) from error
    except OSError as error:
        raise RestoreFailed(database.shown_url, error.strerror or "no reason given") from error


def _copy(source: sqlite3.Connection, file: Path) -> None:
    """Copy a database into a file that is complete by itself, without a log beside it."""
    with closing(_opened(file, "mode=rwc")) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")


def _copy_bytes(file: Path, to: Path) -> None:
    backup_files.make(to)
    shutil.copyfile(file, to)


def _refuse_what_runs(connection: sqlite3.Connection, name: str) -> None:
    """Refuse triggers, views and virtual tables: all that has no pages of its own."""
    for kind, strange, page in connection.execute("SELECT type, name, rootpage FROM sqlite_master"):
        if kind not in ("table", "index") or not page:
            virtual = "virtual " if kind == "table" else ""
            raise UnfitBackup(name, f"it also holds the {virtual}{kind} {strange}")


def _contents(connection: sqlite3.Connection, name: str, size: int) -> BackupContents:
    _refuse_what_runs(connection, name)
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    tables = {table: _stored(connection, table) for (table,) in names if _is_stored(table)}
    stamps: list[str] = []
    with suppress(sqlite3.OperationalError):  # no such table, or one of somebody else's
        stamps = [stamp for (stamp,) in connection.execute(_STAMPS)]
    there = contents_of(name, DatabaseKind.SQLITE, size, tables, stamps)
    _refuse_other_indexes(connection, name, there.revision)
    return there


def _refuse_other_indexes(connection: sqlite3.Connection, name: str, revision: str) -> None:
    # Those that SQLite makes by itself, for keys, have no statement.
    made = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ours = layout_of(revision).indexes
    for (index,) in connection.execute(made):
        if index not in ours:
            raise UnfitBackup(name, f"it also holds the index {index}")


def _is_stored(table: str) -> bool:
    return not table.startswith("sqlite_")


def _stored(connection: sqlite3.Connection, table: str) -> StoredTable:
    quoted = '"' + table.replace('"', '""') + '"'
    rows: int = connection.execute(f"SELECT count(*) FROM {quoted}").fetchone()[0]  # noqa: S608
    columns = connection.execute("SELECT name FROM pragma_table_xinfo(?)", (table,))
    return StoredTable(rows, frozenset(column for (column,) in columns))


def _opened(file: Path, how: str) -> sqlite3.Connection:
    address = f"file:{quote(str(file.absolute()))}?{how}"
    return sqlite3.connect(address, uri=True, timeout=_WAIT_SECONDS, isolation_level=None)


def _reading(file: Path) -> str:
    # A copy of the bare file of a database wants a log, which a folder that is only read cannot
    # give it. Where a log does lie beside it, its entries belong to the database.
    log = file.with_name(file.name + "-wal")
    return "mode=ro" if log.exists() else "mode=ro&immutable=1"


def _code(error: sqlite3.Error) -> int | None:
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
