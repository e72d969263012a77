"""An installation that the commands find as a person's would: by its environment."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.accounts import set_up_hospital
from trial.bootstrap import ready_backend
from trial.services.access import Actor
from trial.services.backend import Backend

EMAIL, PASSWORD = "kim@hospital.example", "five quiet geese"


@pytest.fixture
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Backend]:
    """An empty database that the commands use too; today is Mon 9 Feb 2026."""
    yield from _installed(f"sqlite:///{tmp_path / 'trial.db'}", monkeypatch)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def backend_on_each(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Backend]:
    """The same as `backend`, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield from _installed(f"sqlite:///{tmp_path / 'trial.db'}", monkeypatch)
    else:
        yield from _installed(request.getfixturevalue("migrated_postgres"), monkeypatch)


def _installed(address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Backend]:
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("TRIAL_TODAY", "2026-02-09")
    made = ready_backend()
    yield made
    made.database.close()


@pytest.fixture
def comms(backend: Backend) -> Actor:
    """The first Communications manager of an organisation in Berlin, weeks from Monday."""
    return set_up(backend)


def set_up(backend: Backend) -> Actor:
    """Found an organisation in Berlin with its first Communications manager."""
    return set_up_hospital(backend, email=EMAIL, password=PASSWORD)
