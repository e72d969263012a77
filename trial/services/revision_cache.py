"""What was computed from trials, for as long as what it was computed from is the same.

A scorecard, a forecast or a week is a matter of a trial's revision, the day and perhaps a document.
To compute it anew on every click would take seconds, and to forget it by the clock would show what
is no longer so. There is one such cache in a process, it belongs to the backend, and every tab
reads it.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

_Subject = TypeVar("_Subject", bound=Hashable)
_Value = TypeVar("_Value")

MIN_SUBJECTS = 512
"""Subjects of a kind that have room however few are asked for together."""


@dataclass(slots=True)
class _Kind:
    """The values of one kind with their revisions, those used longest ago first."""

    room: int
    basis: object = None
    entries: OrderedDict[Hashable, tuple[object, Any]] = field(default_factory=OrderedDict)


class RevisionCache:
    """Values by kind and subject, each valid while its revision and the kind's basis are the same.

    A subject, most often a trial, has one value of a kind: a newer one replaces it. There is room
    for as many subjects as were ever asked for together, so that a board of all running trials
    never pushes out its own rows; what is no longer running makes room for what is. All values of
    a kind share a basis, such as the day: on another one, they are all forgotten.

    Any number of threads may share it. The lock is never held while a value is made; two who make
    the same value make an equal one, and a value made too late is never taken for a present one.
    """

    def __init__(self, room: int = MIN_SUBJECTS) -> None:
        self._kinds: defaultdict[str, _Kind] = defaultdict(lambda: _Kind(room))
        self._lock = Lock()

    def value(
        self,
        kind: str,
        subject: Hashable,
        make: Callable[[], _Value],
        *,
        revision: object,
        basis: object,
    ) -> _Value:
        """Return the value of one subject; see :meth:`values`."""
        made = self.values(kind, {subject: revision}, lambda _: {subject: make()}, basis=basis)
        return made[subject]

    def values(
        self,
        kind: str,
        revisions: Mapping[_Subject, object],
        make: Callable[[list[_Subject]], Mapping[_Subject, _Value]],
        *,
        basis: object,
    ) -> dict[_Subject, _Value]:
        """Return the values of several subjects, in their order.

        Parameters
        ----------
        kind : str
            Says what is computed; subjects of two kinds have nothing to do with each other.
        revisions : mapping
            By subject, what names the state it is in; anything that can be compared.
        make : callable
            Is given the subjects whose values are missing, all at once, and returns those values;
            a subject it leaves out is left out of the answer. Not called where none is missing.
        basis : object
            What the values of all subjects are computed from besides; likewise.
        """
        valid: dict[_Subject, _Value] = {}
        with self._lock:
            remembered = self._kinds[kind]
            if remembered.basis != basis:
                remembered.basis = basis
                remembered.entries.clear()
            remembered.room = max(remembered.room, len(revisions))
            entries = remembered.entries
            for subject, revision in revisions.items():
                entry = entries.get(subject)
                if entry is not None and entry[0] == revision:
                    entries.move_to_end(subject)
                    valid[subject] = entry[1]
        if len(valid) == len(revisions):
            return valid
        made = make([subject for subject in revisions if subject not in valid])
        with self._lock:
            if remembered.basis == basis:
                for subject, value in made.items():
                    entries[subject] = revisions[subject], value
                    entries.move_to_end(subject)
                while len(entries) > remembered.room:
                    entries.popitem(last=False)
        both = valid | dict(made)
        return {subject: both[subject] for subject in revisions if subject in both}
