"""Characters nobody can see, and that neither a database nor a screen takes as they are.

PostgreSQL refuses NUL, no database takes half of a surrogate pair, a terminal obeys ESC. White
space is not among them, whatever its name: it comes along with everything that is pasted.
"""

import re

# Control characters (Cc) but for white space, surrogates (Cs), and the code points that Unicode
# keeps from being characters: 32 in one row, and the last two of each of the 17 planes.
_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
REPLACEMENT = "\ufffd"
"""What stands for a character that cannot be shown, where a text is only quoted."""


def unshowable_at(text: str) -> int | None:
    """Return where the first character that cannot be shown stands, from 0; None without one."""
    match = _UNSHOWABLE.search(text)
    return None if match is None else match.start()


def showable(text: str) -> str:
    """Return `text` as it may be quoted: each character that cannot be shown replaced."""
    return _UNSHOWABLE.sub(REPLACEMENT, text)


def shortened(text: str, longest: int) -> str:
    """Return `text` as it may be quoted, at most `longest` characters of it.

    No more of a longer text is looked at, however long it is.
    """
    if len(text) <= longest:
        return showable(text)
    return showable(text[: longest - 2]) + " …"
