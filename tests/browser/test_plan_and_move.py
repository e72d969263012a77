"""A lead plans a post in the month, carries it to another day, and changes it in the list."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import TODAY
from tests.browser.server import Server
from tests.browser.settled import settle
from tests.browser.visitors import CARDIOLOGY, enter

TITLE = "Salt: where it hides <b>&</b> how to find it"


@pytest.fixture
def server(own_demo_server: Server) -> Server:
    return own_demo_server


@pytest.fixture
def calendar(page: Page, server: Server) -> Page:
    enter(page, server, CARDIOLOGY, today=TODAY)
    page.goto("/calendar")
    settle(page)
    return page


def plan_on(page: Page, day: str, title: str) -> None:
    page.get_by_role("button", name=f"{day}, plan a post").click()
    settle(page)
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Plan it").click()
    settle(page)


def in_table(page: Page, day: str) -> str:
    """Return what stands in the cell of a day."""
    button = page.get_by_role("button", name=f"{day}, plan a post")
    return page.get_by_role("cell").filter(has=button).inner_text()


def test_a_post_is_planned_on_a_day_and_carried_to_another(calendar: Page) -> None:
    plan_on(calendar, "Tue 17 Feb", TITLE)
    assert TITLE in in_table(calendar, "Tue 17 Feb")
    calendar.get_by_role("button", name=TITLE).drag_to(
        calendar.get_by_role("button", name="Thu 19 Feb, plan a post")
    )
    settle(calendar)
    assert TITLE in in_table(calendar, "Thu 19 Feb")
    assert TITLE not in in_table(calendar, "Tue 17 Feb")
    calendar.get_by_role("button", name="Undo").click()
    settle(calendar)
    assert TITLE in in_table(calendar, "Tue 17 Feb")


def test_the_month_is_walked_through_with_the_keyboard(calendar: Page) -> None:
    calendar.get_by_role("button", name="Mon 16 Feb, plan a post").focus()
    calendar.keyboard.press("Enter")
    settle(calendar)
    expect(calendar.get_by_role("button", name="Mon 16 Feb, plan a post")).to_be_focused()
    expect(calendar.locator("td.chosen")).to_have_count(1)


def test_a_post_opened_in_the_month_is_moved_by_choosing_a_day(calendar: Page) -> None:
    plan_on(calendar, "Tue 17 Feb", "What sleep does")
    calendar.get_by_role("button", name="What sleep does").click()
    settle(calendar)
    calendar.get_by_label("Move to").click()
    calendar.get_by_role("option", name="Fri 20 Feb").click()
    settle(calendar)
    assert "What sleep does" in in_table(calendar, "Fri 20 Feb")


def test_the_address_keeps_the_way_of_looking(calendar: Page) -> None:
    calendar.get_by_text("List", exact=True).click()
    settle(calendar)
    assert "view=List" in calendar.url
    calendar.reload()
    settle(calendar)
    expect(calendar.get_by_role("heading", name="Week 7")).to_be_visible()


def test_on_a_phone_a_post_is_planned_and_moved_in_the_list(phone: Page, server: Server) -> None:
    enter(phone, server, CARDIOLOGY, today=TODAY)
    phone.goto("/calendar?view=List")
    settle(phone)
    phone.get_by_role("button", name="Plan a post").first.tap()
    settle(phone)
    phone.get_by_label("Title").fill("A short one")
    phone.get_by_role("button", name="Plan it").tap()
    settle(phone)
    phone.get_by_role("button", name="A short one").tap()
    settle(phone)
    phone.get_by_label("Move to").tap()
    phone.get_by_role("option", name="Sun 15 Feb").tap()
    settle(phone)
    expect(phone.get_by_text("Moved to Sun 15 Feb.")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
