"""One post and its separate days.

A post is one slot of the content calendar, or one unplanned post. What the department did and
what Communications did are kept apart, so that the time a post waits for review can never
count against the department.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from trial.domain.calendar import TrialWindow
from trial.domain.labels import Labelled

UNDO_FOR = timedelta(seconds=60)
"""How long an entry can be taken back by whoever made it, both ends included."""


FINISHED_AHEAD = timedelta(days=60)
"""How long before the trial a planned post may have been finished."""


class PostState(Labelled):
    """Where a post stands between the calendar and a main channel."""

    PLANNED = "planned", "planned"
    DELIVERED = "delivered", "with Communications"
    RETURNED = "returned", "back for changes"
    APPROVED = "approved", "approved"
    SHARED = "shared", "shared"
    WITHDRAWN = "withdrawn", "dropped"
    REJECTED = "rejected", "declined"

    @property
    def is_open(self) -> bool:
        """Whether the department still has the next step: to hand it over, or over again."""
        return self in (PostState.PLANNED, PostState.RETURNED)

    @property
    def is_final(self) -> bool:
        """Whether nothing more can happen to it."""
        return self in (PostState.SHARED, PostState.WITHDRAWN, PostState.REJECTED)


class ReviewOutcome(StrEnum):
    """What came of one attempt at review."""

    WAITING = ""
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"


# A trial's few names come again with every post, and the board reads all posts of all trials.
@lru_cache(maxsize=4096)
def person_behind(contributor: str) -> str:
    """Return the one name under which a contributor counts, however it was typed.

    ``Ada``, ``ada`` and ``ADA `` are one person; empty where nobody is named.
    """
    # Folding may take a letter apart again, so the form is made one after it.
    return unicodedata.normalize("NFKC", " ".join(contributor.casefold().split()))


def each_person_once(contributors: Iterable[str]) -> tuple[str, ...]:
    """Return the contributors there are, each person once, as they were typed the first time."""
    spelled: dict[str, str] = {}
    for contributor in filter(None, contributors):
        spelled.setdefault(person_behind(contributor), contributor)
    return tuple(spelled.values())


@dataclass(frozen=True, slots=True)
class Rework:
    """One round of changes: when Communications sent the post back, and when it returned.

    `redelivered_on` is None while the department still holds it.
    """

    returned_on: date
    redelivered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A slot moved from one day to another, decided on `moved_on`."""

    from_day: date
    to_day: date
    moved_on: date


@dataclass(frozen=True, slots=True)
class Post:
    """The dated facts of one post.

    Parameters
    ----------
    title : str
    contributor : str
        Who made it, as it was typed; empty where nobody is named. See :attr:`maker`.
    planned_for : date or None
        The slot's present day; None for an unplanned post.
    planned_on : date or None
        The day the slot entered the calendar; None where the source does not say.
    delivered_on : date or None
        First hand-over of the finished post to Communications.
    rework : tuple of Rework
        Rounds of changes in order; only the last may be without a redelivery.
    approved_on, shared_on, withdrawn_on, rejected_on : date or None
        The approval that holds; one that an edit has ended is told by the next two alone.
    first_pass_on : date or None
        The day the first attempt at review approved it; None where it did not, or where the
        source keeps no attempts.
    asked_again_on : date or None
        The day an edit after an approval last asked for review again.
    moves : tuple of Move
        Every change of the slot's day, oldest first; the last one's `to_day` is `planned_for`.
    backfilled : bool
        Whether the delivery was entered later than the policy's `backfill_days` after the fact.
    key : str
        Names the post in evidence lists.
    """

    title: str = ""
    contributor: str = ""
    planned_for: date | None = None
    planned_on: date | None = None
    delivered_on: date | None = None
    rework: tuple[Rework, ...] = ()
    approved_on: date | None = None
    shared_on: date | None = None
    withdrawn_on: date | None = None
    rejected_on: date | None = None
    first_pass_on: date | None = None
    asked_again_on: date | None = None
    moves: tuple[Move, ...] = ()
    backfilled: bool = False
    key: str = ""

    @property
    def maker(self) -> str:
        """The one name under which its contributor counts; empty where nobody is named."""
        return person_behind(self.contributor)

    @property
    def held_days(self) -> int:
        """Days the department held the post for rework, over all finished rounds."""
        return sum(
            (round_.redelivered_on - round_.returned_on).days
            for round_ in self.rework
            if round_.redelivered_on is not None
        )

    @property
    def is_delivered(self) -> bool:
        """Whether it counts as delivered: handed over, not sent back, withdrawn or rejected."""
        return (
            self.delivered_on is not None
            and self.withdrawn_on is None
            and self.rejected_on is None
            and (not self.rework or all(turn.redelivered_on is not None for turn in self.rework))
        )

    @property
    def ready_day(self) -> date | None:
        """First delivery plus the days held for rework; None unless it counts as delivered."""
        if self.delivered_on is None or not self.is_delivered:
            return None
        if not self.rework:
            return self.delivered_on  # as most posts, and the board asks it of every one
        return self.delivered_on + timedelta(days=self.held_days)

    @property
    def live_day(self) -> date | None:
        """The first day it could have been live on an own account; None unless delivered."""
        ready = self.ready_day
        if ready is None:
            return None
        return ready if self.planned_for is None else max(self.planned_for, ready)

    @property
    def state(self) -> PostState:
        """Where the post stands: withdrawal and rejection end it, then the latest step counts."""
        if self.withdrawn_on is not None:
            return PostState.WITHDRAWN
        if self.rejected_on is not None:
            return PostState.REJECTED
        if self.shared_on is not None:
            return PostState.SHARED
        if self.delivered_on is None:
            return PostState.PLANNED
        if not self.is_delivered:
            return PostState.RETURNED
        return PostState.DELIVERED if self.approved_on is None else PostState.APPROVED

    @property
    def passed_first_review(self) -> bool | None:
        """True if approved at the first attempt, False if not, None while unreviewed.

        What became of it later, after an edit, changes nothing. Where no attempts are kept, an
        approval dated before the first return is a first pass.
        """
        if self.first_pass_on is not None:
            return True
        if self.rejected_on is not None:
            return False
        if self.rework:
            return self.approved_on is not None and self.approved_on < self.rework[0].returned_on
        return True if self.approved_on is not None else None

    @property
    def waiting_since(self) -> date | None:
        """The latest hand-over of a post that waits for Communications, None for any other."""
        if self.state is not PostState.DELIVERED:
            return None
        handed_over = [self.delivered_on, self.asked_again_on]
        handed_over += [round_.redelivered_on for round_ in self.rework]
        return max(day for day in handed_over if day is not None)

    @property
    def first_planned_for(self) -> date | None:
        """The slot's day before it was ever moved; None for an unplanned post."""
        if self.planned_for is None or not self.moves:
            return self.planned_for
        return self.moves[0].from_day

    def slot_day(self, horizon_days: int) -> date | None:
        """Return the day this post answers for as a slot, or None where it is no slot.

        A slot moved or withdrawn at least `horizon_days` ahead was planning: it goes where it
        was moved, or disappears. Nearer than that, the day it had then stays its slot day.
        """
        day = self.first_planned_for
        if day is None:
            return None
        for move in self.moves:
            if (day - move.moved_on).days < horizon_days:
                return day
            day = move.to_day
        if self.withdrawn_on is not None and (day - self.withdrawn_on).days >= horizon_days:
            return None
        return day

    def on_schedule(self, horizon_days: int) -> bool:
        """Return whether it was ready on or before its slot day; never for an unplanned post."""
        ready, slot = self.ready_day, self.slot_day(horizon_days)
        return ready is not None and slot is not None and ready <= slot

    def day_in_calendar(self, as_of: date) -> date | None:
        """Return the day this slot stood on at the end of `as_of`; None if it was not there.

        A slot whose `planned_on` is unknown is never there: nobody can say that it was.
        """
        day = self.first_planned_for
        if day is None or self.planned_on is None or self.planned_on > as_of:
            return None
        if self.withdrawn_on is not None and self.withdrawn_on <= as_of:
            return None
        for move in self.moves:
            if move.moved_on <= as_of:
                day = move.to_day
        return day

    def counted_on(self, today: date, rework_days: int) -> Post:
        """Return the post as it counts on a day: while it is back with the department, too.

        On the `rework_days` days from the one it was sent back on it counts as if it were handed
        over again today; from then on it does not count until it is. So a review that comes late
        empties no week overnight.
        """
        if not self.rework or self.rework[-1].redelivered_on is not None:
            return self
        returned_on = self.rework[-1].returned_on
        if not 0 <= (today - returned_on).days < rework_days:
            return self
        return replace(self, rework=(*self.rework[:-1], Rework(returned_on, today)))

    def without_late_entries(self, backfill_days: int) -> Post | None:
        """Return what of the post was entered in time; None where nothing was.

        A slot that entered the calendar late was never in it. Of one that stood there in time and
        whose delivery was entered late, the slot is left: neither the hand-over nor its reviews.
        """
        if not self.backfilled:
            return self
        if self.planned_for is None or self.is_late_slot(backfill_days):
            return None
        return Post(
            title=self.title,
            contributor=self.contributor,
            planned_for=self.planned_for,
            planned_on=self.planned_on,
            withdrawn_on=self.withdrawn_on,
            moves=self.moves,
            key=self.key,
        )

    def is_late_slot(self, backfill_days: int) -> bool:
        """Return whether the slot entered the calendar late after its day."""
        day = self.first_planned_for
        if day is None or self.planned_on is None:
            return False
        return is_backfilled(day, self.planned_on, backfill_days)

    def known_in_trial(self, last_day: date, today: date) -> Post | None:
        """Return the post of a trial whose last day is `last_day`, as it is known on `today`.

        What the department planned and handed over counts up to that day. What became of that
        later counts too: reviews, and rounds of changes.
        """
        then = self.as_of(min(last_day, today))
        if today <= last_day or then is None or then.delivered_on is None:
            return then
        return self.as_of(today)

    def as_of(self, today: date) -> Post | None:
        """Return the post as it was known at the end of `today`; None if it was not yet there.

        Deliveries, reviews, moves and withdrawals dated later have not happened. A slot's day
        may lie ahead; the day it entered the calendar may not: delivered by `today`, but planned
        later, a post is seen as one that nobody had planned.
        """
        if self._is_over_by(today):
            return self
        if self.planned_on is not None and self.planned_on > today:
            if _known(self.delivered_on, today) is None:
                return None
            return replace(self, planned_for=None, planned_on=None, moves=()).as_of(today)
        moves = tuple(move for move in self.moves if move.moved_on <= today)
        planned_for = self.planned_for
        if len(moves) < len(self.moves):
            planned_for = self.moves[len(moves)].from_day
        rework = tuple(
            Rework(round_.returned_on, _known(round_.redelivered_on, today))
            for round_ in self.rework
            if round_.returned_on <= today
        )
        known = replace(
            self,
            planned_for=planned_for,
            moves=moves,
            rework=rework,
            delivered_on=_known(self.delivered_on, today),
            approved_on=_known(self.approved_on, today),
            shared_on=_known(self.shared_on, today),
            withdrawn_on=_known(self.withdrawn_on, today),
            rejected_on=_known(self.rejected_on, today),
            first_pass_on=_known(self.first_pass_on, today),
            asked_again_on=_known(self.asked_again_on, today),
        )
        if known.planned_for is None and known.delivered_on is None:
            return None
        return known

    def _is_over_by(self, today: date) -> bool:
        """Return whether all that is told of a plain post, never moved or returned, has happened.

        It then is what it was; whoever looks back on a trial sees most posts so.
        """
        happened = (
            self.planned_on,
            self.delivered_on,
            self.approved_on,
            self.shared_on,
            self.withdrawn_on,
            self.rejected_on,
            self.first_pass_on,
            self.asked_again_on,
        )
        is_plain = not self.moves and not self.rework
        is_there = self.planned_for is not None or self.delivered_on is not None
        if not (is_plain and is_there):
            return False
        for day in happened:  # noqa: SIM110 – all() takes three times as long here
            if day is not None and day > today:
                return False
        return True


def _known(day: date | None, today: date) -> date | None:
    return day if day is not None and day <= today else None


def delivery_days(window: TrialWindow, today: date, *, planned: bool) -> tuple[date, date]:
    """Return the first and the last day on which a post can have been handed over first.

    What was planned may have been finished well before the trial. A post that was not planned
    belongs to the day it was handed over, and so to a day of the trial; before the trial begins
    there is none, and the first day lies after the last.
    """
    if planned:
        return window.start - FINISHED_AHEAD, today
    return window.start, min(today, window.end)


def is_backfilled(happened: date, entered: date, backfill_days: int) -> bool:
    """Return whether an entry came more than `backfill_days` after the fact."""
    return (entered - happened).days > backfill_days
