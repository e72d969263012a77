"""A database that is locked, silent, gone, damaged or full is told in a sentence, each time."""

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from tests.store.made_up import MONDAY, moment
from tests.store.relay import Relay, relay_to
from trial.domain.errors import DatabaseBusy, NotFound
from trial.store import engine as engine_module
from trial.store.answering import AnsweringConnection
from trial.store.engine import Database, DatabaseFaulty, DatabaseUnavailable
from trial.store.migrate import revision_of, upgrade
from trial.store.tables import Department, Trial
from trial.store.unit_of_work import unit_of_work

SECRET = "Why Ms. Miller was here"


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


def add_department(database: Database, name: str = "Cardiology") -> None:
    with unit_of_work(database, write=True) as work:
        work.session.add(Department(name=name, created_at=moment(MONDAY)))
        work.commit()


def ask(database: Database, statement: str, **values: object) -> object:
    with unit_of_work(database, write=False) as work:
        return work.connection.execute(text(statement), values).scalar()


# ------------------------------------------------------------------------------- PostgreSQL


@pytest.fixture
def relay(migrated_postgres: str) -> Iterator[Relay]:
    """A relay to the server of the database."""
    url = make_url(migrated_postgres)
    with relay_to(url.host or "127.0.0.1", url.port or 5432) as made:
        yield made


def through(relay: Relay, address: str) -> str:
    url = make_url(address).set(host="127.0.0.1", port=relay.port)
    return url.render_as_string(hide_password=False)


def with_options(address: str, options: str) -> str:
    url = make_url(address).update_query_dict({"options": options})
    return url.render_as_string(hide_password=False)


@pytest.mark.parametrize(
    ("setting", "limit"),
    [
        ("lock_timeout", "5s"),
        ("statement_timeout", "15s"),
        ("application_name", "trial-channel"),
    ],
)
def test_postgresql_is_told_how_long_anything_may_take(
    migrated_postgres: str, setting: str, limit: str
) -> None:
    with opened(migrated_postgres) as database:
        assert ask(database, f"SHOW {setting}") == limit


def test_a_connection_says_how_long_to_wait_for_the_other_side(migrated_postgres: str) -> None:
    with opened(migrated_postgres) as database, database.engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        given = driver.info.get_parameters()
    assert given["connect_timeout"] == "5"
    assert given["tcp_user_timeout"] == "20000"
    assert int(given["keepalives_idle"]) + 3 * int(given["keepalives_interval"]) <= 30


def test_the_address_may_ask_for_other_limits(migrated_postgres: str) -> None:
    with opened(with_options(migrated_postgres, "-c lock_timeout=7s")) as database:
        assert ask(database, "SHOW lock_timeout") == "7s"
        assert ask(database, "SHOW statement_timeout") == "15s"


def test_a_row_that_somebody_else_holds_is_not_waited_for_without_a_word(
    migrated_postgres: str,
) -> None:
    impatient = with_options(migrated_postgres, "-c lock_timeout=50ms")
    with opened(migrated_postgres) as database, opened(impatient) as waiting:
        add_department(database)
        rename = text("UPDATE department SET name = name")
        with database.connected(write=True) as holder:
            holder.execute(rename)
            with (
                pytest.raises(DatabaseBusy, match="did not answer in time"),
                unit_of_work(waiting, write=True) as work,
            ):
                work.session.execute(rename)
        add_department(waiting, "Radiology")


def test_a_statement_that_takes_too_long_is_cut(migrated_postgres: str) -> None:
    with opened(with_options(migrated_postgres, "-c statement_timeout=50ms")) as database:
        with pytest.raises(DatabaseBusy, match="did not answer in time"):
            ask(database, "SELECT pg_sleep(60)")
        assert ask(database, "SELECT 1") == 1


def test_a_migration_is_not_cut(postgres_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic import command

    limits = "-c statement_timeout=100ms -c lock_timeout=100ms"
    migrate = command.upgrade

    def take_time(config: Any, to: str) -> None:
        config.attributes["connection"].execute(text("SELECT pg_sleep(0.3)"))
        migrate(config, to)

    monkeypatch.setattr(command, "upgrade", take_time)
    monkeypatch.setattr(AnsweringConnection, "silent_seconds", 0.1)
    with opened(with_options(postgres_database, limits)) as database:
        upgrade(database)
        assert ask(database, "SELECT count(*) FROM trial") == 0
        assert ask(database, "SHOW statement_timeout") == "100ms"


def test_an_address_where_nobody_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(engine_module._POSTGRES, "connect_timeout", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgresql://somebody:x@127.0.0.1:{silent.getsockname()[1]}/trial"
        with opened(address) as database:
            with pytest.raises(DatabaseBusy, match="did not answer in time"):
                ask(database, "SELECT 1")
            with pytest.raises(DatabaseUnavailable, match="cannot be opened"):
                upgrade(database)


def test_a_server_that_falls_silent_is_given_up(
    migrated_postgres: str, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AnsweringConnection, "silent_seconds", 0.3)
    with opened(through(relay, migrated_postgres)) as database:
        with unit_of_work(database, write=True) as work:
            work.session.execute(text("SELECT 1"))
            relay.fall_silent()
            with pytest.raises(OperationalError, match="silent"):
                work.session.execute(text("SELECT 1"))
        with pytest.raises(DatabaseBusy, match="did not answer in time"):
            ask(database, "SELECT 1")


def test_a_server_that_is_gone_and_comes_back_needs_no_restart(
    migrated_postgres: str, relay: Relay
) -> None:
    with opened(through(relay, migrated_postgres)) as database:

        def save() -> None:
            with unit_of_work(database, write=True) as work:
                work.session.add(Department(name="Half", created_at=moment(MONDAY)))
                work.flush()
                relay.go_away()
                work.commit()

        with pytest.raises(DatabaseBusy):
            save()
        with pytest.raises(DatabaseBusy):
            ask(database, "SELECT 1")
        relay.come_back()
        assert ask(database, "SELECT count(*) FROM department") == 0


@pytest.mark.parametrize("how", ["terminated", "idle for too long"])
def test_a_connection_that_the_server_ends_is_replaced(migrated_postgres: str, how: str) -> None:
    with opened(migrated_postgres) as database, opened(migrated_postgres) as other:

        def save() -> None:
            with unit_of_work(database, write=True) as work:
                if how == "terminated":
                    number = work.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
                    ask(other, "SELECT pg_terminate_backend(:number, 5000)", number=number)
                else:
                    limit = text("SET LOCAL idle_in_transaction_session_timeout = 1")
                    work.session.execute(limit)
                    ask(other, "SELECT pg_sleep(0.2)")
                work.session.execute(text("SELECT 1"))

        with pytest.raises(DatabaseBusy):
            save()
        assert ask(database, "SELECT 1") == 1


def test_who_finds_no_free_connection_is_told_so(
    migrated_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"pool_size": 1, "max_overflow": 0, "pool_timeout": 0.05}.items():
        monkeypatch.setitem(engine_module._POOL, name, value)
    with opened(migrated_postgres) as database, unit_of_work(database, write=False) as work:
        work.session.execute(text("SELECT 1"))
        with pytest.raises(DatabaseBusy):
            ask(database, "SELECT 1")


# ----------------------------------------------------------------------------------- SQLite


@pytest.fixture
def file(migrated_sqlite: str) -> Path:
    """The file of a database with the present tables and a few hundred departments."""
    file = Path(make_url(migrated_sqlite).database or "")
    with opened(migrated_sqlite) as database, unit_of_work(database, write=True) as work:
        work.session.add_all(
            Department(name=f"Department {number:03} {'x' * 100}", created_at=moment(MONDAY))
            for number in range(400)
        )
        work.commit()
    assert not file.with_name(file.name + "-wal").exists()
    return file


def truncated(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def no_database(file: Path) -> None:
    file.write_bytes(b"Dear colleagues, please find attached " * 200)


def overwritten(file: Path) -> None:
    """Everything but the first page, in which the size and the names of the tables stand."""
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\x5a" * (len(content) - 4096))


@pytest.mark.parametrize("harm", [truncated, no_database, overwritten])
@pytest.mark.parametrize("look", [upgrade, revision_of])
def test_a_start_on_a_broken_file_is_refused_in_a_sentence(
    file: Path, harm: Any, look: Any
) -> None:
    harm(file)
    before = file.read_bytes()
    with (
        opened(f"sqlite:///{file}") as database,
        pytest.raises(DatabaseUnavailable, match=r"cannot be opened: .*DATABASE_URL"),
    ):
        look(database)
    assert file.read_bytes() == before


@pytest.mark.parametrize("harm", [truncated, no_database, overwritten])
@pytest.mark.parametrize("write", [False, True])
def test_a_file_that_breaks_later_is_told_as_damaged(file: Path, harm: Any, write: bool) -> None:
    harm(file)
    with (
        opened(f"sqlite:///{file}") as database,
        pytest.raises(DatabaseFaulty, match=r"is damaged\. Nothing was saved; please tell"),
        unit_of_work(database, write=write) as work,
    ):
        work.session.execute(text("SELECT name FROM department")).all()


@pytest.mark.parametrize(
    ("pragma", "told"),
    [
        ("max_page_count=1", "The disk of the database is full. Nothing was saved"),
        ("query_only=ON", "The database can only be read. Nothing was saved"),
    ],
)
def test_a_disk_that_takes_nothing_more_is_told_in_a_sentence(
    file: Path, pragma: str, told: str
) -> None:
    with opened(f"sqlite:///{file}") as database:

        @event.listens_for(database.engine, "connect")
        def limit(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute(f"PRAGMA {pragma}")

        with pytest.raises(DatabaseFaulty, match=told):
            add_department(database, "x" * 100_000)
        with pytest.raises(DatabaseFaulty, match=told), database.as_one_transaction() as joined:
            add_department(joined, "x" * 100_000)
        assert ask(database, "SELECT count(*) FROM department") == 400


def test_writers_of_one_process_take_turns_and_readers_need_none(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "_TURN_SECONDS", 0.05)
    with opened(f"sqlite:///{file}") as database:
        with unit_of_work(database, write=True):
            with pytest.raises(DatabaseBusy):
                add_department(database)
            assert ask(database, "SELECT count(*) FROM department") == 400
        add_department(database)


@pytest.mark.parametrize("url", ["sqlite://", "file"])
def test_what_joins_a_transaction_has_the_turn_already(
    file: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "_TURN_SECONDS", 0.05)
    with opened(f"sqlite:///{file}" if url == "file" else url) as database:
        upgrade(database)
        with database.as_one_transaction() as joined:
            add_department(joined, "First")
            add_department(joined, "Second")
        added = "SELECT count(*) FROM department WHERE name IN ('First', 'Second')"
        assert ask(database, added) == 2
        add_department(database, "Third")


# ------------------------------------------------------------------------------------- both


@pytest.mark.parametrize("number", [99_999_999_999, 10**19, 10**23 - 1, -(10**23)])
@pytest.mark.parametrize("how", ["get", "columns", "write"])
def test_what_is_asked_for_by_a_number_too_large_is_not_there(
    database: Database, number: int, how: str
) -> None:
    if database.is_sqlite and abs(number) < 2**63:
        with unit_of_work(database, write=False) as work:
            assert work.session.get(Trial, number) is None
        return

    def open_trial() -> None:
        with unit_of_work(database, write=how == "write") as work:
            if how == "columns":
                trial = Trial.metadata.tables["trial"]
                work.connection.execute(trial.select().filter_by(id=number))
            else:
                work.session.get(Trial, number)

    with pytest.raises(NotFound, match="not there any more"):
        open_trial()


def test_an_error_never_says_what_was_typed(database: Database) -> None:
    with pytest.raises(DBAPIError) as met, unit_of_work(database, write=True) as work:
        work.session.connection().execute(
            text("INSERT INTO no_such_table VALUES (:title)"), {"title": SECRET}
        )
    assert "no_such_table" in str(met.value)
    assert SECRET not in str(met.value)
