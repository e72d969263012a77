"""The bar that says what was just done: how long it stays, and that each begins anew."""

import time
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import TODAY, Hospital, Opens, words_on
from trial.bootstrap import backend_from
from trial.domain.roles import Role
from trial.services import exemptions, posts
from trial.services.access import Actor
from trial.ui import notices, stylesheet

Later = Callable[[float], None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Let so many seconds pass."""
    passed = 0.0
    real = time.monotonic

    def wait(seconds: float) -> None:
        nonlocal passed
        passed += seconds

    monkeypatch.setattr(time, "monotonic", lambda: real() + passed)
    return wait


def drafts(opens: Opens, hospital: Hospital, *titles: str) -> tuple[AppTest, list[int]]:
    ids = [
        posts.add_unplanned(
            Actor(hospital.ids[Role.LEAD]),
            backend_from(),
            trial_id=hospital.cardiology,
            title=title,
            on=TODAY,
        ).post.id
        for title in titles
    ]
    return opens(Role.COMMS, "drafts"), ids


def way_back(app: AppTest) -> list[str]:
    return [button.label for button in app.button if button.label == "Undo"]


@pytest.mark.parametrize("seconds, stays", [(58, True), (61, False)])
def test_the_way_back_stays_for_a_minute(
    opens: Opens, hospital: Hospital, later: Later, seconds: float, stays: bool
) -> None:
    app, (post,) = drafts(opens, hospital, "Walk with us")
    app.button(key=f"drafts.approve.{post}").click().run()
    later(seconds)
    assert ("Approved." in words_on(app.run())) is stays
    assert (way_back(app) == ["Undo"]) is stays


@pytest.mark.parametrize("seconds, stays", [(8, True), (10, False)])
def test_words_without_a_way_back_leave_after_a_moment(
    opens: Opens, hospital: Hospital, later: Later, seconds: float, stays: bool
) -> None:
    asked = exemptions.ask(
        Actor(hospital.ids[Role.LEAD]),
        backend_from(),
        trial_id=hospital.cardiology,
        first_week=7,
        last_week=7,
        reason="The ward moves house.",
    )
    app = opens(Role.COMMS, "trials")
    app.button(key=f"asked.grant.{asked.id}").click().run()
    later(seconds)
    assert ("will be excused" in words_on(app.run())) is stays


def test_each_bar_looks_other_than_the_one_before_so_that_its_time_begins_anew(
    opens: Opens, hospital: Hospital, later: Later
) -> None:
    app, ids = drafts(opens, hospital, "Walk with us", "Run with us", "Swim with us")
    turns = []
    for post in ids:
        later(20)
        app.button(key=f"drafts.approve.{post}").click().run()
        turns.append(app.session_state[notices.MESSAGES].turn)
    next(button for button in app.button if button.label == "Undo").click().run()
    assert "Taken back." in words_on(app)
    turns.append(app.session_state[notices.MESSAGES].turn)
    assert turns == [0, 1, 0, 1]
    style = stylesheet.stylesheet()
    assert "leave-0 .4s 8s" in style
    assert ".st-key-shell-said-1 { animation-name: leave-1; }" in style
