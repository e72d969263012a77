"""After the trial: the chance that an own account keeps its cadence, half a year and a year on.

An account *keeps its cadence* at a horizon when it was active in at least 7 of the 13 weeks before
it, the weeks that public timelines are looked at as well. That is one question a horizon, and not
the simulator's whole year: of a department that keeps its cadence at both horizons and never went
dark between, the simulator says that it *lasted*.

What public accounts tell is a line a horizon: the log odds over the score of the first three
months, with its uncertainty. It rises between two scores and is level below and above them, where
accounts kept on about as often whatever their score. The outcomes of this organisation's own
accounts move it by Bayes' rule; none leaves it as it is, and however one-sided a few are, the line
stays finite.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, sqrt
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from trial.domain.after_trial import SHOWN_FROM, Calibration, Chance, Group, Horizon, OwnAccount
from trial.domain.cadence import Band
from trial.domain.documents import Reading, number, proportion, whole
from trial.domain.errors import PolicyError
from trial.domain.policy import Policy
from trial.domain.results.experiments import Rate, Z
from trial.domain.trial_log import TrialLog
from trial.domain.verdict import CheckName
from trial.scoring.facts import facts_of
from trial.scoring.measured import Floats
from trial.scoring.verdict import judge

_GROUPS = 5
_STEPS = 100
_CLOSE = 1e-10


@dataclass(frozen=True, slots=True)
class LogOddsLine:
    """What is believed about the log odds over the score: a normal distribution of two numbers.

    Parameters
    ----------
    centre : float
        Score at which the level is read.
    mean : (level, slope)
        In log odds, and log odds from a score of 0 to one of 1.
    covariance : (variance of the level, covariance, variance of the slope)
    rises : (from, to)
        Scores between which the line is straight; below and above it is level.
    """

    centre: float
    mean: tuple[float, float]
    covariance: tuple[float, float, float]
    rises: tuple[float, float] = (0.0, 1.0)

    def from_centre(self, score: float) -> float:
        """Return how far along the line a score lies from its centre."""
        lowest, highest = self.rises
        return min(max(score, lowest), highest) - self.centre

    def chance(self, score: float) -> Chance:
        """Return the chance of an account whose trial had this score."""
        at = self.from_centre(score)
        middle = self.mean[0] + self.mean[1] * at
        of_level, of_both, of_slope = self.covariance
        spread = Z * sqrt(max(of_level + 2 * of_both * at + of_slope * at**2, 0.0))
        return Chance(*(_share(odds) for odds in (middle, middle - spread, middle + spread)))

    def given(self, outcomes: Sequence[OwnAccount]) -> LogOddsLine:
        """Return what is believed once these outcomes are known.

        The posterior's mode and its curvature there (Laplace). The prior bounds it: where all
        accounts have the same outcome, as few ones often do, the mode stays finite.
        """
        if not outcomes:
            return self
        rows = np.array([(1.0, self.from_centre(outcome.score)) for outcome in outcomes])
        happened = np.array([outcome.kept for outcome in outcomes], np.float64)
        of_level, of_both, of_slope = self.covariance
        precision = np.linalg.inv(np.array([[of_level, of_both], [of_both, of_slope]]))
        mean = np.array(self.mean)

        def loss(at: Floats) -> float:
            odds = rows @ at
            away = at - mean
            missed = np.logaddexp(0.0, odds).sum() - happened @ odds
            return float(missed + away @ precision @ away / 2)

        mode, curvature = mean, precision
        for _ in range(_STEPS):
            chances = _shares(rows @ mode)
            curvature = precision + (rows.T * (chances * (1 - chances))) @ rows
            slope = rows.T @ (chances - happened) + precision @ (mode - mean)
            step = np.linalg.solve(curvature, slope)
            # The loss is convex, but Newton's step can leap past its lowest point.
            while loss(mode - step) > loss(mode) and np.abs(step).max() > _CLOSE:
                step /= 2
            mode = mode - step
            if np.abs(step).max() <= _CLOSE:
                break
        spread = np.linalg.inv(curvature)
        return replace(
            self,
            mean=(float(mode[0]), float(mode[1])),
            covariance=(float(spread[0, 0]), float(spread[0, 1]), float(spread[1, 1])),
        )


def calibration(prior: LogOddsLine, outcomes: Sequence[OwnAccount]) -> Calibration | None:
    """Return how good the forecasts were; None under `SHOWN_FROM` outcomes."""
    n = len(outcomes)
    if n < SHOWN_FROM:
        return None
    forecasts = np.array(
        [
            prior.given([*outcomes[:i], *outcomes[i + 1 :]]).chance(one.score).share
            for i, one in enumerate(outcomes)
        ]
    )
    happened = np.array([one.kept for one in outcomes], np.float64)
    squares = (forecasts - happened) ** 2
    of_others = (happened.sum() - happened) / (n - 1)
    order = np.argsort(forecasts, kind="stable")
    return Calibration(
        outcomes=n,
        brier=float(squares.mean()),
        brier_error=float(Z * squares.std(ddof=1) / sqrt(n)),
        brier_of_share=float(((of_others - happened) ** 2).mean()),
        groups=tuple(
            Group(float(forecasts[some].mean()), Rate(int(happened[some].sum()), some.size))
            for some in np.array_split(order, _GROUPS)
        ),
    )


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """How the score that the lines go over is measured.

    Parameters
    ----------
    low : int
        Low end of the band, in posts a week.
    cadence, continuity, steadiness, finish : float
        Weights of the checks that the score is made of, named as the checks are.
    full_days, zero_days : int
        Longest gap that still scores 1, and the one from which it scores 0.
    centre : float
        Score at which the level of a line is read.
    flat_below, flat_above : float
        Scores below and above which the line rises no further; the whole range where a document
        of before does not name them.
    """

    low: Annotated[int, whole(1, 50)]
    cadence: Annotated[float, proportion()]
    continuity: Annotated[float, proportion()]
    steadiness: Annotated[float, proportion()]
    finish: Annotated[float, proportion()]
    full_days: Annotated[int, whole(1, 365)]
    zero_days: Annotated[int, whole(2, 366)]
    centre: Annotated[float, proportion()]
    flat_below: Annotated[float, proportion()] = 0.0
    flat_above: Annotated[float, proportion()] = 1.0

    @property
    def weights(self) -> dict[CheckName, float]:
        """The weight of every check, 0 where the score leaves it out."""
        return {name: getattr(self, name, 0.0) for name in CheckName}


@dataclass(frozen=True, slots=True)
class Scope:
    """The trials that a chance is said of.

    Parameters
    ----------
    weeks : int
        Fewest eligible weeks.
    fewest, most : float
        Posts a week, both ends inside.
    """

    weeks: Annotated[int, whole(1, 60)]
    fewest: Annotated[float, number(0, 1000)]
    most: Annotated[float, number(0, 1000)]


@dataclass(frozen=True, slots=True, eq=False)
class PublicAccounts:
    """What public accounts tell, as the document has it; one reading of it equals no other.

    Parameters
    ----------
    name, version
        What people call it; `version` counts from 1.
    rule : ScoreRule
    scope : Scope
    lines : mapping of Horizon to LogOddsLine
    sources : mapping of Horizon to str
        Where each line comes from.
    """

    name: str
    version: int
    rule: ScoreRule
    scope: Scope
    lines: Mapping[Horizon, LogOddsLine]
    sources: Mapping[Horizon, str]

    def measure(self, policy: Policy) -> Policy:
        """Return `policy` with the weights, the band and the gaps that the lines were fitted by."""
        rule = self.rule
        return replace(
            policy,
            band=Band(rule.low, max(rule.low, policy.band.high)),
            weights=rule.weights,
            gap_full_days=rule.full_days,
            gap_zero_days=rule.zero_days,
        )

    def score(self, log: TrialLog, policy: Policy) -> float | None:
        """Return the score that the lines go over, in [0, 1]; None outside their scope.

        The checks that rest on dates alone, by the same code as the trial's own score; band and
        gaps are the document's, so that one behaviour has one forecast under every policy.
        """
        measure, scope = self.measure(policy), self.scope
        judgement = judge(facts_of([log], measure), measure)
        eligible = judgement.weeks.eligible[0]
        number = int(eligible.sum())
        posts = int(judgement.weeks.count[0][eligible].sum())
        if number < scope.weeks or not scope.fewest * number <= posts <= scope.most * number:
            return None
        return float(judgement.score[0])


@dataclass(frozen=True, slots=True)
class _Fitted:
    level: Annotated[float, number(-20, 20)]
    slope: Annotated[float, number(-50, 50)]
    level_error: Annotated[float, number(0.001, 20)]
    slope_error: Annotated[float, number(0.001, 50)]
    correlation: Annotated[float, number(-0.999, 0.999)]
    elsewhere: Annotated[float, number(0, 10)]

    def line(self, rule: ScoreRule) -> LogOddsLine:
        level, slope = self.level_error, self.slope_error
        return LogOddsLine(
            centre=rule.centre,
            rises=(rule.flat_below, rule.flat_above),
            mean=(self.level, self.slope),
            covariance=(level**2 + self.elsewhere**2, self.correlation * level * slope, slope**2),
        )


def parse_public_accounts(text: str, source: str) -> PublicAccounts:
    """Read what public accounts tell from TOML text.

    Parameters
    ----------
    text : str
        The document: `name`, `version`, and the tables `score`, `scope`, `half_year` and `year`;
        every entry has the keys `value`, `unit`, `source` and `rationale`.
    source : str
        Where the text came from; named in every error.

    Raises
    ------
    PolicyError
        On broken TOML, an unknown or missing key, a value that is impossible, or values that
        contradict each other. Names source, key and value.
    """
    reading = Reading(source)
    document, name, version = reading.document(text, ("score", "scope", *Horizon))
    rule = reading.section(ScoreRule, document, "score")
    scope = reading.section(Scope, document, "scope")
    for lower, least, upper, most in (
        ("score.full_days", rule.full_days, "zero_days", rule.zero_days),
        ("score.flat_below", rule.flat_below, "flat_above", rule.flat_above),
        ("scope.fewest", scope.fewest, "most", scope.most),
    ):
        if least >= most:
            raise PolicyError(source, lower, least, f"less than {upper}, {most:g}")
    if not any(rule.weights.values()):
        raise PolicyError(source, "score.cadence", 0, "a weight above 0 for one check at least")
    return PublicAccounts(
        name=name,
        version=version,
        rule=rule,
        scope=scope,
        lines={
            horizon: reading.section(_Fitted, document, horizon).line(rule) for horizon in Horizon
        },
        sources={horizon: document[horizon]["level"]["source"] for horizon in Horizon},
    )


def _share(odds: float) -> float:
    return 1 / (1 + exp(-odds)) if odds >= 0 else exp(odds) / (1 + exp(odds))


def _shares(odds: NDArray[np.float64]) -> Floats:
    shares: Floats = np.exp(-np.logaddexp(0.0, -odds))
    return shares
