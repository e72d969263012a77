from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.services.conftest import REVIEW_DAY, START
from trial.domain.errors import PolicyError
from trial.domain.verdict import Verdict
from trial.services import decisions, posts, standing, stress
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock


def test_the_trial_as_it_is_stands_beside_the_tests_as_on_its_page(
    backend: Backend, lead: Actor, full_trial: int
) -> None:
    card = standing.standing(lead, backend, trial_id=full_trial).scorecard
    tests = stress.under_stress(lead, backend, trial_id=full_trial)
    # Its papers are open, and no strain opens or shuts them.
    assert (card.verdict, tests.unstressed.verdict) == (Verdict.EXTEND, Verdict.READY)
    assert tests.unstressed.score == card.score
    assert tests.open_gates
    assert tests.unstressed.in_band == tests.at_target[4].in_band == 13
    assert tests.without_busiest is not None
    assert tests.without_busiest.in_band == tests.at_target[5].in_band == 0


def test_a_new_entry_is_tried_with_the_rest(
    backend: Backend, clock: FixedClock, lead: Actor, full_trial: int
) -> None:
    before = stress.under_stress(lead, backend, trial_id=full_trial)
    posts.add_unplanned(
        lead, backend, trial_id=full_trial, title="Remembered", on=START + timedelta(days=5)
    )
    after = stress.under_stress(lead, backend, trial_id=full_trial)
    assert (before.at_target[5].in_band, after.at_target[5].in_band) == (0, 1)


def test_a_decided_trial_is_tried_as_it_was_decided(
    backend: Backend, clock: FixedClock, comms: Actor, full_trial: int
) -> None:
    decisions.decide(
        comms, backend, trial_id=full_trial, decision="keep_feeding", reason="They like it there."
    )
    clock.set(REVIEW_DAY + timedelta(days=400))
    card = decisions.frozen_scorecard(comms, backend, trial_id=full_trial)
    tests = stress.under_stress(comms, backend, trial_id=full_trial)
    assert tests.unstressed.score == card.score


def test_a_broken_behaviours_file_is_named(
    backend: Backend, lead: Actor, trial_id: int, tmp_path: Path
) -> None:
    (tmp_path / "behaviours.toml").write_text("version = 0\n")
    with pytest.raises(PolicyError, match=r"behaviours\.toml: name cannot be nothing"):
        stress.under_stress(lead, replace(backend, data_folder=tmp_path), trial_id=trial_id)
