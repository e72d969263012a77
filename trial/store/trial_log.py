"""Trials' logs as the domain knows them: what a scorecard is made from."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func
from sqlalchemy import select as columns
from sqlmodel import col, select

from trial.domain.calendar import LAST_DAY, TrialWindow, looked_at_on
from trial.domain.policy import Policy
from trial.domain.posts import Post as DomainPost
from trial.domain.reporting import reported_weeks
from trial.domain.trial_log import Answers, GateFacts, TrialLog
from trial.store import log_columns, policies
from trial.store.tables import Department, Incident, Post, Trial
from trial.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class StoredLog:
    """The log of a stored trial, with the policy it was frozen with.

    Attributes
    ----------
    revision : int
        Of the trial; whatever is computed from this log stays valid for it on that day.
    """

    trial_id: int
    revision: int
    policy: Policy
    log: TrialLog


@dataclass(frozen=True, slots=True)
class RawLog:
    """Everything entered of one trial; its log on any day is made of it without reading again.

    Check-ins and exemptions are columns, as :mod:`trial.store.log_columns` reads them.
    """

    trial: Trial
    department: str
    posts: Sequence[DomainPost]
    check_ins: Sequence[Any]
    exemptions: Sequence[Any]
    gates: GateFacts

    @property
    def window(self) -> TrialWindow:
        """The weeks of the trial."""
        return TrialWindow(self.trial.starts_on, self.trial.weeks)

    def as_of(self, today: date) -> TrialLog:
        """Return the log as known on a day.

        A trial that ended early is over the day after its last day. Reviews and check-ins about
        its days, gates and exemptions are as of now: they are settled up to the decision.
        """
        return _log(self, today)


def load(work: UnitOfWork, trial_id: int, *, today: date) -> StoredLog | None:
    """Return the log of one trial as known on `today`, or None if there is no such trial.

    As :meth:`RawLog.as_of` has it.
    """
    return load_many(work, [trial_id], today=today).get(trial_id)


def load_many(work: UnitOfWork, trial_ids: Sequence[int], *, today: date) -> dict[int, StoredLog]:
    """Return the logs of several trials by id, in a fixed number of queries."""
    entered = load_raw(work, trial_ids)
    frozen = policies.by_id(work, {each.trial.policy_id for each in entered.values()})
    return {
        trial_id: StoredLog(
            trial_id=trial_id,
            revision=each.trial.revision,
            policy=frozen[each.trial.policy_id],
            log=each.as_of(today),
        )
        for trial_id, each in entered.items()
    }


def load_raw(work: UnitOfWork, trial_ids: Sequence[int]) -> dict[int, RawLog]:
    """Return what was entered of several trials by id, in a fixed number of queries.

    Whoever asks how things stood on several days reads each trial once. Ids that are not there
    are left out.
    """
    trials = work.session.exec(
        select(Trial, Department.name)
        .join(Department, col(Department.id) == col(Trial.department_id))
        .where(col(Trial.id).in_(trial_ids))
    ).all()
    posts = log_columns.posts(work, trial_ids)
    check_ins = log_columns.check_ins(work, trial_ids)
    exemptions = log_columns.exemptions(work, trial_ids)
    incidents = open_incidents(work, trial_ids)
    entered = {}
    for trial, department in trials:
        assert trial.id is not None
        entered[trial.id] = RawLog(
            trial=trial,
            department=department,
            posts=posts.get(trial.id, []),
            check_ins=check_ins.get(trial.id, []),
            exemptions=exemptions.get(trial.id, []),
            gates=gate_facts(trial, incidents.get(trial.id, 0)),
        )
    return entered


def gate_facts(trial: Trial, incidents: int) -> GateFacts:
    """Return what is known about the gates of a trial."""
    return GateFacts(
        purpose_written=bool(trial.purpose and trial.audience),
        managers_named=bool(trial.primary_manager and trial.backup_manager),
        training_done=trial.training_done,
        training_total=trial.training_total,
        agreement_signed=trial.agreement_signed_on is not None,
        open_incidents=incidents,
    )


def open_incidents(work: UnitOfWork, trial_ids: Collection[int]) -> dict[int, int]:
    """Return how many serious incidents are open, for the trials that have any. One query."""
    return dict(work.connection.execute(_OPEN_INCIDENTS, {"ids": list(trial_ids)}).all())


# Made once: putting it together takes longer than running it.
_OPEN_INCIDENTS = (
    columns(col(Incident.trial_id), func.count())
    .where(
        col(Incident.trial_id).in_(bindparam("ids", expanding=True)),
        col(Incident.closed_on).is_(None),
    )
    .group_by(col(Incident.trial_id))
)


def _log(entered: RawLog, today: date) -> TrialLog:
    trial = entered.trial
    window = entered.window
    last_day = trial.ended_on or LAST_DAY
    known = tuple(
        post for each in entered.posts if (post := each.known_in_trial(last_day, today)) is not None
    )
    spoken = [
        check_in
        for check_in in entered.check_ins
        if check_in.entered_on <= today and window.week_start(check_in.week) <= last_day
    ]
    excused = frozenset(
        week
        for exemption in entered.exemptions
        for week in range(exemption.first_week, min(exemption.last_week + 1, trial.weeks))
    )
    return TrialLog(
        window=window,
        today=looked_at_on(today, trial.ended_on),
        posts=known,
        reported_weeks=reported_weeks(window, known, {check_in.week for check_in in spoken}),
        excused_weeks=excused,
        answers=_answers(check_in for check_in in spoken if check_in.week not in excused),
        late_answers=_answers(
            check_in for check_in in spoken if check_in.backfilled and check_in.week not in excused
        ),
        gates=entered.gates,
        timely_check_ins=frozenset(check_in.week for check_in in spoken if not check_in.backfilled),
    )


def _answers(check_ins: Iterable[Any]) -> Answers | None:
    said = [
        (check_in.needing_answer, check_in.answered_in_a_day)
        for check_in in check_ins
        if check_in.needing_answer is not None and check_in.answered_in_a_day is not None
    ]
    if not said:
        return None
    return Answers(sum(needing for needing, _ in said), sum(answered for _, answered in said))


def backfilled_posts(work: UnitOfWork, trial_id: int) -> list[Post]:
    """Return the posts of a trial whose delivery was entered late, oldest first."""
    return list(
        work.session.exec(
            select(Post)
            .where(col(Post.trial_id) == trial_id, col(Post.backfilled).is_(True))
            .order_by(col(Post.delivered_on), col(Post.id))
        )
    )
