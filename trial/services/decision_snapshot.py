"""The data a decision was made on, as text that outlives it.

One spelling for one log: keys sorted, days in ISO form, sets in order, nothing rounded. So
the hash of the text is the hash of the data, and scoring what is read back gives the same
scorecard to the last digit. What a text does not hold, because logs or scorecards did not say it
yet when it was written, is nothing.
"""

import hashlib
import json
from datetime import date
from typing import Any

from trial.domain.documents import adapter_of
from trial.domain.results.scorecard import Scorecard
from trial.domain.trial_log import TrialLog

# What is said about the numbers, and may be said better one day; the numbers may not change.
_WORDS = frozenset({"label", "question", "unit", "reason", "remedy", "conditions"})


def text_of_log(log: TrialLog) -> str:
    """Return a trial's log as canonical JSON."""
    return _canonical(log)


def log_of_text(text: str) -> TrialLog:
    """Return the log that :func:`text_of_log` has written down."""
    return adapter_of(TrialLog).validate_json(text)


def text_of_scorecard(scorecard: Scorecard) -> str:
    """Return a scorecard as canonical JSON, scores unrounded."""
    return _canonical(scorecard)


def scorecard_of_text(text: str) -> Scorecard:
    """Return the scorecard that :func:`text_of_scorecard` has written down."""
    return adapter_of(Scorecard).validate_json(text)


def same_numbers(then: str, again: str) -> bool:
    """Return whether a scorecard's text comes to what another one came to then.

    Parameters
    ----------
    then, again : str
        Two texts of :func:`text_of_scorecard`. Sentences are left out, they may be worded anew;
        so is what `then` does not hold, because scorecards did not say it yet, a check included.
    """
    return _holds(json.loads(again), json.loads(then))


def fingerprint(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: object) -> str:
    return json.dumps(
        adapter_of(type(value)).dump_python(value),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
        default=_plain,
    )


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no canonical spelling")


def _holds(again: object, then: object) -> bool:
    if isinstance(then, dict) and isinstance(again, dict):
        return all(
            key in again and _holds(again[key], value)
            for key, value in then.items()
            if key not in _WORDS
        )
    if isinstance(then, list) and isinstance(again, list):
        if _have_names(then) and _have_names(again):
            return _holds(_by_name(again), _by_name(then))
        return len(then) == len(again) and all(map(_holds, again, then))
    return then == again


def _have_names(entries: list[Any]) -> bool:
    return bool(entries) and all(isinstance(entry, dict) and "name" in entry for entry in entries)


def _by_name(entries: list[Any]) -> dict[str, Any]:
    return {entry["name"]: entry for entry in entries}
