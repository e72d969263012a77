"""How an entry stood before a change, as JSON, and the way back to it."""

from typing import Any, TypeVar

from trial.store.posts import PostRecord
from trial.store.tables import AccountOutcome, CheckIn, Post, ReviewAttempt, SlotMove
from trial.store.unit_of_work import UnitOfWork

# A version only ever grows: whoever saw the undone state must not take the old one for it.
_NEVER_RESTORED = frozenset({"id", "version"})

Snapshot = dict[str, Any]
_Child = TypeVar("_Child", SlotMove, ReviewAttempt)


def snapshot(record: PostRecord) -> Snapshot:
    """Return a post with its moves and review attempts, as JSON values."""
    return {
        "row": record.row.model_dump(mode="json"),
        "moves": [move.model_dump(mode="json") for move in record.moves],
        "attempts": [attempt.model_dump(mode="json") for attempt in record.attempts],
    }


def restore(work: UnitOfWork, record: PostRecord, before: Snapshot) -> None:
    """Make a post and its history what they were; what has been added since is removed."""
    _restore_row(record.row, before["row"])
    _restore_children(work, record.moves, before["moves"])
    _restore_children(work, record.attempts, before["attempts"])
    work.add(record.row)


def snapshot_row(row: CheckIn | AccountOutcome) -> Snapshot:
    """Return a row that stands for itself as JSON values."""
    return row.model_dump(mode="json")


def restore_row(work: UnitOfWork, row: CheckIn | AccountOutcome, before: Snapshot) -> None:
    """Make such a row what it was."""
    _restore_row(row, before)
    work.add(row)


def add_again(work: UnitOfWork, before: Snapshot) -> None:
    """Add an outcome that was removed, as a new row: its old number and versions stay gone."""
    past = {name: value for name, value in before.items() if name not in _NEVER_RESTORED}
    work.add(AccountOutcome.model_validate(past))


def _restore_row(
    row: Post | SlotMove | ReviewAttempt | CheckIn | AccountOutcome, before: Snapshot
) -> None:
    past = type(row).model_validate(before)
    for name in type(row).model_fields:
        if name not in _NEVER_RESTORED:
            setattr(row, name, getattr(past, name))


def _restore_children(work: UnitOfWork, present: list[_Child], before: list[Snapshot]) -> None:
    past_by_id = {past["id"]: past for past in before}
    for child in tuple(present):
        past = past_by_id.get(child.id)
        if past is None:
            work.session.delete(child)
            present.remove(child)
        else:
            _restore_row(child, past)
            work.session.add(child)
