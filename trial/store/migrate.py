"""Bringing a database to the present tables, at the start of every process.

All steps run in one transaction, so a crash leaves the former tables whole, on SQLite as on
PostgreSQL. Processes that start together wait for one another: the first does the work, the
others find it done.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from trial import __version__
from trial.domain.errors import TrialError
from trial.store.engine import Database, DatabaseUnavailable, take_any_time, trouble_of

FOLDER = Path(__file__).parent / "migrations"

# Any number will do, as long as nobody else locks it in the same PostgreSQL database.
_LOCK = 7_411_203


class DatabaseTooNew(TrialError):
    """The tables are those of a later version of the app."""

    def __init__(self, database: Database, revision: str) -> None:
        super().__init__(
            f"The database {database.shown_url} has tables of a later version of this app "
            f"(revision {revision}) than this one, {__version__}. Nothing was changed; please "
            "start that version."
        )


@dataclass(frozen=True, slots=True)
class Migrated:
    """What bringing a database to the present tables came to.

    Attributes
    ----------
    database : str
        Its address, without a password.
    before : str or None
        Revision of the tables found; None where there were none.
    after : str
        Revision of the tables now.
    notes : tuple of str
        Sentences on what was written elsewhere before it left the database.
    """

    database: str
    before: str | None
    after: str
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join((self._change(), *self.notes))

    def _change(self) -> str:
        if self.before is None:
            return f"{self.database}: made the tables (revision {self.after})."
        if self.before == self.after:
            return f"{self.database}: the tables are current (revision {self.after})."
        return f"{self.database}: changed the tables from revision {self.before} to {self.after}."


def upgrade(database: Database, export_folder: Path | None = None) -> Migrated:
    """Bring `database` to the present tables; a look at its stamp where it has them.

    Parameters
    ----------
    export_folder : Path, optional
        Where rows are written that leave the database; beside a SQLite file if left out.

    Raises
    ------
    DatabaseUnavailable
        When it cannot be opened, is damaged or full, or stays locked by another process.
    DatabaseTooNew
        When its revision is unknown here.
    NotPossible
        When rows that are to leave cannot be written into `export_folder`.
    """
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    assert head is not None, "there is at least the initial revision"
    before = revision_of(database)
    notes: tuple[str, ...] = ()
    if before != head:
        with _told_as_unavailable(database), _alone(database) as connection:
            # Read again: somebody else may have done it while we waited for our turn.
            before = _stamp(connection)
            if before is not None and before not in revisions():
                raise DatabaseTooNew(database, before)
            beside = database.file.parent if database.file else None
            notes = upgrade_within(connection, export_folder=export_folder or beside)
    return Migrated(database.shown_url, before, head, notes)


def revision_of(database: Database) -> str | None:
    """Return the revision of the tables in `database`; None where there are none.

    Raises
    ------
    DatabaseUnavailable
    """
    with _told_as_unavailable(database), database.reading() as connection:
        return _stamp(connection)


def configuration() -> Config:
    """Return Alembic's configuration, for this module and for drafting revisions."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def revisions() -> frozenset[str]:
    """Return every revision that this version of the app can start from."""
    script = ScriptDirectory.from_config(configuration())
    return frozenset(revision.revision for revision in script.walk_revisions())


def upgrade_within(
    connection: Connection, to: str = "head", *, export_folder: Path | None = None
) -> tuple[str, ...]:
    """Bring the tables of `connection` to a revision, as part of its transaction.

    What leaves the database is written into `export_folder` before; the sentences returned say
    where.

    Parameters
    ----------
    to : str
        A revision that is not before that of the tables; the present one if left out.
    """
    config = configuration()
    config.attributes |= {"connection": connection, "export_folder": export_folder, "notes": []}
    command.upgrade(config, to)
    return tuple(config.attributes["notes"])


@dataclass(frozen=True, slots=True)
class Layout:
    """What the migrations have made up to a revision.

    Attributes
    ----------
    columns : mapping
        Those of every table, the one of the revision included.
    indexes : frozenset of str
        Names of all that were made by name.
    """

    columns: Mapping[str, frozenset[str]]
    indexes: frozenset[str]


@cache
def layout_of(revision: str) -> Layout:
    """Return the tables of a revision that is known here; they are made in memory to look."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade_within(connection, to=revision)
        inspector = inspect(connection)
        tables = inspector.get_table_names()
        columns = {
            table: frozenset(column["name"] for column in inspector.get_columns(table))
            for table in tables
        }
        indexes = {index["name"] for table in tables for index in inspector.get_indexes(table)}
    engine.dispose()
    return Layout(columns, frozenset(name for name in indexes if name))


def _stamp(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """Yield a connection in a transaction that no other migration runs beside."""
    with database.engine.connect() as connection:
        # Changing a table on SQLite means building it anew. While it is away, rows that point to
        # it must neither be refused nor deleted; that is switched outside a transaction only.
        _enforce_references(connection, on=False)
        try:
            with connection.begin():
                _wait_without_end(connection)
                yield connection
                _refuse_broken_references(connection)
        finally:
            _enforce_references(connection, on=True)


@contextmanager
def _told_as_unavailable(database: Database) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if trouble_of(error) is None:
            raise  # a statement of ours is wrong
        raise DatabaseUnavailable(database, error) from error


def _wait_without_end(connection: Connection) -> None:
    """Wait until every other migration of the database has ended, and take any time oneself.

    On SQLite the transaction has begun with the write lock.
    """
    if connection.dialect.name != "sqlite":
        take_any_time(connection)
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _enforce_references(connection: Connection, *, on: bool) -> None:
    if connection.dialect.name == "sqlite":
        # Past SQLAlchemy's connection, which would begin a transaction for it.
        cursor = connection.connection.cursor()
        cursor.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")
        cursor.close()


def _refuse_broken_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        assert broken is None, f"a migration left a row that points nowhere: {broken}"
