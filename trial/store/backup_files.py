"""Files that only their owner can read, and that are there as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def private_folder(beside: Path) -> Iterator[Path]:
    """Yield a folder that only this user can open, on the disk of `beside`; it goes at the end."""
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=beside) as folder:
        yield Path(folder)


def make(file: Path) -> None:
    """Make an empty file that only its owner can read and write.

    Raises
    ------
    FileExistsError
        When there is one already.
    """
    file.touch(0o600, exist_ok=False)


def move(file: Path, to: Path) -> None:
    """Give a file of :func:`private_folder` its name; after a power failure it has it too."""
    file.replace(to)
    folder = os.open(to.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
