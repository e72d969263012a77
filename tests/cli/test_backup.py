"""Writing a backup as a nightly job does, and everything that may stand in its way."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.cli.installations import ROOT, add_department, app_running, fill, path_with, real
from trial.cli import main
from trial.domain.errors import NotAllowed
from trial.services import backups
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.store.engine import Database


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_a_backup_says_what_is_in_it_and_is_its_owners_alone(
    backend_on_each: Backend, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(backend_on_each)
    file = tmp_path / "night.backup"
    assert main(["backup", str(file)]) == 0
    told = capsys.readouterr().out
    assert "1 person, 1 trial and 2 posts" in told
    assert told.count("\n") == 1
    assert mode(file) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "trial.db") == [
        "night.backup"
    ]


def test_the_second_night_under_the_same_name_is_refused_and_the_first_backup_kept(
    backend_on_each: Backend, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(backend_on_each)
    file = tmp_path / "night.backup"
    assert main(["backup", str(file)]) == 0
    first = file.read_bytes()
    add_department(backend_on_each, "Dermatology")
    capsys.readouterr()
    assert main(["backup", str(file)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert file.read_bytes() == first
    assert main(["backup", str(file), "--overwrite"]) == 0
    assert "2 trials" in capsys.readouterr().out
    assert mode(file) == 0o600


def test_from_the_wrong_folder_nothing_is_written_anywhere(tmp_path: Path) -> None:
    # What a job does whose database is named relative to a folder it does not run in.
    done = subprocess.run(
        [sys.executable, "-m", "trial", "backup", "backup.db"],
        cwd=tmp_path,
        env={**os.environ, "DATABASE_URL": "sqlite:///data/trial.db", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "no database of this app" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_where_no_table_was_made_yet_there_is_nothing_to_back_up(
    postgres_database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "empty.db").touch()
    for address in (postgres_database, f"sqlite:///{tmp_path / 'empty.db'}"):
        monkeypatch.setenv("DATABASE_URL", address)
        assert main(["backup", str(tmp_path / "night.backup")]) == 2
        told = capsys.readouterr().err
        assert "no database of this app" in told
        assert ":***@" in told or address in told
        assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.db"]
        assert (tmp_path / "empty.db").stat().st_size == 0


def test_a_backup_is_made_while_the_app_runs(backend_on_each: Backend, tmp_path: Path) -> None:
    fill(backend_on_each)
    with app_running():
        assert main(["backup", str(tmp_path / "night.backup")]) == 0


def test_a_damaged_database_makes_no_backup(
    backend: Backend, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(backend)
    database, file = tmp_path / "trial.db", tmp_path / "night.backup"
    content = database.read_bytes()
    for broken in (content[: len(content) // 2], content[:40] + os.urandom(len(content) - 40)):
        database.write_bytes(broken)
        assert main(["backup", str(file)]) == 2
        assert "is damaged" in capsys.readouterr().err
        assert not file.exists()


def test_the_tables_of_a_later_version_are_not_backed_up_unchecked(
    backend_on_each: Backend, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with backend_on_each.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    backend_on_each.database.close()
    assert main(["backup", str(tmp_path / "night.backup")]) == 2
    assert "later version" in capsys.readouterr().err
    assert not (tmp_path / "night.backup").exists()


@pytest.mark.parametrize(
    "name", ["no/such/folder/night.backup", ".", "trial.db", "trial.db-wal", "x" * 300]
)
def test_a_name_that_cannot_be_written_is_told(
    name: str, backend: Backend, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(backend)
    before = (tmp_path / "trial.db").read_bytes()
    assert main(["backup", str(tmp_path / name), "--overwrite"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("FILE cannot be ")
    assert "Traceback" not in told
    assert (tmp_path / "trial.db").read_bytes() == before


@pytest.mark.parametrize("missing", ["pg_dump", "pg_restore"])
@pytest.mark.parametrize("old", [False, True])
def test_a_missing_or_older_program_of_postgresql_is_told_with_what_to_install(
    missing: str,
    old: bool,
    migrated_postgres: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    scripts = {name: f'exec {real(name)} "$@"' for name in ("pg_dump", "pg_restore")}
    del scripts[missing]
    if old:
        scripts[missing] = f"echo '{missing} (PostgreSQL) 9.6.24'"
    monkeypatch.setenv("DATABASE_URL", migrated_postgres)
    monkeypatch.setenv("PATH", path_with(tmp_path / "bin", scripts))
    file = tmp_path / "night.backup"
    assert main(["backup", str(file)]) == 2
    told = capsys.readouterr().err
    assert missing in told
    assert ("is of version 9" if old else "is not installed") in told
    assert "postgresql-client-" in told
    assert not file.exists()


def test_the_password_is_in_no_argument_and_in_no_message(
    postgres_url: str,
    migrated_postgres: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    noted, pg_dump = tmp_path / "arguments", real("pg_dump")
    scripts = {
        name: f'echo "$0 $@" >> {noted}\nexec {real(name)} "$@"'
        for name in ("pg_dump", "pg_restore")
    }
    path = f"{path_with(tmp_path / 'bin', scripts)}{os.pathsep}{os.environ['PATH']}"
    monkeypatch.setenv("PATH", path)
    monkeypatch.setenv("DATABASE_URL", migrated_postgres)
    password = migrated_postgres.split("@", maxsplit=1)[0].rsplit(":", maxsplit=1)[-1]
    assert len(password) > 8
    assert main(["backup", str(tmp_path / "a")]) == 0
    assert main(["restore", str(tmp_path / "a"), "--yes"]) == 0
    arguments = noted.read_text()
    assert arguments.count("/pg_dump ") >= 2
    assert password not in arguments
    (tmp_path / "bin" / "pg_dump").write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && exec {pg_dump} --version\n'
        "echo 'pg_dump: error: no room' >&2; exit 1"
    )
    assert main(["backup", str(tmp_path / "b")]) == 2
    said = capsys.readouterr()
    assert "no room" in said.err
    assert password not in said.out + said.err
    assert not (tmp_path / "b").exists()


def test_only_the_operator_makes_and_restores_backups(
    backend: Backend, comms: Actor, tmp_path: Path
) -> None:
    for refused in (
        lambda: backups.back_up(comms, backend, file=tmp_path / "a"),
        lambda: backups.inspect(comms, backend, file=tmp_path / "a"),
        lambda: backups.restore(comms, backend, file=tmp_path / "a"),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    "change, told",
    [
        ("CREATE TABLE shopping (item TEXT)", "it also holds the table shopping"),
        ("ALTER TABLE person ADD COLUMN shoe TEXT", "its table person also has the column shoe"),
        (
            "CREATE TRIGGER let_in AFTER INSERT ON sign_in BEGIN"
            " UPDATE person SET password_hash = 'mine'; END",
            "it also holds the trigger let_in",
        ),
    ],
)
def test_a_changed_database_is_told_when_its_backup_is_written(
    change: str,
    told: str,
    backend: Backend,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fill(backend)
    with backend.database.engine.begin() as connection:
        connection.execute(text(change))
    backend.database.close()
    assert main(["backup", str(tmp_path / "night.backup")]) == 2
    assert f"is not as this app has made it: {told}. " in capsys.readouterr().err
    assert not (tmp_path / "night.backup").exists()


def test_a_trigger_on_postgresql_is_told_when_the_backup_is_written(
    migrated_postgres: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", migrated_postgres)
    database = Database(migrated_postgres)
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER same BEFORE UPDATE ON person FOR EACH ROW"
                " EXECUTE FUNCTION suppress_redundant_updates_trigger()"
            )
        )
    database.close()
    assert main(["backup", str(tmp_path / "night.backup")]) == 2
    assert "is not as this app has made it: it also holds the trigger" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_backup_left_goes_a_day_later(backend: Backend, tmp_path: Path) -> None:
    fill(backend)
    folder = tmp_path / "backups"
    folder.mkdir()
    killed = (
        "import os, signal, sys; from trial.cli import main; from trial.store import backup_files;"
        "backup_files.move = lambda *_: os.kill(os.getpid(), signal.SIGKILL);"
        "main(['backup', sys.argv[1]])"
    )
    for night in (1, 2):
        subprocess.run(
            [sys.executable, "-c", killed, str(folder / f"{night}.backup")], cwd=ROOT, check=False
        )
    old, fresh = sorted(folder.iterdir())
    two_days_ago = time.time() - 2 * 24 * 60 * 60
    os.utime(old, (two_days_ago, two_days_ago))
    assert main(["backup", str(folder / "3.backup")]) == 0
    assert sorted(folder.iterdir()) == sorted([fresh, folder / "3.backup"])
