"""The doors into the demo hospital: one tap each, only where everything is synthetic."""

from __future__ import annotations

import streamlit as st

from trial.demo import hospital
from trial.services import sign_in
from trial.ui import session


def draw_demo_accounts() -> None:
    """Draw a button for each person of the demo hospital; one tap signs in."""
    st.write("Look around as")
    for account in hospital.accounts():
        st.button(
            f"**{account.role}** · {account.hint}",
            key=f"demo.{account.email}",
            width="stretch",
            on_click=_enter,
            args=(account.email, account.password),
        )
    st.caption("Or sign in with an account of your own.")


def _enter(email: str, password: str) -> None:
    with session.handle_errors(in_callback=True):
        new = sign_in.sign_in(
            session.backend(), email=email, password=password, visitor=session.visitor()
        )
        session.sign_in_tab(new.token, new.ticket)
