"""A backup is sound whatever happens meanwhile, and a restore that fails changes nothing."""

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.command import upgrade
from alembic.config import Config
from sqlalchemy import Connection, text

from tests.store.test_migrations import tables_of
from trial.store import backups
from trial.store.backup_contents import TABLES, RestoreFailed
from trial.store.engine import Database
from trial.store.migrate import configuration, revision_of, revisions

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 2, 9, 9, tzinfo=UTC)
SIZE = 3000


def add_pair(database: Database, number: int) -> None:
    """Add two rows that are only ever there together."""
    with database.engine.begin() as connection:
        for name in (f"a{number}", f"b{number}"):
            connection.execute(
                text("INSERT INTO department (name, created_at) VALUES (:name, :at)"),
                {"name": name, "at": "2026-02-09 09:00:00"},
            )


def names(database: Database) -> list[str]:
    with database.reading() as connection:
        rows = connection.execute(text("SELECT name FROM department ORDER BY name")).scalars()
        found = list(rows)
    database.close()
    return found


def at_revision(database: Database, revision: str) -> None:
    with database.engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@pytest.mark.parametrize("revision", sorted(revisions()))
def test_every_version_s_tables_are_backed_up_and_brought_to_the_present_ones(
    revision: str, empty_database: Database, tmp_path: Path
) -> None:
    at_revision(empty_database, revision)
    # One that a migration removes later must be named, or older backups are refused.
    assert tables_of(empty_database) <= TABLES
    add_pair(empty_database, 1)
    file = tmp_path / "old.backup"
    assert backups.write(empty_database, file, overwrite=False).revision == revision
    assert revision_of(empty_database) == revision
    add_pair(empty_database, 2)
    empty_database.close()
    with backups.replacing(empty_database, file, at=NOW):
        pass
    assert revision_of(empty_database) == max(revisions())
    assert tables_of(empty_database) == TABLES
    assert names(empty_database) == ["a1", "b1"]


def test_a_backup_under_writes_has_what_was_saved_before_and_nothing_half(
    database: Database, tmp_path: Path
) -> None:
    saved: list[int] = []
    first, stop = threading.Event(), threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set() and number < SIZE:
            add_pair(database, number)
            saved.append(number)
            first.set()
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert first.wait(60)
        before: list[int] = []
        for number in range(3):
            before.append(len(saved))
            backups.write(database, tmp_path / f"{number}.backup", overwrite=False)
    finally:
        stop.set()
        writer.join()
    assert len(saved) > before[-1], "nothing was written during the last backup"
    database.close()
    for number, least in enumerate(before):
        with backups.replacing(database, tmp_path / f"{number}.backup", at=NOW):
            pass
        there = names(database)
        assert {f"a{pair}" for pair in range(least)} <= set(there)
        assert sum(name[0] == "a" for name in there) * 2 == len(there)


class Trouble(Exception):
    """Whatever goes wrong while the restored database is made ready."""


def test_a_restore_that_fails_leaves_the_former_database_and_nothing_beside_it(
    database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    file = folder / "night.backup"
    backups.write(database, file, overwrite=False)
    add_pair(database, 1)
    database.close()
    there = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(Trouble), backups.replacing(database, file, at=NOW):
        raise Trouble
    assert sorted(path.name for path in tmp_path.iterdir()) == there
    assert [path.name for path in folder.iterdir()] == ["night.backup"]
    assert names(database) == ["a1", "b1"]


def test_a_migration_that_fails_leaves_the_former_database_and_is_told(
    empty_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_revision(empty_database, "0001")
    file = tmp_path / "night.backup"
    backups.write(empty_database, file, overwrite=False)
    add_pair(empty_database, 1)
    empty_database.close()
    monkeypatch.setattr("alembic.command.upgrade", upgrade_in_vain)
    with (
        pytest.raises(RestoreFailed, match="account_outcome"),
        backups.replacing(empty_database, file, at=NOW),
    ):
        raise AssertionError("it was restored")
    assert names(empty_database) == ["a1", "b1"]
    assert revision_of(empty_database) == "0001"


def upgrade_in_vain(config: Config, revision: str) -> None:
    """Upgrade; what a later migration makes is there already when the present tables are due."""
    if revision == "head":
        connection: Connection = config.attributes["connection"]
        connection.execute(text("CREATE TABLE account_outcome (id INTEGER)"))
    upgrade(config, revision)


KILLED_WHILE_IT_COPIES = """
import os, signal, sqlite3, sys
from datetime import UTC, datetime
from pathlib import Path
from trial.store import backups, sqlite_backups
from trial.store.engine import Database

class Killed(sqlite3.Connection):
    def backup(self, target, **_):
        super().backup(target, pages=20, progress=lambda *_: os.kill(os.getpid(), signal.SIGKILL))

opened, put_in_place = sqlite_backups._opened, sqlite_backups._put_in_place

def put_in_place_and_die(*arguments):
    def last(file, how):
        connection = opened(file, how)
        if how != "mode=rw":
            return connection
        connection.close()
        return sqlite3.connect(file, factory=Killed, isolation_level=None)
    sqlite_backups._opened = last
    put_in_place(*arguments)

sqlite_backups._put_in_place = put_in_place_and_die
with backups.replacing(Database(sys.argv[1]), Path(sys.argv[2]), at=datetime.now(UTC)) as made:
    if made.database.is_sqlite:
        pass
    else:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_restore_that_is_killed_leaves_the_former_database(
    database: Database, tmp_path: Path
) -> None:
    with database.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO department (name, created_at) VALUES (:name, :at)"),
            [{"name": f"c{number}", "at": "2026-02-09 09:00:00"} for number in range(SIZE)],
        )
    file = tmp_path / "night.backup"
    backups.write(database, file, overwrite=False)
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM department"))
    add_pair(database, 1)
    address = database.url
    database.close()
    done = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_IT_COPIES, address, str(file)],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert names(database) == ["a1", "b1"]
    with backups.replacing(database, file, at=NOW) as replacement:
        assert replacement.former is not None
    assert len(names(database)) == SIZE
