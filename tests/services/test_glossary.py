"""The words of the product, read from their document and filled in from the policy."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from trial.domain.errors import InvalidInput
from trial.domain.glossary import Explanation, Word
from trial.scoring.checks import REGISTRY
from trial.services.backend import Backend
from trial.services.glossary import FILE, glossary


@pytest.fixture
def edited(backend: Backend, tmp_path: Path) -> tuple[Backend, Path]:
    """A hospital with a data folder of its own, and the document in it."""
    folder = tmp_path / "edited"
    copytree(backend.data_folder, folder)
    return replace(backend, data_folder=folder), folder / FILE


def _all(backend: Backend) -> dict[str, Explanation]:
    read = glossary(backend).glossary
    return dict([*read.words.items(), *read.checks.items()])


def test_every_word_and_every_check_of_the_registry_is_explained(backend: Backend) -> None:
    assert set(_all(backend)) == {*Word, *(check.name for check in REGISTRY)}


def test_each_is_two_sentences_and_an_example(backend: Backend) -> None:
    for word, one in _all(backend).items():
        assert len(re.findall(r"\.(?: |$)", one.meaning)) == 2, word
        assert one.example.endswith("."), word


def test_numbers_are_those_of_the_policy(edited: tuple[Backend, Path]) -> None:
    backend, _ = edited
    policy = backend.data_folder / "policy" / "readiness.toml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(
        re.sub(r"(?m)^(zero_days\s*= \{ value = )28", r"\g<1>21", text), encoding="utf-8"
    )
    words = _all(backend)
    assert "from 21 days on" in words["continuity"].meaning
    assert not any("{" in one.meaning + one.example for one in words.values())


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[words.slot]", "[words.sloth]", "words"),
        ("{zero_days}", "{zero}", "{zero}"),
        ("[checks.finish]", "[checks.final]", "checks"),
        ('name = "Slot"', 'title = "Slot"', "words.slot"),
    ],
)
def test_a_document_that_is_not_whole_is_refused_with_its_place(
    edited: tuple[Backend, Path], old: str, new: str, told: str
) -> None:
    backend, file = edited
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"glossary\.toml") as refused:
        glossary(backend)
    assert told in str(refused.value)


def test_a_check_without_its_explanation_is_refused(edited: tuple[Backend, Path]) -> None:
    backend, file = edited
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("[checks.shared_load]")], encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"checks\.shared_load"):
        glossary(backend)
