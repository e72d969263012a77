"""Files on their way in: from whom, for which tab, and how much at once.

Streamlit takes a file from anybody who has opened a tab, whether or not there is a field for it
on the page, and keeps it in memory.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from trial.domain.errors import TrialError
from trial.services import sign_in
from trial.ui import process, router, session
from trial.ui.web.browsers import cookies_of, opener_in
from trial.ui.web.door import refuse
from trial.ui.web.tabs import Tabs

SESSION_BYTES = 30_000_000
PROCESS_BYTES = 200_000_000
_PATH = "/_stcore/upload_file/"


def forget_files(session_id: str) -> None:
    """Forget what a tab has uploaded."""
    if (files := _files()) is not None:
        files.remove_session_files(session_id)


class Uploads:
    """Takes files only for a signed-in person's own tab, and only as many as there is room for."""

    def __init__(self, app: ASGIApp, *, tabs: Tabs) -> None:
        self.app = app
        self.tabs = tabs
        self._coming: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on everything else, and uploads that may come in."""
        if scope["type"] != "http" or _PATH not in scope["path"] or scope["method"] == "OPTIONS":
            await self.app(scope, receive, send)
            return
        session_id = scope["path"].split(_PATH, maxsplit=1)[1].split("/")[0]
        size = _length(scope) if scope["method"] == "PUT" else 0
        cookies = cookies_of(scope)
        if not await self._is_welcome(cookies, session_id):
            await refuse(scope, receive, send, 403, "Sign in to send a file.")
        elif size is None:
            await refuse(scope, receive, send, 411, "The size of the file is missing.")
        elif not self._has_room(session_id, size):
            await refuse(scope, receive, send, 413, _FULL)
        else:
            with self._taking(session_id, size):
                await self.app(scope, _up_to(size, receive), send)
            # Closed while the file was on its way, the tab has been forgotten with all it had.
            if not self.tabs.belongs_to(session_id, opener_in(cookies)):
                forget_files(session_id)

    async def _is_welcome(self, cookies: Mapping[str, str], session_id: str) -> bool:
        token = cookies.get(session.cookie_name())
        if token is None or not self.tabs.belongs_to(session_id, opener_in(cookies)):
            return False
        try:
            person = await run_in_threadpool(sign_in.who, process.backend(), token=token)
        except TrialError:
            return False
        if person is None or person.password_is_temporary:
            return False
        return any(place.takes_files and place.opens_to(person) for place in router.PAGES)

    def _has_room(self, session_id: str, size: int) -> bool:
        stored = _bytes_by_session()
        own = stored.get(session_id, 0) + self._coming.get(session_id, 0)
        everybody = sum(stored.values()) + sum(self._coming.values())
        return own + size <= SESSION_BYTES and everybody + size <= PROCESS_BYTES

    @contextmanager
    def _taking(self, session_id: str, size: int) -> Iterator[None]:
        """Count a file while it comes in, so that many at once are not too many."""
        self._coming[session_id] = self._coming.get(session_id, 0) + size
        try:
            yield
        finally:
            self._coming[session_id] -= size
            if not self._coming[session_id]:
                del self._coming[session_id]


_FULL = (
    "There is no room for another file at the moment. Remove files that are not needed any more, "
    "or reload the page and try again."
)


def _length(scope: Scope) -> int | None:
    stated = Headers(scope=scope).get("content-length", "")
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 15 else None


def _up_to(size: int, receive: Receive) -> Receive:
    """Return `receive`, which ends the connection where more comes in than was stated."""
    left = size

    async def receive_counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        return message if left >= 0 else {"type": "http.disconnect"}

    return receive_counted


def _bytes_by_session() -> dict[str, int]:
    files = _files()
    if files is None:
        return {}
    # Copied first: other threads take files away meanwhile.
    return {
        session_id: sum(len(file.data) for file in list(stored.values()))
        for session_id, stored in list(files.file_storage.items())
    }


def _files() -> MemoryUploadedFileManager | None:
    if not runtime.exists():
        return None
    files = runtime.get_instance().uploaded_file_mgr
    assert isinstance(files, MemoryUploadedFileManager), "the one that st.App makes"
    return files
