"""The second front door: ``python -m trial COMMAND``, over the same services as the pages.

Each command is a module of this package, whose ``run`` does the work with the parsed arguments
and returns the exit status. It is imported when it is asked for, so that ``--help`` answers at
once. What a command takes stands in ``options.toml``, and what ``--help`` says of it in
``help/<command>.txt``: the command in one line; below an empty line what it does; and below a line
of three dashes what comes after the options, if anything.
"""

import argparse
import os
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from trial import __version__
from trial.cli.arguments import READERS
from trial.domain.errors import TrialError

COMMANDS = {
    "migrate": "migrate",
    "let-in": "let_in",
    "backup": "backup",
    "restore": "restore",
    "score": "score",
    "import": "import_calendar",
    "ppos": "ppos",
    "simulate": "simulate",
    "validate": "validate",
}
"""The modules of the commands by name, in the order ``--help`` lists them."""

_FOLDER = Path(__file__).parent

REFUSED = 2
"""Exit status when something was refused with a sentence; argparse uses the same."""

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells expect it."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    called = "trial" if Path(sys.argv[0]).stem == "trial" else "python -m trial"
    whole = argparse.ArgumentParser(
        prog=called,
        description="A three-month trial before a department gets its own account.",
        epilog=f"“{called} COMMAND --help” explains one command. The database is the one in "
        "DATABASE_URL; where that is not set, the file trial.db in the folder TRIAL_STORAGE.",
    )
    whole.add_argument("--version", action="version", version=f"Trial Channel {__version__}")
    commands = whole.add_subparsers(
        title="commands", metavar="COMMAND", dest="command", required=True
    )
    options = tomllib.loads((_FOLDER / "options.toml").read_text(encoding="utf-8"))
    for name in COMMANDS:
        told = (_FOLDER / "help" / f"{name}.txt").read_text(encoding="utf-8")
        summary, _, description = told.partition("\n\n")
        description, _, epilog = description.partition("---\n")
        own = commands.add_parser(
            name,
            help=summary,
            description=description,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        for option, told_of_it in options.get(name, {}).items():
            own.add_argument(option, **_with_reader(told_of_it))
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        What stands behind ``python -m trial``; the process's own by default.

    Returns
    -------
    int
        0 when it was done, 2 when it was refused (one sentence on stderr says why), 130 after
        Ctrl-C.

    Raises
    ------
    SystemExit
        From argparse: 0 after ``--help`` and ``--version``, 2 where the command line itself
        cannot be read.
    """
    chosen = parser().parse_args(arguments)
    try:
        with _noted(chosen.command):
            status: int = import_module(f"trial.cli.{COMMANDS[chosen.command]}").run(chosen)
            sys.stdout.flush()
    except TrialError as error:
        print(error, file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("Stopped. What was not finished was not saved.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has left; there is nobody to tell. Python would complain once
        # more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


def _with_reader(option: dict[str, Any]) -> dict[str, Any]:
    return option | {"type": READERS[option["type"]]} if "type" in option else option


@contextmanager
def _noted(command: str) -> Iterator[None]:
    """Leave a line for programs where they ask for lines; people read what is printed."""
    # Asked first, because a quick command has no time to load what writes lines.
    if not os.environ.get("TRIAL_LOG_FORMAT"):
        yield
        return
    from trial import logs
    from trial.config import log_format_in

    if log_format_in(os.environ) == "text":
        yield
        return
    logs.configure("json")
    logs.bind(what=command)
    began = time.perf_counter()
    went_wrong: dict[str, Any] = {}
    try:
        yield
    except BaseException as error:
        went_wrong = {"error": type(error).__name__}
        raise
    finally:
        logs.note("command ended", seconds=round(time.perf_counter() - began, 3), **went_wrong)
