"""One hospital behind the whole app: every test goes in through app.py, as a browser does."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from tests.accounts import add_arrived, set_up_hospital
from trial.bootstrap import ready_backend
from trial.config import ROOT, Settings
from trial.domain.roles import Role
from trial.services import sign_in, trials
from trial.ui import session

TODAY = date(2026, 2, 11)
START = date(2026, 1, 5)
PASSWORD = "five quiet geese"
EMAIL = {role: f"{role.value}@hospital.example" for role in Role}


@dataclass(frozen=True)
class Hospital:
    """A database with three people and two trials; the lead leads Cardiology only."""

    database: Path
    tokens: dict[Role, str]
    cardiology: int
    radiology: int
    ids: dict[Role, int] = field(default_factory=dict)


def _build(database: Path) -> Hospital:
    backend = ready_backend(
        Settings(f"sqlite:///{database}", ROOT / "data", TODAY, open_set_up=True)
    )
    # TRIAL_TODAY counts days in UTC; in another zone the last or first hours are of another day.
    comms = set_up_hospital(backend, email=EMAIL[Role.COMMS], password=PASSWORD, time_zone="UTC")
    cardiology = trials.start(comms, backend, department="Cardiology", starts_on=START)
    radiology = trials.start(comms, backend, department="Radiology", starts_on=START)
    lead = add_arrived(
        comms,
        backend,
        name="Lou Lead",
        email=EMAIL[Role.LEAD],
        role=Role.LEAD,
        department_ids=[cardiology.row.department_id],
        password=PASSWORD,
    )
    reviewer = add_arrived(
        comms,
        backend,
        name="Rey Reviewer",
        email=EMAIL[Role.REVIEWER],
        role=Role.REVIEWER,
        password=PASSWORD,
    )
    tokens = {
        role: sign_in.sign_in(backend, email=EMAIL[role], password=PASSWORD).token for role in Role
    }
    assert comms.person_id is not None
    backend.database.close()
    return Hospital(
        database,
        tokens,
        cardiology.row.id,
        radiology.row.id,
        {Role.COMMS: comms.person_id, Role.LEAD: lead.id, Role.REVIEWER: reviewer.id},
    )


@pytest.fixture(scope="session")
def _built_once(tmp_path_factory: pytest.TempPathFactory) -> Hospital:
    return _build(tmp_path_factory.mktemp("hospital") / "template.db")


@pytest.fixture
def hospital(_built_once: Hospital, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hospital:
    """The hospital in a database of this test's own, and the app pointed at it."""
    database = tmp_path / "trial.db"
    shutil.copy(_built_once.database, database)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{database}")
    monkeypatch.setenv("TRIAL_TODAY", TODAY.isoformat())
    return Hospital(
        database,
        dict(_built_once.tokens),
        _built_once.cardiology,
        _built_once.radiology,
        _built_once.ids,
    )


@cache
def _no_components() -> BidiComponentManager:
    return BidiComponentManager()


def app_from(script: Path) -> AppTest:
    """Return a script as Streamlit's AppTest runs it, without looking for components.

    Else each one would read the description of every package that is installed, which takes as
    long as the test; the app uses no components.
    """
    app = AppTest.from_file(str(script), default_timeout=20)
    app._bidi_component_manager = _no_components()
    return app


Opens = Callable[..., AppTest]


@pytest.fixture
def opens(hospital: Hospital) -> Opens:
    """Open the app as somebody with a role (or nobody), at an address, as if it were typed."""

    def open_app(role: Role | None, path: str = "", **query: str) -> AppTest:
        app = app_from(ROOT / "app.py")
        if role is not None:
            app.session_state[session.TOKEN] = hospital.tokens[role]
        for name, value in query.items():
            app.query_params[name] = value
        if path:
            # An address names its page to Streamlit by the hash of its path.
            app._page_hash = calc_hash(path)
        return app.run()

    return open_app


def words_on(app: AppTest) -> str:
    """Return every text the app shows, its HTML included."""
    parts = [
        getattr(element, "value", None) or getattr(getattr(element, "proto", None), "body", "")
        for kind in ("markdown", "caption", "text", "error", "warning", "success", "info", "html")
        for element in app.get(kind)
    ]
    return "\n".join(str(part) for part in parts)
