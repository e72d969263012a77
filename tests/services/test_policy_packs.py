"""The packs: other people's rules, each a policy that says where it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.policies import standard
from trial.config import ROOT
from trial.domain.errors import InvalidInput, PolicyError
from trial.services import policy_packs
from trial.services.simulations import side_by_side
from trial.simulation.behaviours import parse_population

DATA = ROOT / "data"
NAMES = policy_packs.names(DATA)
PUBLISHED = ("one-a-week", "thirty-days-plan", "two-weeks-proof")


def test_the_packs_are_there() -> None:
    assert ("lenient", *PUBLISHED[:1], "strict", *PUBLISHED[1:]) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_pack_is_a_policy_that_judges_unlike_the_standard(name: str) -> None:
    pack = policy_packs.read(DATA, name)
    assert pack.content_hash != standard().content_hash
    assert pack.name != standard().name
    assert len({policy_packs.read(DATA, other).content_hash for other in NAMES}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_value_that_a_pack_changes_says_why(name: str) -> None:
    pack = policy_packs.read(DATA, name)
    for key, value in pack.values.items():
        note, usual = pack.notes[key], standard().notes[key]
        if value != standard().values[key]:
            assert note.rationale != usual.rationale, key
            assert note.source != usual.source, key


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_rule_names_who_published_it_and_where(name: str) -> None:
    pack = policy_packs.read(DATA, name)
    changed = [key for key in pack.values if pack.values[key] != standard().values[key]]
    assert changed
    for key in changed:
        assert "://" in pack.notes[key].source, key
        assert any(
            word in pack.notes[key].source for word in ("College", "University", "Health")
        ), key


def test_no_trial_can_be_started_with_a_pack() -> None:
    lying_beside = {path.stem for path in (DATA / "policy").glob("*.toml")}
    assert lying_beside.isdisjoint(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_pack_and_the_standard_part_on_the_same_trials(name: str) -> None:
    population = parse_population((DATA / "behaviours.toml").read_text("utf-8"), "behaviours.toml")
    found = side_by_side(standard(), policy_packs.read(DATA, name), population, trials=2000)
    assert 0 < found.agree.count < 2000
    assert found.first.trials == found.second.trials == 2000
    assert [one.label for one in found.first.behaviours] == [
        one.label for one in population.behaviours
    ]
    # The same departments: the year after does not hang on who judges.
    assert found.first.overall.dark == found.second.overall.dark


def test_unknown_packs_are_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="lenient, one-a-week"):
        policy_packs.read(DATA, "../readiness")
    with pytest.raises(InvalidInput, match="no file yet"):
        policy_packs.read(tmp_path, "strict")


def test_a_pack_that_is_no_policy_is_refused_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "policy" / "packs"
    folder.mkdir(parents=True)
    (folder / "odd.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(PolicyError, match=r"odd\.toml: the file"):
        policy_packs.read(tmp_path, "odd")
