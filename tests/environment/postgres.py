"""A throw-away PostgreSQL server, so that the store is tested on the database it may be run on.

An address in TEST_DATABASE_URL is used as it is. Otherwise a new cluster is made in a temporary
folder from the binaries of this machine, started on a free loopback port without any care for
durability, and removed at the end. PostgreSQL refuses to run as root, so root starts it as the user
that Debian's package makes.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from tests.environment.ports import free_port

DRIVER = "postgresql+psycopg"
SERVER_USER = "postgres"
START_SECONDS = 30
ATTEMPTS = 3
LOG = "server.log"

# The data lives for minutes, so nothing is flushed to the disk; what was committed is still there
# after the server alone has crashed. The server listens on loopback only.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "80",
    "timezone": "UTC",
}


class Unavailable(Exception):
    """No PostgreSQL server can be started here; the text says what is missing."""


def address_given(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the server that TEST_DATABASE_URL names, with the project's driver, or None.

    Raises
    ------
    Unavailable
        The address is not one of PostgreSQL.
    """
    given = environ.get("TEST_DATABASE_URL")
    if not given:
        return None
    url = make_url(given)
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        raise Unavailable(
            f"TEST_DATABASE_URL is an address of {url.get_backend_name()}; "
            "accepted is postgresql://user:password@host:port/database"
        )
    return url.set(drivername=DRIVER).render_as_string(hide_password=False)


def find_binaries() -> Path | None:
    """Return the folder that holds initdb and postgres, the newest of several, or None."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    # Debian keeps the server's binaries of each version away from PATH.
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += sorted(debian, key=lambda folder: folder.parent.name.zfill(4), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def _user_to_run_as() -> str | None:
    """Return the user that the server must be started as, or None for the present one."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SERVER_USER).pw_name
    except KeyError:
        raise Unavailable(
            f"PostgreSQL does not run as root, and there is no user {SERVER_USER} to run it as"
        ) from None


@dataclass
class Cluster:
    """A throw-away cluster whose server can be stopped and started again on the same port.

    Attributes
    ----------
    address
        The SQLAlchemy address of the superuser's database, whether or not the server runs.
    """

    address: str
    _command: Sequence[str | Path]
    _folder: Path
    _user: str | None
    _server: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether the server was started and has not ended."""
        return self._server is not None and self._server.poll() is None

    def start(self) -> bool:
        """Start the server, and return whether it answers; one that does not is stopped."""
        with (self._folder / LOG).open("a") as output:
            self._server = subprocess.Popen(
                self._command,
                cwd=self._folder,
                user=self._user,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        if _answers(self.address, self._server):
            return True
        self.stop()
        return False

    def stop(self, *, immediately: bool = False) -> None:
        """End the server and every connection; stopping twice is harmless.

        Parameters
        ----------
        immediately
            Without a word to anybody, as after a crash.
        """
        server = self._server
        if server is None or not self.is_running:
            return
        # "Fast shutdown": connections that a test forgot are cut instead of waited for.
        server.send_signal(signal.SIGQUIT if immediately else signal.SIGINT)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def throw_away_server() -> Iterator[str]:
    """Start a server, yield the address of its database, and remove all of it at the end.

    Yields
    ------
    str
        A SQLAlchemy address of the superuser's database, ``postgresql+psycopg://…``.

    Raises
    ------
    Unavailable
        There are no binaries, no user to run them as, or the server does not start.
    """
    with throw_away_cluster() as cluster:
        yield cluster.address


@contextmanager
def throw_away_cluster() -> Iterator[Cluster]:
    """Start a server, yield it, and remove all of it at the end.

    Raises
    ------
    Unavailable
        There are no binaries, no user to run them as, or the server does not start.
    """
    binaries = find_binaries()
    if binaries is None:
        raise Unavailable(
            "initdb was found neither on PATH nor in /usr/lib/postgresql; install PostgreSQL "
            "(Debian: apt-get install postgresql) or name a server in TEST_DATABASE_URL"
        )
    user = _user_to_run_as()
    # Not in pytest's folder: that one is closed to every other user, the server's included.
    folder = Path(tempfile.mkdtemp(prefix="trial-postgres-"))
    try:
        if user:
            shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
        password = secrets.token_urlsafe(16)
        _make_cluster(binaries, folder, password, user)
        cluster = _running(binaries, folder, password, user)
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_cluster(binaries: Path, folder: Path, password: str, user: str | None) -> None:
    secret = folder / "password"
    secret.write_text(password)
    secret.chmod(0o600)
    if user:
        shutil.chown(secret, user)
    made = subprocess.run(
        [
            binaries / "initdb",
            f"--pgdata={folder / 'data'}",
            f"--username={SERVER_USER}",
            # A password, because every user of this machine can reach the port.
            "--auth=password",
            f"--pwfile={secret}",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
            "--no-instructions",
        ],
        cwd=folder,
        user=user,
        capture_output=True,
        text=True,
        check=False,
    )
    secret.unlink()
    if made.returncode != 0:
        raise Unavailable(f"initdb failed: {made.stderr.strip() or made.stdout.strip()}")


def _running(binaries: Path, folder: Path, password: str, user: str | None) -> Cluster:
    settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
    for _ in range(ATTEMPTS):
        port = free_port()
        url = URL.create(DRIVER, SERVER_USER, password, "127.0.0.1", port, SERVER_USER)
        command: list[str | Path] = [binaries / "postgres", "-D", folder / "data"]
        command += ["-p", str(port), *settings]
        cluster = Cluster(url.render_as_string(hide_password=False), command, folder, user)
        if cluster.start():
            return cluster
        # Most likely somebody took the port in between: try another.
    log = (folder / LOG).read_text()
    raise Unavailable(f"the server did not start: {log[-2000:].strip()}")


def _answers(address: str, server: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(_for_psycopg(address), connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


@contextmanager
def fresh_database(server_address: str, *, like: str | None = None) -> Iterator[str]:
    """Make a database on the server, yield its address, and drop it at the end.

    Parameters
    ----------
    server_address
        A SQLAlchemy address of the server whose user may create databases.
    like
        The address of a database on it to be a copy of, which nobody may have open; empty
        otherwise.
    """
    template = "template1" if like is None else make_url(like).database or ""
    name = f"trial_{secrets.token_hex(6)}"
    with psycopg.connect(_for_psycopg(server_address), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        try:
            yield make_url(server_address).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


def _for_psycopg(address: str) -> str:
    return make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
