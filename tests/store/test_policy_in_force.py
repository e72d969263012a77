"""The list of policies that were put in force, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

from tests.store.made_up import MONDAY, add_organisation, add_policy, moment, policy_named
from tests.store.statements import sent_to
from trial.store import policy_in_force
from trial.store.engine import Database
from trial.store.tables import Person, PolicyInForce
from trial.store.unit_of_work import UnitOfWork, unit_of_work


def put(work: UnitOfWork, policy_id: int, by: int | None = None, on: date = MONDAY) -> int:
    return work.add(
        PolicyInForce(
            policy_id=policy_id, reason="It is kinder.", file_hash="f", put_by=by, put_at=moment(on)
        )
    )


def test_before_the_first_entry_there_is_none(database: Database) -> None:
    with unit_of_work(database, write=False) as work:
        assert policy_in_force.latest(work) is None
        assert policy_in_force.latest_id(work) is None
        assert policy_in_force.history(work) == []
        assert policy_in_force.highest_version(work, "Standard") == 0


def test_the_latest_entry_counts_and_all_of_them_stay(database: Database) -> None:
    with unit_of_work(database, write=True) as work:
        add_organisation(work)
        mail = "ada@hospital.example"
        ada = Person(
            email=mail, name="Ada", password_hash="-", role="comms", created_at=moment(MONDAY)
        )
        ada_id = work.add(ada)
        standard, kinder = (
            add_policy(work, document)
            for document in (policy_named("Standard"), policy_named("Kinder", ready_from=0.7))
        )
        first = put(work, standard)
        second = put(work, kinder, by=ada_id, on=MONDAY + timedelta(days=1))
        third = put(work, standard, by=ada_id, on=MONDAY + timedelta(days=2))
        work.commit()
        with sent_to(database) as sent:
            found = policy_in_force.history(work)
        assert len(sent) == 1
        assert [(one.row.id, one.person) for one in found] == [
            (third, "Ada"),
            (second, "Ada"),
            (first, "Operator"),
        ]
        latest = policy_in_force.latest(work)
        assert latest is not None
        assert (latest.row.id, latest.row.policy_id) == (third, standard)
        assert 'name = "Standard"' in latest.document
        assert policy_in_force.latest_id(work) == third


def test_versions_are_counted_by_name(database: Database) -> None:
    with unit_of_work(database, write=True) as work:
        document = policy_named("Kinder", ready_from=0.7)
        add_policy(work, document)
        add_policy(work, document.replace("version = ", "version = 1", 1).replace("0.7,", "0.71,"))
        assert policy_in_force.highest_version(work, "Kinder") >= 10
        assert policy_in_force.highest_version(work, "kinder") == 0
