"""Backups of a PostgreSQL database: a dump by ``pg_dump`` of the tables of this app.

A restore drops the present tables, runs what the dump says and brings the result up to date in one
transaction of ours, so that whatever stops it leaves the former tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError

from trial.store import backup_files, postgres_tools
from trial.store.backup_contents import (
    STAMP,
    TABLES,
    BackupContents,
    BackupDamaged,
    BackupFailed,
    DatabaseInUse,
    DatabaseKind,
    NoDatabase,
    NotABackup,
    RestoreFailed,
    contents_of,
)
from trial.store.engine import APPLICATION_NAME, Database, DatabaseUnavailable, take_any_time
from trial.store.migrate import DatabaseTooNew, revision_of, revisions, upgrade_within
from trial.store.postgres_tools import ToolFailed

_COPY = re.compile(rb"COPY (\S+)\.(\S+) \(.*\) FROM stdin;\n")
_END_OF_ROWS = b"\\.\n"

# How pg_restore would set up a session of its own, and commands to psql. Names in a dump are whole
# and what we run it in is set up already; a newer program sets what an older server does not know.
_SESSION = re.compile(rb"SET |SELECT pg_catalog\.set_config\(|\\|--")

# What a dump of these tables consists of. Anything else would run somebody else's code.
_PARTS = frozenset(
    {
        *("TABLE", "TABLE DATA", "DEFAULT", "CONSTRAINT", "FK CONSTRAINT", "INDEX"),
        *("SEQUENCE", "SEQUENCE OWNED BY", "SEQUENCE SET"),
    }
)
_PART = re.compile(r"\d+; \d+ \d+ ([A-Z ]+) (\S+) (\S+)")


def write(database: Database, part: Path) -> None:
    """Write the database as it is at this moment into the file `part`.

    Raises
    ------
    NoDatabase
        When the tables of this app are not in it.
    ToolMissing
        When ``pg_dump`` or ``pg_restore`` is not there, or older than the server.
    BackupFailed
        When ``pg_dump`` cannot read it.
    """
    if revision_of(database) is None:
        raise NoDatabase(database.shown_url)
    with database.reading() as connection:
        server, tables = _server(connection), _our_tables(connection)
    postgres_tools.check("pg_restore", server)
    _dump(database, server, tables, part)


def contents(file: Path, name: str, server: int) -> BackupContents:
    """Return what is in a dump, every row of it read.

    Raises
    ------
    BackupDamaged
        When ``pg_restore`` cannot read it to its end.
    NotABackup, BackupTooNew
        See :func:`trial.store.backup_contents.contents_of`.
    """
    tool = postgres_tools.check("pg_restore", server)
    rows: dict[str, int] = {}
    stamps: list[str] = []
    try:
        _refuse_strange_parts(postgres_tools.output(postgres_tools.list_command(tool, file)), name)
        for block in _blocks(postgres_tools.output(postgres_tools.script_command(tool, file))):
            if block.table == STAMP:
                stamps = [row.decode().strip() for row in block.rows]
                rows[STAMP] = len(stamps)
            elif block.table:
                rows[block.table] = sum(1 for _ in block.rows)
    except ToolFailed as error:
        raise BackupDamaged(name, str(error)) from error
    return contents_of(name, DatabaseKind.POSTGRESQL, file.stat().st_size, rows, stamps)


def server_of(database: Database) -> int:
    """Return the major version of the server.

    Raises
    ------
    DatabaseUnavailable
        When it cannot be reached.
    """
    try:
        with database.reading() as connection:
            return _server(connection)
    except OperationalError as error:
        raise DatabaseUnavailable(database, error) from error


@contextmanager
def replacing(database: Database, file: Path, former: Path) -> Iterator[tuple[Database, bool]]:
    """Yield a database with what is in `file`; it becomes `database` once the block ends well.

    Parameters
    ----------
    former : Path
        Where a dump of what is there now is written.

    Yields
    ------
    Database, bool
        The restored database with the present tables; and whether there is a former one.

    Raises
    ------
    DatabaseInUse
        When the app or another command is connected to it.
    DatabaseTooNew
        When it has tables of a later version, which this one does not know to remove.
    RestoreFailed
        When it cannot be replaced; it is then as it was.
    """
    server = server_of(database)
    contents(file, file.name, server)
    tool = postgres_tools.check("pg_restore", server)
    with (
        _failures_of(database),
        database.as_one_transaction() as joined,
        joined.connected(write=True) as connection,
    ):
        # Big tables take their time; somebody else's lock is not waited for.
        take_any_time(connection)
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        connection.execute(text("SET LOCAL client_encoding = 'UTF8'"))
        _refuse_use(database, connection)
        tables = _our_tables(connection)
        if tables:
            _refuse_later_tables(database, connection)
            _lock(connection, tables)
            backup_files.make(former)
        try:
            if tables:
                _dump(database, server, tables, former)
                connection.execute(text(f"DROP TABLE {', '.join(tables)}"))
            _load(connection, postgres_tools.output(postgres_tools.script_command(tool, file)))
            upgrade_within(connection)
            yield joined, bool(tables)
        except BaseException:
            former.unlink(missing_ok=True)
            raise


def _server(connection: Connection) -> int:
    version = connection.dialect.server_version_info
    assert version is not None, "read when the connection was made"
    return int(version[0])


def _our_tables(connection: Connection) -> list[str]:
    """Return the tables of this app that are there, in full and quoted."""
    schema = connection.dialect.default_schema_name
    return [
        f'"{schema}"."{name}"' for name in inspect(connection).get_table_names() if name in TABLES
    ]


def _dump(database: Database, server: int, tables: list[str], part: Path) -> None:
    tool = postgres_tools.check("pg_dump", server)
    command = postgres_tools.dump_command(tool, part, tables)
    try:
        postgres_tools.run(command, postgres_tools.environment(database))
    except ToolFailed as error:
        raise BackupFailed(f"The database {database.shown_url}", str(error)) from error


def _refuse_strange_parts(listing: Iterator[bytes], name: str) -> None:
    for line in listing:
        part = _PART.match(line.decode("utf-8", "replace"))
        if part and part[1] not in _PARTS:
            raise NotABackup(name, f"it also holds {part[1].lower()} {part[3]}")


@dataclass(frozen=True, slots=True)
class _Block:
    """Statements, and the rows of one table behind them; the last block has none.

    The rows are to be read before the next block is asked for.
    """

    statements: bytes
    table: str = ""
    copy: bytes = b""
    rows: Iterable[bytes] = ()


def _blocks(script: Iterator[bytes]) -> Iterator[_Block]:
    """Yield a dump's script in the parts it is run in."""
    pending: list[bytes] = []
    for line in script:
        copy = _COPY.fullmatch(line)
        if copy is not None:
            rows = takewhile(lambda row: row != _END_OF_ROWS, script)
            yield _Block(b"".join(pending), copy[2].decode(), line, rows)
            pending.clear()
        elif not _SESSION.match(line):
            pending.append(line)
    yield _Block(b"".join(pending))


def _load(connection: Connection, script: Iterator[bytes]) -> None:
    raw: Any = connection.connection.dbapi_connection
    assert isinstance(raw, psycopg.Connection)
    with raw.cursor() as cursor:
        for block in _blocks(script):
            if block.statements.strip():
                cursor.execute(block.statements)
            if block.table:
                with cursor.copy(block.copy) as copy:
                    for row in block.rows:
                        copy.write(row)


def _refuse_use(database: Database, connection: Connection) -> None:
    others = connection.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = :name AND pid <> pg_backend_pid()"
        ),
        {"name": APPLICATION_NAME},
    ).scalar()
    if others:
        raise DatabaseInUse(database.shown_url)


def _refuse_later_tables(database: Database, connection: Connection) -> None:
    stamp = connection.execute(text(f"SELECT version_num FROM {STAMP}")).scalar()  # noqa: S608
    if stamp not in revisions():
        raise DatabaseTooNew(database, str(stamp))


def _lock(connection: Connection, tables: list[str]) -> None:
    """Let nobody write until this transaction ends; ``pg_dump`` may still read."""
    connection.execute(text(f"LOCK TABLE {', '.join(tables)} IN EXCLUSIVE MODE"))


@contextmanager
def _failures_of(database: Database) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, psycopg.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, psycopg.errors.LockNotAvailable):
            raise DatabaseInUse(database.shown_url) from error
        # The first line says what; those after it may quote rows.
        raise RestoreFailed(database.shown_url, str(cause).splitlines()[0]) from error
    except ToolFailed as error:
        raise RestoreFailed(database.shown_url, str(error)) from error
    except OSError as error:
        raise RestoreFailed(database.shown_url, error.strerror or "no reason given") from error
