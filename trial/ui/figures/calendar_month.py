"""A month of the content calendar: a table whose days and posts can be pressed.

A page cannot press a cell of plain HTML, and a button of Streamlit's for each of 42 days would
be slow and no table. So the table is drawn in the browser, from data, by one small script.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from trial.domain.cadence import Band
from trial.domain.calendar import (
    DAYS_IN_WEEK,
    MONTHS,
    WEEKDAYS,
    spoken_day,
    week_start_on_or_before,
)
from trial.domain.posts import PostState
from trial.services.calendar import CalendarView, CalendarWeek, day_in_calendar
from trial.services.post_views import PostView
from trial.ui import calendar_text

_SCRIPT = Path(__file__).parents[1] / "static" / "month.js"


@cache
def _component() -> Any:
    return st.components.v2.component(
        "trial_month", js=_SCRIPT.read_text("utf-8"), isolate_styles=False
    )


def draw(
    view: CalendarView,
    month: date,
    *,
    key: str,
    on_asked: Callable[[], None],
    day: date | None = None,
    post_id: int | None = None,
) -> None:
    """Draw one month.

    Parameters
    ----------
    month : date
        Any day of it.
    key : str
        Of the widget; what was asked stands under ``asked`` of its state when `on_asked` is
        called: ``{"day": "2026-02-13"}``, ``{"post": 7}`` or ``{"move": 7, "to": "2026-02-13"}``.
    day, post_id
        What is open beside it, and marked in it.
    """
    data = month_data(view, month)
    data |= {"day": None if day is None else day.isoformat(), "post": post_id}
    _component()(data=data, key=key, on_asked_change=on_asked)


def months_of(view: CalendarView) -> tuple[date, ...]:
    """Return the first day of every month the trial touches."""
    months = [view.window.start.replace(day=1)]
    while (following := _next_month(months[-1])) <= view.window.end:
        months.append(following)
    return tuple(months)


def month_name(month: date) -> str:
    """Return ``February 2026``."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def month_data(view: CalendarView, month: date) -> dict[str, Any]:
    """Return what the script draws: weeks of seven days, each with its posts and its words.

    Parameters
    ----------
    month : date
        Any day of it; whole weeks are shown, from the trial's first weekday.
    """
    starts_on = view.window.start.weekday()
    first = month.replace(day=1)
    monday = week_start_on_or_before(first, starts_on)
    posts = defaultdict(list)
    for post in view.posts:
        posts[day_in_calendar(post)].append(post)
    weeks = []
    while monday < _next_month(first):
        days = [monday + timedelta(days=offset) for offset in range(DAYS_IN_WEEK)]
        index = view.window.week_of(monday)
        week = None if index is None else view.weeks[index]
        weeks.append(
            {
                **_week_head(week, view.band),
                "days": [_day(view, day, first, posts[day]) for day in days],
            }
        )
        monday += timedelta(days=DAYS_IN_WEEK)
    return {
        "caption": f"{month_name(month)}, {view.department}",
        "weekdays": [WEEKDAYS[(starts_on + offset) % DAYS_IN_WEEK][:3] for offset in range(7)],
        "weeks": weeks,
    }


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _week_head(week: CalendarWeek | None, band: Band) -> dict[str, str]:
    if week is None:
        return {"name": "", "slots": "", "said": "", "kind": "outside"}
    kind = "short" if week.short_by else ""
    return {
        "name": f"Week {week.index + 1}",
        "slots": calendar_text.slots_of(week),
        "said": calendar_text.week_sentence(week, band),
        "kind": kind,
    }


def _day(view: CalendarView, day: date, month: date, posts: Sequence[PostView]) -> dict[str, Any]:
    plannable = (
        view.plan_from is not None
        and view.plan_until is not None
        and view.plan_from <= day <= view.plan_until
    )
    return {
        "iso": day.isoformat(),
        "number": day.day,
        "said": spoken_day(day),
        "inMonth": (day.year, day.month) == (month.year, month.month),
        "inTrial": day in view.window,
        "today": day == view.today,
        "plannable": plannable,
        "posts": [_post(post) for post in posts],
    }


def _post(post: PostView) -> dict[str, Any]:
    kind = "gone" if post.state in (PostState.WITHDRAWN, PostState.REJECTED) else "done"
    if post.state.is_open:
        kind = "late" if post.late_days or post.state is PostState.RETURNED else "open"
    return {
        "id": post.id,
        "title": post.title,
        "sign": calendar_text.SIGNS[post.state],
        "said": "missed so far" if kind == "late" and not post.attempt else post.state.label,
        "kind": kind,
        "movable": post.can_move,
    }
