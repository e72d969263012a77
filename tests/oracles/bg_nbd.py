"""The chance that an account is still alive, by a model of customers that knows nothing of trials.

BG/NBD: an account posts at random at a rate of its own, and after each day with a post may stop for
good, with a chance of its own. Rates differ between accounts as a gamma distribution says, chances
as a beta distribution does; the four numbers of the two are all there is to learn, and they are
learnt from the trials alone, without a look at what came after.

Fader, Hardie and Lee, "Counting Your Customers the Easy Way: An Alternative to the Pareto/NBD
Model", Marketing Science 24 (2005), 275-284, for the model and its likelihood; the same, "Computing
P(alive) Using the BG/NBD Model" (2008), for the chance.

What comes at random is a day with a post, not a post: posts come nearly two to such a day, while
the time between such days is spread as chance would have it. So accounts of which only weeks are
known are left out. Time runs in weeks of the trial, for the clock within a week is not random:
nobody stopped because the last post fell on a Friday and the trial ended on a Sunday.

Own code, because lifetimes, the library of this model, is no longer kept up, and its successor
brings a sampler and a compiler for four numbers that scipy finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from trial.scoring.measured import DECIMALS, Floats
from trial.simulation.windows import Windows

MIN_ACCOUNTS = 20
"""Trials with dates of days that four numbers can be learnt from: five each."""

_MIN_STOPPED = 0.5
"""Accounts that must seem to have stopped, taken together, for stopping to be learnt."""

_BOUNDS = ((-5.0, 7.0), (-7.0, 7.0), (-16.0, 5.0), (-5.0, 7.0))
_STARTS = ((0.0, 0.0, -3.0, 2.0), (1.5, 1.0, -7.0, 5.0), (-0.7, -1.0, -1.0, 0.5))
"""Logarithms of r and of the mean rate, log odds of the mean chance to stop, and log (a + b)."""


class Unknown(StrEnum):
    """Why nothing can be said about who is alive."""

    WEEKS_ONLY = "weeks_only"
    TOO_FEW = "too_few"
    NONE_STOPPED = "none_stopped"


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of ``n`` accounts.

    Parameters
    ----------
    repeats : (n,) float64
        Days with a post after the first such day (the paper's x).
    last : (n,) float64
        Weeks from the start to the last of them (t_x).
    length : (n,) float64
        Weeks from the start to now (T).
    """

    repeats: Floats
    last: Floats
    length: Floats


@dataclass(frozen=True, slots=True)
class BgNbd:
    """What accounts of one kind are like.

    Parameters
    ----------
    r, alpha : float
        Days with a post a week: a gamma distribution of mean ``r / alpha``.
    a, b : float
        The chance to stop after one: a beta distribution of mean ``a / (a + b)``.
    """

    r: float
    alpha: float
    a: float
    b: float

    def log_likelihood(self, past: Past) -> Floats:
        """Return the log likelihood of each past, (n,) float64."""
        x = past.repeats
        common = special.gammaln(self.r + x) - special.gammaln(self.r) + self.r * np.log(self.alpha)
        likelihood: Floats = common + np.logaddexp(*self._alive_and_stopped(past))
        return likelihood

    def alive(self, past: Past) -> Floats:
        """Return the chance that each account is alive now, in [0, 1], (n,) float64.

        It is 1 where nothing was repeated: only who posts can stop.
        """
        alive, stopped = self._alive_and_stopped(past)
        chance: Floats = special.expit(alive - stopped)
        return chance

    def _alive_and_stopped(self, past: Past) -> tuple[Floats, Floats]:
        """Return the log likelihood of either, short of what they have in common."""
        x, power = past.repeats, self.r + past.repeats
        whole = special.betaln(self.a, self.b)
        alive = special.betaln(self.a, self.b + x) - whole
        stopped = special.betaln(self.a + 1, self.b + np.maximum(x, 1) - 1) - whole
        return (
            alive - power * np.log(self.alpha + past.length),
            np.where(x > 0, stopped - power * np.log(self.alpha + past.last), -np.inf),
        )


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learnt from some trials, and who of them is alive.

    Parameters
    ----------
    model : BgNbd
    trials : int
        From which it was learnt.
    alive : (n,) float64
        The chance at the end of each trial, in [0, 1]; NaN for those known by the week only.
    """

    model: BgNbd
    trials: int
    alive: Floats


def fitted_to(windows: Windows) -> Fitted | Unknown:
    """Return who was alive at the end of each trial, learnt from all that are known by the day."""
    by_day = np.array([account.by_day for account in windows.accounts], np.bool_)[windows.account]
    if not by_day.any():
        return Unknown.WEEKS_ONLY
    if by_day.sum() < MIN_ACCOUNTS:
        return Unknown.TOO_FEW
    past = past_of(windows.of(by_day))
    model = fit(past)
    chances = model.alive(past)
    if (1 - chances).sum() < _MIN_STOPPED:
        return Unknown.NONE_STOPPED
    alive = np.full(windows.number, np.nan)
    alive[by_day] = np.round(chances, DECIMALS)
    return Fitted(model, int(by_day.sum()), alive)


def past_of(windows: Windows) -> Past:
    """Return what the days of each trial come to; a last day stands for the end of its week."""
    counts = windows.counts
    weeks = counts.shape[1]
    return Past(
        repeats=(windows.live > 0).sum(axis=1) - 1.0,
        last=weeks - np.argmax(counts[:, ::-1] > 0, axis=1).astype(np.float64),
        length=np.full(windows.number, float(weeks)),
    )


def fit(past: Past) -> BgNbd:
    """Return the model of greatest likelihood.

    Where accounts hardly differ, in their rates or in their chances to stop, the likelihood no
    longer tells how little: r, or a + b, is then held at about a thousand, which is alike enough.
    """

    def loss(logs: NDArray[np.float64]) -> float:
        return -float(_model(logs).log_likelihood(past).sum())

    found = [optimize.minimize(loss, start, method="L-BFGS-B", bounds=_BOUNDS) for start in _STARTS]
    return _model(min(found, key=lambda each: float(each.fun)).x)


def _model(logs: NDArray[np.float64]) -> BgNbd:
    r, rate, together = np.exp(logs[[0, 1, 3]])
    stops = special.expit(logs[2])
    return BgNbd(float(r), float(r / rate), float(together * stops), float(together * (1 - stops)))
