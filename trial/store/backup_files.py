"""Files that only their owner can read, and that are there as a whole or not at all."""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = ".trial-channel-backup-"
_DAY_SECONDS = 24 * 60 * 60


@contextmanager
def private_folder(beside: Path) -> Iterator[Path]:
    """Yield a folder that only this user can open, on the disk of `beside`; it goes at the end.

    One that a process had no time to remove, because it was killed, goes a day later.
    """
    beside.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(beside)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=beside) as folder:
        yield Path(folder)


def _remove_leftovers(beside: Path) -> None:
    for folder in beside.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            status = folder.lstat()
            is_ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid()
            if is_ours and time.time() - status.st_mtime > _DAY_SECONDS:
                shutil.rmtree(folder)


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
