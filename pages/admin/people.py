"""Who has an account, with which role, in which departments."""

from collections.abc import Iterable, Sequence
from zoneinfo import available_timezones

import streamlit as st

from trial.domain.calendar import WEEKDAYS
from trial.domain.counts import count_of
from trial.domain.roles import Permission, Role
from trial.services import organisation, passwords, people, sign_in
from trial.services.organisation import OrganisationView
from trial.services.people import PersonView
from trial.ui import components, forms, notices, outage, process, session, text

me = session.require(Permission.ALL_PERSON_WRITE)
backend = process.backend()
accounts = people.list_people(me.actor, backend)
departments = dict(people.list_departments(me.actor, backend))

ROLES = list(Role)
FEW_SOURCES = 3


def department_field(about: str, default: Iterable[int] = (), key: str | None = None) -> list[int]:
    return st.multiselect(
        "Departments",
        list(departments),
        default=list(default) or None,
        format_func=departments.__getitem__,
        key=key,
        help=about,
    )


@st.dialog("Add a person", on_dismiss="rerun")
@outage.resilient
def add() -> None:
    st.session_state.setdefault("people.password", passwords.first_password())
    with st.form("people-add", border=False):
        name = st.text_input("Name", key="people.name")
        notices.refusal_room("Name")
        email = st.text_input("E-mail", key="people.email")
        notices.refusal_room("E-mail")
        role = st.selectbox("Role", ROLES, format_func=forms.label_of, key="people.role")
        chosen = department_field(
            "For a department lead. A department appears here once its trial is started.",
            key="people.departments",
        )
        password = st.text_input("First password", key="people.password", autocomplete="off")
        notices.refusal_room("First password")
        st.caption(
            "Write it down and tell them in person. At the first sign-in they choose their own."
        )

        def save() -> None:
            added = session.call(
                people.add_person,
                name=name,
                email=email,
                role=role,
                department_ids=chosen,
                password=password,
            )
            notices.notify(f"{added.name} can sign in now.")

        forms.submit("Add", save, kind="primary")


def suggest(person_id: int) -> None:
    st.session_state[f"people.password.{person_id}"] = passwords.first_password()


# Closed without saving, it forgets a password that was suggested, and the next opening is empty.
@st.dialog("Change an account", on_dismiss="rerun")
@outage.resilient
def change(person: PersonView) -> None:
    with st.form(f"people-change-{person.id}", border=False):
        name = st.text_input("Name", person.name)
        notices.refusal_room("Name")
        role = st.selectbox(
            "Role", ROLES, index=ROLES.index(person.role), format_func=forms.label_of
        )
        chosen = department_field("For a department lead.", dict(person.departments))
        active = st.toggle("May sign in", value=person.active)
        st.caption(
            "A new role, a new password or a closed account signs the person out everywhere."
        )
        password = st.text_input(
            "New password",
            key=f"people.password.{person.id}",
            autocomplete="off",
            placeholder="Leave empty to keep the current one",
        )
        notices.refusal_room("New password")
        st.caption(
            "Write it down and tell them in person. At the next sign-in they choose their own."
        )

        def save() -> None:
            session.call(
                people.update_person,
                person_id=person.id,
                version=person.version,
                name=name,
                role=role,
                department_ids=chosen if role is Role.LEAD else (),
                active=active,
                password=password,
            )
            notices.notify(f"{name.strip()} is saved.")

        forms.submit("Save", save, kind="primary")
    st.button(
        "Suggest a new password",
        icon=":material/password:",
        key=f"people.suggest.{person.id}",
        on_click=suggest,
        args=(person.id,),
    )


@st.dialog("The organisation")
@outage.resilient
def change_home(home: OrganisationView) -> None:
    zones = sorted({*available_timezones(), home.time_zone})
    with st.form("people-home", border=False):
        name = st.text_input("Organisation", home.name, key="people.home_name")
        notices.refusal_room("Organisation")
        zone = st.selectbox(
            "Time zone", zones, index=zones.index(home.time_zone), key="people.home_zone"
        )
        st.caption(
            "From the next click on, days are counted in the new time zone. What is already "
            f"entered stays as it is. Weeks start on {WEEKDAYS[home.week_starts_on]}; that "
            "cannot be changed, because running trials are counted in these weeks."
        )

        def save() -> None:
            session.call(organisation.change, seen=home, name=name, time_zone=zone)
            notices.notify("Saved.")

        forms.submit("Save", save, kind="primary")


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
    stands = (
        person.role.label,
        ", ".join(name for _, name in person.departments),
        "account closed" if not person.active else "",
        "first password not changed yet" if person.password_is_temporary else "",
    )
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(gap=None):
            st.text(person.name)
            st.caption(text.plain_sentence(" · ".join(filter(None, stands))))
            st.caption(text.plain(person.email))
        if st.button("Change", key=f"people.change.{person.id}"):
            change(person)
