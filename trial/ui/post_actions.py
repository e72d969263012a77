"""The steps a department takes with a post: a tap, a service, a word, and a way back for a minute.

Everything here runs as a widget's callback, before the page is drawn: one tap is one run. What a
service refuses is told where it happened, and what was typed stays.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import streamlit as st

from trial.domain.calendar import DAYS_IN_WEEK
from trial.domain.errors import TrialError
from trial.domain.posts import UNDO_FOR
from trial.domain.reasons import DropReason
from trial.services import posts
from trial.services.post_views import LoggedPost, PostView
from trial.ui import session, text, week_text

PANEL = "steps.panel"
"""What is being asked about which post: the choices that a menu leaves open."""
RECENT = "steps.recent"
"""The steps of the last minute, by post."""
TROUBLE = "steps.trouble"
"""What was refused, and where."""
FORMS = "steps.forms"
"""The names of forms that are being filled; a new one once a form was taken."""

Question = Literal["move", "drop", "deliver", "edit"]
OTHER = "other"
"""The last choice of a menu: one that it does not list."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step that can be taken back."""

    event: int
    at: float


# ------------------------------------------------------------------------------ what was refused


@contextmanager
def notices_at(place: str) -> Iterator[session.Telling]:
    """Do the work inside; what is refused is told where the page draws `place`."""
    telling = session.Telling()
    try:
        yield telling
    except TrialError as error:
        telling.done = False
        st.session_state[TROUBLE] = (place, error)


def draw_trouble(place: str) -> None:
    """Tell what was refused at `place` in the click before, if anything was."""
    found = st.session_state.get(TROUBLE)
    if found is not None and found[0] == place:
        del st.session_state[TROUBLE]
        session.show_error(found[1])


def draw_trouble_elsewhere(places: set[str]) -> None:
    """Tell what was refused at a place that is no longer on the page."""
    found = st.session_state.get(TROUBLE)
    if found is not None and found[0] not in places:
        draw_trouble(found[0])


def anchor_of(post_id: int) -> str:
    """Return the name of a post's place on a page."""
    return f"post-{post_id}"


# ------------------------------------------------------------------------------ steps


def deliver(post: PostView, on: date | None = None) -> None:
    """Hand a post over, today or on the day it really happened."""
    with notices_at(anchor_of(post.id)):
        logged = posts.deliver(
            session.actor(), session.backend(), post_id=post.id, version=post.version, on=on
        )
        again = " again" if logged.post.attempt > 1 else ""
        when = "" if on is None else f", on {_spoken(on)}"
        remember(logged, f"Delivered{again}{when}.")


def move(post: PostView, to_day: date) -> None:
    """Move a slot."""
    with notices_at(anchor_of(post.id)):
        logged = posts.move(
            session.actor(),
            session.backend(),
            post_id=post.id,
            version=post.version,
            to_day=to_day,
        )
        stays = ""
        if logged.post.moved_inside_horizon and logged.post.slot_day is not None:
            day = _spoken(logged.post.slot_day)
            stays = f" {day[:1].upper()}{day[1:]} stays its slot."
        remember(logged, f"Moved to {_spoken(to_day)}.{stays}")


def drop(post: PostView, reason: str) -> None:
    """Withdraw a slot."""
    with notices_at(anchor_of(post.id)):
        logged = posts.drop(
            session.actor(),
            session.backend(),
            post_id=post.id,
            version=post.version,
            reason=reason,
        )
        remember(logged, text.ended(f"Dropped: {logged.post.reason}"))


def remember(logged: LoggedPost, text: str) -> None:
    """Say what was done, and keep the way back for a minute."""
    session.notify(text, undo=logged.undo)
    close()
    recent: dict[int, Step] = st.session_state.setdefault(RECENT, {})
    recent[logged.post.id] = Step(logged.undo, time.monotonic())


def _spoken(day: date) -> str:
    organisation = session.organisation()
    if organisation is None:
        return text.short_day(day)
    return text.near_day(day, session.backend().today(organisation.time_zone))


def undo_of(post: PostView) -> int | None:
    """Return the step on `post` that can still be taken back, or None."""
    recent: dict[int, Step] = st.session_state.get(RECENT, {})
    step = recent.get(post.id)
    if step is None:
        return None
    if time.monotonic() - step.at > UNDO_FOR.total_seconds():
        del recent[post.id]
        return None
    return step.event


def take_back(post: PostView, event: int) -> None:
    """Take the last step on `post` back."""
    st.session_state.get(RECENT, {}).pop(post.id, None)
    session.take_back(event)


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


def chosen_move(post: PostView, key: str) -> None:
    """Take the day a slot is to move to."""
    day = st.session_state.get(key)
    if isinstance(day, date):
        move(post, day)


def chosen_drop(post: PostView, key: str) -> None:
    """Take a choice of a menu of reasons; the last one asks for one's own words."""
    reason = st.session_state.get(key)
    if isinstance(reason, DropReason):
        drop(post, reason)
    elif reason == OTHER:
        ask("drop", post.id)


def typed_drop(post: PostView, key: str) -> None:
    """Take a reason in one's own words."""
    drop(post, str(st.session_state.get(key, "")))


def chosen_delivery(post: PostView, key: str) -> None:
    """Take the day a post was really handed over."""
    day = st.session_state.get(key)
    if isinstance(day, date):
        deliver(post, day)


def move_question(post: PostView, today: date, until: date) -> None:
    """Offer every day a slot can move to; choosing one is the answer."""
    key = f"steps-move-{post.id}"
    days = [today + timedelta(days=ahead) for ahead in range((until - today).days + 1)]
    st.selectbox(
        "Move to",
        [day for day in days if day != post.planned_for],
        index=None,
        format_func=lambda day: week_text.day_choice(day, today),
        placeholder="Choose a day",
        key=key,
        on_change=chosen_move,
        args=(post, key),
    )


def delivery_question(post: PostView, today: date, trial_start: date) -> None:
    """Offer the days a post may have been handed over on; choosing one is the answer."""
    key = f"steps-deliver-{post.id}"
    earliest = post.delivered_on or trial_start - timedelta(days=DAYS_IN_WEEK)
    days = [today - timedelta(days=back) for back in range((today - earliest).days + 1)]
    st.selectbox(
        "Delivered on",
        days,
        index=None,
        format_func=lambda day: week_text.day_choice(day, today),
        placeholder="Choose a day",
        key=key,
        on_change=chosen_delivery,
        args=(post, key),
    )


def drop_menu(post: PostView, *, key: str, label: str = "Drop") -> None:
    """Draw the reasons a slot is dropped for, one tap each."""
    st.menu_button(
        label,
        [*DropReason, OTHER],
        format_func=lambda reason: (
            reason.label if isinstance(reason, DropReason) else "Another reason …"
        ),
        key=key,
        on_click=chosen_drop,
        args=(post, key),
    )


def drop_question(post: PostView) -> None:
    """Offer the reasons a slot is dropped for, and room for another."""
    key = f"steps-drop-{post.id}"
    st.pills(
        "Why is it dropped?",
        list(DropReason),
        format_func=lambda reason: reason.label,
        key=key,
        on_change=chosen_drop,
        args=(post, key),
    )
    typed = f"steps-drop-words-{post.id}"
    st.text_input(
        "Another reason",
        key=typed,
        placeholder="In a few words, and Enter",
        on_change=typed_drop,
        args=(post, typed),
    )
    st.caption(text.NO_PATIENT_DATA)


# ------------------------------------------------------------------------------ forms


def form_name(form: str) -> str:
    """Return the name of the form being filled, the same until it is taken.

    It names the fields, so that a taken form comes back empty; and it is the request key, so that
    a second tap on the same form does nothing more.
    """
    names: dict[str, str] = st.session_state.setdefault(FORMS, {})
    return names.setdefault(form, uuid.uuid4().hex)


def form_taken(form: str) -> None:
    """Let the form start anew."""
    st.session_state.setdefault(FORMS, {}).pop(form, None)
