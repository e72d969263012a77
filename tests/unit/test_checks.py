"""Each check on trials whose numbers can be followed by hand."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.logs import (
    days_of_week,
    kept_slots,
    log,
    log_of_counts,
    on_day,
    slot,
    unplanned,
)
from tests.unit.policies import standard
from trial.domain.posts import Post
from trial.domain.results.scorecard import CheckResult
from trial.domain.trial_log import Answers, TrialLog
from trial.domain.verdict import CheckName, Outcome
from trial.scoring.facts import facts_of
from trial.scoring.scorecard import score_trial
from trial.scoring.verdict import judge

POLICY = standard()
STEADY = [3] * 13


def measured(name: CheckName, given: TrialLog) -> tuple[float | None, float | None]:
    """The value and the score of a check; None where it is not judged."""
    result = judge(facts_of([given], POLICY), POLICY).checks[name]
    value, score = float(result.value[0]), float(result.score[0])
    return (None if isnan(value) else value), (None if isnan(score) else score)


def score_of(name: CheckName, given: TrialLog) -> float | None:
    return measured(name, given)[1]


def explained(name: CheckName, given: TrialLog) -> CheckResult:
    (found,) = [r for r in score_trial(given, POLICY).checks if r.name == name.value]
    return found


# ------------------------------------------------------------------------------------ cadence
@pytest.mark.parametrize(
    ("counts", "credit"),
    [
        (STEADY, 1.0),
        ([0] * 13, 0.0),
        ([1] * 13, 1 / 3),
        ([2] * 13, 2 / 3),
        # Posts above the band earn nothing and do not make up for the empty week.
        ([6, 0] + [3] * 11, 12 / 13),
        ([5, 0] + [3] * 11, 12 / 13),
        # 3 + 3 + 1 + 0 + 9 × 2 = 25 of 39.
        ([4, 3, 1, 0] + [2] * 9, 25 / 39),
    ],
)
def test_cadence_is_the_mean_week_credit(counts: list[int], credit: float) -> None:
    value, score = measured(CheckName.CADENCE, log_of_counts(counts))
    assert value == score == pytest.approx(credit, abs=1e-15)


def test_cadence_leaves_excused_weeks_out_of_both_sides() -> None:
    # Without weeks 2 and 3, which had nothing: 11 weeks of 3.
    given = log_of_counts([3, 0, 0] + [3] * 10, excused={1, 2})
    assert score_of(CheckName.CADENCE, given) == 1.0


def test_cadence_leaves_the_posts_of_an_excused_week_out_too() -> None:
    # Week 1 is full and excused: 12 weeks of 1 post each are left, 12 of 36.
    given = log_of_counts([3] + [1] * 12, excused={0})
    assert score_of(CheckName.CADENCE, given) == pytest.approx(1 / 3, abs=1e-15)


def test_cadence_judges_neither_the_open_week_nor_those_ahead() -> None:
    # On day 17, a Thursday, two weeks are over: 3 + 1 = 4 of 6.
    given = log_of_counts([3, 1, 0] + [0] * 10, today=17)
    assert score_of(CheckName.CADENCE, given) == pytest.approx(4 / 6, abs=1e-15)


def test_an_unreported_week_counts_as_silent() -> None:
    counts = [3] * 12 + [0]
    reported = log_of_counts(counts)
    unreported = log_of_counts(counts, reported=range(12))
    assert measured(CheckName.CADENCE, reported) == measured(CheckName.CADENCE, unreported)


# --------------------------------------------------------------------------------- continuity
@pytest.mark.parametrize(
    ("days", "gap", "score"),
    [
        # A post every Monday is a gap of 7.
        (range(0, 91, 7), 7, 1.0),
        (range(91), 1, 1.0),
        # Each Monday but one: 14 days; (28 − 14) / 21.
        ([day for day in range(0, 91, 7) if day != 42], 14, 14 / 21),
        # From the first day to the first post on day 10, then weekly, the last on day 87.
        (range(10, 91, 7), 10, 18 / 21),
        # Weekly to day 63; from there to the day after the end, day 91: 28 days.
        (range(0, 64, 7), 28, 0.0),
        (range(1, 65, 7), 27, 1 / 21),
        (range(0, 50, 7), 42, 0.0),
        ((), 91, 0.0),
    ],
)
def test_continuity_rests_on_the_longest_gap(days: range, gap: int, score: float) -> None:
    given = log([unplanned(day) for day in days])
    value, found = measured(CheckName.CONTINUITY, given)
    assert value == gap
    assert found == pytest.approx(score, abs=1e-15)


@pytest.mark.parametrize(
    ("today", "gap"),
    [
        # The last post was on day 14. On day 20 two weeks are over.
        (20, 7),
        (22, 8),
        (35, 21),
        # A trial that ended long ago is seen on the day after its end: 91 − 14.
        (200, 77),
    ],
)
def test_the_gap_of_a_running_trial_ends_today(today: int, gap: int) -> None:
    given = log([unplanned(day) for day in (0, 7, 14)], today=today)
    assert measured(CheckName.CONTINUITY, given)[0] == gap


def test_a_running_trial_without_a_live_post_has_a_gap_of_the_days_so_far() -> None:
    assert measured(CheckName.CONTINUITY, log(today=23))[0] == 23


def test_a_post_that_will_be_live_later_does_not_shorten_the_gap_so_far() -> None:
    # The buffer: handed over on day 10 for day 30. On day 20 the gap from day 0 is 20.
    given = log([unplanned(0), slot(30, 10)], today=20)
    assert measured(CheckName.CONTINUITY, given)[0] == 20


def test_a_post_today_ends_the_gap_today() -> None:
    # Day 0 to day 20, and 0 days from there.
    given = log([unplanned(0), unplanned(20)], today=20)
    assert measured(CheckName.CONTINUITY, given)[0] == 20


def test_excused_days_do_not_count_in_a_gap() -> None:
    # Posts on days 0 to 13, then from day 35 on. 22 days from 13 to 35; weeks 3 and 4 of index 2
    # and 3, days 14 to 27, are excused: 22 − 14 = 8 days, (28 − 8) / 21.
    days = [*range(14), *range(35, 91)]
    given = log([unplanned(day) for day in days], excused={2, 3})
    value, score = measured(CheckName.CONTINUITY, given)
    assert value == 8
    assert score == pytest.approx(20 / 21, abs=1e-15)
    assert explained(CheckName.CONTINUITY, given).reason == (
        "Longest gap eight days, Sun 18 Jan to Mon 9 Feb, excused days not counted."
    )


def test_a_post_in_an_excused_week_ends_a_gap_too() -> None:
    # Day 13, then day 16 in the excused week (days 14 to 20), then day 27. From 13 to 16: one day
    # that counts, the 13th. From 16 to 27: days 21 to 26, six. Without it, from 13: seven.
    days = [*range(14), *range(27, 91)]
    without = log([unplanned(day) for day in days], excused={2})
    with_it = log([unplanned(day) for day in [*days, 16]], excused={2})
    assert measured(CheckName.CONTINUITY, without)[0] == 7
    assert measured(CheckName.CONTINUITY, with_it)[0] == 6


@pytest.mark.parametrize("weeks", [18, 19, 53, 300])
def test_trials_of_any_length_are_measured_in_full(weeks: int) -> None:
    # Nothing at all: a gap as long as the trial, no matter how many days or weeks that is.
    silent = log(weeks=weeks)
    assert measured(CheckName.CONTINUITY, silent)[0] == 7 * weeks
    assert measured(CheckName.CADENCE, silent)[0] == 0.0
    full = log([unplanned(day) for day in range(7 * weeks)], weeks=weeks)
    judged = judge(facts_of([full], POLICY), POLICY)
    assert (judged.weeks.number[0], judged.gates.in_band[0]) == (weeks, weeks)
    assert measured(CheckName.CADENCE, full)[1] == 1.0
    assert measured(CheckName.STEADINESS, full)[1] == 1.0


def test_continuity_points_at_the_gap_and_the_posts_around_it() -> None:
    # Live on Mon 5 Jan, Mon 12 Jan, Wed 28 Jan (16 days later) and daily from there.
    given = log([unplanned(day) for day in (0, 7, *range(23, 91))])
    result = explained(CheckName.CONTINUITY, given)
    assert result.reason == "Longest gap 16 days, Mon 12 Jan to Wed 28 Jan."
    # (28 − 16) / 21 = .571
    assert result.outcome is Outcome.NOT_MET
    assert result.remedy == "In an extension, no gap longer than seven days."
    assert (result.weeks, result.posts) == ((1, 2, 3), ("u7", "u23"))


# --------------------------------------------------------------------------------- steadiness
@given(
    counts=st.lists(st.integers(0, 7), min_size=1, max_size=20),
    excused=st.sets(st.integers(0, 19), max_size=6),
)
def test_steadiness_and_finish_are_means_of_sorted_and_of_last_weeks(
    counts: list[int], excused: set[int]
) -> None:
    given_log = log_of_counts(counts, excused=excused)
    credit = [min(count, 3) / 3 for week, count in enumerate(counts) if week not in excused]
    third = max(len(credit) // 3, 1)
    weakest, last = sorted(credit)[:third], credit[-third:]
    for name, weeks in ((CheckName.STEADINESS, weakest), (CheckName.FINISH, last)):
        score = score_of(name, given_log)
        assert score == (pytest.approx(sum(weeks) / third) if credit else None)


@pytest.mark.parametrize(
    ("counts", "weakest", "of"),
    [
        # A third of 13 weeks is 4.
        ([3] * 9 + [0] * 4, 0, 12),
        ([3] * 10 + [0] * 3, 3, 12),
        ([0, 3, 1, 3, 2, 3, 2, 3, 3, 3, 9, 9, 9], 5, 12),
        # 12 weeks: 4; 11: 3; 5: 1; 2: 1; 1: 1.
        ([0, 1, 1, 1] + [3] * 8, 3, 12),
        ([0, 1, 1, 1] + [3] * 7, 2, 9),
        ([2, 3, 1, 3, 3], 1, 3),
        ([2, 3], 2, 3),
        ([2], 2, 3),
    ],
)
def test_steadiness_is_the_mean_credit_of_the_weakest_third(
    counts: list[int], weakest: int, of: int
) -> None:
    given = log_of_counts(counts)
    assert score_of(CheckName.STEADINESS, given) == pytest.approx(weakest / of, abs=1e-15)


def test_a_third_is_taken_of_the_eligible_weeks() -> None:
    # 13 − 2 excused = 11 weeks, of which a third is 3: 0 + 0 + 3 of 9; the excused are the empty
    # weeks of index 2 and 3.
    given = log_of_counts([0, 0, 0, 0] + [3] * 9, excused={2, 3})
    assert score_of(CheckName.STEADINESS, given) == pytest.approx(3 / 9, abs=1e-15)


def test_steadiness_does_not_ask_in_which_order_the_weeks_came() -> None:
    counts = [0, 3, 1, 3, 2, 3, 2, 3, 3, 3, 9, 9, 9]
    assert score_of(CheckName.STEADINESS, log_of_counts(counts)) == score_of(
        CheckName.STEADINESS, log_of_counts(sorted(counts))
    )


# ------------------------------------------------------------------------------------- finish
@pytest.mark.parametrize(
    ("counts", "excused", "last", "of"),
    [
        ([0] * 9 + [3] * 4, (), 12, 12),
        ([3] * 9 + [0] * 4, (), 0, 12),
        ([3] * 9 + [0, 1, 2, 7], (), 6, 12),
        # 11 eligible weeks: the last 3 of them have indices 8, 9 and 12.
        ([3] * 8 + [1, 2, 9, 9, 3], (10, 11), 6, 9),
        # The last week is excused: 12 // 3 = 4 weeks of indices 8 to 11.
        ([3] * 8 + [0, 1, 2, 3, 9], (12,), 6, 12),
        ([2, 1], (), 1, 3),
    ],
)
def test_finish_is_the_mean_credit_of_the_last_third_of_eligible_weeks(
    counts: list[int], excused: tuple[int, ...], last: int, of: int
) -> None:
    given = log_of_counts(counts, excused=excused)
    assert score_of(CheckName.FINISH, given) == pytest.approx(last / of, abs=1e-15)


def test_finish_of_a_running_trial_rests_on_the_weeks_that_are_over() -> None:
    # On day 45 six weeks are over; the last two of them had 1 and 2 posts: 3 of 6.
    given = log_of_counts([3, 3, 3, 3, 1, 2, 3, 0, 0, 0, 0, 0, 0], today=45)
    assert score_of(CheckName.FINISH, given) == pytest.approx(3 / 6, abs=1e-15)


# ----------------------------------------------------------------------------------- delivery
def test_delivery_is_on_schedule_over_due() -> None:
    # Two on their days, one ahead, one late, one missed; one unplanned, which is neither.
    posts = [slot(1, 1), slot(2, 2), slot(3, 0), slot(4, 5), slot(8), unplanned(9)]
    value, score = measured(CheckName.DELIVERY, log(posts))
    assert value == score == pytest.approx(3 / 5, abs=1e-15)
    result = explained(CheckName.DELIVERY, log(posts))
    assert result.reason == "3 of 5 planned posts ready by their day."
    assert (result.weeks, result.posts) == ((0, 1), ("s4", "s8"))
    # (3 + x) / (5 + x) >= .75 from x = 3 on: 6/8.
    assert result.remedy == "In an extension, hand over every planned post by its day."


def test_zero_slots_is_not_full_delivery() -> None:
    assert measured(CheckName.DELIVERY, log_of_counts(STEADY)) == (None, None)
    result = explained(CheckName.DELIVERY, log_of_counts(STEADY))
    assert result.outcome is Outcome.NOT_ENOUGH_EVIDENCE


# ----------------------------------------------------------------------------------- planning
def test_planning_is_the_share_of_weeks_filled_ahead() -> None:
    # Three slots in each of ten weeks, two in the others.
    days = [day for week in range(10) for day in days_of_week(week, 3)]
    days += [day for week in range(10, 13) for day in days_of_week(week, 2)]
    value, score = measured(CheckName.PLANNING, log([slot(day) for day in days]))
    assert value == score == pytest.approx(10 / 13, abs=1e-15)


def test_planning_counts_missed_slots_but_not_unplanned_posts() -> None:
    assert score_of(CheckName.PLANNING, log_of_counts(STEADY)) == 0.0
    missed = log([slot(day) for week in range(13) for day in days_of_week(week, 3)])
    assert score_of(CheckName.PLANNING, missed) == 1.0


def test_planning_without_the_day_of_entry_is_not_judged() -> None:
    posts = [replace(post, planned_on=None) for post in kept_slots(range(91))]
    given = log(posts, planning_known=False)
    assert measured(CheckName.PLANNING, given) == (None, None)
    result = explained(CheckName.PLANNING, given)
    assert result.outcome is Outcome.NOT_ENOUGH_EVIDENCE
    assert result.reason == "The log does not say when slots entered the calendar."


# ------------------------------------------------------------------------------------ quality
def test_quality_is_the_share_approved_at_the_first_attempt() -> None:
    passed = [replace(slot(day, day), approved_on=on_day(day)) for day in range(3)]
    rejected = replace(slot(3, 3), rejected_on=on_day(4))
    given = log([*passed, rejected, slot(5, 5)])
    assert score_of(CheckName.QUALITY, given) == 0.75
    assert explained(CheckName.QUALITY, given).reason == "3 of 4 reviewed posts passed at once."
    assert explained(CheckName.QUALITY, given).outcome is Outcome.MET


def test_quality_without_reviews_is_not_judged() -> None:
    assert measured(CheckName.QUALITY, log_of_counts(STEADY)) == (None, None)


# ----------------------------------------------------------------------------- responsiveness
@pytest.mark.parametrize(
    ("answers", "score", "outcome"),
    [
        (Answers(10, 10), 1.0, Outcome.MET),
        (Answers(8, 6), 0.75, Outcome.MET),
        (Answers(8, 5), 0.625, Outcome.NOT_MET),
        (Answers(1, 0), 0.0, Outcome.NOT_MET),
        # Nothing to answer is not unanswered, and not answered either.
        (Answers(0, 0), None, Outcome.NOT_APPLICABLE),
        (None, None, Outcome.NOT_ENOUGH_EVIDENCE),
    ],
)
def test_responsiveness_is_the_share_answered_within_a_day(
    answers: Answers | None, score: float | None, outcome: Outcome
) -> None:
    result = explained(CheckName.RESPONSIVENESS, replace(log_of_counts(STEADY), answers=answers))
    assert (result.score, result.outcome) == (score, outcome)


# -------------------------------------------------------------------------------- shared load
def made(*weeks: str) -> TrialLog:
    """A trial from one letter a post; a dot for a post that names nobody."""
    posts = [
        unplanned(day, "" if maker == "." else maker)
        for week, makers in enumerate(weeks)
        for day, maker in zip(days_of_week(week, len(makers)), makers, strict=True)
    ]
    return log(posts, weeks=len(weeks))


@pytest.mark.parametrize(
    ("weeks", "score"),
    [
        # One person makes everything: nothing is left.
        (("AAA", "AAA"), 0.0),
        # Without A 1 + 2, without B 2 + 1, of 6.
        (("AAB", "ABB"), 3 / 6),
        # Enough for everybody: six posts, three each, leave a full week.
        (("AAABBB", "AAABBB"), 1.0),
        # Whoever of the three leaves, one of three weeks is lost: 6 of 9.
        (("AAA", "BBBBBB", "CCC"), 6 / 9),
        # B made 5 of 11 posts and costs nothing; without A 0 + 0 + 3 of 6 are left.
        (("AA", "A", "ACCBBBBB"), 3 / 6),
        # One person, whether or not the name begins with a capital.
        (("AaA", "aAa"), 0.0),
        # A post that names nobody stays whoever leaves: without A 1 + 1 of 6.
        (("AA.", "AA."), 2 / 6),
    ],
)
def test_shared_load_is_what_is_left_without_the_one_who_costs_most(
    weeks: tuple[str, ...], score: float
) -> None:
    assert score_of(CheckName.SHARED_LOAD, made(*weeks)) == pytest.approx(score, abs=1e-15)


@pytest.mark.parametrize(
    ("weeks", "judged"),
    [
        (("AB", ".."), True),  # 2 of 4 are named: half
        (("AB", "..."), False),  # 2 of 5
        (("..", "..."), False),
        (("", ""), False),
    ],
)
def test_shared_load_is_judged_where_half_of_the_live_posts_name_somebody(
    weeks: tuple[str, ...], judged: bool
) -> None:
    assert (score_of(CheckName.SHARED_LOAD, made(*weeks)) is not None) is judged


def test_shared_load_rests_on_eligible_weeks_only() -> None:
    # Week 1 is excused; all that counts is week 2, which Ben made alone.
    posts = [unplanned(0, "Ada"), unplanned(1, "Ada"), unplanned(7, "Ben")]
    given = log(posts, weeks=2, excused={0})
    assert score_of(CheckName.SHARED_LOAD, given) == 0.0
    assert explained(CheckName.SHARED_LOAD, given).reason == "Every post was made by one person."


def test_shared_load_speaks_of_the_one_who_costs_most_and_names_nobody() -> None:
    # Ben made most, Ada costs most: without her 0 + 3 of 6 posts that earn credit are left.
    given = made("AAA", "CCCBBBBB")
    result = explained(CheckName.SHARED_LOAD, given)
    assert (
        result.reason == "One person made 3 of 11 posts; without them 50 % of the cadence is left."
    )
    assert result.remedy == "Share the work with a second regular contributor."


# ------------------------------------------------------------------------------- all of them
@pytest.mark.parametrize("name", list(CheckName))
@pytest.mark.parametrize(
    "given",
    [
        pytest.param(log(today=0), id="on the first day"),
        pytest.param(log(today=-40), id="before it starts"),
        pytest.param(log(excused=range(13)), id="every week excused"),
        pytest.param(log_of_counts([3] * 13, excused=range(13)), id="posts in excused weeks"),
    ],
)
def test_nothing_eligible_is_not_enough_evidence(name: CheckName, given: TrialLog) -> None:
    assert measured(name, given) == (None, None)
    assert explained(name, given).outcome is Outcome.NOT_ENOUGH_EVIDENCE


@pytest.mark.parametrize(
    ("counts", "outcome"),
    [
        # Of 12 weeks: 27/36 is exactly .75; 26/36 is less.
        ([3] * 9 + [0] * 3, Outcome.MET),
        ([3] * 8 + [2] + [0] * 3, Outcome.NOT_MET),
    ],
)
def test_a_check_is_met_from_three_quarters_on(counts: list[int], outcome: Outcome) -> None:
    result = explained(CheckName.CADENCE, log_of_counts(counts))
    assert result.outcome is outcome
    assert (result.remedy == "") is (outcome is Outcome.MET)


def test_each_check_says_whether_it_was_chosen_on_real_timelines() -> None:
    validated = {r.name for r in score_trial(log(), POLICY).checks if r.validated}
    assert validated == {"cadence", "continuity", "steadiness", "finish"}


def test_posts_are_pointed_at_in_the_order_of_their_live_days() -> None:
    posts: list[Post] = [slot(9, 2), unplanned(3), unplanned(1)]
    result = explained(CheckName.CADENCE, log(posts, weeks=2))
    assert result.weeks == (0, 1)
    assert result.posts == ("u1", "u3", "s9")
