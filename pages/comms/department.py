"""One department's trial: what to do next, its weeks, its scorecard, its people."""

import streamlit as st

from trial.domain.counts import count_of
from trial.domain.roles import Permission
from trial.domain.trial_status import TrialStatus
from trial.services import decisions, trial_views
from trial.services.board import board
from trial.services.forecasts import forecast
from trial.services.log_patterns import log_patterns
from trial.services.standing import StandingView, standing
from trial.ui import (
    components,
    log_pattern_text,
    notices,
    process,
    router,
    session,
    standing_text,
    trial_admin,
    trial_choice,
    verdict_text,
    week_strip,
)
from trial.ui.components import Stat
from trial.ui.figures import base, board_table, checks_table, forecast_figures, lists, run_chart

me = session.require(Permission.ALL_BOARD_READ)
backend = process.backend()


def stats(view: StandingView) -> list[Stat]:
    card = view.scorecard
    kept, judged = board_table.kept_weeks(card)
    return [
        Stat(f"{kept} of {judged}", "weeks in band"),
        Stat(verdict_text.score_text(card), f"points of 100{so_far(view)}"),
        Stat(
            "–" if view.longest_gap is None else count_of(view.longest_gap, "day"),
            "longest gap",
            "The most days from one live post to the next, without excused days.",
        ),
        Stat(
            str(card.backfilled),
            "entered late",
            "Entries made more than a few days afterwards; both days are kept.",
        ),
    ]


def so_far(view: StandingView) -> str:
    return "" if view.status.is_over else " so far"


rows = trial_choice.by_review(trial_views.list_trials(me.actor, backend))
row = trial_choice.asked_for(me, rows, otherwise=rows[0] if rows else None)
if row is None:
    components.empty_state(
        "No trial yet",
        "Communications starts one on the page Trials. Its weeks then appear here.",
        icon="event_upcoming",
    )
    st.stop()
session.remember_trial(row.id)

view = standing(me.actor, backend, trial_id=row.id)
detail = trial_views.detail(me.actor, backend, trial_id=row.id)
decided = (
    decisions.of_trial(me.actor, backend, trial_id=row.id)
    if row.status is TrialStatus.DECIDED
    else None
)
seen = board_table.row_of(board(me.actor, backend), row.id)

components.header(
    board_table.department_headline(seen, decided),
    trial_choice.place_line(row),
    above=row.department,
)
with st.container(horizontal=True, key="department-ways"):
    paths = ("this-week", "calendar", "standing", "review", "trials")
    router.draw_links(me, *paths, trial_id=row.id)
components.stat_cards(stats(view))
week_strip.week_strip(view.scorecard, row.department)
week_strip.week_legend(view.band)

coming = None
with notices.handle_errors(reading=True):
    coming = forecast(me.actor, backend, trial_id=row.id)
if coming is not None and row.status is TrialStatus.RUNNING:
    components.section("Will it be ready?")
    st.html(forecast_figures.answer_html(coming))

components.section("Planned and live, week by week")
figure = run_chart.run_chart(view, base.palette_in_use())
base.draw(figure, key="department.run", alt=run_chart.run_alt(view))
st.caption(run_chart.run_line(view))
st.html(run_chart.run_table_html(view))
if late := standing_text.late_entries(view):
    components.paragraph(late, below=lists.late_html(view.backfilled))
if seen_in_log := log_patterns(me.actor, backend, trial_id=row.id):
    components.section(log_pattern_text.HEADING)
    st.html(lists.patterns_html(seen_in_log))

components.section(f"The scorecard{so_far(view)}")
st.html(checks_table.checks_html(view.scorecard, view.titles))

left, right = st.columns(2, gap="large")
with left:
    components.section("The trial")
    st.html(lists.gates_html(detail))
with right:
    components.section("Excused weeks and incidents")
    answered = trial_admin.draw_requests(me, detail.exemptions)
    st.html(lists.exemptions_html(answered))
    st.html(lists.incidents_html(detail.incidents))
trial_choice.draw(rows, row, key="department.trial", label="Another department")
