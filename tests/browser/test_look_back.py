"""Communications brings the post dates of its accounts and takes the report away."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import TODAY
from tests.browser.server import ROOT, Server
from tests.browser.settled import settle
from tests.browser.test_accessibility import assert_readable
from tests.browser.visitors import COMMUNICATIONS, enter

EXAMPLE = ROOT / "data" / "examples" / "posting-history.csv"
ANSWER = "On these accounts the score was not clearly better or worse than counting posts"


@pytest.fixture(scope="module")
def app_url(demo_server: Server) -> str:
    return demo_server.url


def test_a_file_is_answered_and_the_report_taken_away(page: Page, demo_server: Server) -> None:
    enter(page, demo_server, COMMUNICATIONS, today=TODAY)
    page.goto("/look-back")
    settle(page)
    page.locator("input[type=file]").first.set_input_files(EXAMPLE)
    expect(page.locator("h1")).to_contain_text(ANSWER)
    settle(page)
    assert_readable(page)
    page.set_viewport_size({"width": 390, "height": 844})
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Report").click()
    assert taken.value.suggested_filename == "look-back.html"
    assert f"<h1>{ANSWER}" in taken.value.path().read_text(encoding="utf-8")
