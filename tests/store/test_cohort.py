"""What SQL sums over many trials is what each trial's log says."""

import random
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.made_up import (
    MONDAY,
    add_organisation,
    add_policy,
    add_trial,
    fill_trial,
    moment,
    policy_named,
)
from trial.domain.policy import parse_policy
from trial.domain.posts import PostState
from trial.scoring.facts import facts_of
from trial.store import cohort, trial_log
from trial.store.cohort import Cohort
from trial.store.engine import Database
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
            names = sorted({post.contributor for post in log.posts} - {""})
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
                post.rework[-1].redelivered_on if post.rework else post.delivered_on
                for post in log.posts
                if post.state is PostState.DELIVERED
            ]
            assert each.waiting[row] == len(waiting)
            since = min((day for day in waiting if day is not None), default=None)
            assert each.waiting_since[row].item() == since


@pytest.mark.parametrize("days_in", [-7, 0, 3, 20, 45, 90, 200])
def test_what_sql_sums_is_what_the_log_says(database: Database, days_in: int) -> None:
    today = MONDAY + timedelta(days=days_in)
    with unit_of_work(database, write=True) as work:
        add_organisation(work)
        live_through(work, seed=days_in, today=today, trials=12)
        work.commit()
    with unit_of_work(database, write=False) as work:
        cohorts = cohort.read(work, today=today)
        ids = [int(number) for each in cohorts for number in each.trial_id]
        assert len(ids) == 12
        assert_cohort_says_what_logs_say(cohorts, trial_log.load_many(work, ids, today=today))
