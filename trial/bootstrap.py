"""Putting the parts together: settings in, a working backend out."""

import logging
import time

from trial import logs
from trial.config import Settings, settings_from
from trial.services.backend import Backend
from trial.services.clocks import Clock, ShiftedClock, SystemClock
from trial.store.engine import Database
from trial.store.migrate import Migrated, upgrade

_log = logging.getLogger("trial")


def backend_from(settings: Settings | None = None, *, clock: Clock | None = None) -> Backend:
    """Return a backend for `settings` (read from the environment by default).

    The database is taken as it is; see :func:`ready_backend`.

    Parameters
    ----------
    clock : Clock, optional
        The machine's clock by default, or one that starts on ``TRIAL_TODAY`` where that is set.
    """
    chosen = settings or settings_from()
    if clock is None:
        clock = ShiftedClock.to(chosen.today) if chosen.today else SystemClock()
    database = Database(chosen.database_url)
    return Backend(
        database,
        clock,
        chosen.data_folder,
        open_set_up=chosen.open_set_up,
        export_folder=chosen.export_folder,
    )


def ready_backend(settings: Settings | None = None, *, clock: Clock | None = None) -> Backend:
    """Return a backend whose database has the present tables, made or changed where needed.

    An empty folder suffices. Where the tables are current this costs one look at their stamp;
    call it once a process and keep the backend, which any number of threads may share.

    Raises
    ------
    DatabaseUnavailable
        When the database cannot be opened.
    DatabaseTooNew
        When a later version of the app has changed the tables.
    NotPossible
        When rows that are to leave the database cannot be written into a file before.
    """
    backend = backend_from(settings, clock=clock)
    try:
        for note in _upgraded(backend).notes:
            _log.warning(note)
    except BaseException:
        backend.database.close()
        raise
    return backend


def migrate(settings: Settings | None = None) -> Migrated:
    """Bring the database of `settings` to the present tables and say what was done."""
    backend = backend_from(settings)
    try:
        return _upgraded(backend)
    finally:
        backend.database.close()


def _upgraded(backend: Backend) -> Migrated:
    began = time.perf_counter()
    try:
        migrated = upgrade(backend.database, backend.export_folder)
    except BaseException as error:
        logs.note("migration failed", level=logging.ERROR, error=type(error).__name__)
        raise
    if migrated.before != migrated.after:
        logs.note(
            "migrated",
            before=migrated.before or "",
            after=migrated.after,
            seconds=round(time.perf_counter() - began, 3),
        )
    return migrated
