"""A hospital's installation to make backups of, and a process that works on it as the app does."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from tests.cli.conftest import EMAIL, PASSWORD, set_up
from trial.services import people, posts, sign_in, trials
from trial.services.access import OPERATOR
from trial.services.backend import Backend

ROOT = Path(__file__).parents[2]


def fill(backend: Backend) -> str:
    """Put a manager, a trial and two posts in; return the token of the manager's browser."""
    comms = set_up(backend)
    trial = trials.start(comms, backend, department="Cardiology", starts_on=date(2026, 1, 5))
    for title in ("Tea", "A line\twith\\a tab\nand Ümläute"):
        posts.add_unplanned(
            comms, backend, trial_id=trial.id, title=title, on=date(2026, 2, 9), contributor="Ada"
        )
    token = sign_in.sign_in(backend, email=EMAIL, password=PASSWORD).token
    backend.database.close()
    return token


def departments(backend: Backend) -> list[str]:
    """The names of the departments, read over a connection that is closed again."""
    names = [name for _, name in people.list_departments(OPERATOR, backend)]
    backend.database.close()
    return names


def add_department(backend: Backend, name: str) -> None:
    """Start the trial of one more department."""
    trials.start(OPERATOR, backend, department=name, starts_on=date(2026, 1, 5))
    backend.database.close()


@contextmanager
def app_running() -> Iterator[None]:
    """A process that has answered a click and waits for the next, its connection open."""
    program = (
        "import sys; from trial.bootstrap import ready_backend; backend = ready_backend();"
        "print('ready', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield
        process.stdin.close()


def path_with(folder: Path, scripts: dict[str, str]) -> str:
    """A PATH with these shell scripts before what PostgreSQL's own programs need."""
    folder.mkdir()
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return str(folder)


def real(program: str) -> str:
    """Where a program of PostgreSQL is."""
    found = shutil.which(program)
    assert found is not None
    return found
