"""Quality: whether posts are fit to publish at the first attempt."""

from __future__ import annotations

from trial.domain.policy import Policy
from trial.domain.verdict import CheckName
from trial.scoring.checks.check import Case, Check, Explanation
from trial.scoring.facts import Facts
from trial.scoring.measured import Measured, ratio
from trial.scoring.outlook import out_of, sentence
from trial.scoring.weeks import Weeks


def measure(facts: Facts, weeks: Weeks, policy: Policy) -> Measured:
    """Return the first-pass approval rate: approved at the first attempt over reviewed."""
    return ratio(facts.first_pass, facts.reviewed)


def explain(case: Case) -> Explanation:
    """Say how many posts passed at once, and point at those that did not."""
    reviewed = int(case.facts.reviewed[0])
    if reviewed == 0:
        return Explanation("No post has been reviewed yet.")
    passed = int(case.facts.first_pass[0])
    back = tuple(post.key for post in case.log.posts if post.passed_first_review is False)
    remedy = "Before handing over, read why earlier posts were sent back."
    return Explanation(
        sentence(f"{out_of(passed, reviewed, 'reviewed post')} passed at once"),
        remedy,
        posts=back,
    )


CHECK = Check(
    name=CheckName.QUALITY,
    question="Is it fit to publish?",
    unit="first-pass approval rate",
    rests_on=(),
    measure=measure,
    explain=explain,
)
