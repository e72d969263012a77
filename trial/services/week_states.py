"""The weeks of a trial as pages show them: their states, what is ready, who makes posts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from trial.domain.cadence import WeekState, week_state
from trial.domain.calendar import looked_at_on
from trial.domain.posts import PostState, each_person_once
from trial.domain.reporting import reported_weeks
from trial.domain.trial_status import TrialStatus
from trial.services.access import OpenTrial
from trial.services.check_in import CheckInView, view_of_check_in
from trial.services.post_views import PostView
from trial.store.post_facts import domain_post
from trial.store.posts import PostRecord
from trial.store.tables import CheckIn


@dataclass(frozen=True, slots=True)
class WeekSummary:
    """What a week came to, or stands at.

    Parameters
    ----------
    index : int
        From 0.
    first, last : date
    state : WeekState
    live_count : int
        Posts whose live day lies in the week, those that wait in the buffer included.
    """

    index: int
    first: date
    last: date
    state: WeekState
    live_count: int


class WeekStates:
    """The weeks of one trial as of today, as far as `records` speak of them."""

    def __init__(
        self,
        trial: OpenTrial,
        records: Sequence[PostRecord],
        check_ins: Iterable[int],
        excused: frozenset[int],
    ) -> None:
        self._trial = trial
        self._excused = excused
        self._records = records
        self._live = Counter(map(self.week_of, records))
        self._checked_in = set(check_ins)

    @cached_property
    def _reported(self) -> frozenset[int]:
        return reported_weeks(
            self._trial.window,
            [domain_post(record) for record in self._records],
            self._checked_in,
        )

    def week_of(self, record: PostRecord) -> int | None:
        """Return the week a post counts in; while it is back for changes, as the scorecard does."""
        if record.row.state != PostState.RETURNED:
            return record.row.week
        trial = self._trial
        live_day = domain_post(record).counted_on(trial.today, trial.policy.rework_days).live_day
        return None if live_day is None else trial.window.week_of(live_day)

    def live_count(self, week: int) -> int:
        """Return how many posts have their live day in the week."""
        return self._live[week]

    def state(self, week: int) -> WeekState:
        """Return the state of the week."""
        window = self._trial.window
        today = looked_at_on(self._trial.today, self._trial.ended_on)
        count = self.live_count(week)
        return week_state(
            window.week_start(week),
            window.week_end(week),
            today=today,
            count=count,
            # A week with live posts was reported; the others are looked at only where one is.
            reported=count > 0 or week in self._reported,
            excused=week in self._excused,
            band=self._trial.policy.band,
        )

    def check_in(self, row: CheckIn | None) -> CheckInView | None:
        """Return a check-in as it stands beside the posts of its week; None without one."""
        if row is None:
            return None
        return view_of_check_in(row, self._trial, live_count=self.live_count(row.week))

    def summary(self, week: int) -> WeekSummary:
        """Return the week with its state and count."""
        window = self._trial.window
        return WeekSummary(
            index=week,
            first=window.week_start(week),
            last=window.week_end(week),
            state=self.state(week),
            live_count=self.live_count(week),
        )


def week_shown(trial: OpenTrial) -> int | None:
    """Return the present week, the first one before the trial, None after it."""
    if trial.status is TrialStatus.AHEAD:
        return 0
    return trial.window.week_of(trial.today) if trial.takes_entries else None


def buffer_of(records: Iterable[PostRecord], today: date) -> int:
    """Return how many delivered posts have their live day after `today`, inside the trial."""
    return sum(
        record.row.week is not None
        and record.row.live_day is not None
        and record.row.live_day > today
        for record in records
    )


def contributors_of(records: Sequence[PostRecord]) -> tuple[str, ...]:
    """Return who made posts, each person once, the one of the latest hand-over first.

    Each is spelled as in that hand-over, where a name was typed in several ways.
    """
    latest_first = sorted(
        (record.row for record in records),
        key=lambda row: (row.delivered_on or date.min, row.id or 0),
        reverse=True,
    )
    return each_person_once(row.contributor for row in latest_first)


def slot_days(shown: Iterable[PostView]) -> list[date]:
    """Return the days of the slots that stand in the calendar: neither dropped nor refused."""
    gone = (PostState.WITHDRAWN, PostState.REJECTED)
    return [post.planned_for for post in shown if post.planned_for and post.state not in gone]
