"""What is counted, and what is not."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest

from tests.unit.logs import START, kept_slots, log, log_of_counts, on_day, slot, unplanned
from tests.unit.policies import standard
from trial.domain.calendar import TrialWindow
from trial.domain.posts import Move, Post, Rework
from trial.domain.trial_log import Answers, GateFacts, TrialLog
from trial.scoring.batches import concat
from trial.scoring.facts import (
    LOGGED_GATES,
    UNKNOWN,
    Facts,
    facts_of,
    facts_of_days,
    filled_ahead,
)
from trial.scoring.verdict import judge
from trial.scoring.weeks import weeks_of

POLICY = standard()


def facts(given: TrialLog) -> Facts:
    return facts_of([given], POLICY)


def live_days(given: TrialLog) -> list[int]:
    return [int(day) for day in np.flatnonzero(facts(given).live[0])]


@pytest.mark.parametrize(
    ("post", "live"),
    [
        # On time, ahead of time (a buffer), late, never.
        (slot(10, 10), [10]),
        (slot(10, 3), [10]),
        (slot(10, 12), [12]),
        (slot(10), []),
        (unplanned(10), [10]),
        # Handed over on day 5, held from day 6 to day 9: ready on day 8, live on its slot.
        (replace(slot(10, 5), rework=(Rework(on_day(6), on_day(9)),)), [10]),
        # Held from day 6 to day 14: 8 days, ready on day 13, three late.
        (replace(slot(10, 5), rework=(Rework(on_day(6), on_day(14)),)), [13]),
        # Two rounds of 2 and 4 days: ready on day 5 + 6 = 11.
        (
            replace(
                slot(10, 5),
                rework=(Rework(on_day(6), on_day(8)), Rework(on_day(20), on_day(24))),
            ),
            [11],
        ),
        # Sent back and not redelivered, withdrawn, rejected: never delivered.
        (replace(slot(10, 5), rework=(Rework(on_day(6)),)), []),
        (replace(slot(10, 5), withdrawn_on=on_day(9)), []),
        (replace(slot(10, 5), rejected_on=on_day(9)), []),
        # The first and the last day of the trial are in it, the days around it are not.
        (unplanned(0), [0]),
        (unplanned(90), [90]),
        (unplanned(-1), []),
        (unplanned(91), []),
        # Handed over before the trial for a slot in it; the other way round for one after it.
        (slot(0, -20), [0]),
        (slot(91, 80), []),
        (slot(90, 91), []),
    ],
)
def test_a_post_is_live_on_the_later_of_its_slot_and_its_ready_day(
    post: Post, live: list[int]
) -> None:
    assert live_days(log([post])) == live


def test_a_post_counts_in_the_week_of_its_live_day() -> None:
    # Day 6 is the Sunday of week 1, day 7 the Monday of week 2.
    given = facts(log([slot(6, 6), slot(6, 7), slot(7, 2), unplanned(13)]))
    assert weeks_of(given, POLICY.band).count[0].tolist() == [1, 3] + [0] * 11


def moved(post: Post, *moves: tuple[int, int, int]) -> Post:
    """`post` with moves (from, to, decided on)."""
    return replace(
        post,
        planned_for=on_day(moves[-1][1]),
        moves=tuple(Move(on_day(a), on_day(b), on_day(c)) for a, b, c in moves),
    )


@pytest.mark.parametrize(
    ("post", "today", "due", "kept"),
    [
        (slot(10, 10), 91, 1, 1),
        (slot(10, 11), 91, 1, 0),
        (slot(10), 91, 1, 0),
        # A slot is due when its day has passed, or when it is delivered.
        (slot(10), 11, 1, 0),
        (slot(10), 10, 0, 0),
        (slot(10, 8), 9, 1, 1),
        (slot(10, 10), 10, 1, 1),
        (unplanned(10), 91, 0, 0),
        # A slot outside the trial is no slot of it.
        (slot(-1, -1), 91, 0, 0),
        (slot(91, 91), 120, 0, 0),
        # Withdrawn seven days ahead is planning, six days ahead it stays.
        (replace(slot(20), withdrawn_on=on_day(13)), 91, 0, 0),
        (replace(slot(20), withdrawn_on=on_day(14)), 91, 1, 0),
        (replace(slot(20, 12), withdrawn_on=on_day(14)), 91, 1, 0),
        (replace(slot(20, 12), rejected_on=on_day(14)), 91, 1, 0),
        # Moved seven days ahead: a slot on the new day.
        (moved(slot(20), (20, 27, 13)), 27, 0, 0),
        (moved(slot(20, 27), (20, 27, 13)), 91, 1, 1),
        # Moved six days ahead: one slot, on the original day, and too late for it on the new one.
        (moved(slot(20), (20, 27, 14)), 26, 1, 0),
        (moved(slot(20, 27), (20, 27, 14)), 91, 1, 0),
        # … unless it was ready by the original day all the same.
        (moved(slot(20, 19), (20, 27, 14)), 91, 1, 1),
        # First moved in time, then too near: it answers for the day it had then.
        (moved(slot(20, 27), (20, 25, 10), (25, 27, 20)), 91, 1, 0),
        # Moved away inside the horizon and then withdrawn far ahead of the new day: still a slot.
        (replace(moved(slot(20), (20, 60, 18)), withdrawn_on=on_day(30)), 91, 1, 0),
    ],
)
def test_a_slot_is_due_once_its_day_has_passed_and_kept_if_it_was_ready_by_then(
    post: Post, today: int, due: int, kept: int
) -> None:
    given = facts(log([post], today=today))
    assert (int(given.slots_due[0]), int(given.on_schedule[0])) == (due, kept)


def test_a_slot_moved_inside_the_horizon_is_live_on_its_new_day() -> None:
    assert live_days(log([moved(slot(20, 15), (20, 27, 14))])) == [27]


def test_slots_of_an_excused_week_are_neither_due_nor_kept() -> None:
    # Days 14 to 20 are week 3, of index 2.
    given = facts(log([slot(14, 14), slot(20), slot(21, 21)], excused={2}))
    assert (int(given.slots_due[0]), int(given.on_schedule[0])) == (1, 1)


def test_a_late_hand_over_outside_the_trial_is_no_delivery() -> None:
    # Moved inside the horizon from the last week to a day after the end, though ready in time.
    given = facts(log([moved(slot(88, 80), (88, 93, 85))]))
    assert (int(given.slots_due[0]), int(given.on_schedule[0])) == (1, 0)


@pytest.mark.parametrize(
    ("planned_on", "withdrawn_on", "there"),
    [
        # Week 3 starts on day 14; three days before is day 11.
        (11, None, 1),
        (12, None, 0),
        (0, 11, 0),
        (0, 12, 1),
    ],
)
def test_a_week_is_filled_ahead_by_what_stood_there_three_days_before(
    planned_on: int, withdrawn_on: int | None, there: int
) -> None:
    post = replace(
        slot(16),
        planned_on=on_day(planned_on),
        withdrawn_on=None if withdrawn_on is None else on_day(withdrawn_on),
    )
    assert filled_ahead(log([post]), POLICY)[2] == there


def test_a_slot_fills_the_week_it_stood_in_at_that_time() -> None:
    # Moved from week 3 to week 4 on day 12: at the end of day 11 it stood in week 3, and on day
    # 18, three days before week 4, in week 4.
    post = moved(slot(16), (16, 22, 12))
    assert facts(log([post])).filled_ahead[0].tolist() == [0, 0, 1, 1] + [0] * 9


@pytest.mark.parametrize(
    ("post", "reviewed", "passed"),
    [
        (slot(10, 10), 0, 0),
        (replace(slot(10, 10), approved_on=on_day(30)), 1, 1),
        (replace(slot(10, 10), rework=(Rework(on_day(11)),)), 1, 0),
        (
            replace(
                slot(10, 10),
                rework=(Rework(on_day(11), on_day(12)),),
                approved_on=on_day(13),
            ),
            1,
            0,
        ),
        (replace(slot(10, 10), rejected_on=on_day(11)), 1, 0),
    ],
)
def test_a_review_passes_at_the_first_attempt_or_not(
    post: Post, reviewed: int, passed: int
) -> None:
    given = facts(log([post]))
    assert (int(given.reviewed[0]), int(given.first_pass[0])) == (reviewed, passed)


def test_questions_are_unknown_until_a_check_in_speaks_of_them() -> None:
    silent, spoken = facts(log()), facts(log(answers=Answers(needing=0, answered=0)))
    assert (int(silent.needing[0]), int(silent.answered[0])) == (UNKNOWN, UNKNOWN)
    assert (int(spoken.needing[0]), int(spoken.answered[0])) == (0, 0)


@pytest.mark.parametrize(
    ("known", "row"),
    [
        (GateFacts(), [-1, -1, -1, -1, -1]),
        (GateFacts(True, True, 4, 4, True, 0), [1, 1, 1, 1, 1]),
        (GateFacts(False, False, 3, 4, False, 2), [0, 0, 0, 0, 0]),
        # Half of training known is unknown; no modules at all are complete.
        (GateFacts(training_done=3), [-1, -1, -1, -1, -1]),
        (GateFacts(training_done=0, training_total=0), [-1, -1, 1, -1, -1]),
    ],
)
def test_gates_are_met_not_met_or_unknown(known: GateFacts, row: list[int]) -> None:
    assert facts(log(gates=known)).gates[0].tolist() == row


def test_contributors_are_counted_by_week_and_nobody_is_no_contributor() -> None:
    posts = [unplanned(0, "Ada"), unplanned(1, "Ben"), unplanned(8, "Ada"), unplanned(9)]
    counted = facts(log(posts)).by_contributor
    assert counted.shape == (1, 2, 13)
    assert counted[0, :, :2].tolist() == [[1, 1], [1, 0]]


def test_a_trial_that_names_nobody_has_no_contributors() -> None:
    assert facts(log_of_counts([3] * 13)).by_contributor.shape == (1, 0, 13)


def test_trials_of_different_lengths_are_no_batch() -> None:
    with pytest.raises(ValueError, match=r"\[4, 13\]"):
        facts_of([log(), log(weeks=4)], POLICY)


def test_no_trials_are_no_batch() -> None:
    with pytest.raises(ValueError, match="one length"):
        facts_of([], POLICY)


@pytest.mark.parametrize(
    ("today", "elapsed", "over"),
    [(-30, 0, 0), (0, 0, 0), (6, 6, 0), (7, 7, 1), (90, 90, 12), (91, 91, 13), (400, 91, 13)],
)
def test_a_week_is_over_on_the_day_after_its_last(today: int, elapsed: int, over: int) -> None:
    given = facts(log(today=today))
    assert int(given.elapsed[0]) == elapsed
    assert int(weeks_of(given, POLICY.band).number[0]) == over


def test_totals_beyond_sixteen_bits_are_counted_to_the_last() -> None:
    # 91 days × 400 slots = 36,400, more than the 32,767 that 16 bits hold.
    post = replace(slot(0, 0, "Ada"), approved_on=on_day(0))
    posts = [
        replace(post, planned_for=on_day(day), delivered_on=on_day(day))
        for day in range(91)
        for _ in range(400)
    ]
    given = facts(log(posts))
    assert (int(given.slots_due[0]), int(given.on_schedule[0])) == (36_400, 36_400)
    assert (int(given.reviewed[0]), int(given.first_pass[0])) == (36_400, 36_400)
    judged = judge(given, POLICY)
    # All at 1, but for shared load, .05 at 0: one person makes everything. Nobody asks anything,
    # so .95 of the weight is judged.
    assert judged.score[0] == pytest.approx(0.90 / 0.95)


def test_a_thousand_posts_a_day_make_seven_thousand_a_week() -> None:
    given = facts(log([unplanned(day, "Ada") for day in range(28) for _ in range(1000)], weeks=4))
    assert weeks_of(given, POLICY.band).count[0].tolist() == [7000] * 4
    assert given.by_contributor[0].tolist() == [[7000] * 4]


@pytest.mark.parametrize("weeks", [1, 4, 13, 52])
def test_trials_of_any_length_are_counted(weeks: int) -> None:
    window = TrialWindow(START, weeks)
    given = TrialLog(window=window, today=date(2028, 1, 1), posts=tuple(kept_slots([0, 1, 2])))
    counts = weeks_of(facts(given), POLICY.band)
    assert counts.count.shape == (1, weeks)
    assert counts.count[0, 0] == 3
    assert int(counts.number[0]) == weeks


def test_days_alone_are_judged_like_a_log_of_unplanned_posts() -> None:
    days = ([0, 0, 8, 17, 30, 31, 55, 90], [3, 10])
    logs = [
        log([unplanned(day) for day in each], planning_known=False, gates=GateFacts())
        for each in days
    ]
    live = np.array([np.bincount(each, minlength=91) for each in days], np.int16)
    known, told = facts_of_days(live), facts_of(logs, POLICY)
    for field in fields(Facts):
        assert getattr(known, field.name).tolist() == getattr(told, field.name).tolist(), field.name


# ----------------------------------------------------------------------------- batches of them
def some_facts() -> Facts:
    """Three trials, each with another log."""
    counts = ([3] * 13, [1] * 13, [*([0, 5] * 6), 0])
    return facts_of([log_of_counts(posts, contributor="Ada") for posts in counts], POLICY)


def assert_same(one: Facts, other: Facts) -> None:
    for fact in fields(Facts):
        found, expected = getattr(one, fact.name), getattr(other, fact.name)
        np.testing.assert_array_equal(found, expected, err_msg=fact.name)
        assert found.dtype == expected.dtype, fact.name


def test_of_a_trial_that_nothing_is_known_of_no_check_and_no_gate_is_judged() -> None:
    unknown = Facts.unknown(2, 13)
    result = judge(unknown, POLICY)
    assert np.isnan(result.score).all()
    assert (result.gates.outcome[:, : len(LOGGED_GATES)] == UNKNOWN).all()
    assert (result.share_judged == 0).all()
    assert (unknown.trials, unknown.weeks) == (2, 13)


def test_the_facts_of_what_is_unknown_look_like_those_of_a_log() -> None:
    known = some_facts()
    unknown = Facts.unknown(known.trials, known.weeks, known.by_contributor.shape[1])
    for fact in fields(Facts):
        one, other = getattr(unknown, fact.name), getattr(known, fact.name)
        assert (one.dtype, one.shape) == (other.dtype, other.shape), fact.name


def test_batches_come_apart_and_together_again() -> None:
    whole = some_facts()
    assert_same(concat([whole.row(index) for index in range(3)]), whole)
    assert_same(whole.take(np.array([2, 0])), concat([whole.row(2), whole.row(0)]))
    assert_same(whole.take(slice(1, 3)), whole.take(np.array([1, 2])))
    assert_same(whole.repeat(2), whole.take(np.array([0, 0, 1, 1, 2, 2])))
