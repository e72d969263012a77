"""What forms have in common: fields for days and choices, and the one way to send them."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Literal, Protocol, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from trial.ui import notices

NAMES = "steps.forms"
"""The names of forms that are being filled; a new one once a form was taken."""


class _Choice(Protocol):
    @property
    def label(self) -> str: ...


D = TypeVar("D", date, date | None)


def label_of(choice: _Choice) -> str:
    """Return what a choice is called, as the ``format_func`` of a field."""
    return choice.label


def day_field(label: str, value: D, *, key: str, about: str | None = None) -> D:
    """Draw a field for a day; it may be left empty where `value` is None."""
    return st.date_input(label, value, key=key, format="DD/MM/YYYY", help=about)


def days(first: date, last: date) -> list[date]:
    """Return every day from the first to the last, to choose one from; none where they cross."""
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]


def password_field(label: str, *, key: str, is_new: bool = False, about: str | None = None) -> str:
    """Draw a field whose signs nobody sees, and that the browser fills in."""
    which = "new-password" if is_new else "current-password"
    return st.text_input(label, key=key, type="password", autocomplete=which, help=about)


@contextmanager
def popover(button: str, *, key: str, icon: str = "") -> Iterator[None]:
    """Draw the button that opens a form; its fields are drawn inside.

    Parameters
    ----------
    icon : str
        A Material symbol's name.
    """
    sign = f":material/{icon}:" if icon else None
    with st.popover(button, icon=sign), st.form(key, border=False):
        yield


def submit(
    button: str, work: Callable[[], None], *, kind: Literal["primary", "secondary"] = "secondary"
) -> None:
    """Draw the button of the form around it; once it is pressed, do `work`, see :func:`finish`.

    What is refused about a field is told below it, anything else above the button.
    """
    trouble = st.container()
    if st.form_submit_button(button, type=kind, width="stretch"):
        finish(work, trouble)
    notices.end_of_fields()


def finish(work: Callable[[], None], trouble: DeltaGenerator) -> None:
    """Do what a form was sent for, and draw the page anew.

    Whatever a service refuses is told in `trouble`, and what was typed stays.
    """
    with trouble, notices.handle_errors() as telling:
        work()
    if telling.done:
        st.rerun()


def name_of(form: str) -> str:
    """Return the name of the form being filled, the same until it is taken.

    It names the fields, so that a taken form comes back empty; and it is the request key, so that
    a second tap on the same form does nothing more.
    """
    names: dict[str, str] = st.session_state.setdefault(NAMES, {})
    return names.setdefault(form, uuid.uuid4().hex)


def let_go(form: str) -> None:
    """Let a form that was taken, or given up, start anew."""
    st.session_state.setdefault(NAMES, {}).pop(form, None)
