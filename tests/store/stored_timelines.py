"""A database of the last version that stored timelines of existing accounts, with some in it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from alembic import command
from sqlalchemy import Connection, text

from trial.store.engine import Database
from trial.store.migrate import configuration

WITH_TIMELINES = "0005"
MOMENT = datetime(2025, 3, 3, 9, tzinfo=UTC)
SPRING, SUMMER, AUTUMN = date(2024, 1, 1), date(2024, 4, 1), date(2024, 9, 2)
WEEKS = 13
QUARTER = timedelta(weeks=WEEKS)

# Department, and by the id of a trial its first day and the posts a day, counted from that day.
ACCOUNTS: Mapping[str, Mapping[int, tuple[date, Mapping[int, int]]]] = {
    "blogs · steady · ward": {2: (SPRING, {0: 2, 30: 1}), 3: (SUMMER, {7: 1, 90: 3})},
    "blogs · =silent": {4: (SPRING, {3: 1}), 9: (AUTUMN, {50: 1})},
    "uni · decided on": {6: (SPRING, {5: 4})},
}
DECIDED = 6


def at_revision_with_timelines(database: Database) -> None:
    """Make the tables of that version, and a running trial of a department of the hospital."""
    with database.engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, WITH_TIMELINES)
        _insert(
            connection,
            "policy_version",
            id=1,
            content_hash="x",
            name="readiness",
            version=1,
            document="",
            created_at=MOMENT,
        )
        _insert(connection, "department", id=1, name="Cardiology", created_at=MOMENT)
        _add_trial(connection, 1, 1, date(2026, 1, 5), "live")
        _add_posts(connection, 1, date(2026, 1, 5), {0: 1}, batch=None)


def store_timelines(database: Database) -> None:
    """Add accounts as the import added them; on one of them somebody has decided."""
    with database.engine.begin() as connection:
        for number, (department, stretches) in enumerate(ACCOUNTS.items(), 2):
            _insert(connection, "department", id=number, name=department, created_at=MOMENT)
            _insert(
                connection,
                "import_batch",
                id=number,
                kind="timeline",
                file_name="posts.csv",
                content_hash="",
                rows=1,
                imported_at=MOMENT,
            )
            for trial_id, (start, posts) in stretches.items():
                _add_trial(connection, trial_id, number, start, "timeline")
                _add_posts(connection, trial_id, start, posts, batch=number)
                _insert(
                    connection,
                    "check_in",
                    trial_id=trial_id,
                    week=12,
                    nothing_to_report=True,
                    entered_on=start + QUARTER - timedelta(days=1),
                    backfilled=False,
                    entered_at=MOMENT,
                    version=1,
                )
        _insert(
            connection,
            "person",
            id=1,
            email="kim@hospital.example",
            name="Kim",
            password_hash="x",
            role="comms",
            active=True,
            sign_in_epoch=0,
            version=1,
            created_at=MOMENT,
        )
        _insert(
            connection,
            "decision",
            trial_id=DECIDED,
            recommendation="ready",
            decision="ready",
            reason="",
            dissent="",
            conditions="",
            decided_by=1,
            decided_on=MOMENT.date(),
            decided_at=MOMENT,
            policy_hash="x",
            data_hash="x",
            frozen_facts="{}",
            frozen_scorecard="{}",
        )
        connection.execute(
            text("UPDATE trial SET status = 'decided' WHERE id = :id"), {"id": DECIDED}
        )


def _add_trial(
    connection: Connection, trial_id: int, department_id: int, starts_on: date, origin: str
) -> None:
    _insert(
        connection,
        "trial",
        id=trial_id,
        department_id=department_id,
        policy_id=1,
        starts_on=starts_on,
        weeks=WEEKS,
        status="running",
        origin=origin,
        end_reason="",
        purpose="",
        audience="",
        primary_manager="",
        backup_manager="",
        revision=1,
        version=1,
        created_at=MOMENT,
    )


def _add_posts(
    connection: Connection,
    trial_id: int,
    start: date,
    posts: Mapping[int, int],
    *,
    batch: int | None,
) -> None:
    for day, number in posts.items():
        for _ in range(number):
            _insert(
                connection,
                "post",
                trial_id=trial_id,
                title="A post",
                pillar="",
                channels="[]",
                contributor="",
                delivered_on=start + timedelta(days=day),
                shared_on=start + timedelta(days=day),
                live_day=start + timedelta(days=day),
                week=day // 7,
                backfilled=False,
                link="",
                reason="",
                state="shared",
                on_schedule=False,
                import_id=batch,
                version=1,
            )


def _insert(connection: Connection, table: str, **values: object) -> None:
    columns, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({places})"), values)
