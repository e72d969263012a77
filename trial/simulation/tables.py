"""Distributions as tables, so that drawing from them is looking up.

A draw of a weekly count costs a gamma and a Poisson variate; a post's day and maker cost one more
each. A simulation asks for hundreds of them a trial. Here each distribution is laid out once, as
its values at equally likely points, and a random index picks one. What is given up is told with
each table: shares are kept to one part in the number of points, rates to a hundredth or two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from trial.domain.calendar import DAYS_IN_WEEK
from trial.simulation.behaviours import MAX_PEOPLE, Days, Population, Traits

MAX_A_WEEK = 60
"""Most posts a week in a made-up trial; what is drawn above it counts as this many."""

POINTS = 2048
"""Equally likely points of a weekly count."""

PATTERNS = 512
"""Equally likely ways to spread a week's posts over days, and over contributors."""

LOWEST_LOG_RATE, HIGHEST_LOG_RATE = float(np.log(0.01)), float(np.log(50.0))
LEVELS = 256
"""Levels of the log rate, a thirtieth apart. Level 0 is silence."""

_STEP = (HIGHEST_LOG_RATE - LOWEST_LOG_RATE) / (LEVELS - 2)


@dataclass(frozen=True, slots=True)
class Tables:
    """What made-up trials of one population are looked up in; ``B`` behaviours.

    Parameters
    ----------
    counts : (B · LEVELS · POINTS,) uint8
        Posts of a week by behaviour, level of the log rate and point: negative binomial.
    days : ((MAX_A_WEEK + 1) · PATTERNS, 7) int16
        Posts on each weekday by the week's posts and pattern.
    makers : (2 B · (MAX_A_WEEK + 1) · PATTERNS, 4) int16
        Posts of each contributor by behaviour, whether the champion (number 0) has left, the
        week's posts and pattern.
    """

    counts: NDArray[np.uint8]
    days: NDArray[np.int16]
    makers: NDArray[np.int16]

    @classmethod
    def of(cls, population: Population, rng: np.random.Generator) -> Tables:
        """Lay out the distributions of a population; patterns are drawn with `rng`."""
        traits = [one.traits for one in population.behaviours]
        return cls(
            counts=np.concatenate([_counts(one.dispersion) for one in traits]),
            days=day_patterns(population.days, MAX_A_WEEK, PATTERNS, rng),
            makers=np.concatenate(
                [_makers(one, rng, has_left=left) for one in traits for left in (False, True)]
            ),
        )


def level_of(log_rates: NDArray[np.float32]) -> NDArray[np.int32]:
    """Return the nearest level, 1 to LEVELS - 1, int32, of float32 log rates, which it spoils.

    Both have the same shape, whatever it is.
    """
    log_rates -= np.float32(LOWEST_LOG_RATE)
    log_rates *= np.float32(1 / _STEP)
    # Truncation rounds to the nearest once a half is added; level 1 is the lowest rate.
    log_rates += np.float32(1.5)
    np.clip(log_rates, 1, LEVELS - 1, out=log_rates)
    return log_rates.astype(np.int32)


def day_patterns(
    days: Days, most: int, patterns: int, rng: np.random.Generator, *, first_day: int = 0
) -> NDArray[np.int16]:
    """Return ways to spread 0 to `most` posts over a week, ((most + 1) · patterns, 7) int16.

    Parameters
    ----------
    days : Days
    most, patterns : int
        Most posts a week, and ways for each number of posts.
    rng : numpy.random.Generator
    first_day : int
        In [0, 6]; the posts fall on this day of the week or later ones.
    """
    shares = np.array([(1 - days.weekend) / 5] * 5 + [days.weekend / 2] * 2)
    shares[:first_day] = 0
    if not shares.any():
        # Who never posts on weekends, and has only a weekend left, posts then after all.
        shares[first_day:] = 1
    shares /= shares.sum()
    posts = np.repeat(np.arange(most + 1), patterns)
    together = rng.binomial(posts, days.together)
    pattern = rng.multinomial(posts - together, shares)
    chosen = rng.choice(DAYS_IN_WEEK, posts.size, p=shares)
    pattern[np.arange(posts.size), chosen] += together
    return pattern.astype(np.int16)


def _points(number: int) -> NDArray[np.float64]:
    return (np.arange(number) + 0.5) / number


def _counts(dispersion: float) -> NDArray[np.uint8]:
    """Return negative binomial counts with k = `dispersion`, shape (LEVELS · POINTS,)."""
    rates = np.exp(LOWEST_LOG_RATE + _STEP * np.arange(LEVELS - 1))
    most = np.arange(MAX_A_WEEK)
    up_to = special.betainc(dispersion, most + 1.0, (dispersion / (dispersion + rates))[:, None])
    points = _points(POINTS)
    table = np.zeros((LEVELS, POINTS), np.uint8)
    for level, chances in enumerate(up_to, start=1):
        table[level] = np.searchsorted(chances, points)
    return table.ravel()


def _makers(traits: Traits, rng: np.random.Generator, *, has_left: bool) -> NDArray[np.int16]:
    """Return patterns of contributors, shape ((MAX_A_WEEK + 1) · PATTERNS, 4)."""
    shape = (MAX_A_WEEK + 1, PATTERNS)
    made = np.zeros((*shape, MAX_PEOPLE), np.int64)
    if not has_left:
        # The champion's part decides on shared load; it is laid out at equally likely points.
        for posts in range(1, MAX_A_WEEK + 1):
            up_to = special.bdtr(np.arange(posts), posts, traits.champion)
            made[posts, :, 0] = np.searchsorted(up_to, _points(PATTERNS))
    rest = np.arange(MAX_A_WEEK + 1)[:, None] - made[:, :, 0]
    # Where a department of one has lost its one, what little is posted is a newcomer's.
    others = max(traits.people - 1, 1)
    made[:, :, 1 : 1 + others] = rng.multinomial(rest, [1 / others] * others)
    return made.reshape(-1, MAX_PEOPLE).astype(np.int16)
