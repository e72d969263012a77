"""``python -m trial simulate``: what it answers and what it refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.help import undocumented
from tests.simulation.populations import SHIPPED_FILE
from tests.unit.policies import STANDARD_FILE
from trial.cli import REFUSED, main

SHORT = ("simulate", "--trials", "600")


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main([*SHORT, "--json", *arguments]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_it_prints_a_row_a_behaviour_and_one_for_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SHORT]) == 0
    said = capsys.readouterr()
    assert "600 made-up trials of 13 weeks under Standard, version 2; seed 1" in said.out
    for label in ("Steady", "Bursty", "The champion leaves", "Going dark", "All of them"):
        assert label in said.out
    assert len(re.findall(r" [0-9]+ \([0-9]+–[0-9]+\)", said.out)) > 40
    assert said.err == ""


def test_json_is_the_same_for_the_same_seed(capsys: pytest.CaptureFixture[str]) -> None:
    first = answer(capsys, "--seed", "7")
    assert answer(capsys, "--seed", "7") == first
    assert answer(capsys, "--seed", "8") != first
    assert (first["weeks"], first["trials"], first["seed"]) == (13, 600, 7)


def test_one_behaviour_alone(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "--behaviour", "bursty")
    rows = found["behaviours"]
    assert isinstance(rows, list)
    assert [(row["behaviour"], row["trials"]) for row in rows] == [("bursty", 600)]
    overall = found["overall"]
    assert isinstance(overall, dict)
    assert overall["verdicts"] == rows[0]["verdicts"]
    assert main([*SHORT, "--behaviour", "bursty"]) == 0
    assert "All of them" not in capsys.readouterr().out


def test_the_policy_and_the_length_that_are_named_are_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kind = tmp_path / "kind.toml"
    text = STANDARD_FILE.read_text(encoding="utf-8")
    text = text.replace("ready_from     = { value = 0.75", "ready_from     = { value = 0.60")
    kind.write_text(text.replace('"Standard"', '"Kind"'), encoding="utf-8")
    found = answer(capsys, "--policy", str(kind), "--weeks", "8")
    policy = found["policy"]
    assert isinstance(policy, dict)
    assert (policy["name"], found["weeks"]) == ("Kind", 8)


def test_two_policies_are_told_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SHORT, "--against", "strict"]) == 0
    said = capsys.readouterr().out
    assert "The same 600 made-up trials under Standard (13 weeks) and Strict (13 weeks)" in said
    assert "Standard ↓  Strict →" in said
    assert "Strict says extend where Standard says ready in " in said
    assert "What decides: the thresholds alone in " in said
    assert "For example, steady: " in said


def test_a_second_policy_changes_nothing_about_the_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    alone, beside = answer(capsys), answer(capsys, "--against", str(STANDARD_FILE))
    assert {key: beside[key] for key in alone} == alone
    assert beside["against"] == alone
    assert beside["differences"] == []
    agree = beside["agree"]
    assert isinstance(agree, dict)
    assert agree["share"] == 1.0


def test_more_than_a_second_shows_progress_only_where_somebody_looks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["simulate", "--trials", "9000", "--json"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    json.loads(said.out)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--trials", "0"), "Trials cannot be 0"),
        (("--weeks", "1"), "Weeks cannot be 1"),
        (("--seed", "-1"), "Seed cannot be -1"),
        (("--behaviour", "lazy"), "steady, bursty"),
        (("--policy", "nowhere.toml"), "Policy cannot be “nowhere.toml”"),
        (("--behaviours", "nowhere.toml"), "Behaviours cannot be “nowhere.toml”"),
        (("--against", "nobody"), "one of lenient, one-a-week"),
        (("--against", "strict", "--trials", "0"), "Trials cannot be 0"),
        (("--against", "strict", "--trials", "200001"), "at most 200000 where two"),
        (("--against", "strict", "--weeks", "1"), "Weeks cannot be 1"),
    ],
)
def test_what_cannot_be_simulated_is_one_sentence(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*SHORT, *arguments]) == REFUSED
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert told.err.count("\n") == 1


def test_files_that_say_the_impossible_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    behaviours = tmp_path / "behaviours.toml"
    text = SHIPPED_FILE.read_text(encoding="utf-8")
    behaviours.write_text(text.replace("version = 2", "version = -1"), encoding="utf-8")
    assert main([*SHORT, "--behaviours", str(behaviours)]) == REFUSED
    assert "behaviours.toml: version cannot be -1" in capsys.readouterr().err
    behaviours.write_text(text.replace("value = 0.56", "value = 1.56"), encoding="utf-8")
    assert main([*SHORT, "--behaviours", str(behaviours)]) == REFUSED
    assert "behaviours.steady.share cannot be 1.56" in capsys.readouterr().err
    beyond = tmp_path / "beyond.toml"
    text = STANDARD_FILE.read_text(encoding="utf-8")
    text = text.replace("ready_from     = { value = 0.75", "ready_from     = { value = 1.0")
    beyond.write_text(text, encoding="utf-8")
    assert main([*SHORT, "--policy", str(beyond)]) == REFUSED
    assert "Nothing passes the policy Standard" in capsys.readouterr().err
    assert main([*SHORT, "--against", str(beyond)]) == REFUSED
    assert "Nothing passes the policy Standard" in capsys.readouterr().err


def test_help_documents_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "--against", "two-weeks-proof")
    assert undocumented("simulate", found, capsys) == []
