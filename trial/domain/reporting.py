"""Which weeks somebody spoke of: the difference between "silent" and "unreported".

A slot that was planned ahead and never touched again says nothing about its week: nobody can
tell a department that posted nothing from one that wrote nothing down. Anything entered about a
week once it had begun tells them apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from trial.domain.calendar import TrialWindow
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
    weeks = {window.week_of(day) for post in posts for day in _days_spoken_of(post, window)}
    return frozenset(week for week in {*weeks, *checked_in} if week is not None)


def _days_spoken_of(post: Post, window: TrialWindow) -> Iterator[date]:
    happened = (
        post.live_day,
        post.delivered_on,
        post.withdrawn_on,
        *(move.moved_on for move in post.moves),
        *(turn.returned_on for turn in post.rework),
        *(turn.redelivered_on for turn in post.rework),
    )
    yield from (day for day in happened if day is not None)
    slot = post.planned_for
    if slot is not None:
        touched = (post.planned_on, post.delivered_on, post.withdrawn_on)
        if any(_once_begun(day, slot, window) for day in touched):
            yield slot
    for move in post.moves:
        if _once_begun(move.moved_on, move.from_day, window):
            yield move.from_day


def _once_begun(day: date | None, slot: date, window: TrialWindow) -> bool:
    """Return whether `day` lies on or after the first day of the week of `slot`."""
    week = window.week_of(slot)
    return day is not None and week is not None and day >= window.week_start(week)
