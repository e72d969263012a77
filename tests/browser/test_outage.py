"""The database goes away under a half-filled form, and comes back: nothing typed is lost."""

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.accounts import add_arrived, set_up_hospital
from tests.browser.conftest import TODAY
from tests.browser.server import Server
from tests.browser.settled import settle
from tests.browser.visitors import backend_on, enter
from tests.environment.postgres import Cluster
from trial.domain.roles import Role
from trial.services import calendar, sign_in, trial_views, trials
from trial.services.post_views import PostView
from trial.ui.outage import ANSWERS_AGAIN, NOT_ANSWERING

COMMS, LEAD = "comms@hospital.example", "lead@hospital.example"
PASSWORD = "five quiet geese"
START = date(2026, 1, 5)
# Milliseconds: a start of PostgreSQL, and a page's pause until it looks again.
PATIENCE = 30_000


@pytest.fixture(scope="module")
def cluster(postgres_cluster: Cluster) -> Cluster:
    """A PostgreSQL server of this file's own, with a small hospital in it."""
    _build(postgres_cluster.address)
    return postgres_cluster


def _build(database_url: str) -> None:
    backend = backend_on(database_url, TODAY)
    comms = set_up_hospital(backend, email=COMMS, password=PASSWORD)
    trial = trials.start(comms, backend, department="Cardiology", starts_on=START)
    add_arrived(
        comms,
        backend,
        name="Lou Lead",
        email=LEAD,
        role=Role.LEAD,
        department_ids=[trial.row.department_id],
        password=PASSWORD,
    )
    backend.database.close()


@pytest.fixture(scope="module")
def running(cluster: Cluster, start_app: Callable[..., Server]) -> Iterator[Server]:
    server = start_app(database_url=cluster.address)
    yield server
    server.stop()


@pytest.fixture
def server(running: Server, cluster: Cluster) -> Iterator[Server]:
    """The app on that server, which answers again when the test is over."""
    yield running
    if not cluster.is_running:
        assert cluster.start()


def opened(page: Page, server: Server, email: str, path: str) -> Page:
    enter(page, server, email, today=TODAY, password=PASSWORD)
    page.goto(path)
    settle(page)
    return page


def come_back(page: Page, cluster: Cluster) -> None:
    """Start the database again, and wait until the page has noticed by itself."""
    assert cluster.start()
    expect(page.get_by_text(NOT_ANSWERING)).to_have_count(0, timeout=PATIENCE)
    settle(page)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def planned(server: Server) -> tuple[PostView, ...]:
    backend = backend_on(server.database_url, TODAY)
    lead = sign_in.who(backend, token=sign_in.sign_in(backend, email=LEAD, password=PASSWORD).token)
    assert lead is not None
    trial = trial_views.own_trials(lead.actor, backend)[0]
    view = calendar.calendar(lead.actor, backend, trial_id=trial.id)
    backend.database.close()
    return tuple(view.posts)


def titles(server: Server) -> list[str]:
    return [post.title for post in planned(server)]


def test_a_plan_half_typed_survives_the_outage_and_is_saved_once(
    page: Page, server: Server, cluster: Cluster
) -> None:
    log = server.printed()
    opened(page, server, LEAD, "/calendar")
    page.get_by_label("Title").fill("Salt: where")
    cluster.stop(immediately=True)
    press(page, "Fri 20 Feb, plan a post")
    expect(page.get_by_text(NOT_ANSWERING)).to_be_visible(timeout=PATIENCE)
    # The page waits, and somebody types on and clicks on.
    title = page.get_by_label("Title")
    expect(title).to_have_value("Salt: where")
    title.press("End")
    title.press_sequentially(" it hides")
    for _ in range(3):
        press(page, "Sat 21 Feb, plan a post")
    expect(page.get_by_text(NOT_ANSWERING)).to_be_visible()
    come_back(page, cluster)
    expect(page.get_by_text(ANSWERS_AGAIN)).to_be_visible()
    expect(title).to_have_value("Salt: where it hides")
    press(page, "Plan it")
    settle(page)
    assert titles(server).count("Salt: where it hides") == 1
    printed = server.printed().removeprefix(log)
    assert "Traceback" not in printed
    assert "Salt" not in printed
    told = ("The database does not answer; the pages wait for it.", "The database answers again.")
    lines = [line for line in printed.splitlines() if line.strip()]
    assert len(lines) == len(told), lines
    assert all(sentence in line for sentence, line in zip(told, lines, strict=True)), lines


def test_a_tap_into_an_outage_leaves_the_week_as_it_was(
    phone: Page, server: Server, cluster: Cluster
) -> None:
    opened(phone, server, LEAD, "/this-week")
    phone.get_by_role("button", name="Add a post that was not planned").tap()
    settle(phone)
    phone.get_by_label("Title").fill("Walk with us")
    phone.get_by_label("Hours spent on posts").fill("3.5")
    cluster.stop(immediately=True)
    phone.get_by_role("button", name="Add it").tap()
    expect(phone.get_by_text(NOT_ANSWERING)).to_be_visible(timeout=PATIENCE)
    expect(phone.get_by_label("Title")).to_have_value("Walk with us")
    come_back(phone, cluster)
    expect(phone.get_by_text("Nothing was saved")).to_be_visible()
    expect(phone.get_by_label("Title")).to_have_value("Walk with us")
    expect(phone.get_by_label("Hours spent on posts")).to_have_value("3.5")
    phone.get_by_role("button", name="Add it").tap()
    settle(phone)
    assert titles(server).count("Walk with us") == 1


def test_a_dialog_half_filled_survives_the_outage_and_is_saved_once(
    page: Page, server: Server, cluster: Cluster
) -> None:
    opened(page, server, COMMS, "/people")
    press(page, "Add a person")
    settle(page)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Nia New")
    dialog.get_by_label("E-mail").fill("nia@hospital.example")
    dialog.get_by_role("textbox", name="First password").fill("seven tall storks")
    cluster.stop(immediately=True)
    dialog.get_by_role("button", name="Add").click()
    expect(dialog.get_by_text("Nothing was saved")).to_be_visible(timeout=PATIENCE)
    expect(dialog.get_by_label("Name")).to_have_value("Nia New")
    assert cluster.start()
    dialog.get_by_role("button", name="Add").click()
    settle(page)
    expect(dialog).to_have_count(0)
    # In the list; what was just said names her too.
    expect(page.get_by_text("Nia New", exact=True)).to_have_count(1)


def test_a_first_visit_during_an_outage_reads_a_page_and_then_gets_the_one_it_asked_for(
    page: Page, server: Server, cluster: Cluster
) -> None:
    enter(page, server, LEAD, today=TODAY, password=PASSWORD)
    cluster.stop(immediately=True)
    page.goto("/standing")
    expect(page.get_by_text(NOT_ANSWERING)).to_be_visible(timeout=PATIENCE)
    box = page.get_by_text(NOT_ANSWERING).bounding_box()
    assert box is not None
    assert box["y"] < page.viewport_size["height"] / 2  # type: ignore[index]
    come_back(page, cluster)
    expect(page).to_have_url(re.compile("/standing$"))
    expect(page.get_by_role("heading", name="Checks")).to_be_visible()


def test_a_sign_in_during_an_outage_can_be_repeated(
    page: Page, server: Server, cluster: Cluster
) -> None:
    page.goto("/calendar")
    settle(page)
    page.get_by_label("E-mail").fill(LEAD)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    cluster.stop(immediately=True)
    press(page, "Sign in")
    expect(page.get_by_text(re.compile("database (did not|is not) answer"))).to_be_visible(
        timeout=PATIENCE
    )
    come_back(page, cluster)
    expect(page.get_by_label("E-mail")).to_have_value(LEAD)
    press(page, "Sign in")
    settle(page)
    expect(page.get_by_label("Title")).to_be_visible()


def test_a_chosen_file_and_what_was_chosen_for_it_are_still_there_after_an_outage(
    page: Page, server: Server, cluster: Cluster
) -> None:
    opened(page, server, LEAD, "/import")
    rows = b"title,day,extra\nA talk,2026-02-16,Ward 3\nAnother talk,2026-02-18,Ward 4\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "plan.csv", "mimeType": "text/csv", "buffer": rows}
    )
    settle(page)
    contributor = page.get_by_role("combobox", name="Contributor")
    contributor.click()
    page.get_by_role("option", name="extra").click()
    settle(page)
    cluster.stop(immediately=True)
    press(page, "Import 2 posts")
    expect(page.get_by_text(NOT_ANSWERING)).to_be_visible(timeout=PATIENCE)
    come_back(page, cluster)
    press(page, "Import 2 posts")
    settle(page)
    made = [post for post in planned(server) if post.title == "Another talk"]
    assert [post.contributor for post in made] == ["Ward 4"]
