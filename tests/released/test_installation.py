"""An installation of an earlier version goes on: its pages open, its decisions are the same."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from tests.app.conftest import app_from, words_on
from tests.released.conftest import FOLDER, TODAY
from trial.bootstrap import ready_backend
from trial.config import ROOT
from trial.demo import hospital
from trial.domain.verdict import Reproduction, Verdict
from trial.services import board, decisions, imports, people, sign_in, standing, trial_views
from trial.services.access import OPERATOR, Actor
from trial.services.backend import Backend
from trial.ui import router, session

DECISIONS: list[dict[str, Any]] = json.loads((FOLDER / "decisions.json").read_text())
MANAGER = "communications@demo.example"

# Verdict and score of every other trial on 11 Feb 2026, as the earlier version judged them.
# Under the policy they started with. The first edition gave Cardiology .94300, before a slot was
# due only when its day had passed.
JUDGED = {
    "Cardiology": (Verdict.EXTEND, 0.9481091617933723),
    "Dermatology": (Verdict.KEEP_FEEDING, 0.5638046095631235),
    "Emergency Department": (Verdict.READY, 0.9769682539682539),
    "Maternity": (Verdict.READY, 0.9662425294004241),
    "Neurosurgery": (Verdict.EXTEND, 0.6436711095921622),
    "Paediatrics and Adolescent Medicine": (Verdict.READY, 0.8802527151211362),
    "Rehabilitation": (Verdict.EXTEND, 0.9500000000000001),
}


@pytest.fixture
def comms(upgraded: Backend) -> Actor:
    (manager,) = (one for one in people.list_people(OPERATOR, upgraded) if one.email == MANAGER)
    return Actor(manager.id)


@pytest.fixture
def trial_ids(upgraded: Backend, comms: Actor) -> dict[str, int]:
    return {row.department: row.id for row in trial_views.list_trials(comms, upgraded)}


@pytest.mark.parametrize("then", DECISIONS, ids=[then["department"] for then in DECISIONS])
def test_a_decision_of_then_is_reproduced_to_the_last_digit(
    upgraded: Backend, comms: Actor, trial_ids: dict[str, int], then: dict[str, Any]
) -> None:
    trial_id = trial_ids[then["department"]]
    decision = decisions.of_trial(comms, upgraded, trial_id=trial_id)
    assert decision is not None
    assert decision.data_hash == then["data_hash"]
    assert decision.policy_hash == then["policy_hash"]
    assert (decision.recommendation, decision.decision) == (
        then["recommendation"],
        then["decision"],
    )
    # The log still scores to what it did; under another edition of the rules nobody asks it to.
    again = decisions.reproduce(comms, upgraded, trial_id=trial_id)
    assert (decision.edition, again) == (1, Reproduction.OTHER_EDITION)
    scorecard = decisions.frozen_scorecard(comms, upgraded, trial_id=trial_id)
    for name in ("verdict", "score", "share_judged", "share_reported", "margin"):
        assert getattr(scorecard, name) == then[name]
    assert {check.name: check.score for check in scorecard.checks} == then["checks"]


def test_trials_that_run_or_wait_for_their_review_are_judged_by_the_rules_of_today(
    upgraded: Backend, comms: Actor, trial_ids: dict[str, int]
) -> None:
    decided = {then["department"] for then in DECISIONS}
    assert trial_ids.keys() - decided == JUDGED.keys()
    judged = {
        department: standing.standing(comms, upgraded, trial_id=trial_ids[department]).scorecard
        for department in JUDGED
    }
    assert {name: (card.verdict, card.score) for name, card in judged.items()} == JUDGED


def test_the_import_of_then_is_listed_with_its_posts(
    upgraded: Backend, comms: Actor, trial_ids: dict[str, int]
) -> None:
    (entry,) = imports.history(comms, upgraded, trial_id=trial_ids["Cardiology"])
    assert (entry.file_name, entry.count, entry.undone_at) == ("content-calendar.csv", 10, None)


def test_the_board_lists_what_runs_the_least_likely_first(upgraded: Backend, comms: Actor) -> None:
    rows = board.board(comms, upgraded).rows
    assert {row.department for row in rows} == JUDGED.keys()
    chances = [row.chance for row in rows if row.chance is not None]
    assert len(chances) == 6
    assert chances == sorted(chances)


# ------------------------------------------------------------------------------------- its pages
@dataclass(frozen=True)
class Door:
    """The upgraded app behind app.py, and the manager's way in."""

    token: str
    trial_ids: dict[str, int]


@pytest.fixture
def door(sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> Door:
    monkeypatch.setenv("DATABASE_URL", sqlite_address)
    monkeypatch.setenv("TRIAL_TODAY", TODAY.isoformat())
    backend = ready_backend()
    token = sign_in.sign_in(backend, email=MANAGER, password=hospital.PASSWORD).token
    ids = {row.department: row.id for row in trial_views.list_trials(OPERATOR, backend)}
    backend.database.close()
    return Door(token, ids)


def opened(door: Door, path: str, department: str) -> AppTest:
    app = app_from(ROOT / "app.py")
    app.session_state[session.TOKEN] = door.token
    app.query_params["trial"] = str(door.trial_ids[department])
    app._page_hash = calc_hash(path)
    return app.run()


# A trial that runs, one that waits for its review, and the three that are decided.
OF_A_TRIAL = ("Cardiology", "Maternity", "Oncology", "Palliative Care", "Radiology")
PAGES = [(place.path, "Cardiology") for place in router.PAGES]
PAGES += [(path, department) for path in ("review", "standing") for department in OF_A_TRIAL[1:]]
PAGES += [("department", department) for department in ("Dermatology", "Maternity")]


@pytest.mark.parametrize(("path", "department"), PAGES)
def test_every_page_opens_on_the_installation_of_then(
    door: Door, path: str, department: str
) -> None:
    app = opened(door, path, department)
    assert not app.exception
    assert not app.error
    assert "Not part of your account" not in words_on(app)


@pytest.mark.parametrize("then", DECISIONS, ids=[then["department"] for then in DECISIONS])
def test_the_review_of_a_decided_trial_shows_the_score_of_then(
    door: Door, then: dict[str, Any]
) -> None:
    words = words_on(opened(door, "review", then["department"]))
    assert f"{then['score'] * 100:.1f}" in words
