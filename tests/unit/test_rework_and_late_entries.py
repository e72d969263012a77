"""Posts that are back for changes, and what is left of a log without its late entries."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.logs import log, on_day, slot, unplanned
from tests.unit.policies import standard
from trial.domain.posts import Move, Post, Rework
from trial.scoring.facts import facts_of
from trial.scoring.scorecard import score_trial
from trial.scoring.weeks import weeks_of

POLICY = standard()


def back_on(post: Post, day: int) -> Post:
    """`post`, sent back for changes on a day."""
    return replace(post, rework=(*post.rework, Rework(on_day(day))))


@pytest.mark.parametrize(
    ("post", "today", "rework_days", "live"),
    [
        # Handed over on day 2 and sent back on day 40: for seven days it counts, later and later.
        (back_on(unplanned(2), 40), 40, 7, [2]),
        (back_on(unplanned(2), 40), 46, 7, [8]),
        (back_on(unplanned(2), 40), 47, 7, []),
        # A slot stays on its day while the days held fit before it.
        (back_on(slot(10, 8), 41), 43, 7, [10]),
        (back_on(slot(10, 8), 41), 44, 7, [11]),
        # An earlier round's two days are added.
        (back_on(replace(slot(10, 8), rework=(Rework(on_day(9), on_day(11)),)), 41), 42, 7, [11]),
        # Past the trial's end too.
        (back_on(unplanned(2), 95), 96, 7, [3]),
        # A policy that does not name it takes the post out at once, as it always has.
        (back_on(unplanned(2), 40), 40, 0, []),
        # Dropped or turned down, it never counts.
        (replace(back_on(unplanned(2), 40), withdrawn_on=on_day(41)), 41, 7, []),
        (replace(back_on(unplanned(2), 40), rejected_on=on_day(41)), 41, 7, []),
    ],
)
def test_a_post_sent_back_counts_for_a_while_as_if_it_were_handed_over_today(
    post: Post, today: int, rework_days: int, live: list[int]
) -> None:
    policy = replace(POLICY, rework_days=rework_days)
    days = facts_of([log([post], today=today)], policy).live[0]
    assert [day for day, count in enumerate(days) for _ in range(count)] == live


def test_thirty_two_posts_sent_back_on_one_day_change_quality_alone() -> None:
    posts = [slot(day, day, "Ada") for week in range(10) for day in range(7 * week, 7 * week + 4)]
    before = score_trial(log(posts, today=70), POLICY)
    after = score_trial(
        log([back_on(p, 70) if n < 32 else p for n, p in enumerate(posts)], today=70), POLICY
    )
    assert [week.count for week in after.weeks] == [week.count for week in before.weeks]
    assert {
        then.name for then, now in zip(before.checks, after.checks, strict=True) if then != now
    } == {"quality"}


@pytest.mark.parametrize(
    ("post", "left"),
    [
        (unplanned(2), unplanned(2)),
        (replace(unplanned(2), backfilled=True), None),
        # The slot stood there in time; what became of it, reviews and all, was entered late.
        (
            replace(
                slot(5, 5, "Ada"),
                backfilled=True,
                first_pass_on=on_day(9),
                asked_again_on=on_day(10),
                shared_on=on_day(12),
            ),
            slot(5, None, "Ada"),
        ),
        # A slot that entered the calendar four days after its day was never in it; three are not
        # late.
        (replace(slot(5, 5), planned_on=on_day(9), backfilled=True), None),
        (replace(slot(5), planned_on=on_day(9), backfilled=True), None),
        (
            replace(slot(5, 5), planned_on=on_day(8), backfilled=True),
            replace(slot(5), planned_on=on_day(8)),
        ),
        # Late is judged by the day it was first planned for.
        (
            replace(
                slot(20),
                planned_on=on_day(9),
                moves=(Move(on_day(5), on_day(20), on_day(9)),),
                backfilled=True,
            ),
            None,
        ),
    ],
)
def test_without_late_entries_a_post_is_what_was_entered_in_time(
    post: Post, left: Post | None
) -> None:
    assert post.without_late_entries(POLICY.backfill_days) == left


def test_weeks_that_only_late_entries_report_are_unreported_without_them() -> None:
    late = [replace(unplanned(7 * week), backfilled=True) for week in range(13)]
    given = replace(log(late), timely_check_ins=frozenset({0}))
    assert given.without_late_entries(3).reported_weeks == {0}
    # Without them it is the log in which nothing else was ever entered.
    card = score_trial(given, POLICY)
    nothing = score_trial(log(reported={0}), POLICY)
    assert card.score_without_backfill == nothing.score
    assert card.verdict_without_backfill is nothing.verdict


def test_of_a_log_that_keeps_no_check_ins_the_reported_weeks_stay() -> None:
    late = [replace(unplanned(7), backfilled=True)]
    assert log(late).without_late_entries(3).reported_weeks == frozenset(range(13))


def test_an_absent_value_counts_a_returned_post_as_it_was_counted_before() -> None:
    edition_1 = replace(POLICY, rework_days=0, reported_floor=0.0)
    facts = facts_of([log([back_on(unplanned(2), 40), unplanned(3)], today=40)], edition_1)
    assert weeks_of(facts, edition_1.band).count[0, 0] == 1
