"""The scorecard: what a verdict is told with."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.unit.logs import (
    ALL_GATES_MET,
    START,
    days_of_week,
    kept_slots,
    log,
    log_of_counts,
    on_day,
    slot,
    unplanned,
)
from tests.unit.policies import standard
from trial.domain.cadence import WeekState
from trial.domain.posts import Rework
from trial.domain.results.scorecard import Scorecard
from trial.domain.trial_log import Answers, GateFacts
from trial.domain.verdict import CheckName, GateName, Outcome, Verdict
from trial.scoring.scorecard import score_trial

POLICY = standard()


def card_of(counts: list[int], gates: GateFacts = ALL_GATES_MET) -> Scorecard:
    return score_trial(log_of_counts(counts, gates=gates), POLICY)


def test_each_week_is_in_exactly_one_state() -> None:
    # Seen on day 66, a Thursday in week 10 of index 9. Excused wins over open and ahead as over
    # everything that is past.
    given = log_of_counts(
        [0, 0, 1, 2, 3, 5, 6, 3, 0, 1, 0, 4, 0],
        today=66,
        reported=[0],
        excused=[7, 8, 12],
    )
    states = [week.state for week in score_trial(given, POLICY).weeks]
    assert states == [
        WeekState.SILENT,
        WeekState.UNREPORTED,
        WeekState.UNDER,
        WeekState.UNDER,
        WeekState.IN_BAND,
        WeekState.IN_BAND,
        WeekState.OVER,
        WeekState.EXCUSED,
        WeekState.EXCUSED,
        WeekState.OPEN,
        WeekState.AHEAD,
        WeekState.AHEAD,
        WeekState.EXCUSED,
    ]


def test_an_open_week_that_is_excused_is_excused() -> None:
    weeks = score_trial(log(today=3, excused={0}), POLICY).weeks
    assert weeks[0].state is WeekState.EXCUSED


@pytest.mark.parametrize(
    ("today", "state"),
    [(0, WeekState.OPEN), (6, WeekState.OPEN), (7, WeekState.SILENT), (-1, WeekState.AHEAD)],
)
def test_a_week_is_open_from_its_first_to_its_last_day(today: int, state: WeekState) -> None:
    assert score_trial(log(today=today), POLICY).weeks[0].state is state


def test_weeks_tell_their_first_day_their_posts_and_their_slots() -> None:
    # Week 1: two slots, one of them withdrawn too near. Week 2: the late one of week 1, and one
    # unplanned. The slot withdrawn in time is none.
    posts = [
        slot(2, 8),
        replace(slot(3), withdrawn_on=on_day(0)),
        unplanned(9),
        replace(slot(16), withdrawn_on=on_day(2)),
    ]
    weeks = score_trial(log(posts), POLICY).weeks
    assert [week.index for week in weeks] == list(range(13))
    assert (weeks[0].start, weeks[1].start) == (START, on_day(7))
    assert [(week.count, week.planned) for week in weeks[:3]] == [(0, 2), (2, 0), (0, 0)]


def test_checks_and_gates_come_in_the_order_of_the_rules() -> None:
    card = card_of([3] * 13)
    assert [check.name for check in card.checks] == [name.value for name in CheckName]
    assert [gate.name for gate in card.gates] == [name.value for name in GateName]
    assert sum(check.weight for check in card.checks) == pytest.approx(1.0)


def test_conditions_are_the_open_gates_and_then_the_three_weakest_checks() -> None:
    # 13 slots on Mondays, in each week three posts in all; shared load and planning are at 0
    # (Ada alone; one slot a week), and the agreement is not signed.
    posts = [slot(7 * week, 7 * week, "Ada") for week in range(13)]
    posts += [unplanned(7 * week + day, "Ada") for week in range(13) for day in (2, 4)]
    gates = replace(ALL_GATES_MET, agreement_signed=False, open_incidents=1)
    card = score_trial(log(posts, gates=gates), POLICY)
    assert card.verdict is Verdict.EXTEND
    assert card.conditions == (
        "Sign the review agreement.",
        "Close it with what was learned.",
        "In an extension, put three slots into each week three days ahead.",
        "Share the work with a second regular contributor.",
    )


@pytest.mark.parametrize("counts", [[3] * 13, [0] * 13])
def test_only_an_extension_has_conditions(counts: list[int]) -> None:
    card = card_of(counts)
    assert card.verdict is not Verdict.EXTEND
    assert card.conditions == ()


@pytest.mark.parametrize(
    ("counts", "gates", "sentence"),
    [
        # Nine full weeks: one week turned and the band gate fails.
        ([3] * 9 + [2] * 4, ALL_GATES_MET, "Close: one weaker week"),
        ([3] * 10 + [2] * 3, ALL_GATES_MET, "Close: two weaker weeks"),
        ([3] * 13, ALL_GATES_MET, "Five weaker weeks"),
    ],
)
def test_the_margin_is_told_in_one_sentence(
    counts: list[int], gates: GateFacts, sentence: str
) -> None:
    assert card_of(counts, gates).margin_sentence == (
        f"{sentence} would make it “Extend with conditions”."
    )


def test_a_firm_verdict_says_so() -> None:
    card = card_of([0] * 13)
    assert card.stable
    assert card.margin is not None
    assert card.margin > 2
    assert card.margin_sentence == "Ten more weeks in band would make it “Extend with conditions”."


def test_late_entries_are_left_out_beside_the_score() -> None:
    # Thirteen weeks of three kept slots; the nine of the last three weeks were entered late.
    timely = kept_slots([day for week in range(10) for day in days_of_week(week, 3)])
    late = kept_slots([day for week in range(10, 13) for day in days_of_week(week, 3)])
    card = score_trial(log([*timely, *(replace(p, backfilled=True) for p in late)]), POLICY)
    # With them: cadence, continuity, steadiness, finish, delivery and planning at 1 of .85.
    assert card.score == pytest.approx(1.0)
    # Without: cadence 10/13, continuity 0 (from Wed 11 March, day 65, to day 91: 26 days,
    # (28 − 26)/21 = 2/21), steadiness 3/12, finish 3/12, delivery 30/39, planning 1.
    # .230769 + .014286 + .0375 + .025 + .076923 + .05 = .434478, / .85 = .511151
    assert card.score_without_backfill == pytest.approx(0.511151, abs=5e-7)
    assert (card.verdict, card.verdict_without_backfill) == (
        Verdict.READY,
        Verdict.KEEP_FEEDING,
    )
    assert card.backfilled == 9


def test_what_a_late_check_in_said_is_left_out_beside_the_score() -> None:
    # 8 of 10 answered, of which a late check-in told 4 of 4: without it 4 of 6.
    plain = log_of_counts([3] * 13, gates=ALL_GATES_MET)
    card = score_trial(replace(plain, answers=Answers(10, 8), late_answers=Answers(4, 4)), POLICY)
    timely = score_trial(replace(plain, answers=Answers(6, 4)), POLICY)
    assert card.score_without_backfill == timely.score
    assert card.score_without_backfill != card.score
    assert (card.backfilled, card.rests_on_late_entries) == (0, True)
    # Had nobody else said anything, nothing would be known.
    alone = score_trial(replace(plain, answers=Answers(4, 4), late_answers=Answers(4, 4)), POLICY)
    assert alone.score_without_backfill == score_trial(plain, POLICY).score


def test_a_late_entry_takes_its_review_with_it() -> None:
    # One post approved at once; another, entered late, sent back once, and a third, entered late,
    # rejected. Without the late entries quality is 1 of 1.
    approved = replace(slot(1, 1), approved_on=on_day(2))
    reworked = replace(slot(2, 2), rework=(Rework(on_day(3), on_day(4)),), backfilled=True)
    rejected = replace(slot(3, 3), rejected_on=on_day(4), backfilled=True)
    plain = log([approved, reworked, rejected]).without_late_entries(POLICY.backfill_days)
    quality = {check.name: check.score for check in score_trial(plain, POLICY).checks}["quality"]
    assert quality == 1.0


def test_without_late_entries_both_scores_are_one() -> None:
    card = card_of([3, 2, 1] + [3] * 10)
    assert card.score_without_backfill == card.score
    assert card.verdict_without_backfill is card.verdict
    assert card.backfilled == 0
    assert not card.rests_on_late_entries


def test_a_scorecard_becomes_json_and_loses_no_digit() -> None:
    card = card_of([3, 2, 1] + [3] * 10)
    values = json.loads(json.dumps(card.as_json()))
    assert values["score"] == card.score
    assert values["verdict"] == card.verdict.value
    assert values["weeks"][1] == {
        "index": 1,
        "start": "2026-01-12",
        "state": "under",
        "count": 2,
        "planned": 0,
    }
    assert values["checks"][0]["outcome"] == Outcome.MET.value


def test_the_same_log_makes_the_same_scorecard() -> None:
    assert card_of([3, 2, 1, 0] + [4] * 9) == card_of([3, 2, 1, 0] + [4] * 9)


@pytest.mark.parametrize("weeks", [1, 4, 13, 52])
def test_trials_of_any_length_get_a_scorecard(weeks: int) -> None:
    days = [day for week in range(weeks) for day in days_of_week(week, 3)]
    card = score_trial(log(kept_slots(days, "Ada"), weeks=weeks), POLICY)
    assert card.verdict is Verdict.READY
    assert len(card.weeks) == weeks
