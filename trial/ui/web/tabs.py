"""Open tabs: which browser each belongs to, and what goes when it is closed.

Streamlit takes a tab up again for whoever names its session, which also stands in the addresses
of uploads and so in the logs of proxies. Here the browser's cookie must be the one that opened it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from trial.ui.web.browsers import cookies_of, opener_in

_CLOSED_ON_PURPOSE = (1000, 1001)
_PROTOCOL = "sec-websocket-protocol"


signed_in_tabs: set[str] = set()
"""Sessions of the tabs in which somebody is signed in, as their last run has found."""


@dataclass(slots=True)
class Connection:
    """A tab's websocket; its session has an id once the browser has been told about it."""

    session_id: str = ""

    @classmethod
    def of(cls, scope: Scope) -> Connection | None:
        """Return the connection that a websocket's scope belongs to; None where nobody has said."""
        connection: Connection | None = scope.get("trial.connection")
        return connection


@dataclass(slots=True)
class _Tab:
    opener: str
    sockets: int = 0


class Tabs:
    """The tabs that are open, or were a moment ago. Lives on the event loop alone.

    Parameters
    ----------
    forget_files : callable
        Called with a session's id once its tab is gone: what it has uploaded goes with it.
    """

    def __init__(self, *, forget_files: Callable[[str], None]) -> None:
        self._tabs: dict[str, _Tab] = {}
        self._forget_files = forget_files

    def belongs_to(self, session_id: str, opener: str) -> bool:
        """Return whether the tab is `opener`'s; who sent no cookie has opened none."""
        tab = self._tabs.get(session_id)
        return bool(opener) and tab is not None and tab.opener == opener

    def open(self, session_id: str, opener: str) -> None:
        """Note that a tab of `opener` is connected."""
        self._tabs.setdefault(session_id, _Tab(opener)).sockets += 1

    def close(self, session_id: str, *, on_purpose: bool) -> None:
        """Note that a connection has ended: for good, or so that the tab may come back."""
        tab = self._tabs[session_id]
        tab.sockets -= 1
        if on_purpose:
            self._forget(session_id, tab)
        else:
            # As long as Streamlit keeps what was typed into a tab that has lost its connection.
            wait = config.get_option("server.disconnectedSessionTTL")
            asyncio.get_running_loop().call_later(wait, self._forget, session_id, tab)

    def _forget(self, session_id: str, tab: _Tab) -> None:
        if tab.sockets == 0 and self._tabs.get(session_id) is tab:
            del self._tabs[session_id]
            signed_in_tabs.discard(session_id)
            self._forget_files(session_id)


class OwnTabs:
    """Lets a tab be taken up again only by the browser that opened it."""

    def __init__(self, app: ASGIApp, *, tabs: Tabs) -> None:
        self.app = app
        self.tabs = tabs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a websocket on, to its own tab or to a new one, and watch how it ends."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        opener = opener_in(cookies_of(scope))
        connection = Connection()
        code = 1006

        async def receive_and_watch() -> Message:
            nonlocal code
            message = await receive()
            if message["type"] == "websocket.disconnect":
                code = message.get("code") or code
            return message

        async def send_and_watch(message: Message) -> None:
            if not connection.session_id and (session_id := _session_in(message)):
                connection.session_id = session_id
                self.tabs.open(session_id, opener)
            await send(message)

        own = {**self._own(scope, opener), "trial.connection": connection}
        try:
            await self.app(own, receive_and_watch, send_and_watch)
        finally:
            if connection.session_id:
                self.tabs.close(connection.session_id, on_purpose=code in _CLOSED_ON_PURPOSE)

    def _own(self, scope: Scope, opener: str) -> Scope:
        """Return the handshake without the session it names, where that is somebody else's."""
        parts = Headers(scope=scope).get(_PROTOCOL, "").split(",")
        if len(parts) < 3 or self.tabs.belongs_to(parts[2].strip(), opener):
            return scope
        scope = {**scope, "headers": list(scope["headers"])}
        MutableHeaders(scope=scope)[_PROTOCOL] = ",".join(parts[:2])
        return scope


def _session_in(message: Message) -> str:
    """Return the session's id, where this is the message that tells the browser about it."""
    content = message.get("bytes") if message["type"] == "websocket.send" else None
    if not content:
        return ""
    session_id: str = ForwardMsg.FromString(content).new_session.initialize.session_id
    return session_id
