"""What every service needs to work: the database, the clock and the data folder."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from trial.services.brakes import Brakes
from trial.services.clocks import Clock
from trial.services.revision_cache import RevisionCache
from trial.store.engine import Database
from trial.store.unit_of_work import UnitOfWork, unit_of_work


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
