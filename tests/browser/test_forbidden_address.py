"""A lead who types another department's address learns nothing, not even from a cold server.

A fresh server is the hard case: nobody has opened a page yet, so whatever Streamlit does before
it knows the menu happens to this very visitor. What counts is what travels, not what is drawn:
every frame the server sends is looked through.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, Response, WebSocket

from tests.accounts import add_arrived, set_up_hospital
from tests.browser.conftest import TODAY, screen
from tests.browser.server import Server
from tests.browser.settled import settle
from tests.browser.visitors import backend_on, enter
from trial.domain.roles import Role
from trial.services import posts, trials

PASSWORD = "five quiet geese"
LEAD, COMMS = "lou.lead@clinic.example", "kim.comms@clinic.example"

OTHER = "Nephrology"
# What only the other department's people and Communications may know.
SECRETS = (OTHER, "Kidney screening on Thursday", "Dialysis desk", "Reach dialysis patients early")
OWN = "Walk with us"


@dataclass(frozen=True)
class Clinic:
    """A database with two departments; the lead leads Cardiology, `other` is the other's trial."""

    database_url: str
    other: int


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    database_url = f"sqlite:///{tmp_path_factory.mktemp('clinic') / 'trial.db'}"
    backend = backend_on(database_url, TODAY)
    comms = set_up_hospital(backend, name="Clinic at the Lake", email=COMMS, password=PASSWORD)
    monday = TODAY - timedelta(days=TODAY.weekday())
    own = trials.start(comms, backend, department="Cardiology", starts_on=monday)
    other = trials.start(
        comms, backend, department=OTHER, starts_on=monday, purpose="Reach dialysis patients early"
    )
    add_arrived(
        comms,
        backend,
        name="Lou Lead",
        email=LEAD,
        role=Role.LEAD,
        department_ids=[own.row.department_id],
        password=PASSWORD,
    )
    for trial_id, title in ((own.id, OWN), (other.id, "Kidney screening on Thursday")):
        posts.plan(
            comms,
            backend,
            trial_id=trial_id,
            title=title,
            planned_for=TODAY,
            contributor="Clinic office" if trial_id == own.id else "Dialysis desk",
        )
    backend.database.close()
    return Clinic(database_url, other.id)


class Wire:
    """Everything a server sends to a page, frames and answers alike, as bytes."""

    def __init__(self, page: Page) -> None:
        self.frames: list[bytes] = []
        self.answers: list[Response] = []
        page.on("websocket", self._listen)
        page.on("response", self._keep_answer)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._keep)

    def _keep(self, frame: str | bytes) -> None:
        self.frames.append(frame.encode() if isinstance(frame, str) else frame)

    def _keep_answer(self, answer: Response) -> None:
        self.answers.append(answer)

    def has(self, words: str) -> bool:
        """Whether the words came over the wire, in a frame or in a document.

        To be asked before the page goes elsewhere: the browser forgets documents it has left.
        """
        documents = [
            answer.body() for answer in self.answers if answer.request.resource_type == "document"
        ]
        return any(words.encode() in sent for sent in (*self.frames, *documents))


@pytest.fixture
def cold(start_app: Callable[..., Server], clinic: Clinic) -> Iterator[Server]:
    """A server that nobody has visited yet."""
    server = start_app(database_url=clinic.database_url)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def warm(start_app: Callable[..., Server], clinic: Clinic) -> Iterator[Server]:
    """A server that is visited again and again."""
    server = start_app(database_url=clinic.database_url)
    yield server
    server.stop()


def visit(page: Page, address: str) -> Wire:
    wire = Wire(page)
    page.goto(address)
    settle(page)
    assert wire.frames
    return wire


def learn_nothing(page: Page, address: str, clinic: Clinic) -> None:
    wire = visit(page, address.replace("OTHER", str(clinic.other)))
    assert [words for words in SECRETS if wire.has(words)] == []
    text = page.inner_text("body")
    assert [words for words in SECRETS if words in text] == []
    assert "Not part of your account" in text


# A page of the lead's own area, and one of Communications'.
@pytest.mark.parametrize("address", ["/this-week?trial=OTHER", "/department?trial=OTHER"])
def test_a_lead_learns_nothing_of_another_department_from_a_cold_server(
    chromium: Browser, cold: Server, clinic: Clinic, address: str
) -> None:
    with screen(chromium, cold.url, 1440, 900) as page:
        enter(page, cold, LEAD, today=TODAY, password=PASSWORD)
        learn_nothing(page, address, clinic)
        # Not locked out either: the way to the own week is open.
        page.goto("/")
        settle(page)
        assert OWN in page.inner_text("body")


def test_a_lead_learns_nothing_at_any_other_address(
    chromium: Browser, warm: Server, clinic: Clinic
) -> None:
    with screen(chromium, warm.url, 1440, 900) as page:
        enter(page, warm, LEAD, today=TODAY, password=PASSWORD)
        for path in ("standing", "calendar", "import", "review"):
            learn_nothing(page, f"/{path}?trial=OTHER", clinic)
        of_communications = ("board", "drafts", "trials", "people")
        for path in (*of_communications, "policy", "look-back", "after-the-trial"):
            learn_nothing(page, f"/{path}", clinic)


def test_the_file_of_a_page_is_no_address(chromium: Browser, cold: Server, clinic: Clinic) -> None:
    with screen(chromium, cold.url, 1440, 900) as page:
        enter(page, cold, LEAD, today=TODAY, password=PASSWORD)
        for address in ("/pages/comms/board.py", "/pages/comms/board", "/comms/department"):
            wire = Wire(page)
            page.goto(f"{address}?trial={clinic.other}", wait_until="networkidle")
            assert [words for words in SECRETS if wire.has(words)] == []
            assert "session.require" not in page.content(), "the page's code is nobody's business"


def test_a_stranger_learns_nothing_from_a_cold_server(
    chromium: Browser, cold: Server, clinic: Clinic
) -> None:
    addresses = (f"/department?trial={clinic.other}", "/board", "/this-week", "/account", "/")
    for address in addresses:
        with screen(chromium, cold.url, 1440, 900) as page:
            wire = visit(page, address)
            known = (*SECRETS, OWN, "Cardiology", "Lou Lead", "Kim Comms")
            assert [words for words in known if wire.has(words)] == []
            assert page.locator("h1").inner_text() == "Sign in"


def test_what_is_looked_for_does_travel_to_those_who_may_read_it(
    chromium: Browser, warm: Server, clinic: Clinic
) -> None:
    # Without this, the tests above would pass on a server that compresses what it sends.
    with screen(chromium, warm.url, 1440, 900) as page:
        enter(page, warm, COMMS, today=TODAY, password=PASSWORD)
        assert visit(page, "/board").has(OTHER)
        found = {
            words
            for path in ("department", "this-week", "calendar")
            for wire in [visit(page, f"/{path}?trial={clinic.other}")]
            for words in SECRETS
            if wire.has(words)
        }
        assert found == {*SECRETS}
