"""Communications looks at an own account half a year on, and notes on a phone how it goes."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import TODAY
from tests.browser.server import Server
from tests.browser.settled import settle
from tests.browser.visitors import COMMUNICATIONS, enter


@pytest.fixture
def server(own_demo_server: Server) -> Server:
    return own_demo_server


def test_a_look_is_noted_on_a_phone_and_taken_back(phone: Page, server: Server) -> None:
    enter(phone, server, COMMUNICATIONS, today=TODAY)
    phone.goto("/after-the-trial")
    settle(phone)
    looks = phone.locator("ul.looks li")
    assert looks.count() == 1

    phone.get_by_role("button", name="Record a check").tap()
    settle(phone)
    form = phone.get_by_role("dialog")
    # Nobody has chosen yet: it is said, and the form stays.
    form.get_by_role("button", name="Save").tap()
    settle(phone)
    expect(form.get_by_text("Choose Yes or No")).to_be_visible()
    form.get_by_text("Yes", exact=True).tap()
    form.get_by_role("button", name="Save").tap()
    settle(phone)
    expect(form).to_have_count(0)
    expect(looks).to_have_count(2)
    expect(looks.first).to_contain_text("Fri 13 Feb 2026: posts in most weeks")

    phone.get_by_role("button", name="Undo").tap()
    settle(phone)
    expect(looks).to_have_count(1)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
