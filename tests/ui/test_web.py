"""The routes beside Streamlit, spoken to as a browser (and a stranger) would."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.types import Message

from trial.bootstrap import backend_from, ready_backend
from trial.domain.errors import InvalidInput
from trial.services import board, organisation, sign_in
from trial.services.backend import Backend
from trial.ui import notices, process
from trial.ui.web import headers, life, routes, stack

HOST = "trial.hospital.example"
EMAIL, PASSWORD = "kim@hospital.example", "five quiet geese"


class Answer:
    """Status, headers and body of one answer."""

    def __init__(self, messages: list[Message]) -> None:
        self.status: int = messages[0]["status"]
        self.headers = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
        self.body = b"".join(message.get("body", b"") for message in messages[1:])


@pytest.fixture(autouse=True)
def _own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the app answer to the name these tests call it by."""
    monkeypatch.setenv("TRIAL_ALLOWED_HOSTS", HOST)


def ask(method: str, path: str, body: bytes = b"", /, **headers: str) -> Answer:
    """Send one request to the routes and headers as the app wires them."""
    app = Starlette(routes=routes.routes(), middleware=stack.middleware())
    sent: list[Message] = []
    named = {"host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
        "server": (HOST, 443),
        "scheme": "https",
        "http_version": "1.1",
    }

    arrived = asyncio.Event()

    async def receive() -> Message:
        if arrived.is_set():
            await asyncio.sleep(3600)  # the browser stays for the whole answer
        arrived.set()
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    # In a thread of its own: the browser tests before keep a loop running in this one.
    with ThreadPoolExecutor(max_workers=1) as own:
        own.submit(asyncio.run, app(scope, receive, send)).result()
    return Answer(sent)


@pytest.fixture
def new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sign_in.NewSignIn]:
    """A sign-in that was opened a moment ago."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'trial.db'}")
    backend = ready_backend()
    organisation.set_up(
        backend,
        name="St. Example",
        time_zone="UTC",
        week_starts_on=0,
        manager_name="Kim Comms",
        manager_email=EMAIL,
        password=PASSWORD,
    )
    yield sign_in.sign_in(backend, email=EMAIL, password=PASSWORD)
    backend.database.close()


def test_a_ticket_becomes_a_cookie_that_no_script_can_read(new: sign_in.NewSignIn) -> None:
    answer = ask("POST", "/session", new.ticket.encode(), sec_fetch_site="same-origin")
    assert answer.status == 204
    cookie = SimpleCookie(answer.headers["set-cookie"])["trial"]
    assert sign_in.who(process.backend(), token=cookie.value) is not None
    assert cookie["httponly"]
    assert cookie["samesite"] == "lax"
    assert cookie["path"] == "/"
    assert not cookie["secure"]


def test_behind_https_the_cookie_travels_nowhere_else(
    new: sign_in.NewSignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIAL_SECURE_COOKIES", "1")
    answer = ask("POST", "/session", new.ticket.encode(), sec_fetch_site="same-origin")
    cookie = SimpleCookie(answer.headers["set-cookie"])["__Host-trial"]
    assert cookie["secure"]
    assert "max-age" in answer.headers["strict-transport-security"]


def test_a_ticket_works_once(new: sign_in.NewSignIn) -> None:
    assert ask("POST", "/session", new.ticket.encode(), sec_fetch_site="same-origin").status == 204
    again = ask("POST", "/session", new.ticket.encode(), sec_fetch_site="same-origin")
    assert again.status == 403
    assert "set-cookie" not in again.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site", "origin": f"https://{HOST}"},
        {"sec_fetch_site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {},
    ],
)
def test_another_site_can_neither_open_nor_end_a_session(
    new: sign_in.NewSignIn, headers: dict[str, str]
) -> None:
    assert ask("POST", "/session", new.ticket.encode(), **headers).status == 403
    assert ask("POST", "/session/end", b"", cookie=f"trial={new.token}", **headers).status == 403
    assert sign_in.who(backend_from(), token=new.token) is not None


def test_browsers_that_only_name_the_origin_are_let_in(new: sign_in.NewSignIn) -> None:
    answer = ask("POST", "/session", new.ticket.encode(), origin=f"https://{HOST}")
    assert answer.status == 204


@pytest.mark.parametrize(
    "allowed, host, met",
    [
        # By default the machine's own names, and no other that a stranger's page may be given.
        ("", "localhost:8501", 200),
        ("", "127.0.0.1:8501", 200),
        ("", "[::1]:8501", 200),
        ("", "rebound.example", 400),
        ("", "10.1.2.3:8501", 400),
        ("", "localhost.rebound.example", 400),
        ("", "rebound.example#localhost", 400),
        ("", "localhost:port", 400),
        ("", "kim@localhost", 400),
        ("", "", 400),
        (HOST, HOST, 200),
        (HOST, f"{HOST}:8443", 200),
        (HOST, HOST.upper(), 200),
        (HOST, "127.0.0.1:8501", 200),
        (HOST, "rebound.example", 400),
        (HOST, f"{HOST}.rebound.example", 400),
        (f"other.example, {HOST}", HOST, 200),
        ("*.hospital.example", HOST, 200),
        ("*.hospital.example", "hospital.example.net", 400),
    ],
)
def test_the_app_answers_to_the_names_it_was_given(
    monkeypatch: pytest.MonkeyPatch, allowed: str, host: str, met: int
) -> None:
    # A stranger's page whose own name is made to point here has the right origin, but not the name.
    monkeypatch.setenv("TRIAL_ALLOWED_HOSTS", allowed)
    answer = ask("GET", "/assets/keep_sign_in.js", b"", host=host)
    assert answer.status == met
    assert answer.headers["x-frame-options"] == "DENY"
    if met != 200:
        assert b"TRIAL_ALLOWED_HOSTS" in answer.body


@pytest.mark.parametrize("name", ["https://trial.example", "trial.example:443", "a b", "*"])
def test_a_name_that_is_none_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("TRIAL_ALLOWED_HOSTS", name)
    # With a text as its code, the interpreter prints that text alone and ends.
    with pytest.raises(SystemExit, match="names without port"):
        stack.middleware()


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (InvalidInput("DATABASE_URL", "moon", "a URL"), "^DATABASE_URL cannot be “moon”"),
        # What nobody foresaw is told with all there is to find it by.
        (RuntimeError("broken on purpose"), "Traceback(.|\n)*broken on purpose"),
    ],
)
def test_a_start_that_is_refused_is_told_in_one_sentence(trouble: Exception, told: str) -> None:
    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        if told:
            raise trouble
        yield

    app = Starlette(middleware=stack.middleware(), lifespan=lifespan)
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "lifespan.startup"}

    async def send(message: Message) -> None:
        sent.append(message)

    def start() -> None:
        asyncio.run(app({"type": "lifespan", "app": app}, receive, send))

    # In a thread of its own, as above.
    with ThreadPoolExecutor(1) as pool, pytest.raises(type(trouble)):
        pool.submit(start).result()
    [failed] = sent
    assert failed["type"] == "lifespan.startup.failed"
    assert re.search(told, failed["message"])


def test_ending_the_session_ends_the_sign_in_and_drops_the_cookie(new: sign_in.NewSignIn) -> None:
    answer = ask("POST", "/session/end", sec_fetch_site="same-origin", cookie=f"trial={new.token}")
    assert answer.status == 204
    assert SimpleCookie(answer.headers["set-cookie"])["trial"]["max-age"] == "0"
    assert sign_in.who(backend_from(), token=new.token) is None


def test_a_body_that_is_no_ticket_is_not_read_to_its_end() -> None:
    assert ask("POST", "/session", b"x" * 10_000, sec_fetch_site="same-origin").status == 413


@pytest.mark.parametrize("path", ["/assets/inter-latin.woff2", "/assets/keep_sign_in.js"])
def test_the_files_of_the_interface_are_served(path: str) -> None:
    answer = ask("GET", path)
    assert answer.status == 200
    assert answer.body
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["session.py", "..%2Fsession.py", "inter-LICENSE.txt"])
def test_no_other_file_is(name: str) -> None:
    assert ask("GET", f"/assets/{name}").status == 404


def test_no_script_and_no_frame_from_elsewhere_is_allowed() -> None:
    policy = headers.content_policy()
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert "unsafe-inline" not in rules["script-src"]
    assert "unsafe-eval" not in rules["script-src"]
    assert rules["frame-ancestors"] == "'none'"
    assert not any("http" in rule or "*" in rule for rule in policy.split("; "))


def test_the_text_of_an_unexpected_error_is_shown_to_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert notices.show_unexpected(RuntimeError("patient 4711")) is True
    assert "RuntimeError" in caplog.text
    assert "patient 4711" not in caplog.text
    assert "reference" in caplog.text


def test_no_line_of_the_log_grows_with_what_somebody_typed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    typed = "\x1b[31m" + "patient 4711 " * 1_000_000

    def raised() -> Exception:
        try:
            try:
                raise ValueError(typed)
            except ValueError as error:
                raise RuntimeError(typed) from error
        except RuntimeError as error:
            return error

    assert notices.show_unexpected(raised()) is True
    assert "RuntimeError" in caplog.text
    assert "ValueError" in caplog.text
    assert "in raised" in caplog.text
    assert "patient" not in caplog.text
    assert "\x1b" not in caplog.text
    assert len(caplog.text) < 10_000


def test_an_unexpected_error_is_logged_once(capfd: pytest.CaptureFixture[str]) -> None:
    from streamlit import config, error_util

    assert config.get_option("logger.enableRich") is False
    error_util.handle_user_script_exception(
        RuntimeError("patient 4711 " * 1_000_000), notices.show_unexpected
    )
    said = capfd.readouterr()
    assert len(said.out) + len(said.err) < 10_000


def test_a_long_traceback_keeps_its_last_line_and_no_line_is_long() -> None:
    text = "x" * 500_000 + "\n" + "  File somewhere\n" * 400 + "ValueError: what went wrong"
    frames = "  File somewhere, in a function\n" * 300 + "ValueError: what went wrong"
    assert life._short_lines(frames).endswith("ValueError: what went wrong")
    assert len(life._short_lines(text)) <= 2_000


def test_a_board_that_cannot_be_computed_ahead_is_tried_again_until_the_server_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended = threading.Event()
    tries: list[Backend] = []

    def warm(backend: Backend) -> None:
        tries.append(backend)
        if len(tries) < 3:
            raise InvalidInput("Database", "gone", "one that answers")
        ended.set()

    backend = backend_from()
    monkeypatch.setattr(board, "warm", warm)
    monkeypatch.setattr(life, "_WARM_EVERY_SECONDS", 0)
    life._warm_board(backend, ended)
    assert tries == [backend] * 3
    backend.database.close()
