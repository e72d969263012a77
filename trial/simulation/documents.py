"""Reading the documents that a simulation assumes from: TOML in which every value says why.

A simulation is worth what its assumptions are worth, so each value carries its unit and where it
comes from, and nothing is half understood: an unknown key, a missing note or an impossible value is
refused with document, key and value.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trial.domain.errors import PolicyError


@dataclass(frozen=True, slots=True)
class Rule:
    """Which values an entry may have, and how that is said."""

    accepts: Callable[[Any], bool]
    accepted: str


def number(low: float, high: float) -> Rule:
    """Accept numbers from `low` to `high`, both included."""
    return Rule(
        # A comparison with nan is False, so it is refused as well.
        lambda value: type(value) in (int, float) and low <= value <= high,
        f"a number from {low:g} to {high:g}",
    )


def whole(low: int, high: int) -> Rule:
    """Accept whole numbers from `low` to `high`, both included."""
    return Rule(
        lambda value: type(value) is int and low <= value <= high,
        f"a whole number from {low} to {high}",
    )


def numbers(fewest: int, most: int, low: float, high: float) -> Rule:
    """Accept lists of `fewest` to `most` numbers from `low` to `high`, all ends included."""
    each = number(low, high)
    return Rule(
        lambda value: (
            type(value) is list and fewest <= len(value) <= most and all(map(each.accepts, value))
        ),
        f"a list of {fewest} to {most} numbers from {low:g} to {high:g}",
    )


CHANCE = number(0, 1)
_VERSION = whole(1, 1_000_000)


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads the tables of one document, and names it in every error.

    Parameters
    ----------
    source : str
        Where the text came from.
    notes : sequence of str
        What every value says besides itself.
    """

    source: str
    notes: Sequence[str]

    def document(self, text: str, sections: Sequence[str]) -> tuple[dict[str, Any], str, int]:
        """Return the tables of a document, its name and its version.

        Raises
        ------
        PolicyError
            On broken TOML, a name or version that is none, or a section that is not there.
        """
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise PolicyError(self.source, "the file", str(error), "TOML") from error
        name = self.phrase(document, "name", "name")
        version = document.pop("version", None)
        if not _VERSION.accepts(version):
            raise PolicyError(self.source, "version", version, "a whole number from 1")
        for key in document:
            if key not in sections:
                raise PolicyError(self.source, key, document[key], "one of " + ", ".join(sections))
        return document, name, version

    def phrase(self, table: dict[str, Any], key: str, name: str) -> str:
        """Take a phrase out of a table."""
        words = table.pop(key, None)
        if not isinstance(words, str) or not words.strip():
            raise PolicyError(self.source, name, words, "a phrase")
        return words

    def table(self, document: dict[str, Any], key: str) -> dict[str, Any]:
        """Return a table that is not empty."""
        entries = document.get(key)
        if not isinstance(entries, dict) or not entries:
            raise PolicyError(self.source, key, entries, "a table that is not empty")
        return entries

    def entries(
        self,
        table: dict[str, Any],
        section: str,
        rules: Mapping[str, Rule],
        given: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return the value of every rule, from `table` or else from what is `given`."""
        values = dict(given or {})
        for key, entry in table.items():
            name = f"{section}.{key}"
            if key not in rules:
                raise PolicyError(self.source, name, entry, "one of " + ", ".join(rules))
            values[key] = self._value(name, entry, rules[key])
        for key, rule in rules.items():
            if key not in values:
                raise PolicyError(self.source, f"{section}.{key}", None, rule.accepted)
        return values

    def _value(self, name: str, entry: object, rule: Rule) -> Any:
        said = ["value", *self.notes]
        wanted = f"{', '.join(said[:-1])} and {said[-1]}"
        if not isinstance(entry, dict):
            raise PolicyError(self.source, name, entry, f"a table with {wanted}")
        for key in entry:
            if key not in said:
                raise PolicyError(self.source, f"{name}.{key}", entry[key], f"{wanted} only")
        for key in self.notes:
            self.phrase(dict(entry), key, f"{name}.{key}")
        if "value" not in entry or not rule.accepts(entry["value"]):
            raise PolicyError(self.source, name, entry.get("value"), rule.accepted)
        return entry["value"]
