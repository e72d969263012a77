"""The week of one department: what is delivered, what is open, and the minute that logs it."""

import streamlit as st

from trial.domain.roles import Permission
from trial.services.week import TrialMoment, WeekView, this_week
from trial.ui import (
    components,
    outage,
    plan_parts,
    post_steps,
    router,
    session,
    week_parts,
    week_words,
)

me = session.require(Permission.OWN_POST_WRITE, Permission.ALL_POST_WRITE)
trial = components.choose_trial(me)
if trial is None:
    st.stop()
whole = this_week(me.actor, session.backend(), trial_id=trial.id)
# Drawn by the part below when the whole page runs; a tap, which runs the part alone, reads anew.
just_read = [whole]


def on_its_page(view: WeekView) -> set[str]:
    shown = [*view.open_before, *view.sent_back, *(post for day in view.days for post in day.posts)]
    places = {post_steps.place_of(post.id) for post in shown}
    if view.can_write and st.session_state.get(week_parts.ADDING):
        places.add(week_parts.ADD_PLACE)
    if view.can_check_in and view.form is not None:
        places.add(week_parts.CHECK_IN_PLACE)
    return places


def go_on(label: str, path: str) -> None:
    """Offer the page that has the next step."""
    place = router.place_of(path)
    if place is not None:
        st.page_link(
            router.page_of(place), label=label, query_params={"trial": str(whole.trial_id)}
        )


@st.fragment
@outage.resilient
def week(trial_id: int) -> None:
    """Draw what a tap changes, and all of it; a tap draws this alone."""
    if just_read:
        view = just_read.pop()
    else:
        with session.or_whole_page():
            view = this_week(session.actor(), session.backend(), trial_id=trial_id)
        if week_parts.below_the_week(view) != week_parts.below_the_week(whole):
            st.rerun()
    if (post_id := post_steps.to_be_edited()) is not None:
        plan_parts.open_post(post_id)
        st.switch_page(router.page_of(router.place_of("calendar") or router.HOME))

    session.draw_said()
    session.draw_carried()
    components.header(week_words.headline(view), week_words.subline(view), above=view.department)
    post_steps.draw_trouble_elsewhere(on_its_page(view))

    if view.moment is TrialMoment.RUNNING:
        week_parts.standing_card(view)
    if view.open_before:
        components.section("Still open from before")
        week_parts.slot_cards(view, view.open_before)
    if view.sent_back:
        components.section("Sent back for changes")
        week_parts.slot_cards(view, view.sent_back)
    shown_week = "This week" if view.moment is TrialMoment.RUNNING else "The first week"
    if shown := [post for day in view.days for post in day.posts]:
        components.section(shown_week)
        week_parts.slot_cards(view, shown)
    elif view.days:
        components.section(shown_week)
        st.html(
            '<p class="quiet">No slot in this week yet. The calendar is the place to plan one.</p>'
        )
    if view.can_write and view.moment is TrialMoment.RUNNING:
        week_parts.unplanned_post(view)


week(trial.id)
week_parts.check_in_part(whole)
if whole.moment in (TrialMoment.AFTER, TrialMoment.CLOSED):
    go_on("See where the trial stands", "standing")
elif whole.can_write:
    go_on("Plan the weeks ahead", "calendar")
