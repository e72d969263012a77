"""Which policy holds for trials to come: said by a manager, never by a file alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.policies import standard
from trial.config import ROOT
from trial.domain.errors import InvalidInput, NotPossible, PolicyError, StaleEdit
from trial.domain.policy import Policy
from trial.services import (
    audit,
    organisation,
    policies,
    policy_in_force,
    policy_packs,
    trial_views,
    trials,
)
from trial.services.access import OPERATOR, Actor
from trial.services.backend import Backend
from trial.services.policy_in_force import InForceEntry

from .conftest import START, TODAY

KINDER = replace(standard(), name="Standard, changed", ready_from=0.7)


@pytest.fixture
def backend(backend: Backend, tmp_path: Path) -> Backend:
    """The shared one, with a copy of the policies that may be written to."""
    shutil.copytree(ROOT / "data" / "policy", tmp_path / "policy")
    return replace(backend, data_folder=tmp_path)


def put(
    actor: Actor, backend: Backend, policy: Policy = KINDER, name: str = "Standard"
) -> InForceEntry:
    seen = policy_in_force.overview(actor, backend).latest_id
    return policy_in_force.put_in_force(
        actor,
        backend,
        policy=policy,
        base=standard(),
        name=name,
        reason="Two more departments would have lasted.",
        seen=seen,
    )


def edit_file(backend: Backend, old: str, new: str) -> None:
    path = backend.data_folder / "policy" / policies.DEFAULT_POLICY
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def ready_from(backend: Backend) -> float:
    with backend.reading() as work:
        return policy_in_force.current(work, backend).ready_from


def test_before_anything_is_put_in_force_the_file_holds(backend: Backend, comms: Actor) -> None:
    found = policy_in_force.overview(comms, backend)
    assert (found.policy, found.entries, found.latest_id) == (standard(), (), None)
    edit_file(backend, "ready_from     = { value = 0.75", "ready_from     = { value = 0.7")
    assert ready_from(backend) == 0.7
    assert not policy_in_force.overview(comms, backend).file_changed


def test_the_first_trial_puts_the_file_in_force(backend: Backend, comms: Actor) -> None:
    started = trials.start(comms, backend, department="Cardiology", starts_on=START)
    (entry,) = policy_in_force.overview(comms, backend).entries
    assert entry.policy == standard()
    assert started.policy.content_hash == standard().content_hash
    assert (entry.put_by, entry.put_on) == ("Kim Comms", TODAY)
    assert entry.reason == policy_in_force.FIRST_REASON
    trials.start(comms, backend, department="Dermatology", starts_on=START)
    assert len(policy_in_force.overview(comms, backend).entries) == 1


def test_an_edited_file_is_offered_and_never_taken(backend: Backend, comms: Actor) -> None:
    trials.start(comms, backend, department="Cardiology", starts_on=START)
    edit_file(backend, "ready_from     = { value = 0.75", "ready_from     = { value = 0.7")
    later = trials.start(comms, backend, department="Dermatology", starts_on=START)
    assert later.policy.content_hash == standard().content_hash
    assert policy_in_force.overview(comms, backend).file_changed
    put(comms, backend, policies.read(backend))
    assert not policy_in_force.overview(comms, backend).file_changed
    assert ready_from(backend) == 0.7


def test_a_file_that_was_seen_and_not_taken_is_not_offered_again(
    backend: Backend, comms: Actor
) -> None:
    put(comms, backend)
    assert not policy_in_force.overview(comms, backend).file_changed
    edit_file(backend, "ready_from     = { value = 0.75", "ready_from     = { value = 0.8")
    assert policy_in_force.overview(comms, backend).file_changed
    put(comms, backend, standard())
    assert not policy_in_force.overview(comms, backend).file_changed


def test_a_broken_file_stops_no_trial_once_something_is_in_force(
    backend: Backend, comms: Actor
) -> None:
    put(comms, backend)
    edit_file(backend, "low  = { value = 3", "low  = { value = 9")
    started = trials.start(comms, backend, department="Cardiology", starts_on=START)
    assert started.policy.content_hash == KINDER.content_hash
    assert not policy_in_force.overview(comms, backend).file_changed


def test_trials_keep_what_they_started_with(backend: Backend, comms: Actor) -> None:
    first = trials.start(comms, backend, department="Cardiology", starts_on=START)
    put(comms, backend)
    second = trials.start(comms, backend, department="Dermatology", starts_on=START)
    kept = trial_views.detail(comms, backend, trial_id=first.id).policy
    assert kept.content_hash == standard().content_hash
    assert second.policy.content_hash == KINDER.content_hash


def test_an_entry_says_version_person_day_and_reason(backend: Backend, comms: Actor) -> None:
    put(comms, backend, standard())
    entry = put(comms, backend)
    assert (entry.policy.name, entry.policy.version) == ("Standard", standard().version + 1)
    assert (entry.put_by, entry.put_on) == ("Kim Comms", TODAY)
    assert entry.reason == "Two more departments would have lasted."
    note = entry.policy.notes["verdict.ready_from"]
    assert note.source.startswith("Set by Kim Comms on Mon 9 Feb 2026, from Standard, version ")
    assert note.rationale == "0.7 instead of 0.75. Two more departments would have lasted."
    (event, *_) = audit.events(comms, backend)
    assert event.action == "policy.put_in_force"
    assert event.details["policy_hash"] == entry.policy.content_hash
    assert event.details["reason"] == entry.reason


def test_to_go_back_is_a_new_entry_for_the_same_policy(backend: Backend, comms: Actor) -> None:
    first = put(comms, backend, standard())
    put(comms, backend)
    back = put(comms, backend, standard(), name="Anything")
    found = policy_in_force.overview(comms, backend)
    assert [one.policy.ready_from for one in found.entries] == [0.75, 0.7, 0.75]
    assert (back.policy_id, back.policy) == (first.policy_id, first.policy)
    assert back.id > first.id


def test_other_values_under_one_name_get_versions_of_their_own(
    backend: Backend, comms: Actor
) -> None:
    named = [
        put(comms, backend, replace(KINDER, ready_from=bar)).policy for bar in (0.7, 0.71, 0.72)
    ]
    assert len({(one.name, one.version) for one in named}) == 3
    pack = policy_packs.read(ROOT / "data", "lenient")
    lenient = put(comms, backend, pack, pack.name).policy
    assert (lenient.name, lenient.version) == (pack.name, pack.version)


def test_the_weeks_begin_as_the_organisation_plans(backend: Backend, comms: Actor) -> None:
    home = organisation.state(backend)
    assert home is not None
    entry = put(comms, backend, replace(KINDER, week_starts_on=(home.week_starts_on + 1) % 7))
    assert entry.policy.week_starts_on == home.week_starts_on


def test_what_is_in_force_already_is_not_put_in_force_again(backend: Backend, comms: Actor) -> None:
    put(comms, backend)
    with pytest.raises(NotPossible, match="in force already"):
        put(comms, backend)


def test_who_did_not_see_what_is_in_force_now_overwrites_nothing(
    backend: Backend, comms: Actor
) -> None:
    put(comms, backend)
    with pytest.raises(StaleEdit):
        policy_in_force.put_in_force(
            comms,
            backend,
            policy=standard(),
            base=standard(),
            name="Standard",
            reason="I saw nothing in force.",
            seen=None,
        )
    assert ready_from(backend) == 0.7


REFUSED: list[tuple[str, Callable[[Actor, Backend], object], type[Exception], str]] = [
    (
        "no reason",
        lambda who, b: policy_in_force.put_in_force(
            who, b, policy=KINDER, base=standard(), name="Standard", reason=" \n", seen=None
        ),
        InvalidInput,
        "Why",
    ),
    ("no name", lambda who, b: put(who, b, name=" "), InvalidInput, "Give the policy a name"),
    (
        "lines that cross",
        lambda who, b: put(who, b, replace(KINDER, feed_below=0.9)),
        PolicyError,
        "feed_below",
    ),
]


@pytest.mark.parametrize(
    ("call", "error", "said"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_cannot_be_put_in_force_changes_nothing(
    backend: Backend,
    comms: Actor,
    call: Callable[[Actor, Backend], object],
    error: type[Exception],
    said: str,
) -> None:
    with pytest.raises(error, match=said):
        call(comms, backend)
    assert policy_in_force.overview(comms, backend).entries == ()


def test_the_operator_is_named_as_such(backend: Backend, comms: Actor) -> None:
    put(OPERATOR, backend)
    assert policy_in_force.overview(comms, backend).entries[0].put_by == "Operator"
