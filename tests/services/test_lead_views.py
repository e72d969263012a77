"""What the lead's forms start from: who made the last post, and where the next slot is missing."""

from __future__ import annotations

from datetime import timedelta

from tests.services.days import END, FRI, MON, NEXT_MON, SUN, THU, WED
from tests.services.steps import slot
from trial.services import calendar, posts, week
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock


def made_by(lead: Actor, backend: Backend, trial_id: int, who: str) -> None:
    posts.add_unplanned(lead, backend, trial_id=trial_id, title="Made", contributor=who)


def test_who_made_the_latest_hand_over_comes_first_and_nobody_twice(
    backend: Backend, clock: FixedClock, lead: Actor, trial_id: int
) -> None:
    clock.set(MON)
    made_by(lead, backend, trial_id, "Ward office")
    clock.set(WED)
    made_by(lead, backend, trial_id, "Clinic office")
    made_by(lead, backend, trial_id, "")
    clock.set(THU)
    # The same office, as somebody in a hurry types it.
    made_by(lead, backend, trial_id, "ward  Office")
    slot(lead, backend, trial_id, FRI)
    expected = ("ward Office", "Clinic office")
    assert week.this_week(lead, backend, trial_id=trial_id).contributors == expected
    assert calendar.calendar(lead, backend, trial_id=trial_id).contributors == expected


def test_the_next_free_day_is_a_working_day_without_a_slot_in_the_first_short_week(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    assert calendar.calendar(lead, backend, trial_id=trial_id).next_free_day == NEXT_MON
    slot(lead, backend, trial_id, NEXT_MON)
    view = calendar.calendar(lead, backend, trial_id=trial_id)
    assert view.next_free_day == NEXT_MON + timedelta(days=1)
    for days in (1, 2):
        slot(lead, backend, trial_id, NEXT_MON + timedelta(days=days))
    view = calendar.calendar(lead, backend, trial_id=trial_id)
    assert view.next_free_day == NEXT_MON + timedelta(days=7)


def test_on_the_last_days_the_next_free_day_stays_inside_the_trial(
    backend: Backend, clock: FixedClock, lead: Actor, trial_id: int
) -> None:
    clock.set(END)
    assert calendar.calendar(lead, backend, trial_id=trial_id).next_free_day == END
    clock.set(END + timedelta(days=1))
    assert calendar.calendar(lead, backend, trial_id=trial_id).next_free_day is None


def test_a_week_is_planned_ahead_until_the_policys_days_before_it(
    backend: Backend, lead: Actor, trial_id: int
) -> None:
    view = calendar.calendar(lead, backend, trial_id=trial_id)
    assert [entry.plan_by for entry in view.weeks[6:8]] == [FRI, FRI + timedelta(days=7)]
    assert view.weeks[5].last == SUN
