"""My account: who I am here, my password, and signing out."""

import streamlit as st

from trial import __version__
from trial.ui import components, router, session, sign_in_form

person = session.require()

components.header(person.name, f"{person.role.label} · {person.email}")
if person.departments:
    st.text("Departments: " + ", ".join(name for _, name in person.departments))

if st.button("Sign out", icon=":material/logout:", key="account.sign_out"):
    session.leave()
    st.rerun()

components.section("Change my password")
if sign_in_form.draw_password(person, button="Change password"):
    st.success("Your password is changed. Other browsers are signed out; this one stays.")

components.section("Help")
router.draw_link("how-it-is-counted", label="What a trial is, and how it is counted")

st.caption(f"Trial Channel {__version__}")
