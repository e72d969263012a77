"""What every service needs to work: the database, the clock and the data folder."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from trial.services.brakes import Brakes
from trial.services.revision_cache import RevisionCache
from trial.store.engine import Database
from trial.store.unit_of_work import UnitOfWork, unit_of_work


class Clock(Protocol):
    """Says what moment it is."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ShiftedClock:
    """The machine's clock, moved by a fixed span: time runs on from another day."""

    shift: timedelta

    @classmethod
    def to(cls, day: date) -> ShiftedClock:
        """Return a clock on which today is `day` at the present time of day."""
        return cls(timedelta(days=(day - datetime.now(UTC).date()).days))

    def now(self) -> datetime:
        """Return the moved moment, aware, in UTC."""
        return datetime.now(UTC) + self.shift


@dataclass(slots=True)
class FixedClock:
    """A clock that stands still until it is set: for tests, demonstrations and replays."""

    moment: datetime

    @classmethod
    def on(cls, day: date, *, hour: int = 9) -> FixedClock:
        """Return a clock that stands at `hour` o'clock UTC of `day`."""
        return cls(datetime.combine(day, time(hour), tzinfo=UTC))

    def now(self) -> datetime:
        """Return the moment it stands at."""
        return self.moment

    def set(self, day: date, *, hour: int = 9) -> None:
        """Stand at `hour` o'clock UTC of `day` from now on."""
        self.moment = datetime.combine(day, time(hour), tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Backend:
    """The parts a service works with; made once by ``trial.bootstrap``.

    Parameters
    ----------
    open_set_up : bool
        Whether an empty database may be set up without the code in the server's log.
    export_folder : Path or None
        Where rows are written that leave the database; beside a SQLite file by default.
    brakes : Brakes
        The tries to sign in that failed a short while ago.
    cache : RevisionCache
        What was computed from trials and has not changed since.
    """

    database: Database
    clock: Clock
    data_folder: Path
    open_set_up: bool = False
    export_folder: Path | None = None
    brakes: Brakes = field(default_factory=Brakes)
    cache: RevisionCache = field(default_factory=RevisionCache)

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work that only reads."""
        return unit_of_work(self.database, write=False)

    def asking(self) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work that asks one thing only, as quickly as there is."""
        return unit_of_work(self.database, write=False, single=True)

    def writing(self) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work that commits when told."""
        return unit_of_work(self.database, write=True)

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return self.clock.now()

    def today(self, time_zone: str) -> date:
        """Return the present day in the organisation's time zone."""
        return self.clock.now().astimezone(ZoneInfo(time_zone)).date()
