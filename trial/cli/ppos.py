"""``python -m trial ppos``: the predictive probability of success in closed form."""

import argparse
from dataclasses import asdict
from typing import Any

from trial.cli.terminal import print_json
from trial.domain.beta_prior import BetaPrior
from trial.domain.errors import InvalidInput
from trial.services.predictive import Looks, Predicted, predict


def run(arguments: argparse.Namespace) -> int:
    """Answer, as a sentence or as JSON."""
    predicted = predict(
        Looks(arguments.responses, arguments.looks, arguments.total),
        need=arguments.need,
        rate=arguments.rate,
        cutoff=arguments.cutoff,
        prior=_prior(arguments.prior),
    )
    if arguments.json:
        print_json(_answer(predicted))
    else:
        print(_sentence(predicted))
    return 0


def _prior(text: str) -> BetaPrior:
    try:
        a, b = (float(part) for part in text.split(","))
    except ValueError as error:
        raise InvalidInput("Prior", text, "two numbers above 0, such as 1,1") from error
    return BetaPrior(a, b)


def _answer(predicted: Predicted) -> dict[str, Any]:
    told = asdict(predicted)
    head = {"probability": told.pop("probability"), **told.pop("looks")}
    return {**head, **told, "prior": [predicted.prior.a, predicted.prior.b]}


def _sentence(predicted: Predicted) -> str:
    looks, prior = predicted.looks, predicted.prior
    far = f"{looks.responses} responses in {looks.looks} of {looks.total} looks"
    success = f"at least {predicted.need} responses at the end"
    if predicted.rate is not None and predicted.cutoff is not None:
        beaten = f"more than {predicted.cutoff:g} sure of a rate above {predicted.rate:g}"
        least = (
            "out of reach even with a response at every look"
            if predicted.need is None
            else f"at least {predicted.need} responses"
        )
        success = f"at the end {beaten}, which is {least}"
    return (
        f"{predicted.probability:.4f}: chance of success after {far}.\n"
        f"Success: {success}. Prior: Beta({prior.a:g}, {prior.b:g})."
    )
