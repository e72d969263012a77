"""The policy of a trial: every number that could have been another number.

A policy is a TOML document in which each value carries its unit, its source and its rationale;
a value without them does not exist. Parsing is strict, because a policy that is silently half
understood would judge people by numbers nobody chose. The content hash freezes it: two policies
with the same hash judge alike.

A value that joins later is one field with a default: what the product did before. A document that
does not name it means that, and its hash is over what it does name, so it stays what it was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, ValidationError

from trial.domain.cadence import Band
from trial.domain.calendar import WEEKDAYS
from trial.domain.documents import (
    NOTES,
    Entry,
    Note,
    Reading,
    adapter_of,
    entries_of,
    proportion,
    value,
    whole,
)
from trial.domain.errors import PolicyError
from trial.domain.verdict import CheckName

_WEIGHT_TOLERANCE = 1e-9
_MIDDLES = ("closed", "open")
_NO_VALUES = {"name", "version", "notes"}


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The values a trial is judged by, frozen when it starts.

    Parameters
    ----------
    name, version
        What people call it; `version` counts from 1.
    months, week_starts_on
        Length in calendar months; weekday of the first day of a week, Monday = 0.
    band : Band
        Target band in posts a week.
    horizon_days, backfill_days, fill_ahead_days
        Days ahead within which a slot stays a slot; days after the fact from which an entry is
        marked backfilled; days before a week by which its slots should stand in the calendar.
    weights : dict of CheckName to float
        Shares of the score; they sum to 1.
    gap_full_days, gap_zero_days
        Longest gap that still scores 1, and the one from which it scores 0.
    rework_days : int
        Days, from the one on which a post was sent back, on which it still counts.
    ready_from, feed_below : float
        Score from which a trial is ready, and below which it keeps feeding, in [0, 1].
    middle_open : bool
        Whether "extend with conditions" exists between the two.
    evidence_floor : float
        Least share of weight that must be judged for a verdict.
    reported_floor : float
        Least share of eligible weeks that must be reported for a verdict.
    met_from : float
        Score from which a single check counts as met.
    band_weeks, band_of : int
        The band gate: at least `band_weeks` of every `band_of` eligible weeks kept.
    notes : dict of str to Note
        Unit, source and rationale by dotted key.
    """

    name: str
    version: int
    months: Annotated[int, whole(1, 12, key="calendar.months", unit="calendar months")]
    week_starts_on: Annotated[
        int,
        BeforeValidator(WEEKDAYS.index),
        PlainSerializer(WEEKDAYS.__getitem__),
        value("a weekday, such as Monday", key="calendar.week_starts_on", unit="weekday"),
    ]
    horizon_days: Annotated[int, whole(0, 60, key="calendar.horizon_days", unit="days")]
    backfill_days: Annotated[int, whole(0, 60, key="calendar.backfill_days", unit="days")]
    fill_ahead_days: Annotated[int, whole(0, 60, key="calendar.fill_ahead_days", unit="days")]
    rework_days: Annotated[int, whole(0, 60, key="calendar.rework_days", unit="days")] = 0
    band: Band
    weights: Mapping[CheckName, Annotated[float, proportion()]]
    gap_full_days: Annotated[int, whole(1, 365, key="continuity.full_days", unit="days")]
    gap_zero_days: Annotated[int, whole(2, 366, key="continuity.zero_days", unit="days")]
    ready_from: Annotated[float, proportion(key="verdict.ready_from", unit="score")]
    feed_below: Annotated[float, proportion(key="verdict.feed_below", unit="score")]
    middle_open: Annotated[
        bool,
        BeforeValidator(_MIDDLES.index),
        PlainSerializer(_MIDDLES.__getitem__),
        value("“open” or “closed”", key="verdict.middle", unit="open or closed"),
    ]
    evidence_floor: Annotated[
        float, proportion(key="verdict.evidence_floor", unit="share of weight")
    ]
    reported_floor: Annotated[
        float, proportion(key="verdict.reported_floor", unit="share of weeks")
    ] = 0.0
    met_from: Annotated[float, proportion(key="verdict.met_from", unit="score of a check")]
    band_weeks: Annotated[int, whole(0, 60, key="gates.band_weeks", unit="weeks")]
    band_of: Annotated[int, whole(1, 60, key="gates.band_of", unit="weeks")]
    notes: Mapping[str, Note] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Any]:
        """The values by dotted key, as plain JSON types; what the content hash is taken of.

        One that the document does not name is left out for as long as it is what that means.
        """
        return {
            key: given
            for key, given in _flat(
                adapter_of(Policy).dump_python(self, by_alias=True, exclude=_NO_VALUES)
            )
            if key in self.notes or given != policy_entries()[key].absent
        }

    def note(self, key: str) -> Note:
        """Return why a value is what it is; its unit alone where the document does not name it."""
        return self.notes.get(key) or Note(policy_entries()[key].unit, "", "")

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over the values, in hexadecimal; name, version and notes do not enter."""
        canonical = json.dumps(self.values, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def __hash__(self) -> int:
        return hash((self.name, self.version, self.content_hash))


_NAMED_FROM_THE_START = frozenset(
    {"cadence", "continuity", "steadiness", "finish", "delivery", "planning"}
    | {"quality", "responsiveness", "shared_load"}
)
"""The checks that every policy names. One that joined later may be absent, and weighs 0 then."""


@cache
def policy_entries() -> Mapping[str, Entry]:
    """Return what a policy may say, by dotted key."""
    weights = {
        f"weights.{check}": Entry(
            "a number from 0 to 1",
            "share of the score",
            ... if check in _NAMED_FROM_THE_START else 0.0,
        )
        for check in CheckName
    }
    band = {f"band.{key}": entry for key, entry in entries_of(Band).items()}
    return {**entries_of(Policy), **band, **weights}


def parse_policy(text: str, source: str, *, stored: bool = False) -> Policy:
    """Read a policy from TOML text.

    Parameters
    ----------
    text : str
        The document: `name`, `version`, and one table a value with the keys `value`, `unit`,
        `source` and `rationale`.
    source : str
        Where the text came from; named in every error.
    stored : bool
        Whether a trial was frozen with it, so that its units may be worded as they were then.

    Raises
    ------
    PolicyError
        On broken TOML, an unknown or missing key, another unit, a value out of range, weights that
        do not sum to 1, or values that contradict each other. Names source, key and value.
    """
    reading = Reading(source, any_unit=stored)
    sections = sorted({key.split(".")[0] for key in policy_entries()})
    document, name, version = reading.document(text, sections)
    told: dict[str, Any] = {}
    for section in sections:
        table = document.get(section, {})
        if not isinstance(table, dict):
            raise PolicyError(source, section, table, "a table of values")
        told |= _flat({section: reading.values(table, section, _of_section(section))})
    policy = _built(reading, told, name=name, version=version, notes=_notes(document))
    _refuse_contradictions(policy, source)
    return policy


def _of_section(section: str) -> dict[str, Entry]:
    split = ((key.split("."), entry) for key, entry in policy_entries().items())
    return {key: entry for (of, key), entry in split if of == section}


def _notes(document: Mapping[str, Mapping[str, Mapping[str, str]]]) -> dict[str, Note]:
    return {key: Note(*(entry[note] for note in NOTES)) for key, entry in _flat(document)}


def _built(reading: Reading, told: Mapping[str, Any], **said: Any) -> Policy:
    weights = {check: told.get(f"weights.{check}", 0.0) for check in CheckName}
    band = {"low": told["band.low"], "high": told["band.high"]}
    try:
        return adapter_of(Policy).validate_python(
            {**said, **told, "band": band, "weights": weights}
        )
    except ValidationError as error:
        key = ".".join(map(str, error.errors()[0]["loc"]))
        raise reading.refusal(key, told[key], policy_entries()[key]) from error


def _flat(tables: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what lies in tables, and beside them, by dotted key."""
    for section, table in tables.items():
        if isinstance(table, dict):
            yield from ((f"{section}.{key}", entry) for key, entry in table.items())
        else:
            yield section, table


_ORDERED = (
    ("band.low", "at most", "band.high"),
    ("continuity.full_days", "fewer than", "continuity.zero_days"),
    ("verdict.feed_below", "at most", "verdict.ready_from"),
    ("gates.band_weeks", "at most", "gates.band_of"),
)


def _refuse_contradictions(policy: Policy, source: str) -> None:
    total = sum(policy.weights.values())
    if abs(total - 1) > _WEIGHT_TOLERANCE:
        raise PolicyError(source, "weights", round(total, 6), "weights that sum to 1")
    for low, relation, high in _ORDERED:
        least, most = policy.values[low], policy.values[high]
        if least > most or (relation == "fewer than" and least == most):
            raise PolicyError(source, low, least, f"{relation} {high}, {most}")
