"""Asking for a yes before something is done that is hard to take back."""

from __future__ import annotations


def confirmed(question: str) -> bool:
    """Return whether the person at the terminal says yes; anything else is a no.

    Raises
    ------
    InvalidInput
        Where there is no terminal, and so nobody to ask.
    """
    import sys

    from trial.domain.errors import InvalidInput

    if not sys.stdin.isatty():
        raise InvalidInput("Confirmation", None, "--yes where nobody can be asked")
    return input(f"{question} [y/N] ").strip().casefold() in ("y", "yes", "j", "ja")
