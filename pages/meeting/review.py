"""The verdict on one trial, as the meeting reads it, and what the meeting decides."""

import streamlit as st

from trial.domain.results.scorecard import Scorecard
from trial.domain.roles import Permission
from trial.domain.verdict import Reproduction, Verdict
from trial.services import decisions
from trial.services.after import after_trial
from trial.services.decisions import DecisionView
from trial.services.forecasts import ForecastView, forecast
from trial.services.log_patterns import log_patterns
from trial.services.standing import StandingView, standing
from trial.services.stress import under_stress
from trial.services.trial_views import TrialRow, list_trials
from trial.ui import (
    components,
    forms,
    glossary_view,
    log_pattern_text,
    notices,
    outage,
    outcomes_text,
    process,
    router,
    session,
    trial_choice,
    verdict_text,
)
from trial.ui.figures import (
    checks_table,
    forecast_figures,
    lists,
    own_accounts,
    review_screen,
    stress,
)

me = session.require(Permission.ALL_SCORECARD_READ)
backend = process.backend()
may_decide = Permission.ALL_DECISION_WRITE in me.permissions


@st.dialog("Evidence", width="large", icon=":material/fact_check:")
@outage.resilient
def evidence(view: StandingView, card: Scorecard, coming: ForecastView | None) -> None:
    if coming is not None:
        components.section("Will it be ready?")
        forecast_figures.draw(coming, key="review.fan", large=True)
    st.html(checks_table.checks_html(card, view.titles))
    if seen := session.call(log_patterns, trial_id=view.trial_id):
        components.section(log_pattern_text.HEADING)
        st.html(lists.patterns_html(seen))
    glossary_view.draw_words(("band", "live", "score", "gate", router.CHECKS))


@st.dialog("Stress tests", width="large", icon=":material/exercise:")
@outage.resilient
def stress_tests(trial_id: int) -> None:
    tests = session.call(under_stress, trial_id=trial_id)
    st.html(stress.stress_html(tests))


@st.dialog("The decision", width="large", icon=":material/gavel:")
@outage.resilient
def show_decision(decided: DecisionView, reproduction: Reproduction) -> None:
    st.html(checks_table.decision_html(decided, reproduction))


# A touch beside it must not lose what the meeting has written.
@st.dialog("Record the decision", width="large", icon=":material/gavel:", dismissible=False)
@outage.resilient
def decide(row: TrialRow, view: StandingView) -> None:
    card, possible = view.scorecard, review_screen.choices(row.status)
    over = row.status.is_over
    recommends = verdict_text.lead_in(card, row.status)
    label = "" if card.verdict is Verdict.NOT_ENOUGH_EVIDENCE else f" **{card.verdict.label}**"
    st.markdown(f"{recommends}{label}. The people decide.")
    with st.form("review-decide", border=False):
        choice = st.radio(
            "Decision",
            possible,
            index=None if len(possible) > 1 else 0,
            format_func=forms.label_of,
            key="review.decision",
        )
        reason = st.text_area(
            "Reason",
            key="review.reason",
            height=80,
            help="Asked for where the decision differs from the recommendation.",
        )
        conditions = st.text_area(
            "Conditions",
            # A trial that still runs can only be left, and nothing is a condition of that.
            "\n".join(card.conditions) if over and card.verdict is Verdict.EXTEND else "",
            key="review.conditions",
            height=100,
            help="Filled in where the scorecard names some; take out what does not hold.",
        )
        dissent = st.text_area("Who saw it differently, and why", key="review.dissent", height=80)
        again = forms.day_field("Review again on", None, key="review.again")
        components.no_patient_data()
        trouble = st.container()
        with st.container(horizontal=True):
            pressed = st.form_submit_button("Record the decision", type="primary")
            later = st.form_submit_button("Not now")
    if later:
        st.rerun()
    st.caption(
        "Recording keeps log, policy and scorecard as they are now, so that the same numbers come "
        "out later. A decision is not changed afterwards; the next review makes a new one."
    )

    def record() -> None:
        session.call(
            decisions.decide,
            trial_id=row.id,
            decision=choice or "",
            reason=reason,
            dissent=dissent,
            conditions=conditions,
            review_again_on=again,
            revision=view.revision,
        )
        notices.notify("The decision is recorded.")
        # The address keeps the trial: what was decided stays on the wall, not the next one.
        st.query_params["trial"] = str(row.id)

    if pressed:
        forms.finish(record, trouble)


rows = trial_choice.by_review(list_trials(me.actor, backend))
row = trial_choice.asked_for(me, rows, otherwise=trial_choice.next_review(rows))
if row is None:
    components.header("No trial awaits its review", above="Review")
    components.empty_state(
        "Nothing to decide today",
        trial_choice.next_end_line(rows),
        icon="event_available",
    )
    trial_choice.draw(rows, None, key="review.trial", label="Look at a trial")
    st.stop()

view = standing(me.actor, backend, trial_id=row.id)
decided = decisions.of_trial(me.actor, backend, trial_id=row.id)
card = (
    view.scorecard
    if decided is None
    else decisions.frozen_scorecard(me.actor, backend, trial_id=row.id)
)
reproduction = None if decided is None else decisions.reproduce(me.actor, backend, trial_id=row.id)
coming = None
with notices.handle_errors(reading=True):
    coming = forecast(me.actor, backend, trial_id=row.id)

strain = ""
if decided is None and stress.is_told(card, coming):
    with notices.handle_errors(reading=True):
        strain = stress.wall_line(under_stress(me.actor, backend, trial_id=row.id), card)
st.html(review_screen.wall_html(view, card, decided, forecast=coming, strain=strain))
with st.container(key="review-bar", horizontal=True, vertical_alignment="center"):
    if st.button("Evidence", icon=":material/fact_check:", shortcut="e", key="review.evidence"):
        evidence(view, card, coming)
    if st.button("Stress tests", icon=":material/exercise:", shortcut="s", key="review.stress"):
        stress_tests(row.id)
    if decided is not None and reproduction is not None:
        if st.button("Decision", icon=":material/gavel:", shortcut="d", key="review.decided"):
            show_decision(decided, reproduction)
    elif may_decide and st.button(
        "Decide", icon=":material/gavel:", shortcut="d", key="review.decide", type="primary"
    ):
        decide(row, view)
    trial_choice.draw(rows, row, key="review.trial", label="Another trial")
    expected = None
    if outcomes_text.is_expected(card.verdict, row.status, row.decision):
        with notices.handle_errors(reading=True):
            expected = after_trial(me.actor, backend, trial_id=row.id)
    ready = decided is not None or card.verdict is Verdict.READY
    note = review_screen.note(decided, reproduction)
    st.html(own_accounts.foot_html(expected, note, ready=ready))
