"""What it would take, in weeks and in words."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.logs import log, log_of_counts
from tests.unit.policies import standard
from trial.domain.counts import count_of, listed
from trial.domain.verdict import CheckName
from trial.scoring.outlook import (
    coming_week_ends,
    more_weeks,
    more_weeks_until,
    out_of,
    sentence,
    weeks_to_reach,
)
from trial.scoring.scorecard import score_trial


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "no weeks"), (1, "one week"), (2, "two weeks"), (10, "ten weeks"), (11, "11 weeks")],
)
def test_small_numbers_are_words_with_the_right_plural(number: int, text: str) -> None:
    assert count_of(number, "week", in_words=True) == text


def test_irregular_plurals_are_given() -> None:
    assert [count_of(n, "is", "are", in_words=True) for n in (1, 2)] == ["one is", "two are"]


@pytest.mark.parametrize(
    ("numbers", "text"), [([4], "4"), ([4, 6], "4 and 6"), ([4, 6, 9], "4, 6 and 9")]
)
def test_numbers_are_listed_as_people_list_them(numbers: list[int], text: str) -> None:
    assert listed(numbers) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 1, "0 of 1 slot"), (1, 1, "1 of 1 slot"), (2, 3, "2 of 3 slots"), (0, 0, "0 of 0 slots")],
)
def test_shares_are_in_figures_with_the_noun_of_the_whole(part: int, whole: int, text: str) -> None:
    assert out_of(part, whole, "slot") == text


def test_a_sentence_begins_with_a_capital_and_ends_with_one_full_stop() -> None:
    assert (sentence("two weeks"), sentence("9 of 13.")) == ("Two weeks.", "9 of 13.")


@pytest.mark.parametrize(
    ("kept", "number", "target", "more"),
    [
        (27, 12, 0.75, 0),  # 27/36 is there already
        (26, 12, 0.75, 2),  # 29/39 = .744, 32/42 = .762
        (0, 13, 0.75, 39),  # x / (13 + x) >= .75 from x = 39 on
        (38, 13, 1.0, None),
        (39, 13, 1.0, 0),
        (0, 13, 0.0, 0),
    ],
)
def test_full_weeks_needed_for_a_mean_credit(
    kept: int, number: int, target: float, more: int | None
) -> None:
    assert weeks_to_reach(kept, number, 3, target) == more


def test_weeks_to_come_include_the_open_one_and_leave_excused_ones_out() -> None:
    # On day 70, a Monday, weeks 11, 12 and 13 are to come; week 12 is excused.
    ends = coming_week_ends(log(today=70, excused={11}))
    assert ends == [date(2026, 3, 22), date(2026, 4, 5)]
    assert coming_week_ends(log(today=91)) == []


@pytest.mark.parametrize(
    ("today", "number", "text"),
    [
        (70, 1, "One more week in band by Sun 22 Mar"),
        (70, 3, "Three more weeks in band by Sun 5 Apr"),
        (
            70,
            4,
            "Keep the three weeks that are left in band; the rest would take an extension",
        ),
        (
            84,
            2,
            "Keep the last week in band; the rest would take an extension",
        ),
        (91, 1, "One week in band, in an extension"),
        (91, 11, "11 weeks in band, in an extension"),
        (
            91,
            14,
            "Too much to make up in an extension; a new trial could",
        ),
        (70, None, "Keep the three weeks that are left in band"),
        (91, None, "This cannot be made up any more"),
    ],
)
def test_a_remedy_says_by_when_while_the_trial_can_still_bring_it(
    today: int, number: int | None, text: str
) -> None:
    assert more_weeks(log(today=today), number) == text


@pytest.mark.parametrize(
    ("counts", "today", "check", "remedy"),
    [
        # Cadence 9/15; (9 + 3x) / (15 + 3x) >= .75 from x = 3 on: 18/24. Week 8 ends on 1 March.
        ([3, 3, 3, 0, 0], 35, CheckName.CADENCE, "Three more weeks in band by Sun 1 Mar."),
        # Steadiness: 5 // 3 = 1 week of 0. A third grows with every third week, and only full
        # weeks come: 12 // 3 = 4 weeks, 0 + 0 + 3 + 3 = 6/12; 21 // 3 = 7: 15/21 = .714;
        # 24 // 3 = 8: 18/24 = .75, that is 19 weeks more.
        (
            [3, 3, 3, 0, 0],
            35,
            CheckName.STEADINESS,
            "Keep the eight weeks that are left in band; the rest would take a new trial.",
        ),
        # Finish: the last week had 0; one full week more and it is the last third of six, two
        # weeks of 0 and 3: 3/6. With two more, 7 // 3 = 2 weeks of 3 and 3.
        ([3, 3, 3, 0, 0], 35, CheckName.FINISH, "Two more weeks in band by Sun 22 Feb."),
    ],
)
def test_remedies_count_the_weeks_that_mend_a_check(
    counts: list[int], today: int, check: CheckName, remedy: str
) -> None:
    given = log_of_counts(counts + [0] * (13 - len(counts)), today=today)
    (result,) = [r for r in score_trial(given, standard()).checks if r.name == check.value]
    assert result.remedy == remedy


@pytest.mark.parametrize("check", [CheckName.CADENCE, CheckName.STEADINESS, CheckName.FINISH])
@pytest.mark.parametrize(
    "start",
    [[2, 3, 3, 2, 3, 3, 2], [1, 3, 3, 3], [0, 3, 3, 3, 3, 3], [3, 3, 3, 3, 1, 2], [2, 2]],
)
def test_doing_what_the_remedy_says_mends_the_check_and_one_week_less_does_not(
    check: CheckName, start: list[int]
) -> None:
    def result(counts: list[int]) -> tuple[float, str]:
        given = log_of_counts(counts + [0] * (26 - len(counts)), today=7 * len(counts))
        (found,) = [r for r in score_trial(given, standard()).checks if r.name == check.value]
        assert found.score is not None
        return found.score, found.remedy

    score, remedy = result(start)
    if score >= 0.75:
        assert remedy == ""
        return
    words = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
    more = words[remedy.split()[0].lower()]
    assert result(start + [3] * more)[0] >= 0.75
    assert result(start + [3] * (more - 1))[0] < 0.75


def test_where_one_weak_week_keeps_the_target_out_of_reach_no_number_suffices() -> None:
    assert more_weeks_until(lambda more: more > 99, 1.0) is None
    assert more_weeks_until(lambda more: more > 99, 0.75) == 14
    assert more_weeks_until(lambda more: more >= 5, 0.75) == 5
