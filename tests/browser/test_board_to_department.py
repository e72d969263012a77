"""Communications looks at the board and opens the department that needs help."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import TODAY
from tests.browser.server import Server
from tests.browser.settled import settle
from tests.browser.visitors import COMMUNICATIONS, enter


@pytest.fixture(scope="module")
def app_url(demo_server: Server) -> str:
    return demo_server.url


@pytest.fixture
def board(page: Page, demo_server: Server) -> Page:
    enter(page, demo_server, COMMUNICATIONS, today=TODAY)
    page.goto("/")
    settle(page)
    return page


def row_of(page: Page, department: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=department))


def test_the_board_says_first_who_needs_a_call(board: Page) -> None:
    assert board.url.endswith("/board")
    assert board.locator("h1").inner_text() == "3 departments need a call this week"
    steps = board.locator("table.board tbody td.step").all_inner_texts()
    calls = [step.startswith("Call this week") for step in steps]
    assert calls == [True] * 3 + [False] * (len(steps) - 3)


def test_the_whole_board_of_the_demo_is_seen_without_scrolling(board: Page) -> None:
    for department in ("Radiology", "Cardiology"):
        expect(row_of(board, department)).to_be_in_viewport(ratio=1)
    assert board.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_screen_reader_walks_through_the_weeks_as_a_table(board: Page) -> None:
    table = board.get_by_role("table", name="Live posts of every running trial")
    heads = table.get_by_role("columnheader")
    assert heads.nth(1).text_content() == "Week 1"
    # The department, thirteen weeks, the chance of ready, the next step.
    assert heads.count() == 16
    cells = row_of(board, "Radiology").get_by_role("cell")
    said = [" ".join(cell.split()) for cell in cells.all_text_contents()]
    # Nothing entered is read as "not reported", and nowhere as a number.
    assert said[:5] == [
        "3 in band",
        "2 under the target",
        "? not reported",
        "? not reported",
        "0 this week",
    ]
    unreported = cells.nth(2)
    assert unreported.locator("[aria-hidden=true]").inner_text() == "?"


def test_a_row_leads_to_its_department_with_chart_and_scorecard(board: Page) -> None:
    row_of(board, "Dermatology").get_by_role("link").click()
    settle(board)
    assert "/department?trial=" in board.url
    assert board.locator(".page-head .above").inner_text() == "Dermatology"
    assert board.locator("h1").inner_text() == "Call this week: 3 of the last 3 weeks under 3"

    chart = board.get_by_test_id("stPlotlyChart")
    expect(chart.locator("svg.main-svg").first).to_be_visible()
    assert chart.locator(".scatterlayer .trace").count() >= 2  # planned, and live

    weeks = board.get_by_role("table", name="Posts of Dermatology by week")
    assert weeks.get_by_role("row").count() == 13
    assert weeks.get_by_role("rowheader").nth(7).text_content() == "Week 8: no posts, silent"

    checks = board.get_by_role("table", name="Checks")
    continuity = checks.get_by_role("row").filter(has_text="Continuity")
    assert "Longest gap" in continuity.inner_text()
    assert "longest gap" in board.inner_text("ul.stats")

    board.reload()
    settle(board)
    assert board.locator(".page-head .above").inner_text() == "Dermatology"


def test_the_board_opens_a_department_without_a_mouse(board: Page) -> None:
    row = row_of(board, "Neurosurgery")
    unmarked = row.screenshot()
    # The keyboard stands on the row before; one step on is the next department.
    row_of(board, "Dermatology").get_by_role("link").focus()
    board.keyboard.press("Tab")
    expect(row.get_by_role("link")).to_be_focused()
    assert row.screenshot() != unmarked, "nothing shows where the keyboard stands"
    board.keyboard.press("Enter")
    board.wait_for_url("**/department?trial=*")
    settle(board)
    assert board.locator(".page-head .above").inner_text() == "Neurosurgery"
