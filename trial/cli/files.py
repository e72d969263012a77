"""The files a command is given: read and written, or told in one sentence why they cannot be."""

from pathlib import Path

from trial.domain.errors import InvalidInput
from trial.ingest.raw_tables import SIZE_LIMIT, refuse_size


def content(path: Path, field: str) -> bytes:
    """Return what is in a file; `field` is what the command calls it.

    A file that is too large for any use is refused unread.
    """
    try:
        with path.open("rb") as file:
            refuse_size(path.name, path.stat().st_size)
            return file.read(SIZE_LIMIT + 1)
    except OSError as error:
        accepted = f"a file that can be read ({error.strerror})"
        raise InvalidInput(field, str(path), accepted) from error


def write(path: Path, text: str, field: str) -> None:
    """Write a file in UTF-8, line ends as they are in `text`."""
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        accepted = f"a file to write ({error.strerror})"
        raise InvalidInput(field, str(path), accepted) from error
