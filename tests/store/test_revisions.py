"""What was computed is remembered for as long as nothing it rests on changes."""

from collections.abc import Callable

import pytest

from tests.store.made_up import MONDAY, add_organisation, add_policy, add_trial, moment
from tests.store.statements import sent_to
from trial.store import running_trials
from trial.store.engine import Database
from trial.store.tables import Trial
from trial.store.unit_of_work import UnitOfWork, unit_of_work


def log_something(work: UnitOfWork) -> None:
    work.record(at=moment(MONDAY), actor_id=None, action="post.planned", subject="post", trial_id=1)


def end_one(work: UnitOfWork) -> None:
    trial = work.session.get(Trial, 1)
    assert trial is not None
    trial.status = "ended"


def start_one(work: UnitOfWork) -> None:
    add_trial(work, 1, department="Neurology")


def exchange_one(work: UnitOfWork) -> None:
    end_one(work)
    start_one(work)


def sign_in(work: UnitOfWork) -> None:
    work.record(at=moment(MONDAY), actor_id=None, action="person.signed_in", subject="person")


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        (log_something, True),
        (end_one, True),
        (start_one, True),
        (exchange_one, True),
        (sign_in, False),
    ],
)
def test_what_is_remembered_of_running_trials_changes_with_them_alone(
    database: Database, what: Callable[[UnitOfWork], None], changes: bool
) -> None:
    with unit_of_work(database, write=True) as work:
        add_organisation(work)
        policy_id = add_policy(work)
        add_trial(work, policy_id, department="Cardiology")
        add_trial(work, policy_id, department="Paediatrics")
        work.commit()
        before = running_trials.running_revisions(work)
        what(work)
        work.commit()
        with sent_to(database) as sent:
            after = running_trials.running_revisions(work)
    assert (after != before) == changes
    assert len(sent) == 1


def test_where_no_trial_runs_there_is_nothing_to_remember(database: Database) -> None:
    with unit_of_work(database, write=False) as work:
        assert running_trials.running_revisions(work) == {}
