"""``python -m trial migrate``: bring the database to the present tables."""

from __future__ import annotations

import argparse


def add_options(_command: argparse.ArgumentParser) -> None:
    """Add nothing: the command takes nothing."""


def run(_arguments: argparse.Namespace) -> int:
    """Migrate the configured database and say what was done."""
    from trial.bootstrap import migrate

    print(migrate())
    return 0
