"""The package: it can be built, its command works from any folder, and it says its version."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from trial import __version__
from trial.cli import main
from trial.config import ROOT

_ENTRY_POINT = "import sys; from trial.cli import main; sys.exit(main())"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `pip install` makes of it, beside the libraries that are there already."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command, as its entry point does, in a folder that is not the project's."""
    environ = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-c", _ENTRY_POINT, *arguments],
        cwd=folder,
        env={**environ, "PYTHONPATH": str(installed), "XDG_DATA_HOME": str(folder / "own")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_has_the_documents_and_nobodys_database(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    documents = {name for name in names if name.startswith("trial/data/")}
    shipped = {
        f"trial/{path.relative_to(ROOT)}"
        for path in (ROOT / "data").rglob("*")
        if path.is_file() and path.suffix not in (".png", ".db") and ".db-" not in path.name
    }
    assert documents == shipped
    assert not [name for name in names if ".db" in name or name.startswith(("data/", "tests/"))]


def test_the_wheel_names_version_licence_requirements_and_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        texts = {
            name.rsplit("/")[-1]: archive.read(name).decode()
            for name in archive.namelist()
            if ".dist-info/" in name
        }
    metadata = texts["METADATA"]
    assert f"\nVersion: {__version__}\n" in metadata
    assert "\nLicense-Expression: Apache-2.0\n" in metadata
    assert "\nRequires-Python: >=3.11\n" in metadata
    asked = [
        line.split("#")[0].strip()
        for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    ]
    assert metadata.count("\nRequires-Dist: ") == len(list(filter(None, asked)))
    assert "trial = trial.cli:main" in texts["entry_points.txt"]
    assert "Apache License" in texts["LICENSE"]


def test_the_command_works_from_any_folder(installed: Path, tmp_path: Path) -> None:
    helped = run(installed, tmp_path, "--help")
    assert (helped.returncode, helped.stderr) == (0, "")
    log = tmp_path / "log.csv"
    log.write_text("title,planned_for,delivered_on\nHello,2026-01-06,2026-01-06\n")
    asked = ("score", "log.csv", "--start", "2026-01-05", "--today", "2026-01-20")
    scored = run(installed, tmp_path, *asked)
    assert scored.stderr == ""
    assert "Cadence" in scored.stdout


def test_its_database_lies_with_the_persons_own_data(installed: Path, tmp_path: Path) -> None:
    made = run(installed, tmp_path, "migrate")
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "own" / "trial-channel" / "trial.db").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["own"]


def test_the_version_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"Trial Channel {__version__}\n"


@pytest.mark.parametrize(
    ("called", "shown"),
    [("/usr/bin/trial", "usage: trial "), ("/x/trial/__main__.py", "usage: python -m trial ")],
)
def test_help_names_the_command_as_it_was_called(
    called: str, shown: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [called])
    with pytest.raises(SystemExit):
        main(["--help"])
    assert capsys.readouterr().out.startswith(shown)
