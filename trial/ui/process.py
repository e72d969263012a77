"""What every tab of this process shares: one backend, opened with the first need of it."""

import threading

from trial import bootstrap
from trial.config import Settings, settings_from
from trial.services.backend import Backend

# Not in one of Streamlit's caches: any tab, signed in or not, may have those emptied.
_process_lock = threading.Lock()
_backends: dict[Settings, Backend] = {}


def backend() -> Backend:
    """Return the backend of this process, with its tables brought up to date once."""
    settings = settings_from()
    if (ready := _backends.get(settings)) is not None:
        return ready
    with _process_lock:
        if settings not in _backends:
            _backends[settings] = bootstrap.ready_backend(settings)
        return _backends[settings]


def close() -> None:
    """Close the backend: the server ends, or the next test has another database."""
    with _process_lock:
        while _backends:
            _backends.popitem()[1].database.close()
