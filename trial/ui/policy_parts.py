"""The controls of the page on policies: sliders that hold a policy, and what they are set to.

Every slider's value lies in the session under a key of its own, so that a policy can be put into
all of them at once: when another is chosen, when a proposal is taken, when all is taken back.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from trial.domain.cadence import Band
from trial.domain.policy import Policy
from trial.domain.verdict import CheckName
from trial.services.policy_worth import (
    MOST_MONTHS,
    Choice,
    Costs,
    Known,
    Setting,
    Workbench,
)
from trial.ui.figures import policy_worth

CHOSEN = "policy.chosen"
HELD = "policy.held"
"""Key of the policy that the sliders were last filled with."""

_MONTHS, _BAND, _GAP = "policy.months", "policy.band", "policy.gap"
_LINES, _MIDDLE = "policy.lines", "policy.middle"
_FLOOR, _BAND_WEEKS = "policy.floor", "policy.band_weeks"

_SLIDERS = (_MONTHS, _BAND, _GAP, _LINES, _MIDDLE, _FLOOR, _BAND_WEEKS)
_WEIGHT_KEYS = tuple(f"policy.weight.{name.value}" for name in CheckName)
_GROUP, _TAKEN = "policy.group", "policy.taken"
_COST_DARK, _COST_EXTENDED = "policy.cost_dark", "policy.cost_extended"

# Drawn one group at a time: every slider costs the others some of their speed.
_LINES_AND_TRIAL, _WEIGHTS = "Lines and trial", "Weights"
_MOST_A_WEEK = 10
_MOST_GAP = 90
_LONGEST_FULL = 365
_USUAL_COSTS = Costs(dark=8.0, extended=0.7)
"""Where the sliders of costs begin: about where the standard's own thresholds are the cheapest."""


def fill(key: str, policy: Policy) -> None:
    """Set every slider to what a policy has."""
    setting = Setting.of(policy)
    st.session_state.update(
        {
            HELD: key,
            _MONTHS: setting.months,
            _BAND: (setting.band.low, setting.band.high),
            _GAP: setting.gap_days,
            _LINES: setting.lines,
            _MIDDLE: setting.middle_open,
            _FLOOR: setting.evidence_floor,
            _BAND_WEEKS: setting.band_weeks,
            **dict(zip(_WEIGHT_KEYS, setting.weights, strict=True)),
        }
    )


def take(choice: Choice, costs: Costs) -> None:
    """Set the two thresholds to proposed ones, and remember under which costs they were."""
    lines = round(100 * choice.feed_below), round(100 * choice.ready_from)
    st.session_state[_LINES] = lines
    st.session_state[_TAKEN] = lines, costs


def why() -> str:
    """Return why the thresholds are where they are: a proposal taken and not moved since."""
    lines, costs = st.session_state.get(_TAKEN, (None, None))
    return policy_worth.reason_of(costs) if lines == st.session_state[_LINES] else ""


def draw(bench: Workbench) -> Known:
    """Draw the choice of a policy and all its sliders; return the policy chosen, as it stands."""
    known = {one.key: one for one in bench.known}
    key = st.selectbox(
        "Policy",
        list(known),
        format_func=lambda key: known[key].policy.name,
        key=CHOSEN,
        help="The packs are rules of others, to compare with; no trial starts with them.",
    )
    policy = known[key].policy
    # Before any slider is drawn, for only then may its value be set. A page that was left in
    # between has lost the values of those that were drawn last.
    lost = any(name not in st.session_state for name in (*_SLIDERS, *_WEIGHT_KEYS))
    if lost or st.session_state.get(HELD) != key:
        fill(key, policy)
    group = st.segmented_control(
        "What to move",
        (_LINES_AND_TRIAL, _WEIGHTS),
        default=_LINES_AND_TRIAL,
        required=True,
        key=_GROUP,
        label_visibility="collapsed",
    )
    if group == _WEIGHTS:
        _hold(_SLIDERS)
        for name, weight_key in zip(CheckName, _WEIGHT_KEYS, strict=True):
            st.slider(name.label, 0, 100, key=weight_key)
        points = dict(zip(CheckName, setting().weights, strict=True))
        st.html(policy_worth.weights_html(points))
    else:
        _hold(_WEIGHT_KEYS)
        _draw_lines_and_trial(policy)
    st.button(
        "Back to the policy",
        key="policy.back",
        icon=":material/undo:",
        on_click=fill,
        args=(key, policy),
        width="stretch",
    )
    return known[key]


def _draw_lines_and_trial(policy: Policy) -> None:
    st.slider("Keep feeding below, ready from", 0, 100, key=_LINES, format="%d points")
    st.toggle("Extend with conditions between the two", key=_MIDDLE)
    st.slider(f"Weeks in band, least of {policy.band_of}", 0, policy.band_of, key=_BAND_WEEKS)
    st.slider("Band, posts a week", 1, max(_MOST_A_WEEK, policy.band.high), key=_BAND)
    st.slider("Length, months", 1, max(MOST_MONTHS, policy.months), key=_MONTHS)
    longest = max(_MOST_GAP, policy.gap_zero_days)
    st.slider("Days of silence, full score to none", 1, longest, key=_GAP)
    st.slider("Least share of weight judged", 0, 100, key=_FLOOR, format="%d %%")


def _hold(keys: Sequence[str]) -> None:
    """Keep the values of sliders that are not drawn in this run, which would be dropped."""
    for key in keys:
        st.session_state[key] = st.session_state[key]


def draw_costs() -> Costs:
    """Draw what each error costs, and return it."""
    st.session_state.setdefault(_COST_DARK, _USUAL_COSTS.dark)
    st.session_state.setdefault(_COST_EXTENDED, _USUAL_COSTS.extended)
    st.caption("In departments refused that would have lasted: what is each of these as bad as?")
    left, right = st.columns(2)
    dark = left.slider(
        "One account that goes dark", 0.0, 30.0, step=0.5, key=_COST_DARK, format="%.1f"
    )
    extended = right.slider("One extension", 0.0, 1.0, step=0.1, key=_COST_EXTENDED, format="%.1f")
    return Costs(dark=dark, extended=extended)


def setting() -> Setting:
    """Return what the sliders are set to."""
    state = st.session_state
    full, zero = state[_GAP]
    full = min(full, _LONGEST_FULL)
    return Setting(
        months=state[_MONTHS],
        band=Band(*state[_BAND]),
        # Both ends of a slider may be pushed together; a score needs a day to fall in.
        gap_days=(full, max(zero, full + 1)),
        weights=tuple(state[key] for key in _WEIGHT_KEYS),
        lines=state[_LINES],
        middle_open=state[_MIDDLE],
        evidence_floor=state[_FLOOR],
        band_weeks=state[_BAND_WEEKS],
    )
