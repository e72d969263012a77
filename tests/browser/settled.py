"""Knowing when a page has finished, so that browser tests neither sleep nor flake.

A click is sent to the server over a websocket, the script runs there, its elements travel back and
are drawn. The page itself says "running" only between two of these moments, so its own word is not
enough. Here the frames are read: a page has settled when the latest request has been followed by
the start of a run and that run by its end, no file is on its way, and nothing stale is left.
"""

import time
from weakref import WeakKeyDictionary

from playwright.sync_api import Error, Page, Request, WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

TIMEOUT_SECONDS = 20.0

# A handler of the page may send its request only after the event that Playwright waited for.
HANDLER_MILLISECONDS = 20

DRAWN = """
() => new Promise(answer => requestAnimationFrame(() => setTimeout(() => {
  const app = document.querySelector('[data-testid="stApp"]')
  const pending = '[data-stale="true"], [data-testid="stSkeleton"], [data-testid="stSpinner"]'
  answer(app !== null
    && app.dataset.testScriptState === 'notRunning'
    && app.dataset.testConnectionState === 'CONNECTED'
    && document.querySelector(pending) === null)
}, 0)))
"""


class Traffic:
    """What a page and its server have said to each other, as far as it tells whether a run is due.

    Attributes
    ----------
    runs
        Script runs that came to their end, whole pages and fragments alike.
    """

    def __init__(self, page: Page) -> None:
        self.runs = 0
        self._run_is_due = True
        self._running = False
        self._uploads = 0
        page.on("websocket", self._follow)
        page.on("requestfinished", self._request_ended)
        page.on("requestfailed", self._request_ended)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing that was asked for is still to come."""
        return not (self._run_is_due or self._running or self._uploads)

    def __str__(self) -> str:
        return (
            f"{self.runs} runs ended, run due: {self._run_is_due}, "
            f"running: {self._running}, files on their way: {self._uploads}"
        )

    def _follow(self, socket: WebSocket) -> None:
        if "/_stcore/stream" not in socket.url:
            return
        # A new connection, after a reload for example, begins with a run of its own.
        self._run_is_due, self._running, self._uploads = True, False, 0
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, frame: str | bytes) -> None:
        if isinstance(frame, str):
            return
        message = BackMsg.FromString(frame)
        kind = message.WhichOneof("type")
        if kind == "rerun_script":
            self._run_is_due = True
        elif kind == "file_urls_request":
            self._uploads += len(message.file_urls_request.file_names)

    def _received(self, frame: str | bytes) -> None:
        if isinstance(frame, str):
            return
        message = ForwardMsg.FromString(frame)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            # Several requests may be answered by one run; it starts after the last of them.
            self._run_is_due, self._running = False, True
        elif kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                self._run_is_due = True
            else:
                self.runs += 1
            self._running = False

    def _request_ended(self, request: Request) -> None:
        if request.method == "PUT" and "/_stcore/upload_file" in request.url:
            self._uploads = max(0, self._uploads - 1)


_traffic: WeakKeyDictionary[Page, Traffic] = WeakKeyDictionary()


def watch(page: Page) -> Traffic:
    """Follow a page's traffic; to be called before the page goes anywhere."""
    traffic = _traffic[page] = Traffic(page)
    return traffic


def _is_drawn(page: Page) -> bool:
    try:
        return bool(page.evaluate(DRAWN))
    except Error as error:
        # A link has been followed while the page was asked: the next document is not drawn yet.
        if "Execution context was destroyed" in error.message:
            return False
        raise


def settle(page: Page, seconds: float = TIMEOUT_SECONDS, *, errors: bool = False) -> None:
    """Wait until the page shows the whole answer to everything that was done on it.

    Parameters
    ----------
    page
        A watched page: those of the fixtures are.
    seconds
        How long it may take.
    errors
        Whether the page may show an error of the app's code; without it, one fails the test.

    Raises
    ------
    AssertionError
        The time is over, or the app shows an exception.
    """
    traffic = _traffic[page]
    deadline = time.monotonic() + seconds
    page.wait_for_timeout(HANDLER_MILLISECONDS)
    while not (traffic.is_quiet and _is_drawn(page) and traffic.is_quiet):
        if time.monotonic() > deadline:
            raise AssertionError(f"{page.url} did not settle in {seconds:g} seconds: {traffic}")
        page.wait_for_timeout(10)
    exceptions = page.get_by_test_id("stException")
    if not errors and exceptions.count():
        raise AssertionError(f"{page.url} shows an error:\n{exceptions.first.inner_text()}")
