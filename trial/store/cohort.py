"""Many trials at once, summed in SQL: what the board is made of.

The facts of all running trials come out of a dozen statements whose cost follows the running
trials alone. What they say is what each trial's log says (:mod:`trial.store.trial_log`); the
tests hold the two together. Trials that must be seen as of an earlier day than the latest entry
are rare, cannot be summed from columns that say how things stand now, and are read from their
logs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from trial.domain.policy import Policy
from trial.scoring.facts import Facts
from trial.store import cohort_sums, organisation, policies, trial_log
from trial.store.cohort_columns import Columns, Counts, Days
from trial.store.post_facts import day_of
from trial.store.unit_of_work import UnitOfWork

TRIALS_AT_ONCE = 2000
"""Trials in one statement; their ids are its parameters, of which a database takes so many."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """``n`` trials of ``W`` weeks under one policy, in the order of their ids.

    Attributes
    ----------
    policy_id : int
    policy : Policy
    trial_id, department_id, revision : (n,) int64
    department, status : tuple of str
    starts_on, as_of : (n,) datetime64[D]
        First day; the day the trial is seen on: today, or its last day where it ended early.
    slots : (n, W) int64
        Slots that answer for each week.
    contributors : tuple of tuple of str
        Who stands behind the rows of ``facts.by_contributor`` of each trial.
    backfilled : (n,) int64
        Posts entered late.
    waiting : (n,) int64
        Posts that wait for Communications.
    waiting_since : (n,) datetime64[D]
        Day of the earliest hand-over among them; NaT where none waits.
    latest_activity : tuple of datetime or None
        Moment of the latest audit event of each trial.
    facts : Facts
        What the trials are judged on.
    """

    policy_id: int
    policy: Policy
    trial_id: Counts
    department_id: Counts
    revision: Counts
    department: tuple[str, ...]
    status: tuple[str, ...]
    starts_on: Days
    as_of: Days
    slots: Counts
    contributors: tuple[tuple[str, ...], ...]
    backfilled: Counts
    waiting: Counts
    waiting_since: Days
    latest_activity: tuple[datetime | None, ...]
    facts: Facts

    def __len__(self) -> int:
        return len(self.trial_id)


def read(
    work: UnitOfWork,
    *,
    today: date,
    trial_ids: Sequence[int] | None = None,
) -> tuple[Cohort, ...]:
    """Return the trials asked for, as one cohort for each policy and length.

    Parameters
    ----------
    today : date
        In the organisation's time zone.
    trial_ids : sequence of int, optional
        All running trials by default. Ids that are not there are left out.
    """
    if trial_ids is None:
        rows = list(cohort_sums.trials(work, None))
    else:
        parts = _parts(sorted(set(trial_ids)))
        rows = [row for part in parts for row in cohort_sums.trials(work, part)]
    frozen = policies.by_id(work, {row.policy_id for row in rows})
    zone = ZoneInfo(organisation.time_zone(work) or "UTC")

    def kind(row: Any) -> tuple[int, int]:
        return row.policy_id, row.weeks

    return tuple(
        _cohort(work, list(batch), frozen[policy_id], today=today, zone=zone)
        for (policy_id, _), batch in groupby(sorted(rows, key=kind), key=kind)
    )


def _cohort(
    work: UnitOfWork, rows: list[Any], policy: Policy, *, today: date, zone: ZoneInfo
) -> Cohort:
    columns = Columns(rows, policy, rows[0].weeks, today)
    as_of = [trial_log.visible_posts(today, row.ended_on) for row in rows]
    earlier = [
        row.id
        for row, day in zip(rows, as_of, strict=True)
        if day < today or _entered_after(row.latest_activity, today, zone)
    ]
    for part in _parts(sorted({row.id for row in rows}.difference(earlier))):
        columns.sum_up(work, part)
    for part in _parts(earlier):
        for trial_id, stored in trial_log.load_many(work, part, today=today).items():
            columns.take(trial_id, stored.log)
    return Cohort(
        policy_id=rows[0].policy_id,
        policy=policy,
        trial_id=np.array([row.id for row in rows], np.int64),
        department_id=np.array([row.department_id for row in rows], np.int64),
        revision=np.array([row.revision for row in rows], np.int64),
        department=tuple(row.department for row in rows),
        status=tuple(row.status for row in rows),
        starts_on=columns.starts_on,
        as_of=np.array(as_of, "datetime64[D]"),
        slots=columns.slots,
        contributors=columns.contributors,
        backfilled=columns.backfilled,
        waiting=columns.waiting,
        waiting_since=columns.waiting_since,
        latest_activity=tuple(row.latest_activity for row in rows),
        facts=columns.facts(as_of),
    )


def _entered_after(latest: datetime | None, today: date, zone: ZoneInfo) -> bool:
    return latest is not None and day_of(latest, zone) > today


def _parts(trial_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(trial_ids), TRIALS_AT_ONCE):
        yield trial_ids[first : first + TRIALS_AT_ONCE]
