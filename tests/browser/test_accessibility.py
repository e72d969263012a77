"""Every page can be heard, tabbed through and read, as far as axe-core and a keyboard can tell."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import TODAY, screen
from tests.browser.server import Server
from tests.browser.settled import settle
from tests.browser.visitors import CARDIOLOGY, COMMUNICATIONS, enter
from trial.ui import router

# What these find is Streamlit's own markup, which no page can change:
# the file uploader's box is a "presentation" that can be focused.
STREAMLITS_OWN = {"presentation-role-conflict"}

UNNAMED = """
() => [...document.querySelectorAll('[data-testid="stMain"] :is(input, textarea, select, button)')]
  .filter(node => node.checkVisibility())
  .filter(node => !(node.ariaLabel || node.innerText || node.title || node.labels?.length
    || node.getAttribute('aria-labelledby')))
  .map(node => node.outerHTML.slice(0, 200))
"""


@pytest.fixture(scope="module")
def app_url(demo_server: Server) -> str:
    return demo_server.url


# Colours are judged once they have stopped fading; what moves for ever is not waited for.
AT_REST = """
() => Promise.race([
  Promise.allSettled(document.getAnimations().map(each => each.finished)),
  new Promise(enough => setTimeout(enough, 2000)),
])
"""


def assert_readable(page: Page) -> None:
    """One headline, every control named, and nothing that axe-core finds."""
    place = page.url
    page.evaluate(AT_REST)
    assert page.locator("h1:visible").count() == 1, place
    assert page.evaluate(UNNAMED) == [], place
    found = [
        f"{fault['id']} ({fault['impact']}), {fault['help']}: "
        + "; ".join(node["html"][:160] for node in fault["nodes"][:3])
        for fault in Axe().run(page).response["violations"]
        if fault["id"] not in STREAMLITS_OWN
    ]
    assert found == [], place


def test_every_page_can_be_read_by_everybody(page: Page, demo_server: Server) -> None:
    enter(page, demo_server, COMMUNICATIONS, today=TODAY)
    places = router.PAGES
    assert len(places) >= 9
    for place in places:
        page.goto(f"/{place.path}")
        settle(page)
        assert_readable(page)
        # An address on a page is read there; nothing offers to write to it.
        assert page.locator('[data-testid="stMain"] a[href^="mailto:"]').count() == 0, place.path


def test_the_leads_pages_can_be_read_by_everybody_on_a_phone(
    phone: Page, demo_server: Server
) -> None:
    enter(phone, demo_server, CARDIOLOGY, today=TODAY)
    for path in ("this-week", "calendar", "standing"):
        phone.goto(f"/{path}")
        settle(phone)
        assert_readable(phone)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_the_sign_in_form_can_be_read_by_everybody(page: Page) -> None:
    page.goto("/")
    settle(page)
    assert_readable(page)


def test_the_dark_theme_can_be_read_by_everybody(chromium: Browser, demo_server: Server) -> None:
    with screen(chromium, demo_server.url, 1440, 900, color_scheme="dark") as page:
        enter(page, demo_server, COMMUNICATIONS, today=TODAY)
        for path in ("board", "this-week", "review"):
            page.goto(f"/{path}")
            settle(page)
            assert_readable(page)


@pytest.mark.parametrize(
    ("email", "path", "action", "steps"),
    [
        (CARDIOLOGY, "this-week", "Hand over", 14),
        (COMMUNICATIONS, "review", "Decide", 16),
        (COMMUNICATIONS, "board", "Radiology", 14),
    ],
)
def test_the_keyboard_reaches_what_the_page_is_for(
    page: Page, demo_server: Server, email: str, path: str, action: str, steps: int
) -> None:
    enter(page, demo_server, email, today=TODAY)
    page.goto(f"/{path}")
    settle(page)
    reached = []
    for _ in range(steps):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText") or "")
        if action in reached[-1]:
            return
    pytest.fail(f"{steps} steps with the Tab key lead to {reached}, not to {action}")
