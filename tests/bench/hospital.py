"""A hospital of 200 running trials, with as much finished history beside them as is asked for.

The bench writes its rows straight into the tables, for it measures reading; what it writes has
its derived columns from the same function as every other post.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from trial.config import ROOT
from trial.domain.calendar import TrialWindow
from trial.domain.roles import Role
from trial.services import organisation, policies, sign_in
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.store.engine import Database
from trial.store.migrate import upgrade
from trial.store.post_facts import refresh
from trial.store.posts import PostRecord
from trial.store.tables import (
    AuditEvent,
    CheckIn,
    Department,
    Membership,
    Person,
    Post,
    ReviewAttempt,
    SignIn,
    Table,
    Trial,
)

TODAY = date(2026, 4, 2)
RUNNING = 200
WEEKS = 13
POSTS_A_WEEK = 4
HISTORY_TRIALS = 250
"""Finished trials of one helping of history: 250 × 13 × 4 = 13,000 posts."""
PASSWORD = "five quiet geese"
_ZONE = "Europe/Berlin"


@dataclass(frozen=True)
class Hospital:
    """A filled database and the cookies of people who are signed in.

    The leads' are those of departments 1, 2, 3 …, whose trials have the same numbers.
    """

    url: str
    lead_cookies: tuple[str, ...]
    comms_cookie: str
    lead_trial: int
    review_trial: int
    posts: int


def build(
    folder: Path,
    *,
    helpings: int,
    today: date = TODAY,
    leads: int = 1,
    running: int = RUNNING,
    copies: int = 0,
    url: str | None = None,
) -> Hospital:
    """Fill a new database with `running` trials and `helpings` of finished history.

    Parameters
    ----------
    leads : int
        How many departments have somebody who is signed in.
    copies : int
        Running trials beyond those, each in its own department and otherwise as the first one.
    url : str, optional
        An empty database; by default, a SQLite file in `folder`.
    """
    url = url or f"sqlite:///{folder / f'history-{helpings}-{today}.db'}"
    database = Database(url)
    upgrade(database)
    backend = Backend(database, FixedClock.on(today), ROOT / "data", open_set_up=True)
    comms = Actor(
        organisation.set_up(
            backend,
            name="Bench Hospital",
            time_zone=_ZONE,
            week_starts_on=0,
            manager_name="Comms",
            manager_email="comms@bench.example",
            password=PASSWORD,
        )
    )
    policy = policies.read(backend)
    with backend.writing() as work:
        policy_id = policies.freeze(work, backend, policy)
        departments = [
            Department(id=number, name=f"Department {number:03}", created_at=_at(today))
            for number in range(1, running + 2)
        ]
        work.session.add_all(departments)
        work.session.flush()
        _running(work.session, policy_id, policy_start=date(2026, 1, 5), first=1, number=running)
        # One whose last day was last Sunday: the review meeting's.
        _running(
            work.session, policy_id, policy_start=date(2025, 12, 29), first=running + 1, number=1
        )
        work.session.flush()
        for trial_id in range(1, running + 2):
            trial = work.session.get(Trial, trial_id)
            assert trial is not None
            window = TrialWindow(trial.starts_on, trial.weeks)
            for record in _posts(trial_id, window, today):
                refresh(record, window=window, policy=policy, time_zone=_ZONE)
                work.session.add(record.row)
                work.session.flush([record.row])
                for attempt in record.attempts:
                    assert record.row.id is not None
                    attempt.post_id = record.row.id
                    work.session.add(attempt)
            work.session.add_all(_check_ins(trial_id, window, today))
        work.session.flush()
        if copies:
            _copy_running(work.session, copies)
        if helpings:
            _history(work.session, policy_id, helpings)
        comms_cookie = _cookie(work.session, comms.person_id, today)
        lead_cookies = tuple(
            _cookie(work.session, _lead(work.session, number, today), today)
            for number in range(1, leads + 1)
        )
        work.commit()
    with database.engine.connect() as connection:
        count = connection.execute(text("SELECT count(*) FROM post")).scalar_one()
        connection.execute(text("ANALYZE"))
    hospital = Hospital(
        url=url,
        lead_cookies=lead_cookies,
        comms_cookie=comms_cookie,
        lead_trial=1,
        review_trial=running + 1,
        posts=count,
    )
    database.close()
    return hospital


def _lead(session: Session, department_id: int, today: date) -> int:
    lead = Person(
        email=f"lead-{department_id}@bench.example",
        name=f"Lead {department_id}",
        password_hash="nobody types it",
        role=Role.LEAD,
        created_at=_at(today),
    )
    session.add(lead)
    session.flush()
    assert lead.id is not None
    session.add(Membership(person_id=lead.id, department_id=department_id))
    # What a first visit shows was closed long ago.
    session.add(
        AuditEvent(
            at=_at(today),
            actor_id=lead.id,
            action="introduction.closed",
            subject="person",
            subject_id=lead.id,
        )
    )
    return lead.id


def _cookie(session: Session, person_id: int | None, today: date) -> str:
    """Sign somebody in, past the form and its brakes."""
    assert person_id is not None
    token = secrets.token_hex(32)
    session.add(
        SignIn(
            token_hash=sign_in.token_hash(token),
            person_id=person_id,
            epoch=0,
            created_at=_at(today),
            expires_at=_at(today) + sign_in.SIGNED_IN_FOR,
        )
    )
    return f"trial={token}"


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def _running(
    session: Session, policy_id: int, *, policy_start: date, first: int, number: int
) -> None:
    session.add_all(
        Trial(
            id=trial_id,
            department_id=trial_id,
            policy_id=policy_id,
            starts_on=policy_start,
            weeks=WEEKS,
            purpose="Purpose",
            audience="Audience",
            primary_manager="One",
            backup_manager="Two",
            agreement_signed_on=policy_start,
            training_done=7,
            training_total=7,
            created_at=_at(policy_start),
        )
        for trial_id in range(first, first + number)
    )


def _posts(trial_id: int, window: TrialWindow, today: date) -> Iterator[PostRecord]:
    """Four slots a week, of which a few are missed or late, by three contributors."""
    for week in range(window.weeks):
        for number in range(POSTS_A_WEEK):
            day = window.week_start(week) + timedelta(days=2 * number)
            planned = window.week_start(week) - timedelta(days=7)
            missed = (trial_id + 3 * week + number) % 11 == 0
            late = (trial_id + week + number) % 7 == 0
            delivered = day + timedelta(days=1 if late else -1)
            row = Post(
                trial_id=trial_id,
                title=f"Post {week + 1}.{number + 1} of department {trial_id}",
                pillar="Prevention",
                channels=["Facebook", "Instagram"],
                contributor=f"Contributor {number % 3}",
                planned_for=day,
                planned_on=planned,
                planned_at=_at(planned),
            )
            if missed or delivered > today:
                yield PostRecord(row)
                continue
            row.delivered_on = row.approved_on = delivered
            row.delivered_at = _at(delivered)
            attempt = ReviewAttempt(
                post_id=0,
                submitted_on=delivered,
                outcome="approved",
                decided_on=delivered,
                entered_at=_at(delivered),
            )
            yield PostRecord(row, attempts=[attempt])


def _check_ins(trial_id: int, window: TrialWindow, today: date) -> Iterator[CheckIn]:
    for week in range(window.weeks):
        day = window.week_end(week)
        if day < today:
            yield CheckIn(
                trial_id=trial_id,
                week=week,
                hours=3.5,
                needing_answer=4,
                answered_in_a_day=3,
                entered_on=day,
                entered_at=_at(day),
            )


_NUMBERS = "WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < :count)"
_FIRST_COPY = 10_000


def _copy_running(session: Session, count: int) -> None:
    number = f"{_FIRST_COPY} + copy.n"
    _copy(session, "department", count, "id = 1", id=number, name="name || copy.n")
    _copy(session, "trial", count, "id = 1", id=number, department_id=number)
    for table in ("post", "check_in"):
        _copy(session, table, count, "trial_id = 1", trial_id=number)


def _history(session: Session, policy_id: int, helpings: int) -> None:
    """Copy a running trial's rows as decided trials of the past, in SQL."""
    past = date(2023, 1, 2)
    count = helpings * HISTORY_TRIALS
    base, number = _FIRST_COPY, f"{_FIRST_COPY} + copy.n"
    _copy(session, "trial", count, "status = 'running' AND id = 1", id=number)
    session.execute(
        text(
            "UPDATE trial SET status = 'decided', starts_on = :past, policy_id = :policy, "
            "department_id = 1 + id % :departments WHERE id > :base"
        ),
        {"past": past, "policy": policy_id, "departments": RUNNING, "base": base},
    )
    for table in ("post", "check_in"):
        _copy(session, table, count, "trial_id = 1", trial_id=number)
    session.execute(
        text(
            f"{_NUMBERS} INSERT INTO audit_event (at, action, subject, trial_id, details) "
            "SELECT :at, 'post.delivered', 'post', post.trial_id, '{}' FROM post "
            "CROSS JOIN (SELECT n FROM copy LIMIT 1) WHERE post.trial_id > :base"
        ),
        {"count": count, "at": _at(past), "base": base},
    )


def _copy(session: Session, table: str, count: int, where: str, **instead: str) -> None:
    columns = [column.name for column in Table.metadata.tables[table].columns]
    taken = {column: f"{table}.{column}" for column in columns}
    if "id" not in instead:
        del taken["id"]
    taken |= instead
    if "request_key" in taken:
        taken["request_key"] = "NULL"
    session.execute(
        text(
            f"{_NUMBERS} INSERT INTO {table} ({', '.join(taken)}) "
            f"SELECT {', '.join(taken.values())} FROM {table} CROSS JOIN copy WHERE {where}"
        ),
        {"count": count},
    )
