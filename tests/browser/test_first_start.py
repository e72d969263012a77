"""The first minutes: an empty database, a choice, and somebody who is let in."""

import re

from playwright.sync_api import Page

from tests.browser.settled import settle

PASSWORD = "five quiet geese"


def headline(page: Page) -> str:
    return page.locator("h1").inner_text()


def opened(page: Page, path: str = "/") -> Page:
    page.goto(path)
    settle(page)
    return page


def fill_in(page: Page, *, password: str) -> None:
    page.get_by_label("Organisation").fill("Klinikum Süd-Ost")
    page.get_by_label("Your name").fill("Kim Comms")
    page.get_by_label("E-mail").fill("kim@clinic.example")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Set up and sign in").click()
    settle(page)


def test_an_empty_database_greets_with_two_choices(page: Page) -> None:
    opened(page)
    assert page.locator("h3").all_inner_texts() == [
        "Explore a demo hospital",
        "Set up my organisation",
    ]
    assert page.get_by_role("button", name="Explore the demo").is_visible()
    assert page.get_by_role("button", name="Set up and sign in").is_visible()
    # Any other address leads here too: there is nothing else yet.
    opened(page, "/board")
    assert page.get_by_role("button", name="Set up and sign in").is_visible()


def test_an_organisation_is_set_up_in_one_form_and_its_manager_stays_signed_in(page: Page) -> None:
    opened(page)

    fill_in(page, password="short")
    assert "10 to 200 characters" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Organisation").input_value() == "Klinikum Süd-Ost"
    assert page.get_by_label("Your name").input_value() == "Kim Comms"
    assert page.get_by_label("E-mail").input_value() == "kim@clinic.example"

    with page.expect_response(re.compile(r"/session$")) as kept:
        fill_in(page, password=PASSWORD)
    assert kept.value.status == 204
    assert page.url.endswith("/board")
    assert headline(page) == "No trial is running yet"
    assert "Demo hospital" not in page.inner_text("body")

    page.reload()
    settle(page)
    assert headline(page) == "No trial is running yet"

    opened(page, "/account")
    assert headline(page) == "Kim Comms"
    with page.expect_response(re.compile(r"/session/end$")):
        page.get_by_role("button", name="Sign out").click()
        settle(page)
    assert headline(page) == "Sign in"
    opened(page, "/board")
    assert headline(page) == "Sign in"
    assert "trial" not in [cookie.get("name") for cookie in page.context.cookies()]

    page.get_by_label("E-mail").fill("kim@clinic.example")
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    settle(page)
    assert "do not open an account" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("E-mail").input_value() == "kim@clinic.example"
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    settle(page)
    # To the page that was asked for.
    assert page.url.endswith("/board")
    assert headline(page) == "No trial is running yet"


def test_the_demo_hospital_is_built_in_sight_and_entered_with_one_tap(page: Page) -> None:
    opened(page)
    page.get_by_role("button", name="Explore the demo").click()
    page.get_by_role("progressbar").wait_for()
    settle(page, seconds=240)
    assert headline(page) == "Sign in"
    page.get_by_role("button", name="Communications manager").click()
    settle(page)
    assert page.url.endswith("/board")
    assert page.get_by_role("note").inner_text() == "Demo hospital – synthetic data"
    names = page.get_by_role("table").get_by_role("rowheader")
    assert names.count() == 8  # ten departments, two of which have been decided
    page.reload()
    settle(page)
    assert page.get_by_role("note").is_visible()
