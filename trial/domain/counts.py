"""Numbers with their nouns, as sentences say them."""

from __future__ import annotations


def count_of(number: int, singular: str, plural: str | None = None) -> str:
    """Return a number with its noun, always in figures: ``1 post``, ``3 posts``, ``0 posts``.

    Parameters
    ----------
    number : int
        At least 0.
    singular, plural : str
        The plural is the singular with an s where none is given.
    """
    return f"{number} {singular if number == 1 else plural or singular + 's'}"
