"""The board page, through the front door."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.app.conftest import PASSWORD, START, TODAY, Hospital, Opens, words_on
from tests.unit.pictures import Read
from trial.bootstrap import backend_from, ready_backend
from trial.config import ROOT, Settings
from trial.domain.roles import Role
from trial.services import organisation, posts, sign_in, trials
from trial.services.access import Actor


def comms(hospital: Hospital) -> Actor:
    return Actor(hospital.ids[Role.COMMS])


def test_every_running_trial_has_a_row_that_leads_to_it(opens: Opens, hospital: Hospital) -> None:
    app = opens(Role.COMMS, "board")
    assert not app.exception
    links = Read(words_on(app)).links
    assert links["Cardiology"] == f"department?trial={hospital.cardiology}"
    assert links["Radiology"] == f"department?trial={hospital.radiology}"


def test_the_answer_stands_first_and_follows_what_is_logged(
    opens: Opens, hospital: Hospital
) -> None:
    # Nothing was reported for five weeks in either department.
    assert "2 departments need a call this week" in words_on(opens(Role.COMMS, "board"))
    backend = backend_from()
    for week in range(5):
        for day in range(3):
            posts.add_unplanned(
                comms(hospital),
                backend,
                trial_id=hospital.cardiology,
                title="Walk with us",
                on=START + timedelta(days=7 * week + day),
            )
    assert "1 department needs a call this week" in words_on(opens(Role.COMMS, "board"))


def test_drafts_are_a_way_on_for_communications_and_a_number_for_a_reviewer(opens: Opens) -> None:
    def ways(role: Role) -> set[str]:
        return set(Read(words_on(opens(role, "board"))).links.values())

    assert "drafts" in ways(Role.COMMS)
    assert "drafts" not in ways(Role.REVIEWER)


def test_a_few_rows_need_no_search(opens: Opens) -> None:
    app = opens(Role.COMMS, "board")
    assert not app.text_input


@pytest.fixture
def many(hospital: Hospital) -> Hospital:
    backend = backend_from()
    for number in range(12):
        trials.start(
            comms(hospital), backend, department=f"Ward {number:02d}", starts_on=date(2026, 2, 9)
        )
    return hospital


def test_many_rows_are_found_by_name(opens: Opens, many: Hospital) -> None:
    app = opens(Role.COMMS, "board")
    app.text_input(key="find").input("ward 07").run()
    links = Read(words_on(app)).links
    assert "Ward 07" in links
    assert "Ward 08" not in links
    app.text_input(key="find").input("no such ward").run()
    assert "No department matches" in words_on(app)


def test_many_rows_are_found_by_what_they_need(opens: Opens, many: Hospital) -> None:
    app = opens(Role.COMMS, "board")
    app.button_group(key="need").set_value(["not reported"]).run()
    assert not app.exception
    links = Read(words_on(app)).links
    assert "Cardiology" in links
    assert "Ward 07" not in links


@pytest.mark.parametrize("role, may_start", [(Role.COMMS, True), (Role.REVIEWER, False)])
def test_an_empty_board_offers_the_first_step_to_those_who_can_take_it(
    opens: Opens, hospital: Hospital, role: Role, may_start: bool
) -> None:
    backend = backend_from()
    for trial_id in (hospital.cardiology, hospital.radiology):
        trials.end_early(
            comms(hospital), backend, trial_id=trial_id, on=TODAY, reason="Merged with another ward"
        )
    app = opens(role, "board")
    assert not app.exception
    assert "No trial yet" in words_on(app)
    assert any(button.key == "board.start" for button in app.button) is may_start


def test_an_old_address_of_existing_accounts_opens_the_running_trials(opens: Opens) -> None:
    app = opens(Role.COMMS, "board", of="accounts")
    assert not app.exception
    assert "Cardiology" in words_on(app)
    assert not app.get("page_link"), "nobody is sent to a command line"


def test_a_draft_of_today_is_not_said_to_be_no_days_old(opens: Opens, hospital: Hospital) -> None:
    posts.add_unplanned(
        comms(hospital), backend_from(), trial_id=hospital.cardiology, title="Tea", on=TODAY
    )
    said = words_on(opens(Role.COMMS, "board"))
    assert "draft waiting, since today" in said


def test_without_any_trial_communications_is_told_where_one_starts(
    opens: Opens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hospital: Hospital
) -> None:
    database = f"sqlite:///{tmp_path / 'empty.db'}"
    backend = ready_backend(Settings(database, ROOT / "data", TODAY, open_set_up=True))
    organisation.set_up(
        backend,
        name="St. Example",
        time_zone="Europe/Berlin",
        week_starts_on=0,
        manager_name="Kim Comms",
        manager_email="kim@hospital.example",
        password=PASSWORD,
    )
    token = sign_in.sign_in(backend, email="kim@hospital.example", password=PASSWORD).token
    backend.database.close()
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setitem(hospital.tokens, Role.COMMS, token)
    assert "Start one on the page Trials" in words_on(opens(Role.COMMS, "this-week"))
