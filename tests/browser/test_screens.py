from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page

from tests.browser.conftest import EXAMPLE, screen
from tests.browser.server import DidNotStart, Server, start
from tests.browser.settled import settle


@pytest.fixture
def app_url(example_url: str) -> str:
    return example_url


def test_the_three_screens_have_the_sizes_the_product_is_made_for(
    page: Page, phone: Page, meeting: Page
) -> None:
    sizes = []
    for shown in (page, phone, meeting):
        shown.goto("/")
        settle(shown)
        sizes.append(shown.evaluate("[innerWidth, innerHeight, navigator.maxTouchPoints > 0]"))
    assert sizes == [[1440, 900, False], [390, 844, True], [1920, 1080, False]]


def test_a_stopped_app_answers_no_more(start_app: Callable[..., Server], page: Page) -> None:
    stopped = start_app(script=EXAMPLE)
    stopped.stop()
    stopped.stop()
    with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
        page.goto(stopped.url)


def test_an_app_that_does_not_start_is_told_with_what_it_printed(tmp_path: Path) -> None:
    with pytest.raises(DidNotStart, match="File does not exist"):
        start(tmp_path, script=tmp_path / "missing.py")


def test_a_phone_is_touched(phone: Page) -> None:
    phone.goto("/")
    settle(phone)
    phone.get_by_role("button", name="Slow").tap()
    settle(phone)
    assert "1 presses" in phone.inner_text("body")


def test_an_error_in_the_scripts_of_the_page_fails_the_test(
    chromium: Browser, app_url: str
) -> None:
    def visit() -> None:
        with screen(chromium, app_url, 800, 600) as page:
            page.goto("/")
            page.evaluate("setTimeout(() => { throw new Error('broken on purpose') })")
            settle(page)

    with pytest.raises(AssertionError, match="broken on purpose"):
        visit()
