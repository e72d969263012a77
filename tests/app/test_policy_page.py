"""The policy page, through the front door."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from tests.app.conftest import Opens, words_on
from trial.config import ROOT
from trial.domain.errors import PolicyError
from trial.domain.policy import parse_policy
from trial.domain.roles import Role
from trial.domain.verdict import CheckName
from trial.services import policy_packs, policy_worth

PACKS = policy_packs.names(ROOT / "data")


@pytest.fixture
def page(opens: Opens) -> AppTest:
    app = opens(Role.COMMS, "policy")
    assert not app.exception
    return app


def headline(app: AppTest) -> str:
    return words_on(app).split("<h1>")[1].split("</h1>")[0]


def test_the_answer_stands_first(page: AppTest) -> None:
    said = headline(page)
    assert said.startswith("Under Standard, ")
    assert " of 100 departments judged ready go dark within a year; " in said
    assert said.endswith(" of 100 told to keep feeding would have lasted")
    assert "8,192 made-up trials of 13 weeks" in words_on(page)


def test_a_move_of_a_slider_is_answered(page: AppTest) -> None:
    page.slider(key="policy.lines").set_value((60, 90)).run()
    assert headline(page).startswith("As set, ")
    assert "before 39.3 ± 1.1 %" in words_on(page)
    page.button(key="policy.back").click().run()
    assert headline(page).startswith("Under Standard, ")
    assert page.slider(key="policy.lines").value == (60, 75)


@pytest.mark.parametrize(
    ("group", "key", "value"),
    [
        ("Trial", "policy.band", (4, 5)),
        ("Trial", "policy.months", 1),
        ("Trial", "policy.gap", (7, 7)),
        ("Lines", "policy.floor", 100),
        ("Lines", "policy.band_weeks", 13),
    ],
)
def test_every_slider_holds_at_its_ends(page: AppTest, group: str, key: str, value: object) -> None:
    page.segmented_control(key="policy.group").set_value(group).run()
    page.slider(key=key).set_value(value).run()
    assert not page.exception
    assert not page.error
    assert headline(page).startswith("As set, ")


def test_a_bar_that_nobody_passes_is_said_calmly(page: AppTest) -> None:
    page.slider(key="policy.lines").set_value((100, 100)).run()
    assert headline(page) == "As set, nobody would be judged ready"
    assert "the best score is 97 of 100, ready begins at 100" in words_on(page)
    page.segmented_control(key="policy.view").set_value("Choose for me").run()
    page.segmented_control(key="policy.view").set_value("Side by side").run()
    assert not page.exception
    assert not page.error


def test_weights_count_as_shares_and_are_kept_while_they_are_out_of_sight(page: AppTest) -> None:
    page.segmented_control(key="policy.group").set_value("Weights").run()
    page.slider(key="policy.weight.cadence").set_value(100).run()
    assert "58.8 %" in words_on(page)
    said = headline(page)
    page.segmented_control(key="policy.group").set_value("Lines").run()
    page.slider(key="policy.lines").set_value((60, 80)).run()
    page.slider(key="policy.lines").set_value((60, 75)).run()
    assert headline(page) == said
    page.segmented_control(key="policy.group").set_value("Weights").run()
    assert page.slider(key="policy.weight.cadence").value == 100


def test_checks_that_weigh_nothing_leave_nothing_to_judge(page: AppTest) -> None:
    page.segmented_control(key="policy.group").set_value("Weights").run()
    for name in CheckName:
        page.slider(key=f"policy.weight.{name.value}").set_value(0)
    page.run()
    assert headline(page) == "Every check weighs nothing"
    page.slider(key="policy.weight.finish").set_value(5).run()
    assert headline(page).startswith("As set, ")


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_can_be_looked_at_and_compared_with_the_standard(page: AppTest, name: str) -> None:
    page.selectbox(key="policy.chosen").set_value(f"packs/{name}").run()
    pack = policy_packs.read(ROOT / "data", name)
    assert headline(page).startswith(f"Under {pack.name}, ")
    page.segmented_control(key="policy.view").set_value("Side by side").run()
    said = words_on(page)
    assert not page.exception
    assert "Both say the same of " in said
    assert "Standard says " in said
    assert "What decides: " in said


def test_a_policy_as_set_can_be_compared_with_itself_as_it_stands(page: AppTest) -> None:
    page.segmented_control(key="policy.view").set_value("Side by side").run()
    assert "readiness.toml" not in page.selectbox(key="policy.against").options
    page.slider(key="policy.lines").set_value((60, 85)).run()
    page.selectbox(key="policy.against").set_value("readiness.toml").run()
    assert "Standard says ready where Standard, changed says extend" in words_on(page)


def test_a_proposal_is_taken_over_by_whoever_wants_it(page: AppTest) -> None:
    page.segmented_control(key="policy.view").set_value("Choose for me").run()
    page.slider(key="policy.cost_dark").set_value(30.0).run()
    assert "Cheapest under these costs: ready from 98" in words_on(page)
    page.button(key="policy.take").click().run()
    assert page.slider(key="policy.lines").value[1] == 98
    assert "The thresholds as set are the cheapest under these costs" in words_on(page)
    assert page.button(key="policy.take").disabled


def test_what_is_assumed_is_told_with_its_sources(page: AppTest) -> None:
    said = words_on(page)
    assert "behaviours champion leaves · leaves" in said
    assert "Public posting timelines" in said


def test_the_standard_is_still_a_policy_after_all_this(page: AppTest) -> None:
    page.slider(key="policy.lines").set_value((60, 90)).run()
    file = ROOT / "data" / "policy" / "readiness.toml"
    assert parse_policy(file.read_text("utf-8"), file.name).ready_from == 0.75


@pytest.mark.parametrize("group", ["Lines", "Trial", "Weights"])
def test_who_comes_back_finds_the_page_as_it_was_left(page: AppTest, group: str) -> None:
    page.selectbox(key="policy.chosen").set_value("packs/strict").run()
    page.slider(key="policy.lines").set_value((60, 90)).run()
    page.segmented_control(key="policy.group").set_value(group).run()
    said = headline(page)
    for path in ("board", "policy"):
        page._page_hash = calc_hash(path)
        page.run()
    assert not page.exception
    assert headline(page) == said
    assert page.selectbox(key="policy.chosen").value == "packs/strict"
    assert page.slider(key="policy.lines").value == (60, 90)


def test_a_file_that_cannot_be_used_is_told_in_a_sentence(
    opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PolicyError("behaviours.toml", "days.together", 2, "a number from 0 to 1")

    monkeypatch.setattr(policy_worth, "opened", refuse)
    app = opens(Role.COMMS, "policy")
    assert not app.exception
    (told,) = app.error
    assert "behaviours.toml: days.together cannot be 2" in told.value
