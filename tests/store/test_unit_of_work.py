"""A unit of work is true as a whole or not at all, whoever else is at work."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy.exc
from sqlalchemy import Connection, event, func, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import col, select

from tests.store.made_up import (
    MONDAY,
    STANDARD,
    add_organisation,
    add_policy,
    add_trial,
    keep_post,
    moment,
)
from trial.domain.errors import DatabaseBusy, StaleEdit
from trial.domain.policy import parse_policy
from trial.store import engine as engine_module
from trial.store import posts
from trial.store.engine import Database
from trial.store.posts import PostRecord
from trial.store.tables import AuditEvent, CheckIn, Department, Post, ReviewAttempt, SlotMove, Trial
from trial.store.unit_of_work import UnitOfWork, unit_of_work

POLICY = parse_policy(STANDARD, "test")
WRITERS, ENTRIES = 6, 5


class Crash(Exception):
    """The process dies here."""


@pytest.fixture
def trial_id(database: Database) -> int:
    """A running trial with one planned post, number 1."""
    with unit_of_work(database, write=True) as work:
        add_organisation(work)
        trial = add_trial(work, add_policy(work), department="Cardiology")
        assert trial.id is not None
        keep_post(work, trial, new_post(trial.id), POLICY)
        work.commit()
        return trial.id


def new_post(trial_id: int, title: str = "Why we wash hands") -> PostRecord:
    return PostRecord(Post(trial_id=trial_id, title=title, planned_for=MONDAY, planned_on=MONDAY))


def test_a_reading_unit_sees_the_database_at_one_moment(database: Database, trial_id: int) -> None:
    with unit_of_work(database, write=False) as reading:
        before = reading.session.exec(select(func.count()).select_from(Post)).one()
        with unit_of_work(database, write=True) as writing:
            trial = writing.session.get(Trial, trial_id)
            assert trial is not None
            keep_post(writing, trial, new_post(trial_id, "Written meanwhile"), POLICY)
            writing.commit()
        assert reading.session.exec(select(func.count()).select_from(Post)).one() == before
    assert count(database, Post) == before + 1


def test_who_waits_too_long_for_a_connection_is_told_so(database: Database) -> None:
    with pytest.raises(DatabaseBusy), unit_of_work(database, write=False):
        raise sqlalchemy.exc.TimeoutError


def count(database: Database, table: type) -> int:
    with unit_of_work(database, write=False) as work:
        return work.session.exec(select(func.count()).select_from(table)).one()


def record_of(work: UnitOfWork, post_id: int = 1) -> PostRecord:
    record = posts.get(work, post_id)
    assert record is not None
    return record


def test_what_was_not_committed_never_happened(database: Database) -> None:
    with unit_of_work(database, write=True) as work:
        work.session.add(Department(name="Cardiology", created_at=moment(MONDAY)))
        work.flush()
    assert count(database, Department) == 0


def test_an_error_undoes_everything_before_it(database: Database) -> None:
    def break_off() -> None:
        with unit_of_work(database, write=True) as work:
            work.session.add(Department(name="Cardiology", created_at=moment(MONDAY)))
            work.flush()
            raise Crash

    with pytest.raises(Crash):
        break_off()
    assert count(database, Department) == 0


def test_what_was_committed_stays(database: Database) -> None:
    with unit_of_work(database, write=True) as work:
        work.session.add(Department(name="Cardiology", created_at=moment(MONDAY)))
        work.commit()
    assert count(database, Department) == 1


def test_a_unit_that_reads_cannot_commit(database: Database) -> None:
    with (
        unit_of_work(database, write=False) as work,
        pytest.raises(RuntimeError, match="nothing to commit"),
    ):
        work.commit()


@pytest.mark.parametrize("how", ["commit", "flush", "query"])
def test_a_stale_edit_is_refused_and_the_winner_stays(
    database: Database, trial_id: int, how: str
) -> None:
    with unit_of_work(database, write=False) as work:
        seen = record_of(work).row
    with unit_of_work(database, write=True) as work:
        record_of(work).row.title = "The first one's words"
        work.commit()

    def write_over() -> None:
        with unit_of_work(database, write=True) as work:
            seen.title = "The second one's words"
            work.session.add(seen)
            if how == "flush":
                work.flush()
            elif how == "query":
                work.session.exec(select(Post.title)).all()
            else:
                work.commit()

    with pytest.raises(StaleEdit):
        write_over()
    with unit_of_work(database, write=False) as work:
        row = record_of(work).row
        assert (row.title, row.version) == ("The first one's words", 2)


def test_an_event_raises_the_revision_and_not_the_version(
    database: Database, trial_id: int
) -> None:
    with unit_of_work(database, write=True) as work:
        before = work.session.get(Trial, trial_id)
        assert before is not None
        version, revision = before.version, before.revision
        record_event(work, trial_id)
        work.commit()
    with unit_of_work(database, write=False) as work:
        after = work.session.get(Trial, trial_id)
        assert after is not None
        assert (after.version, after.revision) == (version, revision + 1)


def record_event(work: UnitOfWork, trial_id: int) -> AuditEvent:
    return work.record(
        at=moment(MONDAY),
        actor_id=None,
        action="post.moved",
        subject="post",
        subject_id=1,
        trial_id=trial_id,
        details={"title": "Why we wash hands 🧼"},
    )


# -------------------------------------------------------------------------------- crashes
@contextmanager
def crash_before(database: Database, fatal: int) -> Iterator[list[str]]:
    """Die before the statement or commit with this number; collect what was sent until then."""
    sent: list[str] = []

    def note(connection: Connection, what: str) -> None:
        if len(sent) == fatal:
            # The database sees the connection break, as when a process dies; no ROLLBACK is sent.
            connection.invalidate()
            raise Crash
        sent.append(what)

    def before_statement(
        connection: Connection, _cursor: object, statement: str, *_rest: Any
    ) -> None:
        note(connection, statement)

    def before_commit(connection: Connection) -> None:
        note(connection, "COMMIT")

    event.listen(database.engine, "before_cursor_execute", before_statement)
    event.listen(database.engine, "commit", before_commit)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", before_statement)
        event.remove(database.engine, "commit", before_commit)


def move_and_record(database: Database, trial_id: int) -> None:
    """A change of several rows in several tables, as a service makes it."""
    with unit_of_work(database, write=True) as work:
        trial = work.session.get(Trial, trial_id)
        assert trial is not None
        record = record_of(work)
        record.moves.append(
            SlotMove(
                post_id=1,
                from_day=MONDAY,
                to_day=MONDAY + timedelta(days=9),
                moved_on=MONDAY,
                entered_at=moment(MONDAY),
            )
        )
        record.attempts.append(
            ReviewAttempt(post_id=1, submitted_on=MONDAY, entered_at=moment(MONDAY))
        )
        record.row.planned_for = MONDAY + timedelta(days=9)
        record.row.delivered_on = MONDAY
        keep_post(work, trial, record, POLICY)
        record_event(work, trial_id)
        work.commit()


def everything(database: Database) -> list[object]:
    with unit_of_work(database, write=False) as work:
        return [
            row.model_dump()
            for table in (Trial, Post, SlotMove, ReviewAttempt, AuditEvent)
            for row in work.session.exec(select(table)).all()
        ]


def test_a_crash_between_any_two_statements_leaves_all_or_nothing(
    database: Database, trial_id: int
) -> None:
    before = everything(database)
    fatal = 0
    while True:
        with crash_before(database, fatal) as sent:
            try:
                move_and_record(database, trial_id)
            except Crash:
                pass
            else:
                break
        assert everything(database) == before, f"half of it stayed after {sent}"
        fatal += 1
    assert sum("INSERT" in statement or "UPDATE" in statement for statement in sent) >= 5
    assert sent[-1] == "COMMIT"
    after = everything(database)
    assert after != before
    assert "post.moved" in str(after)


# -------------------------------------------------------------------------------- contention
def in_threads(work: Any, number: int = WRITERS) -> list[BaseException]:
    """Run `work` with 0, 1, 2 … at the same moment; return what went wrong."""
    together = threading.Barrier(number)
    errors: list[BaseException] = []

    def run(index: int) -> None:
        together.wait(timeout=30)
        try:
            work(index)
        except BaseException as error:  # noqa: BLE001  (handed to the test, whatever it is)
            errors.append(error)

    threads = [threading.Thread(target=run, args=(index,), daemon=True) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive(), "a writer waits for ever"
    return errors


def test_writers_under_contention_lose_nothing(database: Database, trial_id: int) -> None:
    def write(index: int) -> None:
        for number in range(ENTRIES):
            with unit_of_work(database, write=True) as work:
                trial = work.session.get(Trial, trial_id)
                assert trial is not None
                keep_post(work, trial, new_post(trial_id, f"{index}-{number}"), POLICY)
                record_event(work, trial_id)
                work.commit()

    assert in_threads(write) == []
    with unit_of_work(database, write=False) as work:
        titles = set(work.session.exec(select(Post.title)).all())
        assert titles >= {f"{i}-{n}" for i in range(WRITERS) for n in range(ENTRIES)}
        kept = work.session.get(Trial, trial_id)
        assert kept is not None
        assert kept.revision == 1 + WRITERS * ENTRIES


def test_of_two_people_who_change_one_post_one_wins_and_the_others_are_told(
    database: Database, trial_id: int
) -> None:
    with unit_of_work(database, write=False) as work:
        version = record_of(work).row.version

    def rename(index: int) -> None:
        with unit_of_work(database, write=True) as work:
            row = record_of(work).row
            if row.version != version:
                raise StaleEdit(row.title)
            row.title = f"Words of number {index}"
            work.commit()

    errors = in_threads(rename)
    assert [type(error) for error in errors] == [StaleEdit] * (WRITERS - 1)
    with unit_of_work(database, write=False) as work:
        row = record_of(work).row
        assert row.title.startswith("Words of number")
        assert row.version == version + 1


def test_a_database_locked_for_too_long_is_told_in_a_sentence(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "_BUSY_TIMEOUT_MS", 50)
    database = Database(f"sqlite:///{tmp_path / 'trial.db'}")
    with (
        database.engine.begin(),
        pytest.raises(DatabaseBusy, match="try again"),
        unit_of_work(database, write=True) as work,
    ):
        work.session.exec(select(Post)).all()
    database.close()


def test_a_wrong_statement_is_not_taken_for_a_busy_database(database: Database) -> None:
    with (
        pytest.raises(Exception, match="no_such_table"),
        unit_of_work(database, write=True) as work,
    ):
        work.session.connection().execute(text("SELECT * FROM no_such_table"))


def test_reading_does_not_wait_for_a_writer(database: Database, trial_id: int) -> None:
    with unit_of_work(database, write=True) as writing:
        record_of(writing).row.title = "Not yet true"
        writing.flush()
        with unit_of_work(database, write=False) as reading:
            assert record_of(reading).row.title == "Why we wash hands"


# -------------------------------------------------------------------------------- values
@pytest.mark.parametrize(
    "entered",
    [
        datetime(2026, 3, 29, 0, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=2))),
        datetime(2025, 12, 31, 23, 30, tzinfo=timezone(timedelta(hours=-5))),
    ],
)
def test_moments_come_back_as_the_same_moment_in_utc(database: Database, entered: datetime) -> None:
    with unit_of_work(database, write=True) as work:
        work.session.add(Department(name="Cardiology", created_at=entered))
        work.commit()
    with unit_of_work(database, write=False) as work:
        (stored,) = work.session.exec(select(Department.created_at)).all()
        found = work.session.exec(
            select(func.count()).where(col(Department.created_at) == entered)
        ).one()
    assert stored == entered
    assert stored.tzinfo is UTC
    assert found == 1, "a moment is found by itself, in whatever zone it is asked for"


def test_a_moment_without_a_time_zone_is_refused(database: Database) -> None:
    with pytest.raises((StatementError, ValueError)), unit_of_work(database, write=True) as work:
        work.session.connection().execute(
            Department.metadata.tables["department"].insert(),
            {"name": "Cardiology", "created_at": datetime(2026, 1, 5, 10)},  # noqa: DTZ001
        )
    assert count(database, Department) == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [("needing_answer", -1), ("hours", -0.5), ("answered_in_a_day", 4)],
)
def test_a_check_in_that_cannot_be_true_is_refused_by_the_database_itself(
    database: Database, trial_id: int, column: str, value: float
) -> None:
    row = CheckIn(
        trial_id=trial_id,
        week=0,
        needing_answer=3,
        answered_in_a_day=0,
        entered_on=MONDAY,
        entered_at=moment(MONDAY),
    )
    setattr(row, column, value)
    with unit_of_work(database, write=True) as work:
        work.session.add(row)
        with pytest.raises(IntegrityError):
            work.commit()
    assert count(database, CheckIn) == 0
