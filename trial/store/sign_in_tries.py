"""Browsers that people have signed in from, and how many tries to sign in have failed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from trial.store.tables import FailedSignIns, KnownBrowser, Person, Table
from trial.store.unit_of_work import UnitOfWork

COUNTS_LAST = timedelta(days=90)
BROWSERS_LAST = timedelta(days=400)

_INSERTS: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def is_known_browser(work: UnitOfWork, email: str, browser_hash: str) -> bool:
    """Return whether the person with this address has signed in from the browser before."""
    query = (
        select(col(KnownBrowser.person_id))
        .join(Person, col(Person.id) == col(KnownBrowser.person_id))
        .where(col(Person.email) == email, col(KnownBrowser.browser_hash) == browser_hash)
    )
    return work.connection.execute(query).first() is not None


def remember_browser(work: UnitOfWork, person_id: int, browser_hash: str, *, at: datetime) -> None:
    """Note that the person has signed in from the browser, and forget those of long ago."""
    work.connection.execute(
        delete(KnownBrowser).where(
            col(KnownBrowser.person_id) == person_id,
            col(KnownBrowser.signed_in_at) < at - BROWSERS_LAST,
        )
    )
    row = {"person_id": person_id, "browser_hash": browser_hash, "signed_in_at": at}
    _add_or_set(work, KnownBrowser, row, {"signed_in_at": at})


def count_failure(work: UnitOfWork, source: str, *, at: datetime) -> None:
    """Count a try that failed in the one row of its source and hour; forget those of long ago."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    work.connection.execute(
        delete(FailedSignIns).where(col(FailedSignIns.hour) < hour - COUNTS_LAST)
    )
    row = {"hour": hour, "source": source, "tries": 1}
    _add_or_set(work, FailedSignIns, row, {"tries": col(FailedSignIns.tries) + 1})


def failures_since(work: UnitOfWork, since: datetime) -> tuple[tuple[str, int], ...]:
    """Return how many tries failed from each source in the hours from `since`, most first."""
    tries = func.sum(col(FailedSignIns.tries))
    query = (
        select(col(FailedSignIns.source), tries)
        .where(col(FailedSignIns.hour) >= since)
        .group_by(col(FailedSignIns.source))
        .order_by(tries.desc(), col(FailedSignIns.source))
    )
    return tuple((source, int(count)) for source, count in work.connection.execute(query))


def _add_or_set(
    work: UnitOfWork, table: type[Table], row: dict[str, object], change: dict[str, object]
) -> None:
    connection = work.connection
    insert = _INSERTS[connection.dialect.name](table).values(row)
    keys = [column.name for column in table.__table__.primary_key]  # type: ignore[attr-defined]
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=change))
