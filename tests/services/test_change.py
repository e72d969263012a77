"""One write: allowed, recorded exactly once, and committed, or nothing at all."""

import pytest

from tests.services.rows import contents
from trial.domain.errors import NotAllowed, NotPossible, NotSignedIn
from trial.domain.roles import Permission
from trial.domain.trial_status import TrialState
from trial.services import trial_views
from trial.services.access import STRANGER, Actor
from trial.services.backend import Backend
from trial.services.change import open_change, open_trial_change
from trial.store import audit

MAY = Permission.ALL_TRIAL_WRITE


def rename(
    actor: Actor, backend: Backend, trial_id: int, *actions: str, unchanged: bool = False
) -> None:
    with open_trial_change(actor, backend, trial_id, MAY) as change:
        change.trial.row.purpose = "Written in a test"
        for action in actions:
            change.record(action, change.trial.row)
        if unchanged:
            assert change.unchanged("as before") == "as before"


def test_what_is_recorded_is_kept_with_who_when_and_where(
    comms: Actor, backend: Backend, trial_id: int
) -> None:
    with open_trial_change(comms, backend, trial_id, MAY) as change:
        change.trial.row.purpose = "Written in a test"
        event_id = change.record("trial.renamed", change.trial.row, undo_to={"a": 1}, before="b")
    with backend.reading() as work:
        event = audit.latest(work, trial_id=trial_id, limit=1)[0].event
    assert (event.id, event.action, event.at) == (event_id, "trial.renamed", backend.now())
    assert (event.actor_id, event.trial_id) == (comms.person_id, trial_id)
    assert (event.subject, event.subject_id) == ("trial", trial_id)
    assert (event.details, event.before) == ({"before": "b"}, {"a": 1})
    assert trial_views.detail(comms, backend, trial_id=trial_id).purpose == "Written in a test"


@pytest.mark.parametrize(
    "actions, unchanged, told",
    [
        ((), False, "one audit event"),
        (("trial.once", "trial.twice"), False, r"trial\.twice"),
        (("trial.once",), True, "one audit event"),
    ],
    ids=["none", "two", "one, and nothing changed"],
)
def test_a_write_without_its_one_event_is_refused_and_not_kept(
    comms: Actor,
    backend: Backend,
    trial_id: int,
    actions: tuple[str, ...],
    unchanged: bool,
    told: str,
) -> None:
    before = contents(backend)
    with pytest.raises(RuntimeError, match=told):
        rename(comms, backend, trial_id, *actions, unchanged=unchanged)
    assert contents(backend) == before


def test_a_write_that_says_nothing_changed_keeps_nothing(
    comms: Actor, backend: Backend, trial_id: int
) -> None:
    before = contents(backend)
    rename(comms, backend, trial_id, unchanged=True)
    assert contents(backend) == before


def test_who_may_not_gets_no_write(lead: Actor, backend: Backend, trial_id: int) -> None:
    with pytest.raises(NotAllowed), open_change(lead, backend, MAY):
        pytest.fail("opened for somebody who may not")
    with pytest.raises(NotAllowed), open_trial_change(lead, backend, trial_id, MAY):
        pytest.fail("opened for somebody who may not")
    with pytest.raises(NotSignedIn), open_change(STRANGER, backend, MAY):
        pytest.fail("opened for a stranger")


def test_what_a_decision_rests_on_stays(comms: Actor, backend: Backend, trial_id: int) -> None:
    with open_trial_change(comms, backend, trial_id, MAY) as change:
        change.trial.refuse_decided()
        change.trial.row.status = TrialState.DECIDED
        change.record("trial.decided", change.trial.row)
    with (
        pytest.raises(NotPossible, match="stays as it is"),
        open_trial_change(comms, backend, trial_id, MAY) as change,
    ):
        change.trial.refuse_decided()
