"""How many weeks it takes to change a verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.logs import ALL_GATES_MET, log, log_of_counts, slot, unplanned
from tests.unit.policies import standard
from tests.unit.test_verdict import ON_DATES
from trial.domain.cadence import Band
from trial.domain.policy import Policy
from trial.domain.results.scorecard import Shift
from trial.domain.trial_log import TrialLog
from trial.domain.verdict import CheckName, Verdict
from trial.scoring.facts import facts_of
from trial.scoring.margin import Margin, is_stable, margins
from trial.scoring.scorecard import score_trial
from trial.scoring.verdict import judge

POLICY = standard()
NOTHING_SIGNED = replace(ALL_GATES_MET, agreement_signed=False)


def margin_of(given: TrialLog, policy: Policy = ON_DATES) -> Margin:
    facts = facts_of([given], policy)
    return margins(facts, policy, judge(facts, policy))[0]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        # Nine full weeks and four of two: ready at .5 × 35/39 + .2 + .2 × 8/12 + .1 × 8/12 = .849.
        # One full week a post short, and the band gate fails.
        ([3] * 9 + [2] * 4, 1),
        # Eight: .836 and held back by the gate alone, which one filled week opens.
        ([3] * 8 + [2] * 5, 1),
        # Seven: .5 × 33/39 + .2 + .2 × 8/12 + .1 × 8/12 = .823, and two weeks for the gate.
        ([3] * 7 + [2] * 6, 2),
        # Six: three weeks for the gate. There is no way down: thirteen weeks of two still have
        # .5 × 26/39 + .2 + .2 × 8/12 + .1 × 8/12 = .733 >= .60.
        ([3] * 6 + [2] * 7, 3),
    ],
)
def test_the_margin_is_the_shorter_of_the_ways_up_and_down(
    counts: list[int], expected: int
) -> None:
    assert margin_of(log_of_counts(counts)).fewest == expected


def test_a_full_trial_is_as_far_from_an_extension_as_the_band_gate_lets_it() -> None:
    # Four weeks a post short: .5 × (27 + 8)/39 + .2 + .2 × 8/12 + .1 × 8/12 = .849, nine in band:
    # ready. A fifth, and eight of thirteen weeks are in band: extend.
    assert margin_of(log_of_counts([3] * 13)) == Margin(lower=Shift(5, Verdict.EXTEND))


def test_a_closed_gate_caps_the_verdict_and_the_way_down_is_the_margin() -> None:
    # One post a week is asked and made, on Mondays; the agreement is not signed, so up is shut.
    # One post short is none here. At the end two: 21 days from Monday to the day after,
    # .5 × 11/13 + .2 × 7/21 + .2 × 2/4 + .1 × 2/4 = .4231 + .0667 + .1 + .05 = .640;
    # three: 28 days, .5 × 10/13 + 0 + .2 × 1/4 + .1 × 1/4 = .3846 + .05 + .025 = .460 < .60.
    one_a_week = replace(ON_DATES, band=Band(1, 5))
    given = log_of_counts([1] * 13, gates=NOTHING_SIGNED)
    assert score_trial(given, one_a_week).verdict is Verdict.EXTEND
    assert margin_of(given, one_a_week) == Margin(lower=Shift(3, Verdict.KEEP_FEEDING))


def test_an_empty_trial_that_keeps_feeding_takes_many_full_weeks() -> None:
    # With k full weeks: cadence k/13; steadiness needs more than nine of them to be above 0.
    # The gaps decide: with 7 weeks the six empty ones can stand alone (12 days, 16/21 = .762).
    # k = 7: .5 × 7/13 + .2 × 16/21 + 0 + .1 × 2/4 = .2692 + .1524 + .05 = .4716
    # k = 9: .5 × 9/13 + .1524 + 0 + .1 = .5985 (the last four full; gaps of one week each)
    # k = 10: .5 × 10/13 + .1524 + .2 × 3/12 + .1 = .6870 >= .60: extend.
    # Posts that fill a week lie on Tuesday, Thursday and Saturday: from Saturday to Tuesday a
    # week later 10 days, 18/21 = .857, so k = 9: .3462 + .1714 + .1 = .6176 >= .60, and
    # k = 8: .3077 + .1714 + .1 = .5791 at the most. Nine weeks, then.
    assert margin_of(log()) == Margin(higher=Shift(9, Verdict.EXTEND))


def test_where_no_number_of_weeks_changes_it_there_is_no_margin() -> None:
    # One eligible week, full, and the agreement not signed: where the middle is closed it keeps
    # feeding, and nothing changes that.
    closed = replace(ON_DATES, middle_open=False)
    assert margin_of(log_of_counts([3], gates=NOTHING_SIGNED), closed) == Margin()
    assert is_stable(Verdict.KEEP_FEEDING, Margin())


@pytest.mark.parametrize(
    "given", [log(today=3), log(reported=()), log_of_counts([3] * 13, excused=range(13))]
)
def test_without_a_verdict_there_is_no_margin_and_nothing_is_stable(given: TrialLog) -> None:
    card = score_trial(given, POLICY)
    assert card.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert (card.margin, card.margin_above, card.stable) == (None, None, False)
    assert card.margin_sentence in (
        "",
        "13 of 13 weeks are not reported; they could change the verdict.",
    )


@pytest.mark.parametrize(
    ("counts", "reported", "sentence"),
    [
        # Ready with a week to spare and one week untold, which could only be better.
        ([3] * 12 + [0], range(12), ""),
        # Eight of ten in band and three untold: full, they open the band gate.
        ([3] * 8 + [2, 2, 0, 0, 0], range(10), "3 of 13 weeks are not reported; they"),
        ([3] * 8 + [2, 2, 2, 2, 0], range(12), "Week 13 is not reported; it"),
        ([3] * 8 + [2, 2, 2, 0, 0], range(11), "Weeks 12 and 13 are not reported; they"),
    ],
)
def test_nothing_is_called_stable_or_close_that_unreported_weeks_could_change(
    counts: list[int], reported: range, sentence: str
) -> None:
    card = score_trial(log_of_counts(counts, reported=reported), POLICY)
    if sentence:
        assert card.margin_sentence == f"{sentence} could change the verdict."
        assert not card.stable
    else:
        assert "would make it “Extend with conditions”" in card.margin_sentence
    assert card.unreported_could_change == bool(sentence)


def test_open_and_excused_weeks_cannot_be_turned() -> None:
    # Week 1 is eligible and full, week 2 excused and empty, week 3 open: .5 + .2 + .2 + .1, ready.
    # One week can be turned: two posts, and no eligible week is in band.
    given = log_of_counts([3, 0, 0, 0], excused={1}, today=14)
    assert score_trial(given, ON_DATES).verdict is Verdict.READY
    assert margin_of(given) == Margin(lower=Shift(1, Verdict.EXTEND))


def test_what_does_not_rest_on_live_days_is_held_still() -> None:
    # The slots of the turned weeks stay on schedule as they were: turning asks what the weeks
    # were like, not what the plan was. Delivery is 1 and weighs .5, cadence weighs .5; one post a
    # week is asked, so a turned week is empty.
    policy = replace(
        ON_DATES,
        weights={**dict.fromkeys(CheckName, 0.0), CheckName.CADENCE: 0.5, CheckName.DELIVERY: 0.5},
        band=Band(1, 5),
        band_weeks=0,
    )
    days = [7 * week + day for week in range(4) for day in (0, 2, 4)]
    given = log([slot(day, day) for day in days], weeks=4)
    # One turned .875, two .75 and ready still, three .625: extend.
    assert margin_of(given, policy) == Margin(lower=Shift(3, Verdict.EXTEND))


def test_a_trial_too_long_to_search_says_above_which_number_the_margin_lies() -> None:
    # 52 weeks, all empty: C(52,1) + C(52,2) = 1,378; C(52,3) = 22,100 more are too many.
    card = score_trial(log(weeks=52), ON_DATES)
    assert card.verdict is Verdict.KEEP_FEEDING
    assert (card.margin, card.margin_above, card.stable) == (None, 2, True)
    assert card.margin_sentence == ("It would take more than two more weeks in band to change it.")


@pytest.mark.parametrize(
    ("fewest", "stable"), [(1, False), (2, False), (3, True), (13, True), (None, True)]
)
def test_a_verdict_is_stable_when_no_change_of_two_weeks_turns_it(
    fewest: int | None, stable: bool
) -> None:
    lower = None if fewest is None else Shift(fewest, Verdict.KEEP_FEEDING)
    assert is_stable(Verdict.EXTEND, Margin(lower=lower)) is stable


@pytest.mark.parametrize(
    ("higher", "lower", "fewest", "above"),
    [
        (Shift(3, Verdict.READY), Shift(1, Verdict.KEEP_FEEDING), 1, None),
        (Shift(3, Verdict.READY), None, 3, None),
        # The search stopped on one side: what was found stands where nothing smaller is left.
        (Shift(3, Verdict.READY), Shift(2), 3, None),
        (Shift(5, Verdict.READY), Shift(2), None, 2),
        (Shift(2), None, None, 2),
        (None, None, None, None),
    ],
)
def test_the_fewest_weeks_are_those_of_the_nearer_direction(
    higher: Shift | None, lower: Shift | None, fewest: int | None, above: int | None
) -> None:
    assert (Margin(higher, lower).fewest, Margin(higher, lower).above) == (fewest, above)


def test_an_extension_has_a_margin_in_both_directions() -> None:
    # Eight of thirteen in band, and the rest so weak that two more weak weeks lose it.
    card = score_trial(log_of_counts([3] * 8 + [1] * 5), POLICY)
    assert card.verdict is Verdict.EXTEND
    assert card.higher is not None
    assert card.lower is not None
    assert (card.higher.to, card.lower.to) == (Verdict.READY, Verdict.KEEP_FEEDING)
    assert card.margin == min(card.higher.weeks, card.lower.weeks)


def test_filling_tops_a_week_up_and_leaves_its_own_posts_where_they_are() -> None:
    # 13 // 3: three weeks, the second has one post on Sunday (day 13). Filled, it has three.
    # Nine of thirteen of three weeks is 2.08, so all three are needed: one week turned.
    posts = [unplanned(day) for day in (0, 1, 2, 13, 14, 15, 16)]
    given = log(posts, weeks=3)
    assert score_trial(given, ON_DATES).verdict is not Verdict.READY
    assert margin_of(given).higher == Shift(1, Verdict.READY)
