"""``python -m trial backup``: the whole database as one file, while people work."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trial.cli import Commands

_DESCRIPTION = """Write the whole database into one file, while the app runs.

The file is checked before it gets its name, and only its owner can read it. It holds hashes of
passwords: keep it as carefully as the database itself. PostgreSQL's program pg_dump is needed for
a PostgreSQL database."""


def add(commands: Commands) -> None:
    """Register the command."""
    command = commands.add_parser(
        "backup",
        help="write the whole database into one file",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("file", metavar="FILE", help="the file to write")
    command.add_argument("--overwrite", action="store_true", help="replace FILE if it is there")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the backup and say what is in it."""
    from contextlib import closing
    from pathlib import Path

    from trial.bootstrap import backend_from
    from trial.cli.files import size_of
    from trial.services import backups
    from trial.services.access import OPERATOR

    backend = backend_from()
    with closing(backend.database):
        written = backups.back_up(
            OPERATOR, backend, file=Path(arguments.file), overwrite=arguments.overwrite
        )
    print(
        f"{arguments.file} is a checked backup of the {written.database} database with "
        f"{written.counts} ({size_of(written.size)}, tables of revision {written.revision})."
    )
    return 0
