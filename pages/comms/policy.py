"""What a verdict is worth: a policy tried on made-up departments whose year after is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from trial.domain.errors import InvalidInput
from trial.domain.policy import Policy
from trial.domain.results.policy_worth import KnownPolicy, Worth
from trial.domain.results.thresholds import OptimalThresholds
from trial.domain.roles import Permission
from trial.services import policy_worth as service
from trial.ui import components, notices, outage, policy_view, process, session
from trial.ui.figures import frontier, policy_worth
from trial.ui.figures.base import palette_in_use

if TYPE_CHECKING:
    from trial.simulation.policy_workbench import PolicyWorkbench

FRONTIER, SIDE_BY_SIDE, CHEAPEST = "All thresholds", "Side by side", "Choose for me"
VIEW, AGAINST = "policy.view", "policy.against"

me = session.require(Permission.ALL_SIMULATION_RUN)


def all_thresholds(
    bench: PolicyWorkbench, base: KnownPolicy, worth: Worth, chosen: OptimalThresholds | None
) -> None:
    """Draw what every threshold would do."""
    found = bench.frontier(base, worth.found.policy)
    dark = worth.found.overall.dark
    picture = frontier.frontier_html(found, palette_in_use(), chosen=chosen, dark=dark)
    st.html(picture + frontier.frontier_table_html(found.curve))


def side_by_side(bench: PolicyWorkbench, base: KnownPolicy, worth: Worth) -> None:
    """Draw two policies on the same trials."""
    known = {one.key: one for one in bench.known if worth.is_changed or one.key != base.key}
    other = st.selectbox(
        "Compare with",
        list(known),
        format_func=lambda key: policy_view.name_of(known[key]),
        key=AGAINST,
        width=320,
    )
    st.html(policy_worth.compared_html(bench.compared(worth.found.policy, known[other].policy)))


def choose(bench: PolicyWorkbench, base: KnownPolicy, worth: Worth) -> None:
    """Draw the cheapest thresholds under stated costs, to be taken over or not."""
    costs = policy_view.draw_costs()
    choice = bench.cheapest(worth.found.policy, costs)
    st.html(policy_worth.choice_html(choice, worth.found.policy))
    st.button(
        "Set these thresholds",
        key="policy.take",
        icon=":material/check:",
        on_click=policy_view.take,
        args=(choice, costs),
        disabled=choice.is_as_set_in(worth.found.policy),
    )
    all_thresholds(bench, base, worth, choice)


def answers(bench: PolicyWorkbench, base: KnownPolicy, worth: Worth) -> None:
    """Draw what came out: the answer, who gets which verdict, and one closer look."""
    # In two pieces: on a phone the sliders stand between them.
    head = components.header_html(policy_worth.headline(worth), policy_worth.subline(worth))
    st.html(head + policy_worth.trade_html(worth))
    st.html(policy_worth.verdicts_html(worth.found))
    view = st.segmented_control(
        "Look closer",
        (FRONTIER, SIDE_BY_SIDE, CHEAPEST),
        default=FRONTIER,
        required=True,
        key=VIEW,
        label_visibility="collapsed",
    )
    if view == SIDE_BY_SIDE:
        side_by_side(bench, base, worth)
    elif view == CHEAPEST:
        choose(bench, base, worth)
    else:
        all_thresholds(bench, base, worth, None)


@dataclass
class AsSet:
    """What the sliders were last set to, for who takes it away; the fragment keeps it true."""

    policy: Policy
    worth: Worth | None = None
    why: str = ""

    @property
    def rationale(self) -> str:
        """What was found, and why the thresholds are where they are."""
        found = "" if self.worth is None else policy_worth.reason_for_file(self.worth)
        return f"{found} {self.why}".strip()


def download(base: Policy, as_set: AsSet) -> None:
    """Offer the policy as set as a file, made when it is asked for; nothing is written here."""
    # Made outside any run, where nobody can be asked who is there.
    actor, backend = me.actor, process.backend()
    st.download_button(
        "Download as a file",
        lambda: service.document(
            actor, backend, base, as_set.policy, by=me.name, why=as_set.rationale
        ),
        file_name="policy-as-set.toml",
        mime="application/toml",
        on_click="ignore",
        icon=":material/download:",
        help="Nothing changes here. Trials that start later use it once it lies in data/policy.",
    )


@st.fragment
@outage.resilient
def trade(chosen: str, as_set: AsSet) -> None:
    """Draw the sliders and what they do; a move of one runs this and nothing else."""
    with notices.handle_errors(reading=True):
        bench = service.opened(session.actor(), process.backend())
        base = bench.policy(chosen)
        policy_view.take_in(base)
        worth = tried(bench, base)
        left, right = st.columns((5, 2), gap="large")
        with right:
            policy_view.draw(base.policy)
        with left:
            if worth is None:
                as_set.policy, as_set.worth, as_set.why = base.policy, None, ""
                components.header(
                    "Every check weighs nothing",
                    "Give at least one some weight; until then the file is the policy as it is.",
                )
                return
            as_set.policy, as_set.worth = worth.found.policy, worth
            as_set.why = policy_view.why()
            answers(bench, base, worth)


def tried(bench: PolicyWorkbench, base: KnownPolicy) -> Worth | None:
    """Return what the policy as set is worth; None where every check weighs nothing."""
    try:
        policy = policy_view.setting().applied_to(base.policy)
    except InvalidInput:
        return None
    return bench.worth(base.policy, policy)


with notices.handle_errors(reading=True) as telling:
    bench = service.opened(me.actor, process.backend())
    if not bench.is_ready:
        with st.spinner("Making up some thousand trials. Once only, a moment."):
            bench.make_ready()
    assumed = service.assumptions(me.actor, process.backend())
if telling.done:
    # What a slider does not change stands outside of what its moves draw anew.
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = bench.policy(policy_view.choose(bench))
        as_set = AsSet(chosen.policy)
        policy_view.draw_way_back(chosen)
        download(chosen.policy, as_set)
    trade(chosen.key, as_set)
    with st.expander(f"What {chosen.policy.name} asks for, and where that comes from"):
        st.html(policy_worth.values_html(chosen.policy))
    with st.expander("What made-up departments are assumed to do"):
        st.html(policy_worth.assumptions_html(assumed))
