"""Who is here, what was just said to them, and how trouble is told.

Every key of Streamlit's session state that belongs to the shell stands at the top of this file;
a page names its own keys ``<page>.<name>``. The person is read from the database on every run,
so that a sign-out elsewhere, a demotion and an expiry count from the next click on. Services
authorise again by themselves: this is courtesy, they are the lock.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState

from trial import bootstrap, logs
from trial.config import Settings, settings_from
from trial.domain.errors import (
    DatabaseBusy,
    NotAllowed,
    NotFound,
    NotSignedIn,
    StaleEdit,
    TrialError,
)
from trial.domain.posts import UNDO_FOR
from trial.domain.roles import Permission
from trial.services import organisation as organisations
from trial.services import sign_in
from trial.services.access import Actor, PasswordToBeChanged
from trial.services.backend import Backend
from trial.services.brakes import TooManyTries, Visitor
from trial.services.organisation import OrganisationView
from trial.services.sign_in import SignedIn
from trial.ui import html, text
from trial.ui.web import browsers, tabs

TOKEN = "shell.token"  # noqa: S105 – the name of a key, not a secret
"""This tab's sign-in token; tests sign in by setting it before the first run."""
TICKET = "shell.ticket"
"""The ticket the browser turns into its cookie, and when this tab signed in."""
FORGET = "shell.forget"
"""When this tab signed out; the browser is then told to drop its cookie."""
MESSAGES = "shell.messages"
"""What was said to the person and may still be taken back."""
TURN = "shell.turn"
"""Which of two looks the bar has that says it."""
CARRIED = "shell.carried"
"""Trouble met in a widget's callback, told at the top of the run that follows."""
TRIAL = "shell.last_trial"
"""The trial last chosen, so that the next page is about the same department."""
TRIAL_BOX = "shell.trial"
"""The box in which a trial is chosen."""

_TELL_SECONDS = 9
_TELL_BROWSER_SECONDS = 15

_GRAVE = (sign_in.SignInRefused, TooManyTries, DatabaseBusy)
"""Refusals that whoever runs the app may want to see."""


def _is_told_only_there(record: logging.LogRecord) -> bool:
    return record.exc_info is None


# Streamlit logs every error before it asks `show_unexpected`, whole and without a reference.
logging.getLogger("streamlit.error_util").addFilter(_is_told_only_there)


def cookie_name() -> str:
    """Return the name of the sign-in cookie."""
    return browsers.cookie_name(browsers.SIGN_IN_COOKIE)


def visitor() -> Visitor:
    """Return where the present run comes from, for whoever counts attempts."""
    address = st.context.ip_address
    return Visitor(
        # None for this machine itself; AppTest has a stand-in.
        source=address if isinstance(address, str) else "",
        browser=browsers.browser_in(st.context.cookies),
    )


# ------------------------------------------------------------------------------ the process

# Not in one of Streamlit's caches: any tab, signed in or not, may have those emptied.
_process_lock = threading.Lock()
_backends: dict[Settings, Backend] = {}


def backend() -> Backend:
    """Return the backend of this process, with its tables brought up to date once."""
    settings = settings_from()
    if (ready := _backends.get(settings)) is not None:
        return ready
    with _process_lock:
        if settings not in _backends:
            _backends[settings] = bootstrap.ready_backend(settings)
        return _backends[settings]


def close() -> None:
    """Close the backend: the server ends, or the next test has another database."""
    with _process_lock:
        while _backends:
            _backends.popitem()[1].database.close()


def organisation() -> OrganisationView | None:
    """Return the organisation, asked of the database once a run; None before the first start."""
    asked = _organisation.get()
    if asked is None:
        asked = _Organisation(organisations.state(backend()))
        _organisation.set(asked)
    return asked.view


# ------------------------------------------------------------------------------- the person


@dataclass(frozen=True, slots=True)
class _Asked:
    person: SignedIn | None


@dataclass(frozen=True, slots=True)
class _Organisation:
    view: OrganisationView | None


_organisation: ContextVar[_Organisation | None] = ContextVar("organisation", default=None)
_asked: ContextVar[_Asked | None] = ContextVar("asked", default=None)
_sign_in_form: ContextVar[Callable[[], None] | None] = ContextVar("sign_in_form", default=None)


def begin_run(*, sign_in_form: Callable[[], None]) -> None:
    """Forget who was here: the entry script calls this first, once a run.

    Parameters
    ----------
    sign_in_form : callable
        Draws what meets somebody who is not signed in, or has yet to choose a password; handed
        in, as the form stands on this module.
    """
    _forget_who()
    _organisation.set(None)
    _sign_in_form.set(sign_in_form)


def _forget_who() -> None:
    _asked.set(None)


def signed_in() -> SignedIn | None:
    """Return the person at this browser, asked of the database once a run, or None."""
    known = _asked.get()
    if known is None:
        known = _Asked(_ask())
        _asked.set(known)
        _note_in_tab(known.person)
    return known.person


def _note_in_tab(person: SignedIn | None) -> None:
    # Runs of strangers' tabs wait until there is nothing else to do.
    context = get_script_run_ctx()
    if context is not None:
        (tabs.signed_in_tabs.discard if person is None else tabs.signed_in_tabs.add)(
            context.session_id
        )


def _ask() -> SignedIn | None:
    if kept := token():
        return sign_in.who(backend(), token=kept)
    # The cookie is the one the browser sent when it connected. Once this tab has signed out it
    # is not looked at again, although its row is gone anyway.
    if FORGET in st.session_state:
        return None
    sent = st.context.cookies.get(cookie_name())
    if not isinstance(sent, str):  # no cookie; Streamlit's AppTest has a stand-in for all of them
        return None
    person = sign_in.who(backend(), token=sent)
    if person is not None:
        st.session_state[TOKEN] = sent
    return person


def token() -> str | None:
    """Return this tab's sign-in token, which is to go on when all others end."""
    kept: str | None = st.session_state.get(TOKEN)
    return kept


def actor() -> Actor:
    """Return the actor to hand to services, for callbacks, dialogs and fragments.

    Asked of the database anew each time: they run before the page does, or without it, so that
    nobody has asked in this click yet whether the sign-in still holds. A person that a page has
    found earlier must not be kept for them.

    Raises
    ------
    NotSignedIn
        When nobody is signed in any more.
    """
    _forget_who()
    person = signed_in()
    if person is None:
        raise NotSignedIn
    logs.bind(person=person.actor.person_id)
    return person.actor


def require(*permissions: Permission) -> SignedIn:
    """Return the person, if they hold one of `permissions`; else refuse and end the page.

    The first line of every page. It holds by itself, whatever menu or address led there: who is
    not signed in, or has yet to choose a password, is met by the form for it and comes back to
    this very address; who may not see the page reads a calm sentence and finds the way home.

    Parameters
    ----------
    permissions : Permission
        Any one suffices; none at all admits everybody who is signed in.
    """
    person = signed_in()
    if person is None or person.password_is_temporary:
        draw_sign_in = _sign_in_form.get()
        if draw_sign_in is None:
            # A page that runs without the entry script: closed, but for the way to the door.
            refuse()
        draw_sign_in()
        st.stop()
    if permissions and not person.permissions.intersection(permissions):
        refuse()
    return person


@contextmanager
def or_whole_page() -> Iterator[None]:
    """Read what a part of a page shows; what is no longer open, the whole page refuses.

    A tap draws the part without the page's first line. Somebody who has lost the sign-in, the
    role or the trial in between is then met by the page, with the frame as it is for them now.
    """
    try:
        yield
    except (NotSignedIn, PasswordToBeChanged, NotAllowed, NotFound):
        st.rerun()


def current_fragment() -> str | None:
    """Return the id of the fragment that is being drawn; None outside of any."""
    return ThreadState.get().fragment_id


@contextmanager
def redrawing(fragment: str | None) -> Iterator[None]:
    """Let whatever is drawn inside redraw `fragment` once it is used, not the one it lies in.

    Streamlit's own way, ``st.rerun`` by the fragment's key, begins a second run for it.
    """
    with ThreadState.scoped(fragment_id=fragment):
        yield


def refuse(what: str = "this page") -> NoReturn:
    """Say calmly that `what` is not open to this person, and end the page."""
    st.markdown("## Not part of your account")
    st.write(str(NotAllowed(what)))
    # A plain link, because this page may be running without the entry script and its menu.
    st.html(html.render("components.way_home", "Go to my start page"))
    st.stop()


def sign_in_tab(token: str, ticket: str) -> None:
    """Let this tab in, and have the browser fetch its cookie on the next run."""
    st.session_state[TOKEN] = token
    st.session_state[TICKET] = (ticket, time.monotonic())
    st.session_state.pop(FORGET, None)
    _forget_who()


def leave() -> None:
    """Sign out here and in every other tab of this browser."""
    if kept := token():
        sign_in.sign_out(backend(), token=kept)
    st.session_state.clear()
    st.session_state[FORGET] = time.monotonic()
    _forget_who()


def browser_task() -> tuple[str, bool]:
    """Return the ticket the browser is to trade for its cookie, and whether to drop the cookie.

    The same answer for a few seconds, whatever is clicked meanwhile: a run that is cut short or
    starts over draws nothing, and the browser acts on the same piece of page only once.
    """
    now = time.monotonic()
    ticket, entered = st.session_state.get(TICKET, ("", 0.0))
    left = st.session_state.get(FORGET)
    return (
        ticket if ticket and now - entered < _TELL_BROWSER_SECONDS else "",
        left is not None and now - left < _TELL_BROWSER_SECONDS,
    )


def last_trial() -> int | None:
    """Return the trial chosen last in this tab, or None."""
    chosen: int | None = st.session_state.get(TRIAL)
    return chosen


def remember_trial(trial_id: int) -> None:
    """Let the next page be about the same trial."""
    st.session_state[TRIAL] = trial_id


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


def notify(text: str, *, undo: int | None = None) -> None:
    """Say in the next run what was done: for a minute with its way back, else for a moment.

    Parameters
    ----------
    text : str
        Past tense and short: ``"Delivered."``
    undo : int, optional
        The audit event's id, as services return it.
    """
    turn = st.session_state[TURN] = 1 - st.session_state.get(TURN, 1)
    st.session_state[MESSAGES] = Notification(text, undo, time.monotonic(), turn)


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
    from trial.services import undo

    st.session_state.pop(MESSAGES, None)
    with handle_errors(in_callback=True):
        undo.undo(actor(), backend(), event_id=event_id)
        notify("Taken back.")


# ------------------------------------------------------------------------------------ trouble


@dataclass(slots=True)
class Telling:
    """How the work inside :func:`told` went; `done` is False once something was refused."""

    done: bool = True


@contextmanager
def handle_errors(*, in_callback: bool = False, reading: bool = False) -> Iterator[Telling]:
    """Do the work inside; whatever a service refuses is told here, and what was typed stays.

    Parameters
    ----------
    in_callback : bool
        True in a widget's callback, which has no place on the page: the trouble is told at the
        top of the run that follows.
    reading : bool
        True where the page only reads what it shows. That the database does not answer is then
        met by the page as a whole; see :mod:`trial.ui.outage`.

    Examples
    --------
    >>> with told() as telling:  # doctest: +SKIP
    ...     logged = posts.deliver(person.actor, backend(), post_id=1, version=1)
    ...     say("Delivered.", undo=logged.undo)
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
        if in_callback:
            st.session_state[CARRIED] = error
        else:
            show_error(error)


def _note_refusal(error: TrialError) -> None:
    grave = isinstance(error, _GRAVE)
    logs.note("refused", level=logging.WARNING if grave else logging.INFO, error=_class_of(error))


def _class_of(error: Exception) -> str:
    return type(error).__name__


def show_error(error: TrialError) -> None:
    """Draw what a service refused: a warning where somebody else was first, else the reason."""
    if isinstance(error, StaleEdit):
        st.warning(text.plain_sentence(str(error)), icon=":material/sync_problem:")
    elif isinstance(error, NotSignedIn):
        st.warning(
            "Your sign-in has ended. What you typed is still here; sign in again in another tab "
            "or reload this page.",
            icon=":material/lock_clock:",
        )
    else:
        st.error(text.plain_sentence(str(error)), icon=":material/error:")


def draw_carried() -> None:
    """Tell the trouble a callback met, once."""
    error = st.session_state.pop(CARRIED, None)
    if error is not None:
        show_error(error)


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
        error=_class_of(error),
        exception=logs.frames_of(error),
    )
    st.error(
        "**Something went wrong on our side.** Nothing was half saved: an entry is kept as a "
        "whole or not at all. Reload the page and look whether your last entry is there; if it "
        f"happens again, tell Communications the reference **{reference}**.",
        icon=":material/support:",
    )
    return True


def on_click(work: Callable[[], None]) -> Callable[[], None]:
    """Return `work` as a widget callback whose refusals are told at the top of the next run."""

    def told_work() -> None:
        with handle_errors(in_callback=True):
            work()

    return told_work
