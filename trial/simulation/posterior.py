"""What a running trial has taught of its department, as of one day.

Every judged week is a week of evidence beside those a forecast starts from. The other checks are
expected to go on as they were, from weak assumptions on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trial.domain.calendar import DAYS_IN_WEEK
from trial.domain.errors import InvalidInput
from trial.domain.policy import Policy
from trial.scoring.facts import Facts
from trial.scoring.weeks import weeks_of
from trial.simulation.forecast_prior import ForecastPrior


@dataclass(frozen=True, slots=True)
class Posterior:
    """What is known of one department on one day.

    Parameters
    ----------
    facts : Facts
        A batch of one.
    policy : Policy
    prior : ForecastPrior
    evidence : (K + 1,) float64
        Weeks with 0, 1, 2 … posts: the prior's and the department's own judged ones.
    own_weeks : int
        The department's own among them. A week that nobody reported teaches nothing.
    coming : tuple of int
        Weeks that are open or ahead and not excused.
    days_left, there : tuple of int
        Of each coming week, the days from today on, and the live posts on them already.
    weeks_seen : float
        Days gone by of weeks that are neither excused nor unreported, in weeks.
    """

    facts: Facts
    policy: Policy
    prior: ForecastPrior
    evidence: NDArray[np.float64]
    own_weeks: int
    coming: tuple[int, ...]
    days_left: tuple[int, ...]
    there: tuple[int, ...]
    weeks_seen: float

    @property
    def elapsed(self) -> int:
        """Days of the trial gone by."""
        return int(self.facts.elapsed[0])

    def is_silent_about(self, number: int) -> bool:
        """Return whether a number that posts would have raised is 0 after a week with posts."""
        return (
            number == 0 and self.weeks_seen >= 1 and bool(self.facts.live[0, : self.elapsed].any())
        )


def can_be_filled(week: int, elapsed: int, policy: Policy) -> bool:
    """Return whether slots that enter the calendar now still stand in it in time for a week.

    Parameters
    ----------
    week : int
        Index from 0.
    elapsed : int
        Days of the trial gone by.
    """
    return week * DAYS_IN_WEEK - policy.fill_ahead_days >= elapsed


def posterior_of(facts: Facts, policy: Policy, prior: ForecastPrior) -> tuple[Posterior, ...]:
    """Return what is known of each of some departments.

    Parameters
    ----------
    facts : Facts
        Of running trials, as of today; a batch of any size.
    policy : Policy
        Its `band.low` must not lie above `prior.most`.
    prior : ForecastPrior

    Raises
    ------
    InvalidInput
        When the policy asks for more posts a week than the prior tells apart.
    """
    if policy.band.low > prior.most:
        raise InvalidInput("Target band", policy.band.low, f"at most {prior.most} posts a week")
    weeks = weeks_of(facts, policy.band)
    posterior = []
    for row in range(facts.trials):
        counts, excused = weeks.count[row].tolist(), facts.excused[row].tolist()
        own = np.minimum(weeks.count[row][weeks.on_record[row]], prior.most)
        over, part = divmod(int(facts.elapsed[row]), DAYS_IN_WEEK)
        coming = tuple(week for week in range(over, facts.weeks) if not excused[week])
        days_left = tuple(DAYS_IN_WEEK - part * (week == over) for week in coming)
        passed = int(facts.live[row, over * DAYS_IN_WEEK : int(facts.elapsed[row])].sum())
        posterior.append(
            Posterior(
                facts=facts.row(row),
                policy=policy,
                prior=prior,
                evidence=np.bincount(own, minlength=prior.most + 1) + np.array(prior.evidence),
                own_weeks=own.size,
                coming=coming,
                days_left=days_left,
                there=tuple(counts[week] - passed * (week == over) for week in coming),
                weeks_seen=own.size + part * (over in coming) / DAYS_IN_WEEK,
            )
        )
    return tuple(posterior)
