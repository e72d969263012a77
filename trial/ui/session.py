"""Who is here, asked of the database on every run.

Every key of Streamlit's session state that belongs to a tab's sign-in stands at the top of this
file; a page names its own keys ``<page>.<name>``. A sign-out elsewhere, a demotion and an expiry
count from the next click on. Services authorise again by themselves: this is courtesy, they are
the lock.
"""

import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import date
from typing import Concatenate, NoReturn, ParamSpec, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from trial import logs
from trial.domain.errors import NotAllowed, NotSignedIn
from trial.domain.roles import Permission
from trial.services import organisation as organisations
from trial.services import sign_in
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.brakes import Visitor
from trial.services.organisation import OrganisationView
from trial.services.sign_in import SignedIn
from trial.ui import html
from trial.ui.process import backend
from trial.ui.web import browsers, tabs

TOKEN = "shell.token"  # noqa: S105 – the name of a key, not a secret
"""This tab's sign-in token; tests sign in by setting it before the first run."""
TICKET = "shell.ticket"
"""The ticket the browser turns into its cookie, and when this tab signed in."""
FORGET = "shell.forget"
"""When this tab signed out; the browser is then told to drop its cookie."""
TRIAL = "shell.last_trial"
"""The trial last chosen, so that the next page is about the same department."""
TRIAL_BOX = "shell.trial"
"""The box in which a trial is chosen."""

_TELL_BROWSER_SECONDS = 15

P = ParamSpec("P")
T = TypeVar("T")


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


def organisation() -> OrganisationView | None:
    """Return the organisation, asked of the database once a run; None before the first start."""
    if not _organisation.get():
        _organisation.set((organisations.state(backend()),))
    return _organisation.get()[0]


def today() -> date:
    """Return today in the organisation's time zone."""
    home = organisation()
    return backend().today(home.time_zone if home else "UTC")


# ------------------------------------------------------------------------------- the person


# Empty until this run has asked the database.
_organisation: ContextVar[tuple[OrganisationView | None, ...]] = ContextVar(
    "organisation", default=()
)
_person: ContextVar[tuple[SignedIn | None, ...]] = ContextVar("person", default=())
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
    _organisation.set(())
    _sign_in_form.set(sign_in_form)


def _forget_who() -> None:
    _person.set(())


def signed_in() -> SignedIn | None:
    """Return the person at this browser, asked of the database once a run, or None."""
    if not _person.get():
        _person.set((person := _ask(),))
        _note_in_tab(person)
    return _person.get()[0]


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


def call(
    service: Callable[Concatenate[Actor, Backend, P], T], *args: P.args, **named: P.kwargs
) -> T:
    """Return what a service answers to whoever is signed in at this very click; see `actor`."""
    return service(actor(), backend(), *args, **named)


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


def refuse(what: str = "this page") -> NoReturn:
    """Say calmly that `what` is not open to this person, and end the page."""
    st.markdown("## Not part of your account")
    st.write(str(NotAllowed(what)))
    # A plain link, because this page may be running without the entry script and its menu.
    st.html(html.render("components.way_home", "Go to my start page"))
    st.stop()


def enter(email: str, password: str) -> None:
    """Sign in and let this tab in; the browser fetches its cookie on the next run."""
    new = sign_in.sign_in(backend(), email=email, password=password, visitor=visitor())
    st.session_state[TOKEN] = new.token
    st.session_state[TICKET] = (new.ticket, time.monotonic())
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
