"""People who are signed in already, so that a test begins where its subject begins."""

from datetime import date

from playwright.sync_api import Page

from tests.browser.server import Server
from trial.bootstrap import ready_backend
from trial.config import ROOT, Settings
from trial.demo import hospital
from trial.services import sign_in
from trial.services.backend import Backend

CARDIOLOGY = "cardiology@demo.example"
DERMATOLOGY = "dermatology@demo.example"
COMMUNICATIONS = "communications@demo.example"
REVIEW = "review@demo.example"


def backend_on(database_url: str, today: date) -> Backend:
    """Return a backend on a database that a server may be using at the same time."""
    return ready_backend(Settings(database_url, ROOT / "data", today, open_set_up=True))


def enter(
    page: Page, server: Server, email: str, *, today: date, password: str = hospital.PASSWORD
) -> None:
    """Sign somebody in at the page's browser, as the sign-in form does it, without the form.

    Parameters
    ----------
    today
        The server's today: a sign-in of another day may have ended by then.
    """
    backend = backend_on(server.database_url, today)
    ticket = sign_in.sign_in(backend, email=email, password=password).ticket
    token = sign_in.redeem(backend, ticket=ticket)
    backend.database.close()
    page.context.add_cookies([{"name": "trial", "value": token, "url": server.url}])
