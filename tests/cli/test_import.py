"""``python -m trial import`` and ``import-timelines``, through the same door as a person."""

import csv
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


# ------------------------------------------------------------------------------------ timelines
@pytest.fixture
def posts_csv(tmp_path: Path) -> str:
    path = tmp_path / "posts.csv"
    lines = ["source,account,date,n"]
    for week in range(14):
        day = date.fromordinal(date(2024, 1, 1).toordinal() + 7 * week)
        lines += [f"blogs,steady [x],{day},4", f"blogs,weekly,{day},1"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_timelines_go_in_are_judged_reported_and_come_out(
    comms: Actor, posts_csv: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.csv"
    assert main(["import-timelines", posts_csv, "--report", str(report)]) == 0
    said = capsys.readouterr().out
    assert "blogs · steady [x]" in said
    assert "1 Ready for its own account" in said
    assert "1 Keep feeding the main channels" in said
    assert "2 trials added with 65 posts; 0 were there already." in said
    with report.open(encoding="utf-8", newline="") as file:
        rows = {row["account"]: row for row in csv.DictReader(file)}
    assert (rows["steady [x]"]["verdict"], rows["steady [x]"]["in_band"]) == ("ready", "13")
    assert rows["weekly"]["counts"] == " ".join(["1"] * 13)
    assert main(["import-timelines", posts_csv]) == 0
    assert "0 trials added with 0 posts; 2 were there already." in capsys.readouterr().out
    assert main(["import-timelines", "--undo"]) == 0
    assert "2 trials" in capsys.readouterr().out


TWO_DAYS = "source,account,date,n\nblogs,ward,2024-01-01,4\nblogs,ward,2024-01-02,4\n"


@pytest.mark.parametrize(
    "arguments, told",
    [
        ([], "POSTS"),
        (["missing.csv"], "a file that can be read"),
        (["{posts}", "--weeks", "0"], "1 to 52"),
        (["{posts}", "--accounts", "{posts}"], "obs_start, obs_end"),
        (["{posts}", "--report", "no/such/folder/r.csv"], "a file to write"),
    ],
)
def test_timelines_that_cannot_be_taken_are_told_in_one_sentence(
    comms: Actor,
    posts_csv: str,
    arguments: list[str],
    told: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = [argument.replace("{posts}", posts_csv) for argument in arguments]
    assert main(["import-timelines", *given]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    "rows, told",
    [
        # The same rows, pasted twice.
        (
            "blogs,ward,2024-01-01,4\nblogs,ward,2024-01-02,4\n",
            "posts.csv, row 4, date: “Mon 1 Jan 2024” cannot be used; accepted is one row a day "
            "where n counts the posts; row 2 has this account and day already.",
        ),
        (
            "blogs,ward,2029-01-01,1\n",
            "posts.csv, row 4, date: “Mon 1 Jan 2029” cannot be used; accepted is a day up to "
            "today, Mon 9 Feb 2026.",
        ),
    ],
)
def test_days_that_stand_twice_or_are_still_to_come_are_refused_with_their_row(
    comms: Actor,
    backend: Backend,
    tmp_path: Path,
    rows: str,
    told: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "posts.csv"
    path.write_text(TWO_DAYS + rows, encoding="utf-8")
    assert main(["import-timelines", str(path)]) == 2
    assert capsys.readouterr().err == f"{told}\n"
    assert trials.list_trials(comms, backend, include_history=True) == ()


def test_a_timeline_says_where_its_account_is_from_so_that_no_own_department_is_meant(
    comms: Actor, posts_csv: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(posts_csv)
    path.write_text(path.read_text().replace("blogs,", "").replace("source,", ""))
    assert main(["import-timelines", posts_csv]) == 2
    told = capsys.readouterr().err
    assert told == (
        "Source of steady [x] is empty; accepted is where the account is from, in each row.\n"
    )


def test_one_of_each_is_said_as_one(
    comms: Actor, posts_csv: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import-timelines", posts_csv, "--limit", "1"]) == 0
    said = capsys.readouterr().out
    assert "1 trial added with 52 posts; 0 were there already." in said
    assert "Left out: 1 account beyond the limit." in said
    assert "Note: Each account is taken to have been watched from its first post to" in said
    assert main(["import-timelines", posts_csv, "--limit", "1"]) == 0
    assert "0 trials added with 0 posts; 1 was there already." in capsys.readouterr().out
    assert main(["import-timelines", "--undo"]) == 0
    assert "1 trial from timelines was taken out." in capsys.readouterr().out


@pytest.mark.parametrize("number", ["987654", "2147483647"])
def test_a_number_that_no_import_has_is_told_in_a_sentence(
    backend: Backend, trial_id: int, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", f"--undo={number}"]) == 2
    said = capsys.readouterr()
    assert said.err == "What you opened is not there any more. Nothing was changed.\n"
    assert said.out == ""
