from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from trial.config import ROOT
from trial.demo import hospital
from trial.domain.attention import Need
from trial.domain.cadence import WeekState
from trial.domain.errors import TrialError
from trial.domain.verdict import Reproduction
from trial.services import (
    audit,
    board,
    decisions,
    organisation,
    outcomes,
    sign_in,
    trial_views,
)
from trial.services.access import OPERATOR
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.store.engine import Database
from trial.store.tables import Table

WEDNESDAY = date(2026, 2, 11)


def empty_backend() -> Backend:
    database = Database("sqlite://")
    Table.metadata.create_all(database.engine)
    return Backend(database, FixedClock.on(WEDNESDAY), ROOT / "data", open_set_up=True)


@pytest.fixture(scope="module")
def told() -> list[tuple[float, str]]:
    return []


@pytest.fixture(scope="module")
def demo_backend(told: list[tuple[float, str]]) -> Iterator[Backend]:
    backend = empty_backend()
    hospital.explore(backend, progress=lambda share, what: told.append((share, what)))
    yield backend
    backend.database.close()


def test_the_demo_shows_departments_in_all_stages(demo_backend: Backend) -> None:
    rows = {row.department: row for row in board.board(OPERATOR, demo_backend).rows}
    needs = {name: row.need for name, row in rows.items()}
    assert needs["Radiology"] is Need.NOT_REPORTED
    assert needs["Dermatology"] is Need.FADING
    assert needs["Neurosurgery"] is Need.BURSTY
    assert needs["Paediatrics and Adolescent Medicine"] is Need.ONE_PERSON
    assert needs["Rehabilitation"] is Need.NEW
    assert needs["Cardiology"] is Need.ON_TRACK
    assert needs["Maternity"] is Need.AWAITING_REVIEW
    excused = rows["Emergency Department"]
    assert [cell.state for cell in excused.weeks[3:5]] == [WeekState.EXCUSED] * 2
    assert excused.need is Need.ON_TRACK
    decided = {
        row.department: decisions.of_trial(OPERATOR, demo_backend, trial_id=row.id)
        for row in trial_views.list_trials(OPERATOR, demo_backend)
        if row.department in ("Palliative Care", "Oncology")
    }
    assert {name: view and view.decision.value for name, view in decided.items()} == {
        "Palliative Care": "ready",
        "Oncology": "keep_feeding",
    }
    assert len(rows) + len(decided) == 10


def test_the_demo_has_an_own_account_that_was_looked_at_after_half_a_year(
    demo_backend: Backend,
) -> None:
    (account,) = outcomes.accounts(OPERATOR, demo_backend).accounts
    assert account.department == "Palliative Care"
    assert [at.kept for at in account.horizons] == [True, None]


def test_the_decisions_of_the_demo_can_be_reproduced_to_the_last_digit(
    demo_backend: Backend,
) -> None:
    for row in trial_views.list_trials(OPERATOR, demo_backend):
        if decisions.of_trial(OPERATOR, demo_backend, trial_id=row.id) is not None:
            again = decisions.reproduce(OPERATOR, demo_backend, trial_id=row.id)
            assert again is Reproduction.SAME


def test_the_demo_says_that_it_is_one_and_lets_every_account_in(demo_backend: Backend) -> None:
    state = organisation.state(demo_backend)
    assert state is not None
    assert state.is_demo
    for account in hospital.accounts():
        new = sign_in.sign_in(demo_backend, email=account.email, password=account.password)
        person = sign_in.who(demo_backend, token=new.token)
        assert person is not None
        assert not person.password_is_temporary


def test_everything_in_the_demo_was_done_by_a_service_in_somebodys_name(
    demo_backend: Backend,
) -> None:
    events = audit.events(OPERATOR, demo_backend, limit=100)
    assert len(events) == 100
    assert all(event.person not in ("", "Operator") for event in events)


def test_progress_is_told_from_nothing_to_everything(
    demo_backend: Backend, told: list[tuple[float, str]]
) -> None:
    shares = [share for share, _ in told]
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert shares == sorted(shares)
    assert len(shares) > 20


def test_a_demo_that_breaks_off_leaves_an_empty_database() -> None:
    backend = empty_backend()

    def break_off(share: float, _: str) -> None:
        if share > 0.02:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hospital.explore(backend, progress=break_off)
    assert organisation.state(backend) is None
    with backend.reading() as work:
        for table in Table.metadata.sorted_tables:
            assert work.session.execute(table.select()).first() is None
    backend.database.close()


def test_the_demo_never_enters_a_hospital_that_is_set_up(demo_backend: Backend) -> None:
    with pytest.raises(TrialError):
        hospital.explore(demo_backend, progress=lambda _share, _what: None)
