"""Made-up trials, drawn whole: thousands at once, as the facts that a scorecard rests on.

A department's weekly posts are negative binomial around a rate of its own, which leans (slope),
sways (autoregression), rests (pauses), follows the seasons, and drops when its champion leaves. A
week's posts fall on its days and to its contributors by patterns. The year after the trial is drawn
with it, because the same department lives through both: its rate drifts, and it may fall silent.

Trials are drawn in blocks of fixed size, each from a random stream of its own. The first trials of
a run are therefore the same however many follow, and memory does not grow with their number.

Within a block arrays are week-major, ``(weeks, n)``: what is done week by week is then done on long
rows. The facts that come out have trials first, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from trial.domain.after_trial import LASTING_WEEKS, QUARTER
from trial.domain.calendar import DAYS_IN_WEEK
from trial.domain.errors import InvalidInput
from trial.scoring.batches import rows_of
from trial.scoring.facts import LOGGED_GATES, Bools, Facts, Ints
from trial.simulation.behaviours import WEEKS_IN_YEAR, Population, Traits
from trial.simulation.tables import (
    HIGHEST_LOG_RATE,
    LEVELS,
    MAX_A_WEEK,
    PATTERNS,
    POINTS,
    Tables,
    level_of,
)

Floats = NDArray[np.float64]
Rates = NDArray[np.float32]

_OfTrials = Mapping[str, Floats]
"""The traits of each trial by their names, (n,) float64."""

BLOCK = 4096
"""Trials of a block, so few that its arrays stay in the processor's caches."""

MIN_WEEKS, MAX_WEEKS = 4, 53
MAX_TRIALS = 100_000_000
_HALF_YEAR, _YEAR = 26, 52
_NOTHING_KEPT = -50.0


@dataclass(frozen=True, slots=True)
class YearAfter:
    """What became of ``n`` departments in the year after their trials.

    Parameters
    ----------
    half, full : (n, 13) int16
        Posts in each of the last 13 weeks of the first and of the second half-year. After a trial
        of 13 weeks, these are weeks 27 to 39 and 53 to 65 from its start.
    stopped : (n,) bool
        Whether a silence of 13 weeks or more began within the year.
    """

    half: Ints
    full: Ints
    stopped: Bools

    @property
    def dark(self) -> Bools:
        """(n,) bool: stopped, or a quarter that was looked at without a single post."""
        went: Bools = self.stopped | ~self.half.any(axis=1) | ~self.full.any(axis=1)
        return went

    @property
    def lasted(self) -> Bools:
        """(n,) bool: not dark, and active in at least 7 of the 13 weeks of both quarters."""
        kept: Bools = ~self.dark
        for quarter in (self.half, self.full):
            kept &= (quarter > 0).sum(axis=1) >= LASTING_WEEKS
        return kept


@dataclass(frozen=True, slots=True)
class Drawn:
    """``n`` made-up trials.

    Parameters
    ----------
    facts : Facts
        Of finished trials; no week is excused.
    behaviour : (n,) int64
        Index of each trial's behaviour in the population.
    after : YearAfter
    """

    facts: Facts
    behaviour: NDArray[np.int64]
    after: YearAfter

    def first(self, number: int) -> Drawn:
        """Return the first `number` trials."""
        return rows_of(self, slice(number))


@dataclass(frozen=True, slots=True)
class PopulationSampler:
    """A population, made ready to be drawn from.

    Parameters
    ----------
    population : Population
    tables : Tables
    """

    population: Population
    tables: Tables

    @classmethod
    def of(cls, population: Population, seed: int) -> PopulationSampler:
        """Make a population ready; the patterns depend on `seed` alone."""
        # A key of two numbers is no block's, which have keys of one.
        stream = np.random.SeedSequence(seed, spawn_key=(0, 0))
        return cls(population, Tables.of(population, np.random.default_rng(stream)))

    def block(self, number: int, *, weeks: int, seed: int) -> Drawn:
        """Return one whole block of a run, `BLOCK` trials."""
        # What SeedSequence(seed).spawn() would give, without spawning those before.
        stream = np.random.SeedSequence(seed, spawn_key=(number,))
        return draw(self, weeks=weeks, rng=np.random.default_rng(stream))


def blocks(population: Population, *, weeks: int, trials: int, seed: int) -> Iterator[Drawn]:
    """Yield made-up trials, a block of at most `BLOCK` at a time.

    Parameters
    ----------
    population : Population
    weeks : int
        Length of a trial, 4 to 53 weeks.
    trials : int
        Trials in all, 1 to 100,000,000.
    seed : int
        0 or more. The same seed gives the same trials, and fewer of them the first ones.

    Raises
    ------
    InvalidInput
        When a number lies outside its range; at once, before anything is drawn.
    """
    refuse_impossible(weeks=weeks, trials=trials, seed=seed)
    sampler = PopulationSampler.of(population, seed)
    return (
        sampler.block(number, weeks=weeks, seed=seed).first(trials - done)
        for number, done in enumerate(range(0, trials, BLOCK))
    )


def refuse_impossible(*, weeks: int, trials: int, seed: int) -> None:
    """Refuse numbers that no run can have.

    Raises
    ------
    InvalidInput
        Names the number and what is accepted.
    """
    if not MIN_WEEKS <= weeks <= MAX_WEEKS:
        raise InvalidInput("Weeks", weeks, f"a trial of {MIN_WEEKS} to {MAX_WEEKS} weeks")
    if not 1 <= trials <= MAX_TRIALS:
        raise InvalidInput("Trials", trials, f"a whole number from 1 to {MAX_TRIALS}")
    if seed < 0:
        raise InvalidInput("Seed", seed, "a whole number from 0")


def draw(
    sampler: PopulationSampler, *, weeks: int, rng: np.random.Generator, size: int = BLOCK
) -> Drawn:
    """Draw whole trials and the year after each.

    Parameters
    ----------
    sampler : PopulationSampler
    weeks : int
        Length of a trial, ``W``.
    rng : numpy.random.Generator
    size : int
        Number of trials, ``n``.
    """
    population = sampler.population
    shares = np.cumsum([one.share for one in population.behaviours])
    which = np.searchsorted(shares[:-1], rng.random(size), side="right")
    of = {trait.name: population.column(trait.name).take(which) for trait in fields(Traits)}
    seen = _seen_weeks(weeks)
    gone = seen[:, None] >= _weeks_until(of["leaves"], rng)
    log_rates = _log_rates(population, of, seen, weeks, gone, rng)
    heard = ~_paused(of, weeks, rng)
    stopped = _fall_silent(population, of, log_rates, seen, weeks, heard, rng)
    if of["week_spread"].any():
        log_rates += _deviations(of, weeks, rng)
    counts = _counts(sampler.tables, which, level_of(log_rates) * heard, rng)
    later = counts[weeks:].T.astype(np.int16)
    return Drawn(
        _facts(sampler.tables, of, which, counts[:weeks].T, gone[:weeks].T, rng),
        which,
        YearAfter(later[:, :QUARTER], later[:, QUARTER:], stopped),
    )


def _seen_weeks(weeks: int) -> NDArray[np.int64]:
    """Return the weeks that are drawn, (weeks + 26,) int64: the trial's, and two later quarters."""
    quarter = np.arange(QUARTER)
    half, full = (weeks + end - QUARTER + quarter for end in (_HALF_YEAR, _YEAR))
    return np.concatenate([np.arange(weeks), half, full])


def _weeks_until(chance: Floats, rng: np.random.Generator) -> Floats:
    """Return the whole weeks, (n,) float64, before something that a week brings with a chance."""
    waits = rng.standard_exponential(chance.size)
    with np.errstate(divide="ignore"):
        # A chance of 0 is waited for for ever, a chance of 1 not at all.
        weeks: Floats = np.floor(waits / -np.log1p(-chance))
    return weeks


def _log_rates(
    population: Population,
    of: _OfTrials,
    seen: NDArray[np.int64],
    weeks: int,
    gone: Bools,
    rng: np.random.Generator,
) -> Rates:
    """Return the log of the posts a week where nothing pauses, (weeks + 26, n) float32."""
    n = gone.shape[1]
    level = np.log(of["rate"]) + of["spread"] * rng.standard_normal(n)
    slope = of["slope"] + of["slope_spread"] * rng.standard_normal(n)
    change = rng.standard_t(of["drift_tail"], (2, n))
    change *= np.where(change > 0, of["drift_up"], 1.0)
    drift = of["drift"] + of["drift_spread"] * change
    middle = (weeks - 1) / 2
    log_rates = np.empty((seen.size, n), np.float32)
    np.multiply(seen[:weeks, None] - middle, slope, out=log_rates[:weeks], casting="same_kind")
    log_rates[:weeks] += level.astype(np.float32)
    # The lean of the trial is not carried on; where it has led to is where the year begins.
    half = level + slope * middle + drift[0]
    log_rates[weeks : weeks + QUARTER] = half
    log_rates[weeks + QUARTER :] = half + drift[1]
    season = np.log(np.resize(population.season, WEEKS_IN_YEAR + int(seen[-1])))
    starts = rng.integers(0, WEEKS_IN_YEAR, n)
    log_rates += season.astype(np.float32)[seen[:, None] + starts] * of["season"].astype(np.float32)
    with np.errstate(divide="ignore"):
        lost = np.log1p(-of["champion"] * (1 - of["taken_over"]))
    kept = np.maximum(lost, _NOTHING_KEPT).astype(np.float32)
    np.add(log_rates, kept, out=log_rates, where=gone)
    return log_rates


def _deviations(of: _OfTrials, weeks: int, rng: np.random.Generator) -> Rates:
    """Return how far the log rate lies from its level, (weeks + 26, n) float32.

    A stationary autoregression of first order, each of three spans by itself: by the next one that
    is drawn, half a year on, nothing is left of it.
    """
    carry = of["autocorrelation"].astype(np.float32)
    fresh = np.sqrt(1 - carry**2)
    away = rng.standard_normal((weeks + 2 * QUARTER, carry.size), np.float32)
    for week in range(len(away)):
        if week not in (0, weeks, weeks + QUARTER):
            away[week] *= fresh
            away[week] += carry * away[week - 1]
    away *= of["week_spread"].astype(np.float32)
    return away


def _paused(of: _OfTrials, weeks: int, rng: np.random.Generator) -> Bools:
    """Return where a department pauses, (weeks + 26, n) bool, each of three spans by itself."""
    starts = of["pause_starts"].astype(np.float32)
    stays = (1 - 1 / of["pause_weeks"]).astype(np.float32)
    at_first = starts / (starts + 1 - stays)
    chances = rng.random((weeks + 2 * QUARTER, starts.size), np.float32)
    # Both ways a week can go are compared at once; the week before then chooses.
    going_on, starting = chances < stays, chances < starts
    paused = np.empty(chances.shape, np.bool_)
    for week in range(len(paused)):
        if week in (0, weeks, weeks + QUARTER):
            np.less(chances[week], at_first, out=paused[week])
        else:
            before = paused[week - 1]
            paused[week] = (before & going_on[week]) | (~before & starting[week])
    return paused


def _fall_silent(
    population: Population,
    of: _OfTrials,
    log_rates: Rates,
    seen: NDArray[np.int64],
    weeks: int,
    heard: Bools,
    rng: np.random.Generator,
) -> Bools:
    """Return who falls silent for 13 weeks or more within the year, (n,) bool; hushes `heard`.

    The chance follows from the rate in the middle of each quarter that is looked at, pauses
    counted, and holds for the half-year that this quarter ends.
    """
    stopping = population.stopping
    chances = np.array([stopping.under_1, stopping.from_1, stopping.from_2, stopping.from_10])
    paused_share = of["pause_starts"] / (of["pause_starts"] + 1 / of["pause_weeks"])
    middles = log_rates[[weeks + QUARTER // 2, weeks + QUARTER + QUARTER // 2]]
    rates = np.exp(np.minimum(middles, HIGHEST_LOG_RATE)) * (1 - paused_share)
    hazard = chances[np.searchsorted((1.0, 2.0, 10.0), rates, side="right")] * of["stops"]
    waits = rng.standard_exponential(hazard.shape)
    silent = waits < _HALF_YEAR * hazard
    stopped: Bools = np.logical_or(silent[0], silent[1])
    rows = np.flatnonzero(stopped)
    in_half = np.where(silent[0, rows], 0, 1)
    begins = _HALF_YEAR * in_half + np.floor(waits[in_half, rows] / hazard[in_half, rows])
    length = QUARTER + np.ceil(stopping.silence_weeks * rng.standard_exponential(rows.size))
    length[rng.random(rows.size) >= stopping.returns] = np.inf
    after = seen[weeks:, None] - weeks
    heard[weeks:, rows] &= (after < begins) | (after >= begins + length)
    return stopped


def _counts(
    tables: Tables, which: NDArray[np.int64], levels: NDArray[np.int32], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Return the posts of each week, (weeks, n) uint8, from levels, (weeks, n) int32."""
    row = levels + which * LEVELS
    row *= POINTS
    row += rng.integers(0, POINTS, row.shape, np.uint16)
    return tables.counts.take(row)


def _facts(
    tables: Tables,
    of: _OfTrials,
    which: NDArray[np.int64],
    in_trial: NDArray[np.uint8],
    gone: Bools,
    rng: np.random.Generator,
) -> Facts:
    """Return the facts of finished trials from their weekly posts, (n, W) uint8."""
    n, weeks = in_trial.shape
    counts = np.ascontiguousarray(in_trial)
    pattern = counts * np.int64(PATTERNS) + rng.integers(0, PATTERNS, counts.shape, np.uint16)
    live = tables.days.take(pattern, axis=0).reshape(n, weeks * DAYS_IN_WEEK)
    maker_row = (2 * which[:, None] + gone) * ((MAX_A_WEEK + 1) * PATTERNS)
    makers = tables.makers.take(maker_row + pattern, axis=0)
    slots = of["slots"].astype(np.uint8)
    in_slots = np.minimum(counts, slots[:, None]).sum(axis=1, dtype=np.int64)
    posts = counts.sum(axis=1, dtype=np.int64)
    in_time = _happens(of["ahead"], weeks, rng)
    needing = rng.poisson(of["questions"] * weeks)
    return replace(
        Facts.unknown(n, weeks),
        live=live,
        elapsed=np.full(n, weeks * DAYS_IN_WEEK, np.int16),
        reported=_happens(of["reports"], weeks, rng) | (counts > 0),
        slots_due=slots.astype(np.int32) * np.int32(weeks),
        on_schedule=rng.binomial(in_slots, of["on_time"]).astype(np.int32),
        filled_ahead=np.where(in_time, slots[:, None], slots[:, None] // 2).astype(np.int16),
        planning_known=np.ones(n, np.bool_),
        reviewed=posts.astype(np.int32),
        first_pass=rng.binomial(posts, of["first_pass"]).astype(np.int32),
        needing=needing.astype(np.int32),
        answered=rng.binomial(needing, of["answered"]).astype(np.int32),
        by_contributor=np.ascontiguousarray(makers.transpose(0, 2, 1)),
        gates=_happens(of["gates"], len(LOGGED_GATES), rng).astype(np.int8),
    )


def _happens(chance: Floats, times: int, rng: np.random.Generator) -> Bools:
    """Return whether something with a chance a trial happens each time, (n, times) bool."""
    happens: Bools = rng.random((chance.size, times), np.float32) < chance[:, None]
    return happens
