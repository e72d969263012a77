"""An app that is served, with people in it, and a stranger who speaks to it without a browser."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from tests.accounts import add_arrived, set_up_hospital
from tests.browser import server as app
from tests.browser.server import Server
from tests.stranger.visitor import browser_cookie
from trial.bootstrap import ready_backend
from trial.config import ROOT, Settings
from trial.domain.roles import Role
from trial.services import sign_in, trials
from trial.services.backend import Backend

TODAY = date(2026, 2, 13)
PASSWORD = "five quiet geese"


@dataclass(frozen=True)
class Hospital:
    """A served hospital with one person of each role; the lead leads Cardiology."""

    server: Server
    backend: Backend

    def cookie(self, role: Role) -> str:
        """Return the Cookie header of a new browser in which somebody with `role` is signed in."""
        ticket = sign_in.sign_in(self.backend, email=email_of(role), password=PASSWORD).ticket
        token = sign_in.redeem(self.backend, ticket=ticket)
        return f"{browser_cookie(self.server)}; trial={token}"


def email_of(role: Role) -> str:
    """Return the address of the hospital's person with `role`."""
    return f"{role.value}@hospital.example"


def fill(backend: Backend) -> None:
    """Put the hospital into an empty database."""
    comms = set_up_hospital(backend, email=email_of(Role.COMMS), password=PASSWORD)
    cardiology = trials.start(
        comms, backend, department="Cardiology", starts_on=date(2026, 1, 5)
    ).row.department_id
    for role, departments in ((Role.LEAD, [cardiology]), (Role.REVIEWER, [])):
        add_arrived(
            comms,
            backend,
            name=f"Some {role.label}",
            email=email_of(role),
            role=role,
            department_ids=departments,
            password=PASSWORD,
        )


@pytest.fixture(scope="package")
def serves(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Hospital]]:
    """A function that serves the hospital, with what `tests.browser.server.start` takes."""
    opened: list[Hospital] = []

    def serve(**options: object) -> Hospital:
        folder = tmp_path_factory.mktemp("served")
        url = options.pop("database_url", None) or f"sqlite:///{folder / 'trial.db'}"
        backend = ready_backend(Settings(str(url), ROOT / "data", TODAY, open_set_up=True))
        fill(backend)
        running = app.start(folder, today=TODAY, database_url=str(url), **options)  # type: ignore[arg-type]
        opened.append(Hospital(running, backend))
        return opened[-1]

    yield serve
    for hospital in opened:
        hospital.server.stop()
        hospital.backend.database.close()


@pytest.fixture(scope="package")
def hospital(serves: Callable[..., Hospital]) -> Hospital:
    """The served hospital, shared by the tests that leave it as it is."""
    return serves()
