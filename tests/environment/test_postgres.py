from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from tests.environment.postgres import (
    DRIVER,
    Unavailable,
    address_given,
    fresh_database,
    throw_away_cluster,
    throw_away_server,
)


def test_a_database_of_the_run_keeps_what_is_written(postgres_database: str) -> None:
    engine = create_engine(postgres_database)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE post (title text)"))
        connection.execute(text("INSERT INTO post VALUES ('Grüße von Station 3 🎈')"))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT title FROM post")) == "Grüße von Station 3 🎈"
    engine.dispose()


def test_every_test_gets_a_database_of_its_own(postgres_url: str) -> None:
    with fresh_database(postgres_url) as first, fresh_database(postgres_url) as second:
        assert make_url(first).database != make_url(second).database


def test_a_database_is_gone_after_its_test_even_while_somebody_is_connected(
    postgres_url: str,
) -> None:
    with fresh_database(postgres_url) as address:
        plain = make_url(address).set(drivername="postgresql")
        forgotten = psycopg.connect(plain.render_as_string(hide_password=False))
    with pytest.raises(psycopg.OperationalError):
        forgotten.execute("SELECT 1")


@pytest.mark.usefixtures("postgres_url")  # where none can be started, this cannot be seen either
def test_a_server_leaves_nothing_behind() -> None:
    with throw_away_server() as address:
        engine = create_engine(address)
        with engine.connect() as connection:
            folder = connection.scalar(text("SHOW data_directory"))
        engine.dispose()
        assert Path(folder).exists()
    assert not Path(folder).parent.exists()


@pytest.mark.usefixtures("postgres_url")
def test_a_server_that_crashed_comes_back_at_its_address_with_what_was_committed() -> None:
    with throw_away_cluster() as cluster:
        engine = create_engine(cluster.address, pool_pre_ping=True)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE post (title text)"))
        cluster.stop(immediately=True)
        assert not cluster.is_running
        with pytest.raises(OperationalError):
            engine.connect()
        assert cluster.start()
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM post")) == 0
        engine.dispose()


def test_a_server_that_is_named_is_used_with_the_driver_of_the_project() -> None:
    given = {"TEST_DATABASE_URL": "postgresql://somebody:secret@db.example:5433/trials"}
    assert address_given(given) == f"{DRIVER}://somebody:secret@db.example:5433/trials"


def test_no_server_is_named_by_an_empty_variable() -> None:
    assert address_given({}) is None
    assert address_given({"TEST_DATABASE_URL": ""}) is None


def test_an_address_of_another_database_is_refused_with_what_is_accepted() -> None:
    with pytest.raises(Unavailable, match=r"sqlite; accepted is postgresql://"):
        address_given({"TEST_DATABASE_URL": "sqlite:///trial.db"})


def test_a_machine_without_the_server_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tests.environment.postgres.find_binaries", lambda: None)
    with pytest.raises(Unavailable, match="apt-get install postgresql"), throw_away_server():
        pass
