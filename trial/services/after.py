"""After the trial: the chance that an own account keeps its cadence, and how good it was so far.

What public accounts tell stands in the data folder; the outcomes this organisation has noted move
it. Nothing is kept of what follows from them: it is worked out anew when one is added, corrected or
taken back, and remembered until then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeAlias

from trial.domain.after_trial import (
    AccountCheck,
    Calibration,
    Chance,
    Horizon,
    OwnAccount,
    cadence_held,
)
from trial.domain.attention import ONE_PERSON_BELOW
from trial.domain.verdict import CheckName
from trial.scoring.facts import facts_of
from trial.scoring.verdict import judge
from trial.services.access import READ_SCORECARD, Actor, open_trial
from trial.services.backend import Backend
from trial.simulation.after import LogOddsLine, PublicAccounts, calibration, parse_public_accounts
from trial.store import outcomes, trial_log
from trial.store.tables import Trial
from trial.store.trial_log import StoredLog
from trial.store.unit_of_work import UnitOfWork

FILE = "after.toml"

Followed: TypeAlias = Mapping[int, tuple[Trial, Sequence[AccountCheck]]]
"""By trial: the trial, and what was found about its own account, the earliest look first."""


@dataclass(frozen=True, slots=True)
class AfterView:
    """What is to be expected of an own account after one trial.

    Parameters
    ----------
    chances : mapping of Horizon to Chance
        At the horizons whose outcome is not known; empty where the trial is unlike those that the
        forecast speaks about.
    known : mapping of Horizon to bool
        Whether the account kept its cadence, at the horizons where that is known.
    own : mapping of Horizon to int
        Own accounts whose outcome at the horizon is known, this one's included.
    public : str
        Name of the public accounts behind the forecast.
    by_one_person : bool
        Whether one person carried the trial. Nothing is foreseen of it then: the forecast rests on
        dates alone and does not know who makes the posts.
    """

    chances: Mapping[Horizon, Chance]
    known: Mapping[Horizon, bool]
    own: Mapping[Horizon, int]
    public: str
    by_one_person: bool = False


@dataclass(frozen=True, slots=True)
class AfterScore:
    """What the forecast of an own account starts from.

    Parameters
    ----------
    score : float or None
        In [0, 1]; None for a trial unlike those that the forecast speaks about.
    by_one_person : bool
        As in :class:`AfterView`.
    """

    score: float | None
    by_one_person: bool


@dataclass(frozen=True, slots=True)
class Track:
    """How good the forecasts of one horizon have been.

    Parameters
    ----------
    known : int
        Own accounts whose outcome is known, and whose trial the forecast speaks about.
    calibration : Calibration or None
        None under `SHOWN_FROM` of them.
    source : str
        Where the forecast begins, before any own outcome.
    """

    known: int
    calibration: Calibration | None
    source: str


def after_trial(actor: Actor, backend: Backend, *, trial_id: int) -> AfterView:
    """Return the chance that an own account of this department keeps its cadence.

    Raises
    ------
    NotSignedIn, NotAllowed, NotFound
    PolicyError
        When the document on public accounts cannot be used.
    """
    public = public_accounts(backend)
    with backend.reading() as work:
        trial = open_trial(work, actor, backend, trial_id, *READ_SCORECARD)
        followed = followed_accounts(work)
        own = own_accounts(work, backend, public, followed, trial.today)
        basis = scores(work, backend, public, [trial.row], trial.today)[trial_id]
    _, found = followed.get(trial_id, (trial.row, ()))
    known = {
        horizon: held
        for horizon in Horizon
        if (held := cadence_held(found, day_after(trial.row), horizon, today=trial.today))
        is not None
    }
    expected = chances(public, own, basis)
    return AfterView(
        chances={horizon: of for horizon, of in expected.items() if horizon not in known},
        known=known,
        own={horizon: len(own[horizon]) for horizon in Horizon},
        public=public.name,
        by_one_person=basis.by_one_person,
    )


def public_accounts(backend: Backend) -> PublicAccounts:
    """Return what the data folder says of public accounts at this moment; for services.

    Raises
    ------
    PolicyError
        Names file, key and value.
    """
    text = (backend.data_folder / FILE).read_bytes().decode("utf-8", "replace")
    return _parsed(text, FILE)


def followed_accounts(work: UnitOfWork) -> Followed:
    """Return the trials whose own accounts were looked at, with what was found; for services."""
    followed: dict[int, tuple[Trial, list[AccountCheck]]] = {}
    for row, trial in outcomes.outcomes_of(work):
        _, found = followed.setdefault(row.trial_id, (trial, []))
        found.append(AccountCheck(row.checked_on, row.silent_since))
    return followed


def own_accounts(
    work: UnitOfWork, backend: Backend, public: PublicAccounts, followed: Followed, today: date
) -> Mapping[Horizon, tuple[OwnAccount, ...]]:
    """Return the own accounts whose outcome is known, by horizon; for services."""
    known: dict[Horizon, list[OwnAccount]] = {horizon: [] for horizon in Horizon}
    trials = [trial for trial, _ in followed.values()]
    for trial_id, basis in scores(work, backend, public, trials, today).items():
        if basis.score is None:
            continue
        trial, found = followed[trial_id]
        for horizon in Horizon:
            held = cadence_held(found, day_after(trial), horizon, today=today)
            if held is not None:
                known[horizon].append(OwnAccount(basis.score, held))
    return {horizon: tuple(accounts) for horizon, accounts in known.items()}


def chances(
    public: PublicAccounts,
    own: Mapping[Horizon, Sequence[OwnAccount]],
    basis: AfterScore,
) -> Mapping[Horizon, Chance]:
    """Return the chance at each horizon; empty where nothing is foreseen; for services."""
    if basis.score is None or basis.by_one_person:
        return {}
    return {
        horizon: _posterior(public.lines[horizon], tuple(own[horizon])).chance(basis.score)
        for horizon in Horizon
    }


def tracks(
    public: PublicAccounts, own: Mapping[Horizon, Sequence[OwnAccount]]
) -> Mapping[Horizon, Track]:
    """Return how good the forecasts have been at each horizon; for services."""
    return {
        horizon: Track(
            known=len(own[horizon]),
            calibration=_calibration(public.lines[horizon], tuple(own[horizon])),
            source=public.sources[horizon],
        )
        for horizon in Horizon
    }


def day_after(trial: Trial) -> date:
    """Return the first day after a trial, also of one that ended early; for services."""
    planned = trial.starts_on + timedelta(weeks=trial.weeks)
    return planned if trial.ended_on is None else trial.ended_on + timedelta(days=1)


def scores(
    work: UnitOfWork,
    backend: Backend,
    public: PublicAccounts,
    trials: Sequence[Trial],
    today: date,
) -> dict[int, AfterScore]:
    """Return what forecasts start from, by trial, in the order given; for services."""

    def made(missing: Sequence[int]) -> dict[int, AfterScore]:
        return {
            trial_id: AfterScore(public.score(stored.log, stored.policy), _is_by_one_person(stored))
            for trial_id, stored in trial_log.load_many(work, missing, today=today).items()
        }

    # A score is a matter of the trial's revision, the day, and what it is measured by.
    revisions = {trial.id: trial.revision for trial in trials if trial.id is not None}
    basis = today, public
    return backend.cache.values("score after the trial", revisions, made, basis=basis)


def _is_by_one_person(stored: StoredLog) -> bool:
    log, policy = stored.log, stored.policy
    facts = facts_of([log.counted(policy.rework_days)], policy)
    left = judge(facts, policy).checks[CheckName.SHARED_LOAD].score[0]
    return bool(left < ONE_PERSON_BELOW)


_parsed = lru_cache(maxsize=4)(parse_public_accounts)
_posterior = lru_cache(maxsize=16)(LogOddsLine.given)
_calibration = lru_cache(maxsize=16)(calibration)
