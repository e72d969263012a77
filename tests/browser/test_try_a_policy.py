"""Communications tries a policy: moves a line, reads the answer, takes a file away."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import TODAY
from tests.browser.server import Server
from tests.browser.settled import settle
from tests.browser.visitors import COMMUNICATIONS, enter
from trial.domain.policy import parse_policy


@pytest.fixture(scope="module")
def app_url(demo_server: Server) -> str:
    return demo_server.url


def test_a_line_is_moved_and_the_policy_taken_away_as_a_file(
    page: Page, demo_server: Server
) -> None:
    enter(page, demo_server, COMMUNICATIONS, today=TODAY)
    page.goto("/policy")
    settle(page)
    answer = page.locator("h1:visible")
    expect(answer).to_contain_text("Of 100 departments that ask, Standard grants an account to ")
    # The upper end of "keep feeding below, ready from".
    page.get_by_role("slider").nth(1).press("ArrowRight")
    settle(page)
    expect(answer).to_contain_text("the policy as set grants an account to ")
    page.get_by_text("Choose for me").click()
    settle(page)
    page.get_by_role("slider", name="One account that falls silent").press("End")
    settle(page)
    page.get_by_role("button", name="Set these thresholds").click()
    settle(page)
    expect(page.get_by_text("The thresholds as set are the cheapest")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as a file").click()
    policy = parse_policy(Path(download.value.path()).read_text("utf-8"), "policy-as-set.toml")
    assert policy.name == "Standard, changed"
    assert policy.ready_from > 0.75
    note = policy.notes["verdict.ready_from"]
    assert note.rationale.startswith(
        f"{policy.ready_from} instead of 0.75. On 8192 made-up trials "
    )
    assert "an account that falls silent costs 30" in note.rationale


def test_a_reload_a_link_and_the_way_back_find_the_page_as_it_was_set(
    page: Page, demo_server: Server
) -> None:
    enter(page, demo_server, COMMUNICATIONS, today=TODAY)
    page.goto("/policy")
    settle(page)
    answer = page.locator("h1:visible")
    first = answer.inner_text()
    page.get_by_role("slider").nth(1).press("ArrowRight")
    settle(page)
    moved, address = answer.inner_text(), page.url
    assert moved != first
    page.reload()
    settle(page)
    expect(answer).to_have_text(moved)
    page.goto("/board")
    page.goto(address)
    settle(page)
    expect(answer).to_have_text(moved)
    page.get_by_role("button", name="Back to the policy").click()
    settle(page)
    expect(answer).to_have_text(first)
    page.go_back()
    settle(page)
    expect(answer).to_have_text(moved)


def test_a_table_is_taken_along_as_csv(page: Page, demo_server: Server) -> None:
    enter(page, demo_server, COMMUNICATIONS, today=TODAY)
    page.goto("/policy")
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Departments, CSV").click()
    head, *rows = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert head.startswith("kind of department,trials,")
    assert rows[-1].startswith("All of them,8192,")


def test_a_policy_is_put_in_force_and_stands_in_the_list(page: Page, demo_server: Server) -> None:
    enter(page, demo_server, COMMUNICATIONS, today=TODAY)
    page.goto("/policy?lines=60-80")
    settle(page)
    page.get_by_role("button", name="Put in force").click()
    page.get_by_label("Why, in a sentence").fill("Fewer accounts fall silent.")
    page.get_by_role("button", name="Put it in force").click()
    settle(page)
    page.get_by_text("What is in force, and what was before").click()
    expect(page.get_by_role("cell", name="Fewer accounts fall silent.")).to_be_visible()
    expect(page.get_by_role("row", name="Standard, version")).to_have_count(2)


def test_on_a_phone_the_answer_stands_first_and_nothing_is_wider(
    phone: Page, demo_server: Server
) -> None:
    enter(phone, demo_server, COMMUNICATIONS, today=TODAY)
    phone.goto("/policy")
    settle(phone)
    box = phone.locator("h1:visible").bounding_box()
    assert box is not None
    assert box["y"] < 844 / 3
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
