"""Opening the database: SQLite by default, PostgreSQL through a URL, tuned for many writers."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolIsEmpty
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

from trial import logs
from trial.domain.errors import DatabaseBusy, InvalidInput, NotFound, TrialError
from trial.store.answering import AnsweringConnection
from trial.store.turns import Turns

APPLICATION_NAME = "trial-channel"
"""What PostgreSQL lists the connections of this app under."""

_PRIVATE = 0o600
_BUSY_TIMEOUT_MS = 5000
_TURN_SECONDS = 10.0
_BEGIN_WRITING, _BEGIN_READING = "BEGIN IMMEDIATE", "BEGIN"

SLOW_SECONDS = 1.0
"""A statement that takes longer than this leaves a line."""

_POOL: dict[str, Any] = {"pool_size": 10, "max_overflow": 20, "pool_timeout": 5}
_POSTGRES: dict[str, Any] = {
    "application_name": APPLICATION_NAME,
    "connect_timeout": 5,
    # A server that vanished, power and all, would be waited for until the system gives up.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
_POSTGRES_OPTIONS = "-c lock_timeout=5s -c statement_timeout=15s"


_DAMAGED = "The database is damaged"
_FULL = "The disk of the database is full"
_READ_ONLY = "The database can only be read"
_FAULTS = {
    # SQLite's names of its errors, as far as they begin so.
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_IOERR": "The disk of the database does not work",
    "SQLITE_CANTOPEN": "The database cannot be opened",
    # PostgreSQL's codes.
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
    "53100": _FULL,
    "25006": _READ_ONLY,
    "58030": "The disk of the database does not work",
}
_NUMBER_TOO_LARGE = "22003"


class DatabaseFaulty(TrialError):
    """The database has a fault that trying again does not mend."""

    def __init__(self, fault: str) -> None:
        super().__init__(
            f"{fault}. Nothing was saved; please tell the people who run this app for you."
        )


class DatabaseUnavailable(TrialError):
    """The database cannot be opened."""

    def __init__(self, database: Database, error: DBAPIError) -> None:
        reason = str(error.orig).strip().splitlines()[0] if error.orig else "no reason given"
        super().__init__(
            f"The database {database.shown_url} cannot be opened: {reason}. "
            "DATABASE_URL says which one is used."
        )


class NumberTooLarge(NotFound):
    """A number that no column can hold, so that nothing stored has it."""

    def __init__(self) -> None:
        super().__init__("What you opened")


def trouble_of(error: DBAPIError) -> TrialError | None:
    """Return what to tell of an error of the database; None where a statement is wrong."""
    if (fault := _fault_of(error)) is not None:
        return DatabaseFaulty(fault)
    if _is_passing(error):
        return DatabaseBusy()
    # SQLite undoes a transaction by itself when the disk is full. To undo a part of it then fails
    # as well, and that is the error met last.
    before = error.__context__
    return trouble_of(before) if isinstance(before, DBAPIError) else None


def _fault_of(error: DBAPIError) -> str | None:
    code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    return next(
        (fault for begin, fault in _FAULTS.items() if code and code.startswith(begin)), None
    )


def _is_passing(error: DBAPIError) -> bool:
    """Return whether the same may work a moment later.

    SQLite reports a locked database and a wrong statement as the same class of error.
    PostgreSQL's operational errors speak of locks, time and connections only.
    """
    name: str | None = getattr(error.orig, "sqlite_errorname", None)
    if name is None:
        return isinstance(error, OperationalError) or error.connection_invalidated
    return name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


@contextmanager
def database_errors() -> Iterator[None]:
    """Do the work inside, and raise what a person can act on where the database stands in the way.

    Raises
    ------
    DatabaseBusy, DatabaseFaulty
    """
    try:
        yield
    except DBAPIError as error:
        trouble = trouble_of(error)
        if trouble is None:
            raise
        raise trouble from error
    except PoolIsEmpty as error:
        raise DatabaseBusy from error


class Database:
    """One database, and the only way to a session on it.

    Parameters
    ----------
    url : str
        ``sqlite:///path``, ``sqlite://`` (in memory, for tests) or a PostgreSQL URL; the bare
        schemes ``postgres://`` and ``postgresql://`` are taken as psycopg 3.

    Raises
    ------
    InvalidInput
        When the URL is neither SQLite nor PostgreSQL; on the first connection, when it is SQLite in
        a folder that cannot be made.
    """

    def __init__(self, url: str) -> None:
        self.url = _with_driver(url)
        self.engine = _engine(self.url)
        self._writing = Turns()

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a SQLite database."""
        return self.engine.dialect.name == "sqlite"

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database; None in memory and on PostgreSQL."""
        return _file_of(self.engine.url) if self.is_sqlite else None

    @property
    def shown_url(self) -> str:
        """The address as it may be shown and logged: without its password."""
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection whose work is undone, and which takes no write lock on SQLite."""
        with self.engine.connect() as connection:
            yield connection.execution_options(trial_begin=_BEGIN_READING)

    @contextmanager
    def connected(self, *, write: bool, single: bool = False) -> Iterator[Connection]:
        """Yield a connection whose work is undone unless it was committed.

        Parameters
        ----------
        write : bool
            On SQLite a writing transaction takes the write lock when it begins, because one
            that first reads and then writes would lose to another writer. Writers of one process
            take turns, in the order in which they came.
        single : bool
            Whether it is to run one reading statement only. Several see the database at one
            moment, which SQLite does by itself and PostgreSQL when it is told to.

        Raises
        ------
        DatabaseBusy
            When others have been writing for too long.
        """
        begin = _BEGIN_WRITING if write else "" if single else _BEGIN_READING
        options: dict[str, Any] = {"trial_begin": begin}
        if begin == _BEGIN_READING and not self.is_sqlite:
            options["isolation_level"] = "REPEATABLE READ"
        with (
            self._turn(write=write),
            self.engine.connect().execution_options(**options) as connection,
        ):
            yield connection

    def _turn(self, *, write: bool) -> AbstractContextManager[None]:
        # Before there is a connection: those who wait leave them to those who read. Writers of
        # other processes are met by SQLite's own waiting.
        if write and self.is_sqlite:
            return self._writing.turn(within=_TURN_SECONDS)
        return nullcontext()

    def session_on(self, connection: Connection) -> Session:
        """Return a session on a connection of :meth:`connected`; closing it is the caller's."""
        return Session(connection, expire_on_commit=False)

    @contextmanager
    def as_one_transaction(self) -> Iterator[Database]:
        """Yield this database such that everything done through it becomes true together.

        Each unit of work inside is a savepoint of one transaction: committed, it can be read by
        the units after it; it is kept only once this block ends without an error.

        Raises
        ------
        DatabaseBusy, DatabaseFaulty
        """
        with database_errors(), self.connected(write=True) as connection, connection.begin():
            yield _JoinedDatabase(self, connection)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


class _JoinedDatabase(Database):
    """A database on which everything joins one transaction."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self.url = database.url
        self.engine = database.engine
        self._connection = connection

    @contextmanager
    def connected(self, *, write: bool, single: bool = False) -> Iterator[Connection]:
        yield self._connection

    def session_on(self, connection: Connection) -> Session:
        return Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")


def _with_driver(url: str) -> str:
    for bare in ("postgres://", "postgresql://"):
        if url.startswith(bare):
            return "postgresql+psycopg://" + url.removeprefix(bare)
    if url.startswith(("sqlite:", "postgresql+psycopg:")):
        return url
    raise InvalidInput(
        "DATABASE_URL", url.rsplit("@", maxsplit=1)[-1], "a sqlite:/// or postgresql:// address"
    )


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if not url.startswith("sqlite"):
        engine = _made(url, pool_pre_ping=True, connect_args=_postgres_arguments(parsed), **_POOL)
        event.listen(engine, "do_connect", _connect_answering)
        return engine
    arguments: dict[str, Any] = {"connect_args": {"check_same_thread": False}}
    file = _file_of(parsed)
    arguments |= {"poolclass": StaticPool} if file is None else _POOL
    engine = _made(url, **arguments)
    if file is not None:
        event.listen(engine, "do_connect", lambda *_: _make_private(file, url))
    event.listen(engine, "connect", _tune_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _made(url: str, **arguments: Any) -> Engine:
    # What people type is in the parameters, and has no business in a log.
    engine = create_engine(url, hide_parameters=True, **arguments)
    event.listen(engine, "handle_error", _refuse_number_too_large)
    event.listen(engine, "before_cursor_execute", _begin_clock)
    event.listen(engine, "after_cursor_execute", _note_slow)
    return engine


def _begin_clock(*arguments: Any) -> None:
    arguments[-2]._trial_began = time.perf_counter()


def _note_slow(_connection: Any, _cursor: Any, statement: str, *arguments: Any) -> None:
    seconds = time.perf_counter() - arguments[-2]._trial_began
    if seconds >= SLOW_SECONDS:
        # Values are passed beside a statement, never in it.
        logs.note(
            "slow statement",
            level=logging.WARNING,
            statement=" ".join(statement.split()),
            seconds=round(seconds, 3),
        )


def _postgres_arguments(url: URL) -> dict[str, Any]:
    """Return how to connect; what the address says of it counts more."""
    arguments = {name: value for name, value in _POSTGRES.items() if name not in url.query}
    # Of two that set the same, the server takes the last.
    given = url.query.get("options", "")
    arguments["options"] = f"{_POSTGRES_OPTIONS} {given}".strip()
    return arguments


def _connect_answering(_dialect: Any, _record: Any, arguments: Any, named: Any) -> Any:
    return AnsweringConnection.connect(*arguments, **named)


def take_any_time(connection: Connection) -> None:
    """Lift the limits on how long a connection to PostgreSQL may wait and work.

    For the one transaction in it of what must not be cut, such as a migration. Nobody else gets
    the connection afterwards.
    """
    connection.detach()
    own: Any = connection.connection.dbapi_connection
    assert isinstance(own, AnsweringConnection)
    own.silent_seconds = math.inf
    for limit in ("lock_timeout", "statement_timeout"):
        connection.execute(text(f"SET LOCAL {limit} = 0"))


def _refuse_number_too_large(context: ExceptionContext) -> None:
    # The driver of SQLite refuses such a number before SQLite sees it, PostgreSQL by itself.
    error = context.original_exception
    if isinstance(error, OverflowError) or getattr(error, "sqlstate", None) == _NUMBER_TOO_LARGE:
        raise NumberTooLarge from error


def _file_of(url: URL) -> Path | None:
    return None if url.database in (None, "", ":memory:") else Path(str(url.database))


# Closing a file frees every lock this process has on it. Whoever finds the file has therefore
# waited until the one who made it has closed it.
_making = threading.Lock()


def _make_private(file: Path, url: str) -> None:
    """Make the file where there is none, and close it to everybody but its owner.

    It holds hashes of passwords. What SQLite puts beside it gets the mode of the file.
    """
    try:
        with _making:
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.exists():
                file.touch(_PRIVATE, exist_ok=True)
    except OSError as error:
        raise InvalidInput(
            "DATABASE_URL", url, "a file in a folder that can be written to"
        ) from error
    for path in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
        # Another user's file stays as that user wants it.
        with suppress(OSError):
            if path.stat().st_mode & 0o077:
                path.chmod(_PRIVATE)


def _tune_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling is switched off: it begins transactions late, and
    # the explicit BEGIN below decides between reading and writing.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        # First, so that waiting applies to what follows: processes that start together all ask
        # for the write-ahead log.
        f"busy_timeout={_BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    begin = connection.get_execution_options().get("trial_begin", _BEGIN_WRITING)
    if begin == _BEGIN_WRITING:
        connection.exec_driver_sql(begin)
    elif begin:
        # Waits for nobody, so there is no error to translate; and every click reads a few times.
        connection.connection.dbapi_connection.execute(begin)
