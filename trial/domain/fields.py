"""What people type, made fit to be kept: trimmed, in bounds, or refused with a sentence.

Every text on its way to the database goes through here. Length comes first: what is far longer
than its field is refused before a single character of it is looked at, so that nobody keeps the
server busy by typing. What cannot be seen is refused by name rather than dropped, because a text
that was quietly changed is no longer what its author meant; white space that comes along with
pasted text is no such thing, and becomes a space or the end of a line.
"""

import re
import unicodedata
from datetime import date
from urllib.parse import urlsplit

from trial.domain.calendar import spoken_day
from trial.domain.characters import shortened, showable, unshowable_at
from trial.domain.errors import InvalidInput, shown

NAME_LIMIT = 120
DEPARTMENT_LIMIT = 80
REASON_LIMIT = 500
EMAIL_LIMIT = 254
TIME_ZONE_LIMIT = 64
FILE_NAME_LIMIT = 120
_WISHES = {
    "Department": "Give the department a name of",
    "Name": "Give the person a name of",
    "Your name": "Give your name, with",
    "Name of the policy": "Give the policy a name of",
    "Organisation": "Give the organisation a name of",
    "Title": "Give the post a title of",
    "Reason": "Give a reason of",
    "What to change": "Say what to change, in",
    "What happened": "Say what happened, in",
}
"""What is asked for where a text is missing; other fields are named as they are."""
# What is typed may be longer than what is kept: space around it goes, and letters that travel as
# several characters (u and dots) become one. So much room a field has for that.
_ROOM, _FURTHER_ROOM = 4, 1_000

_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s.,;<>\"]+")


class UnshowableCharacter(InvalidInput):
    """A text with a character in it that nobody can see, named by its place."""

    def __init__(self, field: str, text: str, at: int) -> None:
        code = f"U+{ord(text[at]):04X}"
        super().__init__(
            field,
            code,
            "text that can be seen",
            sentence=f"{shortened(field, NAME_LIMIT)} contains a character that cannot be shown "
            f"({code}), at place {at + 1}. Remove it there, or type the text instead of pasting "
            "it.",
        )


def clean_line(field: str, typed: str, *, limit: int, required: bool = True) -> str:
    """Return `typed` as one line: white space of every kind becomes single spaces.

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
    UnshowableCharacter
        When a character of it cannot be shown.
    """
    return _in_bounds(field, _spelled(" ".join(_fit(field, typed, limit).split())), limit, required)


def clean_text(field: str, typed: str, *, limit: int = REASON_LIMIT, required: bool = False) -> str:
    """Return `typed` with its paragraphs kept, and single spaces within its lines.

    Raises
    ------
    InvalidInput
        When the text is longer than `limit` (the sentence says how long), or missing.
    UnshowableCharacter
        When a character of it cannot be shown.
    """
    lines = (" ".join(line.split()) for line in _fit(field, typed, limit).splitlines())
    return _in_bounds(field, _spelled("\n".join(lines).strip()), limit, required)


def verbatim(field: str, typed: str, *, limit: int, required: bool = True) -> str:
    """Return `typed` letter by letter as it is, but for white space around it.

    For names that others have given, such as web addresses: spelled another way, they lead
    elsewhere.

    Raises
    ------
    InvalidInput
        When the text is longer than `limit` (the sentence says how long), or missing.
    UnshowableCharacter
        When a character of it cannot be shown.
    """
    return _in_bounds(field, _fit(field, typed, limit).strip(), limit, required)


def normalise_email(address: str) -> str:
    """Return an e-mail address as accounts are known by, whatever it is.

    Small letters, no space around it, and none of the signs nobody sees (Cf), which may come along
    where it was copied from. Empty, which no account is known by, where none can have it: it is
    far too long, or a character of it cannot be shown.
    """
    if len(address) > _longest_typed(EMAIL_LIMIT) or unshowable_at(address) is not None:
        return ""
    return "".join(each for each in address if unicodedata.category(each) != "Cf").strip().lower()


def email_address(typed: str) -> str:
    """Return an e-mail address in the one spelling accounts are known by.

    Raises
    ------
    InvalidInput
        When it does not look like one address.
    UnshowableCharacter
        When a character of it cannot be shown.
    """
    address = normalise_email(_fit("E-mail", typed, EMAIL_LIMIT))
    if len(address) > EMAIL_LIMIT or not _EMAIL.fullmatch(address):
        accepted = "an e-mail address such as ward@hospital.example"
        sentence = f"Give {accepted}."
        if address:
            sentence = f"{shown(typed)} is not an e-mail address. {sentence}"
        raise InvalidInput("E-mail", typed, accepted, sentence=sentence)
    return address


def file_name(given: str) -> str:
    """Return a file's name as it is kept: its last part, without what cannot be shown.

    Nobody chooses the characters of a file's name here, so none of them is refused.
    """
    # The longest name a file can have is 255 characters; a path before it is of no interest.
    short = given[-1_000:].replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(sign for sign in short if sign.isprintable()).strip() or "file"
    half = FILE_NAME_LIMIT // 2
    return plain if len(plain) <= FILE_NAME_LIMIT else f"{plain[:half]}…{plain[1 - half :]}"


def day(field: str, value: object) -> date:
    """Return `value` if it is a date, and not a moment.

    Raises
    ------
    InvalidInput
    """
    if type(value) is not date:
        raise InvalidInput(field, value, "a day such as 2026-02-13")
    return value


def refused_day(
    field: str, day: date, accepted: str, *, sentence: str | None = None
) -> InvalidInput:
    """Return the refusal of a day, which is told with its year; as :class:`InvalidInput`."""
    return InvalidInput(field, spoken_day(day, year=True), accepted, sentence=sentence)


def day_within(field: str, day: date, first: date, last: date) -> date:
    """Return `day` if it lies from `first` to `last`, both inside.

    Raises
    ------
    InvalidInput
        When it does not; names both ends.
    """
    if first <= day <= last:
        return day
    raise refused_day(field, day, f"a day from {day_range(first, last)}")


def day_range(first: date, last: date) -> str:
    """Return a range of days as a refusal names it, both ends with their years."""
    return f"{spoken_day(first, year=True)} to {spoken_day(last, year=True)}"


def _longest_typed(limit: int) -> int:
    return _ROOM * limit + _FURTHER_ROOM


def _fit(field: str, typed: str, limit: int) -> str:
    """Refuse what cannot become a text of `limit` characters: by its length, then by a look."""
    if len(typed) > _longest_typed(limit):
        raise _too_long(field, typed, limit)
    if (at := unshowable_at(typed)) is not None:
        raise UnshowableCharacter(field, typed, at)
    return typed


def _spelled(text: str) -> str:
    # One spelling for what looks the same: ü as one character, not as u and dots.
    return unicodedata.normalize("NFC", text)


def _too_long(field: str, text: str, limit: int) -> InvalidInput:
    begins, accepted = " ".join(showable(text[:30]).split()), f"at most {limit} characters"
    sentence = (
        f"{shortened(field, NAME_LIMIT)} has {len(text)} characters. Please shorten it to "
        f"{accepted}: “{begins}…”"
    )
    return InvalidInput(field, begins, accepted, sentence=sentence)


def _in_bounds(field: str, text: str, limit: int, required: bool) -> str:
    if len(text) > limit:
        raise _too_long(field, text, limit)
    if required and not text:
        wish = _WISHES.get(field, f"Please fill in {shortened(field, NAME_LIMIT)}, with")
        accepted = f"1 to {limit} characters"
        raise InvalidInput(field, None, accepted, sentence=f"{wish} {accepted}.")
    return text


def web_address(field: str, typed: str, *, limit: int) -> str:
    """Return `typed` if it is an ``http`` or ``https`` address with a host.

    Raises
    ------
    InvalidInput
    """
    address = verbatim(field, typed, limit=limit, required=False)
    accepted = "a web address such as https://www.instagram.com/p/…"
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError as error:
        raise InvalidInput(field, typed, accepted) from error
    if not usable or not address.isprintable() or " " in address:
        raise InvalidInput(field, typed, accepted)
    return address
