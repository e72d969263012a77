"""How it is counted: the words of the product, with the numbers of the standard policy."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta

from pydantic import TypeAdapter, ValidationError

from trial.domain.calendar import WEEKDAYS
from trial.domain.errors import InvalidInput
from trial.domain.glossary import Glossary
from trial.domain.policy import Policy
from trial.domain.verdict import CheckName
from trial.services import policies
from trial.services.backend import Backend

FILE = "glossary.toml"
_GLOSSARY = TypeAdapter(Glossary)
_A_MONDAY = date(2026, 1, 5)


@dataclass(frozen=True, slots=True)
class GlossaryView:
    """The words as the page shows them.

    Attributes
    ----------
    weights : dict of CheckName to float
        Each check's share of the score.
    """

    policy: Policy
    glossary: Glossary
    weights: dict[CheckName, float]


def glossary(backend: Backend) -> GlossaryView:
    """Return every word with its explanation, filled in from the standard policy.

    Raises
    ------
    InvalidInput
        When the file is missing, or holds anything but one explanation for each word; names file
        and place.
    """
    policy = policies.read(backend)
    values = _values_of(policy)
    read = _read(backend)
    if unknown := read.asks_for - set(values):
        raise InvalidInput(FILE, f"{{{min(unknown)}}}", f"one of {', '.join(sorted(values))}")
    return GlossaryView(policy, read.filled(values), dict(policy.weights))


def _read(backend: Backend) -> Glossary:
    try:
        content = tomllib.loads((backend.data_folder / FILE).read_text(encoding="utf-8"))
        return _GLOSSARY.validate_python(content)
    except OSError as error:
        raise InvalidInput(FILE, "no such file", "a file in the data folder") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"] if step != "[key]")
        accepted = "name, meaning and example for each word"
        sentence = f"{FILE}, {place or 'as a whole'}: {first['msg']}. Please give {accepted}."
        raise InvalidInput(FILE, place, accepted, sentence=sentence) from error
    except ValueError as error:
        raise InvalidInput(FILE, str(error), "TOML in UTF-8") from error


def _values_of(policy: Policy) -> dict[str, object]:
    """Return what the texts may ask for, by name."""
    first_day = _A_MONDAY + timedelta(days=policy.week_starts_on)
    fill_by = first_day - timedelta(days=policy.fill_ahead_days)
    low, high = policy.band.low, policy.band.high
    return {
        "band": f"{low}" if low == high else f"{low} to {high}",
        "low": low,
        "one_short": low - 1,
        "one_over": high + 1,
        "horizon_days": policy.horizon_days,
        "fill_ahead_days": policy.fill_ahead_days,
        "first_weekday": WEEKDAYS[first_day.weekday()],
        "fill_by": f"the {WEEKDAYS[fill_by.weekday()]} before",
        "full_days": policy.gap_full_days,
        "zero_days": policy.gap_zero_days,
        "ready_from": round(policy.ready_from * 100),
        "feed_below": round(policy.feed_below * 100),
    }
