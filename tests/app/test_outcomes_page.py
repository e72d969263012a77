"""After the trial, through the front door: what became of own accounts, and how it is noted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Hospital, Opens, words_on
from trial.bootstrap import backend_from
from trial.domain.roles import Role
from trial.services import decisions, outcomes, posts, trials
from trial.services.access import Actor
from trial.services.clocks import FixedClock
from trial.services.outcomes import AccountView

START = date(2025, 4, 7)
"""Thirteen weeks from here end on Sun 6 Jul 2025; half a year later it is Mon 5 Jan 2026."""


@pytest.fixture
def granted(hospital: Hospital) -> int:
    """Maternity was granted its own account in July 2025; today is Wed 11 Feb 2026."""
    return grant(hospital, "Maternity")


def grant(hospital: Hospital, department: str, posts_a_week: int = 3) -> int:
    comms, clock = Actor(hospital.ids[Role.COMMS]), FixedClock.on(START)
    backend = backend_from(clock=clock)
    trial_id = trials.start(comms, backend, department=department, starts_on=START).id
    for week in range(13):
        for number in range(posts_a_week):
            clock.set(START + timedelta(days=7 * week + 2 * number))
            posts.add_unplanned(
                comms, backend, trial_id=trial_id, title="A post", on=clock.now().date()
            )
    clock.set(date(2025, 7, 9))
    decisions.decide(
        comms, backend, trial_id=trial_id, decision="ready", reason="The gates follow."
    )
    backend.database.close()
    return trial_id


def known(hospital: Hospital) -> AccountView:
    (only,) = outcomes.accounts(Actor(hospital.ids[Role.COMMS]), backend_from()).accounts
    return only


def save(app: AppTest, opener: str) -> AppTest:
    # A dialog lives only in the run that opens it, so its opener is pressed once more with it.
    app.button(key=opener).click()
    next(button for button in app.button if button.label == "Save").click().run()
    assert not app.exception
    return app


def test_before_the_first_decision_the_page_says_what_will_be_here(
    opens: Opens, hospital: Hospital
) -> None:
    said = words_on(opens(Role.COMMS, "after-the-trial"))
    assert "No own account yet" in said
    assert "0 of 20 outcomes are known so far." in said
    assert "290 stretches of 13 weeks" in said


def test_an_account_that_is_due_stands_in_the_headline(
    opens: Opens, hospital: Hospital, granted: int
) -> None:
    said = words_on(opens(Role.COMMS, "after-the-trial"))
    assert "<h1>1 account to check now</h1>" in said
    assert "due since Mon 5 Jan 2026" in said
    assert "due on Mon 6 Jul 2026" in said


def test_a_look_is_noted_and_taken_back(opens: Opens, hospital: Hospital, granted: int) -> None:
    opener = f"outcome.note.{granted}"
    app = opens(Role.COMMS, "after-the-trial")
    app.button(key=opener).click().run()
    app.radio(key=f"outcome.active.{granted}").set_value(True)
    save(app, opener)
    assert [one.active for one in known(hospital).found] == [True]
    assert "Wed 11 Feb 2026: posts in most weeks · Kim Comms" in words_on(app)
    assert "1 of 20 outcomes are known so far." in words_on(app)
    next(button for button in app.button if button.label == "Undo").click().run()
    assert known(hospital).found == ()


def test_what_cannot_be_is_refused_in_the_form_and_what_was_typed_stays(
    opens: Opens, hospital: Hospital, granted: int
) -> None:
    opener = f"outcome.note.{granted}"
    app = opens(Role.COMMS, "after-the-trial")
    app.button(key=opener).click().run()
    app.date_input(key=f"outcome.on.{granted}").set_value(date(2026, 1, 20))
    save(app, opener)
    assert app.error[0].value.startswith("Choose Yes or No")
    app.radio(key=f"outcome.active.{granted}").set_value(False)
    save(app, opener)
    assert app.error[0].value.startswith("Choose the day since which")
    assert app.date_input(key=f"outcome.on.{granted}").value == date(2026, 1, 20)
    assert known(hospital).found == ()


def test_a_look_is_corrected_and_removed(opens: Opens, hospital: Hospital, granted: int) -> None:
    comms = Actor(hospital.ids[Role.COMMS])
    made = outcomes.note(
        comms, backend_from(), trial_id=granted, checked_on=date(2026, 1, 20), active=True
    )
    opener, place = f"outcome.correct.{made.id}", f"{granted}.{made.id}"
    app = opens(Role.COMMS, "after-the-trial")
    app.button(key=opener).click().run()
    assert app.radio(key=f"outcome.active.{place}").value is True
    app.radio(key=f"outcome.active.{place}").set_value(False)
    app.date_input(key=f"outcome.since.{place}").set_value(date(2025, 9, 1))
    save(app, opener)
    assert known(hospital).found[0].silent_since == date(2025, 9, 1)
    assert "no longer posts in most weeks" in words_on(app)
    app.button(key=opener).click().run()
    app.button(key=opener).click()
    app.button(key=f"outcome.remove.{made.id}").click().run()
    assert not app.exception
    assert known(hospital).found == ()


def test_from_twenty_outcomes_on_the_forecast_is_held_against_them(
    opens: Opens, hospital: Hospital
) -> None:
    comms = Actor(hospital.ids[Role.COMMS])
    for number in range(20):
        trial_id = grant(hospital, f"Ward {number}", posts_a_week=1)
        silent = None if number % 4 else date(2025, 8, 4)
        outcomes.note(
            comms,
            backend_from(),
            trial_id=trial_id,
            checked_on=date(2026, 1, 20),
            active=silent is None,
            silent_since=silent,
        )
    app = opens(Role.COMMS, "after-the-trial")
    assert not app.exception
    said = words_on(app)
    assert "over 20 own accounts; 0 is best." in said
    assert "Forecast and outcome" in said
    # The year has not come for any of them, also not for those that fell silent.
    assert "0 of 20 outcomes are known so far." in said


@pytest.mark.parametrize("role", [Role.LEAD, Role.REVIEWER])
def test_it_is_communications_page(opens: Opens, role: Role) -> None:
    assert "Not part of your account" in words_on(opens(role, "after-the-trial"))


def test_the_chance_is_on_the_wall_and_on_standing(
    opens: Opens, hospital: Hospital, granted: int
) -> None:
    wall = words_on(opens(Role.REVIEWER, "review", trial=str(granted)))
    assert "still post in most weeks a year on (" in wall
    page = words_on(opens(Role.COMMS, "standing", trial=str(granted)))
    assert "still post in most weeks half a year after the trial" in page
    assert "alone, as no own account has been followed so far" in page


def test_a_running_trial_that_is_not_ready_hears_nothing_of_an_own_account(
    opens: Opens, hospital: Hospital
) -> None:
    wall = words_on(opens(Role.REVIEWER, "review", trial=str(hospital.cardiology)))
    assert "chance of still keeping" not in wall
    page = words_on(opens(Role.COMMS, "standing", trial=str(hospital.cardiology)))
    assert "After the trial" not in page
