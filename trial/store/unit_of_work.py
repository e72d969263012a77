"""A unit of work: everything inside it becomes true together, or none of it does."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, update
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session, col, select

from trial.domain.errors import StaleEdit
from trial.store.engine import Database, database_errors
from trial.store.tables import AuditEvent, Table, Trial

_Row = TypeVar("_Row", bound=Table)


class UnitOfWork:
    """One transaction. Nothing is kept unless :meth:`commit` is called.

    Its `session` and `connection` are for the query functions of this package; services hand the
    unit on and write no SQL.
    """

    def __init__(self, database: Database, connection: Connection, *, write: bool) -> None:
        self._database = database
        self._connection = connection
        self._write = write
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """The session of this unit, for rows that are watched over; made when first asked for."""
        if self._session is None:
            self._session = self._database.session_on(self._connection)
        return self._session

    @property
    def connection(self) -> Connection:
        """For columns that are only read: making a session takes longer than most of them."""
        # What a session commits, it must have begun.
        return self.session.connection() if self._write else self._connection

    def close(self) -> None:
        """Undo what was not committed."""
        if self._session is not None:
            self._session.close()

    def commit(self) -> None:
        """Make everything done in this unit true at once.

        Raises
        ------
        StaleEdit
            When somebody else changed one of the rows since it was read; nothing is kept.
        """
        if not self._write:
            raise RuntimeError("a reading unit of work has nothing to commit")
        with self._stale_edits():
            self.session.commit()

    def flush(self) -> None:
        """Send what is pending, so that new rows have their ids; still undone without commit."""
        with self._stale_edits():
            self.session.flush()

    @contextmanager
    def _stale_edits(self) -> Iterator[None]:
        try:
            yield
        except StaleDataError as error:
            self.session.rollback()
            raise StaleEdit("This entry") from error

    def get(self, table: type[_Row], row_id: int, *, hold: bool = False) -> _Row | None:
        """Return a row as it is in the database now, or None if there is none of this id.

        Parameters
        ----------
        hold : bool
            Let nobody else change it until this unit ends.
        """
        return self.session.get(table, row_id, populate_existing=True, with_for_update=hold)

    def find(self, table: type[_Row], **values: object) -> _Row | None:
        """Return the row with these values in its columns, or None if there is none."""
        return self.session.exec(select(table).filter_by(**values)).first()

    def add(self, row: Table) -> int:
        """Send a row, new or changed, and return its id."""
        self.session.add(row)
        self.flush()
        return id_of(row)

    def remove(self, *rows: Table) -> None:
        """Take rows out again."""
        for row in rows:
            self.session.delete(row)
        self.flush()

    def record(self, **values: Any) -> AuditEvent:
        """Add the audit event of this unit, and raise the trial's revision if it names one.

        Parameters
        ----------
        values
            Of the columns of :class:`AuditEvent`: `action` is what was done, as ``resource.verb``
            (``"post.delivered"``); `subject` and `subject_id` are table name and id of what it
            was done to; `details` and `before` are JSON values, what is worth reading later and
            the state to return to on undo.

        Returns
        -------
        AuditEvent
            Flushed, so that its id can serve as the undo handle.
        """
        event = AuditEvent(**values)
        self.add(event)
        if event.trial_id is not None:
            # Raised by the database itself, past the trial's version: two people who log posts
            # of one trial at the same moment do not edit the same thing.
            self.session.execute(
                update(Trial)
                .where(col(Trial.id) == event.trial_id)
                .values(revision=col(Trial.revision) + 1)
            )
        return event


def id_of(row: Table) -> int:
    """Return the id of a row that has been sent."""
    number = getattr(row, "id", None)
    assert isinstance(number, int)
    return number


@contextmanager
def unit_of_work(database: Database, *, write: bool, single: bool = False) -> Iterator[UnitOfWork]:
    """Open a unit of work on `database`.

    Parameters
    ----------
    database : Database
    write : bool
        Whether it may commit.
    single : bool
        Whether it asks one thing only, and needs no transaction to see everything at one moment.

    Raises
    ------
    StaleEdit
        Also when a query in the unit sends a change that comes too late.
    DatabaseBusy
        When the database is locked for too long, or cannot be reached; nothing is kept.
    DatabaseFaulty
        When it is damaged, full, or can only be read.
    NumberTooLarge
        When something is asked for by a number that no column can hold.
    """
    try:
        with (
            database_errors(),
            database.connected(write=write, single=single) as connection,
            closing(UnitOfWork(database, connection, write=write)) as work,
        ):
            yield work
    except StaleDataError as error:
        raise StaleEdit("This entry") from error
