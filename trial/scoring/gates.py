"""Gates: what must be true besides the score. They are passed or not; they weigh nothing."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trial.domain.counts import count_of
from trial.domain.policy import Policy
from trial.domain.trial_log import TrialLog
from trial.domain.verdict import GateName
from trial.scoring.facts import LOGGED_GATES, Facts
from trial.scoring.outlook import (
    NO_WEEK_OVER,
    coming_week_ends,
    keep_the_next_week,
    more_weeks,
    out_of,
    sentence,
)
from trial.scoring.weeks import Weeks

_WORDS = tomllib.loads(Path(__file__).with_name("gates.toml").read_text("utf-8"))
_STATES = {1: "met", 0: "not_met", -1: "unknown"}


@dataclass(frozen=True, slots=True)
class Gates:
    """The gates of ``n`` trials.

    Parameters
    ----------
    outcome : (n, 6) int8
        1 met, 0 not met, -1 unknown, in the order of `GateName`.
    in_band : (n,) int64
        Eligible weeks in band or over.
    """

    outcome: NDArray[np.int8]
    in_band: NDArray[np.int64]


def gates_of(facts: Facts, weeks: Weeks, policy: Policy) -> Gates:
    """Return the gates; band adherence is unknown where no week is eligible."""
    # Whole numbers on both sides: nine of thirteen is not .6923.
    enough = weeks.in_band * policy.band_of >= policy.band_weeks * weeks.number
    adherence = np.where(weeks.number > 0, enough, -1).astype(np.int8)
    # A gate a row while they are put together, so that passing all is a few steps on long rows.
    return Gates(np.vstack([facts.gates.T, adherence]).T, weeks.in_band)


def gates_pass(gates: Gates, *, hold_unknown: bool) -> NDArray[np.bool_]:
    """Return where every gate passes, shape (n,).

    Parameters
    ----------
    hold_unknown : bool
        Whether a gate that nobody has spoken to holds the verdict back, as in a real trial. A
        bare log cannot speak to most gates; there they are listed and do not.
    """
    needed = gates.outcome if hold_unknown else np.where(gates.outcome == -1, 1, gates.outcome)
    passing: NDArray[np.bool_] = (needed == 1).all(axis=1)
    return passing


def band_weeks_needed(number: int, policy: Policy) -> int:
    """Return how many of `number` eligible weeks must keep the band."""
    return -(-policy.band_weeks * number // policy.band_of)


def explain_gate(
    name: GateName, log: TrialLog, gates: Gates, weeks: Weeks, policy: Policy
) -> tuple[float | None, str, str, str]:
    """Return value, unit, reason and remedy of one gate of a batch of one."""
    if name is GateName.BAND_ADHERENCE:
        return _explain_band(log, int(gates.in_band[0]), int(weeks.number[0]), policy)
    known = int(gates.outcome[0, LOGGED_GATES.index(name)])
    if name is GateName.TRAINING and log.gates.training_done is not None and known >= 0:
        total = log.gates.training_total or 0
        done = min(log.gates.training_done, total)
        remedy = "" if known else f"Finish {count_of(total - done, 'more module', in_words=True)}."
        reason = f"{out_of(done, total, 'training module')} complete."
        if total == 0:
            reason = "No training module is required."
        return done / total if total else 1.0, "share of modules", reason, remedy
    if name is GateName.INCIDENTS and log.gates.open_incidents:
        number = log.gates.open_incidents
        text = sentence(f"{count_of(number, 'serious incident', in_words=True)} open")
        them = "it" if number == 1 else "them"
        return float(number), "open incidents", text, f"Close {them} with what was learned."
    words = _WORDS[name][_STATES[known]]
    value = None if known < 0 else float(known)
    return value, "yes or no", words["reason"], words.get("remedy", "")


def _explain_band(
    log: TrialLog, in_band: int, number: int, policy: Policy
) -> tuple[float | None, str, str, str]:
    unit = "share of eligible weeks in band or over"
    if number == 0:
        return None, unit, NO_WEEK_OVER, keep_the_next_week(log)
    needed = band_weeks_needed(number, policy)
    so_far = " by now" if coming_week_ends(log) else ""
    reason = f"{out_of(in_band, number, 'week')} in band or over ({needed} needed{so_far})"
    if in_band >= needed:
        return in_band / number, unit, sentence(reason), ""
    # Every further week in band adds one to both sides of the comparison.
    slack = policy.band_of - policy.band_weeks
    missing = policy.band_weeks * number - policy.band_of * in_band
    more = -(-missing // slack) if slack else None
    remedy = sentence(more_weeks(log, more))
    coming = len(coming_week_ends(log))
    still = band_weeks_needed(number + coming, policy) - in_band
    if still <= coming:
        remedy = f"Keep {still} of the {count_of(coming, 'week')} to come in band."
        if still == coming:
            remedy = "Keep every week to come in band."
    return in_band / number, unit, sentence(reason), remedy
