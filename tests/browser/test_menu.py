"""Communications finds its way by the menu, at a desk and with a thumb."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import TODAY, screen
from tests.browser.server import Server
from tests.browser.settled import settle
from tests.browser.visitors import COMMUNICATIONS, enter

# The menu closes after a choice only for what says it is a phone.
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1"
)
THUMB = 44


@pytest.fixture(scope="module")
def app_url(demo_server: Server) -> str:
    return demo_server.url


def test_what_is_not_daily_work_opens_under_its_heading(page: Page, demo_server: Server) -> None:
    enter(page, demo_server, COMMUNICATIONS, today=TODAY)
    page.goto("/board")
    settle(page)
    side_by_side = page.get_by_test_id("stTopNavLink").all_inner_texts()
    assert [text.splitlines()[-1] for text in side_by_side] == [
        "Board",
        "Drafts",
        "Trials",
        "Review",
    ]
    page.get_by_text("Evaluation").click()
    page.get_by_test_id("stTopNavDropdownLink").filter(has_text="Look back").click()
    settle(page)
    assert page.url.endswith("/look-back")
    weights = page.get_by_test_id("stTopNavSection").evaluate_all(
        "headings => headings.map(each => getComputedStyle(each).fontWeight)"
    )
    assert weights == ["600", "400", "400"]


def test_a_thumb_opens_the_menu_chooses_and_reads_whole_names(
    chromium: Browser, demo_server: Server
) -> None:
    with screen(
        chromium,
        demo_server.url,
        390,
        844,
        has_touch=True,
        is_mobile=True,
        device_scale_factor=2,
        user_agent=PHONE,
    ) as phone:
        enter(phone, demo_server, COMMUNICATIONS, today=TODAY)
        phone.goto("/board")
        settle(phone)
        badge = phone.get_by_role("note")
        expect(badge).to_be_visible()
        phone.get_by_test_id("stExpandSidebarButton").tap()
        # It would lie on the way out of the menu.
        expect(badge).to_be_hidden()
        links = phone.get_by_test_id("stSidebarNavLink")
        assert links.count() == 13
        heights = links.evaluate_all("links => links.map(link => link.offsetHeight)")
        assert min(heights) >= THUMB
        links.filter(has_text="Trials").tap()
        settle(phone)
        expect(badge).to_be_visible()

        trials = phone.get_by_role("table", name="All trials")
        rows = trials.get_by_role("row").filter(has=phone.get_by_role("link"))
        assert rows.count() == 10
        assert min(rows.evaluate_all("rows => rows.map(row => row.offsetHeight)")) >= THUMB
        assert trials.evaluate("table => table.getBoundingClientRect().right <= innerWidth")
        # A long word is never cut into letters to make room.
        name = trials.get_by_role("link", name="Neurosurgery")
        assert name.evaluate("link => link.getClientRects().length") == 1
        # The link lies over all of its row, which a tap on its last cell therefore meets.
        rows.filter(has_text="Neurosurgery").get_by_role("cell").last.tap(force=True)
        settle(phone)
        assert phone.locator("h1").inner_text() == "Neurosurgery"
