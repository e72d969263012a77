"""Nobody but its owner can read the file of a SQLite database."""

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from trial.store.engine import Database
from trial.store.migrate import upgrade


@pytest.fixture(autouse=True)
def _a_generous_umask() -> object:
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.glob("trial.db*")}


def test_a_new_database_is_private_with_everything_sqlite_puts_beside_it(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'trial.db'}")
    upgrade(database)
    assert modes(tmp_path) == dict.fromkeys(("trial.db", "trial.db-wal", "trial.db-shm"), 0o600)
    database.close()


def test_a_database_of_an_older_version_becomes_private_at_the_next_start(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'trial.db'}"
    first = Database(address)
    upgrade(first)
    for name in ("trial.db", "trial.db-wal", "trial.db-shm"):
        (tmp_path / name).chmod(0o644)
    second = Database(address)
    with second.reading() as connection:
        connection.execute(text("SELECT 1"))
    assert set(modes(tmp_path).values()) == {0o600}
    second.close()
    first.close()


def test_naming_a_database_makes_neither_file_nor_folder(tmp_path: Path) -> None:
    Database(f"sqlite:///{tmp_path / 'data' / 'trial.db'}").close()
    assert list(tmp_path.iterdir()) == []
