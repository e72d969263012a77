"""What the page *This week* says: the answer first, then what stands behind it.

Pure functions from views to text.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from trial.domain.cadence import WeekState
from trial.domain.calendar import spoken_day, spoken_span
from trial.domain.counts import count_of
from trial.domain.posts import PostState
from trial.domain.trial_status import TrialStatus
from trial.services.check_in import CheckInView
from trial.services.post_views import PostView
from trial.services.week import WeekView
from trial.ui import text


def headline(view: WeekView) -> str:
    """Return where the week stands, in a sentence or two."""
    match view.status:
        case TrialStatus.AHEAD:
            days = (view.window.start - view.today).days
            when = "tomorrow" if days == 1 else f"in {count_of(days, 'day')}"
            return f"Your trial starts {when}, on {spoken_day(view.window.start, view.today)}."
        case TrialStatus.AWAITING_REVIEW:
            return "All weeks are over. The review comes next."
        case TrialStatus.RUNNING:
            if view.state is WeekState.EXCUSED:
                return "This week is excused. Nothing is expected."
            assert view.last is not None
            return text.band_line(view.live_count, view.band, last_day=view.last, today=view.today)
        case TrialStatus.ENDED | TrialStatus.DECIDED:
            return "This trial is closed. Thank you for every post."


def subline(view: WeekView) -> str:
    """Return where in the trial one is."""
    if view.status is TrialStatus.RUNNING and view.week is not None:
        assert view.first is not None
        assert view.last is not None
        return text.week_line(view.week, view.window.weeks, view.first, view.last)
    if view.status is TrialStatus.AHEAD:
        return (
            f"{count_of(view.window.weeks, 'week')}, "
            f"{spoken_span(view.window.start, view.window.end, view.today)} · "
            f"{view.band} posts a week"
        )
    return f"{count_of(view.window.weeks, 'week')}, until {spoken_day(view.window.end, view.today)}"


def behind_the_headline(view: WeekView) -> str:
    """Return what the headline rests on: slots left, the buffer, the week to come."""
    parts = []
    if view.planned_open:
        parts.append(f"{view.planned_open} still planned")
    elif view.needed and view.state is not WeekState.EXCUSED:
        parts.append("nothing else planned")
    if view.buffer:
        parts.append(f"{count_of(view.buffer, 'post')} ready ahead")
    if view.next_week_slots is not None:
        parts.append(f"next week: {view.next_week_slots or 'nothing'} planned")
    return " · ".join(parts)


def slot_note(post: PostView, today: date) -> str:
    """Return what stands beside a slot that the department still holds."""
    late = text.days_late(post.planned_for, today) if post.planned_for else ""
    if post.planned_for == today:
        late = "today"
    channels = f"for {', '.join(post.channels)}" if post.channels else ""
    return " · ".join(part for part in (late, channels) if part)


def done_note(post: PostView, today: date) -> str:
    """Return how a post stands that the department has handed over, or let go."""
    match post.state:
        case PostState.WITHDRAWN:
            return f"Dropped: {post.reason}" if post.reason else "Dropped"
        case PostState.REJECTED:
            return f"Declined: {sent_back_sentence(post)}"
        case _:
            return " · ".join(part for part in _steps(post, today) if part)


def _steps(post: PostView, today: date) -> Iterator[str]:
    if post.delivered_on is not None:
        yield f"Handed over {text.near_day(post.delivered_on, today)}"
    if post.backfilled and post.delivery_entered_on is not None:
        yield f"entered {text.near_day(post.delivery_entered_on, today)}"
    match post.state:
        case PostState.DELIVERED:
            # Delivered today says it already.
            yield text.with_comms(post.waiting_days) if post.waiting_days else "with Comms"
        case PostState.APPROVED:
            yield "approved ✓"
        case PostState.SHARED if not post.link:
            yield shared(post, today)
    if post.live_day is not None and post.live_day > today:
        yield f"counts from {text.near_day(post.live_day, today)}"


def shared(post: PostView, today: date) -> str:
    """Return when a post went out: ``shared Mon 9 Feb ✓``; empty before."""
    return "" if post.shared_on is None else f"shared {text.near_day(post.shared_on, today)} ✓"


def sent_back_sentence(post: PostView) -> str:
    """Return why a post came back, in Communications' own words."""
    if post.note is None:
        return ""
    return f"{post.note.label}. {post.note.sentence}".strip().removesuffix(".") + "."


def day_to_move_to(post: PostView, today: date, until: date) -> date | None:
    """Return the day that one tap moves a slot to: the one after its own, from tomorrow on.

    Parameters
    ----------
    until : date
        The trial's last day.

    Returns
    -------
    date or None
        Today for a late slot on that last day; None where no day is left.
    """
    stands_on = post.planned_for or today
    following = max(stands_on, today) + timedelta(days=1)
    if following <= until:
        return following
    return today if stands_on < today <= until else None


def day_choice(day: date, today: date) -> str:
    """Return a day as a choice: ``Tomorrow, Thu 12 Feb``."""
    near = text.near_day(day, today)
    spoken = spoken_day(day, today)
    return spoken if near == spoken else f"{near.capitalize()}, {spoken}"


def check_in_title(view: WeekView) -> str:
    """Return what the check-in form is about."""
    assert view.form is not None
    if view.form.is_last_week:
        return f"Last week's check-in · {spoken_span(view.form.first, view.form.last, view.today)}"
    return "This week's check-in"


def check_in_summary(sent: CheckInView, today: date) -> str:
    """Return what was sent, in one line."""
    parts = [f"Sent {text.near_day(sent.entered_on, today)}"]
    if sent.nothing_to_report:
        parts.append("nothing this week")
    if sent.hours is not None:
        parts.append("1 hour" if sent.hours == 1 else f"{text.number(sent.hours)} hours")
    if sent.needing_answer:
        parts.append(f"{sent.answered_in_a_day} of {sent.needing_answer} answered in a day")
    return " · ".join(parts)
