"""What the forecasts add to the board: when none is remembered, and when one log has changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from unittest import mock

from sqlalchemy import text

from tests.bench.hospital import Hospital
from tests.bench.rerun import side_by_side
from trial.config import ROOT
from trial.scoring.facts import Facts
from trial.services import board, forecasts
from trial.services.access import Actor
from trial.services.backend import Backend
from trial.services.clocks import FixedClock
from trial.services.revision_cache import RevisionCache
from trial.store.engine import Database

MID_TRIAL = date(2026, 2, 18)
"""The Wednesday of the seventh of thirteen weeks: as many weeks are over as are to come."""


@dataclass(frozen=True)
class Taken:
    """Median milliseconds of reading the board, with the forecasts and without.

    Parameters
    ----------
    all_new, all_new_without
        Nothing is remembered.
    one_new, one_new_without
        One department's log has changed since.
    remembered : float
        Nothing has changed; the forecasts are then part of what is remembered.
    page : float
        The whole page then, over the wire.
    """

    all_new: float
    all_new_without: float
    one_new: float
    one_new_without: float
    remembered: float
    page: float


def measure(filled: Hospital, rounds: int, page: Callable[[], float]) -> Taken:
    """Measure the board of a hospital on :data:`MID_TRIAL`, and the page around it.

    Parameters
    ----------
    page : callable
        Runs the page on an app of its own, where nothing changes; returns milliseconds.
    """
    database = Database(filled.url)
    backend = Backend(database, FixedClock.on(MID_TRIAL), ROOT / "data")
    comms = Actor(1)

    def all_new() -> float:
        return _timed_board(comms, replace(backend, cache=RevisionCache()))

    def one_new() -> float:
        with _one_changed(database):
            taken = _timed_board(comms, backend)
        board.board(comms, backend)
        return taken

    def remembered() -> float:
        return _timed_board(comms, backend)

    board.board(comms, backend)
    taken = side_by_side(
        rounds,
        all_new_without=_without(all_new),
        one_new_without=_without(one_new),
        all_new=all_new,
        one_new=one_new,
        remembered=remembered,
        page=page,
    )
    database.close()
    return Taken(**taken)


def measure_growth(*hospitals: Hospital, rounds: int) -> tuple[float, ...]:
    """Return the median milliseconds a board takes after one log has changed, by the hospital."""
    comms = Actor(1)
    databases = [Database(filled.url) for filled in hospitals]
    measured: dict[str, Callable[[], float]] = {}
    for number, database in enumerate(databases):
        backend = Backend(database, FixedClock.on(MID_TRIAL), ROOT / "data")
        # What it takes to forecast them all is another line's, and here would take a minute.
        with _no_forecasts():
            board.board(comms, backend)

        def one_changed(database: Database = database, backend: Backend = backend) -> float:
            _change(database, "+")
            return _timed_board(comms, backend)

        measured[str(number)] = one_changed
    taken = side_by_side(rounds, **measured)
    for database in databases:
        database.close()
    return tuple(taken[name] for name in measured)


def _timed_board(comms: Actor, backend: Backend) -> float:
    begin = time.perf_counter()
    board.board(comms, backend)
    return (time.perf_counter() - begin) * 1e3


@contextmanager
def _one_changed(database: Database) -> Iterator[None]:
    """Have one trial's log changed for a while, as far as its revision tells."""
    _change(database, "+")
    yield
    _change(database, "-")


def _change(database: Database, sign: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(f"UPDATE trial SET revision = revision {sign} 1 WHERE id = 1"))


def _without(action: Callable[[], float]) -> Callable[[], float]:
    def without() -> float:
        with _no_forecasts():
            return action()

    return without


@contextmanager
def _no_forecasts() -> Iterator[None]:
    def none(facts: Facts, *_args: Any, **_more: Any) -> tuple[None, ...]:
        return (None,) * facts.trials

    with mock.patch.object(forecasts, "chances_of", none):
        yield
