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
    expect(answer).to_contain_text("Under Standard, ")
    # The upper end of "keep feeding below, ready from".
    page.get_by_role("slider").nth(1).press("ArrowRight")
    settle(page)
    expect(answer).to_contain_text("As set, ")
    page.get_by_text("Choose for me").click()
    settle(page)
    page.get_by_role("slider", name="One account that goes dark").press("End")
    settle(page)
    page.get_by_role("button", name="Set these thresholds").click()
    settle(page)
    expect(page.get_by_text("The thresholds as set are the cheapest")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as a file").click()
    policy = parse_policy(Path(download.value.path()).read_text("utf-8"), "policy-as-set.toml")
    assert (policy.name, policy.ready_from) == ("Standard, changed", 0.98)
    note = policy.notes["verdict.ready_from"]
    assert note.rationale.startswith("0.98 instead of 0.75. On 8192 made-up trials ")
    assert "an account that goes dark costs 30" in note.rationale


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
