"""What may become a password, and a first one to hand over.

Whoever guesses begins with passwords that others had, with rows on the keyboard, and with what
anybody knows about a person: the name, the address, where they work. How many guesses a password
takes is estimated as zxcvbn does (Wheeler, USENIX Security 2016); words that anybody knows count
for nothing.
"""

import re
import secrets
import tomllib
import unicodedata
from collections.abc import Collection, Iterable
from pathlib import Path
from threading import Lock

from trial.domain.errors import InvalidInput

SHORTEST = 10
MAX_LENGTH = 200

LEAST_GUESSES = 10**10
"""Where zxcvbn's highest score, 4, begins: strong also against somebody who has stolen the slow
hash. Three common words reach it, and so do ten characters drawn at random."""

_JUDGED = 24
"""So many characters are looked at: what is strong is strong by then, and the estimate of a longer
one that is made to be slow holds up everybody."""

_FIRST_PASSWORD_LENGTH = 4
"""Words of 256: 32 bits, for a password that opens one thing once, with tries counted. NIST SP
800-63B asks 20 of secrets that are handed out and used once."""

_SHORTEST_NAME = 3
_SHORTEST_WITHIN = 5
_SMALL_WORDS = frozenset({"and", "the", "for", "und", "der", "die", "das", "fur", "fuer", "von"})
_ADVICE = "three or four words that have nothing to do with each other"
_GUESSED = "it is like those that are guessed first"
_NAMES = "it contains what others know: a name, an e-mail address, the organisation or a department"

# Read once; what the words are for stands beside them.
_WORDS = tomllib.loads(Path(__file__).with_name("password_words.toml").read_text("utf-8"))
FIRST_PASSWORD_WORDS = tuple(_WORDS["first"].split())

# Control characters, signs nobody sees, and marks that belong to the letter before them.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Mn", "Me"})

# It keeps the words of its last caller in a place that all threads share.
_one_at_a_time = Lock()


class WeakPassword(InvalidInput):
    """A new password that somebody else would soon guess; the text never holds it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(
            field,
            None,
            _ADVICE,
            sentence=f"This password is too weak, because {reason}. "
            f"Safe and easy to remember: {_ADVICE}.",
        )


def check(field: str, password: str, *, names: Iterable[str]) -> None:
    """Refuse a new password that is too short, too long or easy to guess.

    Parameters
    ----------
    field : str
        The field as the person sees it.
    names : iterable of str
        What anybody knows of the person: name, e-mail, organisation, departments.

    Raises
    ------
    InvalidInput
        When it has fewer than 10 characters that can be seen (spaces beside each other count as
        one), or more than 200 altogether.
    WeakPassword
        When it would be guessed within `LEAST_GUESSES`, also without the names in it, in whatever
        case and with or without accents.
    """
    _check_length(field, password)
    plain = _plain(password)
    known = _spellings(names)
    without_names = _without(plain, known)
    rest = _without(without_names, _spellings(_WORDS["tried"]))
    if min(_guesses(text, known) for text in {plain, rest}) < LEAST_GUESSES:
        raise WeakPassword(field, _GUESSED if without_names == plain else _NAMES)


def first_password() -> str:
    """Return a random password to hand to somebody: four different words, easy to read aloud."""
    return " ".join(secrets.SystemRandom().sample(FIRST_PASSWORD_WORDS, _FIRST_PASSWORD_LENGTH))


def _check_length(field: str, password: str) -> None:
    accepted = f"{SHORTEST} to {MAX_LENGTH} characters, such as {_ADVICE}"
    length, unseen = len(password), ""
    if length <= MAX_LENGTH:
        length = len(_seen(unicodedata.normalize("NFC", password)))
        unseen = "" if length == len(password) else " that can be seen"
    if not password:
        sentence = f"Choose a password of {accepted}."
        raise InvalidInput(field, None, accepted, sentence=sentence)
    if not SHORTEST <= length <= MAX_LENGTH:
        counted = f"{length} character{'' if length == 1 else 's'}{unseen}"
        sentence = f"This password has {counted}. Please choose one of {accepted}."
        raise InvalidInput(field, counted, accepted, sentence=sentence)


def _guesses(text: str, known: Collection[str]) -> float:
    if not text:
        return 0
    # Its lists take a tenth of a second to read, and most processes never set a password.
    from zxcvbn import zxcvbn

    with _one_at_a_time:
        return float(zxcvbn(text[:_JUDGED], user_inputs=list(known))["guesses"])


def _seen(text: str) -> str:
    visible = (sign for sign in text if sign.isspace() or unicodedata.category(sign) not in _UNSEEN)
    return " ".join("".join(visible).split())


def _plain(text: str) -> str:
    return _seen(unicodedata.normalize("NFKD", text).casefold())


def _spellings(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names and their parts as people write them, the longest first."""
    spelled = {
        part
        for name in names
        for whole in (_plain(name), _plain(_without_umlauts(name)))
        for part in (whole, "".join(re.findall(r"\w+", whole)), *re.findall(r"[^\W_]+", whole))
    }
    telling = (part for part in spelled if len(part) >= _SHORTEST_NAME and part not in _SMALL_WORDS)
    return tuple(sorted(telling, key=_longest_first))


def _longest_first(word: str) -> tuple[int, str]:
    return -len(word), word


def _without_umlauts(text: str) -> str:
    lower = unicodedata.normalize("NFC", text.casefold())
    return lower.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")


def _without(text: str, words: Iterable[str]) -> str:
    for word in words:
        # A short one stands in many others by chance: "ear" in "pearl".
        whole = rf"(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])"
        pattern = whole if len(word) < _SHORTEST_WITHIN else re.escape(word)
        text = re.sub(pattern, " ", text)
    return " ".join(text.split())
