"""A lead logs a normal week on a phone, between two patients."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import TODAY
from tests.browser.server import Server
from tests.browser.settled import settle
from tests.browser.visitors import CARDIOLOGY, DERMATOLOGY, backend_on, enter
from trial.demo import hospital
from trial.services import posts, sign_in, trial_views, week
from trial.services.access import Actor
from trial.services.backend import Backend

MONDAY, WEDNESDAY = date(2026, 2, 9), date(2026, 2, 11)
SMALLEST_TARGET = 44
ADD = "Add a post that was not planned"


@pytest.fixture
def server(own_demo_server: Server) -> Server:
    return own_demo_server


@pytest.fixture
def backend(server: Server) -> Backend:
    return backend_on(server.database_url, TODAY)


def signed_in_on(backend: Backend) -> Actor:
    token = sign_in.sign_in(backend, email=CARDIOLOGY, password=hospital.PASSWORD).token
    me = sign_in.who(backend, token=token)
    assert me is not None
    return me.actor


@pytest.fixture
def week_page(phone: Page, server: Server, backend: Backend) -> Page:
    """Cardiology's week with three slots of today and later that nobody has logged yet."""
    me = signed_in_on(backend)
    trial = trial_views.own_trials(me, backend)[0]
    shown = week.this_week(me, backend, trial_id=trial.id)
    open_slots = [post for day in shown.days for post in day.posts if post.can_deliver]
    for number in range(3 - len(open_slots)):
        posts.plan(me, backend, trial_id=trial.id, title=f"Slot {number}", planned_for=TODAY)
    enter(phone, server, CARDIOLOGY, today=TODAY)
    phone.goto("/this-week")
    settle(phone)
    return phone


def tap(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.tap()
    settle(page)


def test_a_normal_week_is_logged_in_at_most_six_taps(week_page: Page) -> None:
    taps = 0
    delivered = week_page.get_by_role("button", name="Hand over", exact=True)
    expect(delivered).to_have_count(3)
    while delivered.count():
        delivered.first.tap()
        settle(week_page)
        taps += 1
    tap(week_page, "Send the week")
    taps += 1
    assert taps <= 6
    expect(week_page.get_by_text("Sent today")).to_be_visible()
    expect(week_page.locator("h1")).to_contain_text("The target is reached")


def test_every_step_can_be_taken_back_at_its_own_card(week_page: Page) -> None:
    delivered = week_page.get_by_role("button", name="Hand over", exact=True)
    before = delivered.count()
    tap(week_page, "Hand over")
    assert delivered.count() == before - 1
    week_page.locator("[class*='st-key-slot-undo-']").get_by_role("button").tap()
    settle(week_page)
    assert delivered.count() == before
    expect(week_page.get_by_text("Taken back.")).to_be_visible()


def test_a_slot_is_moved_or_dropped_in_one_tap_and_the_reason_can_follow(week_page: Page) -> None:
    tap(week_page, "Move to Sat")
    expect(week_page.get_by_text("Moved to tomorrow.")).to_be_visible()
    tap(week_page, "Drop")
    gone = week_page.locator("[class*='st-key-slot-gone-']")
    expect(gone.get_by_text("Dropped: No time this week")).to_be_visible()
    tap(week_page, "Another reason")
    week_page.get_by_role("menuitem", name="Went into another post").tap()
    settle(week_page)
    expect(gone.get_by_text("Dropped: Went into another post")).to_be_visible()
    gone.get_by_role("button", name="Undo").tap()
    settle(week_page)
    expect(gone).to_have_count(0)
    expect(week_page.get_by_role("button", name="Move to Sun", exact=True)).to_be_visible()


def test_what_stands_below_the_week_follows_a_tap_that_changes_it(
    phone: Page, server: Server
) -> None:
    enter(phone, server, DERMATOLOGY, today=TODAY)
    phone.goto("/this-week")
    settle(phone)
    nothing = phone.get_by_role("button", name="Nothing this week")
    expect(nothing).to_be_visible()
    expect(phone.get_by_text("Still open from before")).to_be_visible()
    this_weeks = phone.locator("[class*='st-key-slot-open-']")
    this_weeks.get_by_role("button", name="Hand over", exact=True).first.tap()
    settle(phone)
    expect(nothing).to_have_count(0)
    phone.locator("[class*='st-key-shell-said-']").get_by_role("button", name="Undo").tap()
    settle(phone)
    expect(nothing).to_be_visible()


def test_the_form_of_a_post_that_was_not_planned_keeps_what_is_typed_and_redraws_the_week(
    week_page: Page,
) -> None:
    tap(week_page, ADD)
    title = week_page.get_by_label("Title")
    title.fill("Sun and")
    tap(week_page, "Hand over")
    expect(title).to_have_value("Sun and")
    title.fill("Sun and skin")
    title.press("Enter")
    card = week_page.locator("[class*='st-key-slot-done-']", has_text="Sun and skin")
    expect(card).to_be_visible()
    settle(week_page)
    expect(title).to_have_count(0)
    card.get_by_role("button", name="Undo").tap()
    settle(week_page)
    expect(card).to_have_count(0)
    expect(week_page.get_by_role("button", name=ADD)).to_have_count(1)


def test_whoever_opens_the_form_sees_what_somebody_else_has_planned_meanwhile(
    week_page: Page, backend: Backend
) -> None:
    me = signed_in_on(backend)
    trial = trial_views.own_trials(me, backend)[0]
    posts.plan(me, backend, trial_id=trial.id, title="Planned beside", planned_for=TODAY)
    tap(week_page, ADD)
    expect(week_page.get_by_text("Planned beside")).to_be_visible()
    expect(week_page.get_by_label("Title")).to_be_visible()


def test_a_tap_after_the_sign_in_has_ended_meets_the_sign_in_form(
    week_page: Page, backend: Backend
) -> None:
    (token,) = (each["value"] for each in week_page.context.cookies() if each["name"] == "trial")
    sign_in.sign_out(backend, token=token)
    tap(week_page, "Hand over")
    expect(week_page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(week_page.locator(".standing")).to_have_count(0)
    expect(week_page.get_by_role("link", name="Calendar")).to_have_count(0)


def test_everything_to_tap_is_large_enough_for_a_thumb(week_page: Page) -> None:
    small = week_page.evaluate(
        """least => [...document.querySelectorAll('[data-testid="stMain"] button')]
          .filter(button => button.checkVisibility())
          .map(button => [button.innerText, button.getBoundingClientRect()])
          .filter(([, box]) => box.width < least || box.height < least)
          .map(([name, box]) => `${name} ${box.width}×${box.height}`)""",
        SMALLEST_TARGET,
    )
    assert small == []
    assert week_page.evaluate("document.documentElement.scrollWidth <= innerWidth")
