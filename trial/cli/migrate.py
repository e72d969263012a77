"""``python -m trial migrate``: bring the database to the present tables."""

import argparse

from trial import bootstrap


def run(_arguments: argparse.Namespace) -> int:
    """Migrate the configured database and say what was done."""
    print(bootstrap.migrate())
    return 0
