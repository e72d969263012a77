"""Numbers with their nouns, as sentences say them."""

from collections.abc import Sequence

_NAMED = 3
"""So many weeks are told by number, more by how many they are."""

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


def listed(parts: Sequence[object], *, last: str = "and") -> str:
    """Return parts as people list them: ``4``, ``4 and 6``, ``4, 6 and 9``."""
    *before, end = map(str, parts)
    return f"{', '.join(before)} {last} {end}" if before else end


def weeks_named(weeks: Sequence[int]) -> str:
    """Return weeks, counted from 1, by number, many by how many: ``weeks 3 and 4``, ``5 weeks``."""
    if len(weeks) > _NAMED:
        return count_of(len(weeks), "week")
    return f"{'week' if len(weeks) == 1 else 'weeks'} {listed(weeks)}"


def size_of(number: int) -> str:
    """Return a size in bytes as people say it: ``620 bytes``, ``112 kB``, ``1.4 MB``."""
    if number < 1000:
        return f"{number} bytes"
    if number < 1_000_000:
        return f"{number / 1000:.0f} kB"
    return f"{number / 1_000_000:.1f} MB"


def hundredths(value: float) -> int:
    """Return how many whole hundredths a number in [0, 1] holds, with no part of a further one."""
    return int(value * 100 + 1e-9)


def points(score: float | None) -> str:
    """Return a score in [0, 1] as points of 100: ``91``; a dash where nothing was judged.

    Cut, never rounded up: 0.7499 is ``74``, because 75 would promise a verdict it does not have.
    """
    return "–" if score is None else str(hundredths(score))


def percent(share: float | None) -> str:
    """Return a share in [0, 1] as ``84 %``, cut as points are.

    Only nothing is ``0 %``: what lies above it is at least ``1 %``.
    """
    if share is None:
        return "–"
    return f"{max(hundredths(share), int(share > 0))} %"
