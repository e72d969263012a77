"""The week of one department: what is delivered, what is open, and the minute that logs it."""

import streamlit as st

from trial.domain.roles import Permission
from trial.domain.trial_status import TrialStatus
from trial.services.week import WeekView, this_week
from trial.ui import (
    calendar_view,
    components,
    glossary_view,
    notices,
    outage,
    post_actions,
    process,
    redraws,
    router,
    session,
    this_week_view,
    trial_choice,
    week_text,
)

me = session.require(Permission.OWN_POST_WRITE, Permission.ALL_POST_WRITE)
trial = trial_choice.choose_trial(me)
if trial is None:
    st.stop()
whole = this_week(me.actor, process.backend(), trial_id=trial.id)
weeks = whole.window.weeks
if not whole.status.is_over and glossary_view.first_visit(me, whole.department, weeks, whole.band):
    st.stop()
# Drawn by the part below when the whole page runs; a tap, which runs the part alone, reads anew.
just_read = [whole]


def on_its_page(view: WeekView) -> set[str]:
    shown = [*view.open_before, *view.sent_back, *(post for day in view.days for post in day.posts)]
    places = {post_actions.anchor_of(post.id) for post in shown}
    if view.can_write and st.session_state.get(this_week_view.ADDING):
        places.add(this_week_view.ADD_PLACE)
    if view.can_check_in and view.form is not None:
        places.add(this_week_view.CHECK_IN_PLACE)
    return places


@st.fragment
@outage.resilient
def week(trial_id: int) -> None:
    """Draw what a tap changes, and all of it; a tap draws this alone."""
    if just_read:
        view = just_read.pop()
    else:
        with redraws.or_whole_page():
            view = session.call(this_week, trial_id=trial_id)
        if this_week_view.below_the_week(view) != this_week_view.below_the_week(whole):
            st.rerun()
    if (post_id := post_actions.to_be_edited()) is not None:
        calendar_view.open_post(post_id)
        router.go_to("calendar")

    notices.draw_notification()
    notices.draw_trouble()
    components.header(week_text.headline(view), week_text.subline(view), above=view.department)
    notices.draw_trouble_elsewhere(on_its_page(view))

    if view.status is TrialStatus.RUNNING:
        this_week_view.standing_card(view)
    if view.open_before:
        components.section("Still open from before")
        this_week_view.slot_cards(view, view.open_before)
    if view.sent_back:
        components.section("Sent back for changes")
        this_week_view.slot_cards(view, view.sent_back)
    shown_week = "This week" if view.status is TrialStatus.RUNNING else "The first week"
    if shown := [post for day in view.days for post in day.posts]:
        components.section(shown_week)
        this_week_view.slot_cards(view, shown)
    elif view.days:
        components.section(shown_week)
        components.paragraph(
            "Nothing is planned for this week yet. Plan a post in the calendar.", kind="quiet"
        )
    if view.can_write and view.status is TrialStatus.RUNNING:
        this_week_view.unplanned_post(view)


week(trial.id)
this_week_view.check_in_box(whole)
if whole.status.is_over:
    router.draw_link("standing", trial_id=whole.trial_id, label="See where the trial stands")
elif whole.can_write:
    router.draw_link("calendar", trial_id=whole.trial_id, label="Plan the weeks ahead")
