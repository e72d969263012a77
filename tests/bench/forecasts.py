"""What the forecasts add to the board: when none is remembered, and when one log has changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any
from unittest import mock

from tests.bench.hospital import Hospital
from tests.bench.rerun import side_by_side
from trial.config import ROOT
from trial.scoring.facts import Facts
from trial.services import board, forecasts
from trial.services.access import Actor
from trial.services.backend import Backend, FixedClock
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

    def all_new() -> None:
        board._views.clear()
        board._lines.clear()
        board.board(comms, backend)

    def one_new() -> None:
        board._views.clear()
        board._lines.popitem()
        board.board(comms, backend)

    def remembered() -> None:
        board.board(comms, backend)

    taken = side_by_side(
        rounds,
        all_new_without=_timed(all_new, without=True),
        one_new_without=_timed(one_new, without=True),
        all_new=_timed(all_new),
        one_new=_timed(one_new),
        remembered=_timed(remembered),
        page=page,
    )
    database.close()
    return Taken(**taken)


def _timed(action: Callable[[], None], *, without: bool = False) -> Callable[[], float]:
    def timed() -> float:
        with _no_forecasts() if without else nullcontext():
            begin = time.perf_counter()
            action()
            return (time.perf_counter() - begin) * 1e3

    return timed


@contextmanager
def _no_forecasts() -> Iterator[None]:
    def none(facts: Facts, *_args: Any, **_more: Any) -> tuple[None, ...]:
        return (None,) * facts.trials

    with mock.patch.object(forecasts, "chances_of", none):
        yield
