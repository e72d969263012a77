"""Asking for weeks to be left out of a trial, and how that stands."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from trial.domain.calendar import TrialWindow, spoken_span
from trial.services import exemptions
from trial.services.exemptions import ExemptionView
from trial.ui import components, forms, html, notices, session, standing_text

ASK_PLACE = "standing.exemption"


def asked_list(found: Sequence[ExemptionView]) -> None:
    """Draw what was asked for and granted, each with its reason."""
    if not found:
        return
    lines = [
        (standing_text.exemption_line(exemption), exemption.reason, exemption.answer)
        for exemption in found
    ]
    st.html(html.render("exemptions.asked", lines))


def weeks_to_ask_for(
    window: TrialWindow, today: date, found: Sequence[ExemptionView]
) -> tuple[int, ...]:
    """Return the weeks that have not begun and that nobody has asked for yet."""
    taken = {
        week
        for exemption in found
        if exemption.stands
        for week in range(exemption.first_week, exemption.last_week + 1)
    }
    return tuple(
        week
        for week in range(window.weeks)
        if window.week_start(week) > today and week not in taken
    )


def ask_form(trial_id: int, window: TrialWindow, weeks: Sequence[int]) -> None:
    """Draw the form that asks for weeks ahead to be left out."""
    name = forms.name_of(ASK_PLACE)

    def label(week: int) -> str:
        days = spoken_span(window.week_start(week), window.week_end(week), window.start)
        return f"Week {week + 1} · {days}"

    with st.form(f"exemption-{name}", border=False):
        first, last = st.columns(2)
        first.selectbox("From", weeks, format_func=label, key=f"exemption.first.{name}")
        last.selectbox("To", weeks, format_func=label, key=f"exemption.last.{name}")
        st.text_area(
            "Reason",
            key=f"exemption.reason.{name}",
            placeholder="Summer holidays: the clinic is closed",
            height=80,
        )
        notices.refusal_room("Reason")
        components.no_patient_data()
        notices.draw_trouble(ASK_PLACE)
        st.form_submit_button("Ask", on_click=_ask, args=(trial_id, name), width="stretch")


def _ask(trial_id: int, name: str) -> None:
    typed = st.session_state
    with notices.handle_errors(place=ASK_PLACE):
        session.call(
            exemptions.ask,
            trial_id=trial_id,
            first_week=typed[f"exemption.first.{name}"],
            last_week=typed[f"exemption.last.{name}"],
            reason=typed[f"exemption.reason.{name}"],
        )
        forms.let_go(ASK_PLACE)
        notices.notify("Asked. Communications will answer here.")
