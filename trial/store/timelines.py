"""Writing histories of existing accounts in bulk, and taking them out again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert, update
from sqlmodel import col, select

from trial.store.tables import (
    CheckIn,
    Decision,
    Department,
    Exemption,
    ImportBatch,
    Incident,
    Membership,
    Post,
    Trial,
)
from trial.store.unit_of_work import UnitOfWork

KIND = "timeline"


@dataclass(frozen=True, slots=True)
class KeptTimeline:
    """One imported history."""

    trial_id: int
    department_id: int
    department: str
    starts_on: date
    weeks: int
    is_decided: bool


def kept(work: UnitOfWork, *, department: str | None = None) -> list[KeptTimeline]:
    """Return every imported history, or those of one department, by department and start."""
    query = (
        select(Trial, Department.name, Decision.id)
        .join(Department, col(Department.id) == col(Trial.department_id))
        .join(Decision, col(Decision.trial_id) == col(Trial.id), isouter=True)
        .where(col(Trial.origin) == "timeline")
        .order_by(col(Department.name), col(Trial.starts_on))
    )
    if department is not None:
        query = query.where(col(Department.name) == department)
    rows = work.session.exec(query)
    return [
        KeptTimeline(
            trial_id=trial.id,
            department_id=trial.department_id,
            department=name,
            starts_on=trial.starts_on,
            weeks=trial.weeks,
            is_decided=decision is not None,
        )
        for trial, name, decision in rows
        if trial.id is not None
    ]


def department_of(work: UnitOfWork, name: str, *, at: datetime) -> int:
    """Return the id of the department of exactly this name, made where there is none."""
    row = work.session.exec(select(Department).where(col(Department.name) == name)).first()
    if row is None:
        row = Department(name=name, created_at=at)
        work.session.add(row)
        work.flush()
    assert row.id is not None
    return row.id


def add_trial(work: UnitOfWork, trial: Trial) -> int:
    """Add a trial and return its id."""
    work.session.add(trial)
    work.flush()
    assert trial.id is not None
    return trial.id


def add_posts(work: UnitOfWork, rows: Sequence[Post]) -> None:
    """Add posts whose derived columns are computed, in one statement; they get no ids here."""
    _insert(work, Post, rows)


def add_check_ins(work: UnitOfWork, rows: Sequence[CheckIn]) -> None:
    """Add check-ins in one statement; they get no ids here."""
    _insert(work, CheckIn, rows)


def _insert(
    work: UnitOfWork, table: type[Post] | type[CheckIn], rows: Sequence[Post] | Sequence[CheckIn]
) -> None:
    if rows:
        # The edition is counted by the mapper, which a statement of its own goes past.
        values = [{**row.model_dump(exclude={"id"}), "version": 1} for row in rows]
        work.session.execute(insert(table), values)


def remove_department(work: UnitOfWork, department_id: int, trial_ids: Collection[int]) -> None:
    """Take out these histories of a department, and the department if nothing is left of it."""
    ids = list(trial_ids)
    for table in (Post, CheckIn, Exemption, Incident):
        work.session.execute(delete(table).where(col(table.trial_id).in_(ids)))
    work.session.execute(delete(Trial).where(col(Trial.id).in_(ids)))
    left = work.session.exec(select(Trial.id).where(col(Trial.department_id) == department_id))
    members = work.session.exec(
        select(Membership.person_id).where(col(Membership.department_id) == department_id)
    )
    if left.first() is None and members.first() is None:
        work.session.execute(delete(Department).where(col(Department.id) == department_id))


def mark_undone(work: UnitOfWork, *, at: datetime) -> None:
    """Note on every import of histories that it was taken back."""
    work.session.execute(
        update(ImportBatch)
        .where(col(ImportBatch.kind) == KIND, col(ImportBatch.undone_at).is_(None))
        .values(undone_at=at)
    )
