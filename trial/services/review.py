"""Communications' side of a post: the queue, the review, and putting it on a main channel.

The days a post waits here never count against the department. Every attempt is kept, with what the
post was about when it was judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from trial.domain import fields
from trial.domain.calendar import spoken_day
from trial.domain.errors import InvalidInput, NotAllowed, NotPossible
from trial.domain.post_content import LINK_LIMIT, PostContent
from trial.domain.posts import PostState, ReviewOutcome
from trial.domain.reasons import ReviewReason
from trial.domain.roles import Permission
from trial.services.access import READ, Actor, open_trial, rights_of
from trial.services.backend import Backend
from trial.services.post_changes import PostChange, open_post, quoted
from trial.services.post_views import LoggedPost, PostView, reason_label, view_of
from trial.services.views import view_from
from trial.store import organisation, posts
from trial.store.posts import PostRecord, WaitingPost
from trial.store.tables import ReviewAttempt
from trial.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One attempt at review.

    Parameters
    ----------
    number : int
        From 1.
    submitted_on, decided_on : date
        `decided_on` is None while it waits.
    outcome : ReviewOutcome
    reason_code, reason, sentence : str
        The coded reason, the same in words, and the reviewer's sentence.
    reviewer : str
        Empty where nobody is named.
    content_then : PostContent
        What was judged; while it waits, what was handed over.
    """

    number: int
    submitted_on: date
    outcome: ReviewOutcome
    reason_code: str
    reason: str
    sentence: str
    decided_on: date | None
    reviewer: str
    content_then: PostContent


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A post that waits for review.

    Parameters
    ----------
    post : PostView
    department : str
    submitted_on : date
        When this attempt was handed over.
    waiting_days : int
    attempt : int
        1 for the first time, 2 after one round of changes, and so on.
    approved_as : PostContent or None
        What was approved, where it was edited since.
    last_reason, last_sentence : str
        What the last attempt came back with; empty at the first.
    """

    post: PostView
    department: str
    submitted_on: date
    waiting_days: int
    attempt: int
    approved_as: PostContent | None
    last_reason: str
    last_sentence: str


def queue(actor: Actor, backend: Backend) -> tuple[QueueItem, ...]:
    """Return what waits for review in all running trials, the longest wait first.

    Raises
    ------
    NotSignedIn, NotAllowed
    """
    items = [
        _queue_item(waiting.record, waiting.department, seen)
        for waiting, seen in _in_running_trials(actor, backend, posts.waiting)
    ]
    return tuple(sorted(items, key=lambda item: (item.submitted_on, item.post.id)))


@dataclass(frozen=True, slots=True)
class ShareItem:
    """An approved post that is on no main channel yet."""

    post: PostView
    department: str


def to_share(actor: Actor, backend: Backend) -> tuple[ShareItem, ...]:
    """Return what is approved and not shared in all running trials, the earliest day first.

    Raises
    ------
    NotSignedIn, NotAllowed
    """
    items = [
        ShareItem(seen, approved.department)
        for approved, seen in _in_running_trials(actor, backend, posts.approved)
    ]
    return tuple(sorted(items, key=lambda item: (item.post.live_day or date.max, item.post.id)))


def approve(actor: Actor, backend: Backend, *, post_id: int, version: int) -> LoggedPost:
    """Approve a waiting post as it stands; what it is about is kept as what was approved.

    Raises
    ------
    NotPossible
        When the post is not waiting for review.
    StaleEdit
    """
    with _open_waiting(actor, backend, post_id=post_id, version=version) as change:
        _decide(change, outcome=ReviewOutcome.APPROVED)
        change.row.approved_on = change.trial.today
        return change.keep("post.approved")


def send_back(
    actor: Actor,
    backend: Backend,
    *,
    post_id: int,
    version: int,
    reason_code: str,
    sentence: str,
    for_good: bool = False,
) -> LoggedPost:
    """Send a waiting post back with a coded reason and a sentence that says what to change.

    Parameters
    ----------
    for_good : bool
        Do not take it at all; it then never counts as delivered.

    Raises
    ------
    InvalidInput
        On an unknown code, or without a sentence.
    NotPossible
        When the post is not waiting for review.
    StaleEdit
    """
    with _open_waiting(actor, backend, post_id=post_id, version=version) as change:
        if reason_code not in set(ReviewReason):
            offered = ", ".join(f"“{each.label}”" for each in ReviewReason)
            choose = f"Choose a reason: {offered}."
            raise InvalidInput("Reason", reason_code, f"one of {offered}", sentence=choose)
        words = fields.clean_text("What to change", sentence, required=True)
        outcome = ReviewOutcome.REJECTED if for_good else ReviewOutcome.CHANGES_REQUESTED
        _decide(change, outcome=outcome, code=reason_code, sentence=words)
        if for_good:
            change.row.rejected_on = change.trial.today
        action = "post.rejected" if for_good else "post.returned"
        return change.keep(action, reason_code=reason_code, sentence=words)


def share(
    actor: Actor,
    backend: Backend,
    *,
    post_id: int,
    version: int,
    link: str,
    on: date | None = None,
) -> LoggedPost:
    """Note that an approved post is on a main channel, since `on` (today by default), and where.

    Raises
    ------
    InvalidInput
        When the link is no web address, or `on` lies ahead or before the post was ready.
    NotPossible
        When the post is not approved.
    StaleEdit
    """
    with open_post(
        actor, backend, Permission.ALL_POST_REVIEW, post_id=post_id, version=version
    ) as change:
        trial, record = change.trial, change.post
        state = PostState(record.row.state)
        if state is not PostState.APPROVED:
            raise NotPossible(
                f"{quoted(record)} is {state.label}; only an approved post can be shared."
            )
        shared_on = trial.today if on is None else fields.day("Shared on", on)
        ready_day = record.row.ready_day
        assert ready_day is not None
        if not ready_day <= shared_on <= trial.today:
            since = spoken_day(ready_day, year=True)
            accepted = f"a day from {since}, when it was ready, to today"
            raise fields.refused_day("Shared on", shared_on, accepted)
        record.row.link = fields.web_address("Link", link, limit=LINK_LIMIT)
        record.row.shared_on = shared_on
        return change.keep("post.shared", on=shared_on.isoformat(), link=record.row.link)


def history(actor: Actor, backend: Backend, *, post_id: int) -> tuple[AttemptView, ...]:
    """Return every attempt at review of a post, the first one first."""
    with backend.reading() as work:
        open_trial(work, actor, backend, posts.trial_of(work, post_id), *READ)
        record = posts.get(work, post_id)
        assert record is not None
        names = posts.reviewers(work, post_id)
        return tuple(
            view_from(
                AttemptView,
                attempt,
                number=number,
                outcome=ReviewOutcome(attempt.outcome),
                reason=reason_label(attempt.reason_code),
                reviewer=names.get(attempt.reviewer_id or 0, ""),
                content_then=PostContent.of_attempt(attempt),
            )
            for number, attempt in enumerate(record.attempts, start=1)
        )


def _in_running_trials(
    actor: Actor, backend: Backend, found: Callable[[UnitOfWork], list[WaitingPost]]
) -> list[tuple[WaitingPost, PostView]]:
    """Return posts as somebody who reviews sees them; none before there is an organisation."""
    with backend.reading() as work:
        rights = rights_of(work, actor)
        if not rights.allow(Permission.ALL_POST_REVIEW):
            raise NotAllowed
        time_zone = organisation.time_zone(work)
        if time_zone is None:
            return []
        today = backend.today(time_zone)
        can_write = rights.allow(Permission.ALL_POST_WRITE)
        return [
            (
                each,
                view_of(each.record, today=today, time_zone=time_zone, can_write=can_write),
            )
            for each in found(work)
        ]


@contextmanager
def _open_waiting(
    actor: Actor, backend: Backend, *, post_id: int, version: int
) -> Iterator[PostChange]:
    with open_post(
        actor, backend, Permission.ALL_POST_REVIEW, post_id=post_id, version=version
    ) as change:
        state = PostState(change.row.state)
        if state is not PostState.DELIVERED:
            raise NotPossible(
                f"{quoted(change.post)} is {state.label} and does not wait for review."
            )
        yield change


def _decide(
    change: PostChange, *, outcome: ReviewOutcome, code: str = "", sentence: str = ""
) -> None:
    record = change.post
    waiting = record.attempts[-1] if record.attempts else None
    if waiting is None or waiting.outcome != ReviewOutcome.WAITING:
        # Delivered by an import, which knows no attempts: this is the first one.
        assert record.row.delivered_on is not None
        waiting = ReviewAttempt(
            post_id=record.post_id,
            submitted_on=record.row.delivered_on,
            entered_at=change.now,
        )
        record.attempts.append(waiting)
    waiting.outcome = outcome
    waiting.reason_code = code
    waiting.sentence = sentence
    waiting.decided_on = change.trial.today
    waiting.reviewer_id = change.actor.person_id
    PostContent.of_post(record.row).freeze_into(waiting)


def _queue_item(record: PostRecord, department: str, post: PostView) -> QueueItem:
    assert record.row.delivered_on is not None
    last = record.attempts[-2] if len(record.attempts) > 1 else None
    return QueueItem(
        post=post,
        department=department,
        submitted_on=(
            record.attempts[-1].submitted_on if record.attempts else record.row.delivered_on
        ),
        waiting_days=post.waiting_days or 0,
        attempt=max(1, post.attempt),
        approved_as=next(
            (
                PostContent.of_attempt(attempt)
                for attempt in reversed(record.attempts)
                if attempt.outcome == ReviewOutcome.APPROVED
            ),
            None,
        ),
        last_reason="" if last is None else reason_label(last.reason_code),
        last_sentence="" if last is None else last.sentence,
    )
