"""What can go wrong, in sentences a person can act on.

Every error that reaches a person is one of these. The text is complete by itself: what
happened, and what would be accepted, so that a page or the command line can show it as is.
"""

from __future__ import annotations


class TrialError(Exception):
    """Anything this product refuses, with a sentence fit to be shown."""


class InvalidInput(TrialError, ValueError):
    """A value that cannot be taken.

    Parameters
    ----------
    field : str
        The field as the person sees it, for example ``"Start"``.
    value : object
        What was given; shown shortened to 80 characters.
    accepted : str
        What would be accepted, as a phrase: ``"a Monday, such as Mon 5 Jan 2026"``.
    """

    def __init__(self, field: str, value: object, accepted: str) -> None:
        self.field = field
        self.value = value
        self.accepted = accepted
        empty = value is None or value == ""
        given = f"{field} is empty" if empty else f"{field}: {shown(value)} cannot be used"
        super().__init__(f"{given}; accepted is {accepted}.")


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
        super().__init__(
            f"{source}: {key} = {shown(value)} cannot be used; accepted is {accepted}."
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
    """Return `value` as it may stand inside a sentence: quoted if text, at most 80 characters."""
    if value is None or value == "":
        return "nothing"
    text = f"“{value}”" if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:76] + " …" + ("”" if isinstance(value, str) else "")
