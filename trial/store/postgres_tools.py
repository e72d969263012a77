"""``pg_dump`` and ``pg_restore``: new enough for the server, and run with no password in sight.

Where the database is and who asks is told to them by the environment that PostgreSQL's own library
reads; the arguments of a process can be read by everybody on the machine.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg import pq

from trial.domain.errors import NotPossible
from trial.store.engine import APPLICATION_NAME, Database

_LOCK_WAIT_MS = 15_000


class ToolMissing(NotPossible):
    """A program of PostgreSQL is not there, or older than the server."""

    def __init__(self, tool: str, wanted: int, version: int | None) -> None:
        how = "is not installed" if version is None else f"is of version {version}"
        super().__init__(
            f"The program {tool} {how}, and the server is PostgreSQL {wanted}. Nothing was "
            f"changed; install PostgreSQL's client programs of version {wanted} or newer (Debian: "
            f"apt-get install postgresql-client-{wanted})."
        )


class ToolFailed(Exception):
    """A program of PostgreSQL ended with an error; the text is the last line it wrote."""


def check(tool: str, server: int) -> str:
    """Return where a program is, once it is at least of the server's major version.

    Raises
    ------
    ToolMissing
        When it is not on the PATH, or older: ``pg_dump`` does not read a server newer than itself.
    """
    path = shutil.which(tool)
    if path is None:
        raise ToolMissing(tool, server, None)
    asked = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    version = re.search(r"\) (\d+)", asked.stdout)
    if version is None:
        raise ToolMissing(tool, server, None)
    if int(version[1]) < server:
        raise ToolMissing(tool, server, int(version[1]))
    return path


def dump_command(pg_dump: str, part: Path, tables: list[str]) -> list[str]:
    """Return what writes the tables, each named ``schema.table``, in PostgreSQL's own format."""
    return [
        pg_dump,
        "--format=custom",
        "--encoding=UTF8",
        "--no-owner",
        "--no-privileges",
        "--no-password",
        f"--lock-wait-timeout={_LOCK_WAIT_MS}",
        *(f"--table={table}" for table in tables),
        f"--file={part}",
    ]


def list_command(pg_restore: str, file: Path) -> list[str]:
    """Return what prints the table of contents of a dump."""
    return [pg_restore, "--list", str(file)]


def rows_command(pg_restore: str, file: Path, tables: Iterable[str] = ()) -> list[str]:
    """Return what prints the rows of a dump, of all its tables or of those named."""
    named = [f"--table={table}" for table in tables]
    return [pg_restore, "--data-only", *named, "--file=-", str(file)]


def environment(database: Database) -> dict[str, str]:
    """Return the environment in which PostgreSQL's programs reach `database`."""
    _, arguments = database.engine.dialect.create_connect_args(database.engine.url)
    variables = {
        option.keyword.decode(): option.envvar.decode()
        for option in pq.Conninfo.get_defaults()
        if option.envvar
    }
    given = {variables[key]: str(value) for key, value in arguments.items() if key in variables}
    return {**os.environ, **given, "PGAPPNAME": f"{APPLICATION_NAME}-backup", "LC_ALL": "C"}


def run(command: list[str], environ: dict[str, str] | None = None) -> None:
    """Run a program to its end.

    Raises
    ------
    ToolFailed
    """
    for _ in output(command, environ):
        pass


@contextmanager
def _started(
    command: list[str], environ: dict[str, str] | None
) -> Iterator[subprocess.Popen[bytes]]:
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603 – a program of PostgreSQL, and no shell
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
        )
        with process:
            try:
                yield process
            except BaseException:
                process.kill()  # nobody reads what else it would print
                raise
        if process.returncode != 0:
            complaints.seek(0)
            lines = complaints.read().decode("utf-8", "replace").strip().splitlines()
            raise ToolFailed(lines[-1] if lines else f"it ended with {process.returncode}")


def output(command: list[str], environ: dict[str, str] | None = None) -> Iterator[bytes]:
    """Yield the lines a program prints, and see at the end that it ended well.

    Raises
    ------
    ToolFailed
    """
    with _started(command, environ) as process:
        assert process.stdout is not None
        yield from process.stdout
