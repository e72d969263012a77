"""Stress tests: the same trial with posts that are not made, and with more asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.trials import trials
from tests.simulation.populations import shipped
from tests.unit.logs import START, days_of_week, kept_slots, log, log_of_counts, slot, unplanned
from tests.unit.policies import standard
from trial.domain.cadence import Band
from trial.domain.posts import Post
from trial.domain.results.stress import Result
from trial.domain.trial_log import GateFacts, TrialLog
from trial.domain.verdict import CheckName, GateName, Verdict
from trial.scoring.checks import REGISTRY
from trial.scoring.scorecard import score_trial
from trial.scoring.verdict import VERDICTS, judge
from trial.simulation.behaviours import Season
from trial.simulation.stress import facts_if_made, stress_tests

SUMMER = Season(first_week=20, last_week=30, factor=0.6)
"""No week of a trial from 5 January lies in it."""


def unmade(post: Post) -> Post:
    return replace(
        post,
        delivered_on=None,
        rework=(),
        approved_on=None,
        shared_on=None,
        rejected_on=None,
        first_pass_on=None,
        asked_again_on=None,
    )


def with_only(trial: TrialLog, made: Sequence[bool]) -> TrialLog:
    """The log with the other posts' deliveries taken out of it, one by one."""
    posts = [
        post if is_made else unmade(post)
        for post, is_made in zip(trial.posts, made, strict=True)
        if is_made or post.planned_for is not None
    ]
    return replace(trial, posts=tuple(posts))


def result_of(trial: TrialLog, **changes: object) -> Result:
    card = score_trial(trial, replace(standard(), **changes))  # type: ignore[arg-type]
    judged = [week for week in card.weeks if week.state.is_judged]
    return Result(
        verdict=card.verdict,
        score=card.score,
        in_band=sum(week.state.keeps_band for week in judged),
        eligible=len(judged),
    )


def as_judged(result: Result | None) -> Result | None:
    """What a test comes to, without what turned it."""
    return result and replace(result, turned_by=None)


@given(trials(most_posts=15), st.data())
def test_posts_not_made_leave_the_facts_of_a_log_without_them(
    trial: TrialLog, data: st.DataObject
) -> None:
    size = len(trial.posts)
    made = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    # A second variant, in which everything is made, must not touch the first.
    variants = np.array([made, [True] * size], np.bool_).reshape(2, size)
    judgement = judge(facts_if_made(trial, standard(), variants), standard())
    for row, expected in enumerate((with_only(trial, made), trial)):
        card = score_trial(expected, standard())
        assert VERDICTS[judgement.verdict[row]] is card.verdict
        for check, result in zip(REGISTRY, card.checks, strict=True):
            found = judgement.checks[check.name].score[row]
            assert found == (
                pytest.approx(np.nan, nan_ok=True) if result.score is None else result.score
            )


def test_without_the_busiest_is_the_log_without_their_posts() -> None:
    ada = [post for week in range(13) for post in kept_slots([7 * week, 7 * week + 2], "Ada")]
    ben = [post for week in range(13) for post in kept_slots([7 * week + 4], "Ben")]
    found = stress_tests(log(ada + ben), standard(), None)
    assert found.unstressed.verdict is Verdict.READY
    assert as_judged(found.without_busiest) == result_of(log([*map(unmade, ada), *ben]))
    assert found.without_busiest is not None
    assert found.without_busiest.turned_by is GateName.BAND_ADHERENCE
    assert found.without_busiest.in_band == 0


def test_a_name_typed_in_two_ways_is_one_busiest_person() -> None:
    days = [[7 * week, 7 * week + 2, 7 * week + 4] for week in range(13)]
    ben = kept_slots([7 * week + 6 for week in range(13)], "Ben")
    once = [post for week in days for post in kept_slots(week, "Ada")]
    twice = [replace(post, contributor="ada") if n % 2 else post for n, post in enumerate(once)]
    found = stress_tests(log(twice + ben), standard(), SUMMER)
    assert found == stress_tests(log(once + ben), standard(), SUMMER)
    assert found.without_busiest is not None


def test_it_is_the_one_whose_absence_costs_most_not_the_one_who_made_most() -> None:
    # Ada makes ten posts in each of two weeks; Ben the three that keep the other eleven.
    ada = [unplanned(7 * week + day % 7, "Ada") for week in (0, 1) for day in range(20)]
    ben = [unplanned(day, "Ben") for week in range(2, 13) for day in days_of_week(week, 3)]
    found = stress_tests(log(ada + ben), standard(), None)
    assert as_judged(found.without_busiest) == result_of(log(ada))


@pytest.mark.parametrize(
    "trial",
    [log_of_counts([4] * 13), log_of_counts([0] * 13), log(today=0)],
    ids=["nobody is named", "no posts", "not begun"],
)
def test_where_too_few_posts_name_anybody_nothing_is_said_of_the_busiest(trial: TrialLog) -> None:
    found = stress_tests(trial, standard(), SUMMER)
    assert found.without_busiest is None
    assert found.in_flu is not None


def test_a_season_that_slows_nothing_changes_nothing() -> None:
    trial = log_of_counts([4, 2, 5, 3, 3, 4, 0, 4, 5, 4, 4, 5, 4], contributor="Ada")
    found = stress_tests(trial, standard(), replace(SUMMER, factor=1.0))
    assert found.in_flu is not None
    assert found.in_flu.usual == found.unstressed == result_of(trial)
    assert [(v, r.share) for v, r in found.in_flu.verdicts.items()] == [
        (found.unstressed.verdict, 1.0)
    ]


def test_in_season_a_week_keeps_the_band_as_often_as_the_binomial_says() -> None:
    # Three of four posts made at .6 each: .6 ** 4 + 4 * .6 ** 3 * .4 = .475, so of thirteen
    # weeks 6.2 keep the band and the median is 6.
    found = stress_tests(log_of_counts([4] * 13), standard(), SUMMER)
    assert found.in_flu is not None
    assert found.in_flu.usual.in_band == 6
    # At least nine of thirteen, as the gate asks, at .475 a week: .098.
    ready = found.in_flu.verdicts[Verdict.READY]
    assert ready.share is not None
    assert ready.error is not None
    assert ready.share <= 0.098 + ready.error
    assert sum(rate.count for rate in found.in_flu.verdicts.values()) == ready.of == 2_000
    assert found.in_flu.usual.turned_by is GateName.BAND_ADHERENCE


def test_weeks_that_lay_in_the_season_keep_their_posts() -> None:
    # Weeks 2 to 9 of the year are eight of the thirteen; weeks 1 and 10 to 13 are thinned out.
    flu = replace(shipped().seasons["flu"], factor=0.01)
    found = stress_tests(log_of_counts([4] * 13), standard(), flu)
    assert found.in_flu is not None
    assert (found.in_flu.spared, found.in_flu.usual.in_band) == (8, 8)


def test_the_same_seed_draws_the_same_seasons() -> None:
    trial = log_of_counts([4] * 13)
    first, again, other = (stress_tests(trial, standard(), SUMMER, seed=s) for s in (1, 1, 2))
    assert first == again
    assert first != other


def test_more_a_week_is_the_same_log_under_a_policy_that_asks_for_more() -> None:
    trial = log_of_counts([4, 5, 5, 4, 3, 4, 6, 4, 5, 4, 4, 5, 4])
    found = stress_tests(trial, standard(), None)
    assert {low: as_judged(result) for low, result in found.at_target.items()} == {
        4: result_of(trial, band=Band(4, 5)),
        5: result_of(trial, band=Band(5, 5)),
    }
    assert [one.in_band for one in found.at_target.values()] == [12, 5]
    asks_five = replace(standard(), band=Band(4, 4))
    assert list(stress_tests(trial, asks_five, None).at_target) == [5]


def test_open_gates_of_paper_turn_no_test_and_are_named() -> None:
    trial = replace(log_of_counts([5] * 13), gates=GateFacts())
    tested = stress_tests(trial, standard(), None)
    assert tested.unstressed.verdict is tested.at_target[4].verdict is Verdict.READY
    assert tested.open_gates == tuple(name for name in GateName if name != "band_adherence")
    assert stress_tests(log_of_counts([5] * 13), standard(), None).open_gates == ()


def test_the_check_that_costs_most_is_named_where_the_band_gate_still_passes() -> None:
    # Either of two people keeps the band alone; only shared load, which weighs all here, falls.
    policy = replace(
        standard(),
        weights={**dict.fromkeys(CheckName, 0.0), CheckName.SHARED_LOAD: 1.0},
    )
    ada = [
        post for week in range(13) for post in kept_slots([7 * week + d for d in (0, 2, 4)], "Ada")
    ]
    ben = [
        post for week in range(13) for post in kept_slots([7 * week + d for d in (1, 3, 5)], "Ben")
    ]
    found = stress_tests(log(ada + ben), policy, None).without_busiest
    assert found is not None
    assert (found.in_band, found.turned_by) == (13, CheckName.SHARED_LOAD)


def test_a_slot_of_a_post_that_is_not_made_is_missed() -> None:
    trial = log([slot(0, 0, "Ada"), slot(2, 2, "Ben")])
    facts = facts_if_made(trial, standard(), np.array([[True, False]]))
    assert (facts.slots_due[0], facts.on_schedule[0], facts.live.sum()) == (2, 1, 1)
    judged = judge(facts, standard()).checks[CheckName.DELIVERY]
    assert judged.score[0] == 0.5


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        (date(2026, 12, 16), False),
        (date(2026, 12, 17), True),
        (date(2026, 12, 31), True),
        (date(2028, 12, 31), True),
        (date(2026, 1, 1), True),
        (date(2026, 1, 7), True),
        (date(2026, 1, 8), False),
    ],
)
def test_a_season_may_reach_over_the_turn_of_the_year(day: date, inside: bool) -> None:
    assert (day in shipped().seasons["year_end"]) is inside


def test_the_factors_of_the_year_are_those_of_its_seasons() -> None:
    first = date(2026, 1, 1)
    for week, factor in enumerate(shipped().season):
        day = first + timedelta(days=7 * week)
        inside = [season.factor for season in shipped().seasons.values() if day in season]
        assert factor == pytest.approx(np.prod(inside))
    assert START in shipped().seasons["year_end"]
