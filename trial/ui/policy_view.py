"""The controls of the page on policies: sliders that hold a policy, and what they are set to.

Every slider's value lies in the session under a key of its own, so that a policy can be put into
all of them at once: when another is chosen, when a proposal is taken, when all is taken back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from trial.domain.cadence import Band
from trial.domain.policy import Policy
from trial.domain.policy_sliders import MAX_MONTHS, SliderValues
from trial.domain.results.policy_worth import KnownPolicy
from trial.domain.results.thresholds import Costs, OptimalThresholds
from trial.domain.verdict import CheckName
from trial.services import policy_worth as service
from trial.ui import notices, policy_address, policy_text, session
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
VIEW, AGAINST = "policy.view", "policy.against"
VIEWS = FRONTIER, SIDE_BY_SIDE, CHEAPEST = "All thresholds", "Side by side", "Choose for me"

_GROUP, _SHOWN, _TAKEN = "policy.group", "policy.shown", "policy.taken"
_ADDRESS, _CLICKED, _NEXT = "policy.address", "policy.clicked", "policy.next"
"""What this page wrote into the address; whether it was used since; the policy to go to."""
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
_MAX_FULL = 365
_DEFAULT_COSTS = Costs(dark=8.0, extended=0.7)
"""Where the sliders of costs begin: about where the standard's own thresholds are the cheapest."""


_COSTS = {"silent": (_COST_DARK, 30.0), "extension": (_COST_EXTENDED, 1.0)}
"""The sliders of costs by their names in the address, and where each ends."""
_PARAMS = ("policy", *policy_address.NAMES, "view", "against", *_COSTS)


def fill(key: str, policy: Policy) -> None:
    """Set every slider to what a policy has."""
    st.session_state[HELD] = key
    _put(_by_slider(SliderValues.of(policy)))


def _by_slider(values: SliderValues) -> dict[str, Any]:
    return {
        _MONTHS: values.months,
        _BAND: (values.band.low, values.band.high),
        _GAP: values.gap_days,
        _LINES: values.lines,
        _MIDDLE: values.middle_open,
        _FLOOR: values.evidence_floor,
        _BAND_WEEKS: values.band_weeks,
        **dict(zip(_WEIGHT_KEYS, values.weights, strict=True)),
    }


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
    return policy_text.reason_of(costs) if taken == setting() else ""


def follow_address(bench: PolicyWorkbench) -> None:
    """Set everything to what the address says, where a link, a reload or the way back led here.

    Before anything is drawn. An address that this page wrote itself says nothing new; and one
    that says nothing leaves whoever comes back to the page what they left.
    """
    asked = {name: st.query_params[name] for name in _PARAMS if name in st.query_params}
    # A click that came before the browser had the address of the one before it.
    is_own = st.session_state.pop(_CLICKED, False) or asked == st.session_state.get(_ADDRESS, {})
    if is_own or not (asked or CHOSEN in st.session_state):
        return
    known = bench.policy(asked.get("policy", ""))
    st.session_state[CHOSEN] = known.key
    fill(known.key, known.policy)
    _put(_by_slider(policy_address.slider_values(known.policy, asked)))
    _look_closer(bench, asked)
    st.session_state[_ADDRESS] = asked


def _look_closer(bench: PolicyWorkbench, asked: Mapping[str, str]) -> None:
    view = asked.get("view")
    st.session_state[VIEW] = view if view in VIEWS else FRONTIER
    if (against := asked.get("against")) in {one.key for one in bench.known}:
        st.session_state[AGAINST] = against
    for name, (key, end) in _COSTS.items():
        if re.fullmatch(r"[0-9]{1,2}(\.[0-9])?", text := asked.get(name, "")):
            st.session_state[key] = min(float(text), end)


def write_address(bench: PolicyWorkbench, known: KnownPolicy) -> None:
    """Let the address say what everything is set to, so that it can be copied."""
    said = policy_address.params_of(known.policy, setting())
    view = st.session_state.get(VIEW, FRONTIER)
    if view != FRONTIER:
        said["view"] = view
    if view == SIDE_BY_SIDE:
        said["against"] = st.session_state[AGAINST]
    if view == CHEAPEST:
        said |= {name: f"{st.session_state[key]:g}" for name, (key, _) in _COSTS.items()}
    if said or known is not bench.known[0]:
        # By name also where it is the first, which may be another one tomorrow.
        said = {"policy": known.key, **said}
    st.session_state[_ADDRESS] = said
    if st.query_params.to_dict() != said:
        # All at once, for each change is a step of the way back.
        st.query_params.from_dict(said)


def choose(bench: PolicyWorkbench) -> KnownPolicy:
    """Draw the choice of a policy; return the one chosen."""
    known = {one.key: one for one in bench.known}
    # Who comes back to the page finds it as it was left.
    st.session_state.setdefault(CHOSEN, st.session_state.get(HELD, bench.known[0].key))
    if _NEXT in st.session_state:
        st.session_state[CHOSEN] = st.session_state.pop(_NEXT)
    if st.session_state[CHOSEN] not in known:
        st.session_state[CHOSEN] = bench.known[0].key
    key: str = st.selectbox(
        "Policy",
        list(known),
        format_func=lambda key: policy_text.name_of(known[key]),
        key=CHOSEN,
        on_change=_note_click,
        label_visibility="collapsed",
        width=420,
    )
    return known[key]


def choose_view() -> str:
    """Draw the choice of what to look at more closely, and return it."""
    # In the session and not as a default, because the address may have put another one there.
    st.session_state.setdefault(VIEW, FRONTIER)
    view = st.segmented_control(
        "Look closer", VIEWS, required=True, key=VIEW, label_visibility="collapsed"
    )
    return view or FRONTIER


def go_to(key: str) -> None:
    """Let the next run be about the policy with a key."""
    st.session_state[_NEXT] = key
    _note_click()


def _note_click() -> None:
    st.session_state[_CLICKED] = True


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
    _note_click()
    # As it is now: a file may have changed since the button was drawn.
    known = session.call(service.opened).policy(key)
    fill(known.key, known.policy)


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
    st.slider(f"Weeks on target, at least, of {policy.band_of}", 0, policy.band_of, key=_BAND_WEEKS)
    st.slider("Least share of the score that must be judged", 0, 100, key=_FLOOR, format="%d %%")


def _draw_trial(policy: Policy) -> None:
    st.slider(
        "Target, posts a week", 1, max(policy_address.MAX_A_WEEK, policy.band.high), key=_BAND
    )
    st.slider("Length, months", 1, max(MAX_MONTHS, policy.months), key=_MONTHS)
    longest = max(policy_address.MAX_GAP, policy.gap_zero_days)
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
    st.caption("How many departments refused that would have lasted is each of these as bad as?")
    left, right = st.columns(2)
    dark = left.slider(
        "One account that falls silent",
        0.0,
        _COSTS["silent"][1],
        step=0.5,
        key=_COST_DARK,
        format="%.1f",
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
