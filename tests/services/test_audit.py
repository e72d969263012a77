import pytest

from trial.domain.errors import InvalidInput
from trial.services import audit, trials
from trial.services.access import OPERATOR, Actor
from trial.services.backend import Backend

from .conftest import TODAY


def test_the_record_tells_who_did_what_where_and_when_latest_first(
    backend: Backend, comms: Actor, trial_id: int
) -> None:
    trials.end_early(comms, backend, trial_id=trial_id, on=TODAY, reason="The unit moves.")
    lines = audit.events(comms, backend)
    assert [line.action for line in lines] == [
        "trial.ended_early",
        "trial.started",
        "organisation.set_up",
    ]
    latest = lines[0]
    assert (latest.person, latest.department, latest.at) == (
        "Kim Comms",
        "Cardiology",
        backend.now(),
    )
    assert latest.details == {"on": "2026-02-09", "reason": "The unit moves."}
    assert not latest.undone


def test_the_record_of_one_trial_holds_nothing_of_another(
    backend: Backend, comms: Actor, trial_id: int, other_trial_id: int
) -> None:
    (line,) = audit.events(comms, backend, trial_id=other_trial_id)
    assert line.department == "Dermatology"


def test_the_operator_is_named(backend: Backend, comms: Actor, trial_id: int) -> None:
    trials.end_early(OPERATOR, backend, trial_id=trial_id, on=TODAY, reason="The unit moves.")
    (ended,) = audit.events(comms, backend, limit=1)
    assert (ended.action, ended.person) == ("trial.ended_early", "Operator")


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_the_record_is_read_in_pieces(backend: Backend, comms: Actor, limit: int) -> None:
    with pytest.raises(InvalidInput, match="1 to 1000"):
        audit.events(comms, backend, limit=limit)
