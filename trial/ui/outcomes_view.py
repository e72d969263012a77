"""Noting what became of an own account, and correcting it: one form, in a dialog."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import streamlit as st

from trial.services import outcomes
from trial.services.outcomes import AccountView, OutcomeView
from trial.ui import outage, outcomes_text, session, text

DATE_FORMAT = "DD/MM/YYYY"


@st.dialog("How does it go?", icon=":material/fact_check:")
@outage.resilient
def note(account: AccountView, today: date) -> None:
    """Draw the form that notes a look at an account."""
    _form(account, today, None)


@st.dialog("Correct what was found", icon=":material/edit:")
@outage.resilient
def correct(account: AccountView, today: date, outcome: OutcomeView) -> None:
    """Draw the form that corrects a look, and the button that removes it."""
    _form(account, today, outcome)
    if st.button("Remove it", icon=":material/delete:", key=f"outcome.remove.{outcome.id}"):
        with session.handle_errors() as telling:
            undo = outcomes.remove(
                session.actor(), session.backend(), outcome_id=outcome.id, version=outcome.version
            )
            session.notify("Removed.", undo=undo)
        if telling.done:
            st.rerun()


def _form(account: AccountView, today: date, outcome: OutcomeView | None) -> None:
    place = account.trial_id if outcome is None else f"{account.trial_id}.{outcome.id}"
    st.markdown(f"**{text.plain(account.department)}**")
    with st.form(f"outcome-{place}", border=False):
        checked_on = st.date_input(
            "Looked at on",
            today if outcome is None else outcome.checked_on,
            key=f"outcome.on.{place}",
            format=DATE_FORMAT,
        )
        active = st.radio(
            "Still active",
            (True, False),
            index=None if outcome is None else int(not outcome.active),
            format_func=lambda active: "Yes" if active else "No",
            help=outcomes_text.KEEPING,
            horizontal=True,
            key=f"outcome.active.{place}",
        )
        since = st.date_input(
            "Since when not",
            None if outcome is None else outcome.silent_since,
            help="Only where the account is not active any more.",
            key=f"outcome.since.{place}",
            format=DATE_FORMAT,
        )
        trouble = st.container()
        pressed = st.form_submit_button("Save", type="primary", width="stretch")
    if pressed:
        with trouble, session.handle_errors() as telling:
            saved = _saved(account, outcome)(checked_on, active, since)
            session.notify(outcomes_text.noted(account), undo=saved.undo)
        if telling.done:
            st.rerun()


def _saved(
    account: AccountView, outcome: OutcomeView | None
) -> Callable[[date, bool | None, date | None], OutcomeView]:
    def save(checked_on: date, active: bool | None, since: date | None) -> OutcomeView:
        actor, backend = session.actor(), session.backend()
        if outcome is None:
            return outcomes.note(
                actor,
                backend,
                trial_id=account.trial_id,
                checked_on=checked_on,
                active=active,
                silent_since=since,
            )
        return outcomes.correct(
            actor,
            backend,
            outcome_id=outcome.id,
            version=outcome.version,
            checked_on=checked_on,
            active=active,
            silent_since=since,
        )

    return save
