"""What every change of a post has in common: opening it, keeping it, and the way back."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from trial.domain.errors import StaleEdit
from trial.domain.fields import clean_line
from trial.domain.post_content import PostContent
from trial.domain.posts import UNDO_FOR
from trial.domain.roles import Permission
from trial.services.access import WRITE, Actor, OpenTrial
from trial.services.backend import Backend
from trial.services.change import Change, open_change
from trial.services.post_views import LoggedPost, LoggedPosts, PostView, view_of
from trial.store import audit, post_facts, posts, snapshots
from trial.store.posts import PostRecord
from trial.store.snapshots import Snapshot
from trial.store.tables import AuditEvent, Post

REQUEST_KEY_LIMIT = 100


@dataclass(slots=True)
class PostChange:
    """A change of one post in the making, its trial held.

    Parameters
    ----------
    change : Change
    post : PostRecord
        To be changed in place.
    before : Snapshot
        The state to come back to, taken before anything was changed.
    """

    change: Change
    post: PostRecord
    before: Snapshot

    @property
    def trial(self) -> OpenTrial:
        """The post's trial."""
        return self.change.trial

    @property
    def actor(self) -> Actor:
        """Who changes it."""
        return self.change.actor

    @property
    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return self.change.now

    @property
    def row(self) -> Post:
        """The post's own row."""
        return self.post.row

    def keep(self, action: str, **details: object) -> LoggedPost:
        """Derive, write and record the changed post."""
        keep(self.change, self.post)
        undo_to = undo_snapshot([self.post], before=[self.before])
        event_id = self.change.record(
            action, self.row, undo_to=undo_to, title=self.row.title, **details
        )
        return LoggedPost(view_for(self.trial, self.post), event_id)

    def unchanged(self, event_id: int) -> LoggedPost:
        """Return the post as it stands, with the event of an earlier call that made it so."""
        return self.change.unchanged(LoggedPost(view_for(self.trial, self.post), event_id))


@contextmanager
def open_post(
    actor: Actor, backend: Backend, *permissions: Permission, post_id: int, version: int
) -> Iterator[PostChange]:
    """Open a change of a post; see :func:`trial.services.change.open_change`.

    Parameters
    ----------
    version : int
        Of the post as the person saw it.

    Raises
    ------
    StaleEdit
        When the post has changed since; names it by its title.
    """
    with find_post(actor, backend, *permissions, post_id=post_id) as change:
        refuse_stale(change.post, version)
        yield change


@contextmanager
def find_post(
    actor: Actor, backend: Backend, *permissions: Permission, post_id: int
) -> Iterator[PostChange]:
    """Open a change of a post, whatever version the person saw."""
    with open_change(actor, backend) as change:
        change.enter(posts.trial_of(change.work, post_id), *permissions, in_log=True)
        record = posts.get(change.work, post_id)
        # The trial is held, so the post it was found by cannot have gone in between.
        assert record is not None
        yield PostChange(change, record, snapshots.snapshot(record))


def refuse_stale(record: PostRecord, version: int) -> None:
    """Refuse a change of a post that was seen in another version."""
    if record.row.version != version:
        raise StaleEdit(quoted(record))


def made_by_this_tap(
    change: PostChange, *, version: int, actions: Collection[str], **details: object
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
    last = audit.latest_of_post(change.change.work, change.post.post_id)
    if (
        last is None
        or last.actor_id != change.actor.person_id
        or last.action not in actions
        or last.undone_at is not None
        or change.now - last.at > UNDO_FOR
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


def keep(change: Change, record: PostRecord) -> None:
    """Derive a post's columns anew, and write it."""
    trial = change.trial
    post_facts.refresh(record, window=trial.window, policy=trial.policy, time_zone=trial.time_zone)
    posts.keep(change.work, record)


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


# ------------------------------------------------------------------------------- new posts
def new_record(trial: OpenTrial, content: PostContent, request_key: str | None) -> PostRecord:
    """Return a post of the trial that is not written yet."""
    row = Post(trial_id=trial.trial_id, title=content.title, request_key=request_key)
    content.put_into(row)
    return PostRecord(row)


def keep_new(change: Change, records: list[PostRecord], *, action: str) -> LoggedPosts:
    """Derive, write and record posts that one call has made."""
    for record in records:
        keep(change, record)
    first = records[0].row
    event_id = change.record(
        action,
        first,
        undo_to=undo_snapshot(records, before=[]),
        title=first.title,
        posts=len(records),
    )
    return LoggedPosts(tuple(views_of(change.trial, records)), event_id)


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
    event_id = audit.making_of(change.work, made[0].post_id)
    assert event_id is not None
    views = tuple(views_of(change.trial, made))
    return change.unchanged(LoggedPosts(views, event_id))
