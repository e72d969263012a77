"""Standing, through the front door: the scorecard so far, as the department reads it."""

from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import START, TODAY, Hospital, Opens, words_on
from trial.bootstrap import backend_from
from trial.domain.roles import Role
from trial.domain.verdict import CheckName, GateName
from trial.services import check_in, exemptions, posts, trial_views, trials
from trial.services.access import Actor
from trial.services.clocks import FixedClock


def lead(hospital: Hospital) -> Actor:
    return Actor(hospital.ids[Role.LEAD])


def comms(hospital: Hospital) -> Actor:
    return Actor(hospital.ids[Role.COMMS])


def live_through(hospital: Hospital, weeks: list[int]) -> None:
    """Add so many posts to each week, a day each, entered on that day; of none it is said."""
    for week, number in enumerate(weeks):
        if not number:
            check_in.check_in(
                lead(hospital),
                backend_from(clock=FixedClock.on(START + timedelta(days=7 * week + 4))),
                trial_id=hospital.cardiology,
                week=week,
                nothing_to_report=True,
            )
        for day in range(number):
            on = START + timedelta(days=7 * week + day)
            posts.add_unplanned(
                lead(hospital),
                backend_from(clock=FixedClock.on(on)),
                trial_id=hospital.cardiology,
                title=f"Post {week}.{day}",
                contributor=("Ward", "Clinic")[day % 2],
            )


def gates_are_met(hospital: Hospital) -> None:
    detail = trial_views.detail(comms(hospital), backend_from(), trial_id=hospital.cardiology)
    trials.update_gates(
        comms(hospital),
        backend_from(),
        trial_id=hospital.cardiology,
        version=detail.version,
        purpose="Explain",
        audience="Everybody",
        primary_manager="Ward",
        backup_manager="Clinic",
        agreement_signed_on=START,
        training_done=7,
        training_total=7,
    )


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def test_a_trial_without_a_word_yet_is_too_early_to_judge_and_nobody_is_blamed(
    opens: Opens, hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIAL_TODAY", (START + timedelta(days=2)).isoformat())
    page = words_on(opens(Role.LEAD, "standing"))
    assert "<h1>Too early to say.</h1>" in page
    assert "No week is over yet. 13 weeks are still to come." in page
    assert "not enough evidence" in page


def test_a_running_verdict_says_so_far_and_how_much_can_still_change_it(
    opens: Opens, hospital: Hospital
) -> None:
    live_through(hospital, [4, 4, 4, 4, 4, 1])
    gates_are_met(hospital)
    page = words_on(opens(Role.LEAD, "standing"))
    assert "<h1>Ready for its own account, so far.</h1>" in page
    assert "8 weeks can still change it. The people decide." in page
    assert "5 of 13 weeks are over · 3–5 posts a week" in page


def test_open_gates_alone_are_named_as_what_is_missing(opens: Opens, hospital: Hospital) -> None:
    live_through(hospital, [4, 4, 4, 4, 4])
    page = words_on(opens(Role.LEAD, "standing"))
    assert "<h1>Extend with conditions, so far.</h1>" in page
    assert "Score and weeks in band are where an own account needs them." in page
    assert "if purpose and audience are written down, both managers are named, the training" in page
    assert "What helps most now" in page
    assert "Gates for an own account: 2 of 6 met" in page


def test_keep_feeding_is_told_as_the_good_place_it_is(opens: Opens, hospital: Hospital) -> None:
    live_through(hospital, [1, 0, 0, 0, 0])
    page = words_on(opens(Role.LEAD, "standing"))
    assert "<h1>Keep feeding the main channels, so far.</h1>" in page
    assert "The main channels are a good place for its posts" in page
    # Ready is out of reach, and extend all but: no hope is held out beside that.
    assert "The weeks left will hardly change it. The people decide." in page


def test_weeks_that_cannot_bring_ready_any_more_say_what_they_can_bring(
    opens: Opens, hospital: Hospital
) -> None:
    live_through(hospital, [2, 2, 2, 2, 2])
    page = words_on(opens(Role.LEAD, "standing"))
    assert "Ready is out of reach since week 5" in page
    assert "Still open: “Extend with conditions” or “Keep feeding the main channels”." in page
    assert "8 weeks can still change it." in page


def test_each_check_has_its_outcome_in_a_word_and_its_evidence_on_request(
    opens: Opens, hospital: Hospital
) -> None:
    live_through(hospital, [4, 1, 4, 4, 4])
    page = words_on(opens(Role.LEAD, "standing"))
    assert page.count('<p class="outcome">') == len(CheckName) + len(GateName)
    assert "</b> met</p>" in page
    assert "</b> not met yet</p>" in page
    assert "<details><summary>" in page
    assert "30 % of the score" in page
    assert "Chosen because it told lasting accounts from others on real timelines." in page
    assert "Chosen by judgement; not yet tested on real timelines." in page


def test_stress_tests_are_worked_out_once_somebody_looks(opens: Opens, hospital: Hospital) -> None:
    live_through(hospital, [4, 4, 4, 4, 4])
    app = opens(Role.LEAD, "standing")
    assert "Without its busiest contributor" not in words_on(app)
    app.session_state["standing.stress"] = True
    page = words_on(app.run())
    assert "Without its busiest contributor: 0 of 5 weeks in band" in page
    assert "At 4 a week: 5 of 5 weeks in band" in page


def test_late_entries_are_shown_with_both_days_and_what_they_change(
    opens: Opens, hospital: Hospital
) -> None:
    live_through(hospital, [4, 4, 4, 4, 3])
    posts.add_unplanned(
        lead(hospital),
        backend_from(),
        trial_id=hospital.cardiology,
        title="Remembered later",
        on=date(2026, 2, 3),
    )
    page = words_on(opens(Role.LEAD, "standing"))
    assert "Without 1 late entry the score would be" in page
    assert "Remembered later" in page
    assert "Tue 3 Feb" in page
    assert "Wed 11 Feb" in page


def test_weeks_ahead_are_asked_for_and_the_answer_appears_here(
    opens: Opens, hospital: Hospital
) -> None:
    app = opens(Role.LEAD, "standing")
    start, end = app.selectbox[0], app.selectbox[1]
    assert start.options[0] == "Week 7 · Mon 16 – Sun 22 Feb"
    start.select_index(2)
    end.select_index(3)
    app.text_area[0].input("The clinic is closed over Easter.")
    press(app, "Ask")
    page = words_on(app)
    assert "Weeks 9–10 · Mon 2 – Sun 15 Mar · asked Wed 11 Feb" in page
    asked = trial_views.detail(comms(hospital), backend_from(), trial_id=hospital.cardiology)
    exemptions.decide(
        comms(hospital), backend_from(), exemption_id=asked.exemptions[0].id, grant=True
    )
    assert "granted by Kim Comms" in words_on(app.run())


def test_a_request_without_a_reason_is_refused_and_keeps_its_weeks(
    opens: Opens, hospital: Hospital
) -> None:
    app = opens(Role.LEAD, "standing")
    app.selectbox[0].select_index(2)
    app.selectbox[1].select_index(2)
    press(app, "Ask")
    assert "Give a reason" in app.error[0].value
    assert app.selectbox[0].value == 8


def test_a_reviewer_reads_the_standing_and_asks_for_nothing(
    opens: Opens, hospital: Hospital
) -> None:
    app = opens(Role.REVIEWER, "standing", trial=str(hospital.cardiology))
    assert "Cardiology" in words_on(app)
    assert not app.text_area


def test_an_ended_trial_keeps_its_scorecard(opens: Opens, hospital: Hospital) -> None:
    live_through(hospital, [4, 4, 4, 4, 4])
    gates_are_met(hospital)
    trials.end_early(
        comms(hospital),
        backend_from(),
        trial_id=hospital.cardiology,
        on=TODAY,
        reason="The ward moves house.",
    )
    app = opens(Role.LEAD, "standing")
    assert "<h1>Ready for its own account.</h1>" in words_on(app)
    assert not app.text_area
