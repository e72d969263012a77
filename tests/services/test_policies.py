import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from trial.config import ROOT
from trial.domain.documents import Note
from trial.domain.errors import InvalidInput, PolicyError
from trial.domain.policy import parse_policy
from trial.services import policies, trial_views, trials
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.store.tables import PolicyVersion

from .conftest import START

WEDNESDAY = 2


@pytest.fixture
def backend(backend: Backend, tmp_path: Path) -> Backend:
    """The shared one, with a copy of the data folder that may be written to."""
    shutil.copytree(ROOT / "data" / "policy", tmp_path / "policy")
    return replace(backend, data_folder=tmp_path)


def edited(backend: Backend, old: str, new: str, name: str = policies.DEFAULT_POLICY) -> None:
    path = backend.data_folder / "policy" / policies.DEFAULT_POLICY
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.with_name(name).write_text(text.replace(old, new), encoding="utf-8")


def test_the_standard_policy_is_listed_first(backend: Backend) -> None:
    edited(backend, 'name = "Standard"', 'name = "Brisk"', "brisk.toml")
    assert policies.available(backend) == ("readiness.toml", "brisk.toml")
    assert policies.read(backend, "brisk.toml").name == "Brisk"


@pytest.mark.parametrize("name", ["none.toml", "../policy/readiness.toml", "", "/etc/hosts"])
def test_only_files_of_the_policy_folder_are_policies(backend: Backend, name: str) -> None:
    with pytest.raises(InvalidInput, match=r"readiness\.toml"):
        policies.read(backend, name)


def test_a_file_that_is_not_text_is_refused_by_name(backend: Backend) -> None:
    (backend.data_folder / "policy" / "odd.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PolicyError, match=r"odd\.toml"):
        policies.read(backend, "odd.toml")


def test_a_policy_reads_back_from_its_document_as_it_was(backend: Backend) -> None:
    policy = policies.read(backend)
    notes = {**policy.notes, "band.low": Note('a "quoted" unit', "C:\\path\n", "ü – 💙 \x7f")}
    for each in (policy, replace(policy, notes=notes, name='"', version=7)):
        again = parse_policy(policies.document_of(each), "document", stored=True)
        assert again == each
        assert again.content_hash == each.content_hash


def test_the_organisations_week_start_comes_before_the_policys(backend: Backend) -> None:
    policy = policies.read(backend)
    assert policies.for_organisation(policy, policy.week_starts_on) is policy
    own = policies.for_organisation(policy, WEDNESDAY)
    assert own.week_starts_on == WEDNESDAY
    assert own.content_hash != policy.content_hash
    assert replace(own, week_starts_on=policy.week_starts_on, notes=policy.notes) == policy


def test_trials_under_the_same_values_share_one_kept_policy(backend: Backend, comms: Actor) -> None:
    trials.start(comms, backend, department="Cardiology", starts_on=START)
    trials.start(comms, backend, department="Dermatology", starts_on=date(2026, 2, 2))
    with backend.reading() as work:
        assert len(work.session.exec(select(PolicyVersion)).all()) == 1


def test_a_broken_policy_file_starts_no_trial(backend: Backend, comms: Actor) -> None:
    edited(backend, "low  = { value = 3", "low  = { value = 9")
    with pytest.raises(PolicyError, match=r"band\.low cannot be 9"):
        trials.start(comms, backend, department="Cardiology", starts_on=START)
    assert trial_views.list_trials(comms, backend) == ()
