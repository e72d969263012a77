"""After the trial: what became of own accounts, and how good the forecast of it was."""

import streamlit as st

from trial.domain.after_trial import Horizon
from trial.domain.calendar import spoken_day
from trial.domain.counts import count_of
from trial.domain.roles import Permission
from trial.services import outcomes
from trial.services.after import Track
from trial.services.outcomes import AccountView
from trial.ui import components, outcomes_text, outcomes_view, process, session
from trial.ui.figures import base, own_accounts

me = session.require(Permission.ALL_OUTCOME_WRITE)
view = outcomes.accounts(me.actor, process.backend())


def card(account: AccountView) -> None:
    with st.container(border=True, key=f"own-account-{account.trial_id}"):
        st.html(own_accounts.account_html(account, view.today))
        with st.container(horizontal=True):
            if st.button(
                "Record a check",
                icon=":material/fact_check:",
                key=f"outcome.note.{account.trial_id}",
                type="primary" if account.is_due(view.today) else "secondary",
            ):
                outcomes_view.note(account, view.today)
            for found in account.found:
                if st.button(
                    f"Correct {spoken_day(found.checked_on, year=True)}",
                    icon=":material/edit:",
                    key=f"outcome.correct.{found.id}",
                    type="tertiary",
                ):
                    outcomes_view.correct(account, found)


def track(horizon: Horizon, of: Track) -> None:
    components.section(f"The forecast for {horizon.label}")
    if of.calibration is None:
        components.paragraph(outcomes_text.missing(of))
    else:
        components.paragraph(outcomes_text.brier(of.calibration))
        figure = own_accounts.reliability(of.calibration, base.palette_in_use())
        key, alt = f"outcomes.reliability.{horizon}", own_accounts.reliability_alt(horizon)
        base.draw(figure, key=key, alt=alt, theme="streamlit")
        st.html(own_accounts.reliability_table_html(of.calibration))
        st.caption(outcomes_text.HOW_JUDGED)
    st.caption(f"{view.public}: {of.source}.")


if not view.accounts:
    components.header("No own account yet", above="After the trial")
    components.empty_state(
        "Nothing to check",
        "When a review decides that a department is ready for its own account, it is listed here: "
        "half a year and a year after the trial you record whether it is still active.",
        icon="event_available",
    )
else:
    components.header(
        outcomes_text.headline(view), outcomes_text.subline(view), above="After the trial"
    )
for account in view.due:
    card(account)
if view.later:
    # What is to be done stands first; a long list of what is not is opened on request.
    with st.expander(f"{count_of(len(view.later), 'account')} not due now", expanded=not view.due):
        for account in view.later:
            card(account)
for horizon, of in view.tracks.items():
    track(horizon, of)
