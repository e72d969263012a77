"""Timelines that an earlier version stored lie in files before they leave the database."""

import os
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.store.stored_timelines import (
    AUTUMN,
    DECIDED,
    QUARTER,
    SPRING,
    SUMMER,
    WITH_TIMELINES,
    at_revision_with_timelines,
    store_timelines,
)
from trial.bootstrap import ready_backend
from trial.cli import main
from trial.config import Settings
from trial.domain.errors import NotPossible
from trial.domain.timelines import Account
from trial.ingest.histories import HistoryFile, read_histories
from trial.store import backups
from trial.store.engine import Database
from trial.store.migrate import revision_of, upgrade

NOW = date(2026, 2, 9)
NAMES = ["stored-timelines-accounts.csv", "stored-timelines.csv"]


@pytest.fixture
def stored(empty_database: Database) -> Database:
    """A database of the last version with timelines, and some in it."""
    at_revision_with_timelines(empty_database)
    store_timelines(empty_database)
    return empty_database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder to write into."""
    made = tmp_path / "exports"
    made.mkdir()
    return made


def ids(database: Database, table: str) -> list[int]:
    with database.reading() as connection:
        return list(connection.execute(text(f"SELECT id FROM {table} ORDER BY id")).scalars())


def written(folder: Path, number: str = "") -> tuple[Account, ...]:
    """What `validate` reads in the two files."""
    posts, accounts = (
        HistoryFile(path.name, path.read_bytes())
        for path in (
            folder / f"stored-timelines{number}.csv",
            folder / f"stored-timelines{number}-accounts.csv",
        )
    )
    return read_histories(posts, accounts, today=NOW).accounts


def account(name: str, first: date, until: date, posts: dict[int, int], **given: str) -> Account:
    return Account(
        source=given.get("source", "blogs"),
        name=name,
        observed_from=first,
        observed_until=until,
        is_cut_off=True,
        by_day=True,
        posts={first + timedelta(days=day): number for day, number in posts.items()},
        cluster=given["cluster"],
    )


LAST = QUARTER - timedelta(days=1)
SILENT = "blogs · =silent"


def test_the_files_say_what_was_stored_and_validate_reads_them(
    stored: Database, folder: Path
) -> None:
    done = upgrade(stored, folder)
    assert sorted(path.name for path in folder.iterdir()) == NAMES
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert written(folder) == (
        # Known by the day, and silent where it was watched and nothing came.
        account("'=silent", SPRING, SPRING + LAST, {3: 1}, cluster=SILENT),
        # Nobody knows what came in between.
        account("'=silent from 2024-09-02", AUTUMN, AUTUMN + LAST, {50: 1}, cluster=SILENT),
        # Weeks that follow one another are one history.
        account(
            "steady · ward",
            SPRING,
            SUMMER + LAST,
            {0: 2, 30: 1, QUARTER.days + 7: 1, QUARTER.days + 90: 3},
            cluster="blogs · steady · ward",
        ),
        account(
            "decided on",
            SPRING,
            SPRING + LAST,
            {5: 4},
            source="uni",
            cluster="uni · decided on",
        ),
    )
    (note,) = done.notes
    posts, accounts = (folder / name for name in reversed(NAMES))
    assert note.startswith(
        "5 stored timelines of existing accounts left the database and can be looked back on with "
        f"“python -m trial validate {posts} {accounts}”."
    )
    assert note.endswith("these stay as trials, too: uni · decided on.")
    assert str(done).endswith(f"\n{note}")


def test_only_what_the_import_made_is_taken_out(stored: Database, folder: Path) -> None:
    upgrade(stored, folder)
    assert ids(stored, "trial") == [1, DECIDED]
    assert ids(stored, "department") == [1, 4]
    with stored.reading() as connection:
        trials = connection.execute(text("SELECT DISTINCT trial_id FROM post ORDER BY 1")).scalars()
        assert list(trials) == [1, DECIDED]
        assert connection.execute(text("SELECT trial_id FROM decision")).scalars().all() == [6]
        batches = connection.execute(
            text("SELECT id FROM import_batch WHERE undone_at IS NOT NULL ORDER BY id")
        )
        assert batches.scalars().all() == [2, 3], "what was imported is noted as taken back"
        events = connection.execute(text("SELECT action FROM audit_event")).scalars().all()
    assert events == ["timelines.written_out"]


@pytest.mark.parametrize(
    "entered",
    [
        "INSERT INTO exemption (trial_id, first_week, last_week, cause, reason, asked_on, status,"
        " answer, expires_on, entered_at, version) VALUES (2, 1, 1, 'illness', 'x', '2024-01-01',"
        " 'granted', '', '2024-01-01', '2024-01-01 09:00', 1)",
        "INSERT INTO incident (trial_id, summary, opened_on, entered_at)"
        " VALUES (2, 'x', '2024-01-01', '2024-01-01 09:00')",
        "INSERT INTO account_outcome (trial_id, checked_on, entered_at, version)"
        " VALUES (2, '2025-01-01', '2025-01-01 09:00', 1)",
        "UPDATE check_in SET entered_by = 1 WHERE trial_id = 2",
        "UPDATE trial SET purpose = 'x' WHERE id = 2",
        "UPDATE trial SET training_total = 3 WHERE id = 2",
        "UPDATE trial SET status = 'ended', ended_on = '2024-02-01' WHERE id = 2",
    ],
)
def test_where_somebody_has_entered_something_the_trial_stays(
    stored: Database, folder: Path, entered: str
) -> None:
    with stored.engine.begin() as connection:
        connection.execute(text(entered))
    (note,) = upgrade(stored, folder).notes
    assert ids(stored, "trial") == [1, 2, DECIDED]
    assert note.endswith("stay as trials, too: blogs · steady · ward, uni · decided on.")


def test_the_id_of_a_timeline_is_not_given_out_again(stored: Database, folder: Path) -> None:
    upgrade(stored, folder)
    with stored.engine.begin() as connection:
        if not stored.is_sqlite:
            # The rows above were given their ids by hand, past the counter.
            connection.execute(text("SELECT setval('trial_id_seq', 9)"))
        made = connection.execute(
            text(
                "INSERT INTO trial (department_id, policy_id, starts_on, weeks, status, end_reason,"
                " purpose, audience, primary_manager, backup_manager, revision, version,"
                " created_at) VALUES (1, 1, '2026-01-05', 13, 'ended', '', '', '', '', '', 1, 1,"
                " '2026-01-05 09:00') RETURNING id"
            )
        )
        assert made.scalar() == 10


def test_a_file_that_is_there_is_not_written_over(stored: Database, folder: Path) -> None:
    (folder / NAMES[0]).write_text("mine", encoding="utf-8")
    (folder / "stored-timelines-2.csv").write_text("mine", encoding="utf-8")
    (note,) = upgrade(stored, folder).notes
    assert str(folder / "stored-timelines-3.csv") in note
    assert len(written(folder, "-3")) == 4
    assert (folder / NAMES[0]).read_text(encoding="utf-8") == "mine"
    assert not (folder / NAMES[1]).exists()


def test_where_nothing_can_be_written_nothing_is_lost(stored: Database, tmp_path: Path) -> None:
    missing = tmp_path / "no" / "folder"
    with pytest.raises(NotPossible) as told:
        upgrade(stored, missing)
    assert str(told.value) == (
        "The stored timelines of existing accounts are to leave the database, but they cannot be "
        f"written into {missing} before (No such file or directory). Nothing was changed. Name a "
        "folder that can be written in TRIAL_EXPORT_FOLDER."
    )
    assert revision_of(stored) == WITH_TIMELINES
    assert ids(stored, "trial") == [1, 2, 3, 4, 6, 9]
    assert ids(stored, "department") == [1, 2, 3, 4]


def test_a_second_file_that_fails_stops_the_migration_too(
    stored: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _file: (_ for _ in ()).throw(OSError(28, "disk full")))
    with pytest.raises(NotPossible, match="disk full"):
        upgrade(stored, folder)
    assert ids(stored, "trial") == [1, 2, 3, 4, 6, 9]
    assert list(folder.iterdir()) == [], "half a file would be taken for the whole"


def test_where_nothing_was_stored_no_file_is_written(
    empty_database: Database, folder: Path
) -> None:
    at_revision_with_timelines(empty_database)
    assert upgrade(empty_database, folder).notes == ()
    assert list(folder.iterdir()) == []
    assert ids(empty_database, "trial") == [1]
    with empty_database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_event")).scalar() == 0


def test_beside_a_sqlite_file_is_where_they_lie_by_default(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'trial.db'}")
    at_revision_with_timelines(database)
    store_timelines(database)
    upgrade(database)
    database.close()
    assert len(written(tmp_path)) == 4


def test_timelines_in_an_older_backup_are_written_out_when_it_is_restored(
    stored: Database, folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "night.backup"
    backups.write(stored, file, overwrite=False)
    stored.close()
    # SQLite's own folder, where the restored copy does not lie either, is the default.
    given = None if stored.is_sqlite else folder
    at = datetime(2026, 2, 9, 9, tzinfo=UTC)
    with backups.replacing(stored, file, at=at, export_folder=given) as replacement:
        (note,) = replacement.notes
    where = tmp_path if stored.is_sqlite else folder
    assert str(where / "stored-timelines.csv") in note
    assert len(written(where)) == 4
    assert ids(stored, "trial") == [1, DECIDED]


def test_the_app_logs_at_its_start_where_they_lie(
    stored: Database, empty_url: str, folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stored.close()
    backend = ready_backend(
        Settings(empty_url, folder, export_folder=None if stored.is_sqlite else folder)
    )
    backend.database.close()
    # Beside a SQLite file; else in the data folder.
    where = tmp_path if stored.is_sqlite else folder
    (logged,) = [record.getMessage() for record in caplog.records if record.name == "trial"]
    assert str(where / "stored-timelines.csv") in logged
    assert len(written(where)) == 4


@pytest.mark.parametrize("set_to", ["exports", None])
def test_the_commands_print_where_they_lie(
    set_to: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'trial.db'}")
    at_revision_with_timelines(database)
    store_timelines(database)
    database.close()
    where = tmp_path / (set_to or "")
    where.mkdir(exist_ok=True)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'trial.db'}")
    monkeypatch.setenv("TRIAL_EXPORT_FOLDER", str(where) if set_to else "")
    night = tmp_path / "night.backup"
    for command, number in (
        (["backup", str(night)], None),
        (["migrate"], ""),
        (["restore", str(night), "--yes"], "-2"),
    ):
        assert main(command) == 0
        printed = capsys.readouterr().out
        if number is not None:
            assert f"validate {where / f'stored-timelines{number}.csv'} " in printed
            assert len(written(where, number)) == 4
