"""What somebody with a program instead of a browser can send: requests, websockets, uploads."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from types import TracebackType
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.browser.server import Server

ANSWER_SECONDS = 60
BOUNDARY = "a-boundary-between-files"


def host_of(server: Server) -> str:
    """Return ``127.0.0.1:8501``."""
    return server.url.removeprefix("http://")


def _address_of(server: Server) -> tuple[str, int]:
    host, port = host_of(server).split(":")
    return host, int(port)


@dataclass(frozen=True)
class Answer:
    """Status, headers and text of one answer."""

    status: int
    headers: dict[str, str]
    text: str


def ask(
    server: Server, method: str, path: str, body: bytes | None = None, /, **headers: str
) -> Answer:
    """Send one request; an underscore in a header's name stands for a dash."""
    connection = http.client.HTTPConnection(host_of(server), timeout=ANSWER_SECONDS)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        # Names in small letters: servers differ in how they write them.
        sent = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, sent, answer.read().decode(errors="replace"))
    finally:
        connection.close()


def browser_cookie(server: Server) -> str:
    """Return the Cookie header of a new browser, as it is given before its first tab is open."""
    given = SimpleCookie(ask(server, "GET", "/_stcore/host-config").headers["set-cookie"])
    (name,) = given
    return f"{name}={given[name].value}"


@dataclass
class Tab:
    """One open tab.

    Parameters
    ----------
    cookie
        The Cookie header of its handshake.
    resume
        The session it claims to be.
    host
        The name it calls the server by; the server's own address by default.
    headers
        Further headers of its handshake.
    """

    server: Server
    cookie: str = ""
    resume: str = ""
    origin: str = ""
    page: str = ""
    host: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    session_id: str = ""
    texts: list[str] = field(default_factory=list)
    widgets: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        cookie = {"Cookie": self.cookie} if self.cookie else {}
        # As Streamlit's own page does it: the protocol, a token, and the session to go on with.
        protocols = ["streamlit", *(["none", self.resume] if self.resume else [])]
        self._closing = ExitStack()
        connecting = connect(
            f"ws://{self.host or host_of(self.server)}/_stcore/stream",
            sock=socket.create_connection(_address_of(self.server), ANSWER_SECONDS),
            subprotocols=[Subprotocol(protocol) for protocol in protocols],
            origin=Origin(self.origin or self.server.url),
            additional_headers={**cookie, **self.headers},
            compression=None,
            max_size=None,
        )
        self.socket: ClientConnection = self._closing.enter_context(connecting)
        self._typed: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Where the server was told enough, it may have ended the connection first.
        with suppress(ConnectionClosed):
            self._closing.close()

    def run(self, *, press: str = "", **typed: str) -> Self:
        """Run the page: type into fields by their labels, press a button, and read the answer."""
        message = BackMsg()
        rerun = message.rerun_script
        rerun.page_name = self.page
        self._typed |= {
            self.widgets[label.replace("_", "-")]: text for label, text in typed.items()
        }
        for widget, text in self._typed.items():
            state = rerun.widget_states.widgets.add()
            state.id, state.string_value = widget, text
        if press:
            state = rerun.widget_states.widgets.add()
            state.id, state.trigger_value = self.widgets[press], True
        self.send(message)
        while not self._read():
            pass
        return self

    def send(self, message: BackMsg) -> None:
        """Send a message without waiting for what comes of it."""
        self.socket.send(message.SerializeToString())

    @property
    def shown(self) -> str:
        """Everything the last run has put on the page."""
        return "\n".join(self.texts)

    def upload(self, size: int, *, file_id: str = "a", **headers: str) -> Answer:
        """Send a file of so many bytes to this tab's own address for files."""
        path = f"/_stcore/upload_file/{self.session_id}/{file_id}"
        return upload(self.server, path, size, cookie=self.cookie, **headers)

    def begin_upload(self, size: int) -> Callable[[], int]:
        """Send the first half of a file, and return a function that sends the rest."""
        connection = http.client.HTTPConnection(host_of(self.server), timeout=ANSWER_SECONDS)
        head, headers = _upload_of(self.server, self.cookie)
        connection.putrequest("PUT", f"/_stcore/upload_file/{self.session_id}/{id(connection)}")
        tail = f"\r\n--{BOUNDARY}--\r\n".encode()
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.putheader("content-length", str(len(head) + size + len(tail)))
        connection.endheaders()
        connection.send(head + b"x" * (size // 2))

        def finish() -> int:
            connection.send(b"x" * (size - size // 2) + tail)
            status = connection.getresponse().status
            connection.close()
            return status

        return finish

    def read_to_the_end(self) -> int:
        """Read until the server ends the connection, and return the code it gives."""
        try:
            while True:
                self.socket.recv(timeout=ANSWER_SECONDS)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else 1006

    def _read(self) -> bool:
        raw = self.socket.recv(timeout=ANSWER_SECONDS)
        assert isinstance(raw, bytes)
        message = ForwardMsg.FromString(raw)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.texts.clear()
            self.session_id = message.new_session.initialize.session_id or self.session_id
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._note(message.delta.new_element)
        elif kind == "script_finished":
            return bool(message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN)
        return False

    def _note(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        drawn = getattr(element, kind)
        if getattr(drawn, "id", "") and getattr(drawn, "label", ""):
            self.widgets[drawn.label] = drawn.id
        self.texts.append(str(getattr(drawn, "body", "") or getattr(drawn, "message", "")))


def upload(server: Server, path: str, size: int, **headers: str) -> Answer:
    """Send a file of so many bytes to an address, as a form of a browser does it."""
    head, own = _upload_of(server, headers.pop("cookie", ""))
    body = head + b"x" * size + f"\r\n--{BOUNDARY}--\r\n".encode()
    return ask(server, "PUT", path, body, **{**own, **headers})


def _upload_of(server: Server, cookie: str) -> tuple[bytes, dict[str, str]]:
    """Return what comes before a file, and the headers it comes with."""
    head = (
        f"--{BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="file"; filename="posts.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    )
    # The page reads this token from a cookie that the health check gives, and sends it twice.
    token = SimpleCookie(ask(server, "GET", "/_stcore/health").headers["set-cookie"])
    xsrf = token["_streamlit_xsrf"].value
    return head.encode(), {
        "content_type": f"multipart/form-data; boundary={BOUNDARY}",
        "cookie": "; ".join(filter(None, (cookie, f"_streamlit_xsrf={xsrf}"))),
        "x_xsrftoken": xsrf,
        "origin": server.url,
    }
