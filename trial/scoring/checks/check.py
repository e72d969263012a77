"""What a check is: a question, a measurement over many trials, an explanation of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trial.domain.policy import Policy
from trial.domain.trial_log import TrialLog
from trial.domain.verdict import CheckName
from trial.scoring.facts import Facts
from trial.scoring.measured import DECIMALS, Measured
from trial.scoring.weeks import Weeks


def reaches(score: float, threshold: float) -> bool:
    """Return whether a score reaches a threshold, compared at `DECIMALS`."""
    return round(score, DECIMALS) >= threshold


@dataclass(frozen=True, slots=True)
class Case:
    """One trial and what a check measured in it, for the explanation.

    Parameters
    ----------
    log : TrialLog
    facts, weeks
        Batches of one.
    policy : Policy
    value, score : float or None
        None where not judged.
    """

    log: TrialLog
    facts: Facts
    weeks: Weeks
    policy: Policy
    value: float | None
    score: float | None

    @property
    def eligible(self) -> list[int]:
        """Indices of the eligible weeks, in order."""
        return [int(week) for week in self.weeks.eligible[0].nonzero()[0]]

    @property
    def is_met(self) -> bool:
        """Whether the score reaches the policy's `met_from`."""
        return self.score is not None and reaches(self.score, self.policy.met_from)

    def count(self, week: int) -> int:
        """Return the live posts of a week."""
        return int(self.weeks.count[0, week])

    def credited(self, week: int) -> int:
        """Return the posts of a week that earn credit, at most the low end."""
        return int(self.weeks.credited[0, week])

    def live_keys(self, weeks: list[int]) -> tuple[str, ...]:
        """Return the keys of the posts that were live in `weeks`, in order of their live days."""
        window = self.log.window
        live = [(post.live_day, post.key) for post in self.log.posts if post.live_day in window]
        return tuple(
            key for day, key in sorted(live) if day is not None and window.week_of(day) in weeks
        )


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a check came out as it did.

    Parameters
    ----------
    reason : str
        One sentence with the numbers.
    remedy : str
        The next step, for a trial that has not met the check; empty where there is none.
    weeks : tuple of int
        Week indices it rests on.
    posts : tuple of str
        Keys of the posts it rests on.
    """

    reason: str
    remedy: str = ""
    weeks: tuple[int, ...] = ()
    posts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One weighted check.

    Parameters
    ----------
    name : CheckName
    question : str
        What it asks, as a lead would.
    unit : str
        Unit of the raw value.
    rests_on : tuple of str
        Dotted keys of the policy values that the measurement depends on, besides the facts; who
        changes no other value need not measure anew.
    measure : callable
        ``(facts, weeks, policy) -> Measured`` over a batch.
    explain : callable
        ``(case) -> Explanation`` for one trial.
    validated : bool
        True where it was chosen on real timelines; False where it has face validity only.
    is_turned : bool
        Whether the margin measures it anew when a week is turned: True where it rests on live days
        alone, False where it rests on what weeks gone otherwise would not tell.
    """

    name: CheckName
    question: str
    unit: str
    rests_on: tuple[str, ...]
    measure: Callable[[Facts, Weeks, Policy], Measured]
    explain: Callable[[Case], Explanation]
    validated: bool = False
    is_turned: bool = False
