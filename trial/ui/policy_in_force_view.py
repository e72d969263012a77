"""Putting a policy in force from its page, and the list of those that were."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from trial.domain.calendar import spoken_day
from trial.domain.fields import NAME_LIMIT
from trial.domain.policy import Policy, policy_entries
from trial.domain.roles import Permission
from trial.reports.html import Html
from trial.services import policies, policy_in_force
from trial.services.policy_in_force import InForceEntry, PoliciesInForce
from trial.ui import components, forms, notices, policy_view, session
from trial.ui.figures import lists

HEADINGS = ("Policy", "Since", "Put in force by", "Why")


def draw_offer(in_force: PoliciesInForce) -> None:
    """Say that somebody has edited the policy file; nothing where nobody has."""
    if not in_force.file_changed:
        return
    with st.container(key="policy-offer", horizontal=True, vertical_alignment="center"):
        st.info(
            f"The file {policies.DEFAULT_POLICY} was edited and differs from what is in force: "
            "put it in force?",
            icon=":material/draft:",
        )
        st.button(
            "Look at the file",
            key="policy.offered",
            on_click=policy_view.go_to,
            args=(policies.DEFAULT_POLICY,),
        )


def draw_form(base: Policy, policy: Policy, in_force: PoliciesInForce) -> None:
    """Draw what is in force, and the form that puts another policy in force.

    Parameters
    ----------
    base, policy : Policy
        The policy on the page, and as the sliders have it.
    """
    components.section("For coming trials")
    st.caption(in_force_line(in_force))
    person = session.signed_in()
    if policy.content_hash == in_force.policy.content_hash and in_force.entries:
        return
    if person is None or Permission.ALL_POLICY_WRITE not in person.permissions:
        return
    with forms.popover("Put in force", key="policy-in-force", icon="verified"):
        st.html(
            lists.plain_table(
                "What would be different", ("Value", "Now", "Then"), [*_moved(in_force, policy)]
            )
        )
        name = st.text_input(
            "Name of the policy", base.name, max_chars=NAME_LIMIT, key="policy.name"
        )
        why = st.text_area("Why, in a sentence", key="policy.why", height=90)
        st.caption(
            "Trials that start from now on are judged by it. Those that have started keep theirs."
        )

        def put() -> None:
            entry = session.call(
                policy_in_force.put_in_force,
                policy=policy,
                base=base,
                name=name,
                reason=why,
                seen=in_force.latest_id,
            )
            policy_view.go_to(f"frozen/{entry.policy_id}")
            notices.notify(f"{_named(entry)} is in force for trials that start from now on.")

        forms.submit("Put it in force", put, kind="primary")


def in_force_line(in_force: PoliciesInForce) -> str:
    """Return what is in force, since when and by whom, in a sentence."""
    if not in_force.entries:
        policy = in_force.policy
        return (
            f"{policy.name}, version {policy.version}, as the file {policies.DEFAULT_POLICY} has "
            "it until the first trial starts."
        )
    entry = in_force.entries[0]
    return f"{_named(entry)}, in force since {_day(entry)}."


def history_html(in_force: PoliciesInForce) -> Html:
    """Return all policies that were put in force, the one that counts first."""
    rows = [(_named(entry), _day(entry), entry.put_by, entry.reason) for entry in in_force.entries]
    return lists.plain_table("Put in force, the latest first", HEADINGS, rows)


def _moved(in_force: PoliciesInForce, policy: Policy) -> Iterator[tuple[str, str, str]]:
    now, then = in_force.policy.values, policy.values
    for key, entry in policy_entries().items():
        before, after = now.get(key, entry.absent), then.get(key, entry.absent)
        if before != after:
            yield key.replace(".", " · ").replace("_", " "), f"{before}", f"{after}"


def _named(entry: InForceEntry) -> str:
    return f"{entry.policy.name}, version {entry.policy.version}"


def _day(entry: InForceEntry) -> str:
    return spoken_day(entry.put_on, year=True)
