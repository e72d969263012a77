"""What can go wrong, in sentences a person can act on.

Every error that reaches a person is one of these. The text is complete by itself: what
happened, and what would be accepted, so that a page or the command line can show it as is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from reprlib import Repr
from typing import ParamSpec, TypeVar, cast

from trial.domain.characters import shortened

_MAX_VALUE = 80
_MAX_NAME = 200
_MAX_ACCEPTED = 1_000
# A number of more bits than this is told by its length: Python itself refuses to write out one of
# thousands of digits.
_MAX_NUMBER = 256

P = ParamSpec("P")
T = TypeVar("T")


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
        super().__init__(_refusal(field, value, accepted) if sentence is None else sentence)

    @property
    def fields(self) -> tuple[InvalidInput, ...]:
        """One refusal for each field that is to be changed."""
        return (self,)


class InvalidForm(InvalidInput):
    """Several fields of one form that cannot be taken, all of them said at once.

    Parameters
    ----------
    refusals : sequence of InvalidInput
        Two or more, in the order of the form. Field, value and accepted are those of the first.
    """

    def __init__(self, refusals: Sequence[InvalidInput]) -> None:
        first = refusals[0]
        sentence = " ".join(map(str, refusals))
        super().__init__(first.field, first.value, first.accepted, sentence=sentence)
        self._refusals = tuple(refusals)

    @property
    def fields(self) -> tuple[InvalidInput, ...]:
        """One refusal for each field that is to be changed."""
        return self._refusals


class FormReader:
    """Reads the fields of a form one by one, and keeps what is refused; see :func:`whole_form`."""

    def __init__(self) -> None:
        self.refusals: list[InvalidInput] = []

    def __call__(self, read: Callable[P, T], /, *args: P.args, **named: P.kwargs) -> T:
        """Return what `read` returns; where it refuses, the form is refused at its end."""
        try:
            return read(*args, **named)
        except InvalidInput as refused:
            self.refusals.extend(refused.fields)
            # Nobody sees it: the end of the form raises.
            return cast("T", None)


@contextmanager
def whole_form() -> Iterator[FormReader]:
    """Read every field of a form before any of them is refused.

    Raises
    ------
    InvalidInput
        At the end of the block, where a field was refused.
    InvalidForm
        Where several were.

    Examples
    --------
    >>> with whole_form() as read:  # doctest: +SKIP
    ...     name = read(fields.clean_line, "Name", name, limit=120)
    ...     email = read(fields.email_address, email)
    """
    reader = FormReader()
    yield reader
    if len(reader.refusals) > 1:
        raise InvalidForm(reader.refusals)
    if reader.refusals:
        raise reader.refusals[0]


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
            f"{where} cannot be {shown(value)}. Please give {shortened(accepted, _MAX_ACCEPTED)}."
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


def _refusal(field: str, value: object, accepted: str) -> str:
    name, wanted = shortened(field, _MAX_NAME), shortened(accepted, _MAX_ACCEPTED)
    if value is None or value == "":
        return f"Please fill in {name}: {wanted}."
    return f"{name} cannot be {shown(value)}. Please give {wanted}."


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
