from pathlib import Path

import pytest

from tests.environment.chromium import Missing, find, starts


def program(folder: Path, name: str, code: int) -> Path:
    """A stand-in for a browser: a program that answers `--version` with this exit code."""
    script = folder / name
    script.write_text(f"#!/bin/sh\nexit {code}\n")
    script.chmod(0o755)
    return script


def test_the_browser_that_is_named_comes_first(tmp_path: Path) -> None:
    named = program(tmp_path, "my-browser", 0)
    program(tmp_path, "chromium", 0)
    assert find({"CHROMIUM": str(named), "PATH": str(tmp_path)}) == named


def test_a_named_browser_that_does_not_start_is_told_and_not_replaced(tmp_path: Path) -> None:
    program(tmp_path, "chromium", 0)
    with pytest.raises(Missing, match="CHROMIUM is '/nowhere/chromium'"):
        find({"CHROMIUM": "/nowhere/chromium", "PATH": str(tmp_path)})


def test_a_browser_on_the_path_that_does_not_start_is_passed_over(tmp_path: Path) -> None:
    broken = program(tmp_path, "chromium", 1)
    chrome = program(tmp_path, "google-chrome", 0)
    assert not starts(broken)
    assert find({"PATH": str(tmp_path)}) == chrome
