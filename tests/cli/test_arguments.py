"""Numbers and days nobody can have meant: one sentence, never a traceback."""

from pathlib import Path

import pytest

from trial.cli import REFUSED, main

LOG = "data/examples/trial_log.csv"
HISTORY = "data/examples/posting-history.csv"
LONG = "9" * 23
PPOS = ("ppos", "--responses", "1", "--looks", "2", "--total", "3", "--need", "2")


@pytest.mark.parametrize(
    "command",
    [
        ("import", "--undo", LONG),
        ("import", "--undo", "9" * 10_000),
        ("import", "--undo", "0"),
        ("import", "--undo", "-1"),
        ("import", "--undo", "2147483648"),
        ("simulate", "--trials", LONG),
        ("simulate", "--weeks", LONG),
        ("simulate", "--seed", LONG),
        ("validate", HISTORY, "--resamples", LONG),
        ("validate", HISTORY, "--seed", LONG),
        ("validate", HISTORY, "--min-rate", "inf"),
        (*PPOS, "--total", LONG),
        (*PPOS, "--looks", LONG),
        (*PPOS, "--need", LONG),
        (*PPOS, "--rate", "nan"),
    ],
)
def test_a_number_nobody_can_have_meant_is_refused_with_the_option_it_stands_behind(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == REFUSED
    said = capsys.readouterr().err.splitlines()[-1]
    assert command[-2] in said
    assert "please give a" in said
    assert len(said) < 300


@pytest.mark.usefixtures("comms")
def test_the_largest_number_an_import_can_have_is_looked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["import", "--undo", "2147483647"]) == REFUSED
    assert "is not there any more" in capsys.readouterr().err


@pytest.mark.parametrize(
    "day", ["0001-01-01", "1989-12-31", "2100-01-04", "9999-12-27", "tomorrow"]
)
@pytest.mark.parametrize(
    "option, command",
    [
        ("--start", ("score", LOG, "--start", "{}")),
        ("--today", ("score", LOG, "--start", "2026-01-05", "--today", "{}")),
        ("--until", ("validate", HISTORY, "--until", "{}")),
    ],
)
def test_a_day_far_from_any_trial_is_refused_with_the_days_that_are_taken(
    option: str, command: tuple[str, ...], day: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([part.format(day) for part in command]) == REFUSED
    said = capsys.readouterr().err
    assert said.startswith(f"{option} cannot be “{day}”")
    assert "from 1990-01-01 to 2099-12-31" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("today", ["1990-01-01", "2099-12-31"])
@pytest.mark.parametrize("start", ["1990-01-01", "2099-12-28"])
def test_the_first_and_the_last_day_are_reckoned_with(
    start: str, today: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score", LOG, "--start", start, "--today", today]) == 0
    assert "Weeks" in capsys.readouterr().out


@pytest.mark.parametrize("day", ["0001-01-01", "1000-01-01", "9999-12-31", "tomorrow"])
def test_the_app_takes_no_such_day_for_today(
    day: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'trial.db'}")
    monkeypatch.setenv("TRIAL_TODAY", day)
    assert main(["migrate"]) == REFUSED
    assert "TRIAL_TODAY" in (said := capsys.readouterr().err)
    assert "from 1990-01-01 to 2099-12-31" in said


@pytest.mark.usefixtures("comms")
@pytest.mark.parametrize("typed", ["a\x00@b.example", "a\udcff@b.example", "x" * 100_000])
def test_an_address_with_what_cannot_be_shown_is_one_sentence(
    typed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["let-in", typed]) == REFUSED
    said = capsys.readouterr().err
    assert said.startswith("E-mail")
    assert said.count("\n") == 1
    assert len(said) < 300
