"""What the sliders of a policy remember of themselves."""

import pytest
import streamlit as st

from tests.unit.policies import standard
from trial.domain.results.thresholds import Costs, Expected, OptimalThresholds
from trial.ui import policy_view

COSTS = Costs(dark=8.0, extended=0.7)
PROPOSED = OptimalThresholds(
    0.73, 0.63, Expected(0.5, 0.01), Expected(0.6, 0.01), (0.7, 0.75), (0.6, 0.65)
)


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {})
    policy_view.fill("readiness.toml", standard())


def test_why_the_thresholds_lie_where_they_lie_is_said_of_a_proposal_taken_over() -> None:
    assert policy_view.why() == ""
    policy_view.take(PROPOSED, COSTS)
    assert policy_view.setting().lines == (63, 73)
    assert "an account that falls silent costs 8 and an extension 0.7" in policy_view.why()


@pytest.mark.parametrize("moved", [{"policy.lines": (63, 80)}, {"policy.weight.cadence": 60}])
def test_it_is_said_no_longer_once_anything_else_was_moved(moved: dict[str, object]) -> None:
    policy_view.take(PROPOSED, COSTS)
    policy_view._put(moved)
    assert policy_view.why() == ""
