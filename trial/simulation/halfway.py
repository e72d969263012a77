"""What a forecast halfway is worth: the band gate foreseen after six weeks of a trial.

The closed form of the forecast says how likely enough weeks in band are at the end, given those so
far and what other accounts are like. What it is measured against is what anybody would say without
it: the share of weeks in band so far.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from trial.domain.policy import Policy
from trial.domain.results.experiments import Rate
from trial.domain.results.validation import Halfway
from trial.scoring.gates import band_weeks_needed
from trial.scoring.measured import Floats
from trial.scoring.verdict import Judgement
from trial.simulation.forecast_prior import ForecastPrior
from trial.simulation.predictive import predictive_probability
from trial.simulation.ranking import Weights, estimate

WEEK = 6
"""Weeks that are over when the end is foreseen."""


def halfway(
    judgement: Judgement, policy: Policy, prior: ForecastPrior, resamples: Iterable[Weights]
) -> Halfway | None:
    """Return how near the forecast came on trials whose end is known.

    Parameters
    ----------
    judgement : Judgement
        Of ``n`` trials that are over, every week eligible.
    policy : Policy
    prior : ForecastPrior
    resamples : iterable of (b, n) int64
        As from :func:`trial.simulation.ranking.resamples`.

    Returns
    -------
    Halfway or None
        None where the policy asks for more posts a week than `prior` tells apart.
    """
    low = policy.band.low
    if low > prior.most:
        return None
    count = judgement.weeks.count
    n, weeks = count.shape
    need = band_weeks_needed(weeks, policy)
    kept = judgement.gates.in_band >= need
    so_far = (count[:, :WEEK] >= low).sum(axis=1)
    rate_prior = prior.in_band(low)
    chance = [
        predictive_probability(responses, WEEK, weeks, need, rate_prior)
        for responses in range(WEEK + 1)
    ]
    missed = (np.array(chance)[so_far] - kept) ** 2, (so_far / WEEK - kept) ** 2
    gained = missed[1] - missed[0]
    drawn: list[Floats] = [each @ gained / each.sum(axis=1) for each in resamples]
    gain = estimate(float(gained.mean()), np.concatenate(drawn))
    assert gain is not None
    return Halfway(
        week=WEEK,
        need=need,
        weeks=weeks,
        low=low,
        kept=Rate(int(kept.sum()), n),
        forecast=float(missed[0].mean()),
        share=float(missed[1].mean()),
        gain=gain,
    )
