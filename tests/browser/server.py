"""The app as its users get it: a Streamlit server of its own process, on a database of its own."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.environment.ports import free_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 120
ATTEMPTS = 3


# Every app started so far, so that a failed test can tell what the one on its screen has printed.
started: list["Server"] = []


class DidNotStart(Exception):
    """The server ended or kept silent; the text carries what it printed."""


@dataclass(frozen=True)
class Server:
    """A running app.

    Attributes
    ----------
    url
        Where it answers, without a slash at the end.
    database_url
        The database it keeps, as its DATABASE_URL.
    log
        The file that everything it prints goes to.
    process
        The server's process, which belongs to the test that started it.
    """

    url: str
    database_url: str
    log: Path
    process: subprocess.Popen[bytes]

    def printed(self, characters: int = 8000) -> str:
        """Return the end of what the server has printed so far."""
        return self.log.read_text(errors="replace")[-characters:]

    def stop(self) -> None:
        """End the server; one that does not listen is killed. Stopping twice is harmless."""
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(
    folder: Path,
    *,
    today: date | None = None,
    database_url: str | None = None,
    script: Path = ROOT / "app.py",
    cwd: Path = ROOT,
    environ: Mapping[str, str] | None = None,
    address: str | None = "127.0.0.1",
) -> Server:
    """Start the app and return once it answers.

    Parameters
    ----------
    folder
        An existing folder for the log and, without `database_url`, a new SQLite database.
    today
        The day that the app takes for today; without it, the machine's.
    database_url
        A database to use, for example one that a server before this one has left.
    script
        The script to serve.
    cwd
        The folder to start in, whose configuration the server reads.
    environ
        Further variables for the server.
    address
        Where it listens; None to leave that to the server, which then listens everywhere.

    Raises
    ------
    DidNotStart
        The server ended or did not answer within two minutes.
    """
    database_url = database_url or f"sqlite:///{folder / 'trial.db'}"
    variables = {
        **os.environ,
        "TRIAL_OPEN_SET_UP": "1",
        **(environ or {}),
        "DATABASE_URL": database_url,
        "NO_COLOR": "1",
    }
    if today is not None:
        variables["TRIAL_TODAY"] = today.isoformat()
    log = folder / "server.log"
    printed = ""
    for _ in range(ATTEMPTS):
        port = free_port()
        with log.open("wb") as output:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "streamlit", "run", script),
                    *(("--server.address", address) if address else ()),
                    *("--server.port", str(port)),
                ],
                cwd=cwd,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        server = Server(f"http://127.0.0.1:{port}", database_url, log, process)
        if _answers(server):
            started.append(server)
            return server
        server.stop()
        printed = server.printed()
        # Somebody took the port in between: try another. Anything else would only happen again.
        if "already in use" not in printed:
            break
    raise DidNotStart(f"the app did not start; it printed:\n{printed}")


def _answers(server: Server) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while server.process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    return False
