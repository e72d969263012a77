"""One department's page, through the front door."""

from datetime import date

from tests.app.conftest import Hospital, Opens, words_on
from trial.bootstrap import backend_from
from trial.domain.exemptions import ExemptionCause
from trial.domain.roles import Role
from trial.services import exemptions, incidents, posts
from trial.services.access import Actor


def test_it_shows_run_chart_checks_and_gates(opens: Opens, hospital: Hospital) -> None:
    app = opens(Role.COMMS, "department", trial=str(hospital.cardiology))
    assert not app.exception
    (chart,) = app.get("plotly_chart")
    assert "target" in chart.proto.alt
    said = words_on(app)
    assert "Cadence" in said
    assert "Week 6 of 13" in said
    assert "Lou Lead" in said


def test_a_reviewer_reads_it_and_has_no_way_to_change_it(opens: Opens, hospital: Hospital) -> None:
    app = opens(Role.REVIEWER, "department", trial=str(hospital.cardiology))
    assert not app.exception
    assert not app.button
    links = {link.proto.label for link in app.get("page_link")}
    assert not links & {"This week", "Calendar", "Trials"}


def test_late_entries_show_both_their_days(opens: Opens, hospital: Hospital) -> None:
    posts.add_unplanned(
        Actor(hospital.ids[Role.COMMS]),
        backend_from(),
        trial_id=hospital.cardiology,
        title="Meet the cath lab",
        on=date(2026, 1, 7),
    )
    said = words_on(opens(Role.COMMS, "department", trial=str(hospital.cardiology)))
    assert "Meet the cath lab" in said
    assert "Wed 7 Jan" in said
    assert "Wed 11 Feb" in said


def test_exemptions_and_incidents_are_told_with_their_reasons(
    opens: Opens, hospital: Hospital
) -> None:
    comms, backend = Actor(hospital.ids[Role.COMMS]), backend_from()
    exemptions.grant_for_cause(
        comms,
        backend,
        trial_id=hospital.cardiology,
        first_week=2,
        last_week=3,
        cause=ExemptionCause.ILLNESS,
        reason="Norovirus on the ward",
    )
    incidents.open_incident(
        comms, backend, trial_id=hospital.cardiology, summary="A badge could be read"
    )
    said = words_on(opens(Role.COMMS, "department", trial=str(hospital.cardiology)))
    assert "Weeks 3–4" in said
    assert "Norovirus on the ward" in said
    assert "A badge could be read" in said


def test_a_trial_that_is_not_there_is_refused_calmly(opens: Opens) -> None:
    for asked in ("99999", "x", "-1", "1 OR 1=1"):
        app = opens(Role.COMMS, "department", trial=asked)
        assert not app.exception
        assert "Not part of your account" in words_on(app)


def test_without_an_address_the_first_trial_is_shown(opens: Opens) -> None:
    app = opens(Role.COMMS, "department")
    assert not app.exception
    assert "Cardiology" in words_on(app)
