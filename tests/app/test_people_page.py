"""Accounts and the organisation, through the front door."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import EMAIL, Hospital, Opens, words_on
from trial.bootstrap import backend_from
from trial.domain.roles import Role
from trial.services import organisation, people
from trial.services.access import OPERATOR


def press(app: AppTest, label: str, *, opened_by: str) -> AppTest:
    # A dialog lives only in the run that opens it, so its opener is pressed once more with it.
    app.button(key=opened_by).click()
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def opened(opens: Opens, opener: str) -> AppTest:
    app = opens(Role.COMMS, "people")
    app.button(key=opener).click().run()
    return app


@pytest.fixture
def home(opens: Opens, hospital: Hospital) -> AppTest:
    return opened(opens, "people.home")


def test_the_organisation_gets_another_name_and_time_zone(home: AppTest) -> None:
    assert home.text_input(key="people.home_name").value == "St. Example"
    assert home.selectbox(key="people.home_zone").value == "Europe/Berlin"
    home.text_input(key="people.home_name").input("St. Sample")
    home.selectbox(key="people.home_zone").set_value("Europe/Vienna")
    press(home, "Save", opened_by="people.home")
    kept = organisation.state(backend_from())
    assert kept is not None
    assert (kept.name, kept.time_zone, kept.week_starts_on) == ("St. Sample", "Europe/Vienna", 0)


def test_a_name_that_cannot_be_taken_is_told_beside_its_form_and_stays(home: AppTest) -> None:
    home.text_input(key="people.home_name").input("x" * 121)
    press(home, "Save", opened_by="people.home")
    assert "at most 120 characters" in home.error[0].value
    assert home.text_input(key="people.home_name").value == "x" * 121


def test_a_person_is_added_and_a_second_account_of_one_address_is_refused(opens: Opens) -> None:
    app = opened(opens, "people.add")
    app.text_input(key="people.name").input("Nia New")
    app.text_input(key="people.email").input(EMAIL[Role.LEAD])
    app.text_input(key="people.password").input("nine calm herons")
    press(app, "Add", opened_by="people.add")
    assert "an address that has no account yet" in app.error[0].value
    assert app.text_input(key="people.name").value == "Nia New"
    app.text_input(key="people.email").input("nia@hospital.example")
    press(app, "Add", opened_by="people.add")
    assert "4 people can sign in" in words_on(app)
    assert len(people.list_people(OPERATOR, backend_from())) == 4
