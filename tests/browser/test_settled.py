import pytest
from playwright.sync_api import Page

from tests.browser.settled import settle


@pytest.fixture
def app_url(example_url: str) -> str:
    return example_url


@pytest.fixture
def opened(page: Page) -> Page:
    page.goto("/")
    settle(page)
    return page


def shown(page: Page, text: str) -> bool:
    """Whether the text stands there now; a locator's own waiting would hide a wait too short."""
    return text in page.inner_text("body")


def test_a_page_has_settled_only_after_its_first_run(opened: Page) -> None:
    assert shown(opened, "0 presses, nobody, 0 bytes")


def test_the_answer_to_a_slow_click_is_there_when_the_page_has_settled(opened: Page) -> None:
    for presses in range(1, 4):
        opened.get_by_role("button", name="Slow").click()
        settle(opened)
        assert shown(opened, f"{presses} presses")


def test_a_run_that_starts_another_is_waited_for_to_the_end(opened: Page) -> None:
    for presses in range(1, 6):
        opened.get_by_role("button", name="Twice").click()
        settle(opened)
        assert shown(opened, f"{presses} presses")


def test_clicks_faster_than_the_server_are_all_answered_when_the_page_has_settled(
    opened: Page,
) -> None:
    opened.get_by_role("button", name="Slow").click()
    opened.get_by_label("Name").fill("Ward 3")
    opened.get_by_label("Name").press("Enter")
    settle(opened)
    assert shown(opened, "presses, Ward 3")


def test_a_fragment_is_waited_for_like_a_page(opened: Page) -> None:
    for times in range(2, 6):
        opened.get_by_role("button", name="Part").click()
        settle(opened)
        assert shown(opened, f"The part ran {times} times.")


def test_a_file_has_arrived_when_the_page_has_settled(opened: Page) -> None:
    content = b"title,planned_for\n" * 50_000
    opened.locator("input[type=file]").set_input_files(
        {"name": "calendar.csv", "mimeType": "text/csv", "buffer": content}
    )
    settle(opened)
    assert shown(opened, f"{len(content)} bytes")


def test_a_reloaded_page_is_waited_for_again(opened: Page) -> None:
    opened.get_by_role("button", name="Slow").click()
    settle(opened)
    opened.reload()
    settle(opened)
    assert shown(opened, "0 presses")


def test_an_error_of_the_app_fails_the_test_unless_it_was_expected(opened: Page) -> None:
    opened.get_by_role("button", name="Broken").click()
    with pytest.raises(AssertionError, match="shows an error"):
        settle(opened)
    settle(opened, errors=True)


def test_a_page_that_takes_too_long_is_told_with_what_it_waits_for(opened: Page) -> None:
    opened.get_by_role("button", name="Slow").click()
    with pytest.raises(AssertionError, match=r"did not settle in 0\.1 seconds"):
        settle(opened, seconds=0.1)
    settle(opened)
