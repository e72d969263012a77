"""``python -m trial ppos``: what it answers and what it refuses."""

from __future__ import annotations

import json

import pytest

from tests.cli.help import undocumented
from trial.cli import REFUSED, main

RUNNING = ("ppos", "--responses", "7", "--looks", "8", "--total", "13")
PUBLISHED = (
    *("ppos", "--responses", "16", "--looks", "23", "--total", "40"),
    *("--rate", "0.6", "--cutoff", "0.90", "--prior", "0.6,0.4"),
)


def test_it_answers_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*RUNNING, "--need", "10"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("0.9051: chance of success after 7 responses in 8 of 13 looks.")
    assert "at least 10 responses" in said
    assert "Beta(1, 1)" in said


def test_json_carries_the_question_with_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*RUNNING, "--need", "10", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer.pop("probability") == pytest.approx(0.9051, abs=5e-5)
    assert answer == {
        "responses": 7,
        "looks": 8,
        "total": 13,
        "need": 10,
        "prior": [1.0, 1.0],
        "rate": None,
        "cutoff": None,
    }


def test_the_published_form_gives_the_published_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*PUBLISHED, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["probability"] == pytest.approx(0.5656, abs=5e-5)
    assert (answer["need"], answer["rate"], answer["cutoff"]) == (28, 0.6, 0.9)
    assert main(list(PUBLISHED)) == 0
    assert "0.5656" in capsys.readouterr().out


def test_a_rate_out_of_reach_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    beyond = [*RUNNING, "--rate", "0.99", "--cutoff", "0.99"]
    assert main(beyond) == 0
    said = capsys.readouterr().out
    assert said.startswith("0.0000")
    assert "out of reach" in said
    assert main([*beyond, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["need"] is None


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("--responses", "9", "--looks", "8", "--total", "13", "--need", "10"), "Responses"),
        (("--responses", "5", "--looks", "14", "--total", "13", "--need", "10"), "Looks"),
        (("--responses", "5", "--looks", "8", "--total", "13", "--need", "14"), "Need"),
        (("--responses", "0", "--looks", "0", "--total", "0", "--need", "0"), "Total"),
        (("--responses", "5", "--looks", "8", "--total", "13"), "Success"),
        ((*RUNNING[1:], "--need", "10", "--rate", "0.5"), "Success"),
        ((*RUNNING[1:], "--rate", "0.5"), "Cutoff"),
        ((*RUNNING[1:], "--cutoff", "0.5"), "Rate"),
        ((*RUNNING[1:], "--rate", "1.5", "--cutoff", "0.5"), "Rate"),
        ((*RUNNING[1:], "--need", "10", "--prior", "0,1"), "Prior"),
        ((*RUNNING[1:], "--need", "10", "--prior", "one"), "Prior"),
        ((*RUNNING[1:], "--need", "10", "--prior", "1,2,3"), "Prior"),
        (
            (
                "--responses",
                "9",
                "--looks",
                "8",
                "--total",
                "13",
                "--rate",
                ".99",
                "--cutoff",
                ".99",
            ),
            "Responses",
        ),
    ],
)
def test_what_cannot_be_answered_is_one_sentence_that_names_the_field(
    arguments: tuple[str, ...], field: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ppos", *arguments]) == REFUSED
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith((f"{field} cannot be ", f"Please fill in {field}"))
    assert said.err.count("\n") == 1


def test_help_documents_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    main([*RUNNING, "--need", "10", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert undocumented("ppos", found, capsys) == []
