"""Choosing a password of one's own: in place of any page at the first sign-in, later on *Account*.

Whoever has a password that somebody else has set gets no further, because no service does
anything for them until it is changed.
"""

from __future__ import annotations

import streamlit as st

from trial.services import people
from trial.services.access import PasswordToBeChanged
from trial.services.sign_in import SignedIn
from trial.ui import components, session

WHAT_IS_GOOD = (
    "10 characters or more; best are three or four words that have nothing to do with each other. "
    "Names, and what many others use, are refused."
)
"""What stands beside a field for a new password."""


def draw(person: SignedIn, *, button: str) -> bool:
    """Draw the form; return whether the password was changed in this run.

    The browser it is changed in stays signed in, all others are signed out.

    Parameters
    ----------
    button : str
        What the button says.
    """
    with st.form("password-form", border=False):
        current = st.text_input(
            "Present password",
            key="password.present",
            type="password",
            autocomplete="current-password",
        )
        new = st.text_input(
            "New password", key="password.new", type="password", autocomplete="new-password"
        )
        st.caption(WHAT_IS_GOOD)
        trouble = st.container()
        pressed = st.form_submit_button(button, type="primary", width="stretch")
    if not pressed:
        return False
    with trouble, session.handle_errors() as telling:
        people.change_own_password(
            person.actor,
            session.backend(),
            current_password=current,
            new_password=new,
            token=session.token(),
        )
    return telling.done


def draw_in_place_of_page(person: SignedIn) -> None:
    """Draw what meets somebody with a password that was set for them, and the way out."""
    components.header("Choose your own password", person.name, above="Trial Channel")
    st.write(str(PasswordToBeChanged()))
    if draw(person, button="Change password and go on"):
        session.notify("Your password is changed.")
        st.rerun()
    st.button("Sign out", key="password.sign_out", type="tertiary", on_click=session.leave)
