"""Which policy was put in force when, by whom and why: a list that only ever grows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, func, select

from trial.store.tables import Person, PolicyInForce, PolicyVersion
from trial.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class InForceRecord:
    """One entry of the list.

    Parameters
    ----------
    document : str
        The policy, as it was kept.
    person : str
        Name of who put it in force; “Operator” for the machine's own command line.
    """

    row: PolicyInForce
    document: str
    person: str


def latest_id(work: UnitOfWork) -> int | None:
    """Return the id of the entry that counts now, None where there is none."""
    return work.connection.execute(select(func.max(PolicyInForce.id))).scalar_one()


def latest(work: UnitOfWork) -> InForceRecord | None:
    """Return the entry that counts now, None where there is none."""
    return next(iter(_records(work, most=1)), None)


def history(work: UnitOfWork) -> list[InForceRecord]:
    """Return all entries, the one that counts now first. One query."""
    return _records(work)


def _records(work: UnitOfWork, most: int | None = None) -> list[InForceRecord]:
    query = (
        select(PolicyInForce, PolicyVersion.document, func.coalesce(Person.name, "Operator"))
        .join(PolicyVersion, col(PolicyVersion.id) == col(PolicyInForce.policy_id))
        .join(Person, col(Person.id) == col(PolicyInForce.put_by), isouter=True)
        .order_by(col(PolicyInForce.id).desc())
        .limit(most)
    )
    return [InForceRecord(*row) for row in work.session.exec(query)]


def highest_version(work: UnitOfWork, name: str) -> int:
    """Return the highest version that a policy of this name was kept in; 0 where none was."""
    query = select(func.max(PolicyVersion.version)).where(col(PolicyVersion.name) == name)
    return work.connection.execute(query).scalar_one() or 0
