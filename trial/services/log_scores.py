"""The scorecards of a bare log, without a database and without an actor: nothing is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from trial.domain.calendar import trial_window
from trial.domain.policy import Policy
from trial.domain.results.scorecard import Scorecard
from trial.ingest.headings import Headings
from trial.ingest.log_files import read_log
from trial.scoring.scorecard import score_trials


@dataclass(frozen=True, slots=True)
class ScoredFile:
    """The scorecards of one file by department, and what was read with a grain of salt."""

    scorecards: Mapping[str, Scorecard]
    notes: tuple[str, ...]


def score_log(
    name: str,
    content: bytes,
    *,
    start: date,
    today: date,
    policy: Policy,
    headings: Headings | None = None,
) -> ScoredFile:
    """Score every department of a log file, as of `today`.

    Gates that a log cannot speak to are listed as not enough evidence and do not hold the
    verdict back.

    Raises
    ------
    InvalidInput
        When `start` is not the first day of a week, or the file cannot be read as a log.
    """
    window = trial_window(start, months=policy.months, week_starts_on=policy.week_starts_on)
    log_file = read_log(name, content, window, today, headings)
    trials = log_file.trials
    scorecards = score_trials([trial.log for trial in trials], policy, hold_unknown_gates=False)
    by_department = {trial.department: card for trial, card in zip(trials, scorecards, strict=True)}
    return ScoredFile(by_department, log_file.notes)
