"""What a backup holds, and the sentences for files that are none.

A file says by its first bytes which database it is from, and by its tables whether it is one of
ours. Both kinds are checked by the same rules, so that a backup which was written is one that can
be restored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from trial import __version__
from trial.domain.counts import count_of
from trial.domain.errors import InvalidInput, NotPossible
from trial.store.migrate import Layout, layout_of, revisions
from trial.store.tables import Table

STAMP = "alembic_version"
"""The table in which the revision of the others stands."""

TABLES = frozenset(Table.metadata.tables) | {STAMP}
"""Every table a backup may hold. A table that a migration removes is to be added here by name."""

_ALWAYS_THERE = frozenset({STAMP, "organisation", "person", "trial", "post", "audit_event"})


class DatabaseKind(Enum):
    """Which database a backup is from, with the first bytes of its file."""

    SQLITE = ("SQLite", b"SQLite format 3\x00")
    POSTGRESQL = ("PostgreSQL", b"PGDMP")

    def __init__(self, label: str, first_bytes: bytes) -> None:
        self.label = label
        self.first_bytes = first_bytes


class NoDatabase(NotPossible):
    """There is nothing to make a backup of."""

    def __init__(self, database: str) -> None:
        super().__init__(
            f"There is no database of this app at {database} yet, so no backup was written. "
            "DATABASE_URL says which one is used; a relative path counts from the present folder."
        )


class NotABackup(NotPossible):
    """The file is something else."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"{name} is not a backup of this app: {reason}. Nothing was changed; please choose a "
            "file that “python -m trial backup” wrote."
        )


class UnfitBackup(NotABackup):
    """The tables are ours, and are not as the migrations of their revision make them."""

    def __init__(self, name: str, reason: str) -> None:
        self.reason = reason
        super().__init__(name, reason)


class BackupDamaged(NotPossible):
    """The file began as a backup and cannot be read to its end, or contradicts itself."""

    def __init__(self, name: str, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"{name} is damaged and cannot be used ({reason}). Nothing was changed; please choose "
            "an earlier backup."
        )


class DatabaseDamaged(NotPossible):
    """What was read from the database could not be restored."""

    def __init__(self, database: str, reason: str) -> None:
        super().__init__(
            f"The database {database} is damaged ({reason}), so no backup was written. Keep the "
            "earlier ones; “python -m trial restore” puts one in its place."
        )


class UnfitDatabase(NotPossible):
    """Somebody has changed the tables, so that a backup of them would be refused."""

    def __init__(self, database: str, reason: str) -> None:
        super().__init__(
            f"The database {database} is not as this app has made it: {reason}. No backup was "
            "written, because it could not be restored; please undo that change and try again."
        )


class BackupTooNew(NotPossible):
    """The tables in the file are those of a later version of the app."""

    def __init__(self, name: str, revision: str) -> None:
        super().__init__(
            f"{name} is from a later version of this app (revision {revision}) than this one, "
            f"{__version__}. Nothing was changed; please use that version."
        )


class BackupOfOtherKind(NotPossible):
    """A backup of SQLite for PostgreSQL, or the reverse."""

    def __init__(self, name: str, kind: DatabaseKind, wanted: DatabaseKind) -> None:
        super().__init__(
            f"{name} is a backup of {kind.label}, and DATABASE_URL names a database of "
            f"{wanted.label}. Nothing was changed; one cannot become the other."
        )


class DatabaseInUse(NotPossible):
    """Something else is connected to the database that is to be replaced."""

    def __init__(self, database: str) -> None:
        super().__init__(
            f"The database {database} is in use. Stop the app and every other program that is "
            "connected to it, then restore again. Nothing was changed."
        )


class BackupFailed(NotPossible):
    """The machine stood in the way: no room, no right to read or write."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what} could not be read or copied: {reason}. Nothing was changed.")


class RestoreFailed(NotPossible):
    """The backup could not be put in place; the former database is untouched."""

    def __init__(self, database: str, reason: str) -> None:
        super().__init__(
            f"The backup could not be put in place of {database}: {reason}. "
            "The database is as it was before."
        )


@dataclass(frozen=True, slots=True)
class BackupContents:
    """What is in a backup.

    Attributes
    ----------
    kind : DatabaseKind
    size : int
        Of the file, in bytes.
    revision : str
        Of its tables; one that this version of the app knows.
    people, trials, posts : int
        Rows of each.
    """

    kind: DatabaseKind
    size: int
    revision: str
    people: int
    trials: int
    posts: int

    @property
    def counts(self) -> str:
        """The rows as a sentence says them: ``2 people, 1 trial and 7 posts``."""
        people = count_of(self.people, "person", "people")
        trials, posts = count_of(self.trials, "trial"), count_of(self.posts, "post")
        return f"{people}, {trials} and {posts}"


def kind_of(file: Path) -> DatabaseKind:
    """Return which database a file is a backup of, by its first bytes.

    Raises
    ------
    InvalidInput
        When it cannot be read.
    NotABackup
        When they are those of neither.
    """
    try:
        # Opening a pipe would wait for somebody to write into it.
        if file.exists() and not file.is_file():
            raise InvalidInput("FILE", str(file), "a file that can be read (not a folder or pipe)")
        with file.open("rb") as opened:
            beginning = opened.read(max(len(kind.first_bytes) for kind in DatabaseKind))
    except OSError as error:
        accepted = f"a file that can be read ({error.strerror})"
        raise InvalidInput("FILE", str(file), accepted) from error
    for kind in DatabaseKind:
        if beginning.startswith(kind.first_bytes):
            return kind
    reason = "it holds something else" if beginning else "it is empty"
    raise NotABackup(file.name, reason)


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A table of a backup: how many rows it has, and which columns."""

    rows: int
    columns: frozenset[str]


def contents_of(
    name: str,
    kind: DatabaseKind,
    size: int,
    tables: Mapping[str, StoredTable],
    stamps: list[str],
) -> BackupContents:
    """Return what a backup holds, once its tables are ours and its revision is known.

    Parameters
    ----------
    name : str
        What it is called in a sentence.
    tables : mapping
        All that are in it.
    stamps : list of str
        What stands in the table of the revision.

    Raises
    ------
    NotABackup
        When tables of ours are missing.
    UnfitBackup
        When tables or columns are others than those of its revision.
    BackupTooNew
        When the revision is not known here.
    """
    if len(stamps) != 1 or _ALWAYS_THERE - tables.keys():
        raise NotABackup(name, "the tables of this app are not in it")
    if stamps[0] not in revisions():
        raise BackupTooNew(name, stamps[0])
    _refuse_other_columns(name, tables, layout_of(stamps[0]))
    people, trials, posts = (tables[table].rows for table in ("person", "trial", "post"))
    return BackupContents(kind, size, stamps[0], people=people, trials=trials, posts=posts)


def _refuse_other_columns(name: str, tables: Mapping[str, StoredTable], layout: Layout) -> None:
    if strange := sorted(tables.keys() - layout.columns.keys()):
        raise UnfitBackup(name, f"it also holds the table {strange[0]}")
    if missing := sorted(layout.columns.keys() - tables.keys()):
        raise UnfitBackup(name, f"the table {missing[0]} is not in it")
    for table, wanted in layout.columns.items():
        if strange := sorted(tables[table].columns - wanted):
            raise UnfitBackup(name, f"its table {table} also has the column {strange[0]}")
        if missing := sorted(wanted - tables[table].columns):
            raise UnfitBackup(name, f"its table {table} lacks the column {missing[0]}")
