"""Ways a running trial may end: what has happened, and coming weeks drawn from what it taught.

A department's chances of a week with 0, 1, 2 … posts are held as a Dirichlet distribution: what the
forecast starts from, and each of its judged weeks. The coming weeks are drawn from it by Pólya's
urn: a week repeats one drawn before with a chance that grows with their number, and is fresh
otherwise, which is the same as drawing the department's chances once and then its weeks. The weeks
in band to come are thereby beta-binomial, and the forecast agrees with
:mod:`trial.simulation.predictive` wherever they alone decide.

Nothing that is in the log is undone. Posts handed over ahead stay on their days. Of the open week
only the days to come are drawn, and of a week that somebody has worked ahead for only the posts
beyond those there.

The rest of the record goes on as it was, each share a beta distribution that starts from a weak
assumption. What the record is silent about although it could have spoken stays unjudged. These
checks weigh little and have face validity; they are drawn by the mean and variance of the
beta-binomial, rounded to whole numbers.

All trials are completed with the same luck (common random numbers). Two departments with one record
have one forecast, it is the same on every page and after every start, and an entry moves it by what
the entry says and not by chance.

While drawing, arrays are week-major, ``(weeks, n)``, as in :mod:`trial.simulation.draws`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from trial.domain.calendar import DAYS_IN_WEEK
from trial.domain.errors import InvalidInput
from trial.scoring.facts import UNKNOWN, Facts, Ints, Totals
from trial.simulation.behaviours import Days
from trial.simulation.posterior import Posterior, can_be_filled
from trial.simulation.tables import day_patterns

Words = NDArray[np.uint16]
_Number = TypeVar("_Number", bound=np.generic)

BLOCK = 2000
"""Completions of a block. Each block has luck of its own, so the first stay as more follow."""

PATTERNS = 256
"""Equally likely ways to spread a week's posts over its days."""

_WORDS = 1 << 16
_SHARES = ("on_schedule", "filled_ahead", "first_pass", "answered")


def completions(posterior: Sequence[Posterior], *, number: int, seed: int = 1) -> Iterator[Facts]:
    """Yield ways some running trials may end, at most `BLOCK` of each at a time.

    Each is the facts of finished trials, the ways of one trial after those of another, with all
    logged gates closed.

    Parameters
    ----------
    posterior : sequence of Posterior
        At least one; trials of one length. See :func:`trial.simulation.posterior.learn`. A few at
        once cost less than each alone, and each gets what it gets alone.
    number : int
        Completions of each in all, from 1.
    seed : int
        From 0. The same seed gives the same completions, and fewer of them the first ones.

    Raises
    ------
    InvalidInput
        When a number lies outside its range.
    """
    if number < 1:
        raise InvalidInput("Completions", number, "a whole number from 1")
    if seed < 0:
        raise InvalidInput("Seed", seed, "a whole number from 0")
    weeks = posterior[0].facts.weeks
    for block, done in enumerate(range(0, number, BLOCK)):
        yield _complete(posterior, _random_inputs(seed, block, weeks).first(number - done))


@dataclass(frozen=True, slots=True)
class _RandomInputs:
    """Raw numbers for ``n`` completions, at most a block, of trials of ``W`` weeks.

    Parameters
    ----------
    seed, block : int
    uniforms : (W, 2, n) uint16
        For each week, counted from the last one: which point, and whether fresh or repeated.
    patterns : (W, n) int16
        Which pattern of days, for each week, counted from the last one.
    normals : (4, n) float32
        One for each of `_SHARES`.
    makers : (W, n) int16
        Which way its posts are shared out, for each week, counted from the last one.
    """

    seed: int
    block: int
    uniforms: Words
    patterns: Ints
    normals: NDArray[np.float32]
    makers: Ints

    @property
    def size(self) -> int:
        """Number of completions, ``n``."""
        return int(self.normals.shape[1])

    def first(self, number: int) -> _RandomInputs:
        """Return the luck of the first `number` completions."""
        return replace(
            self,
            uniforms=self.uniforms[:, :, :number],
            patterns=self.patterns[:, :number],
            normals=self.normals[:, :number],
            makers=self.makers[:, :number],
        )


@lru_cache(maxsize=16)
def _random_inputs(seed: int, block: int, weeks: int) -> _RandomInputs:
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(block,)))
    normals = rng.standard_normal((len(_SHARES), BLOCK), np.float32)
    uniforms = rng.integers(0, _WORDS, (weeks, 3, BLOCK), np.uint16)
    patterns = (uniforms[:, 2] % PATTERNS).astype(np.int16)
    # A stream of its own, so that it moves no other draw.
    own = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(block, 1)))
    makers = own.integers(0, PATTERNS, (weeks, BLOCK), np.int16)
    return _RandomInputs(seed, block, uniforms[:, :2], patterns, normals, makers)


@lru_cache(maxsize=256)
def _points(seed: int, block: int, weeks: int, coming: tuple[int, ...], worth: float) -> Words:
    """Return the point of every coming week, (coming, BLOCK) uint16: its own, or one repeated.

    From the last week to the first; Pólya's urn does not care about the order, and the luck of the
    weeks that are left is then the same as time goes by.
    """
    uniforms = _random_inputs(seed, block, weeks).uniforms[
        [weeks - 1 - week for week in reversed(coming)]
    ]
    points = uniforms[:, 0].copy()
    columns = np.arange(BLOCK)
    for row in range(1, len(points)):
        fresh = round(_WORDS * worth / (worth + row))
        choice = uniforms[row, 1].astype(np.int64)
        repeated = np.maximum(choice - fresh, 0) * row // (_WORDS - fresh)
        points[row] = np.where(choice < fresh, points[row], points[repeated, columns])
    return np.ascontiguousarray(points[::-1])


@lru_cache(maxsize=16)
def _patterns(days: Days, most: int, first_day: int) -> Ints:
    """Return patterns of days from `first_day` on, (7, (most + 1) · PATTERNS) int16."""
    rng = np.random.default_rng(np.random.SeedSequence(0, spawn_key=(first_day,)))
    patterns = day_patterns(days, most, PATTERNS, rng, first_day=first_day)
    return np.ascontiguousarray(patterns.T)


def _complete(posterior: Sequence[Posterior], inputs: _RandomInputs) -> Facts:
    """Return completions of each of some trials."""
    days, size = posterior[0].facts.live.shape[1], inputs.size
    # Filled by days, so that the scoring, which works by days, need not turn it round.
    live = np.empty((days, len(posterior) * size), np.int16)
    people = posterior[0].facts.by_contributor.shape[1] + posterior[0].prior.record.people
    makers = np.empty((days // DAYS_IN_WEEK, people, len(posterior) * size), np.int16)
    parts = []
    for row, one in enumerate(posterior):
        ends = slice(row * size, (row + 1) * size)
        parts.append(_end(one, inputs, live[:, ends], makers[:, :, ends]))
    rest = {name: np.concatenate([part[name] for part in parts], axis=-1).T for name in parts[0]}
    unknown = Facts.unknown(len(posterior) * size, days // DAYS_IN_WEEK)
    return replace(unknown, live=live.T, by_contributor=makers.T, **rest)


def _end(
    posterior: Posterior, inputs: _RandomInputs, live: Ints, makers: Ints
) -> dict[str, NDArray[Any]]:
    """Return the facts of one trial's ends, trials last.

    Fills their `live`, (D, n) int16, and their `makers`, (W, C, n) int16.
    """
    facts, size = posterior.facts, inputs.size
    live[:] = facts.live[0][:, None]
    more = np.zeros((len(posterior.coming), size), np.int16)
    if posterior.coming:
        more = _add_weeks(live, posterior, inputs)
    _add_makers(makers, posterior, more, inputs)
    posts = more.sum(axis=0, dtype=np.int16).astype(np.int32)
    lucky = dict(zip(_SHARES, inputs.normals, strict=True))
    slots, on_schedule = _deliveries(posterior, more, lucky["on_schedule"])
    reviewed, first_pass = _reviews(posterior, posts, lucky["first_pass"])
    needing, answered = _answers(posterior, lucky["answered"])
    reported = facts.reported[0].copy()
    reported[list(posterior.coming)] = True
    return {
        "elapsed": np.full(size, live.shape[0], np.int16),
        "excused": _for_all(facts.excused[0], size),
        "reported": _for_all(reported, size),
        "slots_due": np.full(size, slots, np.int32),
        "on_schedule": on_schedule,
        "filled_ahead": _filled(posterior, lucky["filled_ahead"]),
        "planning_known": np.full(size, facts.planning_known[0]),
        "reviewed": reviewed,
        "first_pass": first_pass,
        "needing": np.full(size, needing, np.int32),
        "answered": answered,
        "gates": np.ones((facts.gates.shape[1], size), np.int8),
    }


def _for_all(values: NDArray[_Number], size: int) -> NDArray[_Number]:
    """Return values, (m,), as they are in all completions, (m, size), of the same dtype."""
    spread = np.empty((values.size, size), values.dtype)
    spread[:] = values[:, None]
    return spread


def _add_weeks(live: Ints, posterior: Posterior, inputs: _RandomInputs) -> Ints:
    """Draw the coming weeks and put them on their days.

    Returns
    -------
    (coming, n) int16
        Posts of each week that were not there before.
    """
    prior, coming = posterior.prior, posterior.coming
    ways = inputs.patterns[[posterior.facts.weeks - 1 - week for week in coming]]
    more = _weeks_drawn(posterior, inputs).astype(np.int16)
    # Of the open week only the days from today on are still to come.
    passed = DAYS_IN_WEEK - posterior.days_left[0]
    if passed:
        later = _patterns(prior.days, prior.most, 0)[passed:].sum(axis=0, dtype=np.int16)
        more[0] = later.take(more[0] * np.int16(PATTERNS) + ways[0])
    there = posterior.there
    if any(there):
        more = np.maximum(more - np.array(there, np.int16)[:, None], 0)
    ways = ways + more * np.int16(PATTERNS)
    for row, week in enumerate(coming):
        days = _patterns(prior.days, prior.most, 0 if row else passed)
        first = week * DAYS_IN_WEEK
        if there[row] or (passed and not row):
            live[first : first + DAYS_IN_WEEK] += days.take(ways[row], axis=1)
        else:
            # Nothing is out of bounds; numpy buffers what it would have to check.
            days.take(ways[row], axis=1, out=live[first : first + DAYS_IN_WEEK], mode="clip")
    return more


def _weeks_drawn(posterior: Posterior, inputs: _RandomInputs) -> NDArray[np.uint8]:
    """Return the posts of each coming week, (coming, n) uint8, as if nothing of it were there."""
    worth = float(posterior.evidence.sum())
    points = _points(inputs.seed, inputs.block, posterior.facts.weeks, posterior.coming, worth)
    points = points[:, : inputs.size]
    up_to = np.rint(np.cumsum(posterior.evidence) / worth * _WORDS).astype(np.int64)
    up_to[1:] -= up_to[:-1].copy()
    at_point = np.repeat(np.arange(up_to.size, dtype=np.uint8), up_to)
    return at_point.take(points)


def _deliveries(
    posterior: Posterior, more: Ints, normals: NDArray[np.float32]
) -> tuple[int, Totals]:
    """Return the slots due at the end, and how many were ready on their day, (n,) int32."""
    facts, record = posterior.facts, posterior.prior.record
    due, kept = int(facts.slots_due[0]), int(facts.on_schedule[0])
    standing = facts.slots_ahead[0, list(posterior.coming)].tolist()
    if not posterior.coming or (posterior.is_silent_about(due) and not any(standing)):
        return due, np.full(normals.size, kept, np.int32)
    # What was handed over ahead has had its slot; of a week to come it says nothing yet.
    had = max(due - sum(posterior.there), 0)
    a_week = (record.evidence * record.slots + had) / (record.evidence + posterior.weeks_seen)
    # The slots that stand in the calendar, and in weeks that have not begun as many as usual.
    asked = [
        stands if days < DAYS_IN_WEEK else max(stands, round(a_week) - there)
        for stands, days, there in zip(standing, posterior.days_left, posterior.there, strict=True)
    ]
    filling = np.minimum(more, np.array(asked, np.int16)[:, None])
    # Of a slot that was missed altogether no post came late.
    late = max(min(due, int(facts.live[0].sum())) - kept, 0)
    in_time = _some_of(
        filling.sum(axis=0, dtype=np.int16).astype(np.int32),
        record.evidence * record.on_schedule + kept,
        record.evidence * (1 - record.on_schedule) + late,
        normals,
    )
    return due + sum(asked), np.int32(kept) + in_time


def _add_makers(by: Ints, posterior: Posterior, more: Ints, inputs: _RandomInputs) -> None:
    """Fill in who makes how many posts of each week, (W, C, n) int16.

    Each post to come is made by somebody in proportion to what everybody has made so far, beside
    the people of whom nothing is known yet that are assumed. A record that has been silent about
    who makes the posts stays so.
    """
    facts, record = posterior.facts, posterior.prior.record
    made = facts.by_contributor[0]
    named = made.sum(axis=1, dtype=np.int64)
    by[:, : named.size] = made.T[:, :, None]
    by[:, named.size :] = 0
    if not posterior.coming or posterior.is_silent_about(int(named.sum())):
        return
    unnamed = max(int(facts.live.sum()) - int(named.sum()), 0)
    assumed = np.full(record.people, record.evidence / record.people)
    splits = _splits(np.array([*named, *assumed, unnamed]), int(more.max()))
    for row, week in enumerate(posterior.coming):
        ways = inputs.makers[facts.weeks - 1 - week] + more[row] * np.int16(PATTERNS)
        by[week] += splits.take(ways, axis=1)


def _splits(shares: NDArray[np.float64], most: int) -> Ints:
    """Return equally likely ways to share 0, 1, … posts out, (C, (most + 1) · PATTERNS) int16.

    Parameters
    ----------
    shares : (C + 1,) float64
        What each person and, last, nobody who is named has made so far.
    """
    words = np.random.default_rng(np.random.SeedSequence(0, spawn_key=(0, most)))
    drawn = words.random((most, PATTERNS)) * shares.sum()
    who = np.searchsorted(np.cumsum(shares), drawn, side="right")
    is_made = who[:, :, None] == np.arange(shares.size - 1)
    splits = np.zeros((most + 1, PATTERNS, shares.size - 1), np.int16)
    is_made.cumsum(axis=0, dtype=np.int16, out=splits[1:])
    return np.ascontiguousarray(splits.reshape(-1, shares.size - 1).T)


def _reviews(
    posterior: Posterior, posts: Totals, normals: NDArray[np.float32]
) -> tuple[Totals, Totals]:
    """Return the posts reviewed at the end, those approved at the first attempt, (n,) int32."""
    facts, record = posterior.facts, posterior.prior.record
    reviewed, passed = int(facts.reviewed[0]), int(facts.first_pass[0])
    if posterior.is_silent_about(reviewed):
        return np.full_like(posts, reviewed), np.full_like(posts, passed)
    at_first = _some_of(
        posts,
        record.evidence * record.first_pass + passed,
        record.evidence * (1 - record.first_pass) + reviewed - passed,
        normals,
    )
    return np.int32(reviewed) + posts, np.int32(passed) + at_first


def _answers(posterior: Posterior, normals: NDArray[np.float32]) -> tuple[int, Totals]:
    """Return the questions at the end, and those answered within a day, (n,) int32."""
    facts, record = posterior.facts, posterior.prior.record
    needing, answered = int(facts.needing[0]), int(facts.answered[0])
    if needing == UNKNOWN:
        if posterior.weeks_seen >= 1:
            return UNKNOWN, np.full(normals.size, UNKNOWN, np.int32)
        needing = answered = 0
    a_week = (record.evidence * record.questions + needing) / (
        record.evidence + posterior.weeks_seen
    )
    coming = round(a_week * sum(posterior.days_left) / DAYS_IN_WEEK)
    in_time = _some_of(
        np.full(normals.size, coming, np.int32),
        record.evidence * record.answered + answered,
        record.evidence * (1 - record.answered) + needing - answered,
        normals,
    )
    return needing + coming, np.int32(answered) + in_time


def _filled(posterior: Posterior, normals: NDArray[np.float32]) -> Ints:
    """Return the slots of each week that stand in the calendar in time, (W, n) int16."""
    facts, record = posterior.facts, posterior.prior.record
    low = posterior.policy.band.low
    filled = _for_all(facts.filled_ahead[0], normals.size)
    is_filled = (facts.filled_ahead[0] >= low).tolist()
    seen = [
        is_filled[week]
        for week in range(posterior.elapsed // DAYS_IN_WEEK)
        if not facts.excused[0, week]
    ]
    # A week that is filled stays so; one whose day for it has passed cannot be filled any more.
    waiting = [
        week
        for week in posterior.coming
        if not is_filled[week] and can_be_filled(week, posterior.elapsed, posterior.policy)
    ]
    number = _some_of(
        np.full(normals.size, len(waiting), np.int32),
        record.evidence * record.filled_ahead + sum(seen),
        record.evidence * (1 - record.filled_ahead) + len(seen) - sum(seen),
        normals,
    )
    if waiting:
        ranks = np.arange(len(waiting), dtype=np.int32)[:, None]
        there = facts.filled_ahead[0, waiting][:, None]
        filled[waiting] = np.where(number > ranks, np.int16(low), there)
    return filled


def _some_of(
    number: NDArray[np.int32], yes: float, no: float, normals: NDArray[np.float32]
) -> NDArray[np.int32]:
    """Return how many of `number` turn out well, (n,) int32, at a chance that is Beta(yes, no).

    A beta-binomial's mean and variance, rounded and kept within 0 and `number`.
    """
    if not number.any():
        return np.zeros_like(number)
    worth = yes + no
    share = np.float32(yes / worth)
    of = number.astype(np.float32)
    spread = np.sqrt(of * (of + np.float32(worth)) * (share * (1 - share) / np.float32(worth + 1)))
    drawn = np.rint(of * share + spread * normals).astype(np.int32)
    return np.minimum(np.maximum(drawn, 0), number)
