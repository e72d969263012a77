"""How the server starts and ends: what must be there before the first visitor."""

import gc
import logging
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime.pages_manager import PagesManager

from trial import __version__, logs
from trial.config import settings_from
from trial.domain.characters import shortened
from trial.domain.errors import TrialError
from trial.services import board, organisation
from trial.services.backend import Backend
from trial.ui import process

_WARM_EVERY_SECONDS = 120
_LINE_LONGEST = 2_000
_TEXT_LONGEST = 20_000

_log = logging.getLogger("trial.ui")


class PlainRefusal:
    """Says in one sentence why the app cannot start, where a traceback would bury it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; of a start that was refused, tell the server the sentence."""
        if scope["type"] != "lifespan":
            await self.app(scope, receive, send)
            return

        async def send_plainly(message: Message) -> None:
            # Sent while the error is being handled; the message itself is its traceback.
            error = sys.exception()
            if message["type"] == "lifespan.startup.failed" and isinstance(error, TrialError):
                message = {**message, "message": str(error)}
            await send(message)

        await self.app(scope, receive, send_plainly)


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Bring the tables up to date before the first visitor, and load what the pages need.

    An installation that cannot reach its database says so on the terminal instead of to people.
    An empty one shows its operator the code that setting it up asks for.
    """
    _serve_no_page_without_the_entry_script()
    _keep_log_lines_short()
    logs.configure(settings_from().log_format)
    logs.note("started", version=__version__)
    await run_in_threadpool(_show_set_up_code)
    await run_in_threadpool(_load_pages_libraries)
    ended = threading.Event()
    threading.Thread(target=_warm_board, args=(process.backend(), ended), daemon=True).start()
    try:
        yield
    finally:
        ended.set()
        process.close()
        logs.note("ended")


def _warm_board(backend: Backend, ended: threading.Event) -> None:
    # At the start and after midnight nobody's board is computed yet. While it is, to look costs
    # two queries; and the thread is one that nobody waits for.
    while not ended.is_set():
        try:
            board.warm(backend)
        except Exception as error:  # noqa: BLE001 – whoever asks for the board is told by the board
            if not ended.is_set():
                logs.note("board not computed ahead", error=type(error).__name__)
        ended.wait(_WARM_EVERY_SECONDS)


def _show_set_up_code() -> None:
    code = organisation.set_up_code(process.backend())
    if code is not None:
        _log.warning("This database is empty. The code to set it up: %s", code)


def _serve_no_page_without_the_entry_script() -> None:
    # Until somebody has called st.navigation, Streamlit takes the folder pages/ for pages of its
    # own: the first visitor of a fresh server would read "Page not found" over every address but
    # the root. The menu says what there is, from the first request on.
    PagesManager.uses_pages_directory = False


def _keep_log_lines_short() -> None:
    # Libraries quote what came in, however long it is.
    make = logging.getLogRecordFactory()

    def made(*args: Any, **named: Any) -> logging.LogRecord:
        record = make(*args, **named)
        try:
            text = record.getMessage()
        except (TypeError, ValueError):
            return record  # told by whoever writes it out
        if len(text) > _LINE_LONGEST:
            record.msg, record.args = _short_lines(text), ()
        return record

    logging.setLogRecordFactory(made)


def _short_lines(text: str) -> str:
    # A traceback is long, and its last line is the one that tells what went wrong.
    lines = (shortened(line, _LINE_LONGEST) for line in text[:_TEXT_LONGEST].splitlines())
    return "\n".join(lines)


def _load_pages_libraries() -> None:
    # The first visitor would wait a second for these imports; and what is loaded now is set
    # aside, so that collecting garbage never looks through it again.
    import pandas  # noqa: F401
    import plotly.graph_objects  # noqa: F401

    from trial.ui import html, stylesheet

    html.compile_templates()
    stylesheet.stylesheet()
    gc.collect()
    gc.freeze()
