"""What the browser asks for beside Streamlit: the sign-in cookie, the fonts, and safe headers.

A script running inside Streamlit cannot set a cookie that scripts cannot read. So the sign-in
form hands the browser a ticket that works once, and the routes here trade it for the cookie.
"""

from __future__ import annotations

import base64
import gc
import hashlib
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime.pages_manager import PagesManager

from trial.config import settings_from
from trial.domain.errors import TrialError
from trial.services import sign_in
from trial.ui import session

STATIC = Path(__file__).parent / "static"
_FILES = {
    "inter-latin.woff2": "font/woff2",
    "inter-latin-ext.woff2": "font/woff2",
    "keep_sign_in.js": "text/javascript",
    "icon.png": "image/png",
}
_TICKET_LONGEST = 200


# ------------------------------------------------------------------------------------- routes


async def start_session(request: Request) -> Response:
    """Trade the ticket in the body for the sign-in cookie; 403 for any other site or ticket."""
    if not _from_this_site(request):
        return Response(status_code=403)
    ticket = await _short_body(request)
    if ticket is None:
        return Response(status_code=413)
    try:
        token = await run_in_threadpool(sign_in.redeem, session.backend(), ticket=ticket)
    except TrialError:
        return Response(status_code=403)
    response = Response(status_code=204)
    response.set_cookie(
        session.cookie_name(),
        token,
        max_age=int(sign_in.SIGNED_IN_FOR.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings_from().secure_cookies,
    )
    return response


async def end_session(request: Request) -> Response:
    """End the sign-in of this browser's cookie, and drop the cookie."""
    if not _from_this_site(request):
        return Response(status_code=403)
    if token := request.cookies.get(session.cookie_name()):
        await run_in_threadpool(sign_in.sign_out, session.backend(), token=token)
    response = Response(status_code=204)
    response.delete_cookie(
        session.cookie_name(),
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings_from().secure_cookies,
    )
    return response


async def static_file(request: Request) -> Response:
    """Return one of the few files the interface ships."""
    name = request.path_params.get("name", "icon.png")
    if name not in _FILES:
        return Response(status_code=404)
    return FileResponse(
        STATIC / name,
        media_type=_FILES[name],
        headers={"Cache-Control": "public, max-age=86400"},
    )


def routes() -> list[Route]:
    """Return the routes that stand beside Streamlit's own."""
    return [
        Route("/session", start_session, methods=["POST"]),
        Route("/session/end", end_session, methods=["POST"]),
        Route("/assets/{name}", static_file, methods=["GET"]),
        Route("/favicon.png", static_file, methods=["GET"]),
    ]


def _from_this_site(request: Request) -> bool:
    # A browser says where a request comes from; what says nothing is no browser of ours.
    if site := request.headers.get("sec-fetch-site"):
        return site == "same-origin"
    origin = request.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host")


async def _short_body(request: Request) -> str | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _TICKET_LONGEST:
            return None
    return body.decode("ascii", errors="replace")


# ------------------------------------------------------------------------------------ headers


class SafeHeaders:
    """Adds to every answer what keeps a browser from running or embedding what is not ours."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = {
            "Content-Security-Policy": content_policy(),
            "X-Frame-Options": "DENY",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        if settings_from().secure_cookies:
            self.headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
            await send(message)

        await self.app(scope, receive, send_safely)


def content_policy() -> str:
    """Return the Content-Security-Policy: nothing from elsewhere, no script but our files.

    Streamlit's first page holds one small inline script, which is let through by its hash, read
    from the page as installed, so that an upgrade needs no change here. Its styles are written
    by script, so inline styles must be allowed.
    """
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    inline = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    hashes = " ".join(
        "'sha256-" + base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() + "'"
        for code in inline
    )
    return "; ".join(
        (
            "default-src 'self'",
            # blob: is how Streamlit hands a component its script; only a script that already
            # runs here can make such an address.
            f"script-src 'self' blob: {hashes}".strip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def middleware() -> list[Middleware]:
    """Return what every request passes through before Streamlit.

    A setting that cannot be used ends the start here, with its sentence alone.
    """
    try:
        allowed = settings_from().allowed_hosts
    except TrialError as error:
        raise SystemExit(str(error)) from None
    # Health checks of a proxy or a container speak to the machine itself.
    hosts = [*allowed, "localhost", "127.0.0.1"]
    guard = Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    return [Middleware(PlainRefusal), Middleware(SafeHeaders), *([guard] if allowed else [])]


# ----------------------------------------------------------------------------------- lifespan


class PlainRefusal:
    """Says in one sentence why the app cannot start, where a traceback would bury it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; of a start that was refused, tell the server the sentence."""
        if scope["type"] != "lifespan":
            await self.app(scope, receive, send)
            return

        async def send_plainly(message: Message) -> None:
            # Sent while the error is being handled; the message itself is its traceback.
            error = sys.exception()
            if message["type"] == "lifespan.startup.failed" and isinstance(error, TrialError):
                message = {**message, "message": str(error)}
            await send(message)

        await self.app(scope, receive, send_plainly)


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Bring the tables up to date before the first visitor, and load what the pages need.

    An installation that cannot reach its database says so on the terminal instead of to people.
    """
    _serve_no_page_without_the_entry_script()
    await run_in_threadpool(session.backend)
    await run_in_threadpool(_load_pages_libraries)
    yield


def _serve_no_page_without_the_entry_script() -> None:
    # Until somebody has called st.navigation, Streamlit takes the folder pages/ for pages of its
    # own: the first visitor of a fresh server would read "Page not found" over every address but
    # the root. The menu says what there is, from the first request on.
    PagesManager.uses_pages_directory = False


def _load_pages_libraries() -> None:
    # The first visitor would wait a second for these imports; and what is loaded now is set
    # aside, so that collecting garbage never looks through it again.
    import pandas  # noqa: F401
    import plotly.graph_objects  # noqa: F401

    from trial.ui import components, router

    router.built()
    components.stylesheet()
    gc.collect()
    gc.freeze()
