"""Where a request comes from, also behind a proxy, and whoever claims what."""

import os

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from trial.config import settings_from

LOOPBACK = "127.0.0.1"


class TrustedProxies:
    """Takes the client's address from ``X-Forwarded-For`` where a trusted proxy has written it.

    The server below believes the header of whoever connects from this machine, before anybody is
    asked. Its answer is taken back first, so that the setting alone says who is believed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = ProxyHeadersMiddleware(app, list(settings_from().trusted_proxies))  # type: ignore[arg-type]
        self._below = ProxyHeadersMiddleware(_nobody, LOOPBACK)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with the address it comes from as its client."""
        if scope["type"] != "lifespan" and await self._was_rewritten(scope, receive, send):
            scope = {**scope, "client": (LOOPBACK, 0)}
        await self.app(scope, receive, send)  # type: ignore[arg-type]

    async def _was_rewritten(self, scope: Scope, receive: Receive, send: Send) -> bool:
        # Whoever sets the server's own variable has decided whom it believes.
        if "FORWARDED_ALLOW_IPS" in os.environ or not _is_forwarded(scope):
            return False
        again = {**scope, "client": (LOOPBACK, 0)}
        await self._below(again, receive, send)  # type: ignore[arg-type]
        return bool(again["client"] == scope.get("client"))


def _is_forwarded(scope: Scope) -> bool:
    return any(name == b"x-forwarded-for" for name, _ in scope["headers"])


async def _nobody(_scope: object, _receive: object, _send: object) -> None:
    """Answer nothing: only what became of the scope is of interest."""
