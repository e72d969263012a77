"""What the browser asks for beside Streamlit: the sign-in cookie, and the files of the interface.

A script running inside Streamlit cannot set a cookie that scripts cannot read. So the sign-in
form hands the browser a ticket that works once, and the routes here trade it for the cookie.
"""

from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from trial.config import settings_from
from trial.domain.errors import TrialError
from trial.services import sign_in
from trial.ui import process, session
from trial.ui.web.browsers import keep_cookie
from trial.ui.web.door import is_own_origin

STATIC = Path(__file__).parents[1] / "static"
_FILES = {
    "inter-latin.woff2": "font/woff2",
    "inter-latin-ext.woff2": "font/woff2",
    "go_to_anchor.js": "text/javascript",
    "keep_sign_in.js": "text/javascript",
    "icon.png": "image/png",
}
_TICKET_LONGEST = 200


async def start_session(request: Request) -> Response:
    """Trade the ticket in the body for the sign-in cookie; 403 for any other site or ticket."""
    if not _from_this_site(request):
        return Response(status_code=403)
    try:
        ticket = await _short_body(request)
    except ClientDisconnect:
        return Response(status_code=400)
    if ticket is None:
        return Response(status_code=413)
    try:
        token = await run_in_threadpool(sign_in.redeem, process.backend(), ticket=ticket)
    except TrialError:
        return Response(status_code=403)
    response = Response(status_code=204)
    keep_cookie(
        response,
        session.cookie_name(),
        token,
        seconds=int(sign_in.SIGNED_IN_FOR.total_seconds()),
    )
    return response


async def end_session(request: Request) -> Response:
    """End the sign-in of this browser's cookie, and drop the cookie."""
    if not _from_this_site(request):
        return Response(status_code=403)
    if token := request.cookies.get(session.cookie_name()):
        try:
            await run_in_threadpool(sign_in.sign_out, process.backend(), token=token)
        except TrialError:
            # The tab has ended the sign-in already, or said that it could not.
            return Response(status_code=503)
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
    origin = request.headers.get("origin")
    return origin is not None and is_own_origin(origin, request.headers.get("host", ""))


async def _short_body(request: Request) -> str | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _TICKET_LONGEST:
            return None
    return body.decode("ascii", errors="replace")
