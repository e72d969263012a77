"""``python -m trial ppos``: the predictive probability of success in closed form."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from trial.cli.arguments import decimal, whole

if TYPE_CHECKING:
    from trial.cli import Commands
    from trial.domain.beta_prior import BetaPrior
    from trial.services.predictive import Predicted

_DESCRIPTION = """The chance that a running trial ends in success, given what has been seen so far.

A look is a week, a response a week in band. What is known of the rate is a beta distribution, so
the responses still to come are beta-binomial. Success is one of two things:

  --need K                 at least K responses among all looks
  --rate P0 --cutoff T     at the end, the rate lies above P0 with a probability above T
                           (Lee and Liu, Clinical Trials 5, 2008)

For example, seven of eight weeks in band, ten of thirteen needed:

  python -m trial ppos --responses 7 --looks 8 --total 13 --need 10"""

_EPILOG = """With --json the answer is an object:

  probability   predictive probability of success, 0 to 1
  responses     responses so far
  looks         looks so far
  total         looks at the end
  need          fewest responses at the end that make a success; null where the rate to beat
                is out of reach even with a response at every look
  prior         the two parameters of the beta distribution held before the first look
  rate, cutoff  the rate to beat and how sure one must be of it; null with --need"""


def add(commands: Commands) -> None:
    """Register the command."""
    command = commands.add_parser(
        "ppos",
        help="the predictive probability of success, in closed form",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "--responses", type=whole(), required=True, metavar="X", help="responses so far"
    )
    command.add_argument("--looks", type=whole(), required=True, metavar="N", help="looks so far")
    command.add_argument(
        "--total", type=whole(), required=True, metavar="M", help="looks at the end"
    )
    command.add_argument("--need", type=whole(), metavar="K", help="responses that make a success")
    command.add_argument("--rate", type=decimal, metavar="P0", help="or: the rate to beat")
    command.add_argument(
        "--cutoff", type=decimal, metavar="T", help="and how sure to be of it at the end"
    )
    command.add_argument(
        "--prior",
        metavar="A,B",
        default="1,1",
        help="beta distribution of the rate before the first look; 1,1, the uniform, by default",
    )
    command.add_argument("--json", action="store_true", help="print JSON instead of a sentence")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Answer, as a sentence or as JSON."""
    from trial.services.predictive import Looks, predict

    predicted = predict(
        Looks(arguments.responses, arguments.looks, arguments.total),
        need=arguments.need,
        rate=arguments.rate,
        cutoff=arguments.cutoff,
        prior=_prior(arguments.prior),
    )
    print(_json(predicted) if arguments.json else _sentence(predicted))
    return 0


def _prior(text: str) -> BetaPrior:
    from trial.domain.beta_prior import BetaPrior
    from trial.domain.errors import InvalidInput

    try:
        a, b = (float(part) for part in text.split(","))
    except ValueError as error:
        raise InvalidInput("Prior", text, "two numbers above 0, such as 1,1") from error
    return BetaPrior(a, b)


def _json(predicted: Predicted) -> str:
    import json

    answer = {
        "probability": predicted.probability,
        "responses": predicted.looks.responses,
        "looks": predicted.looks.looks,
        "total": predicted.looks.total,
        "need": predicted.need,
        "prior": [predicted.prior.a, predicted.prior.b],
        "rate": predicted.rate,
        "cutoff": predicted.cutoff,
    }
    return json.dumps(answer, indent=2)


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
