"""The policies that trials were frozen with, parsed once a process."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col

from trial.domain.policy import Policy, parse_policy
from trial.store.tables import PolicyVersion
from trial.store.unit_of_work import UnitOfWork


def by_id(work: UnitOfWork, policy_ids: Iterable[int]) -> dict[int, Policy]:
    """Return the frozen policies with these ids. One query."""
    rows = work.connection.execute(_DOCUMENTS, {"ids": sorted(set(policy_ids))})
    return {number: frozen(document) for number, document in rows if number is not None}


# Made once: putting it together takes longer than running it.
_DOCUMENTS = columns(col(PolicyVersion.id), col(PolicyVersion.document)).where(
    col(PolicyVersion.id).in_(bindparam("ids", expanding=True))
)


@lru_cache(maxsize=64)
def frozen(document: str) -> Policy:
    """Return the policy in `document`. Parsing costs more than the query, hence the memory."""
    return parse_policy(document, "the policy this trial started with")
