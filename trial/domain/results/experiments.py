"""What a policy does with many trials, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any, TypeAlias

from pydantic import SerializerFunctionWrapHandler, model_serializer

from trial.domain.results.answers import NamedPolicy
from trial.domain.verdict import Verdict

Progress: TypeAlias = Callable[[int, int], None]
"""Called after each block with the trials done and the trials in all."""


Z = 1.959963984540054
"""Half the width of a 95 % interval, in standard errors."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something was so among trials: `count` of `of`."""

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """`count` / `of`, in [0, 1]; None where there was nothing to count among."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval of the share; None where there was nothing to count among."""
        share, error = self.share, self.error
        if share is None or error is None:
            return None
        middle = (share + Z**2 / (2 * self.of)) / (1 + Z**2 / self.of)
        return max(middle - error, 0.0), min(middle + error, 1.0)

    @property
    def error(self) -> float | None:
        """Monte-Carlo error: half the width of Wilson's 95 % interval, so above 0 at a share of 0.

        None where there was nothing to count among.
        """
        share = self.share
        if share is None:
            return None
        spread = share * (1 - share) / self.of + Z**2 / (4 * self.of**2)
        return Z * sqrt(spread) / (1 + Z**2 / self.of)

    @model_serializer
    def _told(self) -> dict[str, Any]:
        return {"count": self.count, "of": self.of, "share": self.share, "error": self.error}


@dataclass(frozen=True, slots=True)
class Characteristics:
    """What a policy does with trials of one behaviour, or with all of a population.

    Parameters
    ----------
    key, label : str
        Of the behaviour; ``"population"`` for all.
    verdicts : mapping of Verdict to Rate
        Of all trials.
    false_ready : Rate
        Of those judged ready, those that were dark within the year.
    false_feed : Rate
        Of those told to keep feeding, those that would have lasted.
    missed : Rate
        Of those that would have lasted, those not judged ready, whatever else they were told.
    dark, lasted : Rate
        Of all trials. Neither is the rest of the other: an account may thin out and not go dark.
    """

    key: str
    label: str
    verdicts: Mapping[Verdict, Rate]
    false_ready: Rate
    false_feed: Rate
    missed: Rate
    dark: Rate
    lasted: Rate

    @property
    def trials(self) -> int:
        """Number of trials."""
        return self.dark.of

    @model_serializer(mode="wrap")
    def _told(self, told: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields = told(self)
        head = {"behaviour": fields.pop("key"), "label": fields.pop("label")}
        return {**head, "trials": self.trials, **fields}


@dataclass(frozen=True, slots=True)
class Experiment:
    """The operating characteristics of one policy.

    Parameters
    ----------
    policy : Policy
    population, population_version : str, int
        Its name and version.
    weeks, trials, seed : int
        Length of a trial; number of trials; what makes the run repeatable.
    behaviours : tuple of Characteristics
        In the population's order.
    overall : Characteristics
    """

    policy: NamedPolicy
    population: str
    population_version: int
    weeks: int
    trials: int
    seed: int
    behaviours: tuple[Characteristics, ...]
    overall: Characteristics

    @model_serializer(mode="wrap")
    def _told(self, told: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields = told(self)
        named = {"name": self.population, "version": fields.pop("population_version")}
        return {**fields, "population": named}
