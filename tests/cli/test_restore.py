"""Putting a backup back: what comes back, what is refused, and that nothing is ever lost."""

import os
import re
import stat
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from tests.cli.conftest import EMAIL, PASSWORD
from tests.cli.installations import add_department, app_running, departments, fill, path_with, real
from trial.cli import main
from trial.services import audit, sign_in
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
