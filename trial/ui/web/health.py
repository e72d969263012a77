"""What is told about the server itself: whether it can work, and to nobody how it fares."""

import asyncio
import time

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from trial.domain.errors import TrialError
from trial.services import organisation
from trial.ui import process
from trial.ui.web.door import refuse

_HEALTH = "/_stcore/health"
_METRICS = "/_stcore/metrics"
_AGAIN_SECONDS = 1.0


class Health:
    """Answers 503 while the database does not answer, and shows nobody the server's figures."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._asking = asyncio.Lock()
        self._asked_at = float("-inf")
        self._answers = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything else on."""
        path = scope["path"] if scope["type"] == "http" else ""
        if path.endswith(_METRICS):
            await refuse(scope, receive, send, 404, "Not found")
        elif path.endswith(_HEALTH) and not _is_our_page(scope) and not await self._is_well():
            await refuse(scope, receive, send, 503, "The database does not answer.")
        else:
            await self.app(scope, receive, send)

    async def _is_well(self) -> bool:
        # However many ask, the database is asked by one of them, once a second.
        async with self._asking:
            if time.monotonic() - self._asked_at >= _AGAIN_SECONDS:
                self._answers = await run_in_threadpool(_database_answers)
                self._asked_at = time.monotonic()
            return self._answers


def _is_our_page(scope: Scope) -> bool:
    # A page asks before it connects, and would say nothing but "503" to a person. Let through, it
    # says in words that the database does not answer, and goes on by itself.
    return Headers(scope=scope).get("sec-fetch-site") == "same-origin"


def _database_answers() -> bool:
    try:
        organisation.state(process.backend())
    except TrialError:
        return False
    return True
