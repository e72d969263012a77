"""What a forecast starts from: other accounts' weeks, and weak assumptions about the rest.

A department that has shown nothing yet is taken to be like the accounts of public institutions.
How a week of theirs goes is a distribution over its number of posts, and how much they differ from
each other says how many weeks of a department's own it takes to outweigh them: a Dirichlet
distribution over the chances of each number. The document is as strict as a policy's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from trial.domain.beta_prior import BetaPrior
from trial.domain.documents import NOTES, Note, Reading, number, proportion, value
from trial.simulation.behaviours import Days

MAX_PEOPLE = 8
_SECTIONS = ("weeks", "days", "record")


@dataclass(frozen=True, slots=True)
class _Weeks:
    evidence: Annotated[
        tuple[Annotated[float, number(0.001, 1000)], ...],
        value("a list of 2 to 61 numbers from 0.001 to 1000", min_length=2, max_length=61),
    ]


@dataclass(frozen=True, slots=True)
class Record:
    """What is assumed of the checks of face validity until a department's own record speaks.

    Parameters
    ----------
    evidence : float
        How many weeks, slots, posts or questions each assumption counts as much as, above 0.
    slots, questions : float
        Slots planned and questions that need an answer, a week.
    on_schedule, filled_ahead, first_pass, answered : float
        Shares, in [0, 1]: of posts for slots, of weeks, of reviewed posts, of questions.
    shared_load : float
        Share of the cadence left without the busiest contributor, in [0, 1].
    """

    evidence: Annotated[float, number(0.1, 1000)]
    slots: Annotated[float, number(0, 50)]
    on_schedule: Annotated[float, proportion()]
    filled_ahead: Annotated[float, proportion()]
    first_pass: Annotated[float, proportion()]
    questions: Annotated[float, number(0, 1000)]
    answered: Annotated[float, proportion()]
    shared_load: Annotated[float, proportion()]

    @property
    def people(self) -> int:
        """The people taken to make the posts: so many that one leaving leaves `shared_load`."""
        return round(1 / max(1 - self.shared_load, 1 / MAX_PEOPLE))


@dataclass(frozen=True, slots=True)
class ForecastPrior:
    """What a forecast starts from.

    Parameters
    ----------
    name, version
        What people call it; `version` counts from 1.
    evidence : tuple of float
        Weeks with 0, 1, 2 … posts that count as seen before the first, the last with that many
        or more; positive.
    note, record_note : Note
        Unit, source and rationale of `evidence`, and of what `record` counts as much as.
    days : Days
        On which days of a week its posts are live.
    record : Record
    content_hash : str
        SHA-256 over the values, in hexadecimal: two with the same hash forecast alike.
    """

    name: str
    version: int
    evidence: tuple[float, ...]
    note: Note
    days: Days
    record: Record
    record_note: Note
    content_hash: str

    @property
    def most(self) -> int:
        """The most posts a week that are told apart; a week with more counts as this many."""
        return len(self.evidence) - 1

    @property
    def worth_weeks(self) -> float:
        """How many of a department's own weeks this counts as much as."""
        return sum(self.evidence)

    def in_band(self, low: int) -> BetaPrior:
        """Return what it holds of the chance of a week with at least `low` posts.

        Grouping the categories of a Dirichlet gives a beta distribution, so that the number of
        such weeks among those to come is beta-binomial:
        :func:`trial.simulation.predictive.predictive_probability` with this prior.

        Parameters
        ----------
        low : int
            In [1, most].
        """
        return BetaPrior(sum(self.evidence[low:]), sum(self.evidence[:low]))


def parse_forecast_prior(text: str, source: str) -> ForecastPrior:
    """Read what a forecast starts from out of TOML text.

    Parameters
    ----------
    text : str
        The document: `name`, `version`, and the tables `weeks` (`evidence`), `days` (the fields
        of :class:`~trial.simulation.behaviours.Days`) and `record` (those of :class:`Record`).
        Every entry has the keys `value`, `unit`, `source` and `rationale`.
    source : str
        Where the text came from; named in every error.

    Raises
    ------
    PolicyError
        On broken TOML, an unknown or missing key, or a value that is impossible. Names source,
        key and value.
    """
    reading = Reading(source)
    document, name, version = reading.document(text, _SECTIONS)
    weeks = reading.section(_Weeks, document, "weeks")
    days = reading.section(Days, document, "days")
    record = reading.section(Record, document, "record")
    note, record_note = (
        Note(*(document[section]["evidence"][key] for key in NOTES))
        for section in ("weeks", "record")
    )
    return ForecastPrior(
        name=name,
        version=version,
        evidence=weeks.evidence,
        note=note,
        days=days,
        record=record,
        record_note=record_note,
        content_hash=_hash(document),
    )


def _hash(document: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    """Return the SHA-256 of the values that a document names, as it has them."""
    values = {
        section: {key: entry["value"] for key, entry in table.items()}
        for section, table in document.items()
    }
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
