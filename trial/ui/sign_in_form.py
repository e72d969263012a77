"""What is drawn in place of a page, wherever somebody arrives who cannot go in yet."""

from __future__ import annotations

import streamlit as st

from trial.services import sign_in
from trial.ui import components, password_form, session
from trial.ui.demo_accounts import draw_demo_accounts


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
            password_form.draw_in_place_of_page(person)
            return
        if organisation is None:
            components.header("Nothing is set up here yet")
            components.way_home("Begin on the start page")
            return
        components.header("Sign in", organisation.name, above="Trial Channel")
        if organisation.is_demo:
            draw_demo_accounts()
        with st.form("sign-in-form", border=False):
            email = st.text_input("E-mail", key="sign_in.email", autocomplete="username")
            password = st.text_input(
                "Password",
                key="sign_in.password",
                type="password",
                autocomplete="current-password",
            )
            trouble = st.container()
            pressed = st.form_submit_button("Sign in", type="primary", width="stretch")
        st.caption("No account, or a lost password? Communications can help.")
    if pressed:
        with trouble, session.handle_errors() as telling:
            new = sign_in.sign_in(
                session.backend(), email=email, password=password, visitor=session.visitor()
            )
            session.sign_in_tab(new.token, new.ticket)
        if telling.done:
            st.rerun()
