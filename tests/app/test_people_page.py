"""Accounts and the organisation, through the front door."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import EMAIL, Hospital, Opens, words_on
from trial.bootstrap import backend_from
from trial.domain.roles import Role
from trial.services import organisation, people, sign_in
from trial.services.access import OPERATOR, Actor
from trial.services.brakes import Visitor


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
    assert home.selectbox(key="people.home_zone").value == "UTC"
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
    press(app, "Add", opened_by="people.add")
    assert "an address that has no account yet" in app.error[0].value
    assert app.text_input(key="people.name").value == "Nia New"
    app.text_input(key="people.email").input("nia@hospital.example")
    press(app, "Add", opened_by="people.add")
    assert "4 people can sign in" in words_on(app)
    assert len(people.list_people(OPERATOR, backend_from())) == 4


def test_a_first_password_is_suggested_and_its_account_says_so_until_it_is_changed(
    opens: Opens,
) -> None:
    app = opened(opens, "people.add")
    suggested = app.text_input(key="people.password").value or ""
    assert len(suggested.split()) == 4
    app.text_input(key="people.name").input("Nia New")
    app.text_input(key="people.email").input("nia@hospital.example")
    press(app, "Add", opened_by="people.add")
    assert words_on(app).count("first password not changed yet") == 1
    (nia,) = (one for one in people.list_people(OPERATOR, backend_from()) if one.name == "Nia New")
    people.change_own_password(
        Actor(nia.id), backend_from(), current_password=suggested, new_password="vier alte Boote"
    )
    app.run()
    assert "first password not changed yet" not in words_on(app)
    app.button(key="people.add").click().run()
    assert app.text_input(key="people.password").value != suggested


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ("1234567890", "guessed first"),
        ("St. Example", "what others know"),
        ("", "Choose a password of"),
    ],
)
def test_a_weak_first_password_is_told_beside_its_form(
    opens: Opens, typed: str, sentence: str
) -> None:
    app = opened(opens, "people.add")
    app.text_input(key="people.name").input("Nia New")
    app.text_input(key="people.email").input("nia@hospital.example")
    app.text_input(key="people.password").input(typed)
    press(app, "Add", opened_by="people.add")
    assert sentence in app.error[0].value
    assert app.text_input(key="people.password").value == typed
    assert len(people.list_people(OPERATOR, backend_from())) == 3


def test_a_new_password_is_suggested_for_somebody_who_lost_theirs(
    opens: Opens, hospital: Hospital
) -> None:
    lead = hospital.ids[Role.LEAD]
    opener, field = f"people.change.{lead}", f"people.password.{lead}"
    app = opened(opens, opener)
    assert app.text_input(key=field).value == ""
    app.button(key=opener).click()
    app.button(key=f"people.suggest.{lead}").click().run()
    suggested = app.text_input(key=field).value or ""
    assert len(suggested.split()) == 4
    press(app, "Save", opened_by=opener)
    token = sign_in.sign_in(backend_from(), email=EMAIL[Role.LEAD], password=suggested).token
    person = sign_in.who(backend_from(), token=token)
    assert person is not None
    assert person.password_is_temporary


def test_a_manager_sees_from_where_tries_to_sign_in_have_failed(opens: Opens) -> None:
    assert "to sign in failed" not in words_on(opens(Role.COMMS, "people"))
    backend = backend_from()
    for source in ("203.0.113.9", "203.0.113.9", "10.0.0.7", "10.0.0.8", "10.0.0.9"):
        with pytest.raises(sign_in.SignInRefused):
            sign_in.sign_in(
                backend,
                email="nobody@hospital.example",
                password="a guess",
                visitor=Visitor(source),
            )
    shown = words_on(opens(Role.COMMS, "people")).replace("\\", "").replace("&#46;", ".")
    assert "5 tries to sign in failed within a day: 2 from 203" in shown
    assert "the rest from 1 other address" in shown
