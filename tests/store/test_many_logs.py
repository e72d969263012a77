"""The logs of a made-up hospital, read together."""

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from tests.store.made_up import (
    MONDAY,
    add_organisation,
    add_policy,
    add_trial,
    fill_trial,
    policy_named,
)
from tests.store.statements import sent_to
from trial.domain.policy import parse_policy
from trial.domain.posts import PostState
from trial.scoring.facts import facts_of, slots_by_week
from trial.scoring.weeks import weeks_of
from trial.store import running_trials, trial_log
from trial.store.engine import Database
from trial.store.tables import Post, Trial
from trial.store.unit_of_work import UnitOfWork, unit_of_work

SHORT = policy_named("Short notice", horizon_days=2, fill_ahead_days=10)


def live_through(work: UnitOfWork, *, seed: int, today: date, trials: int) -> None:
    """Add some random trials under two policies and of two lengths, running on `today`."""
    add_organisation(work)
    rng = random.Random(seed)
    documents = (policy_named("Standard"), SHORT)
    kept = [(add_policy(work, document), parse_policy(document, "")) for document in documents]
    for number in range(trials):
        policy_id, policy = rng.choice(kept)
        started = MONDAY + timedelta(days=7 * rng.randint(0, 3))
        trial = add_trial(
            work,
            policy_id,
            department=f"Department {seed}-{number}",
            starts_on=started,
            weeks=rng.choice((4, 13)),
            purpose=rng.choice(("", "Explain prevention")),
            audience=rng.choice(("", "Families nearby")),
            primary_manager="Ada",
            backup_manager=rng.choice(("", "Ben")),
            agreement_signed_on=rng.choice((None, started)),
            training_done=rng.choice((None, 3)),
            training_total=rng.choice((3, 5)),
        )
        fill_trial(work, trial, policy, rng, until=today)
    work.commit()


@pytest.mark.parametrize("days_in", [-7, 0, 3, 45, 90, 200])
def test_a_log_counts_what_stands_beside_its_posts(database: Database, days_in: int) -> None:
    today = MONDAY + timedelta(days=days_in)
    with unit_of_work(database, write=True) as work:
        live_through(work, seed=days_in, today=today, trials=8)
    with unit_of_work(database, write=False) as work:
        logs = trial_log.load_many(work, stored_ids(work), today=today)
        rows = work.session.exec(select(Post)).all()
    assert len(logs) == 8
    for trial_id, stored in logs.items():
        own = [row for row in rows if row.trial_id == trial_id]
        weeks = range(stored.log.window.weeks)
        facts = facts_of([stored.log], stored.policy)
        live = weeks_of(facts, stored.policy.band).count[0].tolist()
        assert live == [sum(row.week == week for row in own) for week in weeks]
        assert slots_by_week(stored.log, stored.policy) == [
            sum(row.slot_week == week for row in own) for week in weeks
        ]
        assert Counter(post.state for post in stored.log.posts) == Counter(
            PostState(row.state) for row in own
        )
        assert sum(post.waiting_since is not None for post in stored.log.posts) == sum(
            row.state == "delivered" for row in own
        )
        named = sum(
            bool(post.maker) for post in stored.log.posts if post.live_day in stored.log.window
        )
        assert facts.by_contributor.sum() == named


def test_a_log_is_the_same_alone_and_among_others(database: Database) -> None:
    today = MONDAY + timedelta(days=50)
    with unit_of_work(database, write=True) as work:
        live_through(work, seed=6, today=today, trials=8)
        ids = stored_ids(work)
        together = trial_log.load_many(work, [*reversed(ids), 10_000], today=today)
        assert together == {number: trial_log.load(work, number, today=today) for number in ids}


def test_the_number_of_statements_does_not_follow_the_number_of_trials(database: Database) -> None:
    counts = []
    today = MONDAY + timedelta(days=50)
    with unit_of_work(database, write=True) as work:
        add_organisation(work)
        policy_id, policy = add_policy(work), parse_policy(policy_named("Standard"), "")
        rng = random.Random(7)
        for number in range(8):
            trial = add_trial(work, policy_id, department=f"Department {number}")
            fill_trial(work, trial, policy, rng, until=today)
            work.commit()
            with sent_to(database) as statements:
                trial_log.load_many(work, stored_ids(work), today=today)
            # The numbers of the trials themselves are asked for here, not by the log.
            counts.append(len(statements) - 1)
    assert set(counts) == {8}


def test_nothing_reads_through_the_finished_history(database: Database) -> None:
    today = MONDAY + timedelta(days=50)
    with unit_of_work(database, write=True) as work:
        live_through(work, seed=8, today=today, trials=3)
        if not database.is_sqlite:
            add_finished_history(work)
            work.commit()
        with sent_to(database) as statements:
            running = list(running_trials.running_revisions(work))
            trial_log.load_many(work, running, today=today)
            trial_log.load(work, running[0], today=today)
        plans = [
            (statement, line)
            for statement, parameters in statements
            for line in plan_of(work, database, statement, parameters)
        ]
    assert plans
    read_through = [
        (line, statement)
        for statement, line in plans
        for table in ("post", "slot_move", "review_attempt", "check_in", "audit_event", "trial")
        if line.startswith((f"SCAN {table}", f"Seq Scan on {table} "))
    ]
    assert read_through == []


def stored_ids(work: UnitOfWork) -> list[int]:
    return [number for number in work.session.exec(select(Trial.id)) if number is not None]


def add_finished_history(work: UnitOfWork) -> None:
    """So many finished posts that reading through them is what PostgreSQL would rather not do."""
    run = work.session.connection().exec_driver_sql
    run("ALTER TABLE post DISABLE TRIGGER ALL")
    run(
        "INSERT INTO trial (department_id, policy_id, starts_on, weeks, status, end_reason,"
        " purpose, audience, primary_manager, backup_manager, revision, version, created_at)"
        " SELECT department_id, policy_id, starts_on, weeks, 'decided', '', '', '', '', '',"
        " 1, 1, created_at FROM trial CROSS JOIN generate_series(1, 500)"
    )
    run(
        "INSERT INTO post (trial_id, title, pillar, channels, contributor, delivered_on, live_day,"
        " week, backfilled, link, reason, state, on_schedule, version)"
        " SELECT id, '', '', '[]', '', starts_on, starts_on, 0, false, '', '', 'shared', false, 1"
        " FROM trial CROSS JOIN generate_series(1, 20) WHERE status = 'decided'"
    )
    run(
        "INSERT INTO slot_move (post_id, from_day, to_day, moved_on, reason, entered_at)"
        " SELECT id, live_day, live_day, live_day, '', now() FROM post WHERE state = 'shared'"
    )
    run(
        "INSERT INTO review_attempt (post_id, submitted_on, outcome, decided_on, reason_code,"
        " sentence, title_then, pillar_then, channels_then, contributor_then, entered_at)"
        " SELECT id, live_day, 'approved', live_day, '', '', '', '', '[]', '', now() FROM post"
        " WHERE state = 'shared'"
    )
    run(
        "INSERT INTO check_in (trial_id, week, nothing_to_report, entered_on, backfilled,"
        " entered_at, version) SELECT id, week, true, starts_on, false, now(), 1"
        " FROM trial CROSS JOIN generate_series(0, 12) AS week WHERE status = 'decided'"
    )
    run(
        "INSERT INTO audit_event (at, action, subject, trial_id, details)"
        " SELECT now(), 'post.shared', 'post', trial_id, '{}' FROM post WHERE state = 'shared'"
    )
    run("ANALYZE")


def plan_of(work: UnitOfWork, database: Database, statement: str, parameters: Any) -> list[str]:
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    rows = work.session.connection().exec_driver_sql(explain + statement, parameters)
    return [str(row[-1]).strip().removeprefix("->").strip() for row in rows]
