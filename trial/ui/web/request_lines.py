"""A line for every request that was refused or failed: its id, how, how long; never its address.

What is asked for is typed by whoever asks. Requests that go well leave nothing, nor does one for
what is not there.
"""

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trial import logs

_REFUSED, _FAILED = 400, 500
# Streamlit's own script looks for the server below each page's address before it finds it.
_NOT_FOUND = 404
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})


class RequestLines:
    """Gives each request its id, and leaves a line where it came to nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and look at the status of the answer."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0
        method = _method(scope)

        async def send_and_look(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "websocket.accept":
                status = 101
            elif message["type"] == "websocket.close" and not status:
                status = 403  # what the server answers to a handshake that nobody took
            await send(message)

        logs.bind()
        try:
            await self.app(scope, receive, send_and_look)
        except Exception as error:
            status = _FAILED
            logs.note("request failed", level=logging.ERROR, error=type(error).__name__)
            raise
        finally:
            if status >= _REFUSED and status != _NOT_FOUND:
                seconds = round(time.perf_counter() - began, 3)
                logs.note("request refused", method=method, status=status, seconds=seconds)


def _method(scope: Scope) -> str:
    if scope["type"] == "websocket":
        return "websocket"
    return scope["method"] if scope["method"] in _METHODS else "other"
