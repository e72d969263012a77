"""The data a decision was made on, as text that outlives it.

One spelling for one log: keys sorted, days in ISO form, sets in order, nothing rounded. So
the hash of the text is the hash of the data, and scoring what is read back gives the same
scorecard to the last digit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from trial.domain.cadence import WeekState
from trial.domain.calendar import TrialWindow
from trial.domain.posts import Move, Post, Rework
from trial.domain.trial_log import Answers, GateFacts, TrialLog
from trial.domain.verdict import Outcome, Verdict
from trial.scoring.scorecard import CheckResult, Scorecard, WeekRow

# What is said about the numbers, and may be said better one day; the numbers may not change.
_WORDS = frozenset({"label", "question", "unit", "reason", "remedy", "conditions"})

_POST_DAYS = (
    "planned_for",
    "planned_on",
    "delivered_on",
    "approved_on",
    "shared_on",
    "withdrawn_on",
    "rejected_on",
    "first_pass_on",
    "asked_again_on",
)


def text_of_log(log: TrialLog) -> str:
    """Return a trial's log as canonical JSON."""
    return _canonical(asdict(log))


def log_of_text(text: str) -> TrialLog:
    """Return the log that :func:`text_of_log` has written down."""
    kept: dict[str, Any] = json.loads(text)
    answers = kept["answers"]
    # Logs did not hold this when an older text was written.
    late_answers = kept.get("late_answers")
    return TrialLog(
        window=TrialWindow(_day(kept["window"]["start"]), kept["window"]["weeks"]),
        today=_day(kept["today"]),
        posts=tuple(_post(post) for post in kept["posts"]),
        reported_weeks=frozenset(kept["reported_weeks"]),
        excused_weeks=frozenset(kept["excused_weeks"]),
        answers=None if answers is None else Answers(**answers),
        planning_known=kept["planning_known"],
        gates=GateFacts(**kept["gates"]),
        late_answers=None if late_answers is None else Answers(**late_answers),
    )


def text_of_scorecard(scorecard: Scorecard) -> str:
    """Return a scorecard as canonical JSON, scores unrounded."""
    return _canonical(scorecard.as_json())


def scorecard_of_text(text: str) -> Scorecard:
    """Return the scorecard that :func:`text_of_scorecard` has written down."""
    kept: dict[str, Any] = json.loads(text)
    # What scorecards say since, an older text does not know.
    values: dict[str, Any] = {field.name: kept.get(field.name) for field in fields(Scorecard)}
    values["verdict"] = Verdict(kept["verdict"])
    values["verdict_without_backfill"] = Verdict(kept["verdict_without_backfill"])
    values["weeks"] = tuple(_week(week) for week in kept["weeks"])
    values["checks"] = tuple(_check(check) for check in kept["checks"])
    values["gates"] = tuple(_check(gate) for gate in kept["gates"])
    values["conditions"] = tuple(kept["conditions"])
    return Scorecard(**values)


def same_numbers(then: str, again: str) -> bool:
    """Return whether a scorecard's text comes to what another one came to then.

    Parameters
    ----------
    then, again : str
        Two texts of :func:`text_of_scorecard`. Sentences are left out, they may be worded anew;
        so is what `then` does not hold, because scorecards did not say it yet.
    """
    return _holds(json.loads(again), json.loads(then))


def fingerprint(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(values: object) -> str:
    return json.dumps(
        values,
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


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _maybe_day(text: str | None) -> date | None:
    return None if text is None else _day(text)


def _post(kept: Mapping[str, Any]) -> Post:
    return Post(
        **{
            **kept,
            # A day that logs did not hold when an older text was written is None.
            **{name: _maybe_day(kept.get(name)) for name in _POST_DAYS},
            "rework": tuple(
                Rework(_day(round_["returned_on"]), _maybe_day(round_["redelivered_on"]))
                for round_ in kept["rework"]
            ),
            "moves": tuple(
                Move(_day(move["from_day"]), _day(move["to_day"]), _day(move["moved_on"]))
                for move in kept["moves"]
            ),
        }
    )


def _week(kept: Mapping[str, Any]) -> WeekRow:
    return WeekRow(**{**kept, "start": _day(kept["start"]), "state": WeekState(kept["state"])})


def _check(kept: Mapping[str, Any]) -> CheckResult:
    return CheckResult(
        **{
            **kept,
            "outcome": Outcome(kept["outcome"]),
            "weeks": tuple(kept["weeks"]),
            "posts": tuple(kept["posts"]),
        }
    )


def _holds(again: object, then: object) -> bool:
    if isinstance(then, dict) and isinstance(again, dict):
        return all(
            key in again and _holds(again[key], value)
            for key, value in then.items()
            if key not in _WORDS
        )
    if isinstance(then, list) and isinstance(again, list):
        return len(then) == len(again) and all(map(_holds, again, then))
    return then == again
