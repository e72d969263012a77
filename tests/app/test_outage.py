"""The database is silent while a page is drawn: said in its own words, and the page goes on."""

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.testing.v1 import AppTest

from tests.app.conftest import TODAY, Hospital, Opens, words_on
from trial.bootstrap import backend_from
from trial.domain.errors import DatabaseBusy, NotPossible, TrialError
from trial.domain.roles import Role
from trial.services import calendar, posts, sign_in, undo
from trial.services.access import Actor
from trial.store import engine
from trial.ui import outage, router, session

TYPED = "Nobody's business"
OUR_SIDE = "our side"


@pytest.fixture(autouse=True)
def _nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "_PAUSE_SECONDS", 0)
    monkeypatch.setattr(outage, "_logged", outage._Log())


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def titles(hospital: Hospital) -> list[str]:
    lead = Actor(hospital.ids[Role.LEAD])
    view = calendar.calendar(lead, backend_from(), trial_id=hospital.cardiology)
    return [post.title for post in view.posts]


Fails = Callable[..., None]


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch) -> Fails:
    """Let a service refuse so many times, and then do its work again."""

    def break_it(
        module: object, name: str, *, times: int = 1, error: TrialError | None = None
    ) -> None:
        works = getattr(module, name)
        left = [times]

        def refuse(*args: object, **kwargs: object) -> object:
            if left[0]:
                left[0] -= 1
                raise error or DatabaseBusy()
            return works(*args, **kwargs)

        monkeypatch.setattr(module, name, refuse)

    return break_it


@pytest.fixture
def _one_run_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """End where the page would run again, so that what it says meanwhile can be read."""
    monkeypatch.setattr(st, "rerun", lambda **_scope: st.stop())


@pytest.mark.usefixtures("_one_run_only")
@pytest.mark.parametrize("place", [pytest.param(place, id=place.path) for place in router.PAGES])
def test_every_page_says_that_the_database_is_silent(
    opens: Opens, fails: Fails, place: router.PageSpec
) -> None:
    fails(sign_in, "who", times=1)
    app = opens(Role.COMMS, place.path)
    assert not app.exception
    assert outage.NOT_ANSWERING in words_on(app)
    assert OUR_SIDE not in words_on(app)


@pytest.mark.parametrize("times", [1, 5])
def test_a_page_goes_on_by_itself_once_the_database_answers(
    opens: Opens, fails: Fails, times: int
) -> None:
    fails(sign_in, "who", times=times)
    app = opens(Role.LEAD, "calendar")
    assert not app.exception
    assert outage.ANSWERS_AGAIN in words_on(app)
    assert outage.NOT_ANSWERING not in words_on(app)
    assert [field.label for field in app.text_input] == ["Title"]
    assert outage.ANSWERS_AGAIN not in words_on(app.run())


def test_a_form_sent_into_an_outage_comes_back_as_it_was_and_is_saved_once(
    opens: Opens, hospital: Hospital, fails: Fails
) -> None:
    app = opens(Role.LEAD, "this-week")
    app.button(key="week-add").click().run()
    app.text_input[0].set_value(TYPED)
    # The work of the click asks who is there first; the page asks again, and again.
    fails(sign_in, "who", times=4)
    press(app, "Add it")
    assert not app.exception
    assert str(DatabaseBusy()) in words_on(app)
    assert outage.ANSWERS_AGAIN in words_on(app)
    assert app.text_input[0].value == TYPED
    press(app, "Add it")
    assert titles(hospital) == [TYPED]


def test_a_click_whose_work_found_no_database_says_that_nothing_was_saved(
    opens: Opens, hospital: Hospital, fails: Fails
) -> None:
    lead = Actor(hospital.ids[Role.LEAD])
    added = posts.add_unplanned(
        lead, backend_from(), trial_id=hospital.cardiology, title="Walk with us", on=TODAY
    )
    app = opens(Role.COMMS, "drafts")
    app.button(key=f"drafts.approve.{added.post.id}").click().run()
    fails(undo, "undo")
    press(app, "Undo")
    assert not app.exception
    assert str(DatabaseBusy()) in words_on(app)


def test_a_refusal_met_while_drawing_is_told_in_its_own_sentence(
    opens: Opens, fails: Fails, caplog: pytest.LogCaptureFixture
) -> None:
    fails(sign_in, "who", times=99, error=NotPossible("The house is closed today."))
    app = opens(Role.LEAD, "calendar")
    for _ in range(4):
        app.run()
    assert not app.exception
    assert "The house is closed today." in words_on(app)
    assert OUR_SIDE not in words_on(app)
    (line,) = logged(caplog)
    assert line.getMessage().startswith("A page was refused while it was drawn. ")
    assert "error=NotPossible" in line.getMessage()


def test_an_outage_is_two_short_lines_in_the_log_however_often_somebody_clicks(
    opens: Opens, fails: Fails, caplog: pytest.LogCaptureFixture
) -> None:
    fails(sign_in, "who", times=10)
    app = opens(Role.LEAD, "calendar")
    app.text_input[0].set_value(TYPED)
    fails(sign_in, "who", times=10)
    app.run()
    lines = logged(caplog)
    assert [line.getMessage().split(" request=")[0] for line in lines] == [
        "The database does not answer; the pages wait for it.",
        "The database answers again.",
    ]
    assert all(line.exc_info is None for line in lines)
    assert max(len(line.getMessage()) for line in lines) < 120
    assert TYPED not in caplog.text


def logged(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    # Streamlit's test runtime has warnings of its own; what it says of errors counts.
    return [record for record in caplog.records if not record.name.startswith("streamlit.runtime")]


def test_a_save_while_somebody_else_holds_the_database_is_refused_and_can_be_repeated(
    opens: Opens, hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_BUSY_TIMEOUT_MS", 50)
    app = opens(Role.LEAD, "this-week")
    app.button(key="week-add").click().run()
    app.text_input[0].set_value(TYPED)
    with closing(sqlite3.connect(hospital.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        press(app, "Add it")
        assert str(DatabaseBusy()) in words_on(app)
        assert app.text_input[0].value == TYPED
    press(app, "Add it")
    assert titles(hospital) == [TYPED]


def test_signing_out_during_an_outage_leaves_nobody_half_signed_out(
    opens: Opens, fails: Fails
) -> None:
    app = opens(Role.LEAD, "account")
    fails(sign_in, "sign_out")
    app.button(key="account.sign_out").click().run()
    assert not app.exception
    assert outage.ANSWERS_AGAIN in words_on(app)
    assert session.TOKEN in app.session_state
    app.button(key="account.sign_out").click().run()
    assert [field.label for field in app.text_input] == ["E-mail", "Password"]


def test_a_closed_tab_is_waited_for_no_longer(
    opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, naps = [], []

    def is_silent(*_args: object, **_kwargs: object) -> None:
        looks.append(1)
        raise DatabaseBusy

    def close_the_tab(_seconds: float) -> None:
        naps.append(1)
        context = get_script_run_ctx()
        assert context is not None
        assert context.script_requests is not None
        # What Streamlit does with the run of a tab whose connection is gone.
        context.script_requests.request_stop()

    monkeypatch.setattr(sign_in, "who", is_silent)
    monkeypatch.setattr(outage, "sleep", close_the_tab)
    app = opens(Role.LEAD, "calendar")
    assert not app.exception
    assert (len(looks), len(naps)) == (1, 1)
