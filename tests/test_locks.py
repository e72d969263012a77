"""The locks fit the lists: what `make` installs is what the lists ask for, byte for byte.

A change of a list fails here until somebody runs ``make lock``.
"""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from trial.config import ROOT

LOCKS = {"requirements.txt": "requirements.lock", "requirements-dev.txt": "requirements-dev.lock"}
_PIN = re.compile(
    r"^([\w.-]+)==(\S+)(?: ; (.*?))? \\\n((?:    --hash=.*\n)+)((?:    #.*\n)*)", re.MULTILINE
)


def asked_in(name: str) -> dict[str, Requirement]:
    """Return what a list asks for itself, by name; what it takes from another list stays there."""
    lines = [line.split("#")[0].strip() for line in (ROOT / name).read_text("utf-8").splitlines()]
    asked = [Requirement(line) for line in lines if line and not line.startswith("-")]
    return {canonicalize_name(requirement.name): requirement for requirement in asked}


def pins_in(name: str) -> dict[str, set[tuple[str, str]]]:
    """Return the versions a lock may install of each library, each with where it may."""
    pins: dict[str, set[tuple[str, str]]] = {}
    for library, version, marker, _, _ in _PIN.findall((ROOT / name).read_text("utf-8")):
        pins.setdefault(library, set()).add((version, marker))
    return pins


@pytest.mark.parametrize("listed", LOCKS)
def test_every_library_of_a_list_is_locked_within_its_bounds(listed: str) -> None:
    pins = pins_in(LOCKS[listed])
    for name, requirement in asked_in(listed).items():
        assert name in pins, f"{name} is not locked: make lock"
        outside = [version for version, _ in pins[name] if version not in requirement.specifier]
        assert outside == [], f"{requirement} is locked otherwise: make lock"


@pytest.mark.parametrize("listed", LOCKS)
def test_what_left_a_list_has_left_its_lock(listed: str) -> None:
    text = (ROOT / LOCKS[listed]).read_text("utf-8")
    named = {
        library
        for library, _, _, _, via in _PIN.findall(text)
        if re.search(rf"-r {re.escape(listed)}$", via, re.MULTILINE)
    }
    assert named == set(asked_in(listed)), "make lock"


def test_who_tests_has_what_runs() -> None:
    run, dev = pins_in("requirements.lock"), pins_in("requirements-dev.lock")
    assert {name: dev.get(name) for name in run} == run


@pytest.mark.parametrize("lock", LOCKS.values())
def test_every_file_is_told_by_its_hash_and_no_index_is_named(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    pinned = re.findall(r"^[\w.-]+(?=\[|==)", text, re.MULTILINE)
    assert len(pinned) == len(_PIN.findall(text)) > 50
    assert "://" not in text
    assert "make lock" in text.splitlines()[1]


def test_make_installs_from_the_locks() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for lock in LOCKS.values():
        assert f"$(call install,{lock})" in makefile
    assert makefile.count("--require-hashes") == 2


def test_hooks_run_what_lint_runs() -> None:
    (linted,) = re.findall(r"^lint: (.*?) ##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    hooks = re.findall(r"entry: make (\S+)", (Path(ROOT) / ".pre-commit-config.yaml").read_text())
    assert hooks == linted.split()
