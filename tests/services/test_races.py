"""Two people at the same moment: one of them wins, the other is told, on both databases."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from trial.config import ROOT
from trial.domain.errors import NotPossible, NotSignedIn, StaleEdit, TrialError
from trial.domain.roles import Role
from trial.domain.verdict import Reproduction
from trial.services import (
    audit,
    decisions,
    exemptions,
    organisation,
    people,
    sign_in,
    trial_views,
    trials,
)
from trial.services.access import OPERATOR, Actor
from trial.services.backend import Backend
from trial.services.brakes import TooManyTries
from trial.services.clocks import FixedClock
from trial.services.organisation import AlreadySetUp
from trial.services.people import LastManager
from trial.store.engine import Database

from .conftest import PASSWORD, START, TODAY

AT_ONCE = 4


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """A database many connections can reach, as it is when it is served."""
    wanted = "migrated_sqlite" if request.param == "sqlite" else "migrated_postgres"
    database = Database(request.getfixturevalue(wanted))
    yield Backend(database, FixedClock.on(TODAY), ROOT / "data", open_set_up=True)
    database.close()


def at_once(calls: Sequence[Callable[[], object]]) -> Counter[str]:
    """Make all calls at the same moment and count how they ended, by the error's name."""
    together, outcomes = threading.Barrier(len(calls)), []

    def run(call: Callable[[], object]) -> None:
        together.wait()
        try:
            call()
            outcomes.append("done")
        except TrialError as refusal:
            outcomes.append(type(refusal).__name__)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


def lost(refusal: type[TrialError]) -> Counter[str]:
    return Counter({"done": 1, refusal.__name__: AT_ONCE - 1})


def events(backend: Backend, action: str) -> int:
    return sum(line.action == action for line in audit.events(OPERATOR, backend, limit=1000))


def test_one_organisation_is_set_up(backend: Backend) -> None:
    def set_up(number: int) -> int:
        return organisation.set_up(
            backend,
            name=f"Hospital {number}",
            time_zone="UTC",
            week_starts_on=0,
            manager_name="Kim Comms",
            manager_email=f"comms{number}@hospital.example",
            password=PASSWORD,
        )

    calls = [partial(set_up, number) for number in range(AT_ONCE)]
    assert at_once(calls) == lost(AlreadySetUp)
    assert len(people.list_people(OPERATOR, backend)) == 1
    assert events(backend, "organisation.set_up") == 1


def test_a_department_gets_one_trial_and_one_spelling(backend: Backend, comms: Actor) -> None:
    spellings = ["Urology", "UROLOGY", "urology", "uROLOGY"]
    calls = [
        partial(trials.start, comms, backend, department=name, starts_on=START)
        for name in spellings
    ]
    assert at_once(calls) == lost(NotPossible)
    assert len(trial_views.list_trials(comms, backend)) == 1
    assert len(people.list_departments(comms, backend)) == 1


def test_departments_that_start_together_share_one_kept_policy(
    backend: Backend, comms: Actor
) -> None:
    calls = [
        partial(trials.start, comms, backend, department=name, starts_on=START)
        for name in ("Cardiology", "Dermatology", "Neurology", "Urology")
    ]
    assert at_once(calls) == Counter({"done": AT_ONCE})
    hashes = {
        trial_views.detail(comms, backend, trial_id=row.id).policy.content_hash
        for row in trial_views.list_trials(comms, backend)
    }
    assert len(hashes) == 1


def test_an_address_gets_one_account(backend: Backend, comms: Actor) -> None:
    def add() -> object:
        return people.add_person(
            comms,
            backend,
            name="Nia New",
            email="new@hospital.example",
            role=Role.REVIEWER,
            password=PASSWORD,
        )

    ended = at_once([add] * AT_ONCE)
    assert ended == Counter({"done": 1, "InvalidInput": AT_ONCE - 1})


def test_a_ticket_is_used_once(backend: Backend, comms: Actor) -> None:
    new = sign_in.sign_in(backend, email="comms@hospital.example", password=PASSWORD)
    ended = at_once([lambda: sign_in.redeem(backend, ticket=new.ticket)] * AT_ONCE)
    assert ended == lost(NotSignedIn)


def test_guesses_made_at_once_are_counted_one_by_one(backend: Backend, comms: Actor) -> None:
    def guess() -> object:
        return sign_in.sign_in(backend, email="comms@hospital.example", password="a wrong guess")

    ended = at_once([guess] * 14)
    assert ended == Counter({"SignInRefused": 10, "TooManyTries": 4})
    with pytest.raises(TooManyTries):
        sign_in.sign_in(backend, email="comms@hospital.example", password=PASSWORD)
    assert sign_in.recent_failures(comms, backend) == (("this server", 15),)


def test_servers_that_start_together_on_an_empty_database_show_one_code(backend: Backend) -> None:
    closed = replace(backend, open_set_up=False)
    codes: list[str | None] = []
    at_once([lambda: codes.append(organisation.set_up_code(closed))] * AT_ONCE)
    assert len(codes) == AT_ONCE
    assert len(set(codes)) == 1


def test_the_last_two_managers_cannot_send_each_other_away(backend: Backend, comms: Actor) -> None:
    other = people.add_person(
        comms,
        backend,
        name="Ola Other",
        email="ola@hospital.example",
        role=Role.COMMS,
        password=PASSWORD,
    )
    assert comms.person_id is not None

    def demote(person_id: int) -> object:
        return people.update_person(
            OPERATOR, backend, person_id=person_id, version=1, role=Role.REVIEWER, active=True
        )

    ended = at_once([partial(demote, other.id), partial(demote, comms.person_id)])
    assert ended == Counter({"done": 1, LastManager.__name__: 1})


def test_a_gates_form_is_saved_by_one_of_those_who_opened_it(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    version = trial_views.detail(comms, backend, trial_id=trial_id).version

    def save(purpose: str) -> object:
        return trials.update_gates(
            comms,
            backend,
            trial_id=trial_id,
            version=version,
            purpose=purpose,
            audience="",
            primary_manager="",
            backup_manager="",
            agreement_signed_on=None,
            training_done=None,
            training_total=None,
        )

    calls = [partial(save, f"Purpose {number}") for number in range(AT_ONCE)]
    assert at_once(calls) == lost(StaleEdit)
    assert events(backend, "trial.gates_updated") == 1


def test_a_week_is_asked_for_once(backend: Backend, lead: Actor, trial_id: int) -> None:
    def ask() -> object:
        return exemptions.ask(
            lead, backend, trial_id=trial_id, first_week=8, last_week=9, reason="A move."
        )

    ended = at_once([ask] * AT_ONCE)
    assert ended == Counter({"done": 1, "InvalidInput": AT_ONCE - 1})


def test_a_trial_is_decided_once(
    backend: Backend, comms: Actor, reviewer: Actor, trial_id: int
) -> None:
    trials.end_early(comms, backend, trial_id=trial_id, on=date(2026, 2, 6), reason="A move.")
    calls = [
        partial(
            decisions.decide,
            who,
            backend,
            trial_id=trial_id,
            decision="extend",
            reason="After the move.",
        )
        for who in (comms, reviewer, comms, reviewer)
    ]
    assert at_once(calls) == lost(NotPossible)
    assert decisions.reproduce(comms, backend, trial_id=trial_id) is Reproduction.SAME
    assert events(backend, "decision.recorded") == 1
