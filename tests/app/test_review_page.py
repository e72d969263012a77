"""The review page, through the front door: the wall, the decision, and the frozen past."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import TODAY, Hospital, Opens, words_on
from trial.bootstrap import backend_from
from trial.domain.roles import PERMISSIONS, Permission, Role
from trial.domain.verdict import DecisionOption
from trial.services import check_in, decisions, posts, trials
from trial.services.access import Actor
from trial.services.clocks import FixedClock
from trial.services.decisions import DecisionView

EARLIER = date(2025, 11, 10)
"""Thirteen weeks from here end on Sun 8 Feb 2026, three days before today."""


@dataclass(frozen=True)
class Over:
    """A trial that waits for its review, beside the hospital's two running ones."""

    hospital: Hospital
    trial_id: int


@pytest.fixture
def over(hospital: Hospital) -> Over:
    """Maternity's trial is over; it had one post in its first week, and said so."""
    comms, backend = Actor(hospital.ids[Role.COMMS]), backend_from()
    trial_id = trials.start(comms, backend, department="Maternity", starts_on=EARLIER).id
    posts.add_unplanned(comms, backend, trial_id=trial_id, title="Walk with us", on=EARLIER)
    for week in range(1, 13):
        then = backend_from(clock=FixedClock.on(EARLIER + timedelta(days=7 * week + 4)))
        check_in.check_in(comms, then, trial_id=trial_id, week=week, nothing_to_report=True)
        then.database.close()
    return Over(hospital, trial_id)


def decided(over: Over) -> DecisionView | None:
    return decisions.of_trial(
        Actor(over.hospital.ids[Role.REVIEWER]), backend_from(), trial_id=over.trial_id
    )


def press(app: AppTest, label: str) -> AppTest:
    # A dialog lives only in the run that opens it, so its opener is pressed once more with it.
    app.button(key="review.decide").click()
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def deciding(opens: Opens, trial_id: int) -> AppTest:
    app = opens(Role.REVIEWER, "review", trial=str(trial_id))
    app.button(key="review.decide").click().run()
    assert not app.exception
    return app


def troubles(app: AppTest) -> str:
    return " ".join(each.value for each in (*app.error, *app.warning))


def test_the_trial_that_waits_for_its_review_is_on_the_wall(opens: Opens, over: Over) -> None:
    app = opens(Role.REVIEWER, "review")
    assert not app.exception
    said = words_on(app)
    assert "The scorecard recommends" in said
    assert "Keep feeding the main channels" in said


def test_without_a_trial_to_review_the_next_one_is_named(opens: Opens) -> None:
    app = opens(Role.REVIEWER, "review")
    assert not app.exception
    assert "No trial awaits its review" in words_on(app)
    assert "The next is Cardiology, from Mon 6 Apr." in words_on(app)


def test_another_trial_is_chosen_outside_of_the_picture_and_stands_in_the_address(
    opens: Opens, over: Over
) -> None:
    app = opens(Role.REVIEWER, "review")
    app.selectbox(key="review.trial").set_value(over.hospital.radiology).run()
    assert not app.exception
    assert "<h1>Radiology</h1>" in words_on(app)
    assert app.query_params["trial"] in (
        str(over.hospital.radiology),
        [str(over.hospital.radiology)],
    )


def test_the_keys_e_s_and_d_open_evidence_stress_tests_and_decision(
    opens: Opens, over: Over
) -> None:
    app = opens(Role.REVIEWER, "review")
    keys = {button.key: button.proto.shortcut for button in app.button}
    assert keys["review.evidence"].lower() == "e"
    assert keys["review.stress"].lower() == "s"
    assert keys["review.decide"].lower() == "d"


def test_the_evidence_lists_every_check_with_its_reason(opens: Opens, over: Over) -> None:
    app = opens(Role.REVIEWER, "review")
    app.button(key="review.evidence").click().run()
    assert not app.exception
    assert "Does it survive one person leaving?" in words_on(app)


def test_the_stress_tests_are_worked_out_when_they_are_opened(opens: Opens, over: Over) -> None:
    app = opens(Role.REVIEWER, "review")
    assert "At 4 a week" not in words_on(app)
    app.button(key="review.stress").click().run()
    assert not app.exception
    said = words_on(app)
    assert "stress tests." in said
    assert "At 4 a week: 0 of 13 weeks in band; the score falls" in said
    assert "because too few posts say who made them" in said


def test_a_decision_that_follows_the_recommendation_needs_no_reason(
    opens: Opens, over: Over
) -> None:
    app = deciding(opens, over.trial_id)
    app.radio(key="review.decision").set_value(DecisionOption.KEEP_FEEDING)
    app.text_area(key="review.dissent").input("Ray would have extended")
    app.date_input(key="review.again").set_value(TODAY + timedelta(days=90))
    press(app, "Record the decision")
    made = decided(over)
    assert made is not None
    assert (made.decision, made.follows_recommendation) == (DecisionOption.KEEP_FEEDING, True)
    assert (made.decided_by, made.dissent) == ("Rey Reviewer", "Ray would have extended")
    assert made.review_again_on == TODAY + timedelta(days=90)


def test_a_decision_that_differs_asks_why_and_keeps_what_was_typed(
    opens: Opens, over: Over
) -> None:
    app = deciding(opens, over.trial_id)
    app.radio(key="review.decision").set_value(DecisionOption.EXTEND)
    app.text_area(key="review.conditions").input("Four weeks in band")
    press(app, "Record the decision")
    assert troubles(app).startswith("Give a reason")
    assert app.text_area(key="review.conditions").value == "Four weeks in band"
    assert decided(over) is None

    app.text_area(key="review.reason").input("The ward was closed for a month")
    press(app, "Record the decision")
    made = decided(over)
    assert made is not None
    assert made.reason == "The ward was closed for a month"
    assert made.recommendation.value == "keep_feeding"


def test_nothing_is_decided_before_somebody_has_chosen(opens: Opens, over: Over) -> None:
    app = press(deciding(opens, over.trial_id), "Record the decision")
    assert troubles(app).startswith("Choose a decision")
    assert decided(over) is None


def test_after_the_decision_the_frozen_scorecard_stays_and_is_reproducible(
    opens: Opens, over: Over
) -> None:
    decisions.decide(
        Actor(over.hospital.ids[Role.REVIEWER]),
        backend_from(),
        trial_id=over.trial_id,
        decision=DecisionOption.KEEP_FEEDING,
    )
    app = opens(Role.REVIEWER, "review", trial=str(over.trial_id))
    assert not app.exception
    said = words_on(app)
    assert "Decided by Rey Reviewer" in said
    assert "Frozen Wed 11 Feb 2026, reproducible" in said
    assert "review.decide" not in {button.key for button in app.button}
    app.button(key="review.decided").click().run()
    assert "to the last digit" in words_on(app)


def test_a_running_trial_can_only_be_ended_by_the_departments_own_no(
    opens: Opens, hospital: Hospital
) -> None:
    app = deciding(opens, hospital.cardiology)
    assert app.radio(key="review.decision").options == [DecisionOption.NO_ACCOUNT.label]
    assert "No recommendation yet" in words_on(app)


def test_who_may_not_decide_reads_the_same_wall_without_the_button(
    opens: Opens, over: Over, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        PERMISSIONS, Role.REVIEWER, PERMISSIONS[Role.REVIEWER] - {Permission.ALL_DECISION_WRITE}
    )
    app = opens(Role.REVIEWER, "review")
    assert not app.exception
    assert "The scorecard recommends" in words_on(app)
    assert {button.key for button in app.button} == {"review.evidence", "review.stress"}


def test_a_trial_ended_early_is_reviewed_as_far_as_it_went(
    opens: Opens, hospital: Hospital
) -> None:
    trials.end_early(
        Actor(hospital.ids[Role.COMMS]),
        backend_from(),
        trial_id=hospital.cardiology,
        on=TODAY,
        reason="Merged",
    )
    app = opens(Role.REVIEWER, "review")
    assert "Ended early · Tue 10 Feb 2026" in words_on(app)
