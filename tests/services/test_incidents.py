from datetime import date, timedelta

import pytest

from trial.domain.errors import InvalidInput, NotFound, NotPossible
from trial.services import decisions, incidents, trial_views
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.services.incidents import IncidentView

from .conftest import START, TODAY


def opened(comms: Actor, backend: Backend, trial_id: int, on: date | None = None) -> IncidentView:
    return incidents.open_incident(
        comms,
        backend,
        trial_id=trial_id,
        summary="A picture showed a name badge.",
        opened_on=on,
    )


def test_an_incident_is_open_until_it_is_closed(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    noted = opened(comms, backend, trial_id)
    assert (noted.opened_on, noted.closed_on) == (TODAY, None)
    closed = incidents.close_incident(comms, backend, incident_id=noted.id)
    assert closed.closed_on == TODAY
    assert trial_views.detail(comms, backend, trial_id=trial_id).incidents == (closed,)
    with pytest.raises(NotPossible, match="closed already"):
        incidents.close_incident(comms, backend, incident_id=noted.id)


def test_the_latest_incident_is_listed_first(backend: Backend, comms: Actor, trial_id: int) -> None:
    first = opened(comms, backend, trial_id, START)
    second = opened(comms, backend, trial_id, TODAY)
    assert trial_views.detail(comms, backend, trial_id=trial_id).incidents == (second, first)


@pytest.mark.parametrize("day", [START - timedelta(days=1), TODAY + timedelta(days=1)])
def test_an_incident_happens_in_the_trial_and_not_tomorrow(
    backend: Backend, comms: Actor, trial_id: int, day: date
) -> None:
    with pytest.raises(InvalidInput, match="Mon 5 Jan 2026 to Mon 9 Feb 2026"):
        opened(comms, backend, trial_id, day)


def test_an_incident_is_not_closed_before_it_was_opened(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    noted = opened(comms, backend, trial_id)
    with pytest.raises(InvalidInput, match="Day"):
        incidents.close_incident(
            comms, backend, incident_id=noted.id, closed_on=TODAY - timedelta(days=1)
        )


def test_a_trial_ahead_has_no_incidents(
    backend: Backend, clock: FixedClock, comms: Actor, trial_id: int
) -> None:
    clock.set(START - timedelta(days=1))
    with pytest.raises(NotPossible, match="not begun"):
        opened(comms, backend, trial_id)


@pytest.mark.parametrize(
    ("summary", "told"),
    [
        ("", "Say what happened"),
        (" \n ", "Say what happened"),
        ("s" * 501, "What happened has 501 characters"),
    ],
)
def test_an_incident_says_in_a_few_words_what_happened(
    backend: Backend, comms: Actor, trial_id: int, summary: str, told: str
) -> None:
    with pytest.raises(InvalidInput, match=told):
        incidents.open_incident(comms, backend, trial_id=trial_id, summary=summary)


def test_after_the_decision_incidents_stay_as_they_were(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    noted = opened(comms, backend, trial_id)
    decisions.decide(
        comms, backend, trial_id=trial_id, decision="no_account", reason="Not this year."
    )
    with pytest.raises(NotPossible):
        opened(comms, backend, trial_id)
    with pytest.raises(NotPossible):
        incidents.close_incident(comms, backend, incident_id=noted.id)


def test_an_incident_that_is_not_there_is_said_to_be_not_there(
    backend: Backend, comms: Actor
) -> None:
    with pytest.raises(NotFound):
        incidents.close_incident(comms, backend, incident_id=99)
