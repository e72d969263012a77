"""The department's side of a post: plan, move, drop, edit, hand over, add one that was not planned.

Each call changes what it names, or nothing; each can be taken back for a minute (see
``trial.services.undo``).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from trial.domain import fields
from trial.domain.calendar import DAYS_IN_WEEK, spoken_day
from trial.domain.errors import InvalidInput, NotPossible
from trial.domain.post_content import WEEK_LIMIT, PostContent, content_of
from trial.domain.posts import PostState, delivery_days
from trial.domain.reasons import DropReason
from trial.services.access import WRITE, Actor, OpenTrial
from trial.services.backend import Backend
from trial.services.change import Change, open_trial_change
from trial.services.post_changes import (
    find_post,
    keep_new,
    made_before,
    made_by_this_tap,
    made_just_now,
    new_record,
    open_post,
    quoted,
    refuse_stale,
    request_keys,
)
from trial.services.post_views import LoggedPost, LoggedPosts, stays_live
from trial.store import posts
from trial.store.posts import PostRecord
from trial.store.tables import ReviewAttempt, SlotMove

REPEAT_LIMIT = 12

_DROPPED = "post.dropped"


def plan(
    actor: Actor,
    backend: Backend,
    *,
    trial_id: int,
    title: str,
    planned_for: date,
    pillar: str = "",
    channels: Sequence[str] = (),
    contributor: str = "",
    repeat_weeks: int = 0,
    request_key: str | None = None,
) -> LoggedPosts:
    """Put a slot into the content calendar, and the same one into the weeks that follow.

    Parameters
    ----------
    planned_for : date
        Today or later, inside the trial.
    repeat_weeks : int
        How many further weeks get the same slot on the same weekday, 0 to 12; weeks after the
        end of the trial are left out.
    request_key : str, optional
        Names this wish: a second call with the same key plans nothing and returns the same.

    Raises
    ------
    InvalidInput
        On a title or another text out of bounds, a day that has passed or lies outside the
        trial, or a week that holds 60 posts already.
    """
    with open_trial_change(actor, backend, trial_id, *WRITE, in_log=True) as change:
        trial = change.trial
        keys = request_keys(change, request_key, 1 + REPEAT_LIMIT)
        if done := made_before(change, keys):
            return done
        first = _day_to_plan("Day", planned_for, trial)
        if type(repeat_weeks) is not int or not 0 <= repeat_weeks <= REPEAT_LIMIT:
            raise InvalidInput(
                "Repeat weekly", repeat_weeks, f"a whole number from 0 to {REPEAT_LIMIT}"
            )
        days = [first + timedelta(days=DAYS_IN_WEEK * week) for week in range(repeat_weeks + 1)]
        days = [slot for slot in days if slot in trial.window]
        content = content_of(title, pillar, channels, contributor)
        records = []
        for slot, key in zip(days, keys, strict=False):
            record = new_record(trial, content, key)
            record.row.planned_for = slot
            record.row.planned_at = change.now
            record.row.planned_on = trial.today
            records.append(record)
        for slot in days:
            _refuse_full_week(change, slot)
        return keep_new(change, records, action="post.planned")


def add_unplanned(
    actor: Actor,
    backend: Backend,
    *,
    trial_id: int,
    title: str,
    on: date | None = None,
    contributor: str = "",
    pillar: str = "",
    channels: Sequence[str] = (),
    request_key: str | None = None,
) -> LoggedPost:
    """Log a finished post that was in nobody's calendar, handed over `on` (today by default).

    Raises
    ------
    InvalidInput
        When `on` lies ahead or outside the trial, or a text is out of bounds.
    """
    with open_trial_change(actor, backend, trial_id, *WRITE, in_log=True) as change:
        trial = change.trial
        keys = request_keys(change, request_key, 1)
        if done := made_before(change, keys):
            return LoggedPost(done[0], done.undo)
        delivered_on = trial.today if on is None else fields.day("Handed over on", on)
        first, last = delivery_days(trial.window, trial.today, planned=False)
        if not first <= delivered_on <= last:
            accepted = f"a day of the trial up to today: {_span_until_today(trial, last)}"
            raise fields.refused_day("Handed over on", delivered_on, accepted)
        _refuse_full_week(change, delivered_on)
        content = content_of(title, pillar, channels, contributor)
        record = new_record(trial, content, keys[0])
        _hand_over(record, delivered_on, change.now)
        made = keep_new(change, [record], action="post.added")
        return LoggedPost(made[0], made.undo)


def move(
    actor: Actor,
    backend: Backend,
    *,
    post_id: int,
    version: int,
    to_day: date,
    reason: str = "",
) -> LoggedPost:
    """Move a slot to another day of the trial, today or later.

    At least the policy's `horizon_days` ahead this is planning; nearer than that the slot still
    answers for its first day, and the view says so (`moved_inside_horizon`). A post that is
    already delivered goes live on the later day.

    Raises
    ------
    InvalidInput
        When `to_day` has passed, lies outside the trial, or is the day it stands on.
    NotPossible
        When the post is no slot, is over, or was live before today.
    StaleEdit
    """
    with open_post(actor, backend, *WRITE, post_id=post_id, version=version) as change:
        trial, record, row = change.trial, change.post, change.row
        _refuse_final(record)
        if row.planned_for is None:
            raise NotPossible(f"{quoted(record)} was not planned, so there is no slot to move.")
        if row.live_day is not None and stays_live(PostState(row.state), row.live_day, trial.today):
            since = spoken_day(row.live_day, trial.today)
            raise NotPossible(f"{quoted(record)} counts as live since {since} and stays there.")
        target = _day_to_plan("New day", to_day, trial)
        if target == row.planned_for:
            accepted = "a day other than its present one"
            raise fields.refused_day("New day", target, accepted)
        _refuse_full_week(change.change, target)
        why = fields.clean_line("Reason", reason, limit=fields.REASON_LIMIT, required=False)
        days = {"from": row.planned_for.isoformat(), "to": target.isoformat()}
        record.moves.append(
            SlotMove(
                post_id=record.post_id,
                from_day=row.planned_for,
                to_day=target,
                moved_on=trial.today,
                reason=why,
                entered_at=change.now,
            )
        )
        row.planned_for = target
        return change.keep("post.moved", **days, reason=why)


def drop(
    actor: Actor,
    backend: Backend,
    *,
    post_id: int,
    version: int,
    reason: str,
    note: str = "",
) -> LoggedPost:
    """Withdraw a slot, or a post that has not been shared yet, with the reason.

    Within a minute the same person can drop it anew to give another reason; taking that back leads
    to where it stood before it was dropped at all. A second tap changes nothing and returns the
    same.

    Parameters
    ----------
    reason : str
        One of the codes of ``DropReason``, or the reason in one's own words.
    note : str
        What a code leaves unsaid.

    Raises
    ------
    InvalidInput
        Without a reason, or with one of more than 500 characters.
    NotPossible
        When the post is shared, dropped or declined.
    StaleEdit
    """
    with find_post(actor, backend, *WRITE, post_id=post_id) as change:
        said = _drop_reason(reason, note)
        if same := made_by_this_tap(change, version=version, actions=(_DROPPED,), reason=said):
            return change.unchanged(same)
        refuse_stale(change.post, version)
        if just_now := made_just_now(change, actions=(_DROPPED,)):
            before: dict[str, Any] = just_now.before or {}
            change.before = before["posts"][0]
        else:
            _refuse_final(change.post)
        change.row.reason = said
        change.row.withdrawn_on = change.trial.today
        return change.keep(_DROPPED, reason=said)


def edit(
    actor: Actor,
    backend: Backend,
    *,
    post_id: int,
    version: int,
    title: str,
    pillar: str = "",
    channels: Sequence[str] = (),
    contributor: str = "",
) -> LoggedPost:
    """Change what a post is about; its days stay.

    An approved post asks for review again, and what was approved stays in its history. Saving
    without a difference leaves the approval alone.

    Raises
    ------
    InvalidInput
        When a text is out of bounds.
    NotPossible
        When the post is shared, dropped or declined.
    StaleEdit
    """
    with open_post(actor, backend, *WRITE, post_id=post_id, version=version) as change:
        record, row = change.post, change.row
        _refuse_final(record)
        changed = content_of(title, pillar, channels, contributor).put_into(row)
        if changed and row.approved_on is not None:
            row.approved_on = None
            record.attempts.append(_attempt(record, change.trial.today, change.now))
        return change.keep("post.edited", changed=changed)


def deliver(
    actor: Actor,
    backend: Backend,
    *,
    post_id: int,
    version: int,
    on: date | None = None,
) -> LoggedPost:
    """Hand the finished post over to Communications; a returned one, hand it over again.

    A second tap of the same person within a minute changes nothing and returns the same.

    Parameters
    ----------
    on : date, optional
        The day it happened, today by default. A day in the past is kept as it is; entered
        later than the policy's `backfill_days` after the fact it is marked backfilled.

    Raises
    ------
    InvalidInput
        When `on` lies ahead, before the post came back, or long before the trial.
    NotPossible
        When it is with Communications already, or over.
    StaleEdit
    """
    with find_post(actor, backend, *WRITE, post_id=post_id) as change:
        trial, record, row = change.trial, change.post, change.row
        delivered_on = trial.today if on is None else fields.day("Handed over on", on)
        if same := made_by_this_tap(
            change,
            version=version,
            actions=("post.delivered", "post.redelivered"),
            on=delivered_on.isoformat(),
        ):
            return change.unchanged(same)
        refuse_stale(record, version)
        _refuse_final(record)
        if not PostState(row.state).is_open:
            assert row.delivered_on is not None
            since = spoken_day(row.delivered_on, trial.today)
            raise NotPossible(f"{quoted(record)} is with Communications since {since}.")
        earliest = _earliest_delivery(trial, record)
        if not earliest <= delivered_on <= trial.today:
            since = spoken_day(earliest, year=True)
            accepted = f"a day from {since} to today, {spoken_day(trial.today, year=True)}"
            raise fields.refused_day("Handed over on", delivered_on, accepted)
        again = row.delivered_on is not None
        if again:
            record.attempts.append(_attempt(record, delivered_on, change.now))
        else:
            _hand_over(record, delivered_on, change.now)
        action = "post.redelivered" if again else "post.delivered"
        return change.keep(action, on=delivered_on.isoformat())


# ----------------------------------------------------------------------------- what is allowed
def _refuse_final(record: PostRecord) -> None:
    row = record.row
    how = {
        PostState.SHARED: ("was shared", row.shared_on),
        PostState.WITHDRAWN: ("was dropped", row.withdrawn_on),
        PostState.REJECTED: ("was declined", row.rejected_on),
    }.get(PostState(row.state))
    if how is not None:
        words, since = how
        when = f" on {spoken_day(since)}" if since else ""
        raise NotPossible(f"{quoted(record)} {words}{when} and stays as it is.")


def _day_to_plan(field: str, value: date, trial: OpenTrial) -> date:
    slot = fields.day(field, value)
    first = max(trial.today, trial.window.start)
    if first <= slot <= trial.window.end:
        return slot
    accepted, sentence = f"a day of the trial, {fields.day_range(first, trial.window.end)}", None
    if slot in trial.window:
        accepted = (
            f"today, {spoken_day(trial.today)}, or a later day. A post made on a day that has "
            "passed is added as one that was not planned"
        )
    elif first > trial.window.end:
        sentence = f"The trial ended on {spoken_day(trial.window.end, year=True)}."
    raise fields.refused_day(field, slot, accepted, sentence=sentence)


def _earliest_delivery(trial: OpenTrial, record: PostRecord) -> date:
    if record.row.delivered_on is None:
        return delivery_days(trial.window, trial.today, planned=True)[0]
    returned_on = record.attempts[-1].decided_on if record.attempts else None
    return returned_on or record.row.delivered_on


def _refuse_full_week(change: Change, day: date) -> None:
    window = change.trial.window
    week = window.week_of(day)
    assert week is not None
    first, last = window.week_start(week), window.week_end(week)
    already = posts.count_between(change.work, change.trial.trial_id, first, last)
    if already >= WEEK_LIMIT:
        accepted = f"a day of another week, as week {week + 1} holds {already} posts already"
        raise fields.refused_day("Day", day, accepted)


def _span_until_today(trial: OpenTrial, last: date) -> str:
    if trial.today < trial.window.start:
        return f"none yet, it starts on {spoken_day(trial.window.start, year=True)}"
    return fields.day_range(trial.window.start, last)


# ----------------------------------------------------------------------------- what is written
def _drop_reason(reason: str, note: str) -> str:
    label = DropReason(reason).label if reason in set(DropReason) else reason
    both = f"{label}: {note}" if note.strip() else label
    return fields.clean_text("Reason", both, required=True)


def _hand_over(record: PostRecord, on: date, at: datetime) -> None:
    record.row.delivered_on, record.row.delivered_at = on, at
    record.attempts.append(_attempt(record, on, at))


def _attempt(record: PostRecord, on: date, at: datetime) -> ReviewAttempt:
    # The post's id is set once it has one; see the store.
    attempt = ReviewAttempt(post_id=record.row.id or 0, submitted_on=on, entered_at=at)
    PostContent.of_post(record.row).freeze_into(attempt)
    return attempt
