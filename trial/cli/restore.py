"""``python -m trial restore``: put a backup in the place of the database."""

from __future__ import annotations

import argparse


def add_options(command: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    command.add_argument("file", metavar="FILE", help="what “python -m trial backup” wrote")
    command.add_argument("--yes", action="store_true", help="do not ask")


def run(arguments: argparse.Namespace) -> int:
    """Restore the backup, once somebody has said yes."""
    from contextlib import closing
    from pathlib import Path

    from trial.bootstrap import backend_from
    from trial.cli.terminal import confirmed
    from trial.services import backups
    from trial.services.access import OPERATOR

    backend, file = backend_from(), Path(arguments.file)
    with closing(backend.database):
        backup = backups.inspect(OPERATOR, backend, file=file)
        question = f"Replace {backend.database.shown_url} by this backup with {backup.counts}?"
        if not arguments.yes and not confirmed(question):
            print("Nothing was restored.")
            return 0
        done = backups.restore(OPERATOR, backend, file=file)
    print(f"Restored {done.backup.counts} from {arguments.file}. Everybody has to sign in again.")
    if done.former is not None:
        print(f"The former database is kept as {done.former}.")
    for note in done.notes:
        print(note)
    return 0
