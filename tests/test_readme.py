"""The README is held to its word: its commands run, what it shows is what they print."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from tests.accounts import set_up_hospital
from trial.bootstrap import ready_backend
from trial.cli import COMMANDS, parser
from trial.config import ROOT, Settings
from trial.services import trials

README = (ROOT / "README.md").read_text("utf-8")

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# Commands that set up or measure a whole machine are not run from within the tests. Each is run
# elsewhere, and there this very text must stand.
RUN_ELSEWHERE = {
    "make run": (".ci/run", "make run"),
    "make test": (".ci/run", "make test"),
    "make bench": ("Makefile", "-m tests.bench"),
    "make migrate": ("Makefile", "$(BIN)/python -m trial migrate"),
    "pip install -r requirements.txt": (".ci/run", "pip install -q -r requirements.txt"),
    "streamlit run app.py": (".ci/run", "streamlit run app.py"),
}


def blocks(language: str) -> list[str]:
    return [text for found, text in BLOCK.findall(README) if found == language]


def commands() -> list[str]:
    return [line for block in blocks("sh") for line in block.splitlines() if line]


def run_here() -> list[str]:
    return [command for command in commands() if command not in RUN_ELSEWHERE]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the commands need, with a trial in the database that lies where it does."""
    folder = tmp_path_factory.mktemp("checkout")
    leave = shutil.ignore_patterns("__pycache__", "*.db", "*.db-*", "pictures")
    for name in ("trial", "data"):
        shutil.copytree(ROOT / name, folder / name, ignore=leave)
    backend = ready_backend(
        Settings(
            f"sqlite:///{folder / 'data' / 'trial.db'}",
            folder / "data",
            date(2026, 1, 20),
            open_set_up=True,
        )
    )
    comms = set_up_hospital(backend, email="kim@hospital.example", password="five quiet geese")
    trials.start(comms, backend, department="Cardiology", starts_on=date(2026, 1, 5))
    backend.database.close()
    return folder


def run(command: str, folder: Path) -> str:
    """Run one line as a reader would, in the copy, and return what it prints."""
    environ = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environ.get("PATH", "")])
    environ["TRIAL_TODAY"] = "2026-01-20"
    # A wide README is no wider than a terminal without a width of its own.
    environ.pop("COLUMNS", None)
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_every_command_of_the_readme_runs(checkout: Path) -> None:
    printed = {command: run(command, checkout) for command in run_here()}
    assert len(printed) >= 7
    assert "Password: " in printed["python -m trial let-in kim@hospital.example"]
    assert "Taken back" in printed["python -m trial import --undo 1"]
    (nightly,) = checkout.glob("backup-????-??-??.db")
    assert nightly.stat().st_size > 0
    assert "former database" in printed["python -m trial restore backup.db --yes"]
    assert "were still active" in (checkout / "validation.html").read_text("utf-8")


def test_what_the_readme_shows_is_what_is_printed(checkout: Path) -> None:
    (scored,) = (command for command in commands() if command.startswith("python -m trial score"))
    printed = [line.rstrip() for line in run(scored, checkout).splitlines()]
    (shown,) = blocks("text")
    # A line of three dots stands for lines that are left out.
    for part in re.split(r"^…\n", shown, flags=re.MULTILINE):
        lines = part.rstrip("\n").splitlines()
        assert lines
        starts = [at for at in range(len(printed)) if printed[at : at + len(lines)] == lines]
        assert starts, f"not printed any more:\n{part}"
        printed = printed[starts[0] + len(lines) :]


@pytest.mark.parametrize("command", RUN_ELSEWHERE)
def test_a_command_that_is_not_run_here_is_run_elsewhere(command: str) -> None:
    assert command in commands(), "the README does not name it any more"
    file, text = RUN_ELSEWHERE[command]
    assert text in (ROOT / file).read_text("utf-8")


def test_measuring_the_speed_can_be_asked_for() -> None:
    # `make bench` takes minutes and the machine for itself; what it starts must at least be there.
    made = subprocess.run(
        ["make", "--dry-run", "bench"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "-m tests.bench" in made.stdout
    assert (ROOT / "tests" / "bench" / "__main__.py").is_file()


def test_the_plain_start_is_the_one_the_browser_tests_use() -> None:
    server = (ROOT / "tests" / "browser" / "server.py").read_text("utf-8")
    assert '"streamlit", "run"' in server


def test_every_setting_is_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    source = (ROOT / "trial" / "config.py").read_text("utf-8")
    variables = set(re.findall(r'"((?:DATABASE|TRIAL)_[A-Z_]+)"', source))
    # One variable a setting, and one more for the folder of a database that has no address.
    assert len(variables) == len(fields(Settings)) + 1
    assert sorted(name for name in variables if f"| `{name}` |" not in README) == []


def test_every_command_of_the_command_line_is_documented() -> None:
    named = set(re.findall(r"python -m trial ([a-z-]+)", README))
    (choices,) = (
        action.choices for action in parser()._actions if isinstance(action.choices, dict)
    )
    assert len(choices) == len(COMMANDS)
    assert sorted(set(choices) ^ named) == []


def test_every_picture_and_file_the_readme_points_at_is_there() -> None:
    targets = re.findall(r"(?:\]\(|src=\")([^)\"#:]+)[)\"]", README)
    assert len(targets) >= 4
    assert [target for target in targets if not (ROOT / target).is_file()] == []
    pictures = [ROOT / target for target in targets if target.endswith(".png")]
    assert [picture.name for picture in pictures if picture.stat().st_size > 200_000] == []


def test_every_room_the_readme_names_is_there() -> None:
    rooms = set(re.findall(r"\btrial[./](\w+)", README)) - {"db"}
    assert {"ui", "services", "store", "scoring", "domain"} <= rooms
    missing = [room for room in rooms if not (ROOT / "trial" / room).is_dir()]
    assert missing == []
