"""Continuity: the longest stretch of days without a live post."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from trial.domain.calendar import DAYS_IN_WEEK, spoken_day
from trial.domain.counts import count_of
from trial.domain.policy import Policy
from trial.domain.trial_log import TrialLog
from trial.domain.verdict import CheckName
from trial.scoring.checks.check import Case, Check, Explanation
from trial.scoring.facts import Facts
from trial.scoring.measured import Measured
from trial.scoring.outlook import NO_WEEK_OVER, coming_week_ends, sentence
from trial.scoring.weeks import Weeks


def longest_gap(facts: Facts) -> NDArray[np.int64]:
    """Return the longest gap of each trial in days that are not excused, shape (n,).

    Notes
    -----
    Walks through the days of all trials at once. The gap at the end of a day is the gap at its
    start, or nothing after a live post, and one more unless the day is excused.
    """
    n, days = facts.live.shape
    # No gap is longer than the trial: that of a quarter fits into a byte.
    width = np.dtype(np.int8 if days < 128 else np.int16)
    quiet = np.ascontiguousarray(facts.live.T == 0).view(np.int8)
    counted = np.ascontiguousarray(~facts.excused.T).astype(width)
    gap, longest = np.zeros(n, width), np.zeros(n, width)
    first, last = (int(facts.elapsed.min()), int(facts.elapsed.max())) if n else (0, 0)
    for day in range(min(last, days)):
        gap *= quiet[day]
        gap += counted[day // DAYS_IN_WEEK]
        # Up to the earliest of their days, all trials are looked at.
        np.maximum(longest, gap if day < first else gap * (facts.elapsed > day), out=longest)
    return longest.astype(np.int64)


def measure(facts: Facts, weeks: Weeks, policy: Policy) -> Measured:
    """Return the longest gap; full score up to `gap_full_days`, none from `gap_zero_days` on."""
    judged = weeks.number > 0
    value = np.where(judged, longest_gap(facts).astype(np.float64), np.nan)
    span = policy.gap_zero_days - policy.gap_full_days
    score = np.clip((policy.gap_zero_days - value) / span, 0.0, 1.0)
    return Measured(value, score, np.ones(judged.shape, np.bool_))


def gap_between(log: TrialLog) -> tuple[date, date]:
    """Return the first day and the closing day of the longest gap of one trial."""
    window = log.window
    closing = window.start + timedelta(days=window.elapsed_days(log.today))
    live = sorted(
        {post.live_day for post in log.posts if post.live_day and post.live_day in window}
    )
    marks = [window.start, *(day for day in live if day <= closing), closing]
    return max(pairwise(marks), key=lambda pair: _days_not_excused(log, *pair))


def _days_not_excused(log: TrialLog, first: date, closing: date) -> int:
    excused = 0
    for week in log.excused_weeks:
        start, end = log.window.week_start(week), log.window.week_end(week) + timedelta(days=1)
        excused += max((min(closing, end) - max(first, start)).days, 0)
    return (closing - first).days - excused


def explain(case: Case) -> Explanation:
    """Say how long the longest silence was, between which days."""
    full = count_of(case.policy.gap_full_days, "day", in_words=True)
    if case.value is None:
        return Explanation(NO_WEEK_OVER, f"Let no more than {full} pass without a post.")
    first, closing = gap_between(case.log)
    days = count_of(int(case.value), "day", in_words=True)
    window = case.log.window
    weeks = tuple(
        week
        for week in range(window.weeks)
        if window.week_start(week) < closing and first <= window.week_end(week)
    )
    if not any(post.live_day in window for post in case.log.posts):
        reason = f"no post has been live in {days}"
    else:
        today = case.log.today
        reason = f"longest gap {days}, {spoken_day(first, today)} to {spoken_day(closing, today)}"
    if int(case.value) < (closing - first).days:
        reason += ", excused days not counted"
    remedy = f"In an extension, no gap longer than {full}."
    if coming_week_ends(case.log):
        remedy = f"This gap stays in the record; keep every further one to {full} or less."
    ends = tuple(post.key for post in case.log.posts if post.live_day in (first, closing))
    return Explanation(sentence(reason), remedy, weeks, ends)


CHECK = Check(
    name=CheckName.CONTINUITY,
    question="Do they go silent?",
    unit="days",
    validated=True,
    rests_on=("continuity.full_days", "continuity.zero_days"),
    is_turned=True,
    measure=measure,
    explain=explain,
)
