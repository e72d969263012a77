"""The files a command is given: read and written, or told in one sentence why they cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from trial.services.histories import HistoryFile


def content(path: Path, field: str) -> bytes:
    """Return what is in a file; `field` is what the command calls it."""
    from trial.domain.errors import InvalidInput

    try:
        return path.read_bytes()
    except OSError as error:
        accepted = f"a file that can be read ({error.strerror})"
        raise InvalidInput(field, str(path), accepted) from error


def history(path: Path, field: str) -> HistoryFile:
    """Return a file of a posting history."""
    from trial.services.histories import HistoryFile

    return HistoryFile(path.name, content(path, field))


def write(path: Path, text: str, field: str) -> None:
    """Write a file in UTF-8, line ends as they are in `text`."""
    from trial.domain.errors import InvalidInput

    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        accepted = f"a file to write ({error.strerror})"
        raise InvalidInput(field, str(path), accepted) from error
