"""How departments behave: the parameters that made-up trials are drawn from.

The behaviours are a TOML document that people may edit. Each parameter carries its unit, its source
and its rationale, because a simulation is worth what its assumptions are worth. A behaviour names
only what sets it apart; the rest it takes from the document's parameters. Parsing is as strict as
a policy's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from math import ceil
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from trial.domain.calendar import DAYS_IN_WEEK
from trial.domain.documents import NOTES, Reading, entries_of, number, proportion, whole
from trial.domain.errors import InvalidInput, PolicyError

MAX_PEOPLE = 4
"""Most contributors of a made-up department."""

WEEKS_IN_YEAR = 52
_SHARE_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Traits:
    """What a department does, week by week; every number a parameter of the document.

    Parameters
    ----------
    rate : float
        Median over departments of the posts a week in the middle of the trial, pauses left out.
    spread : float
        Standard deviation of the log rate between departments.
    dispersion : float
        k of the negative binomial weekly counts: variance is mean + mean² / k.
    slope, slope_spread : float
        Mean over departments, and standard deviation between them, of the change of the log rate
        a week during the trial.
    pause_starts : float
        Chance that a week without a pause is followed by a paused one, in [0, 1].
    pause_weeks : float
        Mean length of a pause, from 1.
    drift, drift_spread, drift_tail : float
        Change of the log rate from the end of the trial to half a year later, and again to a
        year later: median, scale and degrees of freedom of a Student t distribution.
    drift_up : float
        Factor on what of this change lies above the median; growth reaches further than decline.
    stops : float
        Factor on the chance that a silence of 13 weeks or more begins, see `Stopping`.
    season : float
        Strength of the seasons: the power to which their factors are taken, 0 for none.
    people : int
        Contributors, 1 to 4.
    champion : float
        Share of the posts made by the busiest of them, from 1 / people to 1.
    leaves : float
        Chance a week that the busiest leaves for good.
    taken_over : float
        Share of that person's posts that the others take over.
    slots : int
        Slots planned a week.
    ahead : float
        Chance that a week's slots stand in the calendar in time; otherwise half of them do.
    on_time : float
        Chance that a post of a slot is ready on its day.
    first_pass : float
        Chance that a post is approved at the first attempt.
    reports : float
        Chance that a week without posts is reported in a check-in.
    questions : float
        Mean questions a week that need an answer.
    answered : float
        Chance that one is answered within a day.
    gates : float
        Chance that a gate with a fact of its own is met at the end, each of the five.
    week_spread : float
        Standard deviation of the log rate from week to week, around the department's own level;
        0 where a document of before does not name it.
    autocorrelation : float
        Correlation of a week's deviation with that of the week before: first-order autoregression.
    """

    rate: Annotated[float, number(0.01, 50)]
    spread: Annotated[float, number(0, 3)]
    dispersion: Annotated[float, number(0.05, 1000)]
    slope: Annotated[float, number(-1, 1)]
    slope_spread: Annotated[float, number(0, 1)]
    pause_starts: Annotated[float, proportion()]
    pause_weeks: Annotated[float, number(1, WEEKS_IN_YEAR)]
    drift: Annotated[float, number(-5, 5)]
    drift_spread: Annotated[float, number(0, 5)]
    drift_tail: Annotated[float, number(1, 1000)]
    drift_up: Annotated[float, number(0, 10)]
    stops: Annotated[float, number(0, 1000)]
    season: Annotated[float, number(0, 5)]
    people: Annotated[int, whole(1, MAX_PEOPLE)]
    champion: Annotated[float, proportion()]
    leaves: Annotated[float, proportion()]
    taken_over: Annotated[float, proportion()]
    slots: Annotated[int, whole(0, 50)]
    ahead: Annotated[float, proportion()]
    on_time: Annotated[float, proportion()]
    first_pass: Annotated[float, proportion()]
    reports: Annotated[float, proportion()]
    questions: Annotated[float, number(0, 1000)]
    answered: Annotated[float, proportion()]
    gates: Annotated[float, proportion()]
    week_spread: Annotated[float, number(0, 3)] = 0.0
    autocorrelation: Annotated[float, number(0, 0.999)] = 0.0


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One way departments behave.

    Parameters
    ----------
    key : str
        Its name in the document and on the command line.
    label, sentence : str
        What people call it, and what it is in one sentence.
    share : float
        Share of the population, in [0, 1].
    traits : Traits
    """

    key: str
    label: str
    sentence: str
    share: float
    traits: Traits


@dataclass(frozen=True, slots=True)
class Days:
    """On which days of a week its posts are live.

    Parameters
    ----------
    together : float
        Chance that a post is live on the one day its department has chosen for that week.
    weekend : float
        Share of the other posts that are live on the last two days of the week.
    """

    together: Annotated[float, proportion()]
    weekend: Annotated[float, proportion()]


@dataclass(frozen=True, slots=True)
class Stopping:
    """The chance a week that a silence of 13 weeks or more begins, by the rate then.

    Parameters
    ----------
    under_1, from_1, from_2, from_10 : float
        Chance a week at under 1, at 1 to 2, at 2 to 10 and at 10 or more posts a week.
    returns : float
        Share of such silences that end.
    silence_weeks : float
        Mean weeks that one which ends goes on beyond its first 13.
    """

    under_1: Annotated[float, proportion()]
    from_1: Annotated[float, proportion()]
    from_2: Annotated[float, proportion()]
    from_10: Annotated[float, proportion()]
    returns: Annotated[float, proportion()]
    silence_weeks: Annotated[float, number(0, 520)]


@dataclass(frozen=True, slots=True)
class Season:
    """A part of every year that slows a hospital down.

    Parameters
    ----------
    first_week, last_week : int
        Weeks of the year from 1 January, 1 to 52; both belong to it, and it may reach over the
        turn of the year.
    factor : float
        Factor on the rate.
    """

    first_week: Annotated[int, whole(1, WEEKS_IN_YEAR)]
    last_week: Annotated[int, whole(1, WEEKS_IN_YEAR)]
    factor: Annotated[float, number(0.01, 10)]

    @property
    def weeks(self) -> NDArray[np.int64]:
        """Indices of its weeks, from 0; (weeks,) int64."""
        last = self.last_week + (WEEKS_IN_YEAR if self.last_week < self.first_week else 0)
        return np.arange(self.first_week - 1, last) % WEEKS_IN_YEAR

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        # The last day or two of a year belong to its last week.
        week = (day.timetuple().tm_yday - 1) // DAYS_IN_WEEK
        return min(week, WEEKS_IN_YEAR - 1) in self.weeks


@dataclass(frozen=True, slots=True)
class Population:
    """A mixture of behaviours, and what holds for all of them.

    Parameters
    ----------
    name, version
        What people call it; `version` counts from 1.
    behaviours : tuple of Behaviour
        Their shares sum to 1.
    days : Days
    stopping : Stopping
    seasons : mapping of str to Season
    """

    name: str
    version: int
    behaviours: tuple[Behaviour, ...]
    days: Days
    stopping: Stopping
    seasons: Mapping[str, Season]

    @property
    def season(self) -> NDArray[np.float64]:
        """Factor on the rate in each week of the year, from 1 January; (52,) float64."""
        factors = np.ones(WEEKS_IN_YEAR)
        for season in self.seasons.values():
            factors[season.weeks] *= season.factor
        return factors

    def only(self, key: str) -> Population:
        """Return the population whose every department behaves as `key` says.

        Raises
        ------
        InvalidInput
            When there is no such behaviour; names those there are.
        """
        for one in self.behaviours:
            if one.key == key:
                return replace(self, behaviours=(replace(one, share=1.0),))
        known = ", ".join(one.key for one in self.behaviours)
        raise InvalidInput("Behaviour", key, f"one of {known}")

    def column(self, trait: str) -> NDArray[np.float64]:
        """Return one trait of each behaviour, (B,) float64."""
        return np.array([getattr(one.traits, trait) for one in self.behaviours], np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind(Traits):
    share: Annotated[float, proportion()]


_SECTIONS = ("parameters", "days", "stopping", "seasons", "behaviours")
_NOTES_BEFORE_RATIONALES = ("unit", "source")


def parse_population(text: str, source: str, *, stored: bool = False) -> Population:
    """Read a population from TOML text.

    Parameters
    ----------
    text : str
        The document: `name`, `version`, and the tables `parameters` (one entry for each field of
        :class:`Traits`), `days`, `stopping`, `seasons` (any number of named tables with
        `first_week`, `last_week`, `factor`) and `behaviours` (each with `label`, `sentence`,
        `share` and the parameters that set it apart). Every entry has the keys `value`, `unit`,
        `source` and `rationale`.
    source : str
        Where the text came from; named in every error.
    stored : bool
        Whether an earlier version wrote it, when values had no rationale yet.

    Raises
    ------
    PolicyError
        On broken TOML, an unknown or missing key, a value that is impossible, or values that
        contradict each other. Names source, key and value.
    """
    reading = Reading(source, _NOTES_BEFORE_RATIONALES if stored else NOTES)
    document, name, version = reading.document(text, _SECTIONS)
    parameters = reading.section(Traits, document, "parameters")
    return Population(
        name=name,
        version=version,
        behaviours=_behaviours(reading, reading.table(document, "behaviours"), parameters),
        days=reading.section(Days, document, "days"),
        stopping=reading.section(Stopping, document, "stopping"),
        seasons=_seasons(reading, reading.table(document, "seasons")),
    )


def _behaviours(
    reading: Reading, table: dict[str, Any], parameters: Traits
) -> tuple[Behaviour, ...]:
    found = []
    for key, entries in table.items():
        section = f"behaviours.{key}"
        if not isinstance(entries, dict):
            raise PolicyError(reading.source, section, entries, "a table of parameters")
        label = reading.phrase(entries, "label", f"{section}.label")
        sentence = reading.phrase(entries, "sentence", f"{section}.sentence")
        kind = reading.model(_Kind, entries, section, asdict(parameters))
        traits = Traits(**{name: getattr(kind, name) for name in entries_of(Traits)})
        if not 1 <= traits.champion * traits.people <= traits.people:
            # What is named is itself accepted: rounded up, for a third has no last digit.
            equal = ceil(1e4 / traits.people) / 1e4
            raise PolicyError(
                reading.source,
                f"{section}.champion",
                traits.champion,
                f"at least an equal share, {equal:g}, among {traits.people}",
            )
        found.append(Behaviour(key, label, sentence, kind.share, traits))
    total = sum(one.share for one in found)
    if abs(total - 1) > _SHARE_TOLERANCE:
        raise PolicyError(reading.source, "behaviours", round(total, 6), "shares that sum to 1")
    return tuple(found)


def _seasons(reading: Reading, table: dict[str, Any]) -> dict[str, Season]:
    seasons = {}
    for key, entries in table.items():
        if not isinstance(entries, dict):
            accepted = "a table of " + ", ".join(entries_of(Season))
            raise PolicyError(reading.source, f"seasons.{key}", entries, accepted)
        seasons[key] = reading.model(Season, entries, f"seasons.{key}")
    return seasons
