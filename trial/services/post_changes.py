"""What every change of a post has in common: opening it, keeping it, and the way back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from trial.domain.errors import InvalidInput, StaleEdit
from trial.domain.roles import Permission
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.post_views import LoggedPost, PostView, view_of
from trial.services.trial_access import WRITE, OpenTrial, open_trial
from trial.store import post_facts, posts, snapshots, undo
from trial.store.posts import PostRecord
from trial.store.snapshots import Snapshot
from trial.store.tables import AuditEvent, Post
from trial.store.unit_of_work import UnitOfWork

UNDO_FOR = timedelta(seconds=60)
"""How long a change can be taken back, both ends included."""


@dataclass(frozen=True, slots=True)
class PostChange:
    """A change of one post in the making: by whom, in which trial, and the way to keep it.

    Parameters
    ----------
    record : PostRecord
        To be changed in place.
    before : Snapshot
        The state to come back to, taken before anything was changed.
    """

    work: UnitOfWork
    actor: Actor
    backend: Backend
    trial: OpenTrial
    record: PostRecord
    before: Snapshot

    @property
    def row(self) -> Post:
        """The post's own row."""
        return self.record.row

    def keep(self, action: str, details: dict[str, object] | None = None) -> LoggedPost:
        """Derive, write, record and commit the changed post."""
        refresh(self.trial, self.record)
        posts.keep(self.work, self.record)
        event = self.work.record(
            at=self.backend.now(),
            actor_id=self.actor.person_id,
            action=action,
            subject="post",
            subject_id=self.record.post_id,
            trial_id=self.trial.trial_id,
            details={"title": self.row.title, **(details or {})},
            before=undo_snapshot([self.record], before=[self.before]),
        )
        view = view_for(self.trial, self.record)
        assert event.id is not None
        self.work.commit()
        return LoggedPost(view, event.id)


def open_post(
    work: UnitOfWork,
    actor: Actor,
    backend: Backend,
    *permissions: Permission,
    post_id: int,
    version: int,
) -> PostChange:
    """Return a post, its trial held, to be changed.

    Parameters
    ----------
    version : int
        Of the post as the person saw it.

    Raises
    ------
    StaleEdit
        When the post has changed since; names it by its title.
    """
    change = find_post(work, actor, backend, *permissions, post_id=post_id)
    refuse_stale(change.record, version)
    return change


def find_post(
    work: UnitOfWork, actor: Actor, backend: Backend, *permissions: Permission, post_id: int
) -> PostChange:
    """Return a post, its trial held, to be changed whatever version the person saw."""
    trial = open_trial(
        work, actor, backend, posts.trial_of(work, post_id), *permissions, writes=True
    )
    record = posts.get(work, post_id)
    # The trial is held, so the post it was found by cannot have gone in between.
    assert record is not None
    return PostChange(work, actor, backend, trial, record, snapshots.snapshot(record))


def refuse_stale(record: PostRecord, version: int) -> None:
    """Refuse a change of a post that was seen in another version."""
    if record.row.version != version:
        raise StaleEdit(quoted(record))


def made_by_this_tap(
    change: PostChange,
    *,
    version: int,
    actions: Collection[str],
    details: Mapping[str, object],
) -> int | None:
    """Return the event of the same change, if the same person has just made it from `version`.

    A second tap on the same button arrives with the version the first one has used up. It asks
    for what is done already, so it is no stale edit.
    """
    if change.row.version != version + 1:
        return None
    last = made_just_now(change, actions=actions)
    if last is None or any(last.details.get(name) != value for name, value in details.items()):
        return None
    return last.id


def made_just_now(change: PostChange, *, actions: Collection[str]) -> AuditEvent | None:
    """Return the last change of the post, if the same person can still take it back."""
    last = undo.latest_of_post(change.work, change.record.post_id)
    if (
        last is None
        or last.actor_id != change.actor.person_id
        or last.action not in actions
        or last.undone_at is not None
        or change.backend.now() - last.at > UNDO_FOR
    ):
        return None
    return last


def undo_snapshot(records: list[PostRecord], *, before: list[Snapshot]) -> dict[str, object]:
    """Return what undoing needs: the state before, and the versions the change has left.

    `before` is empty where the posts were made by the change.
    """
    return {
        "posts": before,
        "versions": {str(record.post_id): record.row.version for record in records},
    }


def refresh(trial: OpenTrial, record: PostRecord) -> None:
    """Derive a post's columns anew."""
    post_facts.refresh(record, window=trial.window, policy=trial.policy, time_zone=trial.time_zone)


def view_for(trial: OpenTrial, record: PostRecord) -> PostView:
    """Return the post as the actor sees it now."""
    return views_of(trial, [record])[0]


def views_of(trial: OpenTrial, records: Iterable[PostRecord]) -> list[PostView]:
    """Return the posts as the actor sees them now."""
    can_write = trial.takes_entries and trial.may(*WRITE)
    return [
        view_of(record, today=trial.today, time_zone=trial.time_zone, can_write=can_write)
        for record in records
    ]


def quoted(record: PostRecord) -> str:
    """Return the post's title as it stands in a sentence."""
    return f"“{record.row.title}”"


def day(field: str, value: object) -> date:
    """Return `value` if it is a date, and not a moment.

    Raises
    ------
    InvalidInput
    """
    if type(value) is not date:
        raise InvalidInput(field, value, "a day such as 2026-02-13")
    return value
