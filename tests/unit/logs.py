"""Logs of a trial from what a test wants to say: days, or posts a week."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

from trial.domain.calendar import TrialWindow
from trial.domain.posts import Post
from trial.domain.trial_log import Answers, GateFacts, TrialLog

START = date(2026, 1, 5)
"""A Monday; thirteen weeks from it end on Sun 5 April."""

ALL_GATES_MET = GateFacts(
    purpose_written=True,
    managers_named=True,
    training_done=4,
    training_total=4,
    agreement_signed=True,
    open_incidents=0,
)


def on_day(number: int) -> date:
    """Day `number` of the trial, counted from 0."""
    return START + timedelta(days=number)


def unplanned(number: int, contributor: str = "") -> Post:
    """A post handed over, and thereby live, on day `number`."""
    return Post(delivered_on=on_day(number), contributor=contributor, key=f"u{number}")


def slot(number: int, ready: int | None = None, contributor: str = "") -> Post:
    """A slot on day `number`, handed over on day `ready`; missed without one."""
    return Post(
        planned_for=on_day(number),
        planned_on=on_day(number - 30),
        delivered_on=None if ready is None else on_day(ready),
        contributor=contributor,
        key=f"s{number}",
    )


def kept_slots(days: Iterable[int], contributor: str = "") -> list[Post]:
    """Slots that were handed over on their days."""
    return [slot(day, day, contributor) for day in days]


def days_of_week(week: int, count: int) -> list[int]:
    """`count` days of a week: Monday, Tuesday … Sunday, Monday again."""
    return [7 * week + number % 7 for number in range(count)]


def log(
    posts: Sequence[Post] = (),
    *,
    weeks: int = 13,
    today: int | None = None,
    reported: Collection[int] | None = None,
    excused: Collection[int] = (),
    answers: Answers | None = None,
    planning_known: bool = True,
    gates: GateFacts = ALL_GATES_MET,
) -> TrialLog:
    """A log of `posts`, seen on day `today`: the day after the end, unless said otherwise.

    Every week is reported, unless said otherwise.
    """
    return TrialLog(
        window=TrialWindow(START, weeks),
        today=on_day(7 * weeks if today is None else today),
        posts=tuple(posts),
        reported_weeks=frozenset(range(weeks) if reported is None else reported),
        excused_weeks=frozenset(excused),
        answers=answers,
        planning_known=planning_known,
        gates=gates,
    )


def log_of_counts(
    counts: Sequence[int],
    *,
    contributor: str = "",
    today: int | None = None,
    reported: Collection[int] | None = None,
    excused: Collection[int] = (),
    gates: GateFacts = ALL_GATES_MET,
) -> TrialLog:
    """A log of so many unplanned posts a week, on Monday, Tuesday and so on."""
    posts = [
        unplanned(day, contributor)
        for week, count in enumerate(counts)
        for day in days_of_week(week, count)
    ]
    return log(
        posts, weeks=len(counts), today=today, reported=reported, excused=excused, gates=gates
    )
