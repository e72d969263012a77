"""Which browser it is: a random cookie that says nothing about who sits before it.

It is there before anybody signs in. A tab is taken up again only by the browser that opened it,
and a browser from which somebody has signed in before is told from a stranger's.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trial.config import settings_from

SIGN_IN_COOKIE = "trial"
BROWSER_COOKIE = "trial_browser"
LASTS_SECONDS = 400 * 24 * 60 * 60
"""As long as browsers keep a cookie at most."""

_ASKED_FIRST = "/_stcore/host-config"
_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")
_VALUE_BYTES = 32


def cookie_name(name: str) -> str:
    """Return the name of one of our cookies; the prefix binds it to HTTPS and this host."""
    return f"__Host-{name}" if settings_from().secure_cookies else name


def browser_in(cookies: Mapping[str, str]) -> str:
    """Return the browser that sent these cookies, as a sha256 in hex; "" where none is named."""
    value = cookies.get(cookie_name(BROWSER_COOKIE))
    # A text of another shape is not one that we have given out. (AppTest hands out stand-ins.)
    if not isinstance(value, str) or not _VALUE.fullmatch(value):
        return ""
    return hashlib.sha256(value.encode("ascii")).hexdigest()


def opener_in(cookies: Mapping[str, str]) -> str:
    """Return whom a tab with these cookies belongs to, as a sha256 in hex.

    The browser, or where it is not named, whoever is signed in; "" where neither is.
    """
    token = cookies.get(cookie_name(SIGN_IN_COOKIE), "")
    signed_in = hashlib.sha256(b"sign-in:" + token.encode(errors="replace")).hexdigest()
    return browser_in(cookies) or (signed_in if token else "")


def cookies_of(scope: Scope) -> dict[str, str]:
    """Return the cookies a request or handshake came with."""
    sent = [value for name, value in scope["headers"] if name == b"cookie"]
    return cookie_parser(b"; ".join(sent).decode("latin-1"))


def keep_cookie(response: Response, name: str, value: str, *, seconds: int) -> None:
    """Have the browser keep a cookie that no script can read and no other site sends along."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings_from().secure_cookies,
    )


class NameBrowsers:
    """Gives every browser its cookie before its first tab is open.

    It comes with what Streamlit's page always asks for before it connects; the page itself may
    come from the browser's cache.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the cookie for a browser that has none."""
        is_asked_first = scope["type"] == "http" and scope["path"].endswith(_ASKED_FIRST)
        if not is_asked_first or browser_in(cookies_of(scope)):
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", _new_cookie())
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def _new_cookie() -> str:
    named = Response()
    value = secrets.token_urlsafe(_VALUE_BYTES)
    keep_cookie(named, cookie_name(BROWSER_COOKIE), value, seconds=LASTS_SECONDS)
    return named.headers["set-cookie"]
