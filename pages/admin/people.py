"""Who has an account, with which role, in which departments."""

from collections.abc import Sequence
from zoneinfo import available_timezones

import streamlit as st

from trial.domain.calendar import WEEKDAYS
from trial.domain.counts import count_of
from trial.domain.roles import Permission, Role
from trial.services import organisation, passwords, people, sign_in
from trial.services.organisation import OrganisationView
from trial.services.people import PersonView
from trial.ui import components, outage, session, text

me = session.require(Permission.ALL_PERSON_WRITE)
backend = session.backend()
accounts = people.list_people(me.actor, backend)
departments = dict(people.list_departments(me.actor, backend))

ROLES = list(Role)
FEW_SOURCES = 3


@st.dialog("Add a person", on_dismiss="rerun")
@outage.resilient
def add() -> None:
    st.session_state.setdefault("people.password", passwords.first_password())
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
        password = st.text_input("First password", key="people.password", autocomplete="off")
        st.caption(
            "Note it and tell it in person. At the first sign-in they choose one of their own."
        )
        trouble = st.container()
        pressed = st.form_submit_button("Add", type="primary", width="stretch")
    if pressed:
        with trouble, session.handle_errors() as telling:
            added = people.add_person(
                session.actor(),
                backend,
                name=name,
                email=email,
                role=role,
                department_ids=chosen,
                password=password,
            )
            session.notify(f"{added.name} can sign in now.")
        if telling.done:
            st.rerun()


def suggest(person_id: int) -> None:
    st.session_state[f"people.password.{person_id}"] = passwords.first_password()


# Closed without saving, it forgets a password that was suggested, and the next opening is empty.
@st.dialog("Change an account", on_dismiss="rerun")
@outage.resilient
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
            key=f"people.password.{person.id}",
            autocomplete="off",
            placeholder="leave empty to keep the present one",
        )
        st.caption(
            "Note it and tell it in person. At the next sign-in they choose one of their own."
        )
        trouble = st.container()
        pressed = st.form_submit_button("Save", type="primary", width="stretch")
    st.button(
        "Suggest a new password",
        icon=":material/password:",
        key=f"people.suggest.{person.id}",
        on_click=suggest,
        args=(person.id,),
    )
    if pressed:
        with trouble, session.handle_errors() as telling:
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
            session.notify(f"{name.strip()} is saved.")
        if telling.done:
            st.rerun()


@st.dialog("The organisation")
@outage.resilient
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
        with trouble, session.handle_errors() as telling:
            organisation.change(session.actor(), backend, seen=home, name=name, time_zone=zone)
            session.notify("Saved.")
        if telling.done:
            st.rerun()


def failed_tries(by_source: Sequence[tuple[str, int]]) -> str:
    tries = count_of(sum(count for _, count in by_source), "try", "tries")
    if len(by_source) == 1:
        return f"{tries} to sign in failed within a day, from {by_source[0][0]}."
    shown = [f"{count} from {source}" for source, count in by_source[:FEW_SOURCES]]
    if (more := len(by_source) - FEW_SOURCES) > 0:
        shown.append(f"the rest from {count_of(more, 'other address', 'other addresses')}")
    return f"{tries} to sign in failed within a day: {', '.join(shown)}."


open_accounts = [person for person in accounts if person.active]
components.header(
    f"{count_of(len(open_accounts), 'person', 'people')} can sign in",
    " · ".join(
        f"{count} {role.label.lower()}{'s' if count != 1 else ''}"
        for role in ROLES
        if (count := sum(person.role is role for person in open_accounts))
    ),
    above="People",
)
if failures := sign_in.recent_failures(me.actor, backend):
    st.caption(text.plain_sentence(failed_tries(failures)))
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
                text.plain_sentence(
                    " · ".join(
                        part
                        for part in (
                            person.role.label,
                            ", ".join(name for _, name in person.departments),
                            "account closed" if not person.active else "",
                            "first password not changed yet"
                            if person.password_is_temporary
                            else "",
                        )
                        if part
                    )
                )
            )
            st.caption(text.plain(person.email))
        if st.button("Change", key=f"people.change.{person.id}"):
            change(person)
