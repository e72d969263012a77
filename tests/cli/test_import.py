"""``python -m trial import``, through the same door as a person."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from trial.cli import main
from trial.services import trials
from trial.services.access import OPERATOR, Actor
from trial.services.backend import Backend
from trial.services.imports import history

# Today is Mon 9 Feb 2026; the trial runs from Mon 5 Jan to Sun 5 Apr.
GOOD = "Titel;Geplant am;Mood\nTee 💉;13.02.2026;good\nKuchen;20.02.2026;fine\n"


@pytest.fixture
def trial_id(backend: Backend, comms: Actor) -> int:
    return trials.start(comms, backend, department="Cardiology", starts_on=date(2026, 1, 5)).id


@pytest.fixture
def plan(tmp_path: Path) -> Callable[[str], str]:
    def write(text: str) -> str:
        path = tmp_path / "plan.csv"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def brought(backend: Backend, trial_id: int) -> list[int]:
    views = history(OPERATOR, backend, trial_id=trial_id)
    return [view.count for view in views if view.undone_at is None]


def test_a_file_goes_in_after_its_columns_were_shown_and_comes_out_by_its_number(
    backend: Backend,
    trial_id: int,
    plan: Callable[[str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["import", plan(GOOD), "--department", "cardiology", "--yes"]) == 0
    said = capsys.readouterr().out
    assert "Titel" in said
    assert "planned_for" in said
    assert "2 posts imported for Cardiology" in said
    assert brought(backend, trial_id) == [2]
    assert main(["import", "--undo", said.split()[-1]]) == 0
    assert "Taken back: 2 posts" in capsys.readouterr().out
    assert brought(backend, trial_id) == []


def test_one_row_is_said_as_one(
    backend: Backend,
    trial_id: int,
    plan: Callable[[str], str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def agree(question: str) -> str:
        asked.append(question)
        return "y"

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", agree)
    one = plan("Title;Delivered on\nTea;2026-01-13\n")
    assert main(["import", one, "--department", "Cardiology"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("1 row for Cardiology:\n")
    assert "1 delivery is entered late and will be marked so." in said
    assert asked == ["Import 1 post for Cardiology? [y/N] "]
    assert "1 post imported for Cardiology. Take it back with: " in said
    assert main(["import", "--undo", said.split()[-1]]) == 0
    assert "Taken back: 1 post of" in capsys.readouterr().out


def test_nobody_to_ask_means_no_import(
    backend: Backend,
    trial_id: int,
    plan: Callable[[str], str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert main(["import", plan(GOOD), "--department", "Cardiology"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert brought(backend, trial_id) == []


@pytest.mark.parametrize("answer, posts", [("y", [2]), ("ja", [2]), ("", []), ("no", [])])
def test_a_person_is_asked_and_only_a_yes_imports(
    backend: Backend,
    trial_id: int,
    plan: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    posts: list[int],
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _question: answer)
    assert main(["import", plan(GOOD), "--department", "Cardiology"]) == 0
    assert brought(backend, trial_id) == posts


def test_bad_rows_are_listed_and_keep_the_file_out_unless_the_good_ones_are_wanted(
    backend: Backend,
    trial_id: int,
    plan: Callable[[str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = plan(GOOD + "Brot;31.02.2026;sad\n")
    assert main(["import", path, "--department", "Cardiology", "--yes"]) == 2
    told = capsys.readouterr()
    assert "Row 4: " in told.out
    assert "Nothing was imported" in told.err
    assert brought(backend, trial_id) == []
    assert main(["import", path, "--department", "Cardiology", "--yes", "--good-rows"]) == 0
    assert brought(backend, trial_id) == [2]


@pytest.mark.parametrize(
    "wishes, status, posts",
    [
        (["--map", "title=Mood"], 0, [2]),
        (["--map", "title=Nowhere"], 2, []),
        (["--map", "Mood"], 2, []),
        (["--map", "planned_for="], 2, []),
        (["--start", "2026-01-05"], 0, [2]),
        (["--start", "2026-01-12"], 2, []),
        (["--order", "day-first"], 0, [2]),
        (["--order", "month-first"], 2, []),
    ],
)
def test_wishes_are_followed_or_refused(
    backend: Backend,
    trial_id: int,
    plan: Callable[[str], str],
    wishes: list[str],
    status: int,
    posts: list[int],
) -> None:
    assert main(["import", plan(GOOD), "--department", "Cardiology", "--yes", *wishes]) == status
    assert brought(backend, trial_id) == posts


@pytest.mark.parametrize(
    "arguments, told",
    [
        ([], "FILE and --department"),
        (["missing.csv", "--department", "Cardiology"], "a file that can be read"),
        ([".", "--department", "Cardiology"], "a file that can be read"),
        (["missing.csv", "--department", "Radiology"], "Cardiology"),
        (["--undo", "999"], "not there any more"),
    ],
)
def test_what_is_not_there_is_told_in_one_sentence(
    trial_id: int, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", *arguments]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert "Traceback" not in said


def test_a_file_of_fifty_megabytes_is_refused_unread(
    trial_id: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert main(["import", str(path), "--department", "Cardiology"]) == 2
    assert "50.0 MB" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["987654", "2147483647"])
def test_a_number_that_no_import_has_is_told_in_a_sentence(
    backend: Backend, trial_id: int, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", f"--undo={number}"]) == 2
    said = capsys.readouterr()
    assert said.err == "What you opened is not there any more. Nothing was changed.\n"
    assert said.out == ""
