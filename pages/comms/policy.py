"""What a policy does with made-up departments, and putting one in force for coming trials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from trial.domain.errors import InvalidInput
from trial.domain.policy import Policy
from trial.domain.results.policy_worth import KnownPolicy, Worth
from trial.domain.results.thresholds import OptimalThresholds
from trial.domain.roles import Permission
from trial.reports import policy_tables
from trial.services import policy_in_force
from trial.services import policy_worth as service
from trial.ui import (
    components,
    notices,
    outage,
    policy_in_force_view,
    policy_text,
    policy_view,
    process,
    session,
)
from trial.ui.figures import frontier, policy_worth
from trial.ui.figures.base import palette_in_use

if TYPE_CHECKING:
    from trial.simulation.policy_workbench import PolicyWorkbench

me = session.require(Permission.ALL_SIMULATION_RUN)


def all_thresholds(
    bench: PolicyWorkbench, base: KnownPolicy, worth: Worth, chosen: OptimalThresholds | None
) -> None:
    """Draw what every threshold would do."""
    found = bench.frontier(base, worth.found.policy)
    dark = worth.found.overall.dark
    picture = frontier.frontier_html(found, palette_in_use(), chosen=chosen, dark=dark)
    st.html(picture + frontier.frontier_table_html(found.curve))
    table("Thresholds", "thresholds.csv", partial(policy_tables.thresholds_csv, found.curve))


def side_by_side(bench: PolicyWorkbench, base: KnownPolicy, worth: Worth) -> None:
    """Draw two policies on the same trials."""
    known = {one.key: one for one in bench.known if worth.is_changed or one.key != base.key}
    other = st.selectbox(
        "Compare with",
        list(known),
        format_func=lambda key: policy_text.name_of(known[key]),
        key=policy_view.AGAINST,
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


def table(label: str, name: str, content: Callable[[], bytes]) -> None:
    """Offer a table as CSV, made when it is asked for."""
    st.download_button(
        f"{label}, CSV",
        content,
        name,
        "text/csv",
        key=f"policy.{name}",
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
    )


def answers(bench: PolicyWorkbench, base: KnownPolicy, worth: Worth) -> None:
    """Draw what came out: the answer, what decides, who gets which verdict, one closer look."""
    rules = bench.sensitivity(worth.found.policy)
    head = components.header_html(policy_text.headline(worth), policy_text.subline(worth))
    st.html(head + policy_worth.matters_html(worth, rules) + policy_worth.answer_html(worth))
    components.section("What each rule does")
    st.html(policy_worth.rules_html(rules))
    table("Rules", "rules.csv", partial(policy_tables.rules_csv, rules))
    components.section("Who gets which verdict")
    st.html(policy_worth.verdicts_html(worth.found))
    table("Departments", "departments.csv", partial(policy_tables.behaviours_csv, worth.found))
    view = policy_view.choose_view()
    if view == policy_view.SIDE_BY_SIDE:
        side_by_side(bench, base, worth)
    elif view == policy_view.CHEAPEST:
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
        found = "" if self.worth is None else policy_text.reason_for_file(self.worth)
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
        help="Nothing changes here by it. The command line takes such a file.",
    )


@st.fragment
@outage.resilient
def trade(chosen: str, as_set: AsSet, in_force: policy_in_force.PoliciesInForce) -> None:
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
                    "Give at least one some weight; until then the policy is as it was.",
                )
                return
            as_set.policy, as_set.worth = worth.found.policy, worth
            as_set.why = policy_view.why()
            answers(bench, base, worth)
        with right:
            policy_in_force_view.draw_form(base.policy, as_set.policy, in_force)
        policy_view.write_address(bench, base)


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
    in_force = policy_in_force.overview(me.actor, process.backend())
if telling.done:
    policy_view.follow_address(bench)
    policy_in_force_view.draw_offer(in_force)
    # What a slider does not change stands outside of what its moves draw anew.
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = policy_view.choose(bench)
        as_set = AsSet(chosen.policy)
        policy_view.draw_way_back(chosen)
        download(chosen.policy, as_set)
    trade(chosen.key, as_set, in_force)
    with st.expander("What is in force, and what was before"):
        st.html(policy_in_force_view.history_html(in_force))
    with st.expander(f"What {chosen.policy.name} asks for, and where that comes from"):
        st.html(policy_worth.values_html(chosen.policy))
    with st.expander("What made-up departments are assumed to do"):
        st.html(policy_worth.assumptions_html(assumed))
