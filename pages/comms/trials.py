"""Every trial and where it stands; starting one, and the desk of each."""

from datetime import date

import streamlit as st

from trial.domain.counts import count_of
from trial.domain.roles import Permission
from trial.domain.trial_status import TrialStatus
from trial.services import exemptions, people, trial_views, trials
from trial.services.trial_views import TrialRow
from trial.ui import (
    components,
    forms,
    notices,
    process,
    router,
    session,
    text,
    trial_admin,
    trial_choice,
)
from trial.ui.figures import lists

me = session.require(Permission.ALL_TRIAL_WRITE)
backend = process.backend()
home = session.organisation()
today = session.today()


def start(first_day: date) -> None:
    names = [name for _, name in people.list_departments(me.actor, backend)]
    with st.form("trials-start", border=False):
        department = st.selectbox(
            "Department",
            names,
            index=None,
            accept_new_options=True,
            placeholder="Choose one, or type a new name",
            key="start.department",
        )
        notices.refusal_room("Department")
        starts_on = forms.day_field(
            "First day",
            first_day,
            key="start.day",
            about="The first day of a week. The trial runs for whole weeks from then on.",
        )
        notices.refusal_room("First day")
        purpose = st.text_area("Purpose", key="start.purpose", height=70)
        notices.refusal_room("Purpose")
        audience = st.text_area("Audience", key="start.audience", height=70)
        notices.refusal_room("Audience")
        primary = st.text_input("Primary manager", key="start.primary")
        notices.refusal_room("Primary manager")
        backup = st.text_input("Backup manager", key="start.backup")
        notices.refusal_room("Backup manager")
        st.caption("Only the department and the day are needed now. " + text.NO_PATIENT_DATA)

        def begin() -> None:
            begun = trials.start(
                me.actor,
                backend,
                department=department or "",
                starts_on=starts_on,
                purpose=purpose,
                audience=audience,
                primary_manager=primary,
                backup_manager=backup,
            )
            notices.notify(f"The trial of {begun.row.department} is set up.")
            st.query_params["trial"] = str(begun.id)

        forms.submit("Start the trial", begin, kind="primary")


def desk(row: TrialRow) -> None:
    detail = trial_views.detail(me.actor, backend, trial_id=row.id)
    session.remember_trial(row.id)
    components.header(row.department, trial_choice.place_line(row), above="Trials")
    with st.container(horizontal=True, key="trials-ways"):
        st.page_link(trials_page, label="All trials", icon=":material/arrow_back:")
        paths = ("department", "this-week", "calendar", "review")
        router.draw_links(me, *paths, trial_id=row.id)
    if row.status is TrialStatus.DECIDED:
        st.info("This trial is decided. Its entries can no longer be changed.")
        st.html(lists.gates_html(detail))
        st.html(lists.exemptions_html(detail.exemptions))
        st.html(lists.incidents_html(detail.incidents))
        return
    components.section("Gates for an own account")
    trial_admin.draw_gates(me, detail)
    st.html(lists.people_html(detail))
    people_page = router.page_of(router.page_at("people"))
    st.page_link(people_page, label="Add or change people", icon=":material/group:")
    trial_admin.draw_exemptions(me, detail)
    trial_admin.draw_incidents(me, detail, today)
    if row.status is TrialStatus.RUNNING:
        components.section("End the trial early")
        trial_admin.draw_end(me, detail, today)


trials_page = router.page_of(router.page_at("trials"))
rows = trial_choice.by_review(trial_views.list_trials(me.actor, backend))
chosen = trial_choice.asked_for(me, rows, otherwise=None)
if chosen is not None:
    desk(chosen)
    st.stop()

asked = exemptions.waiting(me.actor, backend)
components.header(
    lists.trials_headline(rows, len(asked)),
    count_of(len(rows), "trial", none="The first one starts here"),
    above="Trials",
)
first_day = trial_admin.next_week_start(today, home.week_starts_on if home else 0)
if not rows:
    components.empty_state(
        "No trial yet",
        "Choose a department and the first day of a week. Three months later both sides read the "
        "same scorecard.",
        icon="event_upcoming",
    )
with st.expander("Start a trial", icon=":material/add:", expanded=not rows):
    start(first_day)
for each in asked:
    trial_admin.draw_asked(me, each)
if rows:
    st.html(lists.trials_html(rows))
