"""What people see of a post."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import overload
from zoneinfo import ZoneInfo

from trial.domain.posts import PostState, ReviewOutcome
from trial.domain.reasons import ReviewReason
from trial.services.views import view_from
from trial.store.post_facts import day_of
from trial.store.posts import PostRecord


@dataclass(frozen=True, slots=True)
class ReviewNote:
    """What Communications wrote when a post came back, or was not taken."""

    reason_code: str
    label: str
    sentence: str
    on: date


@dataclass(frozen=True, slots=True)
class PostView:
    """One post as a page shows it.

    Parameters
    ----------
    id, version, trial_id : int
        `version` is handed back with every change, so that a stale one is noticed.
    title, pillar, contributor : str
    channels : tuple of str
    planned_for : date or None
        The slot's day; None for a post that was not planned.
    planned_on : date or None
        The day the slot entered the calendar.
    delivered_on, delivery_entered_on : date or None
        The day it was first handed over, and the day that was entered.
    ready_day, live_day, slot_day : date or None
        See the rules; None where it does not count.
    week, slot_week : int or None
        Trial weeks (from 0) of the live day and of the slot day.
    state : PostState
    on_schedule, backfilled : bool
    reason : str
        Why it was dropped or last moved.
    link : str
        Where it was shared; empty before.
    shared_on, approved_on : date or None
    waiting_days : int or None
        Days it has been with Communications; None when it is not there.
    late_days : int or None
        Days since the slot's day while the department has the next step; None when not late.
    moved_from : date or None
        The day the slot stood on before its last move.
    moved_inside_horizon : bool
        Whether its first day stays the slot it answers for, although it was moved.
    attempt : int
        How often it has been handed over; 0 before the first time.
    note : ReviewNote or None
        The latest review that sent it back or did not take it, while it stands.
    can_deliver, can_move, can_drop, can_edit : bool
        What the reader may do with it now.
    """

    id: int
    version: int
    trial_id: int
    title: str
    pillar: str
    channels: tuple[str, ...]
    contributor: str
    planned_for: date | None
    planned_on: date | None
    delivered_on: date | None
    delivery_entered_on: date | None
    ready_day: date | None
    live_day: date | None
    slot_day: date | None
    week: int | None
    slot_week: int | None
    state: PostState
    on_schedule: bool
    backfilled: bool
    reason: str
    link: str
    approved_on: date | None
    shared_on: date | None
    waiting_days: int | None
    late_days: int | None
    moved_from: date | None
    moved_inside_horizon: bool
    attempt: int
    note: ReviewNote | None
    can_deliver: bool
    can_move: bool
    can_drop: bool
    can_edit: bool


@dataclass(frozen=True, slots=True)
class LoggedPost:
    """A post after a change; `undo` is the event that can be undone for a minute."""

    post: PostView
    undo: int


@dataclass(frozen=True, slots=True)
class LoggedPosts(Sequence[PostView]):
    """Posts made together, the first week first; `undo` takes all of them back for a minute."""

    posts: tuple[PostView, ...]
    undo: int

    @overload
    def __getitem__(self, index: int) -> PostView: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[PostView, ...]: ...
    def __getitem__(self, index: int | slice) -> PostView | tuple[PostView, ...]:
        return self.posts[index]

    def __len__(self) -> int:
        return len(self.posts)

    def __iter__(self) -> Iterator[PostView]:
        return iter(self.posts)


def stays_live(state: PostState, live_day: date | None, today: date) -> bool:
    """Return whether a post was already live on an earlier day, so that its day stands."""
    return state is not PostState.RETURNED and live_day is not None and live_day < today


def view_of(record: PostRecord, *, today: date, time_zone: str, can_write: bool) -> PostView:
    """Return a stored post as the reader sees it on `today`.

    Parameters
    ----------
    can_write : bool
        Whether the reader may change posts of this trial, and its log is open.
    """
    row = record.row
    state = PostState(row.state)
    open_to_change = can_write and not state.is_final
    late = state.is_open and row.planned_for is not None and row.planned_for < today
    entered_on = None if row.delivered_at is None else day_of(row.delivered_at, ZoneInfo(time_zone))
    last_move = record.moves[-1] if record.moves else None
    return view_from(
        PostView,
        row,
        channels=tuple(row.channels),
        delivery_entered_on=entered_on,
        state=state,
        reason=row.reason or (last_move.reason if last_move else ""),
        waiting_days=waiting_days(record, today),
        late_days=(today - row.planned_for).days if late and row.planned_for else None,
        moved_from=last_move.from_day if last_move else None,
        moved_inside_horizon=(
            last_move is not None and row.slot_day is not None and row.slot_day != row.planned_for
        ),
        attempt=len(record.attempts),
        note=_note(record, state),
        can_deliver=open_to_change and state.is_open,
        can_move=(
            open_to_change
            and row.planned_for is not None
            and not stays_live(state, row.live_day, today)
        ),
        can_drop=open_to_change,
        can_edit=open_to_change,
    )


def waiting_days(record: PostRecord, today: date) -> int | None:
    """Return how many days a post has been with Communications; None when it is not there."""
    if PostState(record.row.state) is not PostState.DELIVERED:
        return None
    waiting_since = record.row.delivered_on
    if record.attempts and record.attempts[-1].outcome == ReviewOutcome.WAITING:
        waiting_since = record.attempts[-1].submitted_on
    return None if waiting_since is None else max(0, (today - waiting_since).days)


def reason_label(code: str) -> str:
    """Return a coded review reason as a page says it; an unknown code as it is."""
    return ReviewReason(code).label if code in set(ReviewReason) else code


def _note(record: PostRecord, state: PostState) -> ReviewNote | None:
    if state not in (PostState.RETURNED, PostState.REJECTED) or not record.attempts:
        return None
    last = record.attempts[-1]
    if (
        last.outcome not in (ReviewOutcome.CHANGES_REQUESTED, ReviewOutcome.REJECTED)
        or last.decided_on is None
    ):
        return None
    return ReviewNote(
        last.reason_code, reason_label(last.reason_code), last.sentence, last.decided_on
    )
