"""My account: who I am here, my password, and signing out."""

import streamlit as st

from trial.services import people
from trial.ui import components, session

person = session.require()

components.header(person.name, f"{person.role.label} · {person.email}")
if person.departments:
    st.text("Departments: " + ", ".join(name for _, name in person.departments))

if st.button("Sign out", icon=":material/logout:", key="account.sign_out"):
    session.leave()
    st.rerun()

components.section("Change my password")
with st.form("account-password", border=True):
    current = st.text_input(
        "Present password",
        key="account.current",
        type="password",
        autocomplete="current-password",
    )
    new = st.text_input(
        "New password",
        key="account.new",
        type="password",
        autocomplete="new-password",
        help="10 characters or more; a short sentence is easiest to keep.",
    )
    trouble = st.container()
    pressed = st.form_submit_button("Change password", type="primary")
if pressed:
    with trouble, session.told() as telling:
        people.change_own_password(
            person.actor,
            session.backend(),
            current_password=current,
            new_password=new,
            token=session.token(),
        )
    if telling.done:
        st.success("Your password is changed. Other browsers are signed out; this one stays.")
