"""What is drawn in place of a page for somebody who cannot go in yet, and how passwords are chosen.

Whoever has a password that somebody else has set gets no further, because no service does
anything for them until it is changed.
"""

import streamlit as st

from trial.demo import hospital
from trial.services import people
from trial.services.access import PasswordToBeChanged
from trial.services.sign_in import SignedIn
from trial.ui import components, forms, notices, process, session

WHAT_IS_GOOD = (
    "10 characters or more; best are three or four words that have nothing to do with each other. "
    "Names, and what many others use, are refused."
)
"""What stands beside a field for a new password."""


def draw() -> None:
    """Draw the sign-in form, or the one for a first password of one's own.

    Whoever is through with it sees the page they had asked for.
    """
    person = session.signed_in()
    organisation = session.organisation()
    with (
        st.container(horizontal_alignment="center"),
        st.container(key="sign-in", width=420, gap="small"),
    ):
        if person is not None:
            _draw_first_password(person)
            return
        if organisation is None:
            components.header("Nothing is set up here yet")
            components.way_home("Begin on the start page")
            return
        components.header("Sign in", organisation.name, above="Trial Channel")
        if organisation.is_demo:
            _draw_demo_accounts()
        with st.form("sign-in-form", border=False):
            email = st.text_input("E-mail", key="sign_in.email", autocomplete="username")
            password = forms.password_field("Password", key="sign_in.password")
            forms.submit("Sign in", lambda: session.enter(email, password), kind="primary")
        st.caption("No account, or a lost password? Communications can help.")


def _draw_demo_accounts() -> None:
    st.write("Look around as")
    for account in hospital.accounts():
        st.button(
            f"**{account.role}** · {account.hint}",
            key=f"demo.{account.email}",
            width="stretch",
            on_click=notices.handle_errors(place=notices.TOP)(session.enter),
            args=(account.email, account.password),
        )
    st.caption("Or sign in with an account of your own.")


def _draw_first_password(person: SignedIn) -> None:
    components.header("Choose your own password", person.name, above="Trial Channel")
    st.write(str(PasswordToBeChanged()))
    if draw_password(person, button="Change password and go on"):
        notices.notify("Your password is changed.")
        st.rerun()
    st.button("Sign out", key="password.sign_out", type="tertiary", on_click=session.leave)


def draw_password(person: SignedIn, *, button: str) -> bool:
    """Draw the form for a new password; return whether it was changed in this run.

    The browser it is changed in stays signed in, all others are signed out.

    Parameters
    ----------
    button : str
        What the button says.
    """
    with st.form("password-form", border=False):
        current = forms.password_field("Current password", key="password.present")
        notices.refusal_room("Current password")
        new = forms.password_field("New password", key="password.new", is_new=True)
        notices.refusal_room("New password")
        st.caption(WHAT_IS_GOOD)
        trouble = st.container()
        pressed = st.form_submit_button(button, type="primary", width="stretch")
    if not pressed:
        return False
    with trouble, notices.handle_errors() as telling:
        people.change_own_password(
            person.actor,
            process.backend(),
            current_password=current,
            new_password=new,
            token=session.token(),
        )
    return telling.done
