"""What people type, made fit to be kept: trimmed, in bounds, or refused with a sentence."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from trial.domain.calendar import spoken_day
from trial.domain.errors import InvalidInput

NAME_LIMIT = 120
DEPARTMENT_LIMIT = 80
REASON_LIMIT = 500
EMAIL_LIMIT = 254

_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s.,;<>\"]+")


def one_line(field: str, typed: str, *, limit: int, required: bool = True) -> str:
    """Return `typed` as one line: control characters and line ends become single spaces.

    Parameters
    ----------
    field : str
        The field as the person sees it.
    limit : int
        Longest text kept, in characters.
    required : bool
        Whether a text of nothing but space is refused.

    Raises
    ------
    InvalidInput
        When the text is longer than `limit` (the sentence says how long), or missing.
    """
    return _in_bounds(field, " ".join(_printable(typed).split()), limit, required)


def prose(field: str, typed: str, *, limit: int = REASON_LIMIT, required: bool = False) -> str:
    """Return `typed` with its paragraphs kept and everything else that cannot be seen removed.

    Raises
    ------
    InvalidInput
        When the text is longer than `limit` (the sentence says how long), or missing.
    """
    lines = (" ".join(_printable(line).split()) for line in typed.splitlines())
    return _in_bounds(field, "\n".join(lines).strip(), limit, required)


def as_known(address: str) -> str:
    """Return an e-mail address as accounts are known by, whatever it is.

    Small letters, no space around it, and none of the signs nobody sees (Cf), which may come along
    where it was copied from.
    """
    return "".join(each for each in address if unicodedata.category(each) != "Cf").strip().lower()


def email_address(typed: str) -> str:
    """Return an e-mail address in the one spelling accounts are known by.

    Raises
    ------
    InvalidInput
        When it does not look like one address.
    """
    address = as_known(typed)
    if len(address) > EMAIL_LIMIT or not _EMAIL.fullmatch(address):
        raise InvalidInput("E-mail", typed, "one address such as ward@hospital.example")
    return address


def day_within(field: str, day: date, first: date, last: date) -> date:
    """Return `day` if it lies from `first` to `last`, both inside.

    Raises
    ------
    InvalidInput
        When it does not; names both ends.
    """
    if first <= day <= last:
        return day
    raise InvalidInput(
        field,
        spoken_day(day, year=True),
        f"a day from {spoken_day(first, year=True)} to {spoken_day(last, year=True)}",
    )


def _printable(text: str) -> str:
    # Cc are control characters, Cs stray halves of surrogate pairs that no database takes;
    # joiners and direction marks (Cf) stay, emoji and some scripts are written with them.
    visible = "".join(
        " " if unicodedata.category(character) in ("Cc", "Cs") else character for character in text
    )
    # One spelling for what looks the same: ü as one character, not as u and dots.
    return unicodedata.normalize("NFC", visible)


def _in_bounds(field: str, text: str, limit: int, required: bool) -> str:
    if len(text) > limit:
        raise InvalidInput(
            field, f"{text[:30]}… ({len(text)} characters)", f"at most {limit} characters"
        )
    if required and not text:
        raise InvalidInput(field, None, f"1 to {limit} characters")
    return text
