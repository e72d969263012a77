"""Looking past the services, at what is really kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from trial.domain.errors import TrialError
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.store.tables import Table, Trial

Change = Callable[[Actor, Backend], object]


def contents(backend: Backend) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with backend.reading() as work:
        return {
            table.name: [tuple(row) for row in work.session.execute(table.select()).all()]
            for table in Table.metadata.sorted_tables
        }


def rows_in(backend: Backend, table: str) -> int:
    return len(contents(backend)[table])


def revision_of(backend: Backend, trial_id: int) -> int:
    with backend.reading() as work:
        trial = work.session.get(Trial, trial_id)
        assert trial is not None
        return trial.revision


def refused(
    backend: Backend, refusal: type[TrialError], change: Change, actor: Actor
) -> TrialError:
    """Expect a refusal that leaves every row of every table as it was."""
    before = contents(backend)
    with pytest.raises(refusal) as raised:
        change(actor, backend)
    assert contents(backend) == before
    return raised.value
