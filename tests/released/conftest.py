"""The installation that an earlier version made, opened with today's code."""

import gzip
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from trial.bootstrap import ready_backend
from trial.config import ROOT, Settings
from trial.services.backend import Backend

FOLDER = Path(__file__).parent / "installation"
TODAY = date(2026, 2, 11)


@pytest.fixture
def sqlite_address(tmp_path: Path) -> str:
    """The SQLite file as the earlier version left it, copied for this test."""
    file = tmp_path / "trial.db"
    file.write_bytes(gzip.decompress((FOLDER / "sqlite.db.gz").read_bytes()))
    return f"sqlite:///{file}"


@pytest.fixture
def postgres_address(postgres_database: str) -> str:
    """The PostgreSQL database as the earlier version left it, for this test."""
    plain = make_url(postgres_database).set(drivername="postgresql")
    rows = gzip.decompress((FOLDER / "postgresql.sql.gz").read_bytes())
    with psycopg.connect(plain.render_as_string(hide_password=False)) as connection:
        connection.execute(rows)
    return postgres_database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    """A backend on the installation, its tables brought up to date."""
    wanted = "sqlite_address" if request.param == "sqlite" else "postgres_address"
    settings = Settings(
        request.getfixturevalue(wanted), ROOT / "data", TODAY, export_folder=tmp_path
    )
    backend = ready_backend(settings)
    yield backend
    backend.database.close()
