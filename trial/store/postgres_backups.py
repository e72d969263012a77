"""Backups of a PostgreSQL database: a dump by ``pg_dump`` of the tables of this app.

A restore drops the present tables, makes those of the backup's revision by our own migrations, puts
the rows of the dump in and brings the result up to date: all in one transaction, so that whatever
stops it leaves the former tables. No statement of a dump is ever run; it could be anybody's.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
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
    RestoreFailed,
    StoredTable,
    UnfitBackup,
    contents_of,
)
from trial.store.engine import Database, DatabaseUnavailable, take_any_time
from trial.store.migrate import (
    DatabaseTooNew,
    layout_of,
    revision_of,
    revisions,
    upgrade_within,
)
from trial.store.postgres_tools import ToolFailed

_COPY = re.compile(rb"COPY (?:\S+)\.(\S+) \((.*)\) FROM stdin;\n")
_SEQUENCE = re.compile(rb"SELECT pg_catalog\.setval\('.*', (\d{1,18}), true\);\n")
_END_OF_ROWS = b"\\.\n"

# What a dump of these tables consists of. A database with anything else is not as we made it.
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
    UnfitBackup
        When it holds anything beside tables of ours.
    NotABackup, BackupTooNew
        See :func:`trial.store.backup_contents.contents_of`.
    """
    tool = postgres_tools.check("pg_restore", server)
    tables: dict[str, StoredTable] = {}
    stamps: list[str] = []
    try:
        _refuse_strange_parts(postgres_tools.output(postgres_tools.list_command(tool, file)), name)
        for block in _blocks(postgres_tools.output(postgres_tools.rows_command(tool, file))):
            if block.table in tables:
                raise UnfitBackup(name, f"it holds the table {block.table} twice")
            if block.table == STAMP:
                stamps = [row.decode("utf-8", "replace").strip() for row in block.rows]
            rows = len(stamps) if block.table == STAMP else sum(1 for _ in block.rows)
            tables[block.table] = StoredTable(rows, frozenset(block.columns))
    except ToolFailed as error:
        raise BackupDamaged(name, str(error)) from error
    return contents_of(name, DatabaseKind.POSTGRESQL, file.stat().st_size, tables, stamps)


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
def replacing(
    database: Database, file: Path, former: Path, export_folder: Path | None
) -> Iterator[tuple[Database, bool, tuple[str, ...]]]:
    """Yield a database with what is in `file`; it becomes `database` once the block ends well.

    Parameters
    ----------
    former : Path
        Where a dump of what is there now is written.

    export_folder : Path or None
        Where rows are written that leave older tables.

    Yields
    ------
    Database, bool, tuple of str
        The restored database with the present tables; whether there is a former one; and where
        rows were written.

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
    revision = contents(file, file.name, server).revision
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
            upgrade_within(connection, to=revision)
            for table in _tables_in_order(connection, revision):
                _load(connection, tool, file, table)
            notes = upgrade_within(connection, export_folder=export_folder)
            yield joined, bool(tables), notes
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
            raise UnfitBackup(name, f"it also holds the {part[1].lower()} {part[3]}")


@dataclass(frozen=True, slots=True)
class _Block:
    """The rows of one table, to be read before the next block is asked for."""

    table: str
    columns: list[str]
    rows: Iterable[bytes]


def _blocks(script: Iterator[bytes]) -> Iterator[_Block]:
    """Yield the rows in what ``pg_restore`` prints, and pass over everything else."""
    for line in script:
        if copy := _COPY.fullmatch(line):
            table, *columns = (_unquoted(name) for name in (copy[1], *copy[2].split(b", ")))
            yield _Block(table, columns, takewhile(lambda row: row != _END_OF_ROWS, script))


def _unquoted(name: bytes) -> str:
    return name.decode("utf-8", "replace").strip('"')


def _tables_in_order(connection: Connection, revision: str) -> list[str]:
    """Return the tables to put rows into, each after those that it points to."""
    ours = layout_of(revision).columns.keys() - {STAMP}
    pairs = inspect(connection).get_sorted_table_and_fkc_names()
    return [table for table, _ in pairs if table in ours]


def _load(connection: Connection, tool: str, file: Path, table: str) -> None:
    """Put the rows of a table in."""
    columns = {column["name"] for column in inspect(connection).get_columns(table)}
    for block in _blocks(postgres_tools.output(postgres_tools.rows_command(tool, file, [table]))):
        if block.table != table or columns != set(block.columns):
            raise UnfitBackup(file.name, f"the rows of its table {table} have other columns")
        _copy(connection, block)
    if "id" in columns:
        _count_on(connection, table, _last_number(tool, file, table))


def _copy(connection: Connection, block: _Block) -> None:
    raw: Any = connection.connection.dbapi_connection
    assert isinstance(raw, psycopg.Connection)
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(block.table), sql.SQL(", ").join(map(sql.Identifier, block.columns))
    )
    with raw.cursor() as cursor, cursor.copy(into) as copy:
        for row in block.rows:
            copy.write(row)


def _last_number(tool: str, file: Path, table: str) -> int:
    """Return the last id that a table has given out by what the dump says; 0 if it does not."""
    script = postgres_tools.output(postgres_tools.rows_command(tool, file, [f"{table}_id_seq"]))
    return max((int(line[1]) for line in map(_SEQUENCE.fullmatch, script) if line), default=0)


def _count_on(connection: Connection, table: str, given_out: int) -> None:
    """Give no id out again, be its row still there or not."""
    last = connection.execute(text(f'SELECT max(id) FROM "{table}"')).scalar() or 0  # noqa: S608
    if max(last, given_out) > 0:
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)"),
            {"table": f'"{table}"', "last": max(last, given_out)},
        )


def _refuse_use(database: Database, connection: Connection) -> None:
    # Whatever they are called. To a role with few rights the server does not say what others are;
    # processes of its own have no user.
    others = connection.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND coalesce(backend_type, 'client backend') = 'client backend'"
            " AND usesysid IS NOT NULL AND pid <> pg_backend_pid()"
        )
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
