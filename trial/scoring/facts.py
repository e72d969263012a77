"""The facts a scorecard rests on, as arrays with one row a trial.

This is the only door into the scoring: a real trial is a batch of one, a board is a batch of
all running trials, a simulation a batch of thousands. Everything is counted in whole numbers;
divisions happen once, in a check, so that a trial scores the same alone and among others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from trial.domain.calendar import DAYS_IN_WEEK
from trial.domain.policy import Policy
from trial.domain.posts import Post
from trial.domain.trial_log import GateFacts, TrialLog
from trial.domain.verdict import GateName
from trial.scoring.batches import row_of, rows_of

Ints = NDArray[np.int16]
Totals = NDArray[np.int32]
Bools = NDArray[np.bool_]

UNKNOWN = -1
LOGGED_GATES = tuple(name for name in GateName if name is not GateName.BAND_ADHERENCE)
"""Gates that rest on a fact of their own, in the column order of :attr:`Facts.gates`."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of ``n`` trials of ``W`` weeks (``D = 7 W`` days).

    Parameters
    ----------
    live : (n, D) int16
        Live posts a day, also on days that are still to come (the buffer). At most 32,767 a
        week, far above what any reader of logs lets in.
    elapsed : (n,) int16
        Days between the first day and today, within [0, D]; week ``w`` is over once
        ``elapsed >= 7 (w + 1)``.
    excused, reported : (n, W) bool
    slots_due, on_schedule : (n,) int32
        Slots of weeks that are not excused whose day has passed or that are delivered, and how many
        of them were ready by their day.
    slots_ahead : (n, W) int16
        Slots of weeks that are not excused that are not due yet.
    filled_ahead : (n, W) int16
        Slots of each week that stood in the calendar `fill_ahead_days` before it.
    planning_known : (n,) bool
        Whether the log says when slots entered the calendar.
    reviewed, first_pass : (n,) int32
        Posts reviewed at least once, and those approved at the first attempt.
    needing, answered : (n,) int32
        Questions that needed an answer and those answered within a day; -1 where nobody said.
    by_contributor : (n, C, W) int16
        Live posts of each named contributor a week; rows of zeros pad.
    gates : (n, 5) int8
        1 met, 0 not met, -1 unknown, in the order of `LOGGED_GATES`.
    """

    live: Ints
    elapsed: Ints
    excused: Bools
    reported: Bools
    slots_due: Totals
    on_schedule: Totals
    slots_ahead: Ints
    filled_ahead: Ints
    planning_known: Bools
    reviewed: Totals
    first_pass: Totals
    needing: Totals
    answered: Totals
    by_contributor: Ints
    gates: NDArray[np.int8]

    @property
    def trials(self) -> int:
        """Number of trials, ``n``."""
        return int(self.live.shape[0])

    @property
    def weeks(self) -> int:
        """Number of weeks, ``W``."""
        return int(self.excused.shape[1])

    @classmethod
    def unknown(cls, trials: int, weeks: int, people: int = 0) -> Facts:
        """Return the facts of trials on their first day of which nothing is known yet.

        Every array is one of its own, so that it may be filled. Whoever knows a part of the facts
        replaces that part, and a fact that joins later is unknown there until somebody tells it.

        Parameters
        ----------
        people : int
            Rows of `by_contributor`.
        """
        return cls(
            live=np.zeros((trials, weeks * DAYS_IN_WEEK), np.int16),
            elapsed=np.zeros(trials, np.int16),
            excused=np.zeros((trials, weeks), np.bool_),
            reported=np.zeros((trials, weeks), np.bool_),
            slots_due=np.zeros(trials, np.int32),
            on_schedule=np.zeros(trials, np.int32),
            slots_ahead=np.zeros((trials, weeks), np.int16),
            filled_ahead=np.zeros((trials, weeks), np.int16),
            planning_known=np.zeros(trials, np.bool_),
            reviewed=np.zeros(trials, np.int32),
            first_pass=np.zeros(trials, np.int32),
            needing=np.full(trials, UNKNOWN, np.int32),
            answered=np.full(trials, UNKNOWN, np.int32),
            by_contributor=np.zeros((trials, people, weeks), np.int16),
            gates=np.full((trials, len(LOGGED_GATES)), UNKNOWN, np.int8),
        )

    def row(self, index: int) -> Facts:
        """Return the facts of one trial, as a batch of one."""
        return row_of(self, index)

    def take(self, rows: NDArray[np.int64] | slice) -> Facts:
        """Return the facts of some trials, in the order of `rows`."""
        return rows_of(self, rows)

    def repeat(self, times: int) -> Facts:
        """Return each trial so many times, one after the other."""
        return rows_of(self, np.arange(self.trials).repeat(times))


def facts_of(logs: Sequence[TrialLog], policy: Policy) -> Facts:
    """Return the facts of some trials that are judged by one policy.

    Parameters
    ----------
    logs : sequence of TrialLog
        All with the same number of weeks.
    policy : Policy

    Raises
    ------
    ValueError
        When the trials differ in length, or there are none.
    """
    lengths = {log.window.weeks for log in logs}
    if len(lengths) != 1:
        raise ValueError(f"a batch needs trials of one length, not {sorted(lengths)}")
    (weeks,) = lengths
    logs = [log.counted(policy.rework_days) for log in logs]
    people = [contributors(log) for log in logs]
    facts = replace(
        Facts.unknown(len(logs), weeks, max(map(len, people))),
        elapsed=np.array([log.window.elapsed_days(log.today) for log in logs], np.int16),
        planning_known=np.array([log.planning_known for log in logs], np.bool_),
        gates=np.array([gate_row(log.gates) for log in logs], np.int8),
    )
    for row, (log, names) in enumerate(zip(logs, people, strict=True)):
        _fill_row(facts, row, log, names, policy)
    return facts


def facts_of_days(live: Ints) -> Facts:
    """Return the facts of finished trials of which only the days of their posts are known.

    Every day was watched, so every week counts as reported; about plans, reviews, questions,
    contributors and gates nothing is known.

    Parameters
    ----------
    live : (n, 7 W) int16
        Live posts a day.
    """
    n, days = live.shape
    weeks = days // DAYS_IN_WEEK
    return replace(
        Facts.unknown(n, weeks),
        live=live,
        elapsed=np.full(n, days, np.int16),
        reported=np.ones((n, weeks), np.bool_),
    )


def gate_row(gates: GateFacts) -> tuple[int, ...]:
    """Return 1, 0 or -1 for each of `LOGGED_GATES`."""
    training: bool | None = None
    if gates.training_done is not None and gates.training_total is not None:
        training = gates.training_done >= gates.training_total
    incidents = None if gates.open_incidents is None else gates.open_incidents == 0
    known = {
        GateName.PURPOSE: gates.purpose_written,
        GateName.MANAGERS: gates.managers_named,
        GateName.TRAINING: training,
        GateName.AGREEMENT: gates.agreement_signed,
        GateName.INCIDENTS: incidents,
    }
    return tuple(
        UNKNOWN if known[name] is None else int(bool(known[name])) for name in LOGGED_GATES
    )


def counts_as_due(post: Post, log: TrialLog, policy: Policy) -> bool:
    """Return whether `post` is a slot that its plan is judged by, in a week not excused.

    Its day has passed, or it is delivered.
    """
    slot = _judged_slot(post, log, policy)
    return slot is not None and _is_due(slot, post, log)


def _is_due(slot: date, post: Post, log: TrialLog) -> bool:
    return slot < log.today or post.is_delivered


def _judged_slot(post: Post, log: TrialLog, policy: Policy) -> date | None:
    """Return the day a post answers for as a slot of the trial, unless its week is excused."""
    slot = post.slot_day(policy.horizon_days)
    week = None if slot is None else log.window.week_of(slot)
    return None if week is None or week in log.excused_weeks else slot


def is_on_schedule(post: Post, log: TrialLog, policy: Policy) -> bool:
    """Return whether `post` is an on-schedule delivery that is live in the trial."""
    return post.on_schedule(policy.horizon_days) and post.live_day in log.window


def filled_ahead(log: TrialLog, policy: Policy) -> list[int]:
    """Return how many slots of each week stood in the calendar `fill_ahead_days` before it."""
    window, ahead = log.window, timedelta(days=policy.fill_ahead_days)
    deadlines = [window.week_start(week) - ahead for week in range(window.weeks)]
    filled = [0] * window.weeks
    for post in log.posts:
        if post.planned_for is None:
            continue
        # It stands in no week but those of the days it was ever on.
        ever = {post.planned_for}.union(*((move.from_day, move.to_day) for move in post.moves))
        for week in {window.week_of(day) for day in ever} - {None}:
            assert week is not None
            stood = post.day_in_calendar(deadlines[week])
            filled[week] += stood is not None and window.week_of(stood) == week
    return filled


def slots_by_week(log: TrialLog, policy: Policy) -> list[int]:
    """Return how many slots answer for each week, excused weeks and coming ones included."""
    slots = [0] * log.window.weeks
    for post in log.posts:
        slot = post.slot_day(policy.horizon_days)
        week = None if slot is None else log.window.week_of(slot)
        if week is not None:
            slots[week] += 1
    return slots


def contributors(log: TrialLog) -> list[str]:
    """Return who made posts in the order of :attr:`Facts.by_contributor`, one name a person."""
    return sorted({post.maker for post in log.posts} - {""})


def _fill_row(facts: Facts, row: int, log: TrialLog, names: Sequence[str], policy: Policy) -> None:
    window = log.window
    # Summed in lists: to add one to one cell of an array takes ten times as long.
    live = [0] * window.days
    by_person = {name: [0] * window.weeks for name in names}
    for post in log.posts:
        live_day = post.live_day
        if live_day is not None and live_day in window:
            day = (live_day - window.start).days
            live[day] += 1
            if maker := post.maker:
                by_person[maker][day // DAYS_IN_WEEK] += 1
    due, ahead = [], [0] * window.weeks
    for post in log.posts:
        slot = _judged_slot(post, log, policy)
        if slot is None:
            continue
        if _is_due(slot, post, log):
            due.append(post)
        else:
            ahead[(slot - window.start).days // DAYS_IN_WEEK] += 1
    reviews = [post.passed_first_review for post in log.posts]
    facts.live[row] = live
    if names:
        facts.by_contributor[row, : len(names)] = list(by_person.values())
    facts.slots_due[row] = len(due)
    facts.slots_ahead[row] = ahead
    facts.on_schedule[row] = sum(is_on_schedule(post, log, policy) for post in due)
    facts.reviewed[row] = len(reviews) - reviews.count(None)
    facts.first_pass[row] = reviews.count(True)
    facts.filled_ahead[row] = filled_ahead(log, policy)
    facts.excused[row] = [week in log.excused_weeks for week in range(window.weeks)]
    facts.reported[row] = [week in log.reported_weeks for week in range(window.weeks)]
    if log.answers is not None:
        facts.needing[row], facts.answered[row] = log.answers.needing, log.answers.answered
