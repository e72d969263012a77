"""A connection to PostgreSQL that does not wait for ever for a server that has gone silent.

The server cuts what takes too long by itself. It cannot when it is frozen, or when what lies
between is: the connection then stands, and no answer ever comes.
"""

import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg
from psycopg.waiting import Ready

SILENT_SECONDS = 20.0
"""More than any statement may take on the server."""

T = TypeVar("T")


class AnsweringConnection(psycopg.Connection[Any]):
    """Closes and raises an operational error when an answer takes longer than any may.

    Attributes
    ----------
    silent_seconds : float
        How long to wait for one at most.
    """

    silent_seconds: float = SILENT_SECONDS

    def wait(self, gen: Generator[Any, Any, T], *args: Any, **kwargs: Any) -> T:
        """Wait for what `gen` asks the server, within bounds."""
        return super().wait(self._bounded(gen), *args, **kwargs)

    def _bounded(self, asked: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
        # The driver looks up from waiting several times a second, with nothing ready.
        until = time.monotonic() + self.silent_seconds
        try:
            state = next(asked)
            while True:
                ready = yield state
                if ready == Ready.NONE and time.monotonic() > until:
                    # Whatever comes later would be taken for the answer to something else.
                    self.close()
                    raise psycopg.OperationalError("the server has gone silent")
                state = asked.send(ready)
        except StopIteration as end:
            answer: T = end.value
            return answer
