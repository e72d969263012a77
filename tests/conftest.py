"""What every test shares: an environment of its own, drawn examples, databases, no quiet skips."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.environment import postgres
from trial import logs

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

# With this variable set, as in CI, a test that cannot run has failed: nothing is left out
# unnoticed.
NO_SKIPS = "TRIAL_NO_SKIPS"

settings.register_profile(
    "ci",
    # The same examples on every run: CI judges the change, not the luck of the draw.
    derandomize=True,
    max_examples=50,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
# Each run draws others, so that many short runs look further than one long one.
settings.register_profile("dev", deadline=None, max_examples=50)


def pytest_configure(config: pytest.Config) -> None:
    """Choose how examples are drawn, and shield the tests from settings meant for a running app."""
    chosen = os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev")
    settings.load_profile(chosen)
    for name in list(os.environ):
        if name.startswith(("TRIAL_", "STREAMLIT_")) and name != NO_SKIPS:
            del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def _no_test_touches_the_local_database(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Point whoever forgets to name a database at one of the tests, never at the one in data/."""
    folder = tmp_path_factory.mktemp("unnamed-database")
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'trial.db'}"
    # Tests of the code that setting up asks for have it asked.
    os.environ["TRIAL_OPEN_SET_UP"] = "1"


@pytest.fixture(autouse=True)
def _no_cache_outlives_its_test() -> Iterator[None]:
    """Close the app's backend: it belongs to the process and would leak into the next test."""
    yield
    # Only tests that run the app within this process open one.
    if (process := sys.modules.get("trial.ui.process")) is not None:
        process.close()


@pytest.fixture(autouse=True)
def _no_form_of_log_lines_outlives_its_test() -> Iterator[None]:
    """Leave log lines as they are found: whoever starts the app in this process chooses a form."""
    logger = logging.getLogger(logs.NAME)
    before = logger.handlers, logger.level
    yield
    logger.handlers, logger.level = before
    if (structlog := sys.modules.get("structlog")) is not None:
        structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL server for this run, ``postgresql+psycopg://…``.

    Skips, with the reason, where there is none and none can be started.
    """
    try:
        if given := postgres.address_given():
            yield given
            return
        with postgres.throw_away_server() as address:
            yield address
    except postgres.Unavailable as reason:
        pytest.skip(f"PostgreSQL: {reason}")


@pytest.fixture(scope="module")
def postgres_cluster() -> Iterator[postgres.Cluster]:
    """A PostgreSQL server of the file's own, which its tests may stop and start.

    Skips, with the reason, where none can be started.
    """
    try:
        with postgres.throw_away_cluster() as cluster:
            yield cluster
    except postgres.Unavailable as reason:
        pytest.skip(f"PostgreSQL: {reason}")


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """The address of a new, empty PostgreSQL database that lives as long as the test."""
    with postgres.fresh_database(postgres_url) as address:
        yield address


@pytest.fixture(scope="session")
def _migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with the present tables, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "trial.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def _migrated_address(postgres_url: str) -> Iterator[str]:
    """A PostgreSQL database with the present tables, to be copied."""
    with postgres.fresh_database(postgres_url) as address:
        _migrate(address)
        yield address


def _migrate(address: str) -> None:
    from trial.store.engine import Database
    from trial.store.migrate import upgrade

    database = Database(address)
    upgrade(database)
    # Else the last entries would still lie in a log beside the file.
    database.close()


@pytest.fixture
def migrated_sqlite(_migrated_file: Path, tmp_path: Path) -> str:
    """The address of a SQLite database of the test's own with the present tables."""
    return f"sqlite:///{shutil.copy(_migrated_file, tmp_path / 'trial.db')}"


@pytest.fixture
def migrated_postgres(postgres_url: str, _migrated_address: str) -> Iterator[str]:
    """The address of a PostgreSQL database of the test's own with the present tables."""
    with postgres.fresh_database(postgres_url, like=_migrated_address) as address:
        yield address


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs a browser or a database server, so that both can be chosen with ``-m``.

    Where several processes share the tests, those in a browser come first: they take longest.
    """
    browser_tests = Path(__file__).parent / "browser"
    for item in items:
        if browser_tests in item.path.parents:
            item.add_marker("browser")
        if "postgres_url" in getattr(item, "fixturenames", ()):
            item.add_marker("postgres")
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.get_closest_marker("browser") is None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """Keep the tests of a file in one process, and all those in a browser.

    What a file's tests share is then made once; and no browser ever waits for another one.
    """
    from xdist.scheduler import LoadFileScheduling

    class OneBrowser(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file: str = super()._split_scope(nodeid)
            return "tests/browser" if file.startswith("tests/browser/") else file

    return OneBrowser(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where nothing may be left out."""
    report = yield
    # An expected failure is reported as a skip too, and is none: strictness is pytest's there.
    if report.skipped and os.environ.get(NO_SKIPS) and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{NO_SKIPS} is set and this test was skipped: {_reason(report)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the skip of a whole file into a failure where nothing may be left out."""
    report = yield
    if report.skipped and os.environ.get(NO_SKIPS):
        report.outcome = "failed"
        report.longrepr = f"{NO_SKIPS} is set and this file was skipped: {_reason(report)}"
    return report


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
