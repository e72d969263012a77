"""A browser, a fresh app a test, and the three screens that the product is made for."""

import re
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.browser import server as app
from tests.browser import visitors
from tests.browser.settled import watch
from tests.environment import chromium as browsers
from trial.demo import hospital

# A Friday, as far from a change of clocks as from a year's end.
TODAY = date(2026, 2, 13)

EXAMPLE = Path(__file__).with_name("example_app.py")

PICTURES = Path(__file__).parents[2] / "test-results"

FLAGS = (
    # The browser visits nothing but the app under test, often inside a container as root.
    "--no-sandbox",
    # Containers give little shared memory and no graphics card.
    "--disable-dev-shm-usage",
    "--disable-gpu",
    # Nothing that a browser does on its own account: updates, reports, first greetings.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # QUIC tries UDP first and waits for an answer that never comes.
    "--disable-quic",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A running browser, shared by all tests; each test gets a profile of its own in it."""
    if problem := browsers.driver_problem():
        pytest.skip(f"Browser: {problem}")
    try:
        executable = browsers.find()
    except browsers.Missing as reason:
        pytest.skip(f"Browser: {reason}")
    if executable is None:
        pytest.skip("Browser: no Chromium or Chrome was found on PATH or in CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def start_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., app.Server]]:
    """A function that starts one more app, with what `tests.browser.server.start` takes.

    Every app it started has ended when the tests have; a test may stop its own earlier.
    """

    def start(**options: object) -> app.Server:
        options.setdefault("today", TODAY)
        return app.start(tmp_path_factory.mktemp("app"), **options)  # type: ignore[arg-type]

    yield start
    for running in app.started:
        running.stop()


@pytest.fixture
def server(start_app: Callable[..., app.Server]) -> Iterator[app.Server]:
    """An app on an empty database, just started, so that nobody has opened a page of it yet."""
    running = start_app()
    yield running
    running.stop()


@pytest.fixture
def app_url(server: app.Server) -> str:
    """Where the test's app answers."""
    return server.url


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo hospital as a SQLite file, built once a run: to be read, or copied and changed."""
    file = tmp_path_factory.mktemp("demo") / "trial.db"
    backend = visitors.backend_on(f"sqlite:///{file}", TODAY)
    hospital.explore(backend, progress=lambda _share, _step: None)
    # Closing the last connection folds the write-ahead log into the file, which can be copied now.
    backend.database.close()
    return file


@pytest.fixture(scope="session")
def demo_server(
    start_app: Callable[..., app.Server],
    demo_database: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> app.Server:
    """An app on the demo hospital, shared by all tests that only look."""
    copy = shutil.copy(demo_database, tmp_path_factory.mktemp("demo-server") / "trial.db")
    return start_app(database_url=f"sqlite:///{copy}")


@pytest.fixture(scope="module")
def own_demo_server(
    start_app: Callable[..., app.Server],
    demo_database: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[app.Server]:
    """An app on a demo hospital of the file's own, whose tests change it."""
    copy = shutil.copy(demo_database, tmp_path_factory.mktemp("own-demo") / "trial.db")
    running = start_app(database_url=f"sqlite:///{copy}")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def example_url(start_app: Callable[..., app.Server]) -> str:
    """Where a small app of the tests' own answers, in which things happen slowly or go wrong."""
    return start_app(script=EXAMPLE).url


@contextmanager
def screen(
    browser: Browser, url: str, width: int, height: int, **options: object
) -> Iterator[Page]:
    """Open a page of its own profile on a screen of this size; its script errors fail the test."""
    profile = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        locale="en-GB",
        **options,  # type: ignore[arg-type]
    )
    page = profile.new_page()
    watch(page)
    problems: list[Error] = []

    def note(problem: Error) -> None:
        problems.append(problem)

    page.on("pageerror", note)
    try:
        yield page
    finally:
        profile.close()
    assert not problems, f"the page's own scripts failed: {problems}"


@pytest.fixture
def page(chromium: Browser, app_url: str) -> Iterator[Page]:
    """A desktop, 1440×900."""
    with screen(chromium, app_url, 1440, 900) as desktop:
        yield desktop


@pytest.fixture
def phone(chromium: Browser, app_url: str) -> Iterator[Page]:
    """A phone, 390×844, touched and not clicked."""
    with screen(
        chromium, app_url, 390, 844, has_touch=True, is_mobile=True, device_scale_factor=2
    ) as touched:
        yield touched


@pytest.fixture
def meeting(chromium: Browser, app_url: str) -> Iterator[Page]:
    """The meeting room's screen, 1920×1080."""
    with screen(chromium, app_url, 1920, 1080) as wall:
        yield wall


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failed test what its servers printed, and keep a picture of its screens."""
    report = yield
    if report.when != "call" or not report.failed:
        return report
    for name, value in getattr(item, "funcargs", {}).items():
        if isinstance(value, Page) and not value.is_closed():
            for server in app.started:
                if value.url.startswith(server.url):
                    report.sections.append((f"printed by the app of {name}", server.printed()))
            PICTURES.mkdir(exist_ok=True)
            test = re.sub(r"[^\w-]+", "-", item.name)
            picture = PICTURES / f"{test}-{name}.png"
            try:
                value.screenshot(path=picture)
            except Error as problem:
                report.sections.append((f"picture of {name}", f"none could be taken: {problem}"))
            else:
                report.sections.append((f"picture of {name}", str(picture)))
    return report
