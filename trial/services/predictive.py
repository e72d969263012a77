"""The predictive probability on its own: what ``python -m trial ppos`` answers."""

from dataclasses import dataclass

from trial.domain.beta_prior import UNIFORM, BetaPrior
from trial.domain.errors import InvalidInput
from trial.simulation.predictive import (
    fewest_over_rate,
    predictive_probability,
)


@dataclass(frozen=True, slots=True)
class Looks:
    """How far a trial has come: responses among the looks so far, and the looks at its end."""

    responses: int
    looks: int
    total: int


@dataclass(frozen=True, slots=True)
class Predicted:
    """The answer, and the question it answers.

    Parameters
    ----------
    probability : float
        In [0, 1].
    looks : Looks
    need : int or None
        Responses at the end that make a success; None where the rate to beat is out of reach
        even with a response at every look.
    prior : BetaPrior
    rate, cutoff : float or None
        The rate to beat and how sure one must be of it; None where `need` was asked for.
    """

    probability: float
    looks: Looks
    need: int | None
    prior: BetaPrior
    rate: float | None = None
    cutoff: float | None = None


def predict(
    looks: Looks,
    *,
    need: int | None = None,
    rate: float | None = None,
    cutoff: float | None = None,
    prior: BetaPrior = UNIFORM,
) -> Predicted:
    """Return the predictive probability of success, with success said in one of two ways.

    Parameters
    ----------
    looks : Looks
    need : int, optional
        Responses at the end that make a success.
    rate, cutoff : float, optional
        Instead of `need`: at the end, the rate lies above `rate` with a probability above
        `cutoff` (Lee and Liu 2008).
    prior : BetaPrior
        Uniform by default.

    Raises
    ------
    InvalidInput
        When neither or both ways are given, or numbers contradict each other.
    """
    over_rate = rate is not None or cutoff is not None
    if (need is not None) == over_rate:
        given = "both" if over_rate else None
        raise InvalidInput("Success", given, "either --need, or --rate together with --cutoff")
    if over_rate:
        if rate is None:
            raise InvalidInput("Rate", None, "a number between 0 and 1 beside --cutoff")
        if cutoff is None:
            raise InvalidInput("Cutoff", None, "a number from 0 to below 1 beside --rate")
        need = fewest_over_rate(looks.total, rate, cutoff, prior)
    # Contradictions between the looks are told even where the rate is out of reach.
    asked = looks.total if need is None else need
    probability = predictive_probability(looks.responses, looks.looks, looks.total, asked, prior)
    return Predicted(0.0 if need is None else probability, looks, need, prior, rate, cutoff)
