"""Responsiveness: whether people who ask get an answer."""

from __future__ import annotations

from trial.domain.policy import Policy
from trial.domain.verdict import CheckName
from trial.scoring.checks.check import Case, Check, Explanation
from trial.scoring.facts import Facts
from trial.scoring.measured import Measured, ratio
from trial.scoring.outlook import out_of, sentence
from trial.scoring.weeks import Weeks


def measure(facts: Facts, weeks: Weeks, policy: Policy) -> Measured:
    """Return the share answered within a day; it does not apply where nothing needed an answer."""
    return ratio(facts.answered, facts.needing, applies=facts.needing != 0)


def explain(case: Case) -> Explanation:
    """Say how many questions were answered within a day."""
    needing, answered = int(case.facts.needing[0]), int(case.facts.answered[0])
    if needing < 0:
        return Explanation(
            "No check-in has mentioned questions yet.",
            "Enter questions and answers in the weekly check-in.",
        )
    if needing == 0:
        return Explanation("No question or comment needed an answer.")
    remedy = "Agree who looks at comments each working day."
    reason = f"{out_of(answered, needing, 'question')} answered within a day"
    return Explanation(sentence(reason), remedy)


CHECK = Check(
    name=CheckName.RESPONSIVENESS,
    question="Do they answer people?",
    unit="share answered within a day",
    rests_on=(),
    measure=measure,
    explain=explain,
)
