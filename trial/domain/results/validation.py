"""How well the score foresees what became of accounts that are looked back on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Annotated, Any

from pydantic import Field, PlainSerializer, SerializerFunctionWrapHandler, model_serializer

from trial.domain.errors import InvalidInput
from trial.domain.results.answers import NamedPolicy, keyed_by
from trial.domain.results.experiments import Rate
from trial.domain.verdict import Verdict

EVERY_WEEKS = 26
"""Weeks from the start of one stretch to the next."""


def _with_interval(rate: Rate) -> dict[str, Any]:
    low, high = rate.interval or (None, None)
    return {"count": rate.count, "of": rate.of, "share": rate.share, "low": low, "high": high}


IntervalRate = Annotated[Rate, PlainSerializer(_with_interval)]
"""A rate that is told with its interval."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % interval.

    Parameters
    ----------
    value : float
    low, high : float or None
        None where the clusters are too few to say.
    """

    value: float
    low: float | None
    high: float | None


class Outcome(StrEnum):
    """What is asked of the time after: active (A) or keeping its rate (R), 26 or 52 weeks on."""

    A26 = "A26"
    A52 = "A52"
    R26 = "R26"
    R52 = "R52"

    @property
    def weeks_on(self) -> int:
        """Weeks from the start of the stretch to the start of the 13 weeks looked at."""
        return int(self.value[1:])

    @property
    def is_activity(self) -> bool:
        """Whether active weeks are counted; else posts."""
        return self.value.startswith("A")

    @property
    def label(self) -> str:
        """What an account that held out is, in words."""
        later = "half a year later" if self.weeks_on == EVERY_WEEKS else "a year later"
        return f"still active {later}" if self.is_activity else f"at half its rate or more {later}"


@dataclass(frozen=True, slots=True)
class WindowFilter:
    """Which stretches count.

    Parameters
    ----------
    min_rate, max_rate : float
        Posts a week over the stretch, both ends inside.

    Raises
    ------
    InvalidInput
        When they are not a lower and a higher number.
    """

    min_rate: float = 1.0
    max_rate: float = 10.0

    def __post_init__(self) -> None:
        if not 0 <= self.min_rate <= self.max_rate < inf:
            raise InvalidInput(
                "Rates",
                f"{self.min_rate:g} to {self.max_rate:g}",
                "a lower and a higher number, from 0",
            )

    def __str__(self) -> str:
        return f"{self.min_rate:g}–{self.max_rate:g} posts a week"


@dataclass(frozen=True, slots=True)
class Halfway:
    """How near two ways to foresee the band gate came.

    Parameters
    ----------
    week : int
        Weeks that were over.
    low, need, weeks : int
        What was foreseen: at least `low` posts in at least `need` of `weeks` weeks.
    kept : Rate
        Trials in which it came to be.
    forecast, share : float
        Brier scores of the forecast and of the share of weeks in band so far; lower is better.
    gain : Estimate
        `share` minus `forecast`.
    """

    week: int
    low: int
    need: int
    weeks: int
    kept: IntervalRate
    forecast: Annotated[float, Field(serialization_alias="brier")]
    share: Annotated[float, Field(serialization_alias="brier_share")]
    gain: Estimate


class Measure(StrEnum):
    """A number that ranks trials: the score, and what it is measured against."""

    SCORE = "score"
    MEAN_RATE = "mean_rate"
    ACTIVE_SHARE = "active_share"
    EQUAL_WEIGHT_4 = "equal_weight_4"

    @property
    def label(self) -> str:
        """The measure as people say it."""
        return {
            Measure.SCORE: "The score",
            Measure.MEAN_RATE: "Posts a week",
            Measure.ACTIVE_SHARE: "Share of active weeks",
            Measure.EQUAL_WEIGHT_4: "Four features, equal weight",
        }[self]


@dataclass(frozen=True, slots=True)
class Ranked:
    """How well one measure ranks what came after.

    Parameters
    ----------
    measure : Measure
    auc : Estimate or None
        In [0, 1]; None where all these trials came to the same, so that there is nothing to rank.
    ahead : Estimate or None
        The score's area minus this one's, from the same resamples; None for the score itself.
    """

    measure: Measure
    auc: Estimate | None
    auc_difference: Estimate | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """One outcome: how many held out, and how well each measure foresaw it.

    Parameters
    ----------
    outcome : Outcome
    held : Rate
        Of the trials watched long enough.
    ranked : tuple of Ranked
        In the order of :class:`Measure`.
    """

    outcome: Outcome
    held: IntervalRate
    ranked: tuple[Ranked, ...]

    def of(self, measure: Measure) -> Ranked:
        """Return how well `measure` ranks."""
        return next(ranked for ranked in self.ranked if ranked.measure is measure)

    @model_serializer(mode="wrap")
    def _told(self, told: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields = told(self)
        ranked = {one["measure"]: one for one in fields.pop("ranked")}
        ahead = {of: one["auc_difference"] for of, one in ranked.items() if of != Measure.SCORE}
        return {**fields, "auc": {of: one["auc"] for of, one in ranked.items()}, "ahead": ahead}


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of the trials with one verdict; each rate is of those watched long enough."""

    verdict: Verdict
    trials: int
    held: Mapping[Outcome, IntervalRate]


@dataclass(frozen=True, slots=True)
class ScoreDecile:
    """What became of the trials whose score lies in one tenth.

    Parameters
    ----------
    low, high : float
        From `low` to below `high`; the last tenth includes 1.
    trials : int
    mean_score : float
    held : mapping of Outcome to Rate
        Of those watched long enough.
    """

    low: float
    high: float
    trials: int
    mean_score: float
    held: Mapping[Outcome, IntervalRate]


@dataclass(frozen=True, slots=True)
class Calibration:
    """The score read as a chance, which it was not made to be.

    Parameters
    ----------
    outcome : Outcome
    score : float
        Brier score of the score read as a chance; lower is better.
    share : float
        Brier score of telling every account the share that held out.
    """

    outcome: Outcome
    score: float
    share: float


@dataclass(frozen=True, slots=True)
class GroupFindings:
    """The findings on all trials, or on some of them.

    Parameters
    ----------
    key, label : str
        ``all``, ``by_day``, or the source.
    accounts, clusters, trials : int
    rankings : tuple of Ranking
        In the order of :class:`Outcome`.
    decided : tuple of Decided
        Ready, extend, keep feeding, and not enough evidence where that fell.
    tenths : tuple of ScoreDecile
        The tenths that hold a trial, lowest first.
    calibration : tuple of Calibration
        For the outcomes about activity that could be looked at.
    """

    key: str
    label: str
    accounts: int
    clusters: int
    trials: int
    rankings: Annotated[
        tuple[Ranking, ...], keyed_by("outcome"), Field(serialization_alias="outcomes")
    ]
    decided: Annotated[tuple[Decided, ...], Field(serialization_alias="verdicts")]
    tenths: tuple[ScoreDecile, ...]
    calibration: Annotated[
        tuple[Calibration, ...], keyed_by("outcome"), Field(serialization_alias="brier")
    ]

    def ranking(self, outcome: Outcome) -> Ranking:
        """Return the findings on one outcome."""
        return next(ranking for ranking in self.rankings if ranking.outcome is outcome)

    def verdict(self, verdict: Verdict) -> Decided:
        """Return what became of the trials with one verdict."""
        return next(decided for decided in self.decided if decided.verdict is verdict)


@dataclass(frozen=True, slots=True)
class Validation:
    """What the verdicts of one policy were worth on real histories.

    Parameters
    ----------
    policy : Policy
    choice : WindowFilter
    seed, resamples : int
    left_out : mapping of str to int
        Accounts without a trial, by reason.
    halfway : Halfway or None
        What the forecast after six weeks was worth; None where there is no forecast.
    whole : GroupFindings
        All trials.
    by_day : GroupFindings or None
        Only those of accounts whose posts have days; None where that is all of them.
    sources : tuple of GroupFindings
        By source, in the order of the file; empty where there is only one.
    """

    policy: NamedPolicy
    choice: WindowFilter
    seed: int
    resamples: int
    left_out: Mapping[str, int]
    halfway: Annotated[Halfway | None, Field(serialization_alias="forecast")]
    whole: Annotated[GroupFindings, Field(serialization_alias="all")]
    by_day: GroupFindings | None
    sources: tuple[GroupFindings, ...]

    @property
    def groups(self) -> tuple[GroupFindings, ...]:
        """The findings on some of the trials only: by the day, then by source."""
        return (self.by_day, *self.sources) if self.by_day else self.sources


@dataclass(frozen=True, slots=True)
class ValidatedFiles:
    """The findings on the accounts of some files, and how the files were read.

    Parameters
    ----------
    files : tuple of str
        Names.
    validation : Validation
    notes : tuple of str
        Sentences worth telling.
    """

    files: tuple[str, ...]
    validation: Validation
    notes: tuple[str, ...]
