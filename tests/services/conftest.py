"""One hospital on one Monday: the people, the departments and a running trial."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from typing import cast

import pytest

from tests.accounts import add_arrived, set_up_hospital
from trial.config import ROOT
from trial.domain.roles import Role
from trial.services import identity, people, posts, trial_views, trials
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.store.engine import Database
from trial.store.tables import Table

TODAY = date(2026, 2, 9)
START = date(2026, 1, 5)
REVIEW_DAY = date(2026, 4, 8)
"""The Wednesday after the last day of a trial from `START`."""
PASSWORD = "five quiet geese"


@pytest.fixture(autouse=True, scope="session")
def _cheap_passwords() -> Iterator[None]:
    """Hash with the least work argon2 allows: these tests are about who, not about how long."""
    from argon2 import PasswordHasher

    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    patch = pytest.MonkeyPatch()
    patch.setattr(identity, "_hasher", lambda: cheap)
    identity._nobodys_hash.cache_clear()
    yield
    patch.undo()
    identity._nobodys_hash.cache_clear()


@pytest.fixture
def clock() -> FixedClock:
    """The clock of `backend`: nine o'clock UTC on Mon 9 Feb 2026, until it is set."""
    return FixedClock.on(TODAY)


@pytest.fixture(scope="session")
def _tables() -> Iterator[sqlite3.Connection]:
    """Empty tables, to be copied."""
    database = Database("sqlite://")
    Table.metadata.create_all(database.engine)
    with closing(database.engine.raw_connection()) as connection:
        yield cast(sqlite3.Connection, connection.driver_connection)
    database.close()


@pytest.fixture(scope="session")
def _database() -> Iterator[Database]:
    """One for all tests: what SQLAlchemy has compiled for one engine serves no other."""
    database = Database("sqlite://")
    yield database
    database.close()


@pytest.fixture
def backend(clock: FixedClock, _tables: sqlite3.Connection, _database: Database) -> Backend:
    """A fresh, empty database in memory and the policies as shipped."""
    with closing(_database.engine.raw_connection()) as connection:
        _tables.backup(cast(sqlite3.Connection, connection.driver_connection))
    return Backend(_database, clock, ROOT / "data", open_set_up=True)


@pytest.fixture
def comms(backend: Backend) -> Actor:
    """The first Communications manager of an organisation in Berlin, weeks from Monday."""
    return set_up_hospital(backend, password=PASSWORD)


@pytest.fixture
def trial_id(backend: Backend, comms: Actor) -> int:
    """Cardiology's trial, Mon 5 Jan – Sun 5 Apr 2026, in its sixth week (index 5)."""
    return trials.start(comms, backend, department="Cardiology", starts_on=START).id


@pytest.fixture
def lead(backend: Backend, comms: Actor, trial_id: int) -> Actor:
    """A lead of Cardiology."""
    department_id = trial_views.detail(comms, backend, trial_id=trial_id).row.department_id
    return Actor(
        add_arrived(
            comms,
            backend,
            name="Lou Lead",
            email="lead@hospital.example",
            role=Role.LEAD,
            department_ids=(department_id,),
            password=PASSWORD,
        ).id
    )


@pytest.fixture
def full_trial(backend: Backend, clock: FixedClock, lead: Actor, trial_id: int) -> int:
    """A trial of four posts a week by two people, over; today is Wed 8 Apr."""
    for number_of_week in range(13):
        for number in range(4):
            day = START + timedelta(days=7 * number_of_week + number)
            clock.set(day)
            posts.add_unplanned(
                lead,
                backend,
                trial_id=trial_id,
                title="A post",
                on=day,
                contributor=("Ward", "Clinic")[number % 2],
            )
    clock.set(REVIEW_DAY)
    return trial_id


@pytest.fixture
def other_trial_id(backend: Backend, comms: Actor) -> int:
    """Dermatology's trial, of the same weeks as Cardiology's."""
    return trials.start(comms, backend, department="Dermatology", starts_on=START).id


@pytest.fixture
def other_lead(backend: Backend, comms: Actor, other_trial_id: int) -> Actor:
    """A lead of Dermatology, who has no business in Cardiology."""
    department_id = trial_views.detail(comms, backend, trial_id=other_trial_id).row.department_id
    return Actor(
        add_arrived(
            comms,
            backend,
            name="Odd Other",
            email="other@hospital.example",
            role=Role.LEAD,
            department_ids=(department_id,),
            password=PASSWORD,
        ).id
    )


@pytest.fixture
def reviewer(backend: Backend, comms: Actor) -> Actor:
    """A reviewer, who reads everything and decides in meetings."""
    return Actor(
        add_arrived(
            comms,
            backend,
            name="Ray Reviewer",
            email="reviewer@hospital.example",
            role=Role.REVIEWER,
            password=PASSWORD,
        ).id
    )


@pytest.fixture
def gone(backend: Backend, comms: Actor) -> Actor:
    """A Communications manager whose account is closed."""
    person = add_arrived(
        comms,
        backend,
        name="Gil Gone",
        email="gone@hospital.example",
        role=Role.COMMS,
        password=PASSWORD,
    )
    people.update_person(
        comms, backend, person_id=person.id, version=1, role=Role.COMMS, active=False
    )
    return Actor(person.id)
