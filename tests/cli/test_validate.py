"""``python -m trial validate``: what it answers and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.help import undocumented
from trial.cli import REFUSED, main
from trial.config import ROOT

EXAMPLE = str(ROOT / "data" / "examples" / "posting-history.csv")
SHORT = ("validate", EXAMPLE, "--resamples", "100")


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAL_TODAY", "2026-02-13")


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main([*SHORT, "--json", *arguments]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    found: dict[str, Any] = json.loads(said.out)
    return found


def test_the_answer_comes_first_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SHORT]) == 0
    said = capsys.readouterr().out
    assert said.startswith("On these accounts the score was not clearly better or worse than ")
    for words in (
        "Of 8 trials judged ready, 7 were still active half a year later.",
        "Keep feeding the main channels  7",
        "AUC",
        "Posts a week",
        "The score",
        "Calibration: by score, of 100",
        "90–100",
        "Read as a chance, the score has a Brier score of",
        "Note: ",
    ):
        assert words in said
    assert "By source" not in said


def test_json_is_the_same_for_the_same_seed(capsys: pytest.CaptureFixture[str]) -> None:
    first = answer(capsys, "--seed", "7")
    assert answer(capsys, "--seed", "7") == first
    assert answer(capsys, "--seed", "8") != first
    assert (first["seed"], first["resamples"], first["all"]["accounts"]) == (7, 100, 12)


def test_two_files_a_policy_and_rates_are_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    posts, accounts = tmp_path / "p.csv", tmp_path / "a.csv"
    days = "".join(f"pages,{name},2024-01-0{day},30\n" for name in "ab" for day in range(1, 8))
    posts.write_text("source,account,date,n\n" + days)
    accounts.write_text(
        "source,account,granularity,obs_start,obs_end,left_truncated\n"
        "pages,a,day,2024-01-01,2024-12-31,0\npages,b,week,2023-12-01,2024-12-31,1\n"
    )
    rates = ("--min-rate", "10", "--max-rate", "20")
    both = [str(posts), str(accounts)]
    assert main(["validate", *both, *rates, "--resamples", "100", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["min_rate"], found["max_rate"]) == (10, 20)
    assert found["files"] == ["p.csv", "a.csv"]
    assert found["by_day"]["accounts"] == 1
    assert main(["validate", *both]) == REFUSED
    assert "2 not within 1–10 posts a week" in capsys.readouterr().err


def test_how_long_they_were_watched_can_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    longer = answer(capsys, "--until", "2026-02-13")
    assert any("to Fri 13 Feb 2026" in note for note in longer["notes"])


def test_the_report_is_a_page_of_the_same_findings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.html"
    found = answer(capsys, "--report", str(report))
    page = report.read_text(encoding="utf-8")
    assert "<h1>On these accounts the score was not clearly better or worse than " in page
    assert "<p>Of 8 trials judged ready, 7 were still active half a year later." in page
    assert found["policy"]["hash"] in page


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("validate", "nowhere.csv"), "POSTS cannot be “nowhere.csv”"),
        (("validate", EXAMPLE, "nowhere.csv"), "ACCOUNTS cannot be “nowhere.csv”"),
        ((*SHORT, "--until", "soon"), "--until cannot be “soon”"),
        ((*SHORT, "--until", "2026-02-14"), "Until cannot be “Sat 14 Feb 2026”"),
        ((*SHORT, "--seed", "-1"), "Seed cannot be -1"),
        (("validate", EXAMPLE, "--resamples", "1"), "Resamples cannot be 1"),
        ((*SHORT, "--min-rate", "9", "--max-rate", "2"), "Rates cannot be “9 to 2”"),
        ((*SHORT, "--min-rate", "90", "--max-rate", "99"), "No account has 13 weeks that can"),
        ((*SHORT, "--report", "no/such/folder/r.html"), "--report cannot be "),
        ((*SHORT, "--report", "r.json"), "--report cannot be “r.json”. Please give a name"),
        (
            ("validate", "nowhere.csv", "--report", "report"),
            "Please give a name that ends in .html",
        ),
        ((*SHORT, "--policy", "nowhere.toml"), "nowhere.toml"),
        (("validate", str(ROOT / "README.md")), "README.md"),
    ],
)
def test_what_cannot_be_validated_is_one_sentence(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments]) == REFUSED
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert told.err.count("\n") == 1


def test_help_documents_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    assert undocumented("validate", answer(capsys), capsys) == []
