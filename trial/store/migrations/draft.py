"""Drafting a revision after the tables were changed, to be read and mended by a person.

``python -m trial.store.migrations.draft "Keep the time of day of a post"`` compares the tables
with what the revisions make of an empty database, and writes the difference as a new revision.
"""

from __future__ import annotations

import sys

from alembic import command
from alembic.script import Script, ScriptDirectory

from trial.store.engine import Database
from trial.store.migrate import configuration, upgrade


def draft(sentence: str) -> Script:
    """Write a revision that leads from the latest one to the tables, and return it.

    Parameters
    ----------
    sentence : str
        What it does; its first line, without the full stop.
    """
    database = Database("sqlite://")
    config = configuration()
    latest = ScriptDirectory.from_config(config).get_current_head()
    if latest is not None:
        upgrade(database)
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        written = command.revision(
            config, sentence, autogenerate=True, rev_id=f"{int(latest or 0) + 1:04d}"
        )
    assert isinstance(written, Script)
    return written


if __name__ == "__main__":
    sys.stdout.write(f"{draft(sys.argv[1]).path}\n")
