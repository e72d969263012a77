"""The board: every running trial at once, those least likely to be ready first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby
from operator import attrgetter

import numpy as np

from trial.domain.attention import Need, Recent, attention, is_review_near
from trial.domain.cadence import Band, WeekState, week_state
from trial.domain.calendar import DAYS_IN_WEEK, TrialWindow
from trial.domain.errors import PolicyError
from trial.domain.policy import Policy
from trial.domain.results.experiments import Progress
from trial.domain.roles import Permission
from trial.domain.trial_log import TrialLog
from trial.domain.verdict import CheckName, GateName, Verdict
from trial.scoring.facts import Facts, facts_of, slots_by_week
from trial.scoring.verdict import VERDICTS, Judgement, judge
from trial.services import forecasts
from trial.services.access import Actor, require
from trial.services.backend import Backend
from trial.services.forecasts import SAID_FROM_WEEKS
from trial.simulation.forecast_prior import ForecastPrior
from trial.store import exemptions, organisation, policies, running_trials, trial_log
from trial.store.trial_log import RawLog
from trial.store.unit_of_work import UnitOfWork

_TRIALS_AT_ONCE = 500
"""Read in one go: their ids are parameters of a statement, and their posts lie in memory."""


@dataclass(frozen=True, slots=True)
class WeekCell:
    """One week of one trial on the board: live posts and state."""

    count: int
    state: WeekState


@dataclass(frozen=True, slots=True, eq=False)
class BoardRow:
    """One running trial; the same row for as long as nothing of it changes.

    Parameters
    ----------
    trial_id : int
    department : str
    starts_on, ends_on : date
    weeks : tuple of WeekCell
    need : Need
        What the recent weeks look like.
    step : str
        The next step, without a full stop; may be empty.
    call : bool
        Whether somebody should call this week.
    score : float or None
        In [0, 1], so far.
    verdict : Verdict
        What the scorecard would recommend today.
    in_band, eligible : int
        Eligible weeks kept, and eligible weeks.
    excused : tuple of int
        Excused weeks, counted from 0.
    chance : float or None
        How likely the verdict is to be ready, in [0, 1]; None for what is not running.
    open_gates : tuple of GateName
        Gates of paper that the chance takes to be closed by the end, and that are not yet.
    out_of_reach_since : int or None
        The week, counted from 1, since which not even perfect remaining weeks would be judged
        ready; 0 before the first, None while they would.
    """

    trial_id: int
    department: str
    starts_on: date
    ends_on: date
    weeks: tuple[WeekCell, ...]
    need: Need
    step: str
    call: bool
    score: float | None
    verdict: Verdict
    in_band: int
    eligible: int
    excused: tuple[int, ...]
    chance: float | None
    open_gates: tuple[GateName, ...]
    out_of_reach_since: int | None

    @property
    def own_weeks(self) -> int:
        """Weeks that are over, count, and were reported."""
        return sum(
            cell.state.is_judged and cell.state is not WeekState.UNREPORTED for cell in self.weeks
        )

    @property
    def unreported(self) -> tuple[int, ...]:
        """Weeks that are over and nobody reported, counted from 1."""
        states = [cell.state for cell in self.weeks]
        return tuple(n for n, state in enumerate(states, 1) if state is WeekState.UNREPORTED)

    @property
    def is_chance_said(self) -> bool:
        """Whether enough weeks are reported for pages to say the chance."""
        return self.own_weeks >= SAID_FROM_WEEKS


@dataclass(frozen=True, slots=True, eq=False)
class BoardView:
    """What Communications sees first.

    It equals nothing but itself, and :func:`board` returns the same one until an entry or a new
    day changes it, so that what is made of it can be remembered by it.

    Parameters
    ----------
    today : date
    rows : tuple of BoardRow
        Those least likely to be ready first; then what is not running. Of equals, those who
        need help first.
    in_band_last_week, judged_last_week : int
        Of the trials that ran last week and are judged on it, how many kept the band.
    calls : int
        Trials somebody should call this week.
    drafts, oldest_draft_days : int
        Posts waiting for review, and how long the oldest has waited (0 without any).
    reviews_soon, awaiting_review : int
        Trials that end within 14 days; trials that are over and not decided.
    longest : int
        Weeks of the longest trial shown.
    band : Band or None
        The target band; None without trials and where trials differ in it.
    no_chances_because : str
        Why no row has a chance although trials are running; empty where they have.
    prior : ForecastPrior or None
        What the chances start from; None where there are none for that reason.
    """

    today: date
    rows: tuple[BoardRow, ...]
    in_band_last_week: int
    judged_last_week: int
    calls: int
    drafts: int
    oldest_draft_days: int
    reviews_soon: int
    awaiting_review: int
    longest: int
    band: Band | None
    no_chances_because: str = ""
    prior: ForecastPrior | None = None


@dataclass(frozen=True, slots=True)
class _BoardEntry:
    """What one trial adds to the board: its row, where it stands, and its drafts."""

    row: BoardRow
    latest: WeekState | None
    urgency: tuple[float, tuple[float, ...], str]
    band: Band
    waiting: int
    waiting_since: date | None


def board(actor: Actor, backend: Backend, *, progress: Progress | None = None) -> BoardView:
    """Return all running trials, those least likely to be ready first.

    Parameters
    ----------
    progress : callable, optional
        Told how many of how many trials are read and forecast; not called for what is remembered.

    Raises
    ------
    NotSignedIn, NotAllowed
    """
    start = _start(backend)
    with backend.reading() as work:
        require(work, actor, Permission.ALL_BOARD_READ, what="the board")
        return _current_view(work, backend, start, progress)


def warm(backend: Backend) -> None:
    """Compute the board of today before somebody asks for it, as far as it is not remembered.

    It takes no actor, because it tells nobody anything.
    """
    start = _start(backend)
    with backend.reading() as work:
        _current_view(work, backend, start, None)


@dataclass(frozen=True, slots=True)
class _Start:
    """What chances start from, or why there are none."""

    prior: ForecastPrior | None
    trouble: str = ""


def _start(backend: Backend) -> _Start:
    try:
        return _Start(forecasts.forecast_prior(backend))
    except PolicyError as error:
        # Who needs help can be seen without the chances.
        return _Start(None, str(error))


def _current_view(
    work: UnitOfWork, backend: Backend, start: _Start, progress: Progress | None
) -> BoardView:
    today = backend.today(organisation.time_zone(work) or "UTC")
    running = running_trials.running_revisions(work)
    # After an entry in one department, the board reads that department anew and remembers the
    # others. While nothing at all was entered, it stays the very same object.
    basis = today, start.prior and start.prior.content_hash, start.trouble

    def entries(changed: Sequence[int]) -> dict[int, _BoardEntry]:
        return _read(work, changed, today, start.prior, progress)

    def view() -> BoardView:
        lines = backend.cache.values("board entry", running, entries, basis=basis).values()
        return _view(sorted(lines, key=attrgetter("urgency")), today, start.trouble, start.prior)

    return backend.cache.value("board", None, view, revision=running, basis=basis)


@dataclass(frozen=True)
class _Batch:
    """Running trials of one policy and length, judged together."""

    policy: Policy
    entered: Sequence[RawLog]
    logs: Sequence[TrialLog]
    facts: Facts

    @cached_property
    def expected(self) -> Facts:
        """What their forecasts start from."""
        return forecasts.expected_of(self.logs, self.facts, self.policy)


def _read(
    work: UnitOfWork,
    trial_ids: Sequence[int],
    today: date,
    prior: ForecastPrior | None,
    progress: Progress | None,
) -> dict[int, _BoardEntry]:
    read: dict[int, _BoardEntry] = {}
    asked = Counter(trial.id or 0 for _, trial, _ in exemptions.waiting(work))
    for batch in _batches(work, trial_ids, today):
        told = _told_of(progress, len(read), len(trial_ids))
        chances = _chances(batch, today, prior, told)
        lost = _out_of_reach(batch, today, chances)
        for line in _lines_of(batch, today, chances, lost, asked):
            read[line.row.trial_id] = line
    return read


def _batches(work: UnitOfWork, trial_ids: Sequence[int], today: date) -> Iterator[_Batch]:
    def kind(entered: RawLog) -> tuple[int, int]:
        return entered.trial.policy_id, entered.trial.weeks

    for first in range(0, len(trial_ids), _TRIALS_AT_ONCE):
        read = trial_log.load_raw(work, trial_ids[first : first + _TRIALS_AT_ONCE]).values()
        frozen = policies.by_id(work, {entered.trial.policy_id for entered in read})
        for (policy_id, _), group in groupby(sorted(read, key=kind), key=kind):
            policy, entered = frozen[policy_id], list(group)
            logs = [each.as_of(today) for each in entered]
            yield _Batch(policy, entered, logs, facts_of(logs, policy))


def _told_of(progress: Progress | None, before: int, of: int) -> Progress | None:
    """Return who is to be told of a part of the trials, and tells it as a part of all."""
    if progress is None:
        return None
    return lambda done, _: progress(before + done, of)


def _chances(
    running: _Batch, today: date, prior: ForecastPrior | None, progress: Progress | None
) -> dict[int, float | None]:
    """Return the chance of ready of those trials that are not over, by position."""
    if prior is None:
        return {}
    ahead = np.array([log.window.end >= today for log in running.logs]).nonzero()[0]
    facts = running.expected.take(ahead)
    found = forecasts.chances_of(facts, running.policy, prior, progress=progress)
    return dict(zip(ahead.tolist(), found, strict=True))


def _out_of_reach(
    running: _Batch, today: date, chances: Mapping[int, float | None]
) -> dict[int, int | None]:
    """Return since which week ready is out of reach, by position of those without a chance."""
    hopeless = [index for index, chance in chances.items() if chance == 0]
    entered = [running.entered[index] for index in hopeless]
    facts = running.expected.take(np.array(hopeless, np.int64))
    since = forecasts.out_of_reach_since(entered, facts, running.policy, today=today)
    return dict(zip(hopeless, since, strict=True))


def _view(
    lines: Sequence[_BoardEntry], today: date, trouble: str, prior: ForecastPrior | None
) -> BoardView:
    rows = tuple(line.row for line in lines)
    latest = [line.latest for line in lines if line.latest is not None]
    since = [line.waiting_since for line in lines if line.waiting_since is not None]
    band = lines[0].band if lines else None
    return BoardView(
        today=today,
        rows=rows,
        in_band_last_week=sum(state.keeps_band for state in latest),
        judged_last_week=len(latest),
        calls=sum(row.call for row in rows),
        drafts=sum(line.waiting for line in lines),
        oldest_draft_days=max(((today - day).days for day in since), default=0),
        reviews_soon=sum(is_review_near(row.ends_on, today) for row in rows),
        awaiting_review=sum(row.ends_on < today for row in rows),
        longest=max((len(row.weeks) for row in rows), default=0),
        band=band if all(line.band is band or line.band == band for line in lines) else None,
        no_chances_because=trouble,
        prior=prior,
    )


def _lines_of(
    running: _Batch,
    today: date,
    chances: Mapping[int, float | None],
    lost: Mapping[int, int | None],
    asked: Counter[int],
) -> Iterator[_BoardEntry]:
    judged = judge(running.facts, running.policy)
    shared = judged.checks[CheckName.SHARED_LOAD].score
    for index, (entered, log) in enumerate(zip(running.entered, running.logs, strict=True)):
        trial, window = entered.trial, log.window
        assert trial.id is not None
        cells = _cells(running, judged, index, window, today)
        waiting = [day for post in log.posts if (day := post.waiting_since) is not None]
        gates = forecasts.open_gates(running.facts.row(index))
        needed = attention(
            Recent(
                window=window,
                today=today,
                states=[cell.state for cell in cells],
                counts=[cell.count for cell in cells],
                planned=slots_by_week(log, running.policy),
                shared_load=_number(shared[index]),
                requests=asked[trial.id],
                drafts=len(waiting),
                open_gate=gates[0].short if gates else "",
            ),
            running.policy.band,
        )
        row = BoardRow(
            trial_id=trial.id,
            department=entered.department,
            starts_on=window.start,
            ends_on=window.end,
            weeks=cells,
            need=needed.need,
            step=needed.step,
            call=needed.call,
            score=_number(judged.score[index]),
            verdict=VERDICTS[judged.verdict[index]],
            in_band=int(judged.gates.in_band[index]),
            eligible=int(judged.weeks.number[index]),
            excused=tuple(sorted(log.excused_weeks)),
            chance=chances.get(index),
            open_gates=gates,
            out_of_reach_since=lost.get(index),
        )
        yield _BoardEntry(
            row=row,
            latest=_last_week_of(cells, window, today),
            # What is not running comes after every chance there is.
            urgency=(2.0 if row.chance is None else row.chance, needed.order, row.department),
            band=running.policy.band,
            waiting=len(waiting),
            waiting_since=min(waiting, default=None),
        )


def _last_week_of(cells: Sequence[WeekCell], window: TrialWindow, today: date) -> WeekState | None:
    """Return the state of last week, of a trial that ran in it and is judged on it."""
    week = window.week_of(today - timedelta(days=DAYS_IN_WEEK))
    state = None if week is None else cells[week].state
    return state if state is not None and state.is_judged else None


def _cells(
    running: _Batch, judged: Judgement, index: int, window: TrialWindow, today: date
) -> tuple[WeekCell, ...]:
    counts: Sequence[int] = judged.weeks.count[index].tolist()
    log = running.logs[index]
    return tuple(
        WeekCell(
            count,
            week_state(
                window.week_start(week),
                window.week_end(week),
                today=today,
                count=count,
                reported=week in log.reported_weeks,
                excused=week in log.excused_weeks,
                band=running.policy.band,
            ),
        )
        for week, count in enumerate(counts)
    )


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
