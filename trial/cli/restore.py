"""``python -m trial restore``: put a backup in the place of the database."""

import argparse
from contextlib import closing
from pathlib import Path

from trial.bootstrap import backend_from
from trial.cli.terminal import confirmed
from trial.services import backups
from trial.services.access import OPERATOR


def run(arguments: argparse.Namespace) -> int:
    """Restore the backup, once somebody has said yes."""
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
