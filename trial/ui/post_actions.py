"""The steps a department takes with a post: a tap, a service, a word, and a way back for a minute.

A step runs as a widget's callback, before the page is drawn: one tap is one run. What a service
refuses is told where it happened, and what was typed stays.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Literal

import streamlit as st

from trial.domain.calendar import DAYS_IN_WEEK
from trial.domain.reasons import DropReason
from trial.services import posts
from trial.services.post_views import LoggedPost, PostView
from trial.ui import components, forms, notices, session, text, week_text

PANEL = "steps.panel"
"""What is being asked about which post: the choices that a menu leaves open."""
RECENT = "steps.recent"
"""The steps of the last minute, by post."""

Question = Literal["move", "drop", "deliver", "edit"]
OTHER = "other"
"""The last choice of a menu: one that it does not list."""


def anchor_of(post_id: int) -> str:
    """Return the name of a post's place on a page."""
    return f"post-{post_id}"


# ------------------------------------------------------------------------------ steps


def deliver(post: PostView, on: date | None = None) -> None:
    """Hand a post over, today or on the day it really happened."""
    with notices.handle_errors(place=anchor_of(post.id)):
        logged = session.call(posts.deliver, post_id=post.id, version=post.version, on=on)
        again = " again" if logged.post.attempt > 1 else ""
        when = "" if on is None else f", on {text.near_day(on, session.today())}"
        remember(logged, f"Handed over{again}{when}.")


def move(post: PostView, to_day: date) -> None:
    """Move a slot."""
    with notices.handle_errors(place=anchor_of(post.id)):
        logged = session.call(posts.move, post_id=post.id, version=post.version, to_day=to_day)
        today, stays = session.today(), ""
        if logged.post.moved_inside_horizon and logged.post.slot_day is not None:
            was = text.near_day(logged.post.slot_day, today)
            stays = f" It still counts as planned for {was}."
        remember(logged, f"Moved to {text.near_day(to_day, today)}.{stays}")


def drop(post: PostView, reason: str) -> None:
    """Withdraw a slot."""
    with notices.handle_errors(place=anchor_of(post.id)):
        logged = session.call(posts.drop, post_id=post.id, version=post.version, reason=reason)
        remember(logged, text.ended(f"Dropped: {logged.post.reason}"))


def remember(logged: LoggedPost, text: str) -> None:
    """Say what was done, and keep the way back for a minute."""
    close()
    recent: dict[int, notices.Notification] = st.session_state.setdefault(RECENT, {})
    recent[logged.post.id] = notices.notify(text, undo=logged.undo)


def undo_of(post: PostView) -> int | None:
    """Return the step on `post` that can still be taken back, or None."""
    said: notices.Notification | None = st.session_state.get(RECENT, {}).get(post.id)
    return None if said is None or said.is_over else said.undo


def take_back(post: PostView, event: int) -> None:
    """Take the last step on `post` back."""
    st.session_state.get(RECENT, {}).pop(post.id, None)
    notices.take_back(event)


# ------------------------------------------------------------------------------ questions


def ask(question: Question, post_id: int) -> None:
    """Open the question below a post; the one that was open closes."""
    st.session_state[PANEL] = (question, post_id)


def close() -> None:
    """Close the question that is open."""
    st.session_state.pop(PANEL, None)


def asked(post_id: int) -> Question | None:
    """Return what is being asked about a post."""
    question, about = st.session_state.get(PANEL, (None, None))
    return question if about == post_id else None


def to_be_edited() -> int | None:
    """Return the post that somebody wants to change, once: the calendar has the form for it."""
    question, about = st.session_state.get(PANEL, (None, None))
    if question != "edit":
        return None
    close()
    assert isinstance(about, int)
    return about


def move_question(post: PostView, today: date, until: date) -> None:
    """Offer every day a slot can move to; choosing one is the answer."""
    days = [day for day in forms.days(today, until) if day != post.planned_for]
    _ask_day("Move to", days, today, key=f"steps-move-{post.id}", step=partial(move, post))


def delivery_question(post: PostView, today: date, trial_start: date) -> None:
    """Offer the days a post may have been handed over on; choosing one is the answer."""
    earliest = post.delivered_on or trial_start - timedelta(days=DAYS_IN_WEEK)
    days = forms.days(earliest, today)[::-1]
    key = f"steps-deliver-{post.id}"
    _ask_day("Handed over on", days, today, key=key, step=partial(deliver, post))


def _ask_day(
    label: str, days: Sequence[date], today: date, *, key: str, step: Callable[[date], None]
) -> None:
    def take() -> None:
        if (day := st.session_state[key]) is not None:
            step(day)

    st.selectbox(
        label,
        days,
        index=None,
        format_func=lambda day: week_text.day_choice(day, today),
        placeholder="Choose a day",
        key=key,
        on_change=take,
    )


def _drop_chosen(post: PostView, key: str) -> None:
    reason = st.session_state[key]
    if reason == OTHER:
        ask("drop", post.id)
    elif reason is not None:
        drop(post, reason)


def drop_menu(post: PostView, *, key: str, label: str = "Drop") -> None:
    """Draw the reasons a slot is dropped for, one tap each."""
    st.menu_button(
        label,
        [*DropReason, OTHER],
        format_func=lambda reason: "Another reason …" if reason == OTHER else reason.label,
        key=key,
        on_click=_drop_chosen,
        args=(post, key),
    )


def drop_question(post: PostView) -> None:
    """Offer the reasons a slot is dropped for, and room for another."""
    key = f"steps-drop-{post.id}"
    st.pills(
        "Why is it dropped?",
        list(DropReason),
        format_func=forms.label_of,
        key=key,
        on_change=_drop_chosen,
        args=(post, key),
    )
    typed = f"steps-drop-words-{post.id}"
    st.text_input(
        "Another reason",
        key=typed,
        placeholder="In a few words, and Enter",
        on_change=lambda: drop(post, st.session_state[typed]),
    )
    st.caption(text.NO_PATIENT_DATA)


# ------------------------------------------------------------------------------ fields


def title_field(key: str) -> None:
    """Draw the field for what a new post is about."""
    st.text_input("Title", key=key, placeholder="What is it about?")
    notices.refusal_room("Title")
    components.no_patient_data()


def contributor_field(
    label: str, contributors: Sequence[str], *, key: str, is_filled: bool = True
) -> None:
    """Draw the field for who makes a post; the first of `contributors` may stand in it already."""
    st.selectbox(
        label,
        contributors,
        index=0 if is_filled and contributors else None,
        key=key,
        accept_new_options=True,
        placeholder="A role or a team",
    )
