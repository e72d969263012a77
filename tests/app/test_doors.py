"""Who is let in where: roles, pages, typed addresses, signing in and out."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.accounts import FIRST_PASSWORD, add_arrived
from tests.app.conftest import EMAIL, PASSWORD, Hospital, Opens, app_from, words_on
from trial.bootstrap import backend_from
from trial.config import ROOT
from trial.domain.roles import PERMISSIONS, Role
from trial.services import people, sign_in
from trial.services.access import Actor
from trial.ui import router, session

PLACES = router.PAGES
REFUSED = "Not part of your account"
MATRIX = [
    pytest.param(role, place, id=f"{role.value}-{place.path}") for role in Role for place in PLACES
]


def may_open(role: Role, place: router.PageSpec) -> bool:
    return not place.permissions or bool(PERMISSIONS[role].intersection(place.permissions))


@pytest.mark.parametrize("role, place", MATRIX)
def test_a_typed_address_opens_to_those_who_may_and_refuses_by_itself_to_others(
    opens: Opens, role: Role, place: router.PageSpec
) -> None:
    app = opens(role, place.path)
    assert not app.exception
    assert (REFUSED in words_on(app)) is not may_open(role, place)


@pytest.mark.parametrize("role, place", MATRIX)
def test_a_page_refuses_by_itself_when_it_runs_without_the_entry_script(
    hospital: Hospital, role: Role, place: router.PageSpec
) -> None:
    page = app_from(ROOT / place.file)
    page.session_state[session.TOKEN] = hospital.tokens[role]
    page.run()
    assert (REFUSED in words_on(page)) is not may_open(role, place)


@pytest.mark.parametrize("place", [pytest.param(place, id=place.path) for place in PLACES])
def test_every_page_meets_a_stranger_with_the_sign_in_form(
    opens: Opens, place: router.PageSpec
) -> None:
    app = opens(None, place.path)
    assert not app.exception
    assert [field.label for field in app.text_input] == ["E-mail", "Password"]


@pytest.mark.parametrize("role", list(Role))
def test_the_menu_lists_what_a_person_may_open_and_nothing_else(opens: Opens, role: Role) -> None:
    app = opens(role)
    listed = {
        info["url_pathname"] for info in app._registered_pages.values() if info["url_pathname"]
    }
    assert listed == {place.path for place in PLACES if may_open(role, place)}


@pytest.mark.parametrize(
    ("role", "headings"),
    [
        (Role.LEAD, {"": 5}),
        (Role.REVIEWER, {"": 4}),
        (
            Role.COMMS,
            {"": 4, "Evaluation": 3, "One department": 4, "Accounts": 2},
        ),
    ],
)
def test_only_a_long_menu_has_headings_and_the_daily_work_stands_first(
    hospital: Hospital, role: Role, headings: dict[str, int]
) -> None:
    person = sign_in.who(backend_from(), token=hospital.tokens[role])
    assert person is not None
    menu = router.menu_of(person)
    found = {heading: sum(place.in_menu for place in menu[heading]) for heading in menu}
    assert list(found.items()) == list(headings.items())


@pytest.mark.parametrize("role", list(Role))
def test_the_root_address_leads_everybody_to_where_their_day_starts(
    opens: Opens, role: Role
) -> None:
    start = router.page_at(router.LANDING[role])
    assert start is not None
    assert may_open(role, start)
    at_the_root, at_the_page = opens(role), opens(role, start.path)
    assert not at_the_root.exception
    assert words_on(at_the_root) == words_on(at_the_page)


def test_no_page_lies_directly_in_the_pages_folder() -> None:
    # Streamlit would serve it on a cold server without app.py, and so without the menu's limits.
    assert [path.name for path in (ROOT / "pages").glob("*.py")] == []


def test_signing_in_takes_a_stranger_to_the_page_they_had_asked_for(opens: Opens) -> None:
    app = opens(None, "account")
    app.text_input(key="sign_in.email").input(EMAIL[Role.LEAD])
    app.text_input(key="sign_in.password").input(PASSWORD)
    app.button[0].click().run()
    assert "Lou Lead" in words_on(app)


def test_a_wrong_password_is_refused_and_what_was_typed_stays(opens: Opens) -> None:
    app = opens(None)
    app.text_input(key="sign_in.email").input(EMAIL[Role.LEAD])
    app.text_input(key="sign_in.password").input("not the password")
    app.button[0].click().run()
    assert "do not open an account" in app.error[0].value
    assert app.text_input(key="sign_in.email").value == EMAIL[Role.LEAD]
    assert session.TOKEN not in app.session_state


def test_signing_out_ends_the_sign_in_for_every_tab_that_shares_it(
    opens: Opens, hospital: Hospital
) -> None:
    here, there = opens(Role.LEAD, "account"), opens(Role.LEAD, "account")
    here.button(key="account.sign_out").click().run()
    assert sign_in.who(backend_from(), token=hospital.tokens[Role.LEAD]) is None
    assert "Sign in" in words_on(there.run())
    assert "Sign in" in words_on(here)


def test_a_demotion_counts_from_the_next_click_on(opens: Opens, hospital: Hospital) -> None:
    backend = backend_from()
    other = add_arrived(
        Actor(hospital.ids[Role.COMMS]),
        backend,
        name="Second Manager",
        email="second@hospital.example",
        role=Role.COMMS,
        password=PASSWORD,
    )
    app = opens(None, "people")
    app.text_input(key="sign_in.email").input("second@hospital.example")
    app.text_input(key="sign_in.password").input(PASSWORD)
    app.button[0].click().run()
    assert any(button.key == "people.add" for button in app.button)
    people.update_person(
        Actor(hospital.ids[Role.COMMS]),
        backend,
        person_id=other.id,
        version=1,
        role=Role.LEAD,
        active=True,
    )
    app.button(key="people.add").click().run()
    assert not any(button.key == "people.add" for button in app.button)
    assert "Sign in" in words_on(app)


def choose(app: AppTest, present: str, new: str) -> AppTest:
    app.text_input(key="password.present").input(present)
    app.text_input(key="password.new").input(new)
    next(button for button in app.button if button.label.startswith("Change password")).click()
    return app.run()


@pytest.fixture
def first_password(hospital: Hospital) -> str:
    """The lead's password, set by Communications a moment ago."""
    comms, backend = Actor(hospital.ids[Role.COMMS]), backend_from()
    (lead,) = (one for one in people.list_people(comms, backend) if one.role is Role.LEAD)
    people.update_person(
        comms,
        backend,
        person_id=lead.id,
        version=lead.version,
        role=lead.role,
        department_ids=[department_id for department_id, _ in lead.departments],
        active=True,
        password=FIRST_PASSWORD,
    )
    hospital.tokens[Role.LEAD] = sign_in.sign_in(
        backend, email=EMAIL[Role.LEAD], password=FIRST_PASSWORD
    ).token
    return FIRST_PASSWORD


@pytest.mark.parametrize("path", ["", *(place.path for place in PLACES)])
def test_whoever_has_a_first_password_meets_the_form_for_another_on_every_page(
    opens: Opens, first_password: str, path: str
) -> None:
    app = opens(Role.LEAD, path)
    assert not app.exception
    assert "Choose your own password" in words_on(app)
    assert [field.label for field in app.text_input] == ["Current password", "New password"]
    listed = [info for info in app._registered_pages.values() if info["url_pathname"]]
    assert [info["url_pathname"] for info in listed] == ([path] if path else [])


@pytest.mark.parametrize("place", [pytest.param(place, id=place.path) for place in PLACES])
def test_a_page_alone_is_closed_to_whoever_has_a_first_password(
    hospital: Hospital, first_password: str, place: router.PageSpec
) -> None:
    page = app_from(ROOT / place.file)
    page.session_state[session.TOKEN] = hospital.tokens[Role.LEAD]
    page.run()
    assert REFUSED in words_on(page)
    assert "Cardiology" not in words_on(page)


def test_a_password_of_ones_own_opens_the_page_that_was_asked_for(
    opens: Opens, first_password: str
) -> None:
    app = opens(Role.LEAD, "standing")
    for weak, sentence in [
        ("1234567890", "guessed first"),
        ("Lou Lead 2026", "what others know"),
        (first_password, "a different one"),
    ]:
        choose(app, first_password, weak)
        assert sentence in app.error[0].value
        assert weak not in app.error[0].value
    choose(app, "not the password", "vier alte Boote")
    assert "not the password you signed in with" in app.error[0].value
    choose(app, first_password, "vier alte Boote")
    assert not app.exception
    assert "Cardiology" in words_on(app)
    assert len([info for info in app._registered_pages.values() if info["url_pathname"]]) > 1


def test_whoever_has_a_first_password_can_sign_out(
    opens: Opens, hospital: Hospital, first_password: str
) -> None:
    app = opens(Role.LEAD, "standing")
    app.button(key="password.sign_out").click().run()
    assert "Sign in" in words_on(app)
    assert sign_in.who(backend_from(), token=hospital.tokens[Role.LEAD]) is None


def test_the_own_password_is_changed_on_the_account_page(opens: Opens) -> None:
    app = opens(Role.LEAD, "account")
    choose(app, PASSWORD, EMAIL[Role.LEAD])
    assert "what others know" in app.error[0].value
    choose(app, PASSWORD, "vier alte Boote")
    assert "Your password is changed" in app.success[0].value
    email = EMAIL[Role.LEAD]
    assert sign_in.sign_in(backend_from(), email=email, password="vier alte Boote").token


def test_another_departments_trial_in_the_address_is_refused_like_one_that_is_not_there(
    opens: Opens, hospital: Hospital
) -> None:
    foreign = words_on(opens(Role.LEAD, "this-week", trial=str(hospital.radiology)))
    missing = words_on(opens(Role.LEAD, "this-week", trial="987654"))
    assert REFUSED in foreign
    assert foreign == missing


@pytest.mark.parametrize("number", ["9" * 10, "9" * 11, "9" * 19, "9" * 23, "9" * 5000])
@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.LEAD, "this-week"),
        (Role.LEAD, "standing"),
        (Role.COMMS, "calendar"),
        (Role.COMMS, "department"),
        (Role.COMMS, "review"),
    ],
)
def test_an_address_with_a_number_that_no_database_takes_is_refused_like_any_other(
    opens: Opens, role: Role, path: str, number: str
) -> None:
    missing = words_on(opens(role, path, trial="987654"))
    app = opens(role, path, trial=number)
    assert not app.exception
    assert words_on(app) == missing
