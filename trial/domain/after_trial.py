"""After the trial: whether own accounts keep their cadence, and with what chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from trial.domain.labels import Labelled
from trial.domain.results.experiments import Rate

QUARTER = 13
"""Weeks over which the year after is looked at, twice."""

LASTING_WEEKS = 7
"""Least active weeks of such a quarter in an account that lasts."""

SHOWN_FROM = 20
"""Own outcomes of a horizon from which the forecast is held against them."""


class Horizon(Labelled):
    """How long after the trial an account is looked at."""

    HALF_YEAR = "half_year", "half a year"
    YEAR = "year", "a year"

    @property
    def weeks(self) -> int:
        """Weeks from the trial's end to the day the account can be looked at."""
        return 26 if self is Horizon.HALF_YEAR else 52

    def due(self, day_after: date) -> date:
        """Return the first day on which it can be said whether an account kept its cadence.

        Parameters
        ----------
        day_after : date
            The first day after the trial.
        """
        return day_after + timedelta(weeks=self.weeks)


@dataclass(frozen=True, slots=True)
class AccountCheck:
    """What somebody found who looked at an own account.

    Parameters
    ----------
    on : date
    silent_since : date or None
        Since when it has not kept its cadence; None where it did.
    """

    on: date
    silent_since: date | None = None


def cadence_held(
    found: Sequence[AccountCheck], day_after: date, horizon: Horizon, *, today: date
) -> bool | None:
    """Return whether an account kept its cadence at a horizon; None while nobody can say.

    Before the horizon nothing is known of any account: were silences counted as they are found, and
    active accounts only later, the first outcomes would all be bad ones.

    Parameters
    ----------
    found : sequence of AccountCheck
        In any order. One before the horizon decides where the silence it found left no 7 weeks of
        the 13, for no later look can bring them back. Else the first one at or past the horizon
        does: about half of the silences of public accounts end, so that whoever went silent
        earlier is looked at again.
    day_after : date
        The first day after the trial.
    today : date
    """
    due = horizon.due(day_after)
    if today < due:
        return None
    opens = due - timedelta(weeks=QUARTER)

    def spared_enough(one: AccountCheck) -> bool:
        """Whether the silence that was found left seven of the thirteen weeks."""
        if one.silent_since is None:
            return True
        silent = min(one.on, due) - max(one.silent_since, opens)
        return silent <= timedelta(weeks=QUARTER - LASTING_WEEKS)

    before = [one for one in found if one.on < due]
    if not all(map(spared_enough, before)):
        return False
    decisive = min((one for one in found if one.on >= due), key=lambda one: one.on, default=None)
    return None if decisive is None else spared_enough(decisive)


@dataclass(frozen=True, slots=True)
class Chance:
    """The chance that an account keeps its cadence, and its 95 % credible interval.

    Parameters
    ----------
    share, low, high : float
        In [0, 1]; `share` is the median of what is believed, and lies within the interval.
    """

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """An account at one horizon: the score of its trial, and whether it kept its cadence."""

    score: float
    kept: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Own accounts of like forecasts: how many, the mean forecast, and how many kept."""

    forecast: float
    kept: Rate


@dataclass(frozen=True, slots=True)
class Calibration:
    """The forecasts of one horizon held against the outcomes.

    Each account is forecast as if its own outcome were not known: from the public accounts and
    all other own ones.

    Parameters
    ----------
    outcomes : int
        Number of own accounts, ``n``.
    brier : float
        Mean squared difference of forecast and outcome, in [0, 1]; 0 is best.
    brier_error : float
        Half the width of its 95 % interval, from the spread of the squared differences.
    brier_of_share : float
        What always forecasting the share of the other accounts that kept would come to.
    groups : tuple of Group
        Up to five of nearly equal size, by rising forecast: the reliability diagram.
    """

    outcomes: int
    brier: float
    brier_error: float
    brier_of_share: float
    groups: tuple[Group, ...]
