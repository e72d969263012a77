"""Who is answered at all: requests to our own names, from our own pages.

Streamlit compares an origin that it does not know with this machine's outer address, which it asks
an outside service for, on the event loop, each time anew. So no foreign origin reaches it, and of
our own it is told only where it needs it.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from trial.config import settings_from
from trial.domain.errors import shown

OWN_NAMES = ("localhost", "127.0.0.1", "::1")
"""What the machine itself is called: people who try the app, and health checks."""


class Door:
    """Refuses requests and websockets to other names than ours, or from other sites' pages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.names = (*OWN_NAMES, *settings_from().allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is meant for us; answer the rest with a sentence."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        name = _name_in(host)
        if name is None or not any(_is_called(name, pattern) for pattern in self.names):
            await refuse(scope, receive, send, 400, _other_name(host))
        elif not is_own_origin(headers.get("origin"), host):
            await refuse(scope, receive, send, 403, "This request comes from another site's page.")
        else:
            await self.app(_without_origin(scope), receive, send)


def is_own_origin(origin: str | None, host: str) -> bool:
    """Return whether a page of `origin` is one of ours, which are served from `host`.

    A browser always names the origin of a websocket and of whatever changes something. What
    names none is no browser, and has no cookie that it was not given on purpose.
    """
    if origin is None:
        return True
    try:
        address = urlsplit(origin)
    except ValueError:
        return False
    return address.scheme in ("http", "https") and address.netloc == host


async def refuse(scope: Scope, receive: Receive, send: Send, status: int, sentence: str) -> None:
    """Answer a request with a sentence, or a websocket's handshake with a refusal."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
    else:
        await PlainTextResponse(sentence, status_code=status)(scope, receive, send)


def _without_origin(scope: Scope) -> Scope:
    # Routes of our own look at it once more; a websocket's handshake is compared with its host.
    if scope["type"] == "websocket" or scope["path"].startswith("/session"):
        return scope
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"origin"]}


def _name_in(host: str) -> str | None:
    try:
        address = urlsplit(f"//{host}")
        _ = address.port  # a port that is no number is an error
    except ValueError:
        return None
    if address.path or address.query or address.fragment or address.username is not None:
        return None
    # A name may end in a full stop, which says that it is whole.
    return None if address.hostname is None else address.hostname.removesuffix(".")


def _is_called(name: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return name.endswith(pattern[1:])
    return name == pattern


def _other_name(host: str) -> str:
    # Without its port, as the setting takes it.
    name = shown(_name_in(host) or host)
    return (
        f"This app does not answer to the name {name}. Open it by its usual address, or ask "
        "whoever runs it to add the name to TRIAL_ALLOWED_HOSTS."
    )
