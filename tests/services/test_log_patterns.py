"""How a log was kept, read from what people entered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.services.conftest import START
from tests.services.steps import handed_over, slot
from trial.domain.errors import NotAllowed
from trial.domain.log_patterns import LogPattern, PatternCount
from trial.services import log_patterns, posts, standing
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock


def test_a_week_bulk_logged_on_its_sunday_is_seen_and_costs_nothing(
    backend: Backend, clock: FixedClock, comms: Actor, lead: Actor, trial_id: int
) -> None:
    sunday = START + timedelta(days=6)
    clock.set(sunday)
    for number in range(3):
        day = sunday - timedelta(days=number)
        posts.add_unplanned(lead, backend, trial_id=trial_id, title="Heart news", on=day)
    clock.set(sunday + timedelta(days=30))
    told = log_patterns.log_patterns(comms, backend, trial_id=trial_id)
    assert told == (
        PatternCount(LogPattern.SAME_TITLE, 3, 3),
        PatternCount(LogPattern.ONE_SITTING, 1, 1),
        PatternCount(LogPattern.NEVER_REVIEWED, 3, 3),
    )
    card = standing.standing(comms, backend, trial_id=trial_id).scorecard
    assert (card.weeks[0].count, card.backfilled) == (3, 0)


def test_a_slot_planned_and_handed_over_today_is_seen(
    backend: Backend, clock: FixedClock, comms: Actor, lead: Actor, trial_id: int
) -> None:
    clock.set(START)
    handed_over(lead, backend, slot(lead, backend, trial_id, START))
    assert log_patterns.log_patterns(comms, backend, trial_id=trial_id) == (
        PatternCount(LogPattern.PLANNED_AND_DELIVERED, 1, 1),
    )


def test_a_lead_does_not_see_it(backend: Backend, lead: Actor, trial_id: int) -> None:
    with pytest.raises(NotAllowed):
        log_patterns.log_patterns(lead, backend, trial_id=trial_id)
