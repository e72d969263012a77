"""Days at the ends of the calendar, through every service that takes one: a sentence each."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.services.rows import contents
from tests.services.steps import slot
from trial.domain.errors import InvalidInput
from trial.services import calendar, decisions, incidents, outcomes, posts, review, trials
from trial.services.access import Actor
from trial.services.backend import Backend

from .conftest import TODAY

FAR = [date.min, date(1, 1, 8), date(9999, 12, 27), date.max]
Call = Callable[[Actor, Backend, int, date], object]


CALLS: dict[str, Call] = {
    "start a trial": lambda who, backend, _, day: trials.start(
        who, backend, department="Neurology", starts_on=day
    ),
    "end a trial": lambda who, backend, trial_id, day: trials.end_early(
        who, backend, trial_id=trial_id, on=day, reason="Enough."
    ),
    "plan a post": lambda who, backend, trial_id, day: posts.plan(
        who, backend, trial_id=trial_id, title="Tea", planned_for=day, repeat_weeks=12
    ),
    "add a post": lambda who, backend, trial_id, day: posts.add_unplanned(
        who, backend, trial_id=trial_id, title="Tea", on=day
    ),
    "move a post": lambda who, backend, _, day: posts.move(
        who, backend, post_id=1, version=1, to_day=day
    ),
    "deliver a post": lambda who, backend, _, day: posts.deliver(
        who, backend, post_id=1, version=1, on=day
    ),
    "share a post": lambda who, backend, _, day: review.share(
        who, backend, post_id=2, version=2, link="https://a.example", on=day
    ),
    "note an incident": lambda who, backend, trial_id, day: incidents.open_incident(
        who, backend, trial_id=trial_id, summary="A slip.", opened_on=day
    ),
    "close an incident": lambda who, backend, _, day: incidents.close_incident(
        who, backend, incident_id=1, closed_on=day
    ),
    "see a long calendar": lambda who, backend, trial_id, day: calendar.calendar(
        who, backend, trial_id=trial_id, first=min(day, TODAY), last=max(day, TODAY)
    ),
}


@pytest.mark.parametrize("day", FAR, ids=str)
@pytest.mark.parametrize("call", CALLS)
def test_a_day_no_trial_can_be_about_is_refused(
    backend: Backend, comms: Actor, trial_id: int, call: str, day: date
) -> None:
    slot(comms, backend, trial_id, TODAY)
    added = posts.add_unplanned(comms, backend, trial_id=trial_id, title="Cake").post
    review.approve(comms, backend, post_id=added.id, version=added.version)
    incidents.open_incident(comms, backend, trial_id=trial_id, summary="A slip.")
    before = contents(backend)
    with pytest.raises(InvalidInput, match="Please give ") as refusal:
        CALLS[call](comms, backend, trial_id, day)
    assert len(str(refusal.value)) < 300
    assert contents(backend) == before


@pytest.mark.parametrize("day", FAR, ids=str)
def test_a_calendar_of_one_far_day_is_drawn(
    backend: Backend, comms: Actor, trial_id: int, day: date
) -> None:
    view = calendar.calendar(comms, backend, trial_id=trial_id, first=day, last=day)
    assert view.weeks


@pytest.mark.parametrize("day", FAR, ids=str)
def test_no_review_and_no_look_is_that_far_off(
    backend: Backend, comms: Actor, full_trial: int, day: date
) -> None:
    for again in (day, date(2100, 1, 1)):
        with pytest.raises(InvalidInput, match="Review again on"):
            decisions.decide(
                comms,
                backend,
                trial_id=full_trial,
                decision="extend",
                reason="A look.",
                review_again_on=again,
            )
    decisions.decide(comms, backend, trial_id=full_trial, decision="ready", reason="It is clear.")
    for checked, silent in ((day, None), (TODAY + timedelta(days=58), day)):
        with pytest.raises(InvalidInput, match="Please give a day from"):
            outcomes.note(
                comms,
                backend,
                trial_id=full_trial,
                checked_on=checked,
                active=silent is None,
                silent_since=silent,
            )
