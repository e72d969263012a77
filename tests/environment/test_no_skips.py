import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SKIPS = """
import pytest

@pytest.fixture
def database():
    pytest.skip("no server here")

def test_that_needs_a_database(database): ...

def test_that_leaves_by_itself():
    pytest.skip("not today")

@pytest.mark.xfail(strict=True)
def test_that_is_known_to_fail():
    assert False
"""

FILE_SKIPS = """
import pytest

pytest.skip("the whole file", allow_module_level=True)
"""


def run(folder: Path, *, processes: int = 0, **variables: str) -> tuple[int, str]:
    """Run example tests with this project's hooks; return the exit code and the output."""
    (folder / "test_example.py").write_text(SKIPS)
    (folder / "test_file.py").write_text(FILE_SKIPS)
    environ = {key: value for key, value in os.environ.items() if not key.startswith("TRIAL_")}
    outcome = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-ra", "-p", "tests.conftest"),
            *("--continue-on-collection-errors", "--rootdir", folder, folder),
            f"--numprocesses={processes}",
        ],
        cwd=ROOT,
        env=environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return outcome.returncode, outcome.stdout


def test_a_skip_is_told_with_its_reason_and_passes(tmp_path: Path) -> None:
    code, output = run(tmp_path)
    assert code == 0
    assert "3 skipped, 1 xfailed" in output
    assert "no server here" in output


# In two processes, as `make test` runs them, nothing is left out more easily than in one.
@pytest.mark.parametrize("processes", [0, 2])
def test_a_skip_is_a_failure_where_nothing_may_be_left_out(tmp_path: Path, processes: int) -> None:
    code, output = run(tmp_path, processes=processes, TRIAL_NO_SKIPS="1")
    assert code == 1
    assert "1 failed, 1 xfailed, 2 errors" in output
    assert "TRIAL_NO_SKIPS is set and this test was skipped: Skipped: no server here" in output
    assert "TRIAL_NO_SKIPS is set and this file was skipped: Skipped: the whole file" in output
