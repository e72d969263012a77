"""Every test that asks for a database runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from trial.store.engine import Database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def server(request: pytest.FixtureRequest) -> str:
    """Which of the two it is."""
    return str(request.param)


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, server: str, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if server == "sqlite":
        return f"sqlite:///{tmp_path / 'trial.db'}"
    return str(request.getfixturevalue("postgres_database"))


@pytest.fixture
def empty_database(empty_url: str) -> Iterator[Database]:
    """A database without tables."""
    database = Database(empty_url)
    yield database
    database.close()


@pytest.fixture
def database(request: pytest.FixtureRequest, server: str) -> Iterator[Database]:
    """A database with the present tables and nothing in them."""
    wanted = "migrated_sqlite" if server == "sqlite" else "migrated_postgres"
    database = Database(request.getfixturevalue(wanted))
    yield database
    database.close()
