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

Within a block arrays are week-major, ``(weeks, n)``, as in :mod:`trial.simulation.draws`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from trial.domain.calendar import DAYS_IN_WEEK
from trial.domain.errors import InvalidInput
from trial.domain.policy import Policy
from trial.domain.verdict import CheckName
from trial.scoring.checks import REGISTRY
from trial.scoring.facts import UNKNOWN, Facts
from trial.scoring.measured import Measured
from trial.scoring.weeks import weeks_of
from trial.simulation.behaviours import Days
from trial.simulation.outset import Outset
from trial.simulation.tables import day_patterns

Floats = NDArray[np.float64]
Words = NDArray[np.uint16]

BLOCK = 2000
"""Completions of a block. Each block has luck of its own, so the first stay as more follow."""

PATTERNS = 256
"""Equally likely ways to spread a week's posts over its days."""

_WORDS = 1 << 16
_SHARES = ("on_schedule", "filled_ahead", "first_pass", "answered")
_SHARED_LOAD = next(check for check in REGISTRY if check.name is CheckName.SHARED_LOAD)


@dataclass(frozen=True, slots=True)
class Completed:
    """``n`` ways one trial may end.

    Parameters
    ----------
    facts : Facts
        Of finished trials whose logged gates are all closed; who made the posts is left out.
    given : mapping of CheckName to Measured
        Shared load, which is held at what it is expected to be instead of drawn.
    made_by : (W,) float64
        Share of the coming posts that are there at the end of each week, from 0 to 1.
    """

    facts: Facts
    given: Mapping[CheckName, Measured]
    made_by: Floats

    def first(self, number: int) -> Completed:
        """Return the first `number` completions."""
        facts = {f.name: getattr(self.facts, f.name)[:number] for f in fields(Facts)}
        given = {
            name: Measured(one.value[:number], one.score[:number], one.applies[:number])
            for name, one in self.given.items()
        }
        return Completed(Facts(**facts), given, self.made_by)


def together(parts: Sequence[Completed]) -> tuple[Facts, dict[CheckName, Measured]]:
    """Return the facts and given measurements of several trials' completions, one after another.

    Judging a few trials at once costs less than judging each alone.
    """
    facts = {
        f.name: np.concatenate([getattr(part.facts, f.name).T for part in parts], axis=-1).T
        for f in fields(Facts)
    }
    given = {
        name: Measured(
            np.concatenate([part.given[name].value for part in parts]),
            np.concatenate([part.given[name].score for part in parts]),
            np.concatenate([part.given[name].applies for part in parts]),
        )
        for name in parts[0].given
    }
    return Facts(**facts), given


def completions(
    facts: Facts, policy: Policy, outset: Outset, *, number: int, seed: int = 1
) -> Iterator[Completed]:
    """Yield ways a running trial may end, a block of at most `BLOCK` at a time.

    Parameters
    ----------
    facts : Facts
        A batch of one, as of today.
    policy : Policy
        Its `band.low` must not lie above `outset.most`.
    outset : Outset
    number : int
        Completions in all, from 1.
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
    refuse_unheard_of(policy, outset)
    learned = Learned.of(facts, policy, outset)
    for block, done in enumerate(range(0, number, BLOCK)):
        completed = _complete(learned, _luck(seed, block, facts.weeks))
        yield completed if number - done >= BLOCK else completed.first(number - done)


def refuse_unheard_of(policy: Policy, outset: Outset) -> None:
    """Refuse a policy that asks for more posts a week than the outset tells apart.

    Raises
    ------
    InvalidInput
    """
    if policy.band.low > outset.most:
        raise InvalidInput("Target band", policy.band.low, f"at most {outset.most} posts a week")


@dataclass(frozen=True, slots=True)
class Learned:
    """What is known of one department on one day.

    Parameters
    ----------
    facts : Facts
        A batch of one.
    policy : Policy
    outset : Outset
    evidence : (K + 1,) float64
        Weeks with 0, 1, 2 … posts, the outset's and the department's own judged ones.
    coming : tuple of int
        Weeks that are open or ahead and not excused.
    weeks_seen : float
        Days gone by that are not excused, in weeks.
    shared_load : float
        What the check is expected to score, in [0, 1]; NaN where it stays unjudged.
    """

    facts: Facts
    policy: Policy
    outset: Outset
    evidence: Floats
    coming: tuple[int, ...]
    weeks_seen: float
    shared_load: float

    @classmethod
    def of(cls, facts: Facts, policy: Policy, outset: Outset) -> Learned:
        """Learn from a batch of one."""
        weeks = weeks_of(facts, policy.band)
        eligible = weeks.eligible[0]
        own = np.minimum(weeks.count[0][eligible], outset.most)
        evidence = np.array(outset.evidence, np.float64)
        evidence += np.bincount(own, minlength=outset.most + 1)
        elapsed, excused = int(facts.elapsed[0]), facts.excused[0]
        over = elapsed // DAYS_IN_WEEK
        coming = tuple(week for week in range(over, facts.weeks) if not excused[week])
        part = elapsed % DAYS_IN_WEEK if over < facts.weeks and not excused[over] else 0
        counted = int(eligible.sum())
        now = float(_SHARED_LOAD.measure(facts, weeks, policy).score[0])
        record = outset.record
        if counted == 0:
            now = record.shared_load
        shared = (record.evidence * record.shared_load + counted * now) / (
            record.evidence + counted
        )
        return cls(facts, policy, outset, evidence, coming, counted + part / DAYS_IN_WEEK, shared)

    def is_silent_about(self, reviewed_or_due: int) -> bool:
        """Return whether a number that weeks with posts would have raised is still 0."""
        return reviewed_or_due == 0 and bool(
            self.facts.live[0, : int(self.facts.elapsed[0])].any() and self.weeks_seen >= 1
        )


@dataclass(frozen=True, slots=True)
class _Luck:
    """Raw numbers of one block for trials of ``W`` weeks; compared by what they were drawn with.

    Parameters
    ----------
    seed, block : int
    words : (W, 2, BLOCK) uint16
        For each week, counted from the last one: which point, and whether fresh or repeated.
    patterns : (W, BLOCK) int16
        Which pattern of days, for each week, counted from the last one.
    normals : (4, BLOCK) float32
        One for each of `_SHARES`.
    """

    seed: int
    block: int
    words: Words
    patterns: NDArray[np.int16]
    normals: NDArray[np.float32]


@lru_cache(maxsize=16)
def _luck(seed: int, block: int, weeks: int) -> _Luck:
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(block,)))
    normals = rng.standard_normal((len(_SHARES), BLOCK), np.float32)
    words = rng.integers(0, _WORDS, (weeks, 3, BLOCK), np.uint16)
    patterns = (words[:, 2] % PATTERNS).astype(np.int16)
    return _Luck(seed, block, words[:, :2], patterns, normals)


@lru_cache(maxsize=256)
def _points(seed: int, block: int, weeks: int, coming: tuple[int, ...], worth: float) -> Words:
    """Return the point of every coming week, (coming, BLOCK): its own, or the one it repeats.

    From the last week to the first; Pólya's urn does not care about the order, and the luck of the
    weeks that are left is then the same as time goes by.
    """
    words = _luck(seed, block, weeks).words[[weeks - 1 - week for week in reversed(coming)]]
    points = words[:, 0].copy()
    columns = np.arange(BLOCK)
    for row in range(1, len(points)):
        fresh = round(_WORDS * worth / (worth + row))
        choice = words[row, 1].astype(np.int64)
        repeated = np.maximum(choice - fresh, 0) * row // (_WORDS - fresh)
        points[row] = np.where(choice < fresh, points[row], points[repeated, columns])
    return np.ascontiguousarray(points[::-1])


@lru_cache(maxsize=16)
def _patterns(days: Days, most: int, first_day: int) -> NDArray[np.int16]:
    """Return patterns of days, (7, (most + 1) · PATTERNS), from `first_day` of the week on."""
    rng = np.random.default_rng(np.random.SeedSequence(0, spawn_key=(first_day,)))
    patterns = day_patterns(days, most, PATTERNS, rng, first_day=first_day)
    return np.ascontiguousarray(patterns.T)


def _complete(learned: Learned, luck: _Luck) -> Completed:
    """Return one whole block of completions, `BLOCK` of them."""
    facts, weeks = learned.facts, learned.facts.weeks
    # Filled by days, so that the scoring, which works by days, need not turn it round.
    live = np.empty((weeks * DAYS_IN_WEEK, BLOCK), np.int16)
    live[:] = facts.live[0][:, None]
    more = np.zeros((weeks, BLOCK), np.int16)
    if learned.coming:
        drawn = _weeks_drawn(learned, luck)
        for week, posts in zip(learned.coming, drawn, strict=True):
            more[week] = _add_week(live, week, posts, learned, luck)
    posts = more.sum(axis=0, dtype=np.int32)
    by_week = np.cumsum(more.sum(axis=1, dtype=np.int64))
    made_by = by_week / max(int(by_week[-1]), 1)
    return Completed(_record(learned, luck, live, more, posts), _given(learned), made_by)


def _weeks_drawn(learned: Learned, luck: _Luck) -> NDArray[np.uint8]:
    """Return the posts of each coming week, (coming, BLOCK), as if nothing of it were there."""
    worth = float(learned.evidence.sum())
    points = _points(luck.seed, luck.block, learned.facts.weeks, learned.coming, worth)
    up_to = np.rint(np.cumsum(learned.evidence) / worth * _WORDS).astype(np.int64)
    posts = np.arange(learned.evidence.size, dtype=np.uint8)
    at_point = np.repeat(posts, np.diff(up_to, prepend=0))
    return at_point.take(points)


def _add_week(
    live: NDArray[np.int16],
    week: int,
    drawn: NDArray[np.uint8],
    learned: Learned,
    luck: _Luck,
) -> NDArray[np.int16]:
    """Put a drawn week on its days; return the posts that were not there before, (BLOCK,)."""
    outset = learned.outset
    first = week * DAYS_IN_WEEK
    # Of the open week only the days from today on are still to come.
    passed = max(int(learned.facts.elapsed[0]) - first, 0)
    there = int(learned.facts.live[0, first + passed : first + DAYS_IN_WEEK].sum())
    pattern = luck.patterns[learned.facts.weeks - 1 - week]
    more = drawn.astype(np.int16)
    if passed:
        whole = _patterns(outset.days, outset.most, 0)[passed:].sum(axis=0, dtype=np.int16)
        more = whole.take(more * np.int16(PATTERNS) + pattern)
    if there:
        more = np.maximum(more - np.int16(there), 0)
    days = _patterns(outset.days, outset.most, passed)
    way = more * np.int16(PATTERNS) + pattern
    live[first + passed : first + DAYS_IN_WEEK] += days.take(way, axis=1)[passed:]
    return more


def _record(
    learned: Learned,
    luck: _Luck,
    live: NDArray[np.int16],
    more: NDArray[np.int16],
    posts: NDArray[np.int32],
) -> Facts:
    """Return the facts at the end, with the checks of face validity gone on as they were."""
    facts, record = learned.facts, learned.outset.record
    weeks, weight = facts.weeks, record.evidence
    due, on_schedule = int(facts.slots_due[0]), int(facts.on_schedule[0])
    reviewed, first_pass = int(facts.reviewed[0]), int(facts.first_pass[0])
    needing, answered = int(facts.needing[0]), int(facts.answered[0])
    elapsed = int(facts.elapsed[0])
    made = int(facts.live[0, :elapsed].sum())
    lucky = dict(zip(_SHARES, luck.normals, strict=True))

    slots, filling = np.int32(0), np.zeros(BLOCK, np.int32)
    if not learned.is_silent_about(due):
        a_week = (weight * record.slots + due) / (weight + learned.weeks_seen)
        for week in learned.coming:
            first = week * DAYS_IN_WEEK
            begins = max(elapsed, first)
            asked = round(a_week * (first + DAYS_IN_WEEK - begins) / DAYS_IN_WEEK)
            there = int(facts.live[0, begins : first + DAYS_IN_WEEK].sum())
            slots += np.int32(asked)
            filling += np.minimum(more[week] + np.int16(there), np.int16(asked))
    in_time = _some_of(
        filling,
        weight * record.on_schedule + on_schedule,
        # Of a slot that was missed altogether no post came late.
        weight * (1 - record.on_schedule) + max(min(due, made) - on_schedule, 0),
        lucky["on_schedule"],
    )
    looked_at = np.zeros_like(posts) if learned.is_silent_about(reviewed) else posts
    passed = _some_of(
        looked_at,
        weight * record.first_pass + first_pass,
        weight * (1 - record.first_pass) + reviewed - first_pass,
        lucky["first_pass"],
    )
    asked_for, got = facts.needing, facts.answered
    if needing != UNKNOWN or learned.weeks_seen < 1:
        needing, answered = max(needing, 0), max(answered, 0)
        a_week = (weight * record.questions + needing) / (weight + learned.weeks_seen)
        coming_days = weeks * DAYS_IN_WEEK - elapsed
        questions = np.full(BLOCK, round(a_week * coming_days / DAYS_IN_WEEK), np.int32)
        asked_for = questions + np.int32(needing)
        got = np.int32(answered) + _some_of(
            questions,
            weight * record.answered + answered,
            weight * (1 - record.answered) + needing - answered,
            lucky["answered"],
        )
    return Facts(
        live=live.T,
        elapsed=np.full(BLOCK, weeks * DAYS_IN_WEEK, np.int16),
        excused=np.broadcast_to(facts.excused, (BLOCK, weeks)),
        reported=np.broadcast_to(_reported(learned), (BLOCK, weeks)),
        slots_due=np.full(BLOCK, due + slots, np.int32),
        on_schedule=np.int32(on_schedule) + in_time,
        filled_ahead=_filled(learned, lucky["filled_ahead"]),
        planning_known=np.full(BLOCK, facts.planning_known[0]),
        reviewed=np.int32(reviewed) + looked_at,
        first_pass=np.int32(first_pass) + passed,
        needing=np.broadcast_to(asked_for, BLOCK),
        answered=np.broadcast_to(got, BLOCK),
        by_contributor=np.zeros((BLOCK, 0, weeks), np.int16),
        gates=np.ones((BLOCK, facts.gates.shape[1]), np.int8),
    )


def _reported(learned: Learned) -> NDArray[np.bool_]:
    """Return which weeks are reported at the end, (1, W): those so far, and all coming ones."""
    reported = learned.facts.reported.copy()
    reported[0, list(learned.coming)] = True
    return reported


def _filled(learned: Learned, normals: NDArray[np.float32]) -> NDArray[np.int16]:
    """Return the slots of each week that stand in the calendar in time, (BLOCK, W)."""
    facts, policy, record = learned.facts, learned.policy, learned.outset.record
    low = policy.band.low
    filled = np.empty((facts.weeks, BLOCK), np.int16)
    filled[:] = facts.filled_ahead[0][:, None]
    elapsed = int(facts.elapsed[0])
    seen = [
        facts.filled_ahead[0, week] >= low
        for week in range(elapsed // DAYS_IN_WEEK)
        if not facts.excused[0, week]
    ]
    # A week that is filled stays so; one whose day for it has passed cannot be filled any more.
    waiting = [
        week
        for week in learned.coming
        if facts.filled_ahead[0, week] < low
        and week * DAYS_IN_WEEK - policy.fill_ahead_days >= elapsed
    ]
    number = _some_of(
        np.full(BLOCK, len(waiting), np.int32),
        record.evidence * record.filled_ahead + sum(seen),
        record.evidence * (1 - record.filled_ahead) + len(seen) - sum(seen),
        normals,
    )
    for rank, week in enumerate(waiting):
        filled[week][number > rank] = low
    return filled.T


def _given(learned: Learned) -> dict[CheckName, Measured]:
    shared = np.full(BLOCK, learned.shared_load)
    return {CheckName.SHARED_LOAD: Measured(shared, shared, np.ones(BLOCK, np.bool_))}


def _some_of(
    number: NDArray[np.int32], yes: float, no: float, normals: NDArray[np.float32]
) -> NDArray[np.int32]:
    """Return how many of `number` turn out well, (n,), each at a chance that is Beta(yes, no).

    A beta-binomial's mean and variance, rounded and kept within 0 and `number`.
    """
    if not number.any():
        return np.zeros_like(number)
    worth = yes + no
    share = np.float32(yes / worth)
    of = number.astype(np.float32)
    spread = np.sqrt(of * (of + np.float32(worth)) * (share * (1 - share) / np.float32(worth + 1)))
    drawn = np.rint(of * share + spread * normals).astype(np.int32)
    return np.clip(drawn, 0, number)
