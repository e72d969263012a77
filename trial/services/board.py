"""The board: every running trial at once, those least likely to be ready first."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock

import numpy as np
from cachetools import LRUCache

from trial.domain.attention import Need, Recent, attention, is_review_near
from trial.domain.cadence import Band, WeekState, week_state
from trial.domain.calendar import DAYS_IN_WEEK, TrialWindow
from trial.domain.errors import PolicyError
from trial.domain.results.experiments import Progress
from trial.domain.roles import Permission
from trial.domain.verdict import CheckName, Verdict
from trial.scoring.verdict import VERDICTS, Judgement, judge
from trial.services import forecasts
from trial.services.access import Actor, require
from trial.services.backend import Backend
from trial.services.forecasts import Chance
from trial.simulation.forecast_prior import ForecastPrior
from trial.store import cohort, organisation, revisions
from trial.store.cohort import Cohort
from trial.store.engine import Database
from trial.store.unit_of_work import UnitOfWork


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
    chance : Chance or None
        How likely the verdict is to be ready; None for what is not running.
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
    chance: Chance | None
    out_of_reach_since: int | None


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
        Of the trials whose latest week is judged, how many kept the band.
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
    order: tuple[float, ...]
    band: Band
    waiting: int
    waiting_since: date | None


# A line is a matter of the trial's revision, the day, and what its forecast starts from. After an
# entry in one department, the board reads that department anew and remembers the others.
_lines: LRUCache[tuple[Database, date, str, int, int], _BoardEntry] = LRUCache(maxsize=4096)
# While nothing at all was entered, the board stays the very same object.
_views: LRUCache[tuple[Database, date, str, str, frozenset[tuple[int, int]]], BoardView] = LRUCache(
    maxsize=16
)
_lock = Lock()


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
    prior, trouble = None, ""
    try:
        prior = forecasts.forecast_prior(backend)
    except PolicyError as error:
        # Who needs help can be seen without the chances.
        trouble = str(error)
    with backend.reading() as work:
        require(work, actor, Permission.ALL_BOARD_READ, what="the board")
        today = backend.today(organisation.time_zone(work) or "UTC")
        running = revisions.running_revisions(work)
        key = backend.database, today, _start(prior), trouble, frozenset(running.items())
        with _lock:
            view = _views.get(key)
        if view is None:
            lines = _current_lines(work, backend.database, today, running, prior, progress)
            view = _view(lines, today, trouble, prior)
            with _lock:
                _views[key] = view
        return view


def _current_lines(
    work: UnitOfWork,
    database: Database,
    today: date,
    running: Mapping[int, int],
    prior: ForecastPrior | None,
    progress: Progress | None,
) -> list[_BoardEntry]:
    start = _start(prior)
    keys = {
        trial_id: (database, today, start, trial_id, revision)
        for trial_id, revision in running.items()
    }
    with _lock:
        known = {trial_id: _lines[key] for trial_id, key in keys.items() if key in _lines}
    changed = [trial_id for trial_id in keys if trial_id not in known]
    if changed:
        read: dict[int, _BoardEntry] = {}
        for part in cohort.read(work, today=today, trial_ids=changed):
            told = _told_of(progress, len(read), len(changed))
            chances = _chances(part, today, prior, told)
            lost = _out_of_reach(work, part, today, chances)
            read |= {line.row.trial_id: line for line in _lines_of(part, today, chances, lost)}
        with _lock:
            _lines.update({keys[trial_id]: line for trial_id, line in read.items()})
        known |= read
    return sorted(known.values(), key=_urgency)


def _start(prior: ForecastPrior | None) -> str:
    return "" if prior is None else prior.content_hash


def _told_of(progress: Progress | None, before: int, of: int) -> Progress | None:
    """Return who is to be told of a part of the trials, and tells it as a part of all."""
    if progress is None:
        return None
    return lambda done, _: progress(before + done, of)


def _chances(
    running: Cohort, today: date, prior: ForecastPrior | None, progress: Progress | None
) -> dict[int, Chance | None]:
    """Return the chance of ready of those trials that are not over, by position."""
    if prior is None:
        return {}
    ends = running.starts_on + np.timedelta64(DAYS_IN_WEEK * running.facts.weeks, "D")
    ahead = np.flatnonzero(ends > np.datetime64(today))
    facts = running.facts.take(ahead)
    found = forecasts.chances_of(facts, running.policy, prior, progress=progress)
    return dict(zip(ahead.tolist(), found, strict=True))


def _out_of_reach(
    work: UnitOfWork, running: Cohort, today: date, chances: Mapping[int, Chance | None]
) -> dict[int, int]:
    """Return since which week ready is out of reach, by id of the trials of which it is."""
    hopeless = [index for index, chance in chances.items() if chance and not chance.ready]
    windows = {int(running.trial_id[index]): _window(running, index) for index in hopeless}
    facts = running.facts.take(np.array(hopeless, np.int64))
    return forecasts.out_of_reach_since(work, windows, facts, running.policy, today=today)


def _window(running: Cohort, index: int) -> TrialWindow:
    return TrialWindow(running.starts_on[index].astype(date), running.facts.weeks)


def _urgency(line: _BoardEntry) -> tuple[float, tuple[float, ...], str]:
    # What is not running comes after every chance there is.
    chance = line.row.chance
    return 2.0 if chance is None else chance.ready, line.order, line.row.department


def _view(
    lines: Sequence[_BoardEntry], today: date, trouble: str, prior: ForecastPrior | None
) -> BoardView:
    rows = tuple(line.row for line in lines)
    latest = [line.latest for line in lines if line.latest is not None]
    since = [line.waiting_since for line in lines if line.waiting_since is not None]
    bands = {line.band for line in lines}
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
        band=bands.pop() if len(bands) == 1 else None,
        no_chances_because=trouble,
        prior=prior,
    )


def _lines_of(
    running: Cohort,
    today: date,
    chances: Mapping[int, Chance | None],
    lost: Mapping[int, int],
) -> Iterator[_BoardEntry]:
    judged = judge(running.facts, running.policy)
    shared = judged.checks[CheckName.SHARED_LOAD].score
    for index, trial_id in enumerate(running.trial_id.tolist()):
        window = _window(running, index)
        cells = _cells(running, judged, index, window, today)
        verdict = VERDICTS[judged.verdict[index]]
        needed = attention(
            Recent(
                window=window,
                today=today,
                states=[cell.state for cell in cells],
                counts=[cell.count for cell in cells],
                planned=running.slots[index].tolist(),
                shared_load=_number(shared[index]),
            ),
            running.policy.band,
        )
        row = BoardRow(
            trial_id=trial_id,
            department=running.department[index],
            starts_on=window.start,
            ends_on=window.end,
            weeks=cells,
            need=needed.need,
            step=needed.step,
            call=needed.call,
            score=_number(judged.score[index]),
            verdict=verdict,
            in_band=int(judged.gates.in_band[index]),
            eligible=int(judged.weeks.number[index]),
            excused=tuple(running.facts.excused[index].nonzero()[0].tolist()),
            chance=chances.get(index),
            out_of_reach_since=lost.get(trial_id),
        )
        yield _BoardEntry(
            row=row,
            latest=next((cell.state for cell in reversed(cells) if cell.state.is_judged), None),
            order=needed.order,
            band=running.policy.band,
            waiting=int(running.waiting[index]),
            waiting_since=running.waiting_since[index].tolist(),
        )


def _cells(
    running: Cohort, judged: Judgement, index: int, window: TrialWindow, today: date
) -> tuple[WeekCell, ...]:
    counts: Sequence[int] = judged.weeks.count[index].tolist()
    reported: Sequence[bool] = running.facts.reported[index].tolist()
    excused: Sequence[bool] = running.facts.excused[index].tolist()
    return tuple(
        WeekCell(
            count,
            week_state(
                window.week_start(week),
                window.week_end(week),
                today=today,
                count=count,
                reported=reported[week],
                excused=excused[week],
                band=running.policy.band,
            ),
        )
        for week, count in enumerate(counts)
    )


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
