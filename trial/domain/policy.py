"""The policy of a trial: every number that could have been another number.

A policy is a TOML document in which each value carries its unit, its source and its rationale;
a value without them does not exist. Parsing is strict, because a policy that is silently half
understood would judge people by numbers nobody chose. The content hash freezes it: two policies
with the same hash judge alike.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from trial.domain.cadence import Band
from trial.domain.calendar import WEEKDAYS
from trial.domain.errors import PolicyError
from trial.domain.verdict import CheckName

_WEIGHT_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Note:
    """Why a policy value is what it is."""

    unit: str
    source: str
    rationale: str


@dataclass(frozen=True)
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
    ready_from, feed_below : float
        Score from which a trial is ready, and below which it keeps feeding, in [0, 1].
    middle_open : bool
        Whether "extend with conditions" exists between the two.
    evidence_floor : float
        Least share of weight that must be judged for a verdict.
    met_from : float
        Score from which a single check counts as met.
    band_weeks, band_of : int
        The band gate: at least `band_weeks` of every `band_of` eligible weeks kept.
    notes : dict of str to Note
        Unit, source and rationale by dotted key.
    """

    name: str
    version: int
    months: int
    week_starts_on: int
    band: Band
    horizon_days: int
    backfill_days: int
    fill_ahead_days: int
    weights: Mapping[CheckName, float]
    gap_full_days: int
    gap_zero_days: int
    ready_from: float
    feed_below: float
    middle_open: bool
    evidence_floor: float
    met_from: float
    band_weeks: int
    band_of: int
    notes: Mapping[str, Note]

    @property
    def values(self) -> dict[str, Any]:
        """The values by dotted key, as plain JSON types; what the content hash is taken of."""
        return {
            "calendar.months": self.months,
            "calendar.week_starts_on": WEEKDAYS[self.week_starts_on],
            "calendar.horizon_days": self.horizon_days,
            "calendar.backfill_days": self.backfill_days,
            "calendar.fill_ahead_days": self.fill_ahead_days,
            "band.low": self.band.low,
            "band.high": self.band.high,
            **{f"weights.{name.value}": weight for name, weight in self.weights.items()},
            "continuity.full_days": self.gap_full_days,
            "continuity.zero_days": self.gap_zero_days,
            "verdict.ready_from": self.ready_from,
            "verdict.feed_below": self.feed_below,
            "verdict.middle": "open" if self.middle_open else "closed",
            "verdict.evidence_floor": self.evidence_floor,
            "verdict.met_from": self.met_from,
            "gates.band_weeks": self.band_weeks,
            "gates.band_of": self.band_of,
        }

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over the values, in hexadecimal; name, version and notes do not enter."""
        canonical = json.dumps(self.values, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def __hash__(self) -> int:
        return hash((self.name, self.version, self.content_hash))


@dataclass(frozen=True, slots=True)
class _Rule:
    accepts: Callable[[Any], bool]
    accepted: str


def _whole(low: int, high: int) -> _Rule:
    return _Rule(
        lambda value: type(value) is int and low <= value <= high,
        f"a whole number from {low} to {high}",
    )


def _share() -> _Rule:
    return _Rule(
        lambda value: type(value) in (int, float) and 0 <= value <= 1,
        "a number from 0 to 1",
    )


_RULES: dict[str, _Rule] = {
    "calendar.months": _whole(1, 12),
    "calendar.week_starts_on": _Rule(lambda value: value in WEEKDAYS, "a weekday, such as Monday"),
    "calendar.horizon_days": _whole(0, 60),
    "calendar.backfill_days": _whole(0, 60),
    "calendar.fill_ahead_days": _whole(0, 60),
    "band.low": _whole(1, 50),
    "band.high": _whole(1, 50),
    **{f"weights.{name.value}": _share() for name in CheckName},
    "continuity.full_days": _whole(1, 365),
    "continuity.zero_days": _whole(2, 366),
    "verdict.ready_from": _share(),
    "verdict.feed_below": _share(),
    "verdict.middle": _Rule(lambda value: value in ("open", "closed"), "“open” or “closed”"),
    "verdict.evidence_floor": _share(),
    "verdict.met_from": _share(),
    "gates.band_weeks": _whole(0, 60),
    "gates.band_of": _whole(1, 60),
}
_NOTE_KEYS = ("unit", "source", "rationale")


def parse_policy(text: str, source: str) -> Policy:
    """Read a policy from TOML text.

    Parameters
    ----------
    text : str
        The document: `name`, `version`, and one table a value with the keys `value`, `unit`,
        `source` and `rationale`.
    source : str
        Where the text came from; named in every error.

    Raises
    ------
    PolicyError
        On broken TOML, an unknown or missing key, a value out of range, weights that do not
        sum to 1, or values that contradict each other. Names source, key and value.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(source, "the file", str(error), "TOML") from error
    name = _taken(document, "name", str, source, "a name")
    version = _taken(document, "version", int, source, "a whole number from 1")
    if version < 1:
        raise PolicyError(source, "version", version, "a whole number from 1")
    values, notes = _values_and_notes(document, source)
    policy = Policy(
        name=name,
        version=version,
        months=values["calendar.months"],
        week_starts_on=WEEKDAYS.index(values["calendar.week_starts_on"]),
        band=Band(values["band.low"], values["band.high"]),
        horizon_days=values["calendar.horizon_days"],
        backfill_days=values["calendar.backfill_days"],
        fill_ahead_days=values["calendar.fill_ahead_days"],
        weights={check: float(values[f"weights.{check.value}"]) for check in CheckName},
        gap_full_days=values["continuity.full_days"],
        gap_zero_days=values["continuity.zero_days"],
        ready_from=float(values["verdict.ready_from"]),
        feed_below=float(values["verdict.feed_below"]),
        middle_open=values["verdict.middle"] == "open",
        evidence_floor=float(values["verdict.evidence_floor"]),
        met_from=float(values["verdict.met_from"]),
        band_weeks=values["gates.band_weeks"],
        band_of=values["gates.band_of"],
        notes=notes,
    )
    _refuse_contradictions(policy, source)
    return policy


def _taken(document: dict[str, Any], key: str, kind: type, source: str, accepted: str) -> Any:
    value = document.pop(key, None)
    if type(value) is not kind or value == "":
        raise PolicyError(source, key, value, accepted)
    return value


def _values_and_notes(
    document: dict[str, Any], source: str
) -> tuple[dict[str, Any], dict[str, Note]]:
    values: dict[str, Any] = {}
    notes: dict[str, Note] = {}
    sections = sorted({key.split(".")[0] for key in _RULES})
    for section, entries in document.items():
        if section not in sections:
            raise PolicyError(source, section, entries, "one of " + ", ".join(sections))
        if not isinstance(entries, dict):
            raise PolicyError(source, section, entries, "a table of values")
        for entry, table in entries.items():
            key = f"{section}.{entry}"
            if key not in _RULES:
                known = [rule.split(".")[1] for rule in _RULES if rule.startswith(f"{section}.")]
                raise PolicyError(source, key, table, "one of " + ", ".join(known))
            values[key], notes[key] = _value_and_note(key, table, source)
    for key, rule in _RULES.items():
        if key not in values:
            raise PolicyError(source, key, None, rule.accepted)
    return values, notes


def _value_and_note(key: str, table: object, source: str) -> tuple[Any, Note]:
    if not isinstance(table, dict):
        raise PolicyError(source, key, table, "a table with value, unit, source and rationale")
    unknown = set(table) - {"value", *_NOTE_KEYS}
    if unknown:
        first = min(unknown)
        raise PolicyError(
            source, f"{key}.{first}", table[first], "value, unit, source and rationale only"
        )
    for note_key in _NOTE_KEYS:
        words = table.get(note_key)
        if not isinstance(words, str) or not words.strip():
            raise PolicyError(source, f"{key}.{note_key}", words, "a phrase")
    rule = _RULES[key]
    if "value" not in table or not rule.accepts(table["value"]):
        raise PolicyError(source, key, table.get("value"), rule.accepted)
    return table["value"], Note(table["unit"], table["source"], table["rationale"])


def _refuse_contradictions(policy: Policy, source: str) -> None:
    if policy.band.low > policy.band.high:
        raise PolicyError(
            source, "band.low", policy.band.low, f"at most band.high, {policy.band.high}"
        )
    total = sum(policy.weights.values())
    if abs(total - 1) > _WEIGHT_TOLERANCE:
        raise PolicyError(source, "weights", round(total, 6), "weights that sum to 1")
    if policy.gap_full_days >= policy.gap_zero_days:
        raise PolicyError(
            source,
            "continuity.full_days",
            policy.gap_full_days,
            f"fewer than continuity.zero_days, {policy.gap_zero_days}",
        )
    if policy.feed_below > policy.ready_from:
        raise PolicyError(
            source,
            "verdict.feed_below",
            policy.feed_below,
            f"at most verdict.ready_from, {policy.ready_from}",
        )
    if policy.band_weeks > policy.band_of:
        raise PolicyError(
            source,
            "gates.band_weeks",
            policy.band_weeks,
            f"at most gates.band_of, {policy.band_of}",
        )
