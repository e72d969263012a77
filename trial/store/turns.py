"""Turns for what only one at a time can do, in the order in which they were asked for.

SQLite lets one transaction write at a time, and the others ask again and again until one of them
happens to ask at the right moment: under load the unlucky wait for many times as long as the
others, or in vain.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock

from trial.domain.errors import DatabaseBusy


class Turns:
    """One turn at a time for the threads of this process: first come, first served."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_taken = False
        self._waiting: deque[Event] = deque()

    @contextmanager
    def turn(self, *, within: float) -> Iterator[None]:
        """Have the turn for as long as the block lasts.

        Parameters
        ----------
        within : float
            Seconds to wait for it at most. A thread that asks again during its own turn waits in
            vain.

        Raises
        ------
        DatabaseBusy
            When the turn did not come in time.
        """
        self._take(within)
        try:
            yield
        finally:
            self._pass_on()

    def _take(self, seconds: float) -> None:
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return
            mine = Event()
            self._waiting.append(mine)
        try:
            mine.wait(seconds)
        except BaseException:
            # A turn that nobody takes would end all of them.
            if self._came(mine):
                self._pass_on()
            raise
        if not self._came(mine):
            raise DatabaseBusy

    def _came(self, mine: Event) -> bool:
        """Return whether the turn came, also at the very last moment; else give up the place."""
        with self._lock:
            if not mine.is_set():
                self._waiting.remove(mine)
            return mine.is_set()

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_taken = False
