"""A first password: a manager suggests it, the person changes it before anything else."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from tests.accounts import set_up_hospital
from tests.browser.conftest import TODAY, screen
from tests.browser.server import Server
from tests.browser.settled import settle
from tests.browser.visitors import backend_on, enter
from trial.services import trials

MANAGER, NEW = "kim.comms@clinic.example", "nia@clinic.example"
PASSWORD, OWN_PASSWORD = "five quiet geese", "vier alte Boote"
ITS_HEADLINE = "Choose your own password"


@pytest.fixture
def server(start_app: Callable[..., Server]) -> Iterator[Server]:
    """A clinic with one manager and one trial."""
    running = start_app()
    backend = backend_on(running.database_url, TODAY)
    comms = set_up_hospital(backend, name="Clinic at the Lake", email=MANAGER, password=PASSWORD)
    monday = TODAY - timedelta(days=TODAY.weekday())
    trials.start(comms, backend, department="Cardiology", starts_on=monday)
    backend.database.close()
    yield running
    running.stop()


def opened(page: Page, path: str) -> Page:
    page.goto(path)
    settle(page)
    return page


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    settle(page)


def headline(page: Page) -> str:
    return page.locator("h1").inner_text()


def add_a_lead(page: Page, server: Server) -> str:
    """Add Nia as the manager does, and return the password that was suggested."""
    enter(page, server, MANAGER, today=TODAY, password=PASSWORD)
    opened(page, "/people")
    press(page, "Add a person")
    suggested = page.get_by_label("First password").input_value()
    page.get_by_label("Name", exact=True).fill("Nia New")
    page.get_by_label("E-mail").fill(NEW)
    page.get_by_role("combobox", name=re.compile("Departments")).click()
    page.get_by_role("option", name="Cardiology").click()
    # Closes the list, which hides the dialog from those who cannot see it.
    page.keyboard.press("Tab")
    press(page, "Add")
    return suggested


def sign_in(page: Page, password: str) -> None:
    page.get_by_label("E-mail").fill(NEW)
    page.get_by_label("Password", exact=True).fill(password)
    press(page, "Sign in")


def choose(page: Page, present: str, new: str) -> None:
    page.get_by_label("Current password").fill(present)
    page.get_by_label("New password").fill(new)
    press(page, "Change password and go on")


def test_a_first_password_opens_nothing_but_the_way_to_another(
    chromium: Browser, server: Server, phone: Page
) -> None:
    with screen(chromium, server.url, 1440, 900) as desk:
        first = add_a_lead(desk, server)
        assert len(first.split()) == 4
        assert "first password not changed yet" in desk.inner_text("body")

        opened(phone, "/standing")
        sign_in(phone, first)
        assert headline(phone) == ITS_HEADLINE
        assert_it_fits(phone)
        # No other address leads around it, and there is no menu.
        for path in ("/this-week", "/account", "/people", "/", "/standing"):
            opened(phone, path)
            assert headline(phone) == ITS_HEADLINE
            assert phone.get_by_role("link").all_inner_texts() == ["Skip to main content"]

        for weak, sentence in [
            ("1234567890", "guessed first"),
            ("Cardiology 1", "what others know"),
            (first, "a different one"),
        ]:
            choose(phone, first, weak)
            assert sentence in phone.get_by_role("alert").inner_text()
            assert headline(phone) == ITS_HEADLINE
        assert_it_fits(phone)

        choose(phone, first, OWN_PASSWORD)
        assert phone.url.endswith("/standing")
        assert headline(phone) == "Too early to say."
        assert phone.get_by_role("link", name="This week").last.is_visible()

        opened(desk, "/people")
        assert "Nia New" in desk.inner_text("body")
        assert "first password not changed yet" not in desk.inner_text("body")

    with screen(chromium, server.url, 1440, 900) as desk:
        opened(desk, "/account")
        sign_in(desk, first)
        assert "do not open an account" in desk.get_by_role("alert").inner_text()
        sign_in(desk, OWN_PASSWORD)
        assert headline(desk) == "Nia New"


def test_whoever_has_a_first_password_can_sign_out_on_a_desktop(
    chromium: Browser, server: Server, page: Page
) -> None:
    with screen(chromium, server.url, 1440, 900) as desk:
        first = add_a_lead(desk, server)
    opened(page, "/this-week")
    sign_in(page, first)
    assert headline(page) == ITS_HEADLINE
    assert_it_fits(page)
    press(page, "Sign out")
    assert headline(page) == "Sign in"
    opened(page, "/this-week")
    assert headline(page) == "Sign in"


def test_a_suggested_password_that_is_not_saved_is_forgotten(page: Page, server: Server) -> None:
    enter(page, server, MANAGER, today=TODAY, password=PASSWORD)
    opened(page, "/people")
    press(page, "Change")
    assert page.get_by_label("New password").input_value() == ""
    page.get_by_label("Name", exact=True).fill("Kim Changed")
    press(page, "Suggest a new password")
    assert len(page.get_by_label("New password").input_value().split()) == 4
    assert page.get_by_label("Name", exact=True).input_value() == "Kim Changed"
    press(page, "Close")
    press(page, "Change")
    assert page.get_by_label("New password").input_value() == ""


def assert_it_fits(page: Page) -> None:
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0
    button = page.get_by_role("button", name="Change password and go on").bounding_box()
    screen_size = page.viewport_size
    assert button is not None
    assert screen_size is not None
    assert button["y"] + button["height"] < screen_size["height"]
