"""One write: who makes it, in which transaction, inside which trial, and the event it leaves.

Every service that changes something works in here. What it must not forget – to ask whether the
actor may, to leave exactly one audit event, to commit at the end – is done or demanded here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TypeVar

from trial.domain.roles import Permission
from trial.services.access import Actor, OpenTrial, open_trial, require
from trial.services.backend import Backend
from trial.store.tables import Table, Trial
from trial.store.unit_of_work import UnitOfWork, id_of

_Answer = TypeVar("_Answer")


class Change:
    """A write in the making; see :func:`open_change`.

    Attributes
    ----------
    work : UnitOfWork
        For the query functions of the store.
    actor : Actor
        Whom the audit event names. May be set before :meth:`record` by those who find out only
        on the way who it is.
    """

    def __init__(self, work: UnitOfWork, actor: Actor, backend: Backend) -> None:
        self.work = work
        self.actor = actor
        self._backend = backend
        self._trial: OpenTrial | None = None
        self._recorded = False
        self._unchanged = False

    @property
    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return self._backend.now()

    @property
    def trial(self) -> OpenTrial:
        """The trial this happens in, once it is entered."""
        assert self._trial is not None
        return self._trial

    @property
    def today(self) -> date:
        """The present day of the trial, once it is entered."""
        return self.trial.today

    def enter(
        self, trial_id: int | None, *permissions: Permission, in_log: bool = False
    ) -> OpenTrial:
        """Enter a trial and hold it until the end, if the actor may do one of `permissions`.

        Parameters
        ----------
        trial_id : int or None
            None where what is to be changed belongs to no trial, because it is not there.
        in_log : bool
            Whether it changes the log of the trial; refused where that is closed.

        Raises
        ------
        NotSignedIn, NotAllowed, NotFound, NotPossible
            See :func:`trial.services.access.open_trial`.
        """
        trial = open_trial(self.work, self.actor, self._backend, trial_id, *permissions, hold=True)
        if in_log:
            trial.refuse_unless_open()
        self._trial = trial
        return trial

    def record(
        self,
        action: str,
        subject: Table | tuple[str, int | None],
        /,
        *,
        undo_to: dict[str, object] | None = None,
        **details: object,
    ) -> int:
        """Leave the audit event of this write, and return its id, by which it can be undone.

        Parameters
        ----------
        action : str
            What was done, as ``resource.verb``: ``"post.delivered"``.
        subject : Table or tuple
            The row it was done to, which has its id by now; or table name and id of one.
        undo_to : dict, optional
            What undoing needs, as JSON values.
        **details
            What is worth reading later, as JSON values.

        Raises
        ------
        RuntimeError
            The second time: one call leaves one event.
        """
        if self._recorded:
            raise RuntimeError(f"{action}: this change has left its event already")
        self._recorded = True
        name, subject_id = subject if isinstance(subject, tuple) else _name_and_id(subject)
        event = self.work.record(
            at=self.now,
            actor_id=self.actor.person_id,
            action=action,
            subject=name,
            subject_id=subject_id,
            trial_id=self._trial_id(subject),
            details=details,
            before=undo_to,
        )
        return id_of(event)

    def unchanged(self, answer: _Answer) -> _Answer:
        """Return `answer`, and leave neither an event nor a change: there was nothing to do."""
        self._unchanged = True
        return answer

    def finish(self) -> None:
        """Commit.

        Raises
        ------
        RuntimeError
            When nothing was recorded, and nobody has said that nothing was changed.
        StaleEdit
            When somebody else has changed one of the rows since it was read.
        """
        if self._recorded == self._unchanged:
            raise RuntimeError("a change leaves one audit event, or says that nothing changed")
        if self._recorded:
            self.work.commit()

    def _trial_id(self, subject: Table | tuple[str, int | None]) -> int | None:
        if self._trial is not None:
            return self._trial.trial_id
        return subject.id if isinstance(subject, Trial) else None


@contextmanager
def open_change(
    actor: Actor, backend: Backend, *permissions: Permission, what: str = "this"
) -> Iterator[Change]:
    """Open a write that is committed at the end of the block, and left out by any error in it.

    Parameters
    ----------
    permissions : Permission
        One of them must be held. Without any, the caller decides by what it finds whether the
        actor may, most often with :meth:`Change.enter`.
    what : str
        How a refusal names the thing.

    Raises
    ------
    NotSignedIn, PasswordToBeChanged, NotAllowed
        See :func:`trial.services.access.require`.
    """
    with backend.writing() as work:
        if permissions:
            require(work, actor, *permissions, what=what)
        change = Change(work, actor, backend)
        yield change
        change.finish()


@contextmanager
def open_trial_change(
    actor: Actor, backend: Backend, trial_id: int, *permissions: Permission, in_log: bool = False
) -> Iterator[Change]:
    """Open a write inside a trial; see :func:`open_change` and :meth:`Change.enter`."""
    with open_change(actor, backend) as change:
        change.enter(trial_id, *permissions, in_log=in_log)
        yield change


def _name_and_id(row: Table) -> tuple[str, int | None]:
    return str(row.__tablename__), getattr(row, "id", None)
