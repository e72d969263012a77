"""Putting the parts together: settings in, a working backend out."""

from __future__ import annotations

from trial.config import Settings, settings_from
from trial.services.backend import Backend, Clock, ShiftedClock, SystemClock
from trial.store.engine import Database


def backend_from(settings: Settings | None = None, *, clock: Clock | None = None) -> Backend:
    """Return a backend for `settings` (read from the environment by default).

    Parameters
    ----------
    clock : Clock, optional
        The machine's clock by default, or one that starts on ``TRIAL_TODAY`` where that is set.
    """
    chosen = settings or settings_from()
    if clock is None:
        clock = ShiftedClock.to(chosen.today) if chosen.today else SystemClock()
    return Backend(Database(chosen.database_url), clock, chosen.data_folder)
