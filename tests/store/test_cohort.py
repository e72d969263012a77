"""What SQL sums over many trials is what each trial's log says."""

import random
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlmodel import select

from tests.store.made_up import (
    MONDAY,
    add_organisation,
    add_policy,
    add_trial,
    fill_trial,
    moment,
    policy_named,
)
from tests.store.statements import sent_to
from trial.domain.policy import parse_policy
from trial.domain.posts import PostState
from trial.scoring.facts import facts_of
from trial.store import cohort, revisions, trial_log
from trial.store.cohort import Cohort
from trial.store.engine import Database
from trial.store.tables import Trial
from trial.store.trial_log import StoredLog
from trial.store.unit_of_work import UnitOfWork, unit_of_work

SHORT = policy_named("Short notice", horizon_days=2, fill_ahead_days=10)


def live_through(
    work: UnitOfWork, *, seed: int, today: date, trials: int, **columns: object
) -> None:
    """Add some random trials under two policies and of two lengths, running on `today`."""
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
            **columns,
        )
        fill_trial(work, trial, policy, rng, until=today)


def assert_cohort_says_what_logs_say(
    cohorts: tuple[Cohort, ...], logs: dict[int, StoredLog]
) -> None:
    assert sorted(int(number) for each in cohorts for number in each.trial_id) == sorted(logs)
    for each in cohorts:
        for row, trial_id in enumerate(each.trial_id):
            stored = logs[int(trial_id)]
            log = stored.log
            expected = facts_of([log], each.policy)
            found = each.facts.row(row)
            for field in fields(expected):
                if field.name == "by_contributor":
                    continue
                np.testing.assert_array_equal(
                    getattr(found, field.name),
                    getattr(expected, field.name),
                    err_msg=f"{field.name} of trial {trial_id}",
                )
                assert getattr(found, field.name).dtype == getattr(expected, field.name).dtype
            names = sorted({post.maker for post in log.posts} - {""})
            by_name = {
                name: weeks.tolist()
                for name, weeks in zip(names, expected.by_contributor[0], strict=True)
                if weeks.any()
            }
            present = each.contributors[row]
            assert {
                name: found.by_contributor[0, rank].tolist() for rank, name in enumerate(present)
            } == by_name
            assert not found.by_contributor[0, len(present) :].any()
            assert each.policy == stored.policy
            assert each.revision[row] == stored.revision
            assert each.as_of[row] == np.datetime64(log.today)
            assert each.backfilled[row] == sum(post.backfilled for post in log.posts)
            slots = [post.slot_day(each.policy.horizon_days) for post in log.posts]
            weeks_of_slots = [log.window.week_of(day) for day in slots if day is not None]
            assert each.slots[row].tolist() == [
                weeks_of_slots.count(week) for week in range(log.window.weeks)
            ]
            waiting = [
                post.waiting_since for post in log.posts if post.state is PostState.DELIVERED
            ]
            assert each.waiting[row] == len(waiting)
            since = min((day for day in waiting if day is not None), default=None)
            assert each.waiting_since[row].item() == since


@pytest.mark.parametrize("days_in", [-7, 0, 3, 45, 90, 200])
def test_what_sql_sums_is_what_the_log_says(database: Database, days_in: int) -> None:
    today = MONDAY + timedelta(days=days_in)
    with unit_of_work(database, write=True) as work:
        add_organisation(work)
        live_through(work, seed=days_in, today=today, trials=8)
        work.commit()
    with unit_of_work(database, write=False) as work:
        cohorts = cohort.read(work, today=today)
        ids = [int(number) for each in cohorts for number in each.trial_id]
        assert len(ids) == 8
        assert_cohort_says_what_logs_say(cohorts, trial_log.load_many(work, ids, today=today))


def test_a_trial_that_ended_early_is_seen_as_of_its_last_day(database: Database) -> None:
    today, ended = MONDAY + timedelta(days=60), MONDAY + timedelta(days=30)
    with unit_of_work(database, write=True) as work:
        add_organisation(work)
        live_through(work, seed=4, today=today, trials=6, status="ended", ended_on=ended)
        work.commit()
        ids = sorted(stored_ids(work))
        cohorts = cohort.read(work, today=today, trial_ids=ids)
        logs = trial_log.load_many(work, ids, today=today)
        assert cohort.read(work, today=today) == (), "running trials only, unless asked for"
    assert_cohort_says_what_logs_say(cohorts, logs)
    assert {stored.log.today for stored in logs.values()} == {ended}


def test_on_an_earlier_day_than_the_latest_entry_trials_are_seen_as_they_were_then(
    database: Database,
) -> None:
    then, now = MONDAY + timedelta(days=40), MONDAY + timedelta(days=80)
    with unit_of_work(database, write=True) as work:
        add_organisation(work)
        live_through(work, seed=5, today=now, trials=6)
        for trial_id in stored_ids(work):
            work.record(
                at=moment(now),
                actor_id=None,
                action="post.delivered",
                subject="post",
                trial_id=trial_id,
            )
        work.commit()
        cohorts = cohort.read(work, today=then)
        logs = trial_log.load_many(work, sorted(stored_ids(work)), today=then)
    assert_cohort_says_what_logs_say(cohorts, logs)
    assert {moment_ for each in cohorts for moment_ in each.latest_activity} == {moment(now)}


def test_an_entry_late_in_the_evening_belongs_to_the_organisations_own_day(
    database: Database,
) -> None:
    # Half past eight in the evening in New York is the next day in UTC.
    with unit_of_work(database, write=True) as work:
        add_organisation(work, "America/New_York")
        policy_id = add_policy(work)
        trial = add_trial(work, policy_id, department="Cardiology")
        evening = datetime(2026, 1, 13, 1, 30, tzinfo=UTC)
        work.record(
            at=evening, actor_id=None, action="post.planned", subject="post", trial_id=trial.id
        )
        work.commit()
        with sent_to(database) as statements:
            cohort.read(work, today=date(2026, 1, 12))
    assert not any("SELECT post.id" in statement for statement, _ in statements), "no log is read"


def test_trials_under_one_policy_and_length_share_a_cohort(database: Database) -> None:
    with unit_of_work(database, write=True) as work:
        add_organisation(work)
        standard, short = add_policy(work), add_policy(work, SHORT)
        add_trial(work, standard, department="A")
        add_trial(work, short, department="B")
        add_trial(work, standard, department="C")
        add_trial(work, standard, department="D", weeks=4)
        work.commit()
        cohorts = cohort.read(work, today=MONDAY)
    assert sorted(each.department for each in cohorts) == [("A", "C"), ("B",), ("D",)]


def test_every_trial_is_read_however_many_are_asked_for(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cohort, "TRIALS_AT_ONCE", 5)
    today = MONDAY + timedelta(days=50)
    with unit_of_work(database, write=True) as work:
        add_organisation(work)
        live_through(work, seed=6, today=today, trials=8)
        work.commit()
        ids = sorted(stored_ids(work))
        cohorts = cohort.read(work, today=today, trial_ids=[*reversed(ids), 10_000])
        assert_cohort_says_what_logs_say(cohorts, trial_log.load_many(work, ids, today=today))


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
                cohort.read(work, today=today)
            counts.append(len(statements))
    assert len(set(counts)) == 1
    assert counts[0] <= 14


def test_nothing_reads_through_the_finished_history(database: Database) -> None:
    today = MONDAY + timedelta(days=50)
    with unit_of_work(database, write=True) as work:
        add_organisation(work)
        live_through(work, seed=8, today=today, trials=3)
        (running, *_) = stored_ids(work)
        work.commit()
        if not database.is_sqlite:
            add_finished_history(work)
            work.commit()
        with sent_to(database) as statements:
            cohort.read(work, today=today)
            revisions.running_revisions(work)
            trial_log.load(work, running, today=today)
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
