"""The policies that trials were frozen with, parsed once a process."""

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import bindparam, func
from sqlalchemy import select as columns
from sqlmodel import col

from trial.domain.policy import Policy, parse_policy
from trial.domain.trial_status import TrialState
from trial.store.tables import PolicyVersion, Trial
from trial.store.unit_of_work import UnitOfWork


def by_id(work: UnitOfWork, policy_ids: Iterable[int]) -> dict[int, Policy]:
    """Return the frozen policies with these ids. One query."""
    rows = work.connection.execute(_DOCUMENTS, {"ids": sorted(set(policy_ids))})
    return {number: frozen(document) for number, document in rows if number is not None}


# Made once: putting it together takes longer than running it.
_DOCUMENTS = columns(col(PolicyVersion.id), col(PolicyVersion.document)).where(
    col(PolicyVersion.id).in_(bindparam("ids", expanding=True))
)


def of_running_trials(work: UnitOfWork) -> dict[int, tuple[Policy, int]]:
    """Return the policies that running trials were frozen with, and how many of each, by id.

    Without the histories of existing accounts. One query.
    """
    return {
        number: (frozen(document), trials)
        for number, document, trials in work.connection.execute(_RUNNING)
        if number is not None
    }


_RUNNING = (
    columns(col(PolicyVersion.id), col(PolicyVersion.document), func.count())
    .join(Trial, col(Trial.policy_id) == col(PolicyVersion.id))
    .where(col(Trial.status) == TrialState.RUNNING)
    .group_by(col(PolicyVersion.id), col(PolicyVersion.document))
    .order_by(col(PolicyVersion.id))
)


@lru_cache(maxsize=64)
def frozen(document: str) -> Policy:
    """Return the policy in `document`. Parsing costs more than the query, hence the memory."""
    return parse_policy(document, "the policy this trial started with", stored=True)
