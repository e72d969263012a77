"""The desk of trials, through the front door."""

from datetime import date

from streamlit.testing.v1 import AppTest

from tests.app.conftest import TODAY, Hospital, Opens, words_on
from trial.bootstrap import backend_from
from trial.domain.roles import Role
from trial.domain.trial_status import TrialStatus
from trial.services import exemptions, incidents, trial_views, trials
from trial.services.access import Actor
from trial.services.trial_views import TrialDetail


def comms(hospital: Hospital) -> Actor:
    return Actor(hospital.ids[Role.COMMS])


def kept(hospital: Hospital) -> TrialDetail:
    return trial_views.detail(comms(hospital), backend_from(), trial_id=hospital.cardiology)


def desk(opens: Opens, hospital: Hospital) -> AppTest:
    app = opens(Role.COMMS, "trials", trial=str(hospital.cardiology))
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def troubles(app: AppTest) -> str:
    return " ".join(each.value for each in (*app.error, *app.warning))


def type_department(app: AppTest, name: str) -> None:
    """Type a name the box does not list, which the test's own box would refuse."""
    box = app.selectbox(key="start.department")
    box.options.append(name)
    box.set_value(name)


# ---------------------------------------------------------------------------------- starting


def test_a_start_on_another_weekday_names_the_two_nearest_days_and_keeps_what_was_typed(
    opens: Opens,
) -> None:
    app = opens(Role.COMMS, "trials")
    type_department(app, "Palliative care")
    app.date_input(key="start.day").set_value(date(2026, 2, 18))
    app.text_area(key="start.purpose").input("Show what we do")
    press(app, "Start the trial")
    assert "Mon 16 Feb 2026 and Mon 23 Feb 2026" in troubles(app)
    assert app.text_area(key="start.purpose").value == "Show what we do"
    assert app.selectbox(key="start.department").value == "Palliative care"


def test_the_day_offered_is_the_next_first_day_of_a_week(opens: Opens) -> None:
    assert opens(Role.COMMS, "trials").date_input(key="start.day").value == date(2026, 2, 16)


def test_a_started_trial_opens_its_desk(opens: Opens, hospital: Hospital) -> None:
    app = opens(Role.COMMS, "trials")
    type_department(app, "Palliative care")
    press(app, "Start the trial")
    assert "The trial of Palliative care is set up." in words_on(app)
    assert "Gates for an own account" in words_on(app)
    rows = trial_views.list_trials(comms(hospital), backend_from())
    (row,) = [row for row in rows if row.department == "Palliative care"]
    assert (row.status, row.window.start) == (TrialStatus.AHEAD, date(2026, 2, 16))


def test_a_department_with_a_running_trial_is_told_why_it_cannot_start_another(
    opens: Opens,
) -> None:
    app = opens(Role.COMMS, "trials")
    app.selectbox(key="start.department").set_value("Cardiology")
    press(app, "Start the trial")
    assert "Cardiology has a trial already" in troubles(app)


def test_without_a_department_the_field_is_named(opens: Opens) -> None:
    app = press(opens(Role.COMMS, "trials"), "Start the trial")
    assert troubles(app).startswith("Give the department a name of 1 to 80 characters.")


# ------------------------------------------------------------------------------- gate facts


def test_gate_facts_are_written_down_together(opens: Opens, hospital: Hospital) -> None:
    app, prefix = desk(opens, hospital), f"trials.{hospital.cardiology}"
    app.text_area(key=f"{prefix}.purpose").input("Tell patients what we do")
    app.text_input(key=f"{prefix}.primary").input("Kim")
    app.text_input(key=f"{prefix}.backup").input("Bo")
    app.number_input(key=f"{prefix}.done").set_value(5)
    app.number_input(key=f"{prefix}.total").set_value(7)
    app.date_input(key=f"{prefix}.signed").set_value(date(2026, 2, 2))
    press(app, "Save")
    found = kept(hospital)
    assert found.purpose == "Tell patients what we do"
    assert (found.primary_manager, found.backup_manager) == ("Kim", "Bo")
    assert (found.training_done, found.training_total) == (5, 7)
    assert found.agreement_signed_on == date(2026, 2, 2)


def test_of_two_who_change_the_same_trial_one_wins_and_the_other_sees_both_versions(
    opens: Opens, hospital: Hospital
) -> None:
    prefix = f"trials.{hospital.cardiology}"
    here, there = desk(opens, hospital), desk(opens, hospital)
    there.text_area(key=f"{prefix}.purpose").input("Theirs")
    press(there, "Save")

    here.text_area(key=f"{prefix}.purpose").input("Mine")
    press(here, "Save")
    assert kept(hospital).purpose == "Theirs"
    assert "Somebody else saved this trial" in troubles(here)
    assert "Theirs" in words_on(here)
    assert here.text_area(key=f"{prefix}.purpose").value == "Mine"

    press(here, "Save")
    assert kept(hospital).purpose == "Mine"


def test_odd_training_numbers_are_refused_with_what_is_accepted(
    opens: Opens, hospital: Hospital
) -> None:
    app, prefix = desk(opens, hospital), f"trials.{hospital.cardiology}"
    app.number_input(key=f"{prefix}.done").set_value(8)
    app.number_input(key=f"{prefix}.total").set_value(7)
    press(app, "Save")
    assert "0 to 7" in troubles(app)
    assert kept(hospital).training_total is None


# ------------------------------------------------------------------------------- exemptions


def ask(hospital: Hospital) -> int:
    return exemptions.ask(
        Actor(hospital.ids[Role.LEAD]),
        backend_from(),
        trial_id=hospital.cardiology,
        first_week=7,
        last_week=8,
        reason="The ward moves",
    ).id


def test_what_departments_ask_for_stands_first_and_is_granted_in_one_tap(
    opens: Opens, hospital: Hospital
) -> None:
    asked = ask(hospital)
    app = opens(Role.COMMS, "trials")
    assert "1 department asks for weeks to be excused" in words_on(app)
    app.button(key=f"asked.grant.{asked}").click().run()
    assert not app.exception
    assert [each.status for each in kept(hospital).exemptions] == ["granted"]
    assert "asks for weeks to be excused" not in words_on(app)


def test_a_refusal_needs_a_sentence_for_the_department(opens: Opens, hospital: Hospital) -> None:
    asked = ask(hospital)
    app = press(opens(Role.COMMS, "trials"), "Refuse")
    assert "Give a reason" in troubles(app)
    app.text_input(key=f"asked.why.{asked}").input("Two posts are in the buffer already")
    press(app, "Refuse")
    assert [each.status for each in kept(hospital).exemptions] == ["refused"]


def test_weeks_are_left_out_for_cause(opens: Opens, hospital: Hospital) -> None:
    app = desk(opens, hospital)
    app.select_slider(key=f"exempt.weeks.{hospital.cardiology}").set_range(2, 3)
    app.text_input(key=f"exempt.reason.{hospital.cardiology}").input("Norovirus")
    press(app, "Excuse them")
    (granted,) = kept(hospital).exemptions
    assert (granted.first_week, granted.last_week, granted.status) == (2, 3, "granted")


def test_a_granted_exemption_is_taken_back_with_a_sentence(
    opens: Opens, hospital: Hospital
) -> None:
    asked = ask(hospital)
    app = opens(Role.COMMS, "trials")
    app.button(key=f"asked.grant.{asked}").click().run()
    app = press(desk(opens, hospital), "Withdraw the exemption")
    assert "Give a reason" in troubles(app)
    app.text_input(key=f"exempt.back.{asked}").input("It was another week")
    press(app, "Withdraw the exemption")
    (taken_back,) = kept(hospital).exemptions
    assert (taken_back.status, taken_back.answer) == ("withdrawn", "It was another week")
    assert "It was another week" in words_on(desk(opens, hospital))


# ------------------------------------------------------------------------ incidents, the end


def test_an_incident_is_noted_and_closed(opens: Opens, hospital: Hospital) -> None:
    app = desk(opens, hospital)
    app.text_area(key=f"incident.summary.{hospital.cardiology}").input("A badge could be read")
    app.date_input(key=f"incident.day.{hospital.cardiology}").set_value(TODAY)
    press(app, "Record it")
    (noted,) = kept(hospital).incidents
    assert (noted.summary, noted.closed_on) == ("A badge could be read", None)
    app.button(key=f"incident.close.{noted.id}").click().run()
    assert kept(hospital).incidents[0].closed_on == TODAY


def test_what_a_colleague_closed_first_is_told_and_not_closed_again(
    opens: Opens, hospital: Hospital
) -> None:
    backend = backend_from()
    noted = incidents.open_incident(
        comms(hospital), backend, trial_id=hospital.cardiology, summary="A badge could be read"
    )
    app = desk(opens, hospital)
    incidents.close_incident(comms(hospital), backend, incident_id=noted.id)
    app.button(key=f"incident.close.{noted.id}").click().run()
    assert not app.exception
    assert "closed already" in troubles(app)


def test_a_trial_is_ended_early_with_a_reason_and_never_without(
    opens: Opens, hospital: Hospital
) -> None:
    app = press(desk(opens, hospital), "End the trial")
    assert "Give a reason" in troubles(app)
    app.text_area(key=f"end.reason.{hospital.cardiology}").input("Merged with another ward")
    press(app, "End the trial")
    found = kept(hospital)
    assert (found.row.status, found.row.ended_on) == (TrialStatus.ENDED, TODAY)
    assert found.end_reason == "Merged with another ward"


def test_a_name_that_looks_like_markup_is_shown_as_it_is(opens: Opens, hospital: Hospital) -> None:
    trials.start(
        comms(hospital),
        backend_from(),
        department="<b>HNO</b> & Auge",
        starts_on=date(2026, 2, 9),
    )
    said = words_on(opens(Role.COMMS, "trials"))
    assert "&lt;b&gt;HNO&lt;/b&gt; &amp; Auge" in said
