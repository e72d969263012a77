import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from trial.demo import hospital
from trial.domain.errors import InvalidInput, StaleEdit
from trial.services import audit, organisation, sign_in
from trial.services.access import OPERATOR, Actor
from trial.services.backend import Backend
from trial.services.brakes import TooManyTries, Visitor
from trial.services.clocks import FixedClock
from trial.services.organisation import AlreadySetUp, NotSetUp, OrganisationView

from .conftest import PASSWORD, TODAY

ANSWERS: dict[str, object] = {
    "name": "St. Example",
    "time_zone": "Europe/Berlin",
    "week_starts_on": 0,
    "manager_name": "Kim Comms",
    "manager_email": "comms@hospital.example",
    "password": PASSWORD,
}


def set_up(backend: Backend, **changes: object) -> int:
    return organisation.set_up(backend, **{**ANSWERS, **changes})  # type: ignore[arg-type]


def test_an_empty_database_has_no_organisation(backend: Backend) -> None:
    assert organisation.state(backend) is None


def test_setting_up_makes_the_organisation_and_a_manager_who_can_sign_in(
    backend: Backend,
) -> None:
    person_id = set_up(backend, name="  St.  Example ", week_starts_on=6)

    assert organisation.state(backend) == OrganisationView(
        "St. Example", "Europe/Berlin", 6, is_demo=False
    )
    new = sign_in.sign_in(backend, email="comms@hospital.example", password=PASSWORD)
    signed_in = sign_in.who(backend, token=new.token)
    assert signed_in is not None
    assert signed_in.actor.person_id == person_id
    (_, first) = audit.events(OPERATOR, backend)
    assert first.action == "organisation.set_up"
    assert first.person == "Kim Comms"


def test_a_demo_hospital_says_that_it_is_one(backend: Backend) -> None:
    set_up(backend, is_demo=True)
    view = organisation.state(backend)
    assert view is not None
    assert view.is_demo


def test_a_second_set_up_is_refused_and_changes_nothing(backend: Backend) -> None:
    set_up(backend)
    with pytest.raises(AlreadySetUp):
        set_up(backend, name="Another", manager_email="other@hospital.example")
    view = organisation.state(backend)
    assert view is not None
    assert view.name == "St. Example"
    with pytest.raises(sign_in.SignInRefused):
        sign_in.sign_in(backend, email="other@hospital.example", password=PASSWORD)


@pytest.mark.parametrize(
    "field, name, value",
    [
        ("Organisation", "name", "  "),
        ("Organisation", "name", "x" * 121),
        ("Time zone", "time_zone", "Berlin"),
        ("Time zone", "time_zone", "../../etc/passwd"),
        ("Time zone", "time_zone", "Europe"),
        ("Time zone", "time_zone", ""),
        ("Weeks start on", "week_starts_on", 7),
        ("Weeks start on", "week_starts_on", -1),
        ("Your name", "manager_name", ""),
        ("E-mail", "manager_email", "comms"),
        ("Password", "password", "too short"),
    ],
)
def test_a_bad_answer_is_refused_by_its_field_and_nothing_is_set_up(
    backend: Backend, field: str, name: str, value: object
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        set_up(backend, **{name: value})
    assert refusal.value.field == field
    assert organisation.state(backend) is None


def test_today_is_the_day_it_is_where_the_organisation_is(
    backend: Backend, clock: FixedClock
) -> None:
    set_up(backend, time_zone="Pacific/Auckland")
    clock.set(TODAY, hour=12)  # one o'clock at night in Auckland, of the next day
    with backend.reading() as work:
        assert (organisation.today(work, backend) - TODAY).days == 1


def test_there_is_no_today_before_there_is_an_organisation(backend: Backend) -> None:
    with backend.reading() as work, pytest.raises(NotSetUp):
        organisation.today(work, backend)


def home(backend: Backend) -> OrganisationView:
    view = organisation.state(backend)
    assert view is not None
    return view


def test_name_and_time_zone_can_be_changed_and_the_week_stays(
    backend: Backend, clock: FixedClock
) -> None:
    kim = Actor(set_up(backend))
    changed = organisation.change(
        kim, backend, seen=home(backend), name=" St.  Sample", time_zone="Pacific/Auckland"
    )
    assert changed == OrganisationView("St. Sample", "Pacific/Auckland", 0, is_demo=False)
    assert home(backend) == changed
    clock.set(TODAY, hour=12)
    with backend.reading() as work:
        assert (organisation.today(work, backend) - TODAY).days == 1
    latest = audit.events(OPERATOR, backend)[0]
    assert (latest.action, latest.person) == ("organisation.changed", "Kim Comms")


@pytest.mark.parametrize(
    "field, name, value",
    [
        ("Organisation", "name", ""),
        ("Organisation", "name", "x" * 10_000),
        ("Time zone", "time_zone", "Mars/Olympus"),
    ],
)
def test_a_change_that_cannot_be_taken_is_refused_by_its_field(
    backend: Backend, field: str, name: str, value: str
) -> None:
    kim = Actor(set_up(backend))
    before = home(backend)
    wanted = {"name": "St. Sample", "time_zone": "UTC", name: value}
    with pytest.raises(InvalidInput) as refusal:
        organisation.change(kim, backend, seen=before, **wanted)
    assert refusal.value.field == field
    assert home(backend) == before


def test_of_two_changes_from_the_same_form_the_second_is_told(backend: Backend) -> None:
    kim = Actor(set_up(backend))
    seen = home(backend)
    organisation.change(kim, backend, seen=seen, name="First", time_zone="UTC")
    with pytest.raises(StaleEdit, match="The organisation was changed by somebody else"):
        organisation.change(kim, backend, seen=seen, name="Second", time_zone="UTC")
    assert home(backend).name == "First"


# ------------------------------------------------------------------------- the code for set-up


@pytest.fixture
def closed(backend: Backend) -> Backend:
    """An empty database on a server that strangers may reach."""
    return replace(backend, open_set_up=False)


@pytest.mark.parametrize("code", ["", "   ", "AAAA-AAAA-AAAA", "x" * 1_000_000])
def test_whoever_lacks_the_code_cannot_set_up(closed: Backend, code: str) -> None:
    organisation.set_up_code(closed)
    with pytest.raises(InvalidInput, match="the code in the server's log"):
        set_up(closed, code=code)
    with pytest.raises(InvalidInput, match="the code in the server's log"):
        hospital.explore(closed, code=code, progress=lambda _share, _step: None)
    assert organisation.state(closed) is None


def test_no_code_opens_a_database_that_never_showed_one(closed: Backend) -> None:
    with pytest.raises(InvalidInput):
        set_up(closed)


@pytest.mark.parametrize("written", [str, str.lower, lambda code: f" {code.replace('-', ' ')} "])
def test_the_code_in_the_log_sets_up_once(closed: Backend, written: Callable[[str], str]) -> None:
    code = organisation.set_up_code(closed)
    assert code is not None
    assert re.fullmatch(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", code)
    assert organisation.set_up_code(closed) == code, "the same after another start"
    set_up(closed, code=written(code))
    assert organisation.set_up_code(closed) is None
    with pytest.raises(AlreadySetUp):
        set_up(closed, code=code)


def test_codes_cannot_be_guessed_at_speed(closed: Backend) -> None:
    code = organisation.set_up_code(closed)
    stranger = Visitor("203.0.113.9")
    for _ in range(10):
        with pytest.raises(InvalidInput):
            set_up(closed, code="AAAA-AAAA-AAAA", visitor=stranger)
    with pytest.raises(TooManyTries):
        set_up(closed, code=code, visitor=stranger)
    assert set_up(closed, code=code)


def test_where_set_up_is_open_there_is_no_code(backend: Backend) -> None:
    assert organisation.set_up_code(backend) is None
