"""Who needs help first: every running trial, week by week, with its chance and the next step."""

import time

import streamlit as st

from trial.domain.attention import Need
from trial.domain.calendar import spoken_day
from trial.domain.counts import count_of
from trial.domain.roles import Permission
from trial.services.board import BoardView, board
from trial.ui import components, forecast_text, process, router, session, text, week_strip
from trial.ui.components import Stat
from trial.ui.figures import board_table

# So many rows are more than one look takes in.
FIND_FROM = 13

me = session.require(Permission.ALL_BOARD_READ)
waiting, begun = st.empty(), time.monotonic()


def tell(done: int, of: int) -> None:
    # Some hundred trials are forecast in a moment; only more are worth a bar.
    if time.monotonic() - begun > 1:
        waiting.progress(done / of, "Forecasting the trials")


view = board(me.actor, process.backend(), progress=tell)
waiting.empty()


def waiting_since(days: int) -> str:
    return f"oldest {count_of(days, 'day')}" if days else "since today"


def stats(view: BoardView) -> list[Stat]:
    reviews = Permission.ALL_POST_REVIEW in me.permissions
    return [
        Stat(
            f"{view.in_band_last_week} of {view.judged_last_week}",
            "in band last week",
            "Of the trials whose latest week is over and not excused.",
        ),
        Stat(str(view.calls), "to call this week", "Two of the last three weeks were short."),
        Stat(
            str(view.drafts),
            f"{'draft' if view.drafts == 1 else 'drafts'} waiting"
            + (f", {waiting_since(view.oldest_draft_days)}" * bool(view.drafts)),
            "Posts that wait for Communications.",
            href="drafts" if reviews else "",
        ),
        Stat(
            str(view.reviews_soon),
            f"{'ends' if view.reviews_soon == 1 else 'end'} in the next 14 days",
        ),
        Stat(
            str(view.awaiting_review),
            f"{'awaits' if view.awaiting_review == 1 else 'await'} review",
            "Over, and not decided yet.",
            href="review" if view.awaiting_review else "",
        ),
    ]


def find_department(view: BoardView) -> None:
    """Find a department, or everybody with the same need; both stand in the address."""
    counts = board_table.needs_of(view.rows)
    with st.container(horizontal=True, vertical_alignment="center", key="board-find"):
        name = st.text_input(
            "Find a department",
            key="find",
            type="search",
            placeholder="Find a department",
            label_visibility="collapsed",
            live=True,
            bind="query-params",
            width=260,
        )
        needs = st.pills(
            "Show",
            list(counts),
            selection_mode="multi",
            format_func=lambda need: f"{need} {counts[need]}",
            key="need",
            label_visibility="collapsed",
        )
    rows = board_table.matching(view.rows, name=name or "", needs=[Need(need) for need in needs])
    if rows:
        st.html(board_table.drawn(view, rows))
        if len(rows) > (most := board_table.MAX_ROWS):
            st.caption(f"The first {most} of {len(rows)} are shown; search by name for more.")
    else:
        st.info("No department matches. Clear the search or choose something else.")


components.header(
    board_table.headline(view.calls, len(view.rows)),
    f"{count_of(len(view.rows), 'trial')} · least likely to be ready first · "
    f"{spoken_day(view.today)}"
    if view.rows
    else spoken_day(view.today),
)
if not view.rows:
    components.empty_state(
        "No trial yet",
        "Choose a department and its first week. Its weeks then appear here.",
        icon="grid_view",
    )
    if Permission.ALL_TRIAL_WRITE in me.permissions and st.button(
        "Start the first trial", type="primary", key="board.start"
    ):
        router.go_to("trials")
    st.stop()

components.stat_cards(stats(view))
if view.no_chances_because:
    st.warning(
        text.plain_sentence(f"The chances of ready are left out: {view.no_chances_because}"),
        icon=":material/timeline:",
    )
if len(view.rows) < FIND_FROM:
    st.html(board_table.drawn(view, view.rows))
else:
    find_department(view)
week_strip.week_legend(view.band)
if view.prior is not None and any(row.chance is not None for row in view.rows):
    st.caption(forecast_text.board_starts_from(view.prior))
