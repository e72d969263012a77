"""Backups of everything, and the way back: for the operator at the machine alone.

A backup holds what the database holds, hashes of passwords included; no page offers one.
"""

from dataclasses import dataclass
from pathlib import Path

from trial.domain.errors import NotAllowed
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.store import backups, people
from trial.store.backup_contents import BackupContents
from trial.store.unit_of_work import unit_of_work


@dataclass(frozen=True, slots=True)
class BackupView:
    """What a backup holds.

    Parameters
    ----------
    counts : str
        As a sentence says it: ``2 people, 1 trial and 7 posts``.
    size : int
        Of the file, in bytes.
    database : str
        Which database it is from: ``SQLite`` or ``PostgreSQL``.
    revision : str
        Of its tables.
    """

    counts: str
    size: int
    database: str
    revision: str


@dataclass(frozen=True, slots=True)
class RestoreView:
    """What a restore came to.

    Parameters
    ----------
    former : Path or None
        Where the database that was replaced is kept; None where there was none.
    sign_ins_ended : int
        How many sign-ins the backup held.
    notes : tuple of str
        Sentences on what was written elsewhere because the present tables have no place for it.
    """

    backup: BackupView
    former: Path | None
    sign_ins_ended: int
    notes: tuple[str, ...]


def back_up(actor: Actor, backend: Backend, *, file: Path, overwrite: bool = False) -> BackupView:
    """Write the whole database into `file`, while people go on working.

    Nothing in the database changes, so there is no audit event; tables of an older version are
    taken as they are.

    Parameters
    ----------
    overwrite : bool
        Whether a file of that name may be replaced.

    Raises
    ------
    NotAllowed
        When the actor is not the operator.
    TrialError
        When nothing was written; see :func:`trial.store.backups.write`.
    """
    _require_operator(actor)
    return _view(backups.write(backend.database, file, overwrite=overwrite))


def inspect(actor: Actor, backend: Backend, *, file: Path) -> BackupView:
    """Return what a backup holds, once it is certain that it can be restored here.

    Raises
    ------
    NotAllowed
        When the actor is not the operator.
    TrialError
        When it cannot be restored; see :func:`trial.store.backups.contents`.
    """
    _require_operator(actor)
    return _view(backups.contents(backend.database, file))


def restore(actor: Actor, backend: Backend, *, file: Path) -> RestoreView:
    """Put what a backup holds in the place of the present database, which is kept.

    Tables of an older version are brought up to date. Every sign-in ends, because a browser that
    has signed out since would be in again, and so would one whose account was closed.

    Raises
    ------
    NotAllowed
        When the actor is not the operator.
    TrialError
        When nothing was changed; see :func:`trial.store.backups.replacing`.
    """
    _require_operator(actor)
    at = backend.now()
    with backups.replacing(
        backend.database, file, at=at, export_folder=backend.export_folder
    ) as replacement:
        backup = _view(replacement.contents)
        with unit_of_work(replacement.database, write=True) as work:
            ended = people.end_all_sign_ins(work)
            work.record(
                at=at,
                actor_id=actor.person_id,
                action="backup.restored",
                subject="organisation",
                details={"file": file.name, "revision": backup.revision, "sign_ins_ended": ended},
            )
            work.commit()
    return RestoreView(backup, replacement.former, ended, replacement.notes)


def _require_operator(actor: Actor) -> None:
    if not actor.is_operator:
        raise NotAllowed("backups")


def _view(contents: BackupContents) -> BackupView:
    return BackupView(
        contents.counts, contents.size, contents.kind.label, revision=contents.revision
    )
