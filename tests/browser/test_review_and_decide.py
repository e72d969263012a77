"""The meeting reads the verdict from the far end of a table, and decides."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import TODAY, screen
from tests.browser.server import Server
from tests.browser.settled import settle
from tests.browser.visitors import COMMUNICATIONS, REVIEW, enter

# Every text that stands on the page itself, or in one part of it, with its size; the bar of the
# browser's own menu and what is kept for screen readers are no part of the picture.
SIZES = """
node => {
  const sizes = []
  const walker = document.createTreeWalker(
    node || document.querySelector('[data-testid="stMain"]'), NodeFilter.SHOW_TEXT)
  for (let text; (text = walker.nextNode()); ) {
    const parent = text.parentElement, words = text.data.trim()
    if (!words || parent.closest('.unseen, [data-testid="stIconMaterial"], style, script')) continue
    const box = parent.getBoundingClientRect()
    if (!parent.checkVisibility() || box.width <= 1 || box.height <= 1) continue
    sizes.push([parseFloat(getComputedStyle(parent).fontSize), words])
  }
  return sizes.sort((a, b) => a[0] - b[0])
}
"""

# The texts of a picture that reach over its edge, where nothing is drawn.
CUT_OFF = """
node => {
  const frame = node.getBoundingClientRect()
  const isOver = box =>
    box.left < frame.left || box.right > frame.right || box.bottom > frame.bottom
  return [...node.querySelectorAll('text')]
    .filter(each => isOver(each.getBoundingClientRect())).map(each => each.textContent)
}
"""

# How far down the page reaches, whichever element scrolls.
BELOW_THE_FOLD = """
() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
  .map(node => node.scrollHeight - node.clientHeight)
"""


@pytest.fixture
def server(own_demo_server: Server) -> Server:
    return own_demo_server


@pytest.fixture
def wall(meeting: Page, server: Server) -> Page:
    enter(meeting, server, REVIEW, today=TODAY)
    meeting.goto("/")
    settle(meeting)
    return meeting


def test_the_verdict_is_read_from_afar_and_the_decision_recorded(
    wall: Page, server: Server, chromium: Browser
) -> None:
    # The review that has waited longest comes by itself.
    assert wall.url.endswith("/review")
    assert wall.locator("h1").inner_text() == "Maternity"
    assert wall.locator("h2.answer").inner_text() == "Ready for its own account"

    assert wall.evaluate(BELOW_THE_FOLD) == [0, 0]
    smallest, words = wall.evaluate(SIZES)[0]
    assert smallest >= 22, f"“{words}” is {smallest} pixels"
    answer = wall.locator("h2.answer")
    assert answer.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= 70
    gates = wall.locator("ul.gates li")
    assert gates.count() == 6
    for complete in (gates.last, wall.get_by_role("button", name="Decide")):
        expect(complete).to_be_in_viewport(ratio=1)

    wall.keyboard.press("s")
    settle(wall)
    tests = wall.get_by_role("dialog").locator(".stress")
    expect(tests.get_by_role("row")).to_have_count(6)
    sizes = tests.evaluate(
        "node => [...node.querySelectorAll('td, th[scope=row], p')]"
        ".map(each => parseFloat(getComputedStyle(each).fontSize))"
    )
    assert min(sizes) >= 22
    expect(tests).to_be_in_viewport(ratio=1)
    wall.keyboard.press("Escape")
    expect(tests).to_have_count(0)
    weeks = wall.get_by_role("table", name="The weeks of Maternity")
    assert weeks.get_by_role("cell").nth(5).text_content() == "6▲Week 6: 6 posts, over the target"

    # The evidence opens by its key, for whoever holds the keyboard.
    wall.keyboard.press("e")
    evidence = wall.get_by_role("dialog", name="Evidence")
    expect(evidence.get_by_role("table", name="Checks")).to_contain_text("Responsiveness")
    wall.keyboard.press("Escape")
    expect(evidence).to_be_hidden()
    settle(wall)

    # To decide otherwise than recommended takes a reason; what was chosen stays.
    wall.get_by_role("button", name="Decide").click()
    settle(wall)
    form = wall.get_by_role("dialog", name="Record the decision")
    conditions = form.get_by_role("textbox", name="Conditions")
    form.get_by_text("Extend with conditions").click()
    conditions.fill("Name a second author.")
    record = form.get_by_role("button", name="Record the decision")
    record.click()
    settle(wall)
    assert "Give a reason" in form.get_by_role("alert").inner_text()
    assert form.get_by_role("radio", name="Extend with conditions").is_checked()
    assert conditions.input_value() == "Name a second author."
    form.get_by_role("textbox", name="Reason").fill("Most posts hang on one office.")
    form.get_by_label("Who saw it differently, and why").fill("Midwifery would start now.")
    record.click()
    settle(wall)

    expect(form).to_be_hidden()
    assert answer.inner_text() == "Extend with conditions"
    shown = wall.inner_text(".verdict")
    assert "The scorecard recommended “Ready for its own account”." in shown
    assert "Most posts hang on one office." in shown
    assert wall.get_by_role("button", name="Decide").count() == 0
    assert "reproducible" in wall.inner_text(".review-note")
    assert wall.evaluate(BELOW_THE_FOLD) == [0, 0]
    wall.get_by_role("button", name="Decision").click()
    settle(wall)
    kept = wall.get_by_role("dialog", name="The decision").inner_text()
    assert "Name a second author." in kept
    assert "Midwifery would start now." in kept

    # Nobody needs help with it any more.
    with screen(chromium, server.url, 1440, 900) as board:
        enter(board, server, COMMUNICATIONS, today=TODAY)
        board.goto("/board")
        settle(board)
        departments = board.locator("table.board th.who a").all_inner_texts()
    assert "Dermatology" in departments
    assert "Maternity" not in departments


def test_every_trial_of_the_demo_fits_the_meetings_screen(
    demo_server: Server, chromium: Browser
) -> None:
    names = set()
    with screen(chromium, demo_server.url, 1920, 1080) as wall:
        enter(wall, demo_server, REVIEW, today=TODAY)
        for trial in range(1, 11):
            wall.goto(f"/review?trial={trial}")
            settle(wall)
            name = wall.locator("h1").inner_text()
            names.add(name)
            assert wall.evaluate(BELOW_THE_FOLD) == [0, 0], name
            smallest, words = wall.evaluate(SIZES)[0]
            assert smallest >= 22, f"{name}: “{words}” is {smallest} pixels"
            if name == "Cardiology":
                look_at_evidence(wall)
    assert len(names) == 10


def test_who_leaves_a_running_trial_is_given_no_conditions(
    demo_server: Server, chromium: Browser
) -> None:
    with screen(chromium, demo_server.url, 1920, 1080) as wall:
        enter(wall, demo_server, REVIEW, today=TODAY)
        wall.goto("/review?trial=8")
        settle(wall)
        assert wall.locator("h1").inner_text() == "Cardiology"
        # It would be extended with conditions, but not before it is over.
        assert wall.locator("h2.answer").inner_text() == "Extend with conditions"
        wall.keyboard.press("d")
        settle(wall)
        form = wall.get_by_role("dialog", name="Record the decision")
        expect(form.get_by_role("radio")).to_have_count(1)
        expect(form).to_contain_text("So far the scorecard recommends")
        assert form.get_by_role("textbox", name="Conditions").input_value() == ""
        # What the meeting writes is read from the far end of the table as well.
        smallest = form.locator("p, textarea").evaluate_all(
            "each => Math.min(...each.map(one => parseFloat(getComputedStyle(one).fontSize)))"
        )
        assert smallest >= 22


def look_at_evidence(wall: Page) -> None:
    """A trial that runs has its forecast first, the whole fan at one look."""
    wall.keyboard.press("e")
    settle(wall)
    evidence = wall.get_by_role("dialog", name="Evidence")
    expect(evidence.locator(".forecast")).to_contain_text("this trial’s own 5 weeks")
    fan = evidence.locator(".js-plotly-plot")
    expect(fan).to_be_in_viewport(ratio=1)
    smallest, words = evidence.evaluate(SIZES)[0]
    assert smallest >= 22, f"“{words}” is {smallest} pixels"
    assert fan.evaluate(CUT_OFF) == []
