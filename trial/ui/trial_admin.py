"""Communications' desk for one trial: what its gates rest on, excused weeks, incidents, its end.

Each part is a form over one service. Whatever is refused is told beside its button, and what was
typed stays; where somebody else was quicker, both versions are shown and nothing is overwritten
unseen.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import TypedDict

import streamlit as st

from trial.domain.calendar import DAYS_IN_WEEK, spoken_day, week_start_on_or_before
from trial.domain.errors import StaleEdit
from trial.domain.exemptions import FOR_CAUSE, ExemptionStatus
from trial.domain.trial_status import TrialStatus
from trial.services import exemptions, incidents, trials
from trial.services.exemptions import ExemptionView
from trial.services.sign_in import SignedIn
from trial.services.trial_views import TrialDetail
from trial.ui import components, session, text
from trial.ui.figures import lists

DATE_FORMAT = "DD/MM/YYYY"


def next_week_start(today: date, week_starts_on: int) -> date:
    """Return the next day on which a trial can start without looking back."""
    return week_start_on_or_before(today + timedelta(days=DAYS_IN_WEEK), week_starts_on)


# --------------------------------------------------------------------------- what gates rest on


def draw_gates(me: SignedIn, detail: TrialDetail) -> None:
    """Draw the facts that the gates rest on, to be written down and saved together."""
    # The form is filled once, with the version of that moment; it is this version that is saved
    # on, however often the page has run since.
    if _gate_key(detail, "purpose") not in st.session_state:
        st.session_state[_gate_key(detail, "version")] = detail.version
    with st.form(f"trials-gates-{detail.id}", border=True):
        typed = _gate_fields(detail)
        components.no_patient_data()
        trouble = st.container()
        pressed = st.form_submit_button("Save", type="primary")
    if pressed:
        with trouble:
            _save_gates(me, detail, typed)


class _Gates(TypedDict):
    purpose: str
    audience: str
    primary_manager: str
    backup_manager: str
    agreement_signed_on: date | None
    training_done: int | None
    training_total: int | None


def _gate_key(detail: TrialDetail, name: str) -> str:
    return f"trials.{detail.id}.{name}"


def _gate_fields(detail: TrialDetail) -> _Gates:
    key = partial(_gate_key, detail)
    purpose = st.text_area("Purpose", detail.purpose, key=key("purpose"), height=80)
    audience = st.text_area("Audience", detail.audience, key=key("audience"), height=80)
    with st.container(horizontal=True):
        primary = st.text_input("Primary manager", detail.primary_manager, key=key("primary"))
        backup = st.text_input("Backup manager", detail.backup_manager, key=key("backup"))
    with st.container(horizontal=True):
        signed = st.date_input(
            "Review agreement signed on",
            detail.agreement_signed_on,
            key=key("signed"),
            format=DATE_FORMAT,
        )
        done = st.number_input(
            "Training modules finished",
            value=detail.training_done,
            min_value=0,
            max_value=trials.MAX_MODULES,
            step=1,
            key=key("done"),
        )
        total = st.number_input(
            "of modules asked for",
            value=detail.training_total,
            min_value=1,
            max_value=trials.MAX_MODULES,
            step=1,
            key=key("total"),
        )
    return _Gates(
        purpose=purpose,
        audience=audience,
        primary_manager=primary,
        backup_manager=backup,
        agreement_signed_on=signed,
        training_done=done,
        training_total=total,
    )


def _save_gates(me: SignedIn, detail: TrialDetail, typed: _Gates) -> None:
    version = _gate_key(detail, "version")
    with session.handle_errors() as telling:
        try:
            trials.update_gates(
                me.actor,
                session.backend(),
                trial_id=detail.id,
                version=st.session_state[version],
                **typed,
            )
        except StaleEdit:
            # What was typed stays; what is stored now is shown beside it, and only somebody who
            # has seen it can save over it.
            st.session_state[version] = detail.version
            st.warning(
                "**Somebody else saved this trial a moment ago.** Yours is still here and was not "
                "saved. Below is what is kept now; save again to put yours in its place.",
                icon=":material/sync_problem:",
            )
            st.html(lists.gates_html(detail))
            telling.done = False
        else:
            session.notify("Saved.")
    if telling.done:
        forget(detail.id)
        st.rerun()


def forget(trial_id: int) -> None:
    """Let the form be filled anew from what is kept."""
    for key in [key for key in st.session_state if str(key).startswith(f"trials.{trial_id}.")]:
        del st.session_state[key]


# ------------------------------------------------------------------------------ excused weeks


def draw_asked(me: SignedIn, asked: ExemptionView) -> None:
    """Draw one exemption that was asked for, to be granted in one tap or refused with a word."""
    with st.container(border=True, key=f"asked-{asked.id}"):
        st.html(lists.asked_html(asked))
        with st.container(horizontal=True):
            st.button(
                "Grant",
                type="primary",
                key=f"asked.grant.{asked.id}",
                on_click=session.on_click(_grant(asked)),
            )
            with st.popover("Refuse"), st.form(f"asked-refuse-{asked.id}", border=False):
                why = st.text_input("A sentence for the department", key=f"asked.why.{asked.id}")
                trouble = st.container()
                if st.form_submit_button("Refuse", width="stretch"):
                    with trouble, session.handle_errors() as telling:
                        exemptions.decide(
                            me.actor,
                            session.backend(),
                            exemption_id=asked.id,
                            version=asked.version,
                            grant=False,
                            reason=why,
                        )
                        session.notify("Refused; the department sees the sentence.")
                    if telling.done:
                        st.rerun()


def _grant(asked: ExemptionView) -> Callable[[], None]:
    def grant() -> None:
        exemptions.decide(
            session.actor(),
            session.backend(),
            exemption_id=asked.id,
            version=asked.version,
            grant=True,
        )
        session.notify(f"{lists.weeks_text(asked)} of {asked.department} will be left out.")

    return grant


def draw_exemptions(me: SignedIn, detail: TrialDetail) -> None:
    """Draw a trial's exemptions, and the form that leaves weeks out for cause."""
    for each in detail.exemptions:
        if each.status is ExemptionStatus.ASKED:
            draw_asked(me, each)
    st.html(
        lists.exemptions_html(
            [each for each in detail.exemptions if each.status is not ExemptionStatus.ASKED]
        )
    )
    for each in detail.exemptions:
        if each.status is ExemptionStatus.GRANTED:
            _draw_withdraw(me, each)
    window = detail.window
    with (
        st.popover("Leave weeks out for cause", icon=":material/event_busy:"),
        st.form(f"trials-exempt-{detail.id}", border=False),
    ):
        first, last = st.select_slider(
            "Weeks",
            range(window.weeks),
            (0, 0) if detail.row.week is None else (detail.row.week, detail.row.week),
            format_func=lambda week: f"{week + 1} · {spoken_day(window.week_start(week))}",
            key=f"exempt.weeks.{detail.id}",
        )
        cause = st.selectbox(
            "Cause",
            FOR_CAUSE,
            format_func=lambda cause: cause.label,
            key=f"exempt.cause.{detail.id}",
        )
        reason = st.text_input("Reason", key=f"exempt.reason.{detail.id}")
        components.no_patient_data()
        trouble = st.container()
        if st.form_submit_button("Leave out", type="primary", width="stretch"):
            with trouble, session.handle_errors() as telling:
                granted = exemptions.grant_for_cause(
                    me.actor,
                    session.backend(),
                    trial_id=detail.id,
                    first_week=first,
                    last_week=last,
                    cause=cause,
                    reason=reason,
                )
                session.notify(f"{lists.weeks_text(granted)} left out.")
            if telling.done:
                st.rerun()


def _draw_withdraw(me: SignedIn, granted: ExemptionView) -> None:
    weeks = lists.weeks_text(granted)
    with (
        st.popover(f"Judge {weeks.lower()} again", icon=":material/undo:"),
        st.form(f"exempt-withdraw-{granted.id}", border=False),
    ):
        why = st.text_input("A sentence for the department", key=f"exempt.back.{granted.id}")
        trouble = st.container()
        if st.form_submit_button("Take the exemption back", width="stretch"):
            with trouble, session.handle_errors() as telling:
                exemptions.withdraw(
                    me.actor,
                    session.backend(),
                    exemption_id=granted.id,
                    version=granted.version,
                    reason=why,
                )
                session.notify(f"{weeks} will be judged again.")
            if telling.done:
                st.rerun()


# ---------------------------------------------------------------------------------- incidents


def draw_incidents(me: SignedIn, detail: TrialDetail, today: date) -> None:
    """Draw serious incidents; an open one can be closed, a new one noted."""
    st.html(lists.incidents_html(detail.incidents))
    with st.container(horizontal=True):
        for each in detail.incidents:
            if each.closed_on is None:
                st.button(
                    f"Close “{text.plain_sentence(lists.shortened(each.summary))}”",
                    icon=":material/task_alt:",
                    key=f"incident.close.{each.id}",
                    on_click=session.on_click(_close(each.id)),
                )
        with (
            st.popover("Note an incident", icon=":material/report:"),
            st.form(f"trials-incident-{detail.id}", border=False),
        ):
            summary = st.text_area("What happened", key=f"incident.summary.{detail.id}", height=80)
            day = st.date_input("Day", today, key=f"incident.day.{detail.id}", format=DATE_FORMAT)
            components.no_patient_data()
            trouble = st.container()
            if st.form_submit_button("Note it", width="stretch"):
                with trouble, session.handle_errors() as telling:
                    incidents.open_incident(
                        me.actor,
                        session.backend(),
                        trial_id=detail.id,
                        summary=summary,
                        opened_on=day,
                    )
                    session.notify("Noted. Until it is closed, the trial cannot be judged ready.")
                if telling.done:
                    st.rerun()


def _close(incident_id: int) -> Callable[[], None]:
    def close() -> None:
        incidents.close_incident(session.actor(), session.backend(), incident_id=incident_id)
        session.notify("The incident is closed.")

    return close


# ------------------------------------------------------------------------------------ the end


def draw_end(me: SignedIn, detail: TrialDetail, today: date) -> None:
    """Draw the early end of a running trial."""
    if detail.row.status is not TrialStatus.RUNNING:
        return
    with (
        st.popover("End it early", icon=":material/stop_circle:"),
        st.form(f"trials-end-{detail.id}", border=False),
    ):
        st.write("It is then reviewed as far as it went. That is a recorded, good ending.")
        day = st.date_input("Last day", today, key=f"end.day.{detail.id}", format=DATE_FORMAT)
        reason = st.text_area("Why", key=f"end.reason.{detail.id}", height=80)
        trouble = st.container()
        if st.form_submit_button("End the trial", width="stretch"):
            with trouble, session.handle_errors() as telling:
                trials.end_early(
                    me.actor, session.backend(), trial_id=detail.id, on=day, reason=reason
                )
                session.notify(f"The trial of {detail.row.department} is ended.")
            if telling.done:
                st.rerun()
