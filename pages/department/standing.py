"""Where one department's trial stands: the scorecard so far, each check with its next step."""

import streamlit as st

from trial.domain.counts import count_of, points
from trial.domain.roles import Permission
from trial.domain.trial_status import TrialStatus
from trial.domain.verdict import Outcome
from trial.services import trial_views
from trial.services.after import after_trial
from trial.services.forecasts import forecast
from trial.services.standing import StandingView, standing
from trial.services.stress import under_stress
from trial.ui import (
    components,
    exemption_view,
    notices,
    outcomes_text,
    process,
    session,
    standing_text,
    trial_choice,
    verdict_text,
    week_strip,
)
from trial.ui.components import Stat
from trial.ui.figures import checks_table, forecast_figures, lists, stress
from trial.ui.figures.board_table import kept_weeks

me = session.require(Permission.OWN_SCORECARD_READ, Permission.ALL_SCORECARD_READ)
trial = trial_choice.choose_trial(me)
if trial is None:
    st.stop()
view = standing(me.actor, process.backend(), trial_id=trial.id)
detail = trial_views.detail(me.actor, process.backend(), trial_id=trial.id)
card = view.scorecard


def stats(view: StandingView) -> list[Stat]:
    kept, judged = kept_weeks(view.scorecard)
    judged_checks, asked = view.scorecard.judged_checks
    return [
        Stat(
            verdict_text.score_text(view.scorecard),
            f"of 100, ready from {points(view.ready_from)}",
            "The weighted mean of the checks that can be judged.",
        ),
        Stat(
            f"{judged_checks} of {asked}",
            "checks judged",
            "Checks without evidence leave the score; they never count as zero.",
        ),
        Stat(f"{kept} of {judged}", "weeks in band"),
        Stat(
            "–" if view.longest_gap is None else count_of(view.longest_gap, "day"),
            "longest gap",
            "From one live post to the next, without excused days.",
        ),
    ]


components.header(standing_text.headline(view), standing_text.subline(view), above=view.department)
coming = None
with notices.handle_errors(reading=True):
    coming = forecast(me.actor, process.backend(), trial_id=trial.id)
components.paragraph(standing_text.meaning(view, coming))
if view.status is not TrialStatus.AHEAD:
    components.stat_cards(stats(view))
week_strip.week_strip(card, view.department)
week_strip.week_legend(view.band)

if coming is not None and view.status is TrialStatus.RUNNING:
    components.section("Will it be ready?")
    forecast_figures.draw(coming, key="standing.fan")
if steps := verdict_text.next_steps(card):
    components.section("What helps most now")
    st.html(checks_table.steps_html(steps))
components.section("Checks")
st.html(checks_table.checks_list_html(card.checks, view.titles))
met = sum(gate.outcome is Outcome.MET for gate in card.gates)
components.section(f"Gates for an own account: {met} of {len(card.gates)} met")
st.html(checks_table.gates_list_html(card.gates))
if view.status is not TrialStatus.AHEAD:
    tests = st.expander("Stress tests", on_change="rerun", key="standing.stress")
    # Worked out once somebody looks.
    if tests.open:
        tried = under_stress(me.actor, process.backend(), trial_id=view.trial_id)
        tests.html(stress.stress_html(tried))
if outcomes_text.is_expected(card.verdict, view.status, trial.decision):
    with notices.handle_errors(reading=True):
        expected = after_trial(me.actor, process.backend(), trial_id=view.trial_id)
        if outcomes_text.is_shown(expected, view.status):
            components.section("After the trial")
            components.paragraph(outcomes_text.expected(expected))
            st.caption(outcomes_text.basis(expected))
if late := standing_text.late_entries(view):
    components.section("Late entries")
    components.paragraph(late, below=lists.late_html(view.backfilled))

may_ask = me.permissions & {Permission.OWN_EXEMPTION_ASK, Permission.ALL_EXEMPTION_GRANT}
weeks = exemption_view.weeks_to_ask_for(view.window, view.today, detail.exemptions)
if detail.exemptions or (may_ask and weeks and not view.status.is_over):
    components.section("Excused weeks")
    exemption_view.asked_list(detail.exemptions)
if may_ask and weeks and not view.status.is_over:
    notices.draw_trouble_elsewhere({exemption_view.ASK_PLACE})
    with st.expander("Ask for weeks to be excused"):
        exemption_view.ask_form(view.trial_id, view.window, weeks)
