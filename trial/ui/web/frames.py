"""What comes over a tab's websocket: binary messages of a page of ours, and no longer ones.

Streamlit raises on a text, which puts two tracebacks into the log, and takes a message apart before
it looks at its length.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BYTES = 1_000_000
"""Files come in another way; what people type and tap stays far below."""

_NO_TEXTS = 1003
_TOO_LONG = 1009


class ShortFrames:
    """Ends a websocket at the first message that no page of ours sends."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is a message."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return

        async def receive_messages() -> Message:
            message = await receive()
            code = _refusal_of(message)
            if code is None:
                return message
            await send({"type": "websocket.close", "code": code, "reason": ""})
            return {"type": "websocket.disconnect", "code": code}

        await self.app(scope, receive_messages, send)


def _refusal_of(message: Message) -> int | None:
    if message["type"] != "websocket.receive":
        return None
    content = message.get("bytes")
    if content is None:
        return _NO_TEXTS
    return _TOO_LONG if len(content) > MAX_BYTES else None
