"""Who has an account, with which role, in which departments."""

from zoneinfo import available_timezones

import streamlit as st

from trial.domain.calendar import WEEKDAYS
from trial.domain.roles import Permission, Role
from trial.services import organisation, people
from trial.services.organisation import OrganisationView
from trial.services.people import PersonView
from trial.ui import components, session, words

me = session.require(Permission.ALL_PERSON_WRITE)
backend = session.backend()
accounts = people.list_people(me.actor, backend)
departments = dict(people.list_departments(me.actor, backend))

ROLES = list(Role)


@st.dialog("Add a person")
def add() -> None:
    with st.form("people-add", border=False):
        name = st.text_input("Name", key="people.name")
        email = st.text_input("E-mail", key="people.email")
        role = st.selectbox("Role", ROLES, format_func=lambda role: role.label, key="people.role")
        chosen = st.multiselect(
            "Departments",
            list(departments),
            format_func=departments.__getitem__,
            key="people.departments",
            help="For a department lead. A department appears here once its trial is started.",
        )
        password = st.text_input(
            "First password",
            key="people.password",
            autocomplete="new-password",
            help="10 characters or more. Tell it in person; it can be changed under Account.",
        )
        trouble = st.container()
        pressed = st.form_submit_button("Add", type="primary", width="stretch")
    if pressed:
        with trouble, session.told() as telling:
            added = people.add_person(
                session.actor(),
                backend,
                name=name,
                email=email,
                role=role,
                department_ids=chosen,
                password=password,
            )
            session.say(f"{added.name} can sign in now.")
        if telling.done:
            st.rerun()


@st.dialog("Change an account")
def change(person: PersonView) -> None:
    with st.form(f"people-change-{person.id}", border=False):
        name = st.text_input("Name", person.name)
        role = st.selectbox(
            "Role", ROLES, index=ROLES.index(person.role), format_func=lambda role: role.label
        )
        chosen = st.multiselect(
            "Departments",
            list(departments),
            default=[department for department, _ in person.departments],
            format_func=departments.__getitem__,
            help="For a department lead.",
        )
        active = st.toggle("May sign in", value=person.active)
        st.caption(
            "A new role, a new password or a closed account ends the person's sign-ins at once."
        )
        password = st.text_input(
            "New password",
            autocomplete="new-password",
            placeholder="leave empty to keep the present one",
        )
        trouble = st.container()
        pressed = st.form_submit_button("Save", type="primary", width="stretch")
    if pressed:
        with trouble, session.told() as telling:
            people.update_person(
                session.actor(),
                backend,
                person_id=person.id,
                version=person.version,
                name=name,
                role=role,
                department_ids=chosen if role is Role.LEAD else (),
                active=active,
                password=password,
            )
            session.say(f"{name.strip()} is saved.")
        if telling.done:
            st.rerun()


@st.dialog("The organisation")
def change_home(home: OrganisationView) -> None:
    zones = sorted({*available_timezones(), home.time_zone})
    with st.form("people-home", border=False):
        name = st.text_input("Organisation", home.name, key="people.home_name")
        zone = st.selectbox(
            "Time zone", zones, index=zones.index(home.time_zone), key="people.home_zone"
        )
        st.caption(
            "Days are counted in the new time zone from the next click on; what was written down "
            f"stays. Weeks start on {WEEKDAYS[home.week_starts_on]}, as running trials are "
            "counted in them."
        )
        trouble = st.container()
        pressed = st.form_submit_button("Save", type="primary", width="stretch")
    if pressed:
        with trouble, session.told() as telling:
            organisation.change(session.actor(), backend, seen=home, name=name, time_zone=zone)
            session.say("Saved.")
        if telling.done:
            st.rerun()


open_accounts = [person for person in accounts if person.active]
components.header(
    f"{words.counted(len(open_accounts), 'person', 'people')} can sign in",
    " · ".join(
        f"{count} {role.label.lower()}{'s' if count != 1 else ''}"
        for role in ROLES
        if (count := sum(person.role is role for person in open_accounts))
    ),
    above="People",
)
home = session.organisation()
with st.container(horizontal=True):
    adding = st.button(
        "Add a person", type="primary", icon=":material/person_add:", key="people.add"
    )
    changing = st.button("Organisation", icon=":material/home_health:", key="people.home")
if adding:
    add()
elif changing and home is not None:
    change_home(home)

for person in sorted(accounts, key=lambda person: not person.active):
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(gap=None):
            st.text(person.name)
            st.caption(
                words.plain_sentence(
                    " · ".join(
                        part
                        for part in (
                            person.role.label,
                            ", ".join(name for _, name in person.departments),
                            "account closed" if not person.active else "",
                        )
                        if part
                    )
                )
            )
            st.caption(words.plain(person.email))
        if st.button("Change", key=f"people.change.{person.id}"):
            change(person)
