"""A page of another site, or a name of its own for this machine, gets nowhere near Streamlit."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from tests.stranger.conftest import Hospital
from tests.stranger.visitor import Tab, ask, host_of, upload
from trial.domain.roles import Role

NAME = "trial.hospital.example"

# Runs in the server's process before anything else, and notes whom it calls.
WATCH = """
import sys

OWN = (None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::")

def watch(event, arguments):
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else ""
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        host = arguments[0] if event != "socket.sendto" else arguments[1][0]
    else:
        return
    if host not in OWN:
        with open(CALLED, "a") as called:
            called.write(f"{event} {host}\\n")

sys.addaudithook(watch)
"""


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file in which every address outside this machine is noted that somebody calls."""
    folder = tmp_path_factory.mktemp("watch")
    file = folder / "called.txt"
    file.touch()
    (folder / "sitecustomize.py").write_text(f"CALLED = {str(file)!r}\n{WATCH}")
    return file


@pytest.fixture(scope="module")
def watched(serves: Callable[..., Hospital], called: Path) -> Hospital:
    """A hospital whose server listens everywhere, as somebody starts it who sets nothing."""
    environ = {"PYTHONPATH": str(called.parent), "TRIAL_ALLOWED_HOSTS": NAME}
    return serves(address=None, environ=environ)


def test_the_watch_notes_what_streamlit_would_ask(called: Path, tmp_path: Path) -> None:
    here = tmp_path / "called.txt"
    (tmp_path / "sitecustomize.py").write_text(f"CALLED = {str(here)!r}\n{WATCH}")
    subprocess.run(
        [sys.executable, "-c", "from streamlit import net_util; net_util.get_external_ip()"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=True,
    )
    assert "checkip" in here.read_text()


@pytest.mark.parametrize(
    "origin",
    [
        "https://elsewhere.example",
        "http://127.0.0.1:1",
        "http://localhost",
        "null",
        "http://[broken",
        f"http://{NAME}.elsewhere.example",
    ],
)
def test_no_foreign_origin_reaches_streamlit_and_no_call_leaves_the_machine(
    watched: Hospital, called: Path, origin: str
) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        Tab(watched.server, origin=origin)
    for path in ("/_stcore/health", "/_stcore/host-config", "/media/x.csv", "/", "/session"):
        answer = ask(watched.server, "GET", path, origin=origin)
        assert answer.status == 403, path
        assert "access-control-allow-origin" not in answer.headers
    refused = upload(watched.server, "/_stcore/upload_file/x/y", 10, origin=origin)
    assert refused.status == 403
    assert called.read_text() == ""


def test_people_who_come_by_the_apps_own_name_cause_no_call_either(
    watched: Hospital, called: Path
) -> None:
    # Streamlit would look every one of them up, since it knows the name of localhost only.
    own = {"host": NAME, "origin": f"https://{NAME}"}
    assert ask(watched.server, "GET", "/_stcore/health", **own).status == 200
    assert ask(watched.server, "GET", "/_stcore/host-config", **own).status == 200
    cookie = watched.cookie(Role.LEAD)
    with Tab(watched.server, cookie=cookie, origin=own["origin"], host=NAME) as tab:
        tab.run()
        assert tab.upload(100, **own).status == 204
    assert called.read_text() == ""


@pytest.mark.parametrize("host", ["rebound.example", "10.1.2.3:8501", f"{NAME}.rebound.example"])
def test_another_name_for_this_machine_is_not_answered(watched: Hospital, host: str) -> None:
    # A stranger's page whose own name is made to point here has the right origin for that name.
    own = {"host": host, "origin": f"http://{host}"}
    for path in ("/", "/session", "/_stcore/health", "/_stcore/upload_file/x/y"):
        answer = ask(watched.server, "GET", path, **own)
        assert (answer.status, "TRIAL_ALLOWED_HOSTS" in answer.text) == (400, True)
    with pytest.raises(InvalidStatus, match="403"):
        Tab(watched.server, origin=own["origin"], host=host)


def test_a_refused_page_says_so_however_long_the_name_is(hospital: Hospital) -> None:
    answer = ask(hospital.server, "GET", "/", host="x" * 5000)
    assert answer.status == 400
    assert len(answer.text) < 300
    assert host_of(hospital.server) not in answer.text
