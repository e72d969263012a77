"""Putting a backup back: what comes back, what is refused, and that nothing is ever lost."""

import os
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import inspect, make_url, text

from tests.cli.conftest import EMAIL, PASSWORD
from tests.cli.installations import (
    ROOT,
    add_department,
    app_running,
    departments,
    fill,
    path_with,
    real,
)
from trial.bootstrap import ready_backend
from trial.cli import main
from trial.services import audit, posts, sign_in
from trial.services.access import OPERATOR
from trial.services.backend import Backend

OLD = "Cardiology"
SINCE = "Dermatology"


@pytest.fixture
def backup(backend_on_each: Backend, tmp_path: Path) -> Path:
    """A backup made before a second department began its trial."""
    fill(backend_on_each)
    folder = tmp_path / "backups"
    folder.mkdir()
    file = folder / "night.backup"
    assert main(["backup", str(file)]) == 0
    add_department(backend_on_each, SINCE)
    return file


def former_of(told: str) -> Path:
    named = re.search(r"The former database is kept as (.+)\.$", told, re.MULTILINE)
    assert named is not None, told
    return Path(named[1])


def test_what_was_in_the_backup_is_back_and_the_former_database_is_kept(
    backup: Path, backend_on_each: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["restore", str(backup), "--yes"]) == 0
    told = capsys.readouterr().out
    assert "1 person, 1 trial and 2 posts" in told
    assert departments(backend_on_each) == [OLD]
    with backend_on_each.database.reading() as connection:
        titles = set(connection.execute(text("SELECT title FROM post")).scalars())
    assert titles == {"Tea", "A line with\\a tab and Ümläute"}
    backend_on_each.database.close()
    former = former_of(told)
    assert stat.S_IMODE(former.stat().st_mode) == 0o600
    assert "before-restore-20260209-" in former.name
    # The former database is a backup itself: the way back from a restore is a restore.
    assert main(["restore", str(former), "--yes"]) == 0
    assert departments(backend_on_each) == [OLD, SINCE]


def test_new_rows_can_be_written_after_a_restore(backup: Path, backend_on_each: Backend) -> None:
    assert main(["restore", str(backup), "--yes"]) == 0
    add_department(backend_on_each, "Oncology")
    assert departments(backend_on_each) == [OLD, "Oncology"]


def test_a_browser_that_had_signed_out_is_not_in_again(
    backend_on_each: Backend, tmp_path: Path
) -> None:
    token = fill(backend_on_each)
    file = tmp_path / "night.backup"
    assert main(["backup", str(file)]) == 0
    sign_in.sign_out(backend_on_each, token=token)
    backend_on_each.database.close()
    assert main(["restore", str(file), "--yes"]) == 0
    assert sign_in.who(backend_on_each, token=token) is None
    with backend_on_each.database.reading() as connection:
        epochs = connection.execute(text("SELECT sign_in_epoch FROM person")).scalars().all()
        assert epochs == [1]
        assert connection.execute(text("SELECT count(*) FROM sign_in")).scalar() == 0
    again = sign_in.sign_in(backend_on_each, email=EMAIL, password=PASSWORD).token
    assert sign_in.who(backend_on_each, token=again) is not None


def test_a_restore_is_noted_in_what_it_restored(backup: Path, backend_on_each: Backend) -> None:
    assert main(["restore", str(backup), "--yes"]) == 0
    (line, *_) = audit.events(OPERATOR, backend_on_each)
    assert (line.action, line.person) == ("backup.restored", "Operator")
    assert line.details["file"] == "night.backup"
    assert line.details["sign_ins_ended"] == 1


def test_while_the_app_runs_nothing_is_restored(
    backup: Path, backend_on_each: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    with app_running():
        assert main(["restore", str(backup), "--yes"]) == 2
        assert "is in use" in capsys.readouterr().err
    assert departments(backend_on_each) == [OLD, SINCE]
    assert [file.name for file in backup.parent.iterdir()] == ["night.backup"]
    assert main(["restore", str(backup), "--yes"]) == 0


@pytest.mark.parametrize("answer, restored", [("y", True), ("", False), ("no", False)])
def test_at_a_terminal_it_asks_first(
    answer: str,
    restored: bool,
    backup: Path,
    backend_on_each: Backend,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def reply(question: str) -> str:
        asked.append(question)
        return answer

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", reply)
    assert main(["restore", str(backup)]) == 0
    assert "1 trial and 2 posts?" in asked[0]
    assert departments(backend_on_each) == ([OLD] if restored else [OLD, SINCE])


def test_where_nobody_can_be_asked_it_wants_the_yes_beforehand(
    backup: Path, backend_on_each: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["restore", str(backup)]) == 2
    assert "--yes" in capsys.readouterr().err
    assert departments(backend_on_each) == [OLD, SINCE]


@pytest.mark.parametrize(
    "what, told",
    [
        ("absent", "a file that can be read"),
        ("empty", "it is empty"),
        ("random bytes", "is not a backup of this app: it holds something else"),
        ("half of a backup", "is damaged"),
        ("a backup with its middle overwritten", "is damaged"),
    ],
)
def test_a_file_that_is_no_sound_backup_is_refused(
    what: str,
    told: str,
    backup: Path,
    backend_on_each: Backend,
    capsys: pytest.CaptureFixture[str],
) -> None:
    content = backup.read_bytes()
    half = len(content) // 2
    backup.unlink()
    made = {
        "empty": b"",
        "random bytes": os.urandom(5000),
        "half of a backup": content[:half],
        "a backup with its middle overwritten": content[: half // 2] + os.urandom(half),
    }
    if what in made:
        backup.write_bytes(made[what])
    assert main(["restore", str(backup), "--yes"]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1
    assert departments(backend_on_each) == [OLD, SINCE]


@pytest.mark.parametrize(
    "statement, told",
    [
        ("UPDATE alembic_version SET version_num = '9999'", "a later version of this app"),
        ("DROP TABLE review_attempt; DROP TABLE slot_move; DROP TABLE post", "tables of this app"),
        ("CREATE TABLE shopping (item TEXT)", "also holds the table"),
    ],
)
def test_a_backup_of_another_program_or_a_later_version_is_refused(
    statement: str,
    told: str,
    backend_on_each: Backend,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fill(backend_on_each)
    file = tmp_path / "night.backup"
    with monkeypatch.context() as unchecked:
        # As somebody else's program would write it: without our checks, and all its tables.
        unchecked.setattr("trial.store.backups._contents", lambda *_: None)
        unchecked.setattr("trial.store.sqlite_backups._contents", lambda *_: None)
        unchecked.setattr("trial.services.backups._view", lambda _: exit_quietly())
        with backend_on_each.database.engine.begin() as connection:
            for part in statement.split("; "):
                connection.execute(text(part))
        tables = [*_tables(backend_on_each), "shopping"]
        unchecked.setattr("trial.store.postgres_backups.TABLES", frozenset(tables))
        backend_on_each.database.close()
        with pytest.raises(Written):
            main(["backup", str(file)])
    assert main(["restore", str(file), "--yes"]) == 2
    assert told in capsys.readouterr().err


class Written(Exception):
    """The backup is there; what is in it is not looked at."""


def exit_quietly() -> None:
    raise Written


def _tables(backend: Backend) -> list[str]:
    return inspect(backend.database.engine).get_table_names()


def test_a_backup_of_the_other_kind_of_database_is_refused(
    backend: Backend,
    migrated_postgres: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fill(backend)
    sqlite, postgres = tmp_path / "sqlite.backup", tmp_path / "postgres.backup"
    of_sqlite = os.environ["DATABASE_URL"]
    assert main(["backup", str(sqlite)]) == 0
    monkeypatch.setenv("DATABASE_URL", migrated_postgres)
    assert main(["backup", str(postgres)]) == 0
    assert main(["restore", str(sqlite), "--yes"]) == 2
    assert "is a backup of SQLite" in capsys.readouterr().err
    monkeypatch.setenv("DATABASE_URL", of_sqlite)
    assert main(["restore", str(postgres), "--yes"]) == 2
    assert "is a backup of PostgreSQL" in capsys.readouterr().err
    assert departments(backend) == [OLD]


def test_a_lost_database_comes_back_in_an_empty_place(
    backend: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(backend)
    file = tmp_path / "night.backup"
    assert main(["backup", str(file)]) == 0
    (tmp_path / "trial.db").unlink()
    for kept in ("trial.db-wal", "trial.db-shm"):
        (tmp_path / kept).unlink(missing_ok=True)
    assert main(["restore", str(file), "--yes"]) == 0
    assert departments(backend) == [OLD]
    assert stat.S_IMODE((tmp_path / "trial.db").stat().st_mode) == 0o600


def test_a_lost_postgresql_database_comes_back_in_an_empty_one(
    migrated_postgres: str,
    postgres_database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", migrated_postgres)
    assert main(["backup", str(tmp_path / "a")]) == 0
    monkeypatch.setenv("DATABASE_URL", postgres_database)
    assert main(["restore", str(tmp_path / "a"), "--yes"]) == 0
    assert "former" not in capsys.readouterr().out
    assert main(["backup", str(tmp_path / "b")]) == 0


@pytest.mark.parametrize("kept_bytes", [0, 200, 9000])
def test_a_damaged_database_is_replaced_and_its_bytes_are_kept(
    kept_bytes: int, backend: Backend, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(backend)
    file, database = tmp_path / "night.backup", tmp_path / "trial.db"
    assert main(["backup", str(file)]) == 0
    damaged = database.read_bytes()[:kept_bytes] + os.urandom(20_000)
    database.write_bytes(damaged)
    capsys.readouterr()
    assert main(["restore", str(file), "--yes"]) == 0
    assert former_of(capsys.readouterr().out).read_bytes() == damaged
    assert departments(backend) == [OLD]


@pytest.mark.parametrize("gone", ["pg_dump", "pg_restore"])
def test_without_the_programs_of_postgresql_nothing_is_restored(
    gone: str,
    migrated_postgres: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", migrated_postgres)
    assert main(["backup", str(tmp_path / "a")]) == 0
    scripts = {name: f'exec {real(name)} "$@"' for name in ("pg_dump", "pg_restore")}
    del scripts[gone]
    monkeypatch.setenv("PATH", path_with(tmp_path / "bin", scripts))
    assert main(["restore", str(tmp_path / "a"), "--yes"]) == 2
    assert f"{gone} is not installed" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "bin"]


def test_the_database_itself_is_no_backup_of_itself(
    backend: Backend, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(backend)
    assert main(["restore", str(tmp_path / "trial.db"), "--yes"]) == 2
    assert "another file than the database itself" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["restore", "--yes"], ["backup", "--overwrite"]])
@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_another_name_of_the_database_is_no_backup_of_it(
    link: Callable[[Path, Path], None],
    command: list[str],
    backend: Backend,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fill(backend)
    other = tmp_path / "copy.db"
    link(tmp_path / "trial.db", other)
    assert main([*command, str(other)]) == 2
    assert "another file than the database itself" in capsys.readouterr().err
    assert other.samefile(tmp_path / "trial.db")
    assert departments(backend) == [OLD]


def test_a_pipe_is_refused_and_not_waited_for(backend: Backend, tmp_path: Path) -> None:
    fill(backend)
    os.mkfifo(tmp_path / "pipe")
    done = subprocess.run(
        [sys.executable, "-m", "trial", "restore", str(tmp_path / "pipe"), "--yes"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 2
    assert "not a folder or pipe" in done.stderr


@pytest.mark.parametrize(
    "statement, told",
    [
        (
            "CREATE TRIGGER let_in AFTER INSERT ON sign_in BEGIN"
            " UPDATE person SET password_hash = 'mine'; END",
            "it also holds the trigger let_in",
        ),
        ("CREATE VIEW everybody AS SELECT * FROM person", "it also holds the view everybody"),
        ("CREATE VIRTUAL TABLE words USING fts5(word)", "it also holds the virtual table words"),
        ("CREATE INDEX by_hash ON person (abs(id))", "it also holds the index by_hash"),
        ("CREATE TABLE shopping (item TEXT)", "it also holds the table shopping"),
        ("DROP TABLE known_browser", "the table known_browser is not in it"),
        ("ALTER TABLE person ADD COLUMN shoe TEXT", "its table person also has the column shoe"),
        ("ALTER TABLE trial DROP COLUMN purpose", "its table trial lacks the column purpose"),
    ],
)
def test_a_file_with_more_or_less_than_our_tables_is_refused(
    statement: str,
    told: str,
    backend: Backend,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fill(backend)
    file = tmp_path / "night.backup"
    assert main(["backup", str(file)]) == 0
    add_department(backend, SINCE)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(statement)
    assert main(["restore", str(file), "--yes"]) == 2
    assert f"is not a backup of this app: {told}. " in capsys.readouterr().err
    assert departments(backend) == [OLD, SINCE]


def test_a_dump_with_another_column_is_refused(
    backend_on_each: Backend,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fill(backend_on_each)
    execute(backend_on_each, "ALTER TABLE person ADD COLUMN shoe TEXT")
    file = tmp_path / "night.backup"
    with monkeypatch.context() as unchecked:
        unchecked.setattr("trial.store.backups._contents", lambda *_: None)
        unchecked.setattr("trial.store.sqlite_backups._contents", lambda *_: None)
        unchecked.setattr("trial.services.backups._view", lambda _: exit_quietly())
        with pytest.raises(Written):
            main(["backup", str(file)])
    assert main(["restore", str(file), "--yes"]) == 2
    assert "its table person also has the column shoe" in capsys.readouterr().err
    assert departments(backend_on_each) == [OLD]


def test_no_statement_of_a_dump_is_run(
    migrated_postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", migrated_postgres)
    monkeypatch.setenv("TRIAL_TODAY", "2026-02-09")
    backend = ready_backend()
    fill(backend)
    # Both make a large object whenever they run.
    execute(
        backend,
        "ALTER TABLE person ADD CONSTRAINT nice CHECK (lo_creat(-1) IS NOT NULL);"
        "CREATE FUNCTION odd(text) RETURNS oid IMMUTABLE LANGUAGE SQL AS 'SELECT lo_creat(-1)';"
        "CREATE INDEX odd_names ON department (odd(name))",
    )
    made = large_objects(backend)
    assert made >= 2
    assert main(["backup", str(tmp_path / "night.backup")]) == 0
    assert main(["restore", str(tmp_path / "night.backup"), "--yes"]) == 0
    assert large_objects(backend) == made
    assert departments(backend) == [OLD]
    add_department(backend, SINCE)
    assert large_objects(backend) == made


def execute(backend: Backend, statements: str) -> None:
    with backend.database.engine.begin() as connection:
        connection.execute(text(statements))
    backend.database.close()


def large_objects(backend: Backend) -> int:
    with backend.database.reading() as connection:
        count = connection.execute(text("SELECT count(*) FROM pg_largeobject_metadata")).scalar()
    backend.database.close()
    return int(count or 0)


def test_the_id_of_a_post_deleted_before_the_backup_is_not_given_out_again(
    backend_on_each: Backend, tmp_path: Path
) -> None:
    fill(backend_on_each)
    deleted = last_post(backend_on_each)
    for table, column in (("review_attempt", "post_id"), ("post", "id")):
        execute(backend_on_each, f"DELETE FROM {table} WHERE {column} = {deleted}")
    assert main(["backup", str(tmp_path / "night.backup")]) == 0
    assert main(["restore", str(tmp_path / "night.backup"), "--yes"]) == 0
    posts.add_unplanned(
        OPERATOR, backend_on_each, trial_id=1, title="New", on=date(2026, 2, 9), contributor="Ada"
    )
    assert last_post(backend_on_each) > deleted


def last_post(backend: Backend) -> int:
    with backend.database.reading() as connection:
        last = connection.execute(text("SELECT max(id) FROM post")).scalar()
    backend.database.close()
    return int(last or 0)


def test_an_app_under_a_name_of_its_own_is_noticed(
    migrated_postgres: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    named = make_url(migrated_postgres).update_query_dict({"application_name": "ward"})
    monkeypatch.setenv("DATABASE_URL", named.render_as_string(hide_password=False))
    file = tmp_path / "night.backup"
    assert main(["backup", str(file)]) == 0
    with app_running():
        assert main(["restore", str(file), "--yes"]) == 2
        assert "is in use" in capsys.readouterr().err
    assert main(["restore", str(file), "--yes"]) == 0


def test_a_program_that_is_not_ours_is_noticed(
    migrated_postgres: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", migrated_postgres)
    file = tmp_path / "night.backup"
    assert main(["backup", str(file)]) == 0
    with psycopg.connect(migrated_postgres.replace("+psycopg", ""), application_name="psql"):
        assert main(["restore", str(file), "--yes"]) == 2
    assert "is in use" in capsys.readouterr().err
