"""The pieces of *Calendar*: planning a slot, changing a post, and the weeks as a list."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from trial.domain.counts import count_of
from trial.domain.errors import StaleEdit
from trial.domain.posts import PostState, each_person_once
from trial.reports.html import Html
from trial.services import content, posts
from trial.services.calendar import CalendarView, CalendarWeek, day_in_calendar
from trial.services.post_views import PostView
from trial.ui import (
    calendar_text,
    components,
    forms,
    html,
    notices,
    post_actions,
    process,
    session,
    text,
    week_text,
)

OPEN = "calendar.open"
"""What is open: a day to plan on, or a post."""
MONTH_WIDGET = "calendar.table"
PLAN_PLACE = "calendar.plan"
_MAX_REPEATS = posts.REPEAT_LIMIT


@dataclass(frozen=True, slots=True)
class Open:
    """A day that is being planned, or a post that is being looked at; one of them or neither."""

    day: date | None = None
    post_id: int | None = None


def opened() -> Open:
    """Return what is open now."""
    found: Open = st.session_state.get(OPEN, Open())
    return found


def open_day(day: date) -> None:
    """Open the planning of a day."""
    st.session_state[OPEN] = Open(day=day)


def open_post(post_id: int) -> None:
    """Open a post."""
    post_actions.close()
    st.session_state[OPEN] = Open(post_id=post_id)


def close() -> None:
    """Close what is open; what was typed into a post's form is let go."""
    if (post_id := opened().post_id) is not None:
        forms.let_go(edit_form(post_id))
    st.session_state.pop(OPEN, None)


def taken_from_month(view: CalendarView) -> None:
    """Do what was asked in the table: open a day or a post, or move a post that was carried."""
    asked = (st.session_state.get(MONTH_WIDGET) or {}).get("asked") or {}
    by_id = {post.id: post for post in view.posts}
    if (iso := asked.get("day")) is not None:
        open_day(date.fromisoformat(iso))
    elif (post_id := asked.get("post")) in by_id:
        open_post(post_id)
    elif (post_id := asked.get("move")) in by_id:
        open_post(post_id)
        post_actions.move(by_id[post_id], date.fromisoformat(asked["to"]))


# ------------------------------------------------------------------------------ planning


def plan_form(view: CalendarView, day: date) -> None:
    """Draw the form that puts a slot on `day`, or on another one chosen in it."""
    assert view.plan_from is not None
    assert view.plan_until is not None
    name = forms.name_of(PLAN_PLACE)
    days = forms.days(view.plan_from, view.plan_until)
    slots = Counter(post.planned_for for post in view.posts if post.planned_for is not None)
    weeks_left = (view.plan_until - day).days // 7
    with st.form(f"plan-{name}", border=True):
        post_actions.title_field(f"plan.title.{name}")
        st.selectbox(
            "Day",
            days,
            index=days.index(day) if day in days else 0,
            format_func=lambda choice: calendar_text.plan_day_choice(view, choice, slots[choice]),
            # Another day pressed in the table is another field; the title stays.
            key=f"plan.day.{name}.{day.isoformat()}",
        )
        _content_fields(view, f"plan.{name}", contributor=next(iter(view.contributors), ""))
        st.selectbox(
            "Repeat",
            range(min(weeks_left, _MAX_REPEATS) + 1),
            format_func=_repeat_label,
            key=f"plan.repeat.{name}",
        )
        notices.draw_trouble(PLAN_PLACE)
        with st.container(horizontal=True):
            st.form_submit_button(
                "Plan it",
                type="primary",
                on_click=_plan,
                args=(view.trial_id, name, day),
                width="stretch",
            )
            if opened().day is not None:
                st.form_submit_button("Not now", on_click=close, type="tertiary")


def _repeat_label(weeks: int) -> str:
    if weeks == 0:
        return "Only this one"
    return "Also the week after" if weeks == 1 else f"Also each of the {weeks} weeks after"


def _content_fields(
    view: CalendarView,
    prefix: str,
    *,
    contributor: str,
    pillar: str = "",
    channels: Sequence[str] = (),
) -> None:
    backend = process.backend()
    people = each_person_once((contributor, *view.contributors))
    post_actions.contributor_field(
        "Who makes it", people, key=f"{prefix}.who", is_filled=bool(contributor)
    )
    offered = [entry.name for entry in content.pillars(backend)]
    themes = list(dict.fromkeys(name for name in (*offered, pillar) if name))
    st.selectbox(
        "Pillar",
        themes,
        index=themes.index(pillar) if pillar else None,
        key=f"{prefix}.pillar",
        accept_new_options=True,
        placeholder="The theme it belongs to",
    )
    st.multiselect(
        "Channels",
        list(dict.fromkeys((*content.channels(backend), *channels))),
        default=list(channels),
        key=f"{prefix}.channels",
        placeholder="Where it would go",
        accept_new_options=True,
    )


def _plan(trial_id: int, name: str, day: date) -> None:
    typed = st.session_state
    with notices.handle_errors(place=PLAN_PLACE):
        made = session.call(
            posts.plan,
            trial_id=trial_id,
            title=typed[f"plan.title.{name}"],
            planned_for=typed[f"plan.day.{name}.{day.isoformat()}"],
            pillar=typed[f"plan.{name}.pillar"] or "",
            channels=typed[f"plan.{name}.channels"],
            contributor=typed[f"plan.{name}.who"] or "",
            repeat_weeks=typed[f"plan.repeat.{name}"],
            request_key=name,
        )
        forms.let_go(PLAN_PLACE)
        typed.pop(OPEN, None)
        first = made[0].planned_for
        assert first is not None
        times = "" if len(made) == 1 else f", and {count_of(len(made) - 1, 'week')} after"
        notices.notify(f"Planned for {text.short_day(first)}{times}.", undo=made.undo)


# ------------------------------------------------------------------------------ a post


def edit_form(post_id: int) -> str:
    """Return the name under which the form of a post is kept."""
    return f"calendar.edit.{post_id}"


def post_panel(view: CalendarView, post: PostView) -> None:
    """Draw one post: how it stands, its steps, and what it is about, to be changed."""
    with st.container(key="calendar-post", border=True, gap="small"):
        with st.container(horizontal=True, wrap=False, vertical_alignment="top"):
            st.html(_post_html(view, post), width="stretch")
            st.button("Close", key="calendar-close", on_click=close, type="tertiary")
        notices.draw_trouble(post_actions.anchor_of(post.id))
        _steps(view, post)
        if post.can_edit:
            _edit_form(view, post)


def _post_html(view: CalendarView, post: PostView) -> Html:
    day = day_in_calendar(post)
    when = "" if day is None else text.near_day(day, view.today)
    note = (
        week_text.slot_note(post, view.today)
        if post.state.is_open
        else week_text.done_note(post, view.today)
    )
    moved = ""
    if post.moved_from is not None:
        stays = ". That was at short notice, so it still counts for that day"
        moved = (
            f"Moved from {text.near_day(post.moved_from, view.today)}"
            f"{stays if post.moved_inside_horizon else ''}."
        )
    back = week_text.sent_back_sentence(post) if post.state is PostState.RETURNED else ""
    return html.render("calendar.post", text.begun(when), post.title, note, moved, back)


def _steps(view: CalendarView, post: PostView) -> None:
    if not (post.can_deliver or post.can_move or post.can_drop):
        return
    with st.container(horizontal=True, gap="xsmall", key="calendar-steps"):
        if post.can_deliver:
            st.button(
                "Hand over again" if post.state is PostState.RETURNED else "Hand over",
                key=f"calendar-deliver-{post.id}",
                on_click=post_actions.deliver,
                args=(post,),
                type="primary",
            )
        if post.can_drop:
            post_actions.drop_menu(post, key=f"calendar-drop-{post.id}")
    if post_actions.asked(post.id) == "drop":
        post_actions.drop_question(post)
    if post.can_move:
        post_actions.move_question(post, view.today, view.window.end)


def _edit_form(view: CalendarView, post: PostView) -> None:
    # The version belongs to the form from the moment it was opened: whoever changes the post
    # meanwhile must not be overwritten by what is still typed here.
    name = forms.name_of(edit_form(post.id))
    seen: PostView = st.session_state.setdefault(f"edit.seen.{name}", post)
    with st.form(f"edit-{name}", border=False):
        st.text_input("Title", seen.title, key=f"edit.title.{name}")
        notices.refusal_room("Title")
        components.no_patient_data()
        _content_fields(
            view,
            f"edit.{name}",
            contributor=seen.contributor,
            pillar=seen.pillar,
            channels=seen.channels,
        )
        notices.draw_trouble(edit_form(post.id))
        st.form_submit_button("Save", on_click=_save, args=(post, name), width="stretch")


def _save(post: PostView, name: str) -> None:
    typed = st.session_state
    seen: PostView = typed[f"edit.seen.{name}"]
    with notices.handle_errors(place=edit_form(post.id)):
        try:
            logged = session.call(
                posts.edit,
                post_id=post.id,
                version=seen.version,
                title=typed[f"edit.title.{name}"],
                pillar=typed[f"edit.{name}.pillar"] or "",
                channels=typed[f"edit.{name}.channels"],
                contributor=typed[f"edit.{name}.who"] or "",
            )
        except StaleEdit:
            # Once it has been said, saving again is a decision: the next try is made on the post
            # as this run shows it.
            typed.pop(f"edit.seen.{name}")
            raise
        close()
        post_actions.remember(logged, "Saved.")


# ------------------------------------------------------------------------------ the list


def week_list(view: CalendarView, weeks: Sequence[CalendarWeek]) -> None:
    """Draw weeks one below the other, each with its posts; what is open stands in its place."""
    now = opened()
    for week in weeks:
        st.html(_week_head_html(view, week))
        for post in view.posts:
            day = day_in_calendar(post)
            if day is None or not week.first <= day <= week.last:
                continue
            if post.id == now.post_id:
                post_panel(view, post)
            else:
                _post_row(post, day)
        if now.day is not None and week.first <= now.day <= week.last:
            plan_form(view, now.day)
        elif (free := _day_to_plan(view, week)) is not None:
            st.button(
                "Plan a post",
                key=f"calendar-plan-{week.index}",
                icon=":material/add:",
                on_click=open_day,
                args=(free,),
                type="tertiary",
            )


def _week_head_html(view: CalendarView, week: CalendarWeek) -> Html:
    return html.render(
        "calendar.week_head",
        calendar_text.week_title(week),
        calendar_text.slots_of(week),
        calendar_text.week_sentence(week, view.band),
        week.short_by > 0,
    )


def _post_row(post: PostView, day: date) -> None:
    kind = "open" if post.state.is_open else "rest"
    st.button(
        f"{calendar_text.SIGNS[post.state]} **{text.short_day(day)}** · {text.plain(post.title)}",
        key=f"calendar-row-{kind}-{post.id}",
        on_click=open_post,
        args=(post.id,),
        width="stretch",
    )


def _day_to_plan(view: CalendarView, week: CalendarWeek) -> date | None:
    if view.plan_from is None or week.last < view.plan_from:
        return None
    taken = {post.planned_for for post in view.posts if post.state is not PostState.WITHDRAWN}
    first = max(view.plan_from, week.first)
    return next((day for day in forms.days(first, week.last) if day not in taken), first)
