"""The policies that trials were frozen with, parsed once a process."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sqlmodel import col, select

from trial.domain.policy import Policy, parse_policy
from trial.store.tables import PolicyVersion
from trial.store.unit_of_work import UnitOfWork


def by_id(work: UnitOfWork, policy_ids: Iterable[int]) -> dict[int, Policy]:
    """Return the frozen policies with these ids. One query."""
    rows = work.session.exec(
        select(PolicyVersion.id, PolicyVersion.document).where(
            col(PolicyVersion.id).in_(set(policy_ids))
        )
    ).all()
    return {number: frozen(document) for number, document in rows if number is not None}


@lru_cache(maxsize=64)
def frozen(document: str) -> Policy:
    """Return the policy in `document`. Parsing costs more than the query, hence the memory."""
    return parse_policy(document, "the policy this trial started with")
