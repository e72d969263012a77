"""An empty database greets, and becomes an organisation in one form."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import app_from, words_on
from trial.bootstrap import backend_from
from trial.config import ROOT
from trial.services import organisation
from trial.ui import session


@pytest.fixture
def empty_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    app = app_from(ROOT / "app.py")
    app.context["timezone"] = "Europe/Zurich"
    return app.run()


def fill(app: AppTest, password: str) -> AppTest:
    app.text_input(key="first.name").input("Stadtklinik")
    app.text_input(key="first.person").input("Kim Comms")
    app.text_input(key="first.email").input("kim@clinic.example")
    app.text_input(key="first.password").input(password)
    submit = next(button for button in app.button if button.label == "Set up and sign in")
    return submit.click().run()


def test_the_browsers_time_zone_is_chosen_already(empty_app: AppTest) -> None:
    assert empty_app.selectbox(key="first.zone").value == "Europe/Zurich"


def test_one_form_sets_up_the_organisation_and_signs_its_manager_in(empty_app: AppTest) -> None:
    app = fill(empty_app, "a sentence to remember")
    assert not app.exception
    found = organisation.state(backend_from())
    assert found is not None
    assert (found.name, found.time_zone, found.week_starts_on, found.is_demo) == (
        "Stadtklinik",
        "Europe/Zurich",
        0,
        False,
    )
    assert app.session_state[session.TOKEN]
    assert "Set up my organisation" not in words_on(app)


@pytest.fixture
def closed_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """An empty database on a server that asks for the code in its log."""
    monkeypatch.setenv("TRIAL_OPEN_SET_UP", "0")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    return app_from(ROOT / "app.py").run()


def test_without_the_code_nothing_is_set_up_and_nothing_typed_is_lost(closed_app: AppTest) -> None:
    organisation.set_up_code(backend_from())
    app = fill(closed_app, "a sentence to remember")
    assert "the code in the server's log" in app.error[0].value
    assert app.text_input(key="first.name").value == "Stadtklinik"
    explore = next(button for button in app.button if button.label == "Explore the demo")
    assert "the code in the server's log" in explore.click().run().error[0].value
    assert organisation.state(backend_from()) is None


def test_with_the_code_everything_goes_on_as_ever(closed_app: AppTest) -> None:
    code = organisation.set_up_code(backend_from())
    closed_app.text_input(key="first.code").input(str(code))
    app = fill(closed_app, "a sentence to remember")
    assert app.session_state[session.TOKEN]
    assert organisation.state(backend_from()) is not None


def test_a_server_on_one_machine_alone_asks_for_no_code(empty_app: AppTest) -> None:
    assert not [field for field in empty_app.text_input if field.key == "first.code"]


def test_a_short_password_is_refused_with_what_is_accepted_and_nothing_is_lost(
    empty_app: AppTest,
) -> None:
    app = fill(empty_app, "short")
    assert "10 to 200 characters" in app.error[0].value
    assert app.text_input(key="first.name").value == "Stadtklinik"
    assert organisation.state(backend_from()) is None


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ("1234567890", "guessed first"),
        (" " * 10, "0 characters that can be seen"),
        ("\u200b" * 10, "0 characters that can be seen"),
        ("password12", "guessed first"),
        ("aaaaaaaaaa", "guessed first"),
        ("kim@clinic.example", "what others know"),
        ("Stadtklinik", "what others know"),
    ],
)
def test_a_password_that_others_would_guess_is_refused_and_never_repeated(
    empty_app: AppTest, typed: str, sentence: str
) -> None:
    app = fill(empty_app, typed)
    assert sentence in app.error[0].value
    assert typed not in app.error[0].value
    assert organisation.state(backend_from()) is None
