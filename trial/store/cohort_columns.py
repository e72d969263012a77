"""Turning the sums of a cohort into columns, one row a trial."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trial.domain.calendar import DAYS_IN_WEEK, TrialWindow
from trial.domain.policy import Policy
from trial.domain.posts import Move, Post, PostState, ReviewOutcome, Rework, person_behind
from trial.domain.reporting import reported_weeks
from trial.domain.trial_log import TrialLog
from trial.scoring.facts import LOGGED_GATES, UNKNOWN, Facts, facts_of, gate_row
from trial.store import cohort_sums, trial_log
from trial.store.cohort_sums import Rows
from trial.store.unit_of_work import UnitOfWork

Days = NDArray[np.datetime64]
Counts = NDArray[np.int64]


class Columns:
    """Columns of ``n`` trials of `weeks` weeks under one policy, filled part by part.

    Each trial is filled once: from sums by :meth:`sum_up`, or from its log by :meth:`take`.

    Parameters
    ----------
    rows : sequence
        What :func:`trial.store.cohort_sums.trials` says of each trial.
    """

    def __init__(self, rows: Sequence[Any], policy: Policy, weeks: int, today: date) -> None:
        n = len(rows)
        self._rows = rows
        self._policy = policy
        self._today = today
        self._position = {row.id: index for index, row in enumerate(rows)}
        self._windows = [TrialWindow(row.starts_on, weeks) for row in rows]
        self._by_contributor: list[dict[str, Counts]] = [{} for _ in rows]
        self._weeks = weeks
        self.starts_on: Days = np.array([row.starts_on for row in rows], "datetime64[D]")
        self.slots = np.zeros((n, weeks), np.int64)
        self.backfilled = np.zeros(n, np.int64)
        self.waiting = np.zeros(n, np.int64)
        self.waiting_since: Days = np.full(n, np.datetime64("NaT", "D"), "datetime64[D]")
        self._live = np.zeros((n, weeks * DAYS_IN_WEEK), np.int16)
        self._excused = np.zeros((n, weeks), np.bool_)
        self._reported = np.zeros((n, weeks), np.bool_)
        self._slots_due = np.zeros(n, np.int32)
        self._on_schedule = np.zeros(n, np.int32)
        self._filled_ahead = np.zeros((n, weeks), np.int16)
        self._planning_known = np.full(n, trial_log.planning_is_recorded(slots=0, dated=0))
        self._reviewed = np.zeros(n, np.int32)
        self._first_pass = np.zeros(n, np.int32)
        self._needing = np.full(n, UNKNOWN, np.int32)
        self._answered = np.full(n, UNKNOWN, np.int32)
        self._gates = np.full((n, len(LOGGED_GATES)), UNKNOWN, np.int8)

    @property
    def contributors(self) -> tuple[tuple[str, ...], ...]:
        """Who stands behind the rows of `by_contributor` of each trial, in order."""
        return tuple(tuple(sorted(names)) for names in self._by_contributor)

    def facts(self, as_of: Sequence[date]) -> Facts:
        """Return the facts, with each trial seen on its day of `as_of`."""
        elapsed = [
            window.elapsed_days(day) for window, day in zip(self._windows, as_of, strict=True)
        ]
        contributors = self.contributors
        most = max(map(len, contributors))
        by_contributor = np.zeros((len(self._rows), most, self._weeks), np.int16)
        for index, names in enumerate(contributors):
            for rank, name in enumerate(names):
                by_contributor[index, rank] = self._by_contributor[index][name]
        return Facts(
            live=self._live,
            elapsed=np.array(elapsed, np.int16),
            excused=self._excused,
            reported=self._reported,
            slots_due=self._slots_due,
            on_schedule=self._on_schedule,
            filled_ahead=self._filled_ahead,
            planning_known=self._planning_known,
            reviewed=self._reviewed,
            first_pass=self._first_pass,
            needing=self._needing,
            answered=self._answered,
            by_contributor=by_contributor,
            gates=self._gates,
        )

    def sum_up(self, work: UnitOfWork, trial_ids: Sequence[int]) -> None:
        """Fill trials whose entries are all about days up to today, by sums in SQL."""
        # Excused weeks first: slots and answers of theirs do not count.
        self._add_exemptions(cohort_sums.exemptions(work, trial_ids))
        self._add_live(cohort_sums.live_posts(work, trial_ids))
        self._add_slots(cohort_sums.slots(work, trial_ids, self._today))
        ahead = self._policy.fill_ahead_days
        for trial_id, week, count in cohort_sums.calendar_ahead(work, trial_ids, ahead):
            self._filled_ahead[self._position[trial_id], week] = count
        self._add_counts(cohort_sums.post_counts(work, trial_ids))
        self._add_moves(cohort_sums.moves(work, trial_ids))
        self._add_earlier_reviews(cohort_sums.earlier_reviews(work, trial_ids))
        for trial_id, *weeks in cohort_sums.weeks_spoken_of(work, trial_ids):
            for week in weeks:
                if week is not None:
                    self._reported[self._position[trial_id], week] = True
        self._add_check_ins(cohort_sums.check_ins(work, trial_ids))
        for trial_id, count, since in cohort_sums.waiting(work, trial_ids):
            self.waiting[self._position[trial_id]] = count
            self.waiting_since[self._position[trial_id]] = since
        incidents = trial_log.open_incidents(work, trial_ids)
        for trial_id in trial_ids:
            position = self._position[trial_id]
            gates = trial_log.gate_facts(self._rows[position], incidents.get(trial_id, 0))
            self._gates[position] = gate_row(gates)

    def take(self, trial_id: int, log: TrialLog) -> None:
        """Fill one trial from its log."""
        position = self._position[trial_id]
        facts = facts_of([log], self._policy)
        for column, values in (
            (self._live, facts.live),
            (self._excused, facts.excused),
            (self._reported, facts.reported),
            (self._slots_due, facts.slots_due),
            (self._on_schedule, facts.on_schedule),
            (self._filled_ahead, facts.filled_ahead),
            (self._planning_known, facts.planning_known),
            (self._reviewed, facts.reviewed),
            (self._first_pass, facts.first_pass),
            (self._needing, facts.needing),
            (self._answered, facts.answered),
            (self._gates, facts.gates),
        ):
            column[position] = values[0]
        window = log.window
        for post in log.posts:
            slot = post.slot_day(self._policy.horizon_days)
            week = None if slot is None else window.week_of(slot)
            if week is not None:
                self.slots[position, week] += 1
            live = post.live_day
            if post.maker and live is not None and live in window:
                self._count(position, post.maker, (live - window.start).days, 1)
            self.backfilled[position] += post.backfilled
            if post.state is PostState.DELIVERED:
                self._wait(position, post)

    def _count(self, position: int, maker: str, day: int, posts: int) -> None:
        weeks = self._by_contributor[position].get(maker)
        if weeks is None:
            weeks = self._by_contributor[position][maker] = np.zeros(self._weeks, np.int64)
        weeks[day // DAYS_IN_WEEK] += posts

    def _wait(self, position: int, post: Post) -> None:
        earliest = self.waiting_since[position]
        self.waiting[position] += 1
        self.waiting_since[position] = np.fmin(earliest, np.datetime64(post.waiting_since, "D"))

    def _add_exemptions(self, rows: Rows) -> None:
        for trial_id, first, last in rows:
            self._excused[self._position[trial_id], first : last + 1] = True

    def _add_live(self, rows: Rows) -> None:
        if not rows:
            return
        trial_ids, live_days, contributors, counts = zip(*rows, strict=True)
        positions = np.array([self._position[trial_id] for trial_id in trial_ids])
        days = (np.array(live_days, "datetime64[D]") - self.starts_on[positions]).astype(np.int64)
        posts = np.array(counts, np.int16)
        inside = (days >= 0) & (days < self._live.shape[1])
        np.add.at(self._live, (positions[inside], days[inside]), posts[inside])
        self._reported[positions[inside], days[inside] // DAYS_IN_WEEK] = True
        for index in np.flatnonzero(inside):
            if maker := person_behind(contributors[index]):
                self._count(int(positions[index]), maker, int(days[index]), counts[index])

    def _add_slots(self, rows: Rows) -> None:
        for trial_id, week, slots, due, on_schedule in rows:
            position = self._position[trial_id]
            self.slots[position, week] = slots
            if not self._excused[position, week]:
                self._slots_due[position] += due
                self._on_schedule[position] += on_schedule

    def _add_counts(self, rows: Rows) -> None:
        for trial_id, approved, rejected, backfilled, slots, dated in rows:
            position = self._position[trial_id]
            self._reviewed[position] = approved + rejected
            self._first_pass[position] = approved
            self.backfilled[position] = backfilled
            self._planning_known[position] = trial_log.planning_is_recorded(
                slots=slots, dated=dated
            )

    def _add_moves(self, rows: Rows) -> None:
        for (trial_id, _), group in groupby(rows, key=lambda row: (row.trial_id, row.post_id)):
            position = self._position[trial_id]
            window = self._windows[position]
            moves = list(group)
            post = Post(
                planned_for=moves[-1].planned_for,
                planned_on=moves[-1].planned_on,
                withdrawn_on=moves[-1].withdrawn_on,
                moves=tuple(Move(move.from_day, move.to_day, move.moved_on) for move in moves),
            )
            self._speak(position, post)
            days = {day for move in moves for day in (move.from_day, move.to_day)}
            for week in {window.week_of(day) for day in days} - {None}:
                assert week is not None
                deadline = window.week_start(week) - timedelta(days=self._policy.fill_ahead_days)
                stood_on = post.day_in_calendar(deadline)
                if stood_on is not None and window.week_of(stood_on) == week:
                    self._filled_ahead[position, week] += 1

    def _add_earlier_reviews(self, rows: Rows) -> None:
        for (trial_id, _), group in groupby(rows, key=lambda row: (row.trial_id, row.post_id)):
            position = self._position[trial_id]
            reviews = list(group)
            rounds = tuple(
                Rework(review.decided_on, review.handed_over_on)
                for review in reviews
                if review.outcome == ReviewOutcome.CHANGES_REQUESTED
            )
            self._speak(position, Post(rework=rounds))
            # Counted so far by what holds now: as approved, as rejected, or not at all. What
            # counts is the first review.
            first = reviews[0]
            approved, rejected = first.approved_on is not None, first.rejected_on is not None
            self._reviewed[position] += 1 - (approved or rejected)
            self._first_pass[position] += first.outcome == ReviewOutcome.APPROVED
            self._first_pass[position] -= approved and not rejected

    def _speak(self, position: int, post: Post) -> None:
        weeks = reported_weeks(self._windows[position], [post])
        self._reported[position, list(weeks)] = True

    def _add_check_ins(self, rows: Rows) -> None:
        for trial_id, week, needing, answered in rows:
            position = self._position[trial_id]
            self._reported[position, week] = True
            # An excused week is out of both sides here as well.
            told = needing is not None and answered is not None
            if told and not self._excused[position, week]:
                self._needing[position] = max(self._needing[position], 0) + needing
                self._answered[position] = max(self._answered[position], 0) + answered
