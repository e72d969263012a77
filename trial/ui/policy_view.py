"""The controls of the page on policies: sliders that hold a policy, and what they are set to.

Every slider's value lies in the session under a key of its own, so that a policy can be put into
all of them at once: when another is chosen, when a proposal is taken, when all is taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from trial.domain.cadence import Band
from trial.domain.counts import count_of
from trial.domain.policy import Policy
from trial.domain.policy_sliders import MAX_MONTHS, SliderValues
from trial.domain.results.policy_worth import KnownPolicy
from trial.domain.results.thresholds import Costs, OptimalThresholds
from trial.domain.verdict import CheckName
from trial.services import policy_worth as service
from trial.ui import notices, session
from trial.ui.figures import policy_worth

if TYPE_CHECKING:
    from trial.simulation.policy_workbench import PolicyWorkbench

CHOSEN = "policy.chosen"
HELD = "policy.held"
"""Key of the policy that the sliders were last filled with."""

_MONTHS, _BAND, _GAP = "policy.months", "policy.band", "policy.gap"
_LINES, _MIDDLE = "policy.lines", "policy.middle"
_FLOOR, _BAND_WEEKS = "policy.floor", "policy.band_weeks"

_WEIGHT_KEYS = tuple(f"policy.weight.{name.value}" for name in CheckName)
_GROUP, _SHOWN, _TAKEN = "policy.group", "policy.shown", "policy.taken"
_KEPT = "policy.kept"
"""What every slider is set to; a slider itself forgets once it is out of sight."""
_COST_DARK, _COST_EXTENDED = "policy.cost_dark", "policy.cost_extended"

_LINES_GROUP, _TRIAL_GROUP, _WEIGHTS_GROUP = "Lines", "Trial", "Weights"
_GROUPS = {
    _LINES_GROUP: (_LINES, _MIDDLE, _BAND_WEEKS, _FLOOR),
    _TRIAL_GROUP: (_BAND, _MONTHS, _GAP),
    _WEIGHTS_GROUP: _WEIGHT_KEYS,
}
"""Drawn one at a time: every slider on the page costs the others some of their speed."""
_MAX_A_WEEK = 10
_MAX_GAP = 90
_MAX_FULL = 365
_DEFAULT_COSTS = Costs(dark=8.0, extended=0.7)
"""Where the sliders of costs begin: about where the standard's own thresholds are the cheapest."""


def fill(key: str, policy: Policy) -> None:
    """Set every slider to what a policy has."""
    here = SliderValues.of(policy)
    st.session_state[HELD] = key
    _put(
        {
            _MONTHS: here.months,
            _BAND: (here.band.low, here.band.high),
            _GAP: here.gap_days,
            _LINES: here.lines,
            _MIDDLE: here.middle_open,
            _FLOOR: here.evidence_floor,
            _BAND_WEEKS: here.band_weeks,
            **dict(zip(_WEIGHT_KEYS, here.weights, strict=True)),
        }
    )


def take(choice: OptimalThresholds, costs: Costs) -> None:
    """Set the two thresholds to proposed ones, and remember under which costs they were."""
    _put({_LINES: (round(100 * choice.feed_below), round(100 * choice.ready_from))})
    st.session_state[_TAKEN] = setting(), costs


def _put(values: Mapping[str, Any]) -> None:
    st.session_state.setdefault(_KEPT, {}).update(values)
    # Taken over where it is drawn next: every slider looks through all that a session keeps.
    st.session_state[_SHOWN] = ""


def why() -> str:
    """Return why the thresholds are where they are: a proposal taken, and nothing moved since."""
    taken, costs = st.session_state.get(_TAKEN, (None, None))
    return policy_worth.reason_of(costs) if taken == setting() else ""


def choose(bench: PolicyWorkbench) -> str:
    """Draw the choice of a policy; return the key of the one chosen."""
    known = {one.key: one for one in bench.known}
    # Who comes back to the page finds it as it was left.
    st.session_state.setdefault(CHOSEN, st.session_state.get(HELD, bench.known[0].key))
    if st.session_state[CHOSEN] not in known:
        st.session_state[CHOSEN] = bench.known[0].key
    key: str = st.selectbox(
        "Policy",
        list(known),
        format_func=lambda key: name_of(known[key]),
        key=CHOSEN,
        label_visibility="collapsed",
        width=360,
    )
    return key


def draw_way_back(known: KnownPolicy) -> None:
    """Draw the button that sets every slider to the policy again."""
    st.button(
        "Back to the policy",
        key="policy.back",
        icon=":material/undo:",
        on_click=_fill_anew,
        args=(known.key,),
    )


@notices.handle_errors(place=notices.TOP)
def _fill_anew(key: str) -> None:
    # As its file is now, which may have changed since the button was drawn.
    known = session.call(service.opened).policy(key)
    fill(known.key, known.policy)


def name_of(known: KnownPolicy) -> str:
    """Return a policy's name in a list of several."""
    name = known.policy.name
    if known.trials:
        of = count_of(known.trials, "running trial")
        return f"{name}, version {known.policy.version}, as {of} began with it"
    return f"{name}, to compare with" if known.is_pack else name


def take_in(known: KnownPolicy) -> None:
    """Take over where the sliders of a policy were moved to; drawing them can wait."""
    if st.session_state.get(HELD) != known.key:
        fill(known.key, known.policy)
    kept: dict[str, Any] = st.session_state[_KEPT]
    for name in _GROUPS.get(st.session_state.get(_SHOWN, ""), ()):
        if name in st.session_state:
            kept[name] = st.session_state[name]


def draw(policy: Policy) -> None:
    """Draw the sliders of a policy, one group of them, after :func:`take_in`."""
    group = st.segmented_control(
        "What to move",
        tuple(_GROUPS),
        default=_LINES_GROUP,
        required=True,
        key=_GROUP,
        label_visibility="collapsed",
    )
    kept: dict[str, Any] = st.session_state[_KEPT]
    # A slider that was out of sight has lost its value, or has one from long ago.
    was_shown = st.session_state.get(_SHOWN) == group
    st.session_state[_SHOWN] = group
    for name in _GROUPS[group]:
        # Before it is drawn, for only then may its value be set.
        if not was_shown or name not in st.session_state:
            st.session_state[name] = kept[name]
    if group == _WEIGHTS_GROUP:
        _draw_weights()
    elif group == _TRIAL_GROUP:
        _draw_trial(policy)
    else:
        _draw_lines(policy)


def _draw_lines(policy: Policy) -> None:
    st.slider("Keep feeding below, ready from", 0, 100, key=_LINES, format="%d points")
    st.toggle("Extend with conditions between the two", key=_MIDDLE)
    st.slider(f"Weeks in band, least of {policy.band_of}", 0, policy.band_of, key=_BAND_WEEKS)
    st.slider("Least share of weight judged", 0, 100, key=_FLOOR, format="%d %%")


def _draw_trial(policy: Policy) -> None:
    st.slider("Band, posts a week", 1, max(_MAX_A_WEEK, policy.band.high), key=_BAND)
    st.slider("Length, months", 1, max(MAX_MONTHS, policy.months), key=_MONTHS)
    longest = max(_MAX_GAP, policy.gap_zero_days)
    st.slider("Days of silence, full score to none", 1, longest, key=_GAP)


def _draw_weights() -> None:
    for name, key in zip(CheckName, _WEIGHT_KEYS, strict=True):
        st.slider(name.label, 0, 100, key=key)
    points = [st.session_state[key] for key in _WEIGHT_KEYS]
    st.html(policy_worth.weights_html(dict(zip(CheckName, points, strict=True))))


def draw_costs() -> Costs:
    """Draw what each error costs, and return it."""
    st.session_state.setdefault(_COST_DARK, _DEFAULT_COSTS.dark)
    st.session_state.setdefault(_COST_EXTENDED, _DEFAULT_COSTS.extended)
    st.caption("In departments refused that would have lasted: what is each of these as bad as?")
    left, right = st.columns(2)
    dark = left.slider(
        "One account that goes dark", 0.0, 30.0, step=0.5, key=_COST_DARK, format="%.1f"
    )
    extended = right.slider("One extension", 0.0, 1.0, step=0.1, key=_COST_EXTENDED, format="%.1f")
    return Costs(dark=dark, extended=extended)


def setting() -> SliderValues:
    """Return what the sliders are set to."""
    state = st.session_state[_KEPT]
    full, zero = state[_GAP]
    full = min(full, _MAX_FULL)
    return SliderValues(
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
