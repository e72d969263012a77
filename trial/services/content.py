"""What the calendar offers to choose from: pillars and channels, from files people edit."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trial.domain.errors import InvalidInput
from trial.services.backend import Backend


@dataclass(frozen=True, slots=True)
class Pillar:
    """A theme of posts, and what belongs there."""

    name: str
    about: str


def pillars(backend: Backend) -> tuple[Pillar, ...]:
    """Return the pillars of ``pillars.toml`` in its order.

    Raises
    ------
    InvalidInput
        When the file is no list of pillars with name, about and source; names file and entry.
    """
    return tuple(
        Pillar(entry["name"], entry["about"])
        for entry in _entries(backend, "pillars.toml", "pillar", ("name", "about", "source"))
    )


def channels(backend: Backend) -> tuple[str, ...]:
    """Return the names of the channels of ``channels.toml`` in its order.

    Raises
    ------
    InvalidInput
        When the file is no list of channels with name and source; names file and entry.
    """
    return tuple(
        entry["name"] for entry in _entries(backend, "channels.toml", "channel", ("name", "source"))
    )


def _entries(
    backend: Backend, file_name: str, kind: str, keys: tuple[str, ...]
) -> list[dict[str, str]]:
    document = _document(backend.data_folder / file_name)
    entries = document.get(kind)
    if not isinstance(entries, list) or set(document) != {kind}:
        raise InvalidInput(file_name, ", ".join(document), f"a list of [[{kind}]] entries")
    for number, entry in enumerate(entries, start=1):
        for key in keys:
            if not isinstance(entry.get(key), str) or not entry[key].strip():
                raise InvalidInput(f"{file_name}, entry {number}, {key}", entry.get(key), "a text")
        if unknown := sorted(set(entry) - set(keys)):
            raise InvalidInput(f"{file_name}, entry {number}", unknown[0], ", ".join(keys))
    names = [entry["name"] for entry in entries]
    if twice := [name for name in names if names.count(name) > 1]:
        sentence = f"{file_name}: “{twice[0]}” stands there twice. Please give each name once."
        raise InvalidInput(file_name, twice[0], "each name once", sentence=sentence)
    return entries


def _document(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InvalidInput(path.name, "no such file", "a file in the data folder") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(path.name, str(error), "TOML in UTF-8") from error
