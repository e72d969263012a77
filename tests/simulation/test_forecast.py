"""The forecast: it agrees with the closed form, means what it says, and knows what is lost."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.simulation.priors import shipped, uniform
from tests.simulation.test_completions import running
from tests.unit.logs import ALL_GATES_MET, days_of_week, log, log_of_counts, on_day, slot, unplanned
from tests.unit.policies import standard
from trial.domain.policy import Policy
from trial.domain.posts import Post, Rework
from trial.domain.trial_log import Answers
from trial.domain.verdict import CheckName, GateName, Verdict
from trial.scoring.batches import concat
from trial.scoring.facts import LOGGED_GATES, UNKNOWN, Facts, facts_of, facts_of_days
from trial.scoring.verdict import VERDICTS, judge
from trial.simulation.completions import completions
from trial.simulation.forecast import (
    DEFAULT_COMPLETIONS,
    QUANTILES,
    WANTED,
    RequiredPosts,
    chances,
    chances_of_all,
    fan,
    forecast,
    hypothetical_weeks,
    open_gates,
    required_posts,
)
from trial.simulation.forecast_prior import ForecastPrior
from trial.simulation.posterior import Posterior, posterior_of
from trial.simulation.predictive import predictive_probability
from trial.simulation.reach import Looks, out_of_reach_since, within_reach
from trial.simulation.tables import day_patterns

DATES_ALONE = {
    CheckName.CADENCE: 0.45,
    CheckName.CONTINUITY: 0.2,
    CheckName.STEADINESS: 0.2,
    CheckName.FINISH: 0.15,
}


def band_alone(weeks: int = 9) -> Policy:
    """A policy under which the weeks in band alone decide."""
    return replace(standard(), ready_from=0.0, feed_below=0.0, band_weeks=weeks)


def dates_alone() -> Policy:
    """The standard policy with all weight on the checks that rest on dates."""
    weights = {name: DATES_ALONE.get(name, 0.0) for name in CheckName}
    return replace(standard(), weights=weights, evidence_floor=0.0)


def all_on(name: CheckName) -> dict[CheckName, float]:
    return {**dict.fromkeys(CheckName, 0.0), name: 1.0}


GAPS_ALONE, PLANNING_ALONE = all_on(CheckName.CONTINUITY), all_on(CheckName.PLANNING)


def in_band(weeks: int, over: int) -> list[int]:
    """`over` weeks, of which the first `weeks` were in band."""
    return [4] * weeks + [1] * (over - weeks)


def history_by_week(counts: Sequence[int]) -> list[Facts]:
    """A trial as of the end of each of its weeks so far."""
    return [running(counts[:over]) for over in range(1, len(counts) + 1)]


def lost_since(days: Sequence[Facts], policy: Policy) -> int | None:
    """The week from which ready is out of reach of one trial that is seen on these days."""

    def seen(looks: Looks) -> Facts:
        ((_, day),) = looks
        return days[day]

    return out_of_reach_since([len(days)], seen, policy)[0]


def is_within_reach(facts: Facts, policy: Policy) -> bool:
    (reached,) = within_reach(facts, policy).tolist()
    return bool(reached)


@pytest.mark.parametrize(
    ("weeks", "over", "expected"), [(4, 8, 0.0), (5, 8, 0.13), (7, 8, 0.91), (3, 6, 0.035)]
)
def test_known_answers_under_a_uniform_prior(weeks: int, over: int, expected: float) -> None:
    ready = chances(running(in_band(weeks, over)), band_alone(10), uniform()).ready
    assert ready.share == pytest.approx(expected, abs=(ready.error or 0) + 0.005)


CASES = [
    (weeks, over) for over in (0, 3, 6, 9, 12) for weeks in range(max(over - 6, 0), over + 1, 2)
]


@pytest.mark.parametrize("start", [shipped(), uniform()], ids=["shipped", "uniform"])
def test_it_is_the_closed_form_where_weeks_in_band_alone_decide(start: ForecastPrior) -> None:
    outside = 0
    for weeks, over in CASES:
        ready = chances(running(in_band(weeks, over)), band_alone(), start).ready
        exact = predictive_probability(weeks, over, 13, 9, start.in_band(3))
        assert ready.share is not None
        assert ready.error is not None
        # A 95 % interval misses one time in twenty; never by as much again.
        outside += abs(ready.share - exact) > ready.error
        assert ready.share == pytest.approx(exact, abs=2 * ready.error), (weeks, over)
    assert outside <= 3


def test_other_bands_have_their_own_closed_form() -> None:
    for low in (1, 2, 5, 8):
        policy = replace(band_alone(), band=replace(standard().band, low=low, high=max(low, 5)))
        facts = running([low, low, low - 1, low])
        ready = chances(facts, policy, shipped()).ready
        exact = predictive_probability(3, 4, 13, 9, shipped().in_band(low))
        assert ready.share == pytest.approx(exact, abs=2 * (ready.error or 0)), low


def test_one_more_week_in_band_never_lowers_the_chance() -> None:
    for over in (4, 8):
        found = [
            chances(running(in_band(weeks, over)), standard(), shipped()).ready.count
            for weeks in range(over + 1)
        ]
        assert found == sorted(found)


def test_the_chances_of_all_verdicts_sum_to_one_and_are_repeatable() -> None:
    facts = running([4, 1, 4, 2])
    found = chances(facts, standard(), shipped())
    assert sum(rate.count for rate in found.verdicts.values()) == 2000
    assert chances(facts, standard(), shipped()) == found
    assert chances(facts, standard(), shipped(), seed=2) != found
    assert chances(facts, standard(), shipped(), number=3).ready.of == 3


def test_each_of_many_trials_gets_what_it_gets_alone() -> None:
    counts = [[4] * 5, [1, 4, 4, 0, 2], [0] * 5, [5, 5, 5, 1, 5], [3, 3, 2, 3, 3], [4, 4, 4, 4, 1]]
    many = facts_of([log_of_counts([*each, *[0] * 8], today=35) for each in counts], standard())
    told: list[tuple[int, int]] = []
    found = chances_of_all(
        many, standard(), shipped(), number=2100, progress=lambda *done: told.append(done)
    )
    assert told == [(4, 6), (6, 6)]
    assert list(found) == [
        chances(running(each), standard(), shipped(), number=2100) for each in counts
    ]
    assert chances_of_all(many.take(np.array([], np.int64)), standard(), shipped()) == ()


def drawn(departments: int, rng: np.random.Generator) -> NDArray[np.int16]:
    """Live days of whole trials of departments whose habits are drawn from the prior."""
    evidence = np.array(shipped().evidence)
    habits = rng.dirichlet(evidence, departments)
    up_to = habits.cumsum(axis=1)
    posts = (rng.random((departments, 13, 1)) > up_to[:, None, :-1]).sum(axis=2)
    ways = day_patterns(shipped().days, shipped().most, 512, rng)
    live: NDArray[np.int16] = ways[posts * 512 + rng.integers(0, 512, posts.shape)]
    return live.reshape(departments, 91)


def watched(live: NDArray[np.int16], over: int) -> Facts:
    """Facts of trials of which the posts of the weeks so far are known, and nothing else."""
    n, days = live.shape
    return replace(
        facts_of_days(np.where(np.arange(days) < 7 * over, live, 0).astype(np.int16)),
        elapsed=np.full(n, 7 * over, np.int16),
        gates=np.ones((n, len(LOGGED_GATES)), np.int8),
    )


def test_departments_drawn_from_the_prior_turn_out_as_was_forecast_in_every_tenth() -> None:
    departments, number = 2000, 1000
    live = drawn(departments, np.random.default_rng(20))
    policy = dates_alone()
    ready = judge(watched(live, 13), policy).verdict == VERDICTS.index(Verdict.READY)
    inhabited = np.zeros(10, np.int64)
    for over in (3, 6, 9):
        found = chances_of_all(watched(live, over), policy, shipped(), number=number)
        predicted = np.array([each.ready.share for each in found])
        tenths = np.minimum((predicted * 10).astype(int), 9)
        for tenth in np.unique(tenths):
            inside = tenths == tenth
            chance, n = predicted[inside], int(inside.sum())
            inhabited[tenth] += n
            # What chance does to those observed, each by itself, and to the draws that the
            # predictions rest on, which are the same for all of them.
            variance = chance * (1 - chance)
            error = np.sqrt(variance.sum() / n**2 + variance.mean() / number)
            difference = ready[inside].mean() - chance.mean()
            assert abs(difference) <= 3 * error, (over, tenth, n)
        # It tells departments apart: better than one number for all.
        assert ((predicted - ready) ** 2).mean() < 0.8 * ready.var()
    # A tenth in which nobody is would agree with anything.
    assert inhabited.min() >= 50


def test_open_gates_do_not_lower_the_chance_and_are_named() -> None:
    closed = running([4] * 6)
    open_ = running([4] * 6, gates=replace(ALL_GATES_MET, training_done=1, open_incidents=None))
    assert chances(open_, standard(), shipped()) == chances(closed, standard(), shipped())
    assert open_gates(closed) == ()
    assert open_gates(open_) == (GateName.TRAINING, GateName.INCIDENTS)


def posterior(facts: Facts) -> Posterior:
    return posterior_of(facts, standard(), shipped())[0]


def kept_weeks(facts: Facts, weeks: int) -> tuple[Facts, int]:
    kept, posts = hypothetical_weeks(posterior(facts), weeks)
    return kept.facts, posts


def test_what_it_takes_is_the_fewest_weeks_that_suffice() -> None:
    facts = running([4] * 6)
    found = required_posts(facts, standard(), shipped())
    assert found == RequiredPosts(posts=9, weeks=3, last_week=8)
    for weeks, enough in ((2, False), (3, True)):
        kept, posts = kept_weeks(facts, weeks)
        assert posts == 3 * weeks
        share = chances(kept, standard(), shipped()).ready.share
        assert ((share or 0) >= WANTED) is enough


@dataclass(frozen=True)
class Habit:
    """How a department goes on: who makes its posts by turns, and how review and answers go.

    Parameters
    ----------
    makers : str
        A letter a post; a blank names nobody.
    at_once : str
        A letter a post: ``y`` is approved at once.
    answers : tuple of int, or None
        Questions a week, and those answered within a day.
    """

    makers: str = "A"
    at_once: str = "y"
    answers: tuple[int, int] | None = None

    def post(self, number: int, day: int, planned_on: int) -> Post:
        """Return its post of this number, planned for and handed over on a day."""
        made = slot(day, day, self.makers[number % len(self.makers)].strip())
        returned = self.at_once[number % len(self.at_once)] != "y"
        return replace(
            made,
            planned_on=on_day(planned_on),
            approved_on=on_day(day),
            first_pass_on=None if returned else on_day(day),
            rework=(Rework(on_day(day), on_day(day)),) if returned else (),
        )

    def facts(self, counts: Sequence[int], *, now: int, weeks: int = 0) -> Facts:
        """Return its trial: these weeks until a day, and then so many weeks at the low end.

        The weeks to come enter the calendar on the day that is now.
        """
        days = [day for week, count in enumerate(counts) for day in days_of_week(week, count)]
        posts = [self.post(number, day, day - 20) for number, day in enumerate(days)]
        over, first = divmod(now, 7)
        for week in range(over, over + weeks):
            here = sum(7 * week <= day < 7 * week + 7 for day in days)
            for day in (6, 4, 3)[: 3 - here] if week == over and first else (0, 2, 4):
                posts.append(self.post(len(posts), 7 * week + day, now))
        today = 7 * (over + weeks) if weeks else now
        asked, answered = self.answers or (0, 0)
        said = Answers(asked * (today // 7), answered * (today // 7)) if self.answers else None
        found = log(posts, today=today, reported=range(today // 7), answers=said)
        return facts_of([found], standard())


ALONE = Habit(makers="A", at_once="yyyyn", answers=(2, 1))
SENT_BACK = Habit(makers="A", at_once="yn", answers=(2, 1))
THREE = Habit(makers="AABCABAC", at_once="yn", answers=(2, 1))
SILENT = Habit(makers=" ", at_once="y")


@pytest.mark.parametrize(
    ("habit", "counts", "now"),
    [
        # What was said before somebody made the posts, reviewed them and asked: too few of them.
        (SENT_BACK, [4], 7),
        (THREE, [4, 4], 14),
        (ALONE, [4, 3, 2, 4], 28),
        (SENT_BACK, [4, 3, 2, 4], 28),
        (ALONE, [3, 3, 1, 4, 3], 35),
        (SENT_BACK, [3, 3, 1, 4, 3], 35),
        (THREE, [4, 4, 4, 2, 1, 4], 42),
        (ALONE, [4, 4, 4, 2, 1, 4], 42),
        # Within a week, one of whose posts is there; and where part of the record is silent.
        (ALONE, [4, 3, 2, 4, 1], 30),
        (Habit(makers="A B ", at_once="yny"), [4, 3, 2, 4, 1], 30),
        (SILENT, [4, 3, 3, 4], 28),
        (Habit(answers=(0, 0)), [4, 3, 3, 4], 28),
    ],
)
def test_the_chance_is_as_high_as_was_said_once_the_posts_are_there(
    habit: Habit, counts: list[int], now: int
) -> None:
    facts = habit.facts(counts, now=now)
    said = required_posts(facts, standard(), shipped())
    assert said is not None
    then = habit.facts(counts, now=now, weeks=said.weeks)
    assert int(then.live.sum() - facts.live.sum()) == said.posts
    assert int(then.elapsed[0]) == 7 * (said.last_week + 1)
    ready = chances(then, standard(), shipped()).ready
    assert (ready.share or 0) + (ready.error or 0) >= WANTED
    # And it is what was worked out, up to the rounding of shares to whole posts.
    kept, _ = kept_weeks(facts, said.weeks)
    assert chances(kept, standard(), shipped()).ready.share == pytest.approx(ready.share, abs=0.04)


def test_kept_weeks_let_the_rest_of_the_record_go_on_as_it_was() -> None:
    habit = Habit(makers="AAB ", at_once="yyny", answers=(3, 2))
    kept, posts = kept_weeks(habit.facts([4, 4], now=14), 4)
    assert posts == 12
    assert (int(kept.reviewed[0]), int(kept.first_pass[0])) == (20, 15)
    assert (int(kept.needing[0]), int(kept.answered[0])) == (18, 12)
    assert kept.by_contributor[0].sum(axis=1).tolist() == [10, 5]
    assert (kept.by_contributor[0].sum(axis=0) <= kept.live[0].reshape(13, 7).sum(axis=1)).all()


def test_kept_weeks_stay_silent_about_what_the_record_is_silent_about() -> None:
    kept, _ = hypothetical_weeks(posterior(running([4, 4])), 5)
    assert (int(kept.facts.reviewed[0]), int(kept.facts.needing[0])) == (0, UNKNOWN)
    assert kept.facts.by_contributor.sum() == 0


@pytest.mark.parametrize("facts", [running([]), running([0]), running([], day=3)])
def test_where_nothing_is_there_to_be_named_or_reviewed_the_assumptions_stand(
    facts: Facts,
) -> None:
    record = shipped().record
    kept, posts = hypothetical_weeks(posterior(facts), 10)
    # Three people, who leave about as much as is assumed when one of them goes.
    assert kept.facts.by_contributor[0].sum(axis=1).tolist() == [10, 10, 10]
    assert int(kept.facts.reviewed[0]) == posts == 30
    assert int(kept.facts.first_pass[0]) == round(30 * record.first_pass)


def test_before_a_week_is_over_questions_are_asked_as_is_assumed() -> None:
    kept, _ = kept_weeks(running([]), 10)
    # 1.5 a week, of which .85 are answered within a day.
    assert (int(kept.needing[0]), int(kept.answered[0])) == (15, 13)


def test_what_is_there_already_is_not_asked_for_again() -> None:
    week = [4] * 6
    half = facts_with_open_week(week, 2)
    kept, posts = kept_weeks(half, 1)
    assert posts == 1
    assert int(kept.live[0, 42:49].sum()) == 3
    assert int(kept.elapsed[0]) == 49
    # The one that is missing falls on a day that is still to come.
    assert kept.live[0, 42:46].tolist() == half.live[0, 42:46].tolist()


def facts_with_open_week(weeks: Sequence[int], there: int) -> Facts:
    facts = running(weeks, day=4)
    live = facts.live.copy()
    live[0, 7 * len(weeks) : 7 * len(weeks) + there] = 1
    return replace(facts, live=live)


def test_kept_weeks_are_on_schedule_and_excused_ones_are_passed_over() -> None:
    facts = running([4, 4], excused={3})
    kept, posts = kept_weeks(facts, 2)
    assert posts == 6
    assert int(kept.elapsed[0]) == 35
    assert int(kept.slots_due[0]) == int(kept.on_schedule[0]) == 6
    assert kept.live[0].reshape(13, 7).sum(axis=1)[:6].tolist() == [4, 4, 3, 0, 3, 0]
    assert kept.filled_ahead[0].tolist()[:6] == [0, 0, 0, 0, 3, 0]


def test_nothing_is_needed_once_it_is_likely_and_nothing_helps_once_it_is_lost() -> None:
    assert forecast(running([4] * 11), standard(), shipped()).needed is None
    lost = running([0] * 8)
    assert required_posts(lost, standard(), shipped()) is None
    assert chances(lost, standard(), shipped()).ready.count == 0


@pytest.mark.parametrize(
    ("counts", "since"),
    [
        # Nine of thirteen weeks in band: the fifth week that falls short decides.
        ([1, 1, 1, 1], None),
        ([1, 1, 1, 1, 1], 5),
        ([1, 1, 1, 1, 1, 4, 4], 5),
        ([4, 1, 4, 1, 4, 1, 4, 1, 4, 1, 4], 10),
        ([4] * 12, None),
        ([], None),
    ],
)
def test_the_week_from_which_ready_is_out_of_reach(counts: list[int], since: int | None) -> None:
    found = lost_since([running([]), *history_by_week(counts)], band_alone())
    assert found == since


def test_many_trials_are_each_lost_since_what_they_are_alone_and_seen_no_further_back() -> None:
    courses = [
        history_by_week(counts) for counts in ([1] * 8, [4] * 5, [4, 1, 1, 4, 1, 1, 1], [1, 1])
    ]
    asked: list[tuple[int, int]] = []

    def seen(looks: Looks) -> Facts:
        asked.extend(looks)
        return concat([courses[trial][day] for trial, day in looks])

    found = out_of_reach_since([len(each) for each in courses], seen, band_alone())
    assert found == (5, None, 7, None)
    assert found == tuple(lost_since(each, band_alone()) for each in courses)
    # Today first, then back to the first day on which it was within reach and no further.
    assert asked[:4] == [(0, 7), (1, 4), (2, 6), (3, 1)]
    assert sorted(asked[4:]) == [(0, 3), (0, 4), (0, 5), (0, 6), (2, 5)]


@pytest.mark.parametrize("over", [5, 9])
def test_the_week_it_came_out_of_reach_is_the_same_within_that_week_and_at_its_end(
    over: int,
) -> None:
    # Four weeks that fell short are the most there may be. The next does once too few of its days
    # are left: here a gap that has grown too long.
    counts = [4] * (over - 4) + [1, 1, 1, 1]
    strict = replace(band_alone(), ready_from=0.99, weights=GAPS_ALONE, gap_full_days=10)
    found = [
        lost_since([*history_by_week(counts), running(counts, day=day)], strict) for day in range(7)
    ]
    end = lost_since(history_by_week([*counts, 0]), strict)
    assert {None, over + 1} == set(found)
    assert end == over + 1


def test_weeks_whose_day_for_the_calendar_has_passed_are_not_filled_any_more() -> None:
    # Planning alone decides: three weeks of thirteen may be left unfilled, and as many were.
    asks = replace(band_alone(0), ready_from=10 / 13, weights=PLANNING_ALONE, evidence_floor=0.0)
    counts = [4] * 2
    assert is_within_reach(running(counts, day=4), asks)
    # Those of the fourth had to stand in the calendar three days before it; they do not.
    for day in (5, 6):
        facts = running(counts, day=day)
        assert not is_within_reach(facts, asks)
        assert chances(facts, asks, shipped(), number=100).ready.count == 0


def test_a_perfect_rest_can_bring_back_only_so_much_of_the_score() -> None:
    # Six silent weeks: seven perfect ones are fewer than nine of thirteen, and 42 days of gap.
    assert not is_within_reach(running([0] * 6), standard())
    assert is_within_reach(running([0]), standard())
    # The score alone: with the gate at nought weeks, silence still weighs too much.
    lenient = replace(standard(), band_weeks=0)
    assert not is_within_reach(running([0] * 6), lenient)
    assert is_within_reach(running([4] * 6), lenient)


@given(st.lists(st.integers(0, 6), max_size=12))
def test_what_is_out_of_reach_has_no_chance(counts: list[int]) -> None:
    facts = running(counts)
    for policy in (band_alone(), dates_alone()):
        if not is_within_reach(facts, policy):
            assert chances(facts, policy, shipped(), number=200).ready.count == 0


def test_an_exemption_can_bring_ready_back_within_reach() -> None:
    lost = history_by_week([1, 1, 1, 1, 1])
    assert lost_since(lost, band_alone()) == 5
    excused = running([1, 1, 1, 1, 1], excused={11, 12})
    # Eleven weeks are eligible, of which eight suffice; five of them have fallen short.
    assert lost_since([*lost, excused], band_alone()) == 5
    more = running([1, 1, 1, 1, 1], excused={3, 4})
    assert lost_since([*lost, more], band_alone()) is None


def test_the_fan_ends_in_the_final_scores() -> None:
    facts = running([4, 1, 4])
    weeks = fan(facts, standard(), shipped())
    assert [one.week for one in weeks] == list(range(3, 13))
    # The same ways to end that the chance is the share of.
    (end,) = completions(posterior_of(facts, standard(), shipped()), number=DEFAULT_COMPLETIONS)
    final = judge(end, standard()).score
    assert weeks[-1].scores == pytest.approx(np.quantile(final, QUANTILES))
    for one in weeks:
        assert list(one.scores) == sorted(one.scores)
        assert 0 <= one.scores[0] <= one.scores[-1] <= 1


def test_the_edges_of_a_fan_move_by_no_more_than_is_said() -> None:
    for counts in ([], [4, 3, 2, 4], [3, 3, 1, 4, 3, 3]):
        facts = running(counts)
        ends = completions(posterior_of(facts, standard(), shipped()), number=20_000, seed=99)
        scores = [judge(end, standard()).score for end in ends]
        edges = np.quantile(np.concatenate(scores), [QUANTILES[0], QUANTILES[-1]])
        fans = [fan(facts, standard(), shipped(), seed=seed)[-1] for seed in range(1, 21)]
        found = np.array([(last.scores[0], last.scores[-1]) for last in fans])
        away, said = np.abs(found - edges).max(axis=1), np.array([last.error for last in fans])
        # A 95 % interval misses one time in twenty; never by as much again.
        assert (away <= said).sum() >= 17
        assert (away <= 2 * said).all()
        assert 0.004 < said.min() < said.max() < 0.032


def test_a_fan_is_wide_at_first_and_narrow_at_last() -> None:
    def width(over: int) -> float:
        last = fan(running(([4, 2, 4] * 4)[:over]), standard(), shipped())[-1]
        return last.scores[-1] - last.scores[0]

    assert width(1) > width(6) > width(12) > 0


def test_a_forecast_brings_all_of_it_together() -> None:
    counts = [4, 4, 1, 4, 4]
    days = [*range(7, 36, 7), 35]
    logs = [log_of_counts([*counts, *[0] * 8], today=today) for today in days]
    found = forecast(facts_of(logs, standard()), standard(), shipped())
    assert found.chances == chances(running(counts), standard(), shipped())
    assert found.needed == required_posts(running(counts), standard(), shipped())
    assert (found.own_weeks, found.weeks_left) == (5, 8)
    assert len(found.so_far) == 5
    assert found.so_far[0] == pytest.approx(float(judge(running([4]), standard()).score[0]))
    assert (found.out_of_reach_since, found.open_gates) == (None, ())
    assert [one.week for one in found.fan] == list(range(5, 13))


# ------------------------------------------------------------------------------ the last evening
def last_evening(rng: random.Random) -> list[Post]:
    """Posts of thirteen weeks, none on the last day, by one person or by three."""
    alone, rate = rng.random() < 0.5, rng.choice([2, 2.5, 3, 3.5, 4])
    posts = []
    for week in range(13):
        for _ in range(min(7, max(0, int(rng.gauss(rate, 1.2) + 0.5)))):
            day = 7 * week + rng.randint(0, 5 if week == 12 else 6)
            who = "Ada" if alone else rng.choice(["Ada", "Ben", "Cem"])
            ready = day if rng.random() < 0.85 else min(day + 2, 90)
            is_slot = rng.random() < 0.6
            posts.append(slot(day, ready, who) if is_slot else unplanned(day, who))
    return posts


def test_on_the_last_evening_chance_and_verdict_agree() -> None:
    rng, sure = random.Random(3), 0
    for _ in range(1500):
        posts = last_evening(rng)
        after = facts_of([log(posts, today=91)], standard())
        judged = judge(after, standard())
        # Where the last week has its band nothing that may still come has to change anything.
        if judged.weeks.count[0, 12] < 3:
            continue
        today = facts_of([log(posts, today=90)], standard())
        chance = chances(today, standard(), shipped(), number=60).ready.share
        assert chance is not None
        if not 0.01 < chance < 0.99:
            sure += 1
            assert (chance >= 0.99) == (VERDICTS[judged.verdict[0]] is Verdict.READY)
    assert sure > 800


def back(post: Post, day: int) -> Post:
    return replace(post, rework=(Rework(on_day(day)),))


def test_posts_that_are_back_for_changes_are_handed_over_again() -> None:
    posts = [
        slot(7 * week + 2 * n, 7 * week + 2 * n, "ABC"[n]) for week in range(10) for n in range(3)
    ]
    before = facts_of([log(posts, today=70)], standard())
    # Seven of thirty sent back ten days ago: they do not count now, and come back.
    gone = [
        back(post, 60) if index in range(9, 30, 3) else post for index, post in enumerate(posts)
    ]
    given = log(gone, today=70)
    expected = facts_of([given.handed_over_again()], standard())
    assert facts_of([given], standard()).live.sum() == before.live.sum() - 7
    then = chances(before, standard(), shipped()).ready.share
    now = chances(expected, standard(), shipped()).ready.share
    assert then is not None
    assert now is not None
    assert now > 0.5 < then
    assert within_reach(expected, standard()).all()


def test_nothing_that_rests_on_unreported_weeks_is_out_of_reach() -> None:
    counts = [4, 4, 0, 0, 4, 1, 1, 1, 4]
    told = facts_of([log_of_counts([*counts, 0, 0, 0, 0], today=63)], standard())
    assert not within_reach(told, standard()).any()
    untold = replace(told, reported=told.reported & ~np.isin(np.arange(13), [2, 3]))
    assert within_reach(untold, standard()).all()


def test_more_slots_than_the_band_asks_for_can_still_make_up_for_missed_ones() -> None:
    # Forty slots missed in seven good weeks: with the band's five a week delivery stays below what
    # ready takes here, with as many as wished it does not.
    policy = replace(standard(), ready_from=0.97)
    days = [7 * week + at for week in range(7) for at in range(3)]
    posts = [slot(day, day, "ABC"[n % 3]) for n, day in enumerate(days)]
    posts += [slot(7 * week + 5) for week in range(7) for _ in range(6)]
    assert within_reach(facts_of([log(posts, today=49)], policy), policy).all()


def test_the_slots_that_stand_in_the_calendar_are_the_slots_to_come() -> None:
    kept = [slot(day, day, "Ada") for week in range(6) for day in (7 * week, 7 * week + 2)]
    standing = [slot(44, None), slot(45, None), slot(46, None)]
    plain, planned = (facts_of([log(p, today=43)], standard()) for p in (kept, kept + standing))
    assert planned.slots_ahead[0].tolist() == [0] * 6 + [3] + [0] * 6
    # Of the week that runs only what stands there can still be a slot; the weeks after have as many
    # as usual.
    (without,), (with_them,) = (
        completions(posterior_of(facts, standard(), shipped()), number=50)
        for facts in (plain, planned)
    )
    assert set(with_them.slots_due - without.slots_due) == {3}
