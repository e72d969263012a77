"""``python -m trial migrate``: bring the database to the present tables."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trial.cli import Commands


def add(commands: Commands) -> None:
    """Register the command."""
    command = commands.add_parser(
        "migrate",
        help="bring the database to the present tables",
        description="Makes the tables in an empty database, or changes those of an older version. "
        "Does nothing where they are current; all of it or nothing where it is interrupted.",
    )
    command.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    """Migrate the configured database and say what was done."""
    from trial.bootstrap import migrate

    print(migrate())
    return 0
