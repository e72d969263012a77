"""The policy page, through the front door."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from tests.app.conftest import Opens, words_on
from tests.unit.policies import standard
from trial.config import ROOT
from trial.domain.errors import PolicyError
from trial.domain.policy import parse_policy
from trial.domain.roles import Role
from trial.domain.verdict import CheckName
from trial.services import policy_packs, policy_worth

IN_FORCE = f"Standard, version {standard().version} (in force)"
AS_SET = ", the policy as set"
PACKS = policy_packs.names(ROOT / "data")


@pytest.fixture
def page(opens: Opens) -> AppTest:
    app = opens(Role.COMMS, "policy")
    assert not app.exception
    return app


def headline(app: AppTest) -> str:
    return words_on(app).split("<h1>")[1].split("</h1>")[0]


def test_the_answer_stands_first(page: AppTest) -> None:
    assert re.fullmatch(
        r"Of 100 departments that ask, Standard grants an account to \d+; \d+ of these falls? "
        r"silent within a year, \d+ that would have lasted gets? none",
        headline(page),
    )
    said = words_on(page)
    assert re.search(r"If everybody got one, \d+ of 100 would fall silent and \d+ thin out\.", said)
    assert "8,192 made-up trials of 13 weeks" in said
    assert "One step in " in said


def test_a_move_of_a_slider_is_answered(page: AppTest) -> None:
    page.slider(key="policy.lines").set_value((60, 90)).run()
    assert AS_SET in headline(page)
    assert "Before anything was moved, Standard grants an account to " in words_on(page)
    page.button(key="policy.back").click().run()
    assert ", Standard grants" in headline(page)
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
    assert AS_SET in headline(page)


def test_a_bar_that_nobody_passes_is_said_calmly(page: AppTest) -> None:
    page.slider(key="policy.lines").set_value((100, 100)).run()
    assert f"{AS_SET} grants hardly any an account; " in headline(page)
    assert re.search(r"the best score is 9\d of 100, ready begins at 100", words_on(page))
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
    assert AS_SET in headline(page)


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_can_be_looked_at_and_compared_with_the_standard(page: AppTest, name: str) -> None:
    page.selectbox(key="policy.chosen").set_value(f"packs/{name}").run()
    pack = policy_packs.read(ROOT / "data", name)
    assert f", {pack.name} grants" in headline(page)
    page.segmented_control(key="policy.view").set_value("Side by side").run()
    said = words_on(page)
    assert not page.exception
    assert "They agree on " in said
    assert "Standard says " in said
    assert "What decides: " in said


def test_a_policy_as_set_can_be_compared_with_itself_as_it_stands(page: AppTest) -> None:
    page.segmented_control(key="policy.view").set_value("Side by side").run()
    assert IN_FORCE not in page.selectbox(key="policy.against").options
    page.slider(key="policy.lines").set_value((60, 85)).run()
    page.selectbox(key="policy.against").set_value("frozen/1").run()
    assert "Standard says ready where Standard, changed says extend" in words_on(page)


def test_a_proposal_is_taken_over_by_whoever_wants_it(page: AppTest) -> None:
    page.segmented_control(key="policy.view").set_value("Choose for me").run()
    page.slider(key="policy.cost_dark").set_value(30.0).run()
    (bar,) = re.findall(r"Cheapest under these costs: ready from (\d+)", words_on(page))
    page.button(key="policy.take").click().run()
    assert page.slider(key="policy.lines").value[1] == int(bar)
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


def test_the_address_says_what_was_moved_and_gives_the_same_page(
    page: AppTest, opens: Opens
) -> None:
    assert page.query_params == {}
    page.slider(key="policy.lines").set_value((55, 90)).run()
    page.segmented_control(key="policy.group").set_value("Trial").run()
    page.slider(key="policy.band").set_value((2, 4)).run()
    page.segmented_control(key="policy.view").set_value("Choose for me").run()
    page.slider(key="policy.cost_dark").set_value(12.0).run()
    address = dict(page.query_params)
    assert address == {
        "policy": "frozen/1",
        "lines": "55-90",
        "posts": "2-4",
        "view": "Choose for me",
        "silent": "12",
        "extension": "0.7",
    }
    again = opens(Role.COMMS, "policy", **address)
    assert not again.exception
    assert headline(again) == headline(page)
    assert again.slider(key="policy.lines").value == (55, 90)
    assert again.slider(key="policy.cost_dark").value == 12.0
    again.segmented_control(key="policy.group").set_value("Trial").run()
    assert again.slider(key="policy.band").value == (2, 4)


def test_another_address_is_another_page_and_the_bare_one_is_what_is_in_force(
    page: AppTest,
) -> None:
    page.query_params["policy"] = "packs/lenient"
    page.query_params["weeks"] = "3"
    page.run()
    assert page.selectbox(key="policy.chosen").value == "packs/lenient"
    assert page.slider(key="policy.band_weeks").value == 3
    page.query_params.clear()
    page.run()
    assert page.selectbox(key="policy.chosen").value == "frozen/1"
    assert ", Standard grants" in headline(page)


def test_an_address_that_says_nonsense_is_the_page_as_it_is(opens: Opens) -> None:
    app = opens(
        Role.COMMS, "policy", policy="gone.toml", lines="90-10", view="Upside down", silent="x"
    )
    assert not app.exception
    assert ", Standard grants" in headline(app)


def put_in_force(page: AppTest, why: str) -> None:
    page.text_area(key="policy.why").set_value(why)
    next(each for each in page.button if each.label == "Put it in force").click().run()


def test_a_manager_puts_a_policy_in_force_for_trials_to_come(page: AppTest) -> None:
    assert "Put it in force" not in [each.label for each in page.button]
    page.slider(key="policy.lines").set_value((60, 90)).run()
    put_in_force(page, "")
    (refused,) = page.error
    assert "Why" in refused.value
    put_in_force(page, "Fewer accounts fall silent.")
    assert not page.exception
    assert not page.error
    version = standard().version + 1
    named = f"Standard, version {version}"
    assert named in words_on(page)
    assert "Fewer accounts fall silent." in words_on(page)
    assert page.selectbox(key="policy.chosen").options[0] == f"{named} (in force)"
    assert page.slider(key="policy.lines").value == (60, 90)
    assert "Put it in force" not in [each.label for each in page.button]


def test_an_earlier_policy_is_put_in_force_again_from_the_list(page: AppTest) -> None:
    page.slider(key="policy.lines").set_value((60, 90)).run()
    put_in_force(page, "Fewer accounts fall silent.")
    page.selectbox(key="policy.chosen").set_value("frozen/1").run()
    put_in_force(page, "Too few were granted one.")
    assert page.selectbox(key="policy.chosen").options[0] == IN_FORCE
    said = words_on(page)
    for reason in ("Fewer accounts fall silent.", "Too few were granted one."):
        assert reason in said


@pytest.mark.parametrize("role", [Role.LEAD, Role.REVIEWER])
def test_nobody_else_comes_to_what_is_in_force(opens: Opens, role: Role) -> None:
    app = opens(role, "policy")
    assert "Not part of your account" in "".join(each.value for each in app.markdown)
    assert not app.button


@pytest.mark.usefixtures("hospital")
def test_an_edited_file_is_offered_and_looked_at_before_it_is_put_in_force(
    opens: Opens, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = shutil.copytree(ROOT / "data", tmp_path / "data")
    monkeypatch.setenv("TRIAL_DATA", str(folder))
    file = folder / "policy" / "readiness.toml"
    file.write_text(file.read_text("utf-8").replace("value = 0.75", "value = 0.70", 1), "utf-8")
    app = opens(Role.COMMS, "policy")
    (offer,) = app.info
    assert "readiness.toml was edited and differs from what is in force: put it in" in offer.value
    assert app.selectbox(key="policy.chosen").value == "frozen/1"
    app.button(key="policy.offered").click().run()
    assert app.selectbox(key="policy.chosen").value == "readiness.toml"
    assert app.slider(key="policy.lines").value == (60, 70)
    put_in_force(app, "The committee asked for it.")
    assert not app.info


def test_every_table_can_be_taken_along(page: AppTest) -> None:
    offered = [each.proto.label for each in page.get("download_button")]
    assert {"Rules, CSV", "Departments, CSV", "Thresholds, CSV"} <= set(offered)


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
