"""Communications' desk for one trial: what its gates ask for, excused weeks, incidents, its end.

Each part is a form over one service. Whatever is refused is told beside its button, and what was
typed stays; where somebody else was quicker, both versions are shown and nothing is overwritten
unseen.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

import streamlit as st

from trial.domain.calendar import DAYS_IN_WEEK, spoken_day, week_start_on_or_before
from trial.domain.errors import StaleEdit
from trial.domain.exemptions import FOR_CAUSE, ExemptionStatus
from trial.domain.roles import Permission
from trial.services import exemptions, incidents, trials
from trial.services.access import Actor
from trial.services.exemptions import ExemptionView
from trial.services.sign_in import SignedIn
from trial.services.trial_views import TrialDetail
from trial.ui import components, forms, notices, process, session, text
from trial.ui.figures import lists


def next_week_start(today: date, week_starts_on: int) -> date:
    """Return the next day on which a trial can start without looking back."""
    return week_start_on_or_before(today + timedelta(days=DAYS_IN_WEEK), week_starts_on)


# ------------------------------------------------------------------------------------ gates


def draw_gates(me: SignedIn, detail: TrialDetail) -> None:
    """Draw what the gates ask for, to be filled in and saved together."""
    key = partial("trials.{}.{}".format, detail.id)
    # The form is filled once, with the version of that moment; it is this version that is saved
    # on, however often the page has run since.
    if key("purpose") not in st.session_state:
        st.session_state[key("version")] = detail.version
    with st.form(f"trials-gates-{detail.id}", border=True):
        purpose = st.text_area("Purpose", detail.purpose, key=key("purpose"), height=80)
        notices.refusal_room("Purpose")
        audience = st.text_area("Audience", detail.audience, key=key("audience"), height=80)
        notices.refusal_room("Audience")
        with st.container(horizontal=True):
            primary = st.text_input("Primary manager", detail.primary_manager, key=key("primary"))
            backup = st.text_input("Backup manager", detail.backup_manager, key=key("backup"))
        notices.refusal_room("Primary manager")
        notices.refusal_room("Backup manager")
        with st.container(horizontal=True):
            signed = forms.day_field(
                "Review agreement signed on", detail.agreement_signed_on, key=key("signed")
            )
            done = _modules("Training modules finished", detail.training_done, 0, key("done"))
            total = _modules("Training modules required", detail.training_total, 1, key("total"))
        for field in (
            "Review agreement signed on",
            "Training modules finished",
            "Training modules required",
        ):
            notices.refusal_room(field)
        components.no_patient_data()
        trouble = st.container()
        pressed = st.form_submit_button("Save", type="primary")
    if not pressed:
        notices.end_of_fields()
        return
    with trouble, notices.handle_errors() as telling:
        try:
            trials.update_gates(
                me.actor,
                process.backend(),
                trial_id=detail.id,
                version=st.session_state[key("version")],
                purpose=purpose,
                audience=audience,
                primary_manager=primary,
                backup_manager=backup,
                agreement_signed_on=signed,
                training_done=done,
                training_total=total,
            )
        except StaleEdit:
            telling.done = False
            st.session_state[key("version")] = detail.version
            _show_both_versions(detail)
    notices.end_of_fields()
    if telling.done:
        notices.notify("Saved.")
        forget(detail.id)
        st.rerun()


def _modules(label: str, value: int | None, least: int, key: str) -> int | None:
    most = trials.MAX_MODULES
    return st.number_input(label, value=value, min_value=least, max_value=most, step=1, key=key)


def _show_both_versions(detail: TrialDetail) -> None:
    # What was typed stays; what is stored now is shown beside it, and only somebody who has seen
    # it can save over it.
    st.warning(
        "**Somebody else saved this trial a moment ago.** Yours is still here and was not "
        "saved. Below is what was saved; save again to replace it with yours.",
        icon=":material/sync_problem:",
    )
    st.html(lists.gates_html(detail))


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
                on_click=_grant,
                args=(asked,),
            )
            with forms.popover("Refuse", key=f"asked-refuse-{asked.id}"):
                why = st.text_input("Reason", key=f"asked.why.{asked.id}")

                def refuse() -> None:
                    _decide(asked, me.actor, grant=False, reason=why)
                    notices.notify("Refused. The department sees the reason.")

                forms.submit("Refuse", refuse)


@notices.handle_errors(place=notices.TOP)
def _grant(asked: ExemptionView) -> None:
    _decide(asked, session.actor(), grant=True)
    notices.notify(f"{lists.weeks_text(asked)} of {asked.department} will be excused.")


def _decide(asked: ExemptionView, actor: Actor, *, grant: bool, reason: str = "") -> None:
    exemptions.decide(
        actor,
        process.backend(),
        exemption_id=asked.id,
        version=asked.version,
        grant=grant,
        reason=reason,
    )


def draw_requests(me: SignedIn, exemptions: Sequence[ExemptionView]) -> list[ExemptionView]:
    """Draw what waits for an answer, for those who may give it; return the other exemptions."""
    if Permission.ALL_EXEMPTION_GRANT not in me.permissions:
        return list(exemptions)
    asked = [each for each in exemptions if each.status is ExemptionStatus.ASKED]
    for each in asked:
        draw_asked(me, each)
    return [each for each in exemptions if each not in asked]


def draw_exemptions(me: SignedIn, detail: TrialDetail) -> None:
    """Draw a trial's exemptions, and the form that leaves weeks out for cause."""
    answered = draw_requests(me, detail.exemptions)
    st.html(lists.exemptions_html(answered))
    for each in answered:
        if each.status is ExemptionStatus.GRANTED:
            _draw_withdraw(me, each)
    window, week = detail.window, detail.row.week or 0
    with forms.popover("Excuse weeks", icon="event_busy", key=f"trials-exempt-{detail.id}"):
        first, last = st.select_slider(
            "Weeks",
            range(window.weeks),
            (week, week),
            format_func=lambda week: f"{week + 1} · {spoken_day(window.week_start(week))}",
            key=f"exempt.weeks.{detail.id}",
        )
        cause = st.selectbox(
            "Cause", FOR_CAUSE, format_func=forms.label_of, key=f"exempt.cause.{detail.id}"
        )
        reason = st.text_input("Reason", key=f"exempt.reason.{detail.id}")
        components.no_patient_data()

        def leave_out() -> None:
            granted = exemptions.grant_for_cause(
                me.actor,
                process.backend(),
                trial_id=detail.id,
                first_week=first,
                last_week=last,
                cause=cause,
                reason=reason,
            )
            notices.notify(f"{lists.weeks_text(granted)} excused.")

        forms.submit("Excuse them", leave_out, kind="primary")


def _draw_withdraw(me: SignedIn, granted: ExemptionView) -> None:
    weeks = lists.weeks_text(granted)
    with forms.popover(
        f"Count {weeks.lower()} again", icon="undo", key=f"exempt-withdraw-{granted.id}"
    ):
        why = st.text_input("Reason", key=f"exempt.back.{granted.id}")

        def take_back() -> None:
            exemptions.withdraw(
                me.actor,
                process.backend(),
                exemption_id=granted.id,
                version=granted.version,
                reason=why,
            )
            notices.notify(f"{weeks} will count again.")

        forms.submit("Withdraw the exemption", take_back)


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
                    on_click=_close,
                    args=(each.id,),
                )
        with forms.popover("Record an incident", icon="report", key=f"trials-incident-{detail.id}"):
            summary = st.text_area("What happened", key=f"incident.summary.{detail.id}", height=80)
            notices.refusal_room("What happened")
            day = forms.day_field("Day", today, key=f"incident.day.{detail.id}")
            components.no_patient_data()

            def note() -> None:
                incidents.open_incident(
                    me.actor, process.backend(), trial_id=detail.id, summary=summary, opened_on=day
                )
                notices.notify("Recorded. Until it is closed, the trial cannot be judged ready.")

            forms.submit("Record it", note)


@notices.handle_errors(place=notices.TOP)
def _close(incident_id: int) -> None:
    session.call(incidents.close_incident, incident_id=incident_id)
    notices.notify("The incident is closed.")


# ------------------------------------------------------------------------------------ the end


def draw_end(me: SignedIn, detail: TrialDetail, today: date) -> None:
    """Draw the early end of a running trial."""
    with forms.popover("End it early", icon="stop_circle", key=f"trials-end-{detail.id}"):
        st.write(
            "The review then looks at the weeks up to that day. Ending early is a good ending too."
        )
        day = forms.day_field("Last day", today, key=f"end.day.{detail.id}")
        notices.refusal_room("Last day")
        reason = st.text_area("Reason", key=f"end.reason.{detail.id}", height=80)
        notices.refusal_room("Reason")

        def end() -> None:
            trials.end_early(me.actor, process.backend(), trial_id=detail.id, on=day, reason=reason)
            notices.notify(f"The trial of {detail.row.department} has ended.")

        forms.submit("End the trial", end)
