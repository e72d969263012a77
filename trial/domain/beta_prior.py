"""What is believed of a rate before anything of it was seen."""

from dataclasses import dataclass
from math import isfinite

from trial.domain.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class BetaPrior:
    """What is held of the rate before the first look: a beta distribution.

    Parameters
    ----------
    a, b : float
        Positive; as if `a` responses and `b` others had been seen. The default, 1 and 1, holds
        every rate equally likely.

    Raises
    ------
    InvalidInput
        When `a` or `b` is not a positive number.
    """

    a: float = 1.0
    b: float = 1.0

    def __post_init__(self) -> None:
        for value in (self.a, self.b):
            if not (isfinite(value) and value > 0):
                raise InvalidInput("Prior", value, "two numbers above 0, such as 1 and 1")


UNIFORM = BetaPrior()
