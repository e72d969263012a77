"""Documents that people write: TOML in which every value says why.

What a document may hold is said once, by the fields of a model: bounds and what a refusal names as
accepted stand in the field's annotation, and pydantic holds values to them. Nothing is half
understood: an unknown key, a missing note or an impossible value is refused with document, key and
value. Only a field that joined later has a default: what the product did before it existed, so that
a document of then, which does not name it, still means what it meant.
"""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar, get_type_hints

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from trial.domain.errors import PolicyError

NOTES = ("unit", "source", "rationale")
"""What a value of most documents says besides itself."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Note:
    """Why a value is what it is."""

    unit: str
    source: str
    rationale: str


def value(accepted: str, *, key: str | None = None, unit: str = "", **bounds: Any) -> Any:
    """Return what annotates the field of a model whose value a document gives.

    Parameters
    ----------
    accepted : str
        What is accepted, as a refusal names it.
    key : str, optional
        Under which the document has it; the field's name by default.
    unit : str, optional
        The one unit it may be given in; any by default.
    bounds
        See :func:`pydantic.Field`.
    """
    return Field(alias=key, description=accepted, json_schema_extra={"unit": unit}, **bounds)


def whole(low: int, high: int, **place: str) -> Any:
    """Annotate a whole number from `low` to `high`, both included."""
    accepted = f"a whole number from {low} to {high}"
    return value(accepted, strict=True, ge=low, le=high, **place)


def number(low: float, high: float, **place: str) -> Any:
    """Annotate a number from `low` to `high`, both included."""
    accepted = f"a number from {low:g} to {high:g}"
    return value(accepted, strict=True, ge=low, le=high, allow_inf_nan=False, **place)


def proportion(**place: str) -> Any:
    """Annotate a share or a chance, from 0 to 1."""
    return number(0, 1, **place)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a document may say under one key.

    Parameters
    ----------
    accepted : str
        What is accepted, as a refusal names it.
    unit : str
        The unit it is given in; empty where any will do.
    absent : object
        What its absence means; ``...`` where it may not be absent.
    """

    accepted: str
    unit: str = ""
    absent: Any = ...


def entries_of(model: type[Any]) -> Mapping[str, Entry]:
    """Return what a document may say for the fields of a model, by key and in their order."""
    hints = get_type_hints(model, include_extras=True)
    found = {}
    for field in fields(model):
        info = FieldInfo.from_annotation(hints[field.name])
        if info.description is not None and isinstance(info.json_schema_extra, dict):
            unit = str(info.json_schema_extra["unit"])
            absent = ... if field.default is MISSING else field.default
            found[info.alias or field.name] = Entry(info.description, unit, absent)
    return found


_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def adapter_of(model: type[T]) -> TypeAdapter[T]:
    """Return what turns plain values into a model and back, made once a process."""
    if model not in _adapters:
        _adapters[model] = TypeAdapter(model)
    return _adapters[model]


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads the tables of one document, and names it in every error.

    Parameters
    ----------
    source : str
        Where the text came from.
    notes : sequence of str
        What every value says besides itself.
    any_unit : bool
        Whether units may be worded as they like, as they are in documents of long ago.
    """

    source: str
    notes: Sequence[str] = NOTES
    any_unit: bool = False

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
        name = self.phrase(document, "name", "name", "a name")
        version = document.pop("version", None)
        if type(version) is not int or version < 1:
            raise PolicyError(self.source, "version", version, "a whole number from 1")
        for key in document:
            if key not in sections:
                raise PolicyError(self.source, key, document[key], "one of " + ", ".join(sections))
        return document, name, version

    def phrase(self, table: dict[str, Any], key: str, name: str, accepted: str = "a phrase") -> str:
        """Take a phrase out of a table."""
        words = table.pop(key, None)
        if not isinstance(words, str) or not words.strip():
            raise PolicyError(self.source, name, words, accepted)
        return words

    def table(self, document: dict[str, Any], key: str) -> dict[str, Any]:
        """Return a table that is not empty."""
        entries = document.get(key)
        if not isinstance(entries, dict) or not entries:
            raise PolicyError(self.source, key, entries, "a table that is not empty")
        return entries

    def section(self, model: type[T], document: dict[str, Any], key: str) -> T:
        """Return a model of what the table `key` of a document says; see `table` and `model`."""
        return self.model(model, self.table(document, key), key)

    def model(
        self,
        model: type[T],
        table: dict[str, Any],
        section: str,
        given: Mapping[str, Any] | None = None,
    ) -> T:
        """Return a model of what `table` says, and of what is `given` for what it does not name.

        Raises
        ------
        PolicyError
            On an unknown or missing key, a missing note, another unit or an impossible value.
        """
        entries, rest = entries_of(model), given or {}
        told = self.values(table, section, entries, given=rest)
        try:
            return adapter_of(model).validate_python({**rest, **told})
        except ValidationError as error:
            key = str(error.errors()[0]["loc"][0])
            raise self.refusal(f"{section}.{key}", told[key], entries[key]) from error

    def refusal(self, name: str, given: object, entry: Entry) -> PolicyError:
        """Return the error that a value is not one that `entry` accepts."""
        return PolicyError(self.source, name, given, entry.accepted)

    def values(
        self,
        table: dict[str, Any],
        section: str,
        entries: Mapping[str, Entry],
        given: Collection[str] = (),
    ) -> dict[str, Any]:
        """Return what a table says by key, before it is held to what is accepted.

        Parameters
        ----------
        given : collection of str
            Keys that need not be named.

        Raises
        ------
        PolicyError
            On an unknown or missing key, a missing note or another unit.
        """
        values = {}
        for key, told in table.items():
            name = f"{section}.{key}"
            if key not in entries:
                raise PolicyError(self.source, name, told, "one of " + ", ".join(entries))
            values[key] = self._value(name, told, entries[key])
        for key, entry in entries.items():
            if key not in values and key not in given and entry.absent is ...:
                raise self.refusal(f"{section}.{key}", None, entry)
        return values

    def _value(self, name: str, given: object, entry: Entry) -> Any:
        said = ["value", *self.notes]
        wanted = f"{', '.join(said[:-1])} and {said[-1]}"
        if not isinstance(given, dict):
            raise PolicyError(self.source, name, given, f"a table with {wanted}")
        for key in given:
            if key not in said:
                raise PolicyError(self.source, f"{name}.{key}", given[key], f"{wanted} only")
        for key in self.notes:
            self.phrase(dict(given), key, f"{name}.{key}")
        if entry.unit and not self.any_unit and given["unit"] != entry.unit:
            raise PolicyError(self.source, f"{name}.unit", given["unit"], entry.unit)
        if "value" not in given:
            raise self.refusal(name, None, entry)
        return given["value"]
