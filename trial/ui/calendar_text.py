"""What the page *Calendar* says about weeks and the way ahead."""

from __future__ import annotations

from datetime import date

from trial.domain.cadence import Band, WeekState
from trial.domain.calendar import spoken_day, spoken_span
from trial.domain.counts import count_of
from trial.domain.posts import PostState
from trial.domain.trial_status import TrialStatus
from trial.services.calendar import CalendarView, CalendarWeek
from trial.ui import text

_GAP_WORTH_SAYING = 7

SIGNS = {
    PostState.PLANNED: "○",
    PostState.RETURNED: "↩",
    PostState.DELIVERED: "✓",
    PostState.APPROVED: "✓",
    PostState.SHARED: "✓",
    PostState.WITHDRAWN: "–",
    PostState.REJECTED: "–",
}
"""The sign of a post in the calendar."""

KEY = " · ".join(
    entry.replace(" ", "\N{NO-BREAK SPACE}")
    for entry in ("○ planned", "✓ handed over", "↩ sent back", "– dropped")
)
"""The signs in the month, each kept beside its name."""


def headline(view: CalendarView) -> str:
    """Return what the calendar lacks next, or that it lacks nothing."""
    if view.status.is_closed:
        return "This calendar is closed."
    if view.status is TrialStatus.AWAITING_REVIEW:
        return "The trial is over. There is nothing more to plan."
    if not view.short_weeks:
        return "The next weeks are planned."
    return f"{_lack(view, view.weeks[view.short_weeks[0]])}."


def _lack(view: CalendarView, week: CalendarWeek) -> str:
    more = count_of(week.short_by, "more post" if week.slots else "post")
    return f"Week {week.index + 1} needs {more}, planned {_by(week.plan_by, view.today)}"


def _by(day: date, today: date) -> str:
    if day < today:
        return "soon"
    near = text.near_day(day, today)
    return near if near == "today" else f"by {near}"


def subline(view: CalendarView) -> str:
    """Return how far the calendar reaches: other short weeks, the buffer, the longest gap."""
    parts = []
    if others := view.short_weeks[1:]:
        named = ", ".join(str(week + 1) for week in others)
        parts.append(
            f"{'week' if len(others) == 1 else 'weeks'} {named} "
            f"{'needs' if len(others) == 1 else 'need'} posts too"
        )
    if view.status in (TrialStatus.AHEAD, TrialStatus.RUNNING):
        buffer = count_of(view.buffer, "post", none="no post")
        parts.append(f"{buffer} ready ahead")
        gap = view.longest_gap
        if gap is not None and gap.days > _GAP_WORTH_SAYING:
            span = spoken_span(gap.from_day, gap.to_day, view.today)
            parts.append(f"longest gap: {count_of(gap.days, 'day')}, {span}")
    return text.begun(" · ".join(parts))


def slots_of(week: CalendarWeek) -> str:
    """Return how many slots a week has: ``2 planned``."""
    return f"{week.slots} planned"


def week_sentence(week: CalendarWeek, band: Band) -> str:
    """Return what a week's numbers mean, in a few words."""
    if week.is_excused:
        return "excused"
    if week.short_by:
        more = f"{week.short_by} more" if week.slots else f"{week.short_by}"
        return f"plan {more} by {spoken_day(week.plan_by)}"
    if week.state is WeekState.AHEAD:
        return "over the target" if week.slots > band.high else "target reached"
    if week.state is WeekState.OPEN:
        return "this week"
    if week.state is WeekState.UNREPORTED:
        return "not reported"
    return f"{text.state_label(week.state)}, {week.live_count} live"


def week_title(week: CalendarWeek) -> str:
    """Return a week as a heading: ``Week 7 · Mon 16 – Sun 22 Feb``."""
    return f"Week {week.index + 1} · {spoken_span(week.first, week.last)}"


def plan_day_choice(view: CalendarView, day: date, slots: int) -> str:
    """Return a day to plan on, with what stands there: ``Fri 13 Feb · 1 slot``."""
    near = text.near_day(day, view.today)
    spoken = spoken_day(day, view.today)
    name = spoken if near == spoken else f"{near.capitalize()}, {spoken}"
    return f"{name} · {count_of(slots, 'slot')}" if slots else name
