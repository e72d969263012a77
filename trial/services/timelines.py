"""Existing accounts as finished trials, so that the scoring meets accounts nobody made up.

A timeline says on which days an account posted and nothing else. Each account becomes a
department with a trial of origin ``timeline``: every post unplanned, delivered and shared on its
day, every week without one reported as such, because it was observed. About plans, reviews,
questions and gates a timeline is silent, and so are the checks that rest on them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from trial.domain import fields
from trial.domain.calendar import TrialWindow, spoken_day
from trial.domain.errors import InvalidInput
from trial.domain.policy import Policy
from trial.domain.roles import Permission
from trial.domain.timelines import Account
from trial.domain.verdict import CheckName, GateName, Verdict
from trial.scoring.facts import facts_of
from trial.scoring.verdict import VERDICTS, judge
from trial.services import organisation, policies
from trial.services.access import Actor, require
from trial.services.backend import Backend
from trial.store import imports, post_facts, timelines, trial_log
from trial.store.posts import PostRecord
from trial.store.tables import CheckIn, ImportBatch, Organisation, Post, Trial
from trial.store.timelines import KIND, KeptTimeline
from trial.store.unit_of_work import UnitOfWork

Progress = Callable[[int, int, str], None]
"""Told how many of how many accounts are done, and which one is next."""

DEPARTMENT_LIMIT = 500
"""Longest name of a department that stands for an account: where it is from, and its own."""
FURTHEST_APART = 1_000

_BATCH = 200
_BAND = tuple(GateName).index(GateName.BAND_ADHERENCE)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which stretches of which accounts are taken.

    Parameters
    ----------
    weeks : int
        Length of a trial, 1 to 52.
    min_rate, max_rate : float
        Posts a week over the stretch, both ends inside.
    every_weeks : int or None
        Weeks from the start of one stretch to the next, at most 1,000; None for the first one
        only.
    at_most : int
        Stretches an account.
    limit : int or None
        Accounts taken, in the order of the file; None for all.
    """

    weeks: int = 13
    min_rate: float = 1.0
    max_rate: float = 10.0
    every_weeks: int | None = None
    at_most: int = 4
    limit: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.weeks <= 52:
            raise InvalidInput("Weeks", self.weeks, "1 to 52")
        if not 0 <= self.min_rate <= self.max_rate:
            raise InvalidInput(
                "Rates", f"{self.min_rate} to {self.max_rate}", "a lower and a higher number"
            )
        if self.every_weeks is not None and not self.weeks <= self.every_weeks <= FURTHEST_APART:
            raise InvalidInput(
                "Every",
                self.every_weeks,
                f"{self.weeks} weeks or more, so that none overlap, and at most {FURTHEST_APART:,}",
            )
        if self.at_most < 1 or (self.limit is not None and self.limit < 1):
            raise InvalidInput("Limit", min(self.at_most, self.limit or 1), "1 or more")


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of an account, with its posts a week."""

    account: Account
    window: TrialWindow
    counts: tuple[int, ...]

    @property
    def rate(self) -> float:
        """Posts a week."""
        return sum(self.counts) / self.window.weeks


@dataclass(frozen=True, slots=True)
class Chosen:
    """The stretches a choice finds, and how many accounts are left out for which reason."""

    stretches: tuple[Stretch, ...]
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class JudgedStretch:
    """A stretch with the verdict of its trial.

    Parameters
    ----------
    score : float or None
        In [0, 1]; None where nothing could be judged.
    checks : mapping of CheckName to float
        Scores of the checks that could be judged.
    weeks_in_band : int
        Weeks in band or over.
    band_kept : bool
        Whether that is enough for the gate; the only gate a timeline speaks to.
    """

    trial_id: int
    stretch: Stretch
    verdict: Verdict
    score: float | None
    share_judged: float
    checks: Mapping[CheckName, float]
    weeks_in_band: int
    band_kept: bool


@dataclass(frozen=True, slots=True)
class ImportedTimelines:
    """What an import of timelines did.

    Parameters
    ----------
    added, present : int
        Trials that are new, and those that were there before.
    posts : int
        Posts that are new.
    """

    added: int
    present: int
    posts: int


def choose(accounts: Iterable[Account], choice: Choice, *, week_starts_on: int) -> Chosen:
    """Return the stretches of day-dated accounts that keep to the choice."""
    found: list[Stretch] = []
    left_out: Counter[str] = Counter()
    taken = 0
    for account in accounts:
        if choice.limit is not None and taken == choice.limit:
            left_out["beyond the limit"] += 1
            continue
        stretches, reason = _stretches(account, choice, week_starts_on)
        if not stretches:
            left_out[reason] += 1
            continue
        taken += 1
        found.extend(stretches)
    return Chosen(tuple(found), dict(left_out))


def _stretches(account: Account, choice: Choice, week_starts_on: int) -> tuple[list[Stretch], str]:
    if not account.by_day:
        return [], "counted by the week only"
    windows = account.windows(
        weeks=choice.weeks,
        week_starts_on=week_starts_on,
        every_weeks=choice.every_weeks,
        at_most=choice.at_most,
    )
    if not windows:
        return [], f"observed for less than {choice.weeks} weeks"
    every = [Stretch(account, window, account.counts(window)) for window in windows]
    inside = [each for each in every if choice.min_rate <= each.rate <= choice.max_rate]
    if inside:
        return inside, ""
    if all(each.rate < choice.min_rate for each in every):
        return [], f"under {choice.min_rate:g} a week"
    return [], f"not within {choice.min_rate:g} to {choice.max_rate:g} a week"


def import_timelines(
    actor: Actor,
    backend: Backend,
    *,
    stretches: Sequence[Stretch],
    file_name: str = "posts.csv",
    policy: str = policies.DEFAULT_POLICY,
    progress: Progress | None = None,
) -> ImportedTimelines:
    """Make each stretch the trial of a department, one transaction and one event an account.

    Stretches that are there already are passed over, so a run that was interrupted is simply
    repeated.

    Raises
    ------
    NotAllowed
        Without the permission to import for every department.
    NotSetUp
        While there is no organisation.
    InvalidInput
        When nobody said where an account is from, a stretch is not over yet, or does not begin
        with the organisation's week.
    """
    with backend.reading() as work:
        home = _enter(work, actor)
        today = backend.today(home.time_zone)
        there = {(entry.department, entry.starts_on) for entry in timelines.kept(work)}
    by_account: dict[str, list[Stretch]] = {}
    for stretch in stretches:
        _refuse_unfit(stretch, today, home.week_starts_on)
        by_account.setdefault(stretch.account.department, []).append(stretch)
    frozen = policies.for_organisation(policies.read(backend, policy), home.week_starts_on)
    added = posts = 0
    for done, (department, own) in enumerate(by_account.items()):
        if progress is not None:
            progress(done, len(by_account), department)
        if all((department, stretch.window.start) in there for stretch in own):
            continue
        trials_added, posts_added = _import_account(
            actor, backend, department, own, frozen, home.time_zone, file_name
        )
        added += trials_added
        posts += posts_added
    if progress is not None:
        progress(len(by_account), len(by_account), "")
    return ImportedTimelines(added, len(stretches) - added, posts)


def judge_timelines(
    actor: Actor, backend: Backend, *, stretches: Sequence[Stretch]
) -> tuple[JudgedStretch, ...]:
    """Return the verdict on each stretch that was imported, in the order given.

    Gates that a timeline is silent about do not hold a verdict back.
    """
    with backend.reading() as work:
        home = _enter(work, actor)
        today = backend.today(home.time_zone)
        ids = {
            (entry.department, entry.starts_on): entry.trial_id for entry in timelines.kept(work)
        }
        wanted = [
            (ids[key], stretch)
            for stretch in stretches
            if (key := (stretch.account.department, stretch.window.start)) in ids
        ]
        judged: list[JudgedStretch] = []
        for first in range(0, len(wanted), _BATCH):
            judged.extend(_judged(work, wanted[first : first + _BATCH], today))
    return tuple(judged)


def undo_timelines(actor: Actor, backend: Backend) -> tuple[int, tuple[str, ...]]:
    """Take every imported history out again, one transaction and one event.

    Returns
    -------
    tuple of (int, tuple of str)
        Trials taken out, and the departments that stay because somebody has decided on one of
        their trials.
    """
    with backend.writing() as work:
        _enter(work, actor)
        by_department: dict[int, list[KeptTimeline]] = {}
        for entry in timelines.kept(work):
            by_department.setdefault(entry.department_id, []).append(entry)
        removed, staying = 0, []
        for department_id, entries in by_department.items():
            if any(entry.is_decided for entry in entries):
                staying.append(entries[0].department)
                continue
            timelines.remove_department(work, department_id, [entry.trial_id for entry in entries])
            removed += len(entries)
        timelines.mark_undone(work, at=backend.now())
        work.record(
            at=backend.now(),
            actor_id=actor.person_id,
            action="timelines.undone",
            subject="import_batch",
            details={"trials": removed, "staying": len(staying)},
        )
        work.commit()
        return removed, tuple(staying)


def _enter(work: UnitOfWork, actor: Actor) -> Organisation:
    require(work, actor, Permission.ALL_IMPORT_RUN, what="the import of timelines")
    return organisation.of(work)


def _refuse_unfit(stretch: Stretch, today: date, week_starts_on: int) -> None:
    window = stretch.window
    if not stretch.account.source:
        # Under its bare name it would go in with a department of the hospital that is called so.
        raise InvalidInput(
            f"Source of {stretch.account.name}", None, "where the account is from, in each row"
        )
    fields.verbatim("Account", stretch.account.department, limit=DEPARTMENT_LIMIT)
    if window.end >= today:
        raise InvalidInput(
            stretch.account.department,
            spoken_day(window.end, year=True),
            "a stretch that is over before today",
        )
    if window.start.weekday() != week_starts_on:
        raise InvalidInput(
            stretch.account.department,
            spoken_day(window.start, year=True),
            "a start on the first day of the organisation's week",
        )


def _import_account(
    actor: Actor,
    backend: Backend,
    department: str,
    stretches: Sequence[Stretch],
    policy: Policy,
    time_zone: str,
    file_name: str,
) -> tuple[int, int]:
    with backend.writing() as work:
        at = backend.now()
        policy_id = policies.freeze(work, backend, policy)
        # Looked at again, now that nobody else writes.
        there = {entry.starts_on for entry in timelines.kept(work, department=department)}
        new = [stretch for stretch in stretches if stretch.window.start not in there]
        if not new:
            return 0, 0
        department_id = timelines.department_of(work, department, at=at)
        number = sum(sum(stretch.counts) for stretch in new)
        import_id = imports.add(
            work,
            ImportBatch(
                kind=KIND,
                file_name=fields.file_name(file_name),
                content_hash="",
                rows=number,
                imported_by=actor.person_id,
                imported_at=at,
            ),
        )
        for stretch in new:
            trial_id = timelines.add_trial(
                work,
                Trial(
                    department_id=department_id,
                    policy_id=policy_id,
                    starts_on=stretch.window.start,
                    weeks=stretch.window.weeks,
                    origin="timeline",
                    created_at=at,
                ),
            )
            timelines.add_posts(work, _posts(stretch, trial_id, import_id, policy, time_zone))
            timelines.add_check_ins(work, _empty_weeks(stretch, trial_id, backend))
        work.record(
            at=at,
            actor_id=actor.person_id,
            action="timeline.imported",
            subject="import_batch",
            subject_id=import_id,
            details={"department": department, "trials": len(new), "posts": number},
        )
        work.commit()
        return len(new), number


def _posts(
    stretch: Stretch, trial_id: int, import_id: int, policy: Policy, time_zone: str
) -> list[Post]:
    rows = []
    for day, number in sorted(stretch.account.posts.items()):
        if day not in stretch.window:
            continue
        for _ in range(number):
            row = Post(
                trial_id=trial_id,
                title=f"Post on {spoken_day(day, year=True)}",
                delivered_on=day,
                shared_on=day,
                import_id=import_id,
            )
            post_facts.refresh(
                PostRecord(row), window=stretch.window, policy=policy, time_zone=time_zone
            )
            rows.append(row)
    return rows


def _empty_weeks(stretch: Stretch, trial_id: int, backend: Backend) -> list[CheckIn]:
    """Return a check-in for each week without a post: it was observed, so it is a known zero."""
    return [
        CheckIn(
            trial_id=trial_id,
            week=week,
            nothing_to_report=True,
            entered_on=stretch.window.week_end(week),
            entered_at=backend.now(),
        )
        for week, count in enumerate(stretch.counts)
        if count == 0
    ]


def _judged(
    work: UnitOfWork, wanted: Sequence[tuple[int, Stretch]], today: date
) -> list[JudgedStretch]:
    logs = trial_log.load_many(work, [trial_id for trial_id, _ in wanted], today=today)
    groups: dict[tuple[str, int], list[int]] = {}
    for position, (trial_id, _) in enumerate(wanted):
        stored = logs[trial_id]
        key = (stored.policy.content_hash, stored.log.window.weeks)
        groups.setdefault(key, []).append(position)
    found: dict[int, JudgedStretch] = {}
    for positions in groups.values():
        policy = logs[wanted[positions[0]][0]].policy
        facts = facts_of([logs[wanted[position][0]].log for position in positions], policy)
        judgement = judge(facts, policy, hold_unknown_gates=False)
        for row, position in enumerate(positions):
            trial_id, stretch = wanted[position]
            score = float(judgement.score[row])
            found[position] = JudgedStretch(
                trial_id=trial_id,
                stretch=stretch,
                verdict=VERDICTS[int(judgement.verdict[row])],
                score=None if np.isnan(score) else score,
                share_judged=float(judgement.share_judged[row]),
                checks={
                    name: float(measured.score[row])
                    for name, measured in judgement.checks.items()
                    if bool(measured.judged[row])
                },
                weeks_in_band=int(judgement.gates.in_band[row]),
                band_kept=bool(judgement.gates.outcome[row, _BAND] == 1),
            )
    return [found[position] for position in range(len(wanted))]
