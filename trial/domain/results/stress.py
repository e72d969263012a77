"""What a trial would have come to under strain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trial.domain.results.experiments import Rate
from trial.domain.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Result:
    """What a trial comes to.

    Parameters
    ----------
    verdict : Verdict
    score : float or None
        In [0, 1]; None where nothing was judged.
    in_band, eligible : int
        Eligible weeks in band or over, and all eligible weeks.
    """

    verdict: Verdict
    score: float | None
    in_band: int
    eligible: int


@dataclass(frozen=True, slots=True)
class FluResult:
    """What a trial comes to in flu seasons drawn at random.

    Parameters
    ----------
    usual : Result
        The verdict that falls most often, the median score, the median of the weeks in band.
    verdicts : mapping of Verdict to Rate
        How often each falls, with its Monte-Carlo error; those that never fall are left out.
    score_error : float
        Monte-Carlo error of the median score: half the width of its 95 % interval.
    factor : float
        Share of the posts that are made in such a season.
    spared : int
        Eligible weeks that lay in the season as it was; their posts are kept.
    """

    usual: Result
    verdicts: Mapping[Verdict, Rate]
    score_error: float
    factor: float
    spared: int


@dataclass(frozen=True, slots=True)
class StressTests:
    """One trial, as it was and under strain.

    Parameters
    ----------
    unstressed : Result
    without_busiest : Result or None
        Without the contributor whose absence costs most; None where too few posts name one.
    in_flu : FluResult or None
        None where no such season is given.
    at_target : mapping of int to Result
        By the posts a week that are asked for instead.
    """

    unstressed: Result
    without_busiest: Result | None
    in_flu: FluResult | None
    at_target: Mapping[int, Result]
