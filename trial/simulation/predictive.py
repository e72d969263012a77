"""The predictive probability of success in closed form.

A trial is a row of looks (weeks), each a response (a week in band) or not. What is known of the
rate of responses is a beta distribution; the responses still to come are then beta-binomial, and
the chance of a success at the end is a finite sum. Two ways to say what a success is:

- at least `need` responses in `total` looks;
- at the end, the rate lies above a rate to beat with more than a given probability: Lee and Liu,
  "A predictive probability design for phase II cancer clinical trials", Clinical Trials 5 (2008).
  The posterior grows with the responses, so this is the first way with the fewest responses that
  suffice.

The simulation's forecast must agree with this where both apply.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from trial.domain.beta_prior import UNIFORM, BetaPrior
from trial.domain.errors import InvalidInput

MAX_LOOKS = 1_000_000
"""Longest row of looks; far beyond any trial, near enough to be summed in a moment."""


def predictive_probability(
    responses: int, looks: int, total: int, need: int, prior: BetaPrior = UNIFORM
) -> float:
    """Return the chance of at least `need` responses once all looks are over.

    Parameters
    ----------
    responses, looks : int
        Responses so far and looks so far, ``0 <= responses <= looks``.
    total : int
        Looks at the end, ``looks <= total`` and at least 1.
    need : int
        Responses at the end that make a success, in [0, total].
    prior : BetaPrior

    Returns
    -------
    float
        In [0, 1]; exactly 1 once `need` is reached and exactly 0 once it is out of reach.

    Raises
    ------
    InvalidInput
        When the numbers contradict each other; names the one at fault.
    """
    _refuse_contradictions(responses, looks, total)
    if not 0 <= need <= total:
        raise InvalidInput("Need", need, f"a whole number from 0 to the total, {total}")
    left, missing = total - looks, need - responses
    if missing <= 0:
        return 1.0
    if missing > left:
        return 0.0
    a, b = prior.a + responses, prior.b + looks - responses
    more = np.arange(missing, left + 1)
    # Beta-binomial by logarithms, so that neither many looks nor a sharp prior overflow.
    ways = -special.betaln(more + 1, left - more + 1) - np.log1p(left)
    # Of a sharp prior two logarithms of the beta function are huge and differ by little; the
    # products that they differ by, a (a + 1) (a + 2) … and so on, keep every digit.
    unit = max(a, b, left)
    of_a, of_b, of_both = (
        np.concatenate([[0.0], np.log((first + np.arange(left)) / unit + rest / unit).cumsum()])
        for first, rest in ((a, 0.0), (b, 0.0), (b, a))
    )
    logs = ways + of_a[more] + of_b[left - more] - of_both[left]
    return float(np.clip(np.exp(logs).sum(), 0.0, 1.0))


def fewest_over_rate(
    total: int, rate: float, cutoff: float, prior: BetaPrior = UNIFORM
) -> int | None:
    """Return the fewest responses in `total` looks after which the rate is held to beat `rate`.

    It is held to where its posterior probability of lying above `rate` exceeds `cutoff`; one that
    only equals it does not suffice (Lee and Liu 2008).

    Parameters
    ----------
    total : int
        As in :func:`predictive_probability`.
    rate : float
        The rate to beat, strictly between 0 and 1.
    cutoff : float
        In [0, 1).
    prior : BetaPrior

    Returns
    -------
    int or None
        In [0, total]; None where not even a response at every look suffices.

    Raises
    ------
    InvalidInput
        When a number lies outside its range.
    """
    _refuse_contradictions(0, 0, total)
    if not 0 < rate < 1:
        raise InvalidInput("Rate", rate, "a number between 0 and 1, both excluded")
    if not 0 <= cutoff < 1:
        raise InvalidInput("Cutoff", cutoff, "a number from 0 to below 1")
    responses = np.arange(total + 1)
    above = special.betaincc(prior.a + responses, prior.b + total - responses, rate)
    enough = np.flatnonzero(above > cutoff)
    return int(enough[0]) if enough.size else None


def _refuse_contradictions(responses: int, looks: int, total: int) -> None:
    if not 1 <= total <= MAX_LOOKS:
        raise InvalidInput("Total", total, f"a whole number from 1 to {MAX_LOOKS}")
    if not 0 <= looks <= total:
        raise InvalidInput("Looks", looks, f"a whole number from 0 to the total, {total}")
    if not 0 <= responses <= looks:
        raise InvalidInput("Responses", responses, f"a whole number from 0 to the looks, {looks}")
