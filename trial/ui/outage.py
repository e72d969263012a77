"""A page while the database does not answer: it stays as it was, says so, and goes on by itself.

A run that ends by an error, or by ``st.stop``, has the browser drop every element it did not
draw, and with a half-filled form what was typed into it. A run that ends by ``st.rerun`` leaves
them all where they are. So a page that cannot read says so in a place of its own, waits for a
moment and runs again, until the database answers.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from time import monotonic, sleep
from typing import NoReturn, ParamSpec

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import StopException, get_script_run_ctx

from trial import logs
from trial.domain.errors import DatabaseBusy, TrialError
from trial.ui import html, notices, router, stylesheet

WAITING = "outage.waiting"
"""Set from the first read that failed to the first run that drew everything again."""
FRAMED = "outage.framed"
"""Whether this tab has the stylesheet yet."""

NOT_ANSWERING = "The database is not answering."
ANSWERS_AGAIN = "The database answers again."

PAUSES = 20
_PAUSE_SECONDS = 0.1
_LOG_SECONDS = 60.0


P = ParamSpec("P")


def resilient(draw: Callable[P, None]) -> Callable[P, None]:
    """Let `draw` survive that the database does not answer; for the frame, fragments and dialogs.

    What is on the screen stays, with everything typed into it, until `draw` has succeeded. Any
    other refusal met while drawing is told in its own sentence. Neither is an error of ours: no
    reference, no traceback.

    Parameters
    ----------
    draw : callable
        Draws the whole page, or a part that a click draws alone. Its name is the place's, once
        on a page.
    """
    name = draw.__name__.strip("_")

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
        # Before all else, so that speaking there replaces nothing the page has drawn before.
        place = st.container(key=f"outage-{name}")
        try:
            draw(*args, **kwargs)
        except DatabaseBusy as error:
            _log_calmly(error)
            with place:
                _wait()
        except TrialError as error:
            _log_calmly(error)
            notices.show_error(error)
        except StopException:
            _end(place)
            raise
        _end(place)

    return drawn


def _wait() -> NoReturn:
    if FRAMED not in st.session_state:
        st.set_page_config(page_title="Trial Channel")
        stylesheet.draw_styles()
    router.keep_address()
    st.html(html.render("outage.waiting", NOT_ANSWERING))
    for _ in range(PAUSES):
        # Here Streamlit ends this run if somebody has clicked, or closed the tab.
        st.session_state[WAITING] = True
        sleep(_PAUSE_SECONDS)
    context = get_script_run_ctx()
    # A dialog is drawn by its own runs only: the whole page would close it.
    is_part = context is not None and bool(context.fragment_ids_this_run)
    st.rerun(scope="fragment" if is_part else "app")


def _end(place: DeltaGenerator) -> None:
    if WAITING in st.session_state:
        del st.session_state[WAITING]
        place.html(html.render("outage.over", ANSWERS_AGAIN))
        _log_end()


# -------------------------------------------------------------------------------------- the log


@dataclass(slots=True)
class _Log:
    """What was logged when, for the whole process; the lock is for every look at it."""

    lines: dict[str, float] = field(default_factory=dict)
    tells_of_silence: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


_logged = _Log()


def _log_calmly(error: TrialError) -> None:
    # Everybody's every click meets the same: a line a minute says it for all of them.
    kind, now = type(error).__name__, monotonic()
    with _logged.lock:
        if now - _logged.lines.get(kind, -_LOG_SECONDS) < _LOG_SECONDS:
            return
        _logged.lines[kind] = now
        _logged.tells_of_silence |= isinstance(error, DatabaseBusy)
    if isinstance(error, DatabaseBusy):
        logs.note("The database does not answer; the pages wait for it.", level=logging.WARNING)
    else:
        logs.note("A page was refused while it was drawn.", level=logging.WARNING, error=kind)


def _log_end() -> None:
    with _logged.lock:
        ends, _logged.tells_of_silence = _logged.tells_of_silence, False
    if ends:
        logs.note("The database answers again.", level=logging.WARNING)
