"""``python -m trial backup``: the whole database as one file, while people work."""

import argparse
from contextlib import closing
from pathlib import Path

from trial.bootstrap import backend_from
from trial.domain.counts import size_of
from trial.services import backups
from trial.services.access import OPERATOR


def run(arguments: argparse.Namespace) -> int:
    """Write the backup and say what is in it."""
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
