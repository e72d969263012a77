"""Noting what became of an own account, and correcting it: one form, in a dialog."""

from collections.abc import Callable
from datetime import date
from functools import partial

import streamlit as st

from trial.services import outcomes
from trial.services.outcomes import AccountView, OutcomeView
from trial.ui import forms, notices, outage, outcomes_text, session, text


@st.dialog("Is the account still active?", icon=":material/fact_check:")
@outage.resilient
def note(account: AccountView, today: date) -> None:
    """Draw the form that notes a look at an account."""
    save = partial(outcomes.note, trial_id=account.trial_id)
    _form(account, f"{account.trial_id}", save, checked_on=today)


@st.dialog("Correct an entry", icon=":material/edit:")
@outage.resilient
def correct(account: AccountView, outcome: OutcomeView) -> None:
    """Draw the form that corrects a look, and the button that removes it."""
    _form(
        account,
        f"{account.trial_id}.{outcome.id}",
        partial(outcomes.correct, outcome_id=outcome.id, version=outcome.version),
        checked_on=outcome.checked_on,
        active=outcome.active,
        silent_since=outcome.silent_since,
    )

    def remove() -> None:
        undo = session.call(outcomes.remove, outcome_id=outcome.id, version=outcome.version)
        notices.notify("Removed.", undo=undo)

    if st.button("Remove it", icon=":material/delete:", key=f"outcome.remove.{outcome.id}"):
        forms.finish(remove, st.container())


def _form(
    account: AccountView,
    place: str,
    save: Callable[..., OutcomeView],
    *,
    checked_on: date,
    active: bool | None = None,
    silent_since: date | None = None,
) -> None:
    st.markdown(f"**{text.plain(account.department)}**")
    with st.form(f"outcome-{place}", border=False):
        looked_on = forms.day_field("Checked on", checked_on, key=f"outcome.on.{place}")
        notices.refusal_room("Checked on")
        is_active = st.radio(
            outcomes_text.QUESTION,
            (True, False),
            index=None if active is None else int(not active),
            format_func=lambda active: "Yes" if active else "No",
            horizontal=True,
            key=f"outcome.active.{place}",
        )
        notices.refusal_room("Still active")
        since = forms.day_field(
            "Inactive since",
            silent_since,
            key=f"outcome.since.{place}",
            about="Only where the answer is No: the day after its last post before it went quiet.",
        )
        notices.refusal_room("Inactive since")

        def send() -> None:
            saved = session.call(save, checked_on=looked_on, active=is_active, silent_since=since)
            notices.notify(f"Recorded for {account.department}.", undo=saved.undo)

        forms.submit("Save", send, kind="primary")
