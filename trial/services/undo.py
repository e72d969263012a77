"""Taking the last step back: one's own, for a minute, as long as nobody has gone on from it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from trial.domain.errors import NotAllowed, NotFound, NotPossible
from trial.domain.posts import UNDO_FOR
from trial.domain.roles import Permission
from trial.services import outcomes, post_changes
from trial.services.access import WRITE, Actor, OpenTrial, rights_of
from trial.services.backend import Backend
from trial.services.change import Change, open_change
from trial.services.check_in import CHECK_IN, CheckInView, view_of_check_in
from trial.services.post_views import PostView
from trial.store import outcomes as outcome_store
from trial.store import posts, snapshots
from trial.store.tables import AccountOutcome, AuditEvent, CheckIn
from trial.store.unit_of_work import UnitOfWork

_POST_WRITTEN = ("planned", "added", "moved", "dropped", "edited", "delivered", "redelivered")
_POST_REVIEWED = ("approved", "returned", "rejected", "shared")
_OUTCOME_NOTED = ("noted", "corrected", "removed")
_NEEDED: dict[str, tuple[Permission, ...]] = {
    **{f"post.{verb}": WRITE for verb in _POST_WRITTEN},
    **{f"post.{verb}": (Permission.ALL_POST_REVIEW,) for verb in _POST_REVIEWED},
    **{f"check_in.{verb}": CHECK_IN for verb in ("sent", "corrected")},
    **{f"{outcomes.SUBJECT}.{verb}": (Permission.ALL_OUTCOME_WRITE,) for verb in _OUTCOME_NOTED},
}
"""What can be taken back, and what one must be allowed to do for it."""


@dataclass(frozen=True, slots=True)
class UndoneView:
    """What stands after a step back.

    Parameters
    ----------
    action : str
        What was undone, for example ``"post.delivered"``.
    trial_id : int
    posts : tuple of PostView
        The posts as they are again; empty where the step had made them.
    check_in : CheckInView or None
        The check-in as it is again; None where the step had made it, or was about posts.
    removed : int
        How many posts, check-ins or outcomes the step had made, which are gone again.
    """

    action: str
    trial_id: int
    posts: tuple[PostView, ...] = ()
    check_in: CheckInView | None = None
    removed: int = 0


def undo(actor: Actor, backend: Backend, *, event_id: int) -> UndoneView:
    """Take back one's own change of the last 60 seconds and restore everything it touched.

    Raises
    ------
    NotAllowed
        When the change is somebody else's, or not there.
    NotPossible
        When it is older than a minute, undone already, of a kind that is not undone here, or
        when what it changed has changed again since.
    """
    with open_change(actor, backend) as change:
        work = change.work
        _enter(change, work.get(AuditEvent, event_id))
        # Read again, now that the trial is held: of two clicks, the second must see the first.
        event = work.get(AuditEvent, event_id)
        assert event is not None
        _refuse_late(event, change.now)
        undone = _undone(change, event)
        event.undone_at = change.now
        change.record(
            f"{event.action}.undone",
            (event.subject, event.subject_id),
            undo_to=None,
            event=event_id,
            **event.details,
        )
        return undone


def _enter(change: Change, event: AuditEvent | None) -> None:
    rights = rights_of(change.work, change.actor)
    if event is None:
        raise NotFound("That step") if Permission.ALL_AUDIT_READ in rights.held else NotAllowed
    if event.actor_id != change.actor.person_id:
        raise NotAllowed
    needed = _NEEDED.get(event.action)
    if needed is None or event.before is None:
        raise NotPossible("This step cannot be taken back here.")
    # What becomes of an account is noted long after the log of its trial is closed.
    change.enter(event.trial_id, *needed, in_log=event.subject != outcomes.SUBJECT)


def _refuse_late(event: AuditEvent, now: datetime) -> None:
    if event.undone_at is not None:
        raise NotPossible("This step was taken back already.")
    if now - event.at > UNDO_FOR:
        raise NotPossible(
            "A step can be taken back for a minute, and that minute is over. "
            "You can still change the entry itself."
        )


def _undone(change: Change, event: AuditEvent) -> UndoneView:
    undo_one = _UNDO.get(event.subject, _undo_posts)
    return undo_one(change.work, event, change.trial, event.before or {})


def _undo_posts(
    work: UnitOfWork, event: AuditEvent, trial: OpenTrial, before: dict[str, Any]
) -> UndoneView:
    past = {entry["row"]["id"]: entry for entry in before["posts"]}
    restored, removed = [], 0
    for post_id, version in before["versions"].items():
        record = posts.get(work, int(post_id))
        if record is None or record.row.version != version:
            raise _changed_since(event)
        if record.post_id in past:
            snapshots.restore(work, record, past[record.post_id])
            restored.append(post_changes.view_for(trial, record))
        else:
            posts.remove(work, record)
            removed += 1
    return UndoneView(event.action, trial.trial_id, posts=tuple(restored), removed=removed)


def _undo_check_in(
    work: UnitOfWork, event: AuditEvent, trial: OpenTrial, before: dict[str, Any]
) -> UndoneView:
    assert event.subject_id is not None
    row = work.get(CheckIn, event.subject_id)
    if row is None or row.version != before["version"]:
        raise _changed_since(event)
    if before["check_in"] is None:
        work.remove(row)
        return UndoneView(event.action, trial.trial_id, removed=1)
    snapshots.restore_row(work, row, before["check_in"])
    return UndoneView(event.action, trial.trial_id, check_in=view_of_check_in(row, trial))


def _undo_outcome(
    work: UnitOfWork, event: AuditEvent, trial: OpenTrial, before: dict[str, Any]
) -> UndoneView:
    assert event.subject_id is not None
    row = work.get(AccountOutcome, event.subject_id)
    if (None if row is None else row.version) != before["version"]:
        raise _changed_since(event)
    past = before["outcome"]
    if row is None:
        if outcome_store.outcome_days(work, trial.trial_id, date.fromisoformat(past["checked_on"])):
            raise _changed_since(event)
        snapshots.add_again(work, past)
    elif past is None:
        work.remove(row)
        return UndoneView(event.action, trial.trial_id, removed=1)
    else:
        snapshots.restore_row(work, row, past)
    return UndoneView(event.action, trial.trial_id)


_UNDO = {"check_in": _undo_check_in, outcomes.SUBJECT: _undo_outcome}


def _changed_since(event: AuditEvent) -> NotPossible:
    title = event.details.get("title")
    what = f"“{title}”" if title else "The entry"
    return NotPossible(f"{what} has changed since, so that step stays. Nothing was changed.")
