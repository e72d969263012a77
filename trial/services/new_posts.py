"""Making posts, and making them once: a wish that comes twice finds what it has made."""

from __future__ import annotations

from collections.abc import Sequence

from trial.domain.fields import clean_line
from trial.domain.post_content import PostContent
from trial.services import post_changes
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.post_changes import view_for
from trial.services.post_views import LoggedPosts
from trial.services.trial_access import OpenTrial
from trial.store import posts, undo
from trial.store.posts import PostRecord
from trial.store.tables import Post
from trial.store.unit_of_work import UnitOfWork

REQUEST_KEY_LIMIT = 100


def new_record(trial: OpenTrial, content: PostContent, request_key: str | None) -> PostRecord:
    """Return a post of the trial that is not written yet."""
    row = Post(trial_id=trial.trial_id, title=content.title, request_key=request_key)
    content.put_into(row)
    return PostRecord(row)


def keep_new(
    work: UnitOfWork,
    actor: Actor,
    backend: Backend,
    trial: OpenTrial,
    records: list[PostRecord],
    *,
    action: str,
) -> LoggedPosts:
    """Derive, write, record and commit posts that one call has made."""
    for record in records:
        post_changes.refresh(trial, record)
        posts.keep(work, record)
    event = work.record(
        at=backend.now(),
        actor_id=actor.person_id,
        action=action,
        subject="post",
        subject_id=records[0].post_id,
        trial_id=trial.trial_id,
        details={"title": records[0].row.title, "posts": len(records)},
        before=post_changes.undo_snapshot(records, before=[]),
    )
    assert event.id is not None
    made = LoggedPosts(tuple(view_for(trial, record) for record in records), event.id)
    work.commit()
    return made


def request_keys(
    trial: OpenTrial, actor: Actor, request_key: str | None, number: int
) -> list[str | None]:
    """Return the keys under which `number` posts of one wish are kept; None without a wish."""
    if request_key is None:
        return [None] * number
    key = clean_line("Request key", request_key, limit=REQUEST_KEY_LIMIT)
    return [f"{trial.trial_id}/{actor.person_id}/{key}/{index}" for index in range(number)]


def made_before(
    work: UnitOfWork, trial: OpenTrial, keys: Sequence[str | None]
) -> LoggedPosts | None:
    """Return what an earlier call with these keys has made, or None if there was none."""
    made = posts.with_request_keys(work, [key for key in keys if key is not None])
    if not made:
        return None
    event_id = undo.making_of(work, made[0].post_id)
    assert event_id is not None
    return LoggedPosts(tuple(view_for(trial, record) for record in made), event_id)
