"""The migrations make the tables the code speaks of, together or not at all."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, event, inspect, text
from sqlmodel import Session, select

from trial.config import Settings
from trial.domain.errors import TrialError
from trial.services import sign_in
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.store.engine import Database
from trial.store.migrate import DatabaseTooNew, configuration, revision_of, upgrade
from trial.store.tables import Exemption, Membership, Person, ReviewAttempt, Table

ROOT = Path(__file__).parents[2]
TABLES = set(Table.metadata.tables)
BEFORE_WHAT_WAS_JUDGED = "0002"
BEFORE_FIRST_PASSWORDS = "0003"
WITH_SEALED_TOKENS = "0006"


def tables_of(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def test_an_empty_database_gets_every_table(empty_database: Database) -> None:
    done = upgrade(empty_database)
    assert done.before is None
    assert done.after == revision_of(empty_database)
    assert tables_of(empty_database) == TABLES | {"alembic_version"}


def test_tables_and_migrations_do_not_differ(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == [], (
            "the tables were changed: python -m trial.store.migrations.draft writes a revision"
        )


def test_conditions_on_rows_are_the_same_in_tables_and_migrations(database: Database) -> None:
    # Alembic's comparison leaves these out; a second database made from the tables shows them.
    migrated = conditions_of(database)
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
        Table.metadata.drop_all(connection)
        Table.metadata.create_all(connection)
    assert migrated == conditions_of(database)
    assert migrated["ck_post_state"]


def conditions_of(database: Database) -> dict[str | None, str]:
    inspector = inspect(database.engine)
    return {
        check["name"]: check["sqltext"]
        for table in sorted(TABLES)
        for check in inspector.get_check_constraints(table)
    }


def test_ids_of_trials_posts_and_outcomes_are_never_given_out_again(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'trial.db'}")
    upgrade(database)
    with database.reading() as connection:
        made = connection.execute(
            text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")
        ).scalars()
        assert set(made) >= {"trial", "post", "account_outcome"}
    database.close()


def test_a_database_of_the_first_version_keeps_its_rows_and_gets_what_is_new(
    empty_database: Database,
) -> None:
    with empty_database.engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text("INSERT INTO department (name, created_at) VALUES ('Cardiology', :at)"),
            {"at": datetime(2026, 1, 5, 9, tzinfo=UTC)},
        )
    assert tables_of(empty_database) < TABLES | {"alembic_version"}
    done = upgrade(empty_database)
    assert done.before == "0001"
    assert tables_of(empty_database) == TABLES | {"alembic_version"}
    with empty_database.reading() as connection:
        kept = connection.execute(text("SELECT name FROM department")).scalars().all()
    assert kept == ["Cardiology"]


def test_a_current_database_is_only_looked_at(database: Database) -> None:
    with statements_on(database) as sent:
        done = upgrade(database)
    assert done.before == done.after
    assert sent
    words = {statement.split()[0] for statement in sent}
    assert words <= {"BEGIN", "SELECT", "PRAGMA"}, words
    assert "BEGIN IMMEDIATE" not in sent


@contextmanager
def statements_on(database: Database) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement.strip())

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


class Crash(Exception):
    """The process dies here."""


def test_a_crash_at_any_statement_leaves_no_table_behind(empty_database: Database) -> None:
    with statements_on(empty_database) as all_of_them:
        upgrade(empty_database)
    empty_again(empty_database)
    for fatal in range(0, len(all_of_them), len(all_of_them) // 4):
        with crash_at(empty_database, fatal), pytest.raises(Crash):
            upgrade(empty_database)
        assert tables_of(empty_database) == set()
    assert upgrade(empty_database).before is None


def empty_again(database: Database) -> None:
    with database.engine.begin() as connection:
        Table.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))


@contextmanager
def crash_at(database: Database, fatal: int) -> Iterator[None]:
    sent = iter(range(1_000_000))

    def die(*_arguments: Any) -> None:
        if next(sent) == fatal:
            raise Crash

    event.listen(database.engine, "before_cursor_execute", die)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", die)


def test_references_are_enforced_again_after_a_migration(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"), database.engine.begin() as connection:
        add_membership_of_nobody(connection)


def add_membership_of_nobody(connection: Connection) -> None:
    connection.execute(text("INSERT INTO membership (person_id, department_id) VALUES (7, 7)"))


def test_processes_that_start_together_all_find_the_tables(empty_url: str) -> None:
    program = (
        "import sys; from trial.store.engine import Database; from trial.store.migrate import "
        "upgrade; sys.stdin.readline(); print(upgrade(Database(sys.argv[1])).before)"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, empty_url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    with_tables = revision_of(Database(empty_url))
    assert sorted(out.strip() for out, _ in said) == [with_tables, "None"]


def test_tables_of_a_later_version_are_left_alone(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNew, match="9999"):
        upgrade(database)
    assert revision_of(database) == "9999"


@pytest.mark.parametrize(
    "url", ["postgresql://ada:secret@127.0.0.1:1/trial", "sqlite:////dev/null/trial.db"]
)
def test_a_database_that_cannot_be_opened_is_told_without_its_password(url: str) -> None:
    with pytest.raises(TrialError) as told:
        upgrade(Database(url))
    assert "secret" not in str(told.value)


def test_an_empty_folder_is_enough_to_start(tmp_path: Path) -> None:
    from trial.bootstrap import ready_backend

    folder = tmp_path / "new" / "data"
    backend = ready_backend(Settings(f"sqlite:///{folder / 'trial.db'}", folder))
    with backend.reading() as work:
        assert work.session.connection().execute(text("SELECT count(*) FROM post")).scalar() == 0
    backend.database.close()


def test_what_was_judged_before_is_filled_from_the_post(empty_database: Database) -> None:
    moment = "2026-02-09 09:00:00"
    with empty_database.engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE_WHAT_WAS_JUDGED)
        for statement in (
            "INSERT INTO department (id, name, created_at) VALUES (1, 'Cardiology', :at)",
            "INSERT INTO policy_version (id, content_hash, name, version, document, created_at)"
            " VALUES (1, 'x', 'readiness', 1, '', :at)",
            "INSERT INTO trial (id, department_id, policy_id, starts_on, weeks, status, origin,"
            " end_reason, purpose, audience, primary_manager, backup_manager, revision, version,"
            " created_at) VALUES (1, 1, 1, '2026-01-05', 13, 'running', 'live', '', '', '', '', '',"
            " 1, 1, :at)",
            "INSERT INTO post (id, trial_id, title, pillar, channels, contributor, delivered_on,"
            " backfilled, link, reason, state, on_schedule, version) VALUES (7, 1, 'Tea', 'People',"
            " '[\"Instagram\"]', 'Ada', '2026-02-09', :no, '', '', 'approved', :no, 2)",
            "INSERT INTO review_attempt (post_id, submitted_on, outcome, reason_code, sentence,"
            " title_then, entered_at) VALUES (7, '2026-02-09', 'approved', '', '', 'Tea', :at)",
            "INSERT INTO exemption (trial_id, first_week, last_week, cause, reason, asked_on,"
            " status, expires_on, entered_at, version) VALUES (1, 2, 2, 'planned', 'A move',"
            " '2026-01-05', 'granted', '2026-01-25', :at, 1)",
        ):
            values = {"at": moment, "no": False}
            named = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(text(statement), named)
    upgrade(empty_database)
    with Session(empty_database.engine) as session:
        (attempt,) = session.exec(select(ReviewAttempt)).all()
        assert (attempt.title_then, attempt.pillar_then) == ("Tea", "People")
        assert (attempt.channels_then, attempt.contributor_then) == (["Instagram"], "Ada")
        (exemption,) = session.exec(select(Exemption)).all()
        assert (exemption.status, exemption.answer) == ("granted", "")
        exemption.status = "withdrawn"
        session.commit()


def test_a_password_from_before_is_nobodys_first_one(empty_database: Database) -> None:
    with empty_database.engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE_FIRST_PASSWORDS)
        for statement in (
            "INSERT INTO person (id, email, name, password_hash, role, active, sign_in_epoch,"
            " failed_sign_ins, version, created_at) VALUES (7, 'ada@hospital.example', 'Ada',"
            " 'kept', 'lead', :yes, 3, 0, 2, :at)",
            "INSERT INTO department (id, name, created_at) VALUES (1, 'Cardiology', :at)",
            "INSERT INTO membership (person_id, department_id) VALUES (7, 1)",
        ):
            values = {"at": datetime(2026, 2, 9, 9, tzinfo=UTC), "yes": True}
            named = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(text(statement), named)
    upgrade(empty_database)
    with Session(empty_database.engine) as session:
        (person,) = session.exec(select(Person)).all()
        assert person.password_is_temporary is False
        assert (person.password_hash, person.sign_in_epoch, person.version) == ("kept", 3, 2)
        person.password_is_temporary = True
        session.commit()
        (membership,) = session.exec(select(Membership)).all()
        assert membership.person_id == 7


def test_a_sign_in_from_before_goes_on_and_its_ticket_fetches_a_cookie(
    empty_database: Database,
) -> None:
    with empty_database.engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, WITH_SEALED_TOKENS)
        for statement in (
            "INSERT INTO person (id, email, name, password_hash, role, active, sign_in_epoch,"
            " version, created_at) VALUES (7, 'ada@hospital.example', 'Ada', 'x', 'lead', :yes, 3,"
            " 2, :at)",
            "INSERT INTO sign_in (token_hash, person_id, epoch, ticket_hash, sealed_token,"
            " ticket_expires_at, created_at, expires_at)"
            " VALUES (:token, 7, 3, :ticket, 'sealed', :later, :at, :later)",
        ):
            values = {
                "at": datetime(2026, 2, 9, 9, tzinfo=UTC),
                "later": datetime(2026, 2, 9, 10, tzinfo=UTC),
                "yes": True,
                "token": sha256(b"tab").hexdigest(),
                "ticket": sha256(b"ticket").hexdigest(),
            }
            named = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(text(statement), named)
    upgrade(empty_database)
    backend = Backend(empty_database, FixedClock.on(date(2026, 2, 9)), ROOT / "data")
    cookie = sign_in.redeem(backend, ticket="ticket")
    for token in ("tab", cookie):
        signed_in = sign_in.who(backend, token=token)
        assert signed_in is not None
        assert signed_in.name == "Ada"
