"""Will it be ready? A running trial's chance of each verdict, and what would change it.

The *predictive probability of success* is the share of completions of the trial
(:mod:`trial.simulation.completions`) that the code which judges real trials judges ready. Whether
the purpose is written down or the training done is not drawn: gates with a fact of their own are
taken to be closed by the end, and those still open are named, so that nobody reads the chance as
more than what it is.

Everything here speaks of facts; dates and words belong to whoever shows it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trial.domain.calendar import DAYS_IN_WEEK
from trial.domain.policy import Policy
from trial.domain.results.experiments import Progress, Rate, Z
from trial.domain.verdict import GateName, Verdict
from trial.scoring.facts import LOGGED_GATES, UNKNOWN, Facts, Ints, Totals
from trial.scoring.verdict import VERDICTS, judge
from trial.simulation.completions import completions
from trial.simulation.forecast_prior import ForecastPrior
from trial.simulation.posterior import Posterior, can_be_filled, posterior_of
from trial.simulation.reach import out_of_reach_since

DEFAULT_COMPLETIONS = 2000
"""Completions at which the interval of a chance reaches at most 2.2 points to either side."""

WANTED = 0.9
"""The chance that the question what it takes is asked for."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_AT_ONCE = 4
_NO_POST = 1e-9


@dataclass(frozen=True, slots=True)
class Chances:
    """How likely each verdict is at the end of a running trial.

    Parameters
    ----------
    verdicts : mapping of Verdict to Rate
        Of all completions.
    """

    verdicts: Mapping[Verdict, Rate]

    @property
    def ready(self) -> Rate:
        """The predictive probability of success, with its Monte-Carlo interval."""
        return self.verdicts[Verdict.READY]


@dataclass(frozen=True, slots=True)
class RequiredPosts:
    """What lifts the chance of ready to `WANTED`.

    Parameters
    ----------
    posts : int
        Posts on schedule that are not there yet, from 1: so many that every week up to
        `last_week` has the low end of the band.
    weeks : int
        Weeks they fill.
    last_week : int
        Index of the last of these weeks.
    """

    posts: int
    weeks: int
    last_week: int


@dataclass(frozen=True, slots=True)
class FanWeek:
    """Where the score may stand at the end of a coming week.

    Parameters
    ----------
    week : int
        Index from 0.
    scores : tuple of float
        Quantiles of the score as in `QUANTILES`, in [0, 1].
    error : float
        How far the lowest or the highest of them would move with other draws: half of its 95 %
        interval, of the two the longer half.
    """

    week: int
    scores: tuple[float, ...]
    error: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to be expected of one running trial.

    Parameters
    ----------
    chances : Chances
    needed : RequiredPosts or None
        None where the chance is there already, and where not even every coming week suffices.
    out_of_reach_since : int or None
        The week, counted from 1, in which or at whose end ready came to be out of reach even with
        perfect remaining weeks; 0 before the first, None while it is within reach.
    so_far : tuple of float or None
        The score as of the end of each week that is over; None where nothing was judged.
    fan : tuple of FanWeek
        The coming weeks, the last one's the final score.
    open_gates : tuple of GateName
        Gates that are taken to be closed by the end and are not yet.
    own_weeks : int
        Judged weeks of the department's own that it rests on.
    weeks_left : int
        Weeks that are open or ahead and not excused.
    """

    chances: Chances
    needed: RequiredPosts | None
    out_of_reach_since: int | None
    so_far: tuple[float | None, ...]
    fan: tuple[FanWeek, ...]
    open_gates: tuple[GateName, ...]
    own_weeks: int
    weeks_left: int


def forecast(
    history_by_week: Facts,
    policy: Policy,
    prior: ForecastPrior,
    *,
    expected: Facts | None = None,
    seed: int = 1,
) -> Forecast:
    """Return what is to be expected of one running trial.

    Parameters
    ----------
    history_by_week : Facts
        The trial as of the end of each week that is over, in order, and last as of today.
    expected : Facts, optional
        The same with the posts that are back for changes handed over again, where there are any.
    policy, prior, seed
        As in :func:`trial.simulation.completions.completions`.

    Raises
    ------
    InvalidInput
        When the policy asks for more posts a week than `prior` tells apart.
    """
    days = history_by_week.trials
    expected = history_by_week if expected is None else expected
    facts = expected.row(days - 1)
    chance = chances(facts, policy, prior, seed=seed)
    reached = (chance.ready.share or 0.0) >= WANTED
    (posterior,) = posterior_of(facts, policy, prior)
    (since,) = out_of_reach_since(
        [days], lambda looks: expected.take(np.array([day for _, day in looks])), policy
    )
    so_far = judge(history_by_week, policy).score[:-1].tolist()
    return Forecast(
        chances=chance,
        needed=None if reached else required_posts(facts, policy, prior, seed=seed),
        out_of_reach_since=since,
        so_far=tuple(None if math.isnan(score) else score for score in so_far),
        fan=fan(facts, policy, prior, seed=seed),
        open_gates=open_gates(facts),
        own_weeks=posterior.own_weeks,
        weeks_left=len(posterior.coming),
    )


def chances(
    facts: Facts,
    policy: Policy,
    prior: ForecastPrior,
    *,
    number: int = DEFAULT_COMPLETIONS,
    seed: int = 1,
) -> Chances:
    """Return how likely each verdict is at the end of one running trial.

    Parameters
    ----------
    facts : Facts
        A batch of one, as of today.
    policy, prior, number, seed
        As in :func:`trial.simulation.completions.completions`.

    Raises
    ------
    InvalidInput
        When a number lies outside its range, or the policy asks for more posts a week than
        `prior` tells apart.
    """
    return chances_of_all(facts.row(0), policy, prior, number=number, seed=seed)[0]


def chances_of_all(
    facts: Facts,
    policy: Policy,
    prior: ForecastPrior,
    *,
    number: int = DEFAULT_COMPLETIONS,
    seed: int = 1,
    progress: Progress | None = None,
) -> tuple[Chances, ...]:
    """Return how likely each verdict is at the end of each of some running trials.

    Parameters
    ----------
    facts : Facts
        A batch of any size. Each trial gets what it gets alone.
    policy, prior, number, seed
        As in :func:`chances`.
    progress : callable, optional
        Told the trials done and the trials in all, every few trials.

    Raises
    ------
    InvalidInput
        As in :func:`chances`.
    """
    posterior = posterior_of(facts, policy, prior)
    found: list[Chances] = []
    for start in range(0, facts.trials, _AT_ONCE):
        found += _chances_of(posterior[start : start + _AT_ONCE], number, seed)
        if progress is not None:
            progress(len(found), facts.trials)
    return tuple(found)


def _chances_of(posterior: Sequence[Posterior], number: int, seed: int) -> list[Chances]:
    """Return how likely each verdict is at the end of each of a few trials of one policy."""
    # Each trial's verdicts are counted in a row of its own.
    rows = np.arange(len(posterior))[:, None] * len(VERDICTS)
    counted = np.zeros(len(posterior) * len(VERDICTS), np.int64)
    for completed in completions(posterior, number=number, seed=seed):
        judged = judge(completed, posterior[0].policy)
        verdicts = judged.verdict.reshape(len(posterior), -1) + rows
        counted += np.bincount(verdicts.ravel(), minlength=counted.size)
    return [
        Chances(dict(zip(VERDICTS, (Rate(count, number) for count in row), strict=True)))
        for row in counted.reshape(len(posterior), -1).tolist()
    ]


def required_posts(
    facts: Facts, policy: Policy, prior: ForecastPrior, *, seed: int = 1
) -> RequiredPosts | None:
    """Return the fewest next weeks that, kept at the low end on schedule, make ready likely.

    Likely is a chance of at least `WANTED`, once these posts are there and all else has gone on as
    it had: see :func:`hypothetical_weeks`. These weeks also teach what to expect of those
    after
    them.

    Returns
    -------
    RequiredPosts or None
        None where not even all coming weeks suffice.
    """
    (posterior,) = posterior_of(facts, policy, prior)
    coming = posterior.coming
    for weeks in range(1, len(coming) + 1):
        hypothetical, posts = hypothetical_weeks(posterior, weeks)
        if posts:
            (then,) = _chances_of([hypothetical], DEFAULT_COMPLETIONS, seed)
            if (then.ready.share or 0.0) >= WANTED:
                return RequiredPosts(posts, weeks, coming[weeks - 1])
    return None


def hypothetical_weeks(posterior: Posterior, weeks: int) -> tuple[Posterior, int]:
    """Return what is known once some coming weeks are over and were kept, and the posts it took.

    Each week has the posts that are there, and is filled up to the low end by posts on schedule
    from slots that stood in the calendar in time, evenly over the days that are left of it. The
    rest of the record goes on as it was: each maker's share of the posts, the share that is
    approved at once, the questions a week and the share of them that is answered. Where there is
    no record yet it goes on as is assumed, and what it has been silent about stays unjudged.

    Parameters
    ----------
    weeks : int
        How many of the coming weeks, from 1.
    """
    facts, policy = posterior.facts, posterior.policy
    low, elapsed = policy.band.low, posterior.elapsed
    live, filled = facts.live.copy(), facts.filled_ahead.copy()
    reported = facts.reported.copy()
    ahead = facts.slots_ahead.copy()
    slots = 0
    into: list[int] = []
    for week in posterior.coming[:weeks]:
        first, end = week * DAYS_IN_WEEK, (week + 1) * DAYS_IN_WEEK
        begins = max(first, elapsed)
        missing = max(low - int(live[0, first:end].sum()), 0)
        for post in range(missing):
            live[0, begins + (2 * post + 1) * (end - begins) // (2 * missing)] += 1
        into += [week] * missing
        # The slots that stand there are filled first; one that no post is left for is missed.
        slots += max(missing, int(ahead[0, week]))
        ahead[0, week] = 0
        if can_be_filled(week, elapsed, policy):
            filled[0, week] = max(int(filled[0, week]), low)
        reported[0, week] = True
    posts = len(into)
    reviewed, passed = _reviewed_further(posterior, posts)
    needing, answered = _asked_further(posterior, sum(posterior.days_left[:weeks]) / DAYS_IN_WEEK)
    hypothetical = replace(
        facts,
        live=live,
        elapsed=np.array([(posterior.coming[weeks - 1] + 1) * DAYS_IN_WEEK], np.int16),
        reported=reported,
        slots_due=facts.slots_due + np.int32(slots),
        on_schedule=facts.on_schedule + np.int32(posts),
        slots_ahead=ahead,
        filled_ahead=filled,
        reviewed=facts.reviewed + np.int32(reviewed),
        first_pass=facts.first_pass + np.int32(passed),
        needing=np.array([needing], np.int32),
        answered=np.array([answered], np.int32),
        by_contributor=_made_further(posterior, into),
    )
    (then,) = posterior_of(hypothetical, policy, posterior.prior)
    return then, posts


def _made_further(posterior: Posterior, into: Sequence[int]) -> Ints:
    """Return who made how much a week, (1, C, W), once further posts are in these weeks.

    Each maker keeps to the share made so far, and nobody's share is kept as well. Before anybody
    could be named, the people that are assumed make as much each.
    """
    facts = posterior.facts
    made: Ints = facts.by_contributor.copy()
    named = made[0].sum(axis=1, dtype=np.int64)
    so_far = np.append(named, facts.live.sum(dtype=np.int64) - named.sum())
    if not named.any():
        if posterior.is_silent_about(0):
            return made
        people = posterior.prior.record.people
        made = np.zeros((1, people, facts.weeks), np.int16)
        named, so_far = np.zeros(people, np.int64), np.append(np.ones(people, np.int64), 0)
    further = np.zeros_like(so_far)
    for number, week in enumerate(into, start=1):
        # Whoever is furthest behind their share, in whole numbers.
        who = int(np.argmax(so_far * number - further * so_far.sum()))
        further[who] += 1
        if who < named.size:
            made[0, who, week] += 1
    return made


def _reviewed_further(posterior: Posterior, posts: int) -> tuple[int, int]:
    """Return how many of some further posts are reviewed, and how many are approved at once."""
    reviewed, passed = int(posterior.facts.reviewed[0]), int(posterior.facts.first_pass[0])
    if posterior.is_silent_about(reviewed):
        return 0, 0
    share = passed / reviewed if reviewed else posterior.prior.record.first_pass
    return posts, round(share * posts)


def _asked_further(posterior: Posterior, weeks: float) -> tuple[int, int]:
    """Return the questions and those answered once so many further weeks are over."""
    record = posterior.prior.record
    needing, answered = int(posterior.facts.needing[0]), int(posterior.facts.answered[0])
    a_week = record.questions
    if posterior.weeks_seen >= 1:
        if needing == UNKNOWN:
            return UNKNOWN, UNKNOWN
        a_week = needing / posterior.weeks_seen
    needing, answered = max(needing, 0), max(answered, 0)
    share = answered / needing if needing else record.answered
    more = round(a_week * weeks)
    return needing + more, answered + round(share * more)


def fan(
    facts: Facts, policy: Policy, prior: ForecastPrior, *, seed: int = 1
) -> tuple[FanWeek, ...]:
    """Return where the score may stand at the end of each coming week, the final one's last.

    Returns
    -------
    tuple of FanWeek
        One for each week that is open or ahead, from the first at whose end anything is judged.
    """
    posterior = posterior_of(facts, policy, prior)
    (completed,) = completions(posterior, number=DEFAULT_COMPLETIONS, seed=seed)
    more = (completed.live - facts.live).mean(axis=0).cumsum()
    made_by = more / max(float(more[-1]), _NO_POST)
    weeks = []
    for week in range(int(facts.elapsed[0]) // DAYS_IN_WEEK, facts.weeks):
        last_day = (week + 1) * DAYS_IN_WEEK - 1
        seen = _seen_at(completed, facts, week, float(made_by[last_day]))
        score = judge(seen, policy).score
        judged = score[~np.isnan(score)]
        if judged.size:
            scores = tuple(np.quantile(judged, QUANTILES).tolist())
            weeks.append(FanWeek(week, scores, _error_at_the_edges(judged)))
    return tuple(weeks)


def _error_at_the_edges(scores: NDArray[np.float64]) -> float:
    """Return how far the outer quantiles of some scores would move with other draws.

    How many scores lie below a quantile is binomial; the scores at the ends of that number's 95 %
    interval are those of the quantile's.
    """
    edges = np.array([QUANTILES[0], QUANTILES[-1]])
    reach = Z * np.sqrt(edges * (1 - edges) / scores.size)
    low, middle, high = np.quantile(scores, np.clip([edges - reach, edges, edges + reach], 0, 1))
    return float(np.maximum(middle - low, high - middle).max())


def _seen_at(end: Facts, facts: Facts, week: int, share: float) -> Facts:
    """Return ends as of the end of a week, by which a `share` of the coming posts is there."""

    def by_then(now: Totals, later: Totals) -> Totals:
        grown: Totals = now + np.rint((later - now) * share).astype(np.int32)
        return grown

    return replace(
        end,
        elapsed=np.full(end.trials, (week + 1) * DAYS_IN_WEEK, np.int16),
        slots_due=by_then(facts.slots_due, end.slots_due),
        on_schedule=by_then(facts.on_schedule, end.on_schedule),
        reviewed=by_then(facts.reviewed, end.reviewed),
        first_pass=by_then(facts.first_pass, end.first_pass),
        needing=by_then(facts.needing, end.needing),
        answered=by_then(facts.answered, end.answered),
    )


def open_gates(facts: Facts) -> tuple[GateName, ...]:
    """Return the gates with a fact of their own that are not known to be closed, of one trial."""
    return tuple(name for name, met in zip(LOGGED_GATES, facts.gates[0], strict=True) if met != 1)
