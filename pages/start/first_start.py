"""An empty database: set up the organisation, or look around a demo hospital."""

from zoneinfo import available_timezones

import streamlit as st

from trial.demo import hospital
from trial.domain.calendar import WEEKDAYS
from trial.services import organisation
from trial.ui import components, forms, notices, process, session
from trial.ui.sign_in_form import WHAT_IS_GOOD

if session.organisation() is not None:
    components.way_home("Go to the start page")
    st.stop()


def explore() -> None:
    place = st.empty()

    def show(share: float, step: str) -> None:
        place.progress(share, text=step)

    with notices.handle_errors() as telling:
        hospital.explore(
            process.backend(), progress=show, code=typed_code, visitor=session.visitor()
        )
    place.empty()
    if telling.done:
        st.rerun()


components.header(
    "Three months as if the department had its own account",
    "It plans and delivers posts every week, they go out on the main channels, and at the end "
    "both sides read the same scorecard.",
    above="Trial Channel",
)

typed_code = ""
if not process.backend().open_set_up:
    with st.container(border=True, key="first-code"):
        typed_code = st.text_input(
            "Set-up code",
            key="first.code",
            autocomplete="off",
            placeholder="ABCD-EFGH-JKLM",
        )
        st.caption(
            "The server printed it when it started, in the line “This database is empty”. It shows "
            "that you run this server, so that nobody else can take it over."
        )

with st.container(border=True, key="first-demo"):
    st.subheader("Explore a demo hospital", anchor=False)
    st.write(
        "Ten departments in every stage of a trial. Everything in it is synthetic; no person "
        "and no post is real. To start for real later, begin with an empty database."
    )
    if st.button("Explore the demo", icon=":material/travel_explore:", width="stretch"):
        explore()

with st.container(border=True, key="first-set-up"):
    st.subheader("Set up my organisation", anchor=False)
    zones = sorted(available_timezones())
    browser_zone = st.context.timezone
    with st.form("first-start", border=False):
        name = st.text_input("Organisation", key="first.name", autocomplete="organization")
        notices.refusal_room("Organisation")
        zone = st.selectbox(
            "Time zone",
            zones,
            index=zones.index(browser_zone if browser_zone in zones else "UTC"),
            key="first.zone",
            help="Days and weeks are counted here. Your browser's zone is chosen already.",
        )
        week_start = st.segmented_control(
            "Weeks start on",
            range(7),
            default=0,
            required=True,
            format_func=lambda day: WEEKDAYS[day],
            key="first.week_start",
        )
        st.markdown("**First Communications manager**")
        person = st.text_input("Your name", key="first.person", autocomplete="name")
        notices.refusal_room("Your name")
        email = st.text_input("E-mail", key="first.email", autocomplete="username")
        notices.refusal_room("E-mail")
        password = forms.password_field(
            "Password", key="first.password", is_new=True, about=WHAT_IS_GOOD
        )
        notices.refusal_room("Password")

        def set_up() -> None:
            organisation.set_up(
                process.backend(),
                code=typed_code,
                visitor=session.visitor(),
                name=name,
                time_zone=zone,
                week_starts_on=week_start,
                manager_name=person,
                manager_email=email,
                password=password,
            )
            session.enter(email, password)

        forms.submit("Set up and sign in", set_up, kind="primary")
