"""What the person is told: what was just done, with its way back, and why something was refused.

What is done in a widget's callback has no place on the page yet. A refusal met there is told in
the run that follows, where the page draws the place that it belongs to.
"""

import logging
import secrets
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from trial import logs
from trial.domain.errors import DatabaseBusy, InvalidInput, NotSignedIn, StaleEdit, TrialError
from trial.domain.posts import UNDO_FOR
from trial.services import sign_in, undo
from trial.services.brakes import TooManyTries
from trial.ui import session, text

MESSAGES = "shell.messages"
"""What was said to the person and may still be taken back."""
TURN = "shell.turn"
"""Which of two looks the bar has that says it."""
TROUBLE = "shell.trouble"
"""What was refused in a widget's callback, and the place where it is told."""

TOP = "top"
"""The place at the top of every page."""

_TELL_SECONDS = 9

_GRAVE = (sign_in.SignInRefused, TooManyTries, DatabaseBusy)
"""Refusals that whoever runs the app may want to see."""


def _is_told_only_there(record: logging.LogRecord) -> bool:
    return record.exc_info is None


# Streamlit logs every error before it asks `show_unexpected`, whole and without a reference.
logging.getLogger("streamlit.error_util").addFilter(_is_told_only_there)


# ------------------------------------------------------------------------- what was just done


@dataclass(frozen=True, slots=True)
class Notification:
    """One thing said to the person, and the event it can be taken back by.

    `turn` is 0 and 1 by turns.
    """

    text: str
    undo: int | None
    at: float
    turn: int

    @property
    def is_over(self) -> bool:
        """Whether it has been there for as long as it is of use."""
        lasts = _TELL_SECONDS if self.undo is None else UNDO_FOR.total_seconds()
        return time.monotonic() - self.at > lasts


def notify(text: str, *, undo: int | None = None) -> Notification:
    """Say in the next run what was done: for a minute with its way back, else for a moment.

    Parameters
    ----------
    text : str
        Past tense and short: ``"Delivered."``
    undo : int, optional
        The audit event's id, as services return it.
    """
    turn = st.session_state[TURN] = 1 - st.session_state.get(TURN, 1)
    said = st.session_state[MESSAGES] = Notification(text, undo, time.monotonic(), turn)
    return said


def draw_notification() -> None:
    """Draw what was said, at the foot of the window where a thumb reaches the way back."""
    said: Notification | None = st.session_state.get(MESSAGES)
    if said is None:
        return
    if said.is_over:
        del st.session_state[MESSAGES]
        return
    # Two looks take turns, because the browser starts the time of a bar anew only with another.
    with st.container(
        key=f"shell-said-{said.turn}", horizontal=True, vertical_alignment="center", gap="small"
    ):
        st.markdown(text.plain_sentence(said.text))
        if said.undo is not None:
            st.button(
                "Undo",
                key=f"shell-undo-{said.undo}",
                on_click=take_back,
                args=(said.undo,),
                type="tertiary",
            )


def take_back(event_id: int) -> None:
    """Take back a step of one's own, as a widget's callback, and say so."""
    st.session_state.pop(MESSAGES, None)
    with handle_errors(place=TOP):
        session.call(undo.undo, event_id=event_id)
        notify("Taken back.")


# ------------------------------------------------------------------------------------ trouble


@dataclass(slots=True)
class Telling:
    """How the work inside :func:`handle_errors` went; `done` is False once it was refused."""

    done: bool = True


@contextmanager
def handle_errors(*, place: str = "", reading: bool = False) -> Iterator[Telling]:
    """Do the work inside; whatever a service refuses is told, and what was typed stays.

    Parameters
    ----------
    place : str
        In a widget's callback, where the run that follows tells it; see :func:`draw_trouble`.
        Elsewhere it is told here.
    reading : bool
        True where the page only reads what it shows. That the database does not answer is then
        met by the page as a whole; see :mod:`trial.ui.outage`.

    Examples
    --------
    >>> with handle_errors() as telling:  # doctest: +SKIP
    ...     logged = session.call(posts.deliver, post_id=1, version=1)
    ...     notify("Delivered.", undo=logged.undo)
    >>> if telling.done: st.rerun()  # doctest: +SKIP
    """
    telling = Telling()
    try:
        yield telling
    except TrialError as error:
        if reading and isinstance(error, DatabaseBusy):
            raise
        telling.done = False
        _note_refusal(error)
        if place:
            st.session_state[TROUBLE] = (place, error)
        else:
            show_error(error)


def draw_trouble(place: str = TOP) -> None:
    """Tell what was refused at `place` in the click before, once; at the end of a form's fields."""
    where, error = st.session_state.get(TROUBLE, ("", None))
    if where == place:
        del st.session_state[TROUBLE]
        show_error(error)
    end_of_fields()


def draw_trouble_elsewhere(places: Collection[str]) -> None:
    """Tell what was refused at a place that is none of `places`, which the page draws."""
    where, _ = st.session_state.get(TROUBLE, ("", None))
    if where and where not in places:
        draw_trouble(where)


# The rooms below the fields of the form being drawn, by their labels.
_rooms: ContextVar[dict[str, DeltaGenerator]] = ContextVar("rooms")


def refusal_room(field: str) -> None:
    """Keep room right below a field, under the name it has in a refusal."""
    rooms = _rooms.get({})
    rooms[field] = st.empty()
    _rooms.set(rooms)


def end_of_fields() -> None:
    """Let the next form have fields of the same names."""
    _rooms.set({})


def _note_refusal(error: TrialError) -> None:
    grave = isinstance(error, _GRAVE)
    logs.note(
        "refused", level=logging.WARNING if grave else logging.INFO, error=type(error).__name__
    )


def show_error(error: TrialError) -> None:
    """Draw what a service refused: a warning where somebody else was first, else the reason.

    What is refused about a field is drawn below it, where the form keeps room for it.
    """
    if isinstance(error, StaleEdit):
        st.warning(text.plain_sentence(str(error)), icon=":material/sync_problem:")
    elif isinstance(error, NotSignedIn):
        st.warning(
            "Your sign-in has ended. What you typed is still here; sign in again in another tab "
            "or reload this page.",
            icon=":material/lock_clock:",
        )
    elif isinstance(error, InvalidInput):
        rooms = _rooms.get({})
        for refused in error.fields:
            with rooms.get(refused.field, nullcontext()):
                _draw_refusal(refused)
    else:
        _draw_refusal(error)


def _draw_refusal(error: TrialError) -> None:
    st.error(text.plain_sentence(str(error)), icon=":material/error:")


def show_unexpected(error: Exception) -> bool:
    """Meet an error nobody foresaw: log it under a reference, and say what is safe.

    Returns
    -------
    bool
        True: Streamlit need not show the error's own text, which is nobody's business.
    """
    reference = secrets.token_hex(4)
    logs.note(
        "unexpected error",
        level=logging.ERROR,
        reference=reference,
        error=type(error).__name__,
        exception=logs.frames_of(error),
    )
    st.error(
        "**Something went wrong on our side.** Nothing was half saved: an entry is kept as a "
        "whole or not at all. Reload the page and look whether your last entry is there; if it "
        f"happens again, tell Communications the reference **{reference}**.",
        icon=":material/support:",
    )
    return True
