"""Numbers with their nouns, as sentences say them."""

from __future__ import annotations

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def count_of(
    number: int,
    singular: str,
    plural: str | None = None,
    *,
    none: str | None = None,
    in_words: bool = False,
) -> str:
    """Return a number with its noun: ``1 post``, ``3 posts``, ``no posts``.

    Parameters
    ----------
    number : int
        At least 0.
    singular, plural : str
        The plural is the singular with an s where none is given.
    none : str, optional
        Said for 0; ``no <plural>`` by default.
    in_words : bool
        Whether a number up to ten is a word: ``one post``, ``ten posts``, ``11 posts``.
    """
    if number == 0 and none is not None:
        return none
    figure = _WORDS[number] if number == 0 or (in_words and number < len(_WORDS)) else number
    return f"{figure} {singular if number == 1 else plural or singular + 's'}"


def size_of(number: int) -> str:
    """Return a size in bytes as people say it: ``620 bytes``, ``112 kB``, ``1.4 MB``."""
    if number < 1000:
        return f"{number} bytes"
    if number < 1_000_000:
        return f"{number / 1000:.0f} kB"
    return f"{number / 1_000_000:.1f} MB"
