"""Which weeks somebody spoke of: the difference between "silent" and "unreported".

A slot that was planned ahead and never touched again says nothing about its week: nobody can
tell a department that posted nothing from one that wrote nothing down. Anything entered about a
week once it had begun tells them apart.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

from trial.domain.calendar import DAYS_IN_WEEK, TrialWindow
from trial.domain.posts import Post


def reported_weeks(
    window: TrialWindow, posts: Iterable[Post], checked_in: Collection[int] = ()
) -> frozenset[int]:
    """Return the weeks of `window` (from 0) that were reported.

    A week is reported if it has a check-in, a live post, or a day in it on which a post was
    delivered, withdrawn, moved, sent back or delivered again; or if a slot of it was planned,
    moved away, delivered or withdrawn on its first day or later.

    Parameters
    ----------
    window : TrialWindow
    posts : iterable of Post
        As known on the day one looks.
    checked_in : collection of int
        Weeks with a check-in.
    """
    days = {day for post in posts for day in _days_spoken_of(post, window)}
    weeks = {window.week_of(day) for day in days}
    return frozenset(week for week in {*weeks, *checked_in} if week is not None)


def _days_spoken_of(post: Post, window: TrialWindow) -> Iterator[date]:
    slot, delivered, withdrawn = post.planned_for, post.delivered_on, post.withdrawn_on
    happened = [post.live_day, delivered, withdrawn]
    for turn in post.rework:
        happened += [turn.returned_on, turn.redelivered_on]
    for move in post.moves:
        happened.append(move.moved_on)
        if move.moved_on >= _week_begins(move.from_day, window):
            yield move.from_day
    yield from (day for day in happened if day is not None)
    if slot is not None:
        begins = _week_begins(slot, window)
        touched = (post.planned_on, delivered, withdrawn)
        if any(day is not None and day >= begins for day in touched):
            yield slot


def _week_begins(day: date, window: TrialWindow) -> date:
    """Return the first day of the week of `day`, also outside the trial."""
    return day - timedelta(days=(day - window.start).days % DAYS_IN_WEEK)
