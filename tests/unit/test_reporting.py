"""Which weeks were reported: the difference between silent and unreported."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trial.domain.calendar import TrialWindow
from trial.domain.posts import Move, Post, Rework
from trial.domain.reporting import reported_weeks

MONDAY = date(2026, 1, 5)
WINDOW = TrialWindow(MONDAY, 13)


def day(number: int) -> date:
    """The trial day with this number, from 0; week w begins on day 7 w."""
    return MONDAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("post", "weeks"),
    [
        # Planned ahead and never touched: nobody said anything about week 2.
        (Post(planned_for=day(15), planned_on=day(3)), set()),
        (Post(planned_for=day(15)), set()),
        (Post(planned_for=day(14), planned_on=day(13)), set()),
        # Planned on the first day of the week, or later: somebody did.
        (Post(planned_for=day(20), planned_on=day(14)), {2}),
        (Post(planned_for=day(15), planned_on=day(30)), {2}),
        # Delivered in the week; ahead of it, as a buffer; after it.
        (Post(planned_for=day(15), delivered_on=day(14)), {2}),
        (Post(planned_for=day(15), delivered_on=day(3)), {0, 2}),
        (Post(planned_for=day(15), delivered_on=day(24)), {2, 3}),
        (Post(delivered_on=day(24)), {3}),
        # Withdrawn ahead speaks of the week it was said in; later of the slot's week too.
        (Post(planned_for=day(15), withdrawn_on=day(3)), {0}),
        (Post(planned_for=day(15), withdrawn_on=day(14)), {2}),
        (Post(planned_for=day(15), withdrawn_on=day(30)), {2, 4}),
        # Sent back counts as a word about the week, even if it never came again.
        (Post(delivered_on=day(1), rework=(Rework(day(9)),)), {0, 1}),
        (Post(delivered_on=day(1), rework=(Rework(day(9), day(16)),)), {0, 1, 2}),
        # Moved ahead of its week, and from within it.
        (Post(planned_for=day(22), moves=(Move(day(15), day(22), day(3)),)), {0}),
        (Post(planned_for=day(22), moves=(Move(day(15), day(22), day(14)),)), {2}),
        (Post(planned_for=day(43), moves=(Move(day(15), day(43), day(36)),)), {2, 5}),
        # Outside the trial there are no weeks to report.
        (Post(delivered_on=day(-1)), set()),
        (Post(delivered_on=day(91)), set()),
        (Post(planned_for=day(91), delivered_on=day(90)), {12}),
        (Post(planned_for=day(90), delivered_on=day(91)), {12}),
    ],
)
def test_a_week_is_reported_once_anything_is_entered_about_it(post: Post, weeks: set[int]) -> None:
    assert reported_weeks(WINDOW, [post]) == weeks


def test_a_check_in_reports_its_week_whatever_happened_in_it() -> None:
    assert reported_weeks(WINDOW, [], {0, 7}) == {0, 7}
    assert reported_weeks(WINDOW, [Post(delivered_on=day(8))], {7}) == {1, 7}


@given(st.lists(st.integers(0, 90), max_size=20), st.integers(-80, 80))
def test_shifting_a_whole_trial_by_whole_weeks_changes_nothing(days: list[int], by: int) -> None:
    shift = timedelta(weeks=by)
    posts = [Post(planned_for=day(9), delivered_on=day(number)) for number in days]
    shifted = [
        Post(planned_for=day(9) + shift, delivered_on=day(number) + shift) for number in days
    ]
    assert reported_weeks(WINDOW, posts) == reported_weeks(
        TrialWindow(WINDOW.start + shift, WINDOW.weeks), shifted
    )
