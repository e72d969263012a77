"""Making posts, and making them once: a wish that comes twice finds what it has made."""

from __future__ import annotations

from collections.abc import Sequence

from trial.domain.fields import clean_line
from trial.domain.post_content import PostContent
from trial.services import post_changes
from trial.services.change import Change
from trial.services.post_views import LoggedPosts
from trial.services.trial_access import OpenTrial
from trial.store import posts, undo
from trial.store.posts import PostRecord
from trial.store.tables import Post

REQUEST_KEY_LIMIT = 100


def new_record(trial: OpenTrial, content: PostContent, request_key: str | None) -> PostRecord:
    """Return a post of the trial that is not written yet."""
    row = Post(trial_id=trial.trial_id, title=content.title, request_key=request_key)
    content.put_into(row)
    return PostRecord(row)


def keep_new(change: Change, records: list[PostRecord], *, action: str) -> LoggedPosts:
    """Derive, write and record posts that one call has made."""
    for record in records:
        post_changes.keep(change, record)
    first = records[0].row
    event_id = change.record(
        action,
        first,
        undo_to=post_changes.undo_snapshot(records, before=[]),
        title=first.title,
        posts=len(records),
    )
    return LoggedPosts(tuple(post_changes.views_of(change.trial, records)), event_id)


def request_keys(change: Change, request_key: str | None, number: int) -> list[str | None]:
    """Return the keys under which `number` posts of one wish are kept; None without a wish."""
    if request_key is None:
        return [None] * number
    key = clean_line("Request key", request_key, limit=REQUEST_KEY_LIMIT)
    wish = f"{change.trial.trial_id}/{change.actor.person_id}/{key}"
    return [f"{wish}/{index}" for index in range(number)]


def made_before(change: Change, keys: Sequence[str | None]) -> LoggedPosts | None:
    """Return what an earlier call with these keys has made, or None if there was none."""
    made = posts.with_request_keys(change.work, [key for key in keys if key is not None])
    if not made:
        return None
    event_id = undo.making_of(change.work, made[0].post_id)
    assert event_id is not None
    views = tuple(post_changes.views_of(change.trial, made))
    return change.unchanged(LoggedPosts(views, event_id))
