"""Will it be ready? The same chance on the board, in the standing and on the wall."""

import re
from datetime import date, timedelta

import pytest

from tests.app.conftest import START, TODAY, Hospital, Opens, words_on
from tests.unit.pictures import Read
from trial.bootstrap import backend_from
from trial.domain.roles import Role
from trial.services import check_in, forecasts, posts, trials
from trial.services.access import Actor
from trial.services.clocks import FixedClock


@pytest.fixture
def silent(hospital: Hospital) -> Hospital:
    """Radiology said of each of its five weeks that there was nothing."""
    for week in range(5):
        then = backend_from(clock=FixedClock.on(START + timedelta(days=7 * week + 4)))
        check_in.check_in(
            Actor(hospital.ids[Role.COMMS]),
            then,
            trial_id=hospital.radiology,
            week=week,
            nothing_to_report=True,
        )
    return hospital


@pytest.fixture
def kept(silent: Hospital) -> Hospital:
    """Cardiology kept the band in each of its five weeks, of which Radiology had nothing."""
    hospital, comms = silent, Actor(silent.ids[Role.COMMS])
    for week in range(5):
        for day in range(4):
            on = START + timedelta(days=7 * week + day)
            posts.add_unplanned(
                comms,
                backend_from(clock=FixedClock.on(on)),
                trial_id=hospital.cardiology,
                title=f"Post {week}.{day}",
                on=on,
            )
    return hospital


def test_board_standing_and_wall_say_one_chance(opens: Opens, kept: Hospital) -> None:
    board = Read(words_on(opens(Role.COMMS, "board")))
    rows = {row[0].split()[0]: row for row in board.rows if len(row) > 13}
    assert list(rows)[-2:] == ["Radiology", "Cardiology"]
    said = re.fullmatch(
        r"(\d\d %) open: purpose, managers, training, agreement", rows["Cardiology"][-2]
    )
    assert said is not None
    chance = said[1]
    taken = (
        "if purpose and audience are written down, both managers are named, the training is "
        "complete and the review agreement is signed"
    )
    lost = re.fullmatch(r"out of reach (since week \d)", rows["Radiology"][-2])
    assert lost is not None
    assert "public posting timelines of 118 accounts" in board.text

    standing = Read(words_on(opens(Role.LEAD, "standing"))).text
    assert f"{chance} chance of ready after 5 of 13 weeks, {taken}" in standing
    assert "this trial’s own 5 weeks." in standing
    assert re.search(r"\d+ more posts? on schedule by \w+ \d+ \w+ makes? it 90 %\.", standing)
    assert "accounts of public institutions" in standing

    app = opens(Role.REVIEWER, "review", trial=str(kept.cardiology))
    wall = Read(words_on(app)).text.replace("\N{NO-BREAK SPACE}", " ")
    assert f"{chance} chance of ready after 5 of 13 weeks, {taken}." in wall
    app = opens(Role.REVIEWER, "review", trial=str(kept.radiology))
    assert f"Ready is out of reach {lost[1]}." in Read(words_on(app)).text


def test_the_evidence_of_a_running_trial_has_the_fan_and_what_it_takes(
    opens: Opens, kept: Hospital
) -> None:
    app = opens(Role.REVIEWER, "review", trial=str(kept.cardiology))
    assert not app.get("plotly_chart")
    app.button(key="review.evidence").click().run()
    assert not app.exception
    (chart,) = app.get("plotly_chart")
    assert '"so far"' in chart.proto.spec
    said = Read(words_on(app)).text
    # On the wall and beside the fan.
    assert len(re.findall(r"\d+ more posts? on schedule by \w+ \d+ \w+ makes? it 90 %", said)) == 2
    assert "and from this trial’s own 5 weeks" in said
    assert "no public figure is known" in said


def test_a_department_is_told_by_its_answer_and_what_would_lift_it(
    opens: Opens, kept: Hospital
) -> None:
    said = Read(words_on(opens(Role.COMMS, "department", trial=str(kept.cardiology)))).text
    assert re.search(
        r"\d\d % chance of ready after 5 of 13 weeks, if .* \d+ more posts? on schedule", said
    )
    said = Read(words_on(opens(Role.COMMS, "department", trial=str(kept.radiology)))).text
    assert re.search(r"Ready is out of reach since week \d", said)


def test_the_fan_of_scores_is_drawn_with_a_table_behind_it(opens: Opens, kept: Hospital) -> None:
    app = opens(Role.LEAD, "standing")
    (chart,) = app.get("plotly_chart")
    assert '"so far"' in chart.proto.spec
    read = Read(words_on(app))
    weeks = [row for row in read.rows if row and row[0].startswith("Week ") and len(row) == 2]
    assert [row[0].split(",")[0] for row in weeks] == [f"Week {week}" for week in range(1, 14)]


def test_what_is_out_of_reach_is_said_kindly(opens: Opens, silent: Hospital) -> None:
    app = opens(Role.COMMS, "standing", trial=str(silent.radiology))
    page = Read(words_on(app)).text
    assert re.search(r"Ready is out of reach since week \d", page)
    assert "The main channels are a good place for its posts" in page


def test_a_trial_that_is_over_is_not_forecast(opens: Opens, hospital: Hospital) -> None:
    comms = Actor(hospital.ids[Role.COMMS])
    over = trials.start(comms, backend_from(), department="Maternity", starts_on=date(2025, 11, 10))
    for path in ("standing", "review", "department"):
        app = opens(Role.REVIEWER, path, trial=str(over.id))
        assert not app.exception
        assert "% chance of ready" not in words_on(app)
    assert "no forecast, the trial is over" in words_on(opens(Role.COMMS, "board"))


def test_of_a_trial_that_has_not_begun_no_chance_is_said(opens: Opens, hospital: Hospital) -> None:
    comms = Actor(hospital.ids[Role.COMMS])
    ahead = trials.start(
        comms, backend_from(), department="Oncology", starts_on=TODAY + timedelta(days=5)
    )
    page = Read(words_on(opens(Role.COMMS, "standing", trial=str(ahead.id)))).text
    assert "The trial has not started yet." in page
    assert "% chance of ready" not in page
    assert "out of reach" not in page


def test_a_file_that_cannot_be_used_costs_the_chances_and_nothing_else(
    opens: Opens, kept: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecasts, "FILE", "lost.toml")
    app = opens(Role.COMMS, "board")
    assert not app.exception
    assert "The chances of ready are left out: lost.toml" in app.warning[0].value
    assert "Cardiology" in Read(words_on(app)).links
    for role, path in (
        (Role.LEAD, "standing"),
        (Role.REVIEWER, "review"),
        (Role.COMMS, "department"),
    ):
        app = opens(role, path, trial=str(kept.cardiology))
        assert not app.exception
        assert "lost.toml" in app.error[0].value
        assert "% chance of ready" not in words_on(app)
        assert "Cardiology" in words_on(app)
