"""Outcomes of own accounts, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from tests.store.made_up import MONDAY, add_organisation, add_policy, add_trial, moment
from tests.store.statements import sent_to
from trial.store import outcomes
from trial.store.engine import Database
from trial.store.tables import AccountOutcome, Decision, Person
from trial.store.unit_of_work import UnitOfWork, unit_of_work

DECIDED = date(2026, 4, 8)


def decided(work: UnitOfWork, department: str, decision: str, on: date = DECIDED) -> int:
    """A decided trial, and its id."""
    people = work.session.get(Person, 1)
    if people is None:
        add_organisation(work)
        add_policy(work)
        work.session.add(
            Person(
                email="r@hospital.example",
                name="Ray",
                password_hash="-",
                role="reviewer",
                created_at=moment(MONDAY),
            )
        )
        work.flush()
    trial = add_trial(work, 1, department=department, status="decided")
    assert trial.id is not None
    row = Decision(
        trial_id=trial.id,
        recommendation=decision,
        decision=decision,
        decided_by=1,
        decided_on=on,
        decided_at=moment(on),
        policy_hash="p",
        data_hash="d",
        frozen_facts="{}",
        edition=2,
        frozen_scorecard="{}",
    )
    work.add(row)
    return trial.id


def look(work: UnitOfWork, trial_id: int, on: date, since: date | None = None) -> AccountOutcome:
    row = AccountOutcome(
        trial_id=trial_id, checked_on=on, silent_since=since, entered_at=moment(on)
    )
    work.add(row)
    return row


def test_granted_are_those_decided_as_ready_the_earliest_decision_first(
    database: Database,
) -> None:
    with unit_of_work(database, write=True) as work:
        later = decided(work, "Radiology", "ready", DECIDED + timedelta(days=1))
        decided(work, "Oncology", "keep_feeding")
        first = decided(work, "Cardiology", "ready")
        found = outcomes.granted(work)
        assert [(each.trial.id, each.department) for each in found] == [
            (first, "Cardiology"),
            (later, "Radiology"),
        ]


def test_every_outcome_comes_with_its_trial_in_one_query(database: Database) -> None:
    with unit_of_work(database, write=True) as work:
        trial_id = decided(work, "Cardiology", "ready")
        look(work, trial_id, date(2027, 4, 12))
        look(work, trial_id, date(2026, 10, 5), date(2026, 9, 1))
        work.commit()
        with sent_to(database) as sent:
            found = outcomes.outcomes_of(work)
    assert [(row.checked_on, row.silent_since) for row, _ in found] == [
        (date(2026, 10, 5), date(2026, 9, 1)),
        (date(2027, 4, 12), None),
    ]
    assert {trial.id for _, trial in found} == {trial_id}
    assert len(sent) == 1


def test_a_day_is_looked_at_once(database: Database) -> None:
    with unit_of_work(database, write=True) as work:
        trial_id = decided(work, "Cardiology", "ready")
        kept = look(work, trial_id, date(2026, 10, 5))
        assert outcomes.outcome_days(work, trial_id, date(2026, 10, 5)) is kept
        assert outcomes.outcome_days(work, trial_id, date(2026, 10, 6)) is None
        with pytest.raises(IntegrityError):
            look(work, trial_id, date(2026, 10, 5))


def test_no_account_is_silent_from_after_the_day_it_was_looked_at(database: Database) -> None:
    with unit_of_work(database, write=True) as work:
        trial_id = decided(work, "Cardiology", "ready")
        with pytest.raises(IntegrityError):
            look(work, trial_id, date(2026, 10, 5), date(2026, 10, 6))
