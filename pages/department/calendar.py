"""The content calendar of one department: what stands where, and which weeks lack slots."""

from datetime import date

import streamlit as st

from trial.domain.roles import Permission
from trial.services.calendar import CalendarView, calendar
from trial.ui import (
    calendar_text,
    calendar_view,
    components,
    notices,
    post_actions,
    process,
    session,
    trial_choice,
)
from trial.ui.figures import calendar_month

me = session.require(Permission.OWN_POST_WRITE, Permission.ALL_POST_WRITE)
trial = trial_choice.choose_trial(me)
if trial is None:
    st.stop()
view = calendar(me.actor, process.backend(), trial_id=trial.id)
by_id = {post.id: post for post in view.posts}


def way_of_looking() -> str:
    """Month or list; a phone starts with the list, and the address keeps what was chosen."""
    on_a_phone = "Mobi" in (st.context.headers.get("User-Agent") or "")
    chosen: str = st.segmented_control(
        "View",
        ["Month", "List"],
        default="List" if on_a_phone else "Month",
        required=True,
        key="view",
        label_visibility="collapsed",
        bind="query-params",
    )
    return chosen


def month_to_show(view: CalendarView) -> date:
    months = calendar_month.months_of(view)
    names = {calendar_month.month_name(month): month for month in months}
    now = view.today.replace(day=1)
    default = next((name for name, month in names.items() if month == now), next(iter(names)))
    chosen: str = st.segmented_control(
        "Month",
        list(names),
        default=default,
        required=True,
        format_func=lambda name: name.split()[0],
        key="month",
        label_visibility="collapsed",
        bind="query-params",
    )
    return names[chosen]


def beside_the_month(view: CalendarView) -> None:
    now = calendar_view.opened()
    if now.post_id in by_id:
        calendar_view.post_panel(view, by_id[now.post_id])
    elif (day := now.day or view.next_free_day) is not None:
        components.section("Plan a post")
        calendar_view.plan_form(view, day)


components.header(calendar_text.headline(view), calendar_text.subline(view), above=view.department)
now = calendar_view.opened()
places = {calendar_view.PLAN_PLACE}
if now.post_id in by_id:
    places = {post_actions.anchor_of(now.post_id), calendar_view.edit_form(now.post_id)}
notices.draw_trouble_elsewhere(places)

choices = st.container(horizontal=True, gap="small")
with choices:
    looking = way_of_looking()
if looking == "Month":
    with choices:
        month = month_to_show(view)
    table, panel = st.columns([3, 1.15], gap="medium")
    with table:
        calendar_month.draw(
            view,
            month,
            key=calendar_view.MONTH_WIDGET,
            on_asked=lambda: calendar_view.taken_from_month(view),
            day=now.day,
            post_id=now.post_id,
        )
        components.paragraph(calendar_text.KEY, kind="quiet")
    with panel:
        beside_the_month(view)
else:
    coming = [week for week in view.weeks if week.last >= view.today]
    earlier = [week for week in view.weeks if week.last < view.today]
    calendar_view.week_list(view, coming)
    if earlier and st.toggle("Earlier weeks", key="calendar.earlier", value=not coming):
        calendar_view.week_list(view, earlier)
