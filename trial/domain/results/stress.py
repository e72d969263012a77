"""What a trial would have come to under strain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trial.domain.results.experiments import Rate
from trial.domain.verdict import CheckName, GateName, Verdict


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
    turned_by : CheckName or GateName or None
        What turned the verdict most: the band gate where it does not pass any more, else the check
        that took most off the score; None where the verdict is the same.
    """

    verdict: Verdict
    score: float | None
    in_band: int
    eligible: int
    turned_by: CheckName | GateName | None = None


@dataclass(frozen=True, slots=True)
class FluResult:
    """What a trial comes to in flu seasons drawn at random.

    Parameters
    ----------
    usual : Result
        The verdict that falls most often, the median score, the median of the weeks in band.
    verdicts : mapping of Verdict to Rate
        How often each falls, with its Monte-Carlo error; those that never fall are left out.
    factor : float
        Share of the posts that are made in such a season.
    spared : int
        Eligible weeks that lay in the season as it was; their posts are kept.
    """

    usual: Result
    verdicts: Mapping[Verdict, Rate]
    factor: float
    spared: int


@dataclass(frozen=True, slots=True)
class StressTests:
    """One trial, as it was and under strain.

    Parameters
    ----------
    unstressed : Result
        With the gates of paper taken as closed, as in all the tests: no strain opens or shuts them.
    without_busiest : Result or None
        Without the contributor whose absence costs most; None where too few posts name one.
    in_flu : FluResult or None
        None where no such season is given.
    at_target : mapping of int to Result
        By the posts a week that are asked for instead.
    open_gates : tuple of GateName
        The gates of paper that are not closed yet.
    """

    unstressed: Result
    without_busiest: Result | None
    in_flu: FluResult | None
    at_target: Mapping[int, Result]
    open_gates: tuple[GateName, ...] = ()
