"""What can go wrong, in sentences a person can act on.

Every error that reaches a person is one of these. The text is complete by itself: what
happened, and what would be accepted, so that a page or the command line can show it as is.
"""

from __future__ import annotations

from reprlib import Repr

from trial.domain.characters import shortened

_MAX_VALUE = 80
_MAX_NAME = 200
_MAX_ACCEPTED = 1_000
# A number of more bits than this is told by its length: Python itself refuses to write out one of
# thousands of digits.
_MAX_NUMBER = 256


class TrialError(Exception):
    """Anything this product refuses, with a sentence fit to be shown."""


class InvalidInput(TrialError, ValueError):
    """A value that cannot be taken.

    Parameters
    ----------
    field : str
        The field as the person sees it, for example ``"Start"``; shown shortened to 200
        characters.
    value : object
        What was given; shown shortened to 80 characters.
    accepted : str
        What would be accepted, as a phrase: ``"a Monday, such as Mon 5 Jan 2026"``; shown
        shortened to 1,000 characters, for it may list what a file holds.
    sentence : str, optional
        The whole text, where the value may not be quoted, or these parts make no good one.
    """

    def __init__(
        self, field: str, value: object, accepted: str, *, sentence: str | None = None
    ) -> None:
        self.field = field
        self.value = value
        self.accepted = accepted
        if sentence is not None:
            super().__init__(sentence)
            return
        empty = value is None or value == ""
        name = shortened(field, _MAX_NAME)
        given = f"{name} is empty" if empty else f"{name}: {shown(value)} cannot be used"
        super().__init__(f"{given}; accepted is {shortened(accepted, _MAX_ACCEPTED)}.")


class PolicyError(TrialError, ValueError):
    """A policy file that is not a policy.

    Parameters
    ----------
    source : str
        The file (or other origin) the policy was read from.
    key : str
        The dotted key, for example ``"band.low"``.
    value : object
        The offending value.
    accepted : str
        What would be accepted.
    """

    def __init__(self, source: str, key: str, value: object, accepted: str) -> None:
        self.source = source
        self.key = key
        self.value = value
        self.accepted = accepted
        where = f"{shortened(source, _MAX_NAME)}: {shortened(key, _MAX_NAME)}"
        super().__init__(
            f"{where} = {shown(value)} cannot be used; accepted is "
            f"{shortened(accepted, _MAX_ACCEPTED)}."
        )


class NotSignedIn(TrialError):
    """Nobody is signed in, or the sign-in has ended."""

    def __init__(self) -> None:
        super().__init__("Please sign in to go on.")


class NotAllowed(TrialError):
    """The actor lacks a permission; the text never says whether the thing exists."""

    def __init__(self, what: str = "this") -> None:
        super().__init__(f"Your account does not open {what}. Communications can help.")


class NotFound(TrialError):
    """The thing is not (or no longer) there."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not there any more. Nothing was changed.")


class NotPossible(TrialError):
    """Something the present state of a thing does not allow.

    Parameters
    ----------
    sentence : str
        The whole text: how it stands, and where there is one, the way on.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


class StaleEdit(TrialError):
    """Somebody else changed the same thing first."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} was changed by somebody else a moment ago. Nothing of yours was saved over "
            "it; look at the new state and try again."
        )


class DatabaseBusy(TrialError):
    """The database did not answer in time; the same may work a moment later."""

    def __init__(self) -> None:
        super().__init__(
            "The database did not answer in time. Nothing was saved; please try again in a moment."
        )


def shown(value: object) -> str:
    """Return `value` as it may stand inside a sentence: quoted if text, at most 80 characters.

    The work does not grow with the value, and what cannot be shown is replaced.
    """
    if value is None or value == "":
        return "nothing"
    if isinstance(value, str):
        return f"“{shortened(value, _MAX_VALUE - 2)}”"
    if isinstance(value, int) and value.bit_length() > _MAX_NUMBER:
        return f"a number of about {value.bit_length() * 30103 // 100000:,} digits"
    return shortened(_written_out(value), _MAX_VALUE)


def _written_out(value: object) -> str:
    # A table of a file may hold anything, and as much of it as the file has.
    return _few.repr(value) if isinstance(value, dict | list | tuple) else str(value)


_few = Repr()
_few.maxstring = _few.maxother = _MAX_VALUE
