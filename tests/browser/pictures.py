"""``python -m tests.browser.pictures``: take the README's pictures anew, from the demo hospital."""

import tempfile
from datetime import date
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import FLAGS, TODAY, screen
from tests.browser.server import ROOT, Server, start
from tests.browser.settled import settle
from tests.browser.visitors import CARDIOLOGY, COMMUNICATIONS, REVIEW, backend_on, enter
from tests.environment import chromium
from trial.demo import hospital

FOLDER = ROOT / "data" / "pictures"

# The pages are flat colours and text: as many colours as fit into a byte are more than they have.
COLOURS = 128

# Until its last image is drawn and nothing fades any more.
STILL_MILLISECONDS = 500


def main(today: date = TODAY) -> None:
    """Build a demo hospital, take each picture, and put them where the README looks."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        database_url = f"sqlite:///{name}/trial.db"
        backend = backend_on(database_url, today)
        hospital.explore(backend, progress=lambda _share, _step: None)
        backend.database.close()
        server = start(Path(name), today=today, database_url=database_url)
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
        try:
            phone = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2}
            _take(browser, server, COMMUNICATIONS, "board", 1440, 900)
            _take(browser, server, CARDIOLOGY, "this-week", 390, 844, **phone)
            _take(browser, server, REVIEW, "review", 1920, 1080)
        finally:
            browser.close()
            server.stop()


def _take(
    browser: Browser, server: Server, email: str, path: str, width: int, height: int, **more: object
) -> None:
    file = FOLDER / f"{path}.png"
    with screen(browser, server.url, width, height, **more) as page:
        enter(page, server, email, today=TODAY)
        page.goto(f"/{path}")
        settle(page, seconds=60)
        page.wait_for_timeout(STILL_MILLISECONDS)
        page.screenshot(path=file)
    with Image.open(file) as picture:
        small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(file, optimize=True)
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
