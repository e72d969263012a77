"""The browser of the browser tests: an installed one, else one that can be brought.

``python -m tests.environment.chromium`` makes sure that there is one and prints where. What is
looked at, in this order: the variable CHROMIUM, Chromium and Chrome on PATH, the applications of a
Mac, and what Playwright has downloaded. What is tried when none starts: Playwright's download, then
Debian's package as root. Where none can be had the tests that need one are skipped, which is said;
with TRIAL_NO_SKIPS it is a failure.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
APPLICATIONS = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
DOWNLOAD_SECONDS = 300

# What Playwright's own driver needs beyond a bare Debian; a compiler would have brought it.
DRIVER_LIBRARY = "libatomic1"


class Missing(Exception):
    """There is no browser that starts; the text says what was tried."""


def starts(browser: Path) -> bool:
    """Whether the browser is there with all its libraries, told by its answer to ``--version``."""
    try:
        answer = subprocess.run(
            [browser, "--version"], capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def driver_problem() -> str | None:
    """Return why Playwright itself does not run here, or None where it does."""
    answer = subprocess.run(
        [sys.executable, "-m", "playwright", "--version"],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode == 0:
        return None
    return f"Playwright's driver does not start: {answer.stderr.strip()}"


def find(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return the first browser that starts, or None.

    Raises
    ------
    Missing
        CHROMIUM names a file that does not start: whoever set it wants to know, not to be given
        another one.
    """
    if named := environ.get("CHROMIUM"):
        if not starts(Path(named)):
            raise Missing(f"CHROMIUM is {named!r}, which does not start; accepted is a path")
        return Path(named)
    return next((browser for browser in _candidates(environ) if starts(browser)), None)


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    for name in NAMES:
        if on_path := shutil.which(name, path=environ.get("PATH")):
            yield Path(on_path)
    yield from (application for application in APPLICATIONS if application.exists())
    # Last, because Playwright takes half a second to say where its own download would be.
    with sync_playwright() as playwright:
        downloaded = Path(playwright.chromium.executable_path)
    if downloaded.exists():
        yield downloaded


def ensure() -> Path:
    """Return a browser that starts, bringing one where there is none.

    Raises
    ------
    Missing
        None was found, none could be downloaded, and Debian's could not be installed; or
        Playwright, which is to drive it, does not run.
    """
    if driver_problem():
        _apt_install(DRIVER_LIBRARY)
    if problem := driver_problem():
        raise Missing(f"{problem} (Debian: apt-get install {DRIVER_LIBRARY})")
    tried = []
    for bring in (None, _download, _install_debians):
        if bring is not None:
            tried.append(bring())
        if found := find():
            return found
    raise Missing(
        "no Chromium or Chrome was found on PATH or in CHROMIUM, and none could be brought: "
        + "; ".join(tried)
    )


def _download() -> str:
    print("No browser is installed; trying Playwright's download.", flush=True)
    command = [sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"]
    try:
        outcome = subprocess.run(
            command,
            timeout=DOWNLOAD_SECONDS,
            check=False,
            capture_output=True,
            text=True,
        )
    except subprocess.TimeoutExpired:
        return f"Playwright's download took more than {DOWNLOAD_SECONDS} seconds"
    if outcome.returncode != 0:
        return "Playwright's download failed"
    return "Playwright's download does not start, libraries may be missing"


def _install_debians() -> str:
    return _apt_install("chromium", "fonts-liberation") or "Debian's package does not start"


def _apt_install(*packages: str) -> str | None:
    """Install Debian's packages as root; return why that was not possible, or None."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return "Debian's packages need apt-get and root"
    print(f"Installing {', '.join(packages)} with apt-get.", flush=True)
    environ = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for arguments in (
        ["update", "-q"],
        ["install", "-q", "-y", "--no-install-recommends", *packages],
    ):
        if subprocess.run([apt, *arguments], env=environ, check=False).returncode != 0:
            return f"apt-get {arguments[0]} failed"
    return None


if __name__ == "__main__":
    try:
        print(f"Browser: {ensure()}")
    except Missing as problem:
        if os.environ.get("TRIAL_NO_SKIPS"):
            sys.exit(f"Browser: {problem}")
        print(f"Browser: {problem}. The tests that need one are skipped.")
