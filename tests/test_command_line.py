"""The command line: what it prints, what it refuses, how it ends."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from trial import cli
from trial.cli import INTERRUPTED, REFUSED, main

ROOT = Path(__file__).parents[1]


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "DATABASE_URL" in said
    commands = re.findall(r"^    (\S+)", said, re.MULTILINE)
    assert len(commands) == len(cli.COMMANDS)
    for command in commands:
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0
        assert f"trial {command}" in capsys.readouterr().out


def test_without_a_command_it_says_that_one_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == REFUSED
    assert "COMMAND" in capsys.readouterr().err


def test_migrate_says_what_it_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'trial.db'}")
    assert main(["migrate"]) == 0
    assert "made the tables" in capsys.readouterr().out
    assert main(["migrate"]) == 0
    assert "the tables are current" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content", [b"Dear colleagues, " * 500, b"SQLite format 3\0" + b"\x5a" * 8000]
)
def test_a_file_that_is_no_database_is_one_sentence_and_stays_as_it_is(
    content: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "trial.db"
    file.write_bytes(content)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    for command in (["migrate"], ["let-in", "kim@hospital.example"]):
        assert main(command) == REFUSED
        said = capsys.readouterr()
        assert re.fullmatch(r"The database .* cannot be opened: .*\.\n", said.err)
        assert said.out == ""
    assert file.read_bytes() == content


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "mysql://ada:secret@localhost/trial"),
        ("DATABASE_URL", "postgresql://ada:secret@127.0.0.1:1/trial"),
        ("DATABASE_URL", "sqlite:////dev/null/trial.db"),
        ("TRIAL_TODAY", "tomorrow"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_on_stderr(
    variable: str,
    value: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(variable, value)
    assert main(["migrate"]) == REFUSED
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert variable in said.err
    assert "secret" not in said.err


def test_stopping_it_is_no_error_to_look_at(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("trial.bootstrap.migrate", interrupted)
    assert main(["migrate"]) == INTERRUPTED
    assert "Traceback" not in capsys.readouterr().err


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.run(
        [sys.executable, "-m", "trial", "migrate"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'trial.db'}"},
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert (process.returncode, process.stderr) == (0, "")
