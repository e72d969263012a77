"""What thresholds do, what errors cost, and the thresholds that cost least."""

from __future__ import annotations

from dataclasses import dataclass, replace

from trial.domain.errors import InvalidInput
from trial.domain.policy import Policy
from trial.domain.results.experiments import Rate


@dataclass(frozen=True, slots=True)
class Point:
    """What one threshold does.

    Parameters
    ----------
    ready_from : float
        Score from which a trial is ready.
    ready : Rate
        Of all trials, those judged ready.
    false_ready : Rate
        Of those judged ready, those dark within the year.
    missed : Rate
        Of those that would have lasted, those not judged ready.
    """

    ready_from: float
    ready: Rate
    false_ready: Rate
    missed: Rate

    @property
    def of_all(self) -> tuple[Rate, Rate, Rate]:
        """Of all trials: those ready, those ready and dark within the year, those missed."""
        everybody = self.ready.of
        return (
            self.ready,
            Rate(self.false_ready.count, everybody),
            Rate(self.missed.count, everybody),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """What all thresholds do, the lowest first.

    It equals nothing but itself, so that what is drawn of it can be remembered by it.
    """

    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Costs:
    """What each error costs, in units of one department refused that would have lasted.

    Parameters
    ----------
    dark : float
        An account that is granted and goes dark, from 0 to 1000.
    extended : float
        A trial that is extended, however it ends, from 0 to 1000.

    Raises
    ------
    InvalidInput
        When a cost lies outside its range.
    """

    dark: float
    extended: float

    def __post_init__(self) -> None:
        for name, value in (
            ("Cost of an account that goes dark", self.dark),
            ("Cost of an extension", self.extended),
        ):
            if not 0 <= value <= _DEAREST:
                raise InvalidInput(name, value, f"a number from 0 to {_DEAREST:g}")


_DEAREST = 1000


@dataclass(frozen=True, slots=True)
class Expected:
    """An expected cost per trial, and its Monte-Carlo error: half of a 95 % interval."""

    cost: float
    error: float


@dataclass(frozen=True, slots=True)
class OptimalThresholds:
    """The thresholds with the lowest expected cost.

    Parameters
    ----------
    ready_from, feed_below : float
        Of `GRID`, or both the policy's own; of several that cost the same, those nearest to them.
    expected, today : Expected
        What they cost, and what the policy's own thresholds cost.
    ready_range, feed_range : tuple of float
        How flat the optimum is: from where to where one threshold may move, the other held, until
        the cost is higher than the lowest by more than its Monte-Carlo error.
    """

    ready_from: float
    feed_below: float
    expected: Expected
    today: Expected
    ready_range: tuple[float, float]
    feed_range: tuple[float, float]

    def is_as_set_in(self, policy: Policy) -> bool:
        """Whether `policy` has these thresholds; the lower counts only where it does anything."""
        same_below = self.feed_below == policy.feed_below or not policy.middle_open
        return self.ready_from == policy.ready_from and same_below

    def applied_to(self, policy: Policy) -> Policy:
        """Return `policy` with these thresholds."""
        return replace(policy, ready_from=self.ready_from, feed_below=self.feed_below)
