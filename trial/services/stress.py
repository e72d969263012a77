"""One trial under strain, for whoever may read its scorecard."""

from functools import lru_cache

from trial.domain.results.stress import StressTests
from trial.services import simulations
from trial.services.access import READ_SCORECARD, Actor, open_trial
from trial.services.backend import Backend
from trial.simulation.stress import stress_tests
from trial.store import trial_log

_FLU = "flu"


def under_stress(actor: Actor, backend: Backend, *, trial_id: int) -> StressTests:
    """Return what one trial would have come to under strain, each by itself.

    Raises
    ------
    NotSignedIn, NotAllowed, NotFound
    PolicyError
        When the behaviours file, which says what a flu season is, cannot be used.
    """
    with backend.reading() as work:
        opened = open_trial(work, actor, backend, trial_id, *READ_SCORECARD)
        stored = trial_log.load(work, trial_id, today=opened.today)
    assert stored is not None
    flu = simulations.shipped_population(backend).seasons.get(_FLU)
    return _tried(stored.log, stored.policy, flu)


# As with the scorecard itself: the same log under the same policy gives the same answer.
_tried = lru_cache(maxsize=64)(stress_tests)
