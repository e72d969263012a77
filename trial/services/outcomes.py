"""What became of own accounts: noted when somebody looks, half a year and a year after the trial.

An outcome is what was found on one day: the account keeps its cadence, or has not since another
day. Several looks at one account are all kept; which of them answers for a horizon is decided in
:func:`trial.simulation.after.kept`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from trial.domain import fields
from trial.domain.after_trial import AccountCheck, Chance, Horizon, cadence_held
from trial.domain.errors import InvalidInput, NotFound, NotPossible, StaleEdit
from trial.domain.roles import Permission
from trial.domain.verdict import DecisionOption
from trial.services import after, organisation
from trial.services.access import Actor, require
from trial.services.after import Track
from trial.services.backend import Backend
from trial.services.change import Change, open_change, open_trial_change
from trial.services.views import view_from
from trial.store import decisions, outcomes, people, snapshots
from trial.store.tables import AccountOutcome
from trial.store.unit_of_work import UnitOfWork

SUBJECT = "account_outcome"

_WHAT = "the own accounts"


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """What was found about an own account on one day.

    Parameters
    ----------
    silent_since : date or None
        Since when it has not kept its cadence; None where it did.
    entered_by : str
        Empty where nobody is named.
    undo : int or None
        The event it can be taken back by, where it was noted just now.
    """

    id: int
    version: int
    trial_id: int
    checked_on: date
    silent_since: date | None
    entered_by: str
    undo: int | None = None

    @property
    def active(self) -> bool:
        """Whether the account kept its cadence."""
        return self.silent_since is None


@dataclass(frozen=True, slots=True)
class AtHorizon:
    """An account at one horizon.

    Parameters
    ----------
    due : date
        The first day it can be looked at for this horizon.
    kept : bool or None
        None while nobody can say.
    chance : Chance or None
        By what the trial showed; None where the outcome is known, and where the trial is unlike
        those the forecast speaks about.
    """

    horizon: Horizon
    due: date
    kept: bool | None
    chance: Chance | None


@dataclass(frozen=True, slots=True)
class AccountView:
    """A department that was granted its own account.

    Parameters
    ----------
    horizons : tuple of AtHorizon
    found : tuple of OutcomeView
        The latest first.
    """

    trial_id: int
    department: str
    horizons: tuple[AtHorizon, ...]
    found: tuple[OutcomeView, ...]

    def is_due(self, today: date) -> bool:
        """Return whether it is to be looked at by now."""
        return self.next_due is not None and self.next_due <= today

    @property
    def next_due(self) -> date | None:
        """The next day it is due on, also one that has passed; None where all is known."""
        open_ones = [each.due for each in self.horizons if each.kept is None]
        return min(open_ones, default=None)


@dataclass(frozen=True, slots=True)
class AccountsView:
    """All own accounts, those due first, and how good their forecasts were.

    Parameters
    ----------
    today : date
    accounts : tuple of AccountView
        Those due to be looked at first, then by the next day they are.
    tracks : mapping of Horizon to Track
    public : str
        Name of the public accounts behind the forecast.
    """

    today: date
    accounts: tuple[AccountView, ...]
    tracks: Mapping[Horizon, Track]
    public: str

    @property
    def due(self) -> tuple[AccountView, ...]:
        """Those that are to be looked at by now."""
        return tuple(each for each in self.accounts if each.is_due(self.today))

    @property
    def later(self) -> tuple[AccountView, ...]:
        """All others."""
        return tuple(each for each in self.accounts if not each.is_due(self.today))


def accounts(actor: Actor, backend: Backend) -> AccountsView:
    """Return the accounts that were granted, with what is known and expected of each.

    Raises
    ------
    NotSignedIn, NotAllowed
    PolicyError
        When the document on public accounts cannot be used.
    """
    public = after.public_accounts(backend)
    with backend.reading() as work:
        require(work, actor, Permission.ALL_OUTCOME_WRITE, what=_WHAT)
        granted = outcomes.granted(work)
        today = organisation.today(work, backend) if granted else backend.now().date()
        followed = after.followed_accounts(work)
        own = after.own_accounts(work, backend, public, followed, today)
        found: dict[int, list[OutcomeView]] = defaultdict(list)
        for row, _ in outcomes.outcomes_of(work):
            found[row.trial_id].insert(0, _view(work, row))
        scores = after.scores(work, backend, public, [each.trial for each in granted], today)
        views = []
        for each in granted:
            trial_id = each.trial.id or 0
            _, known = followed.get(trial_id, (each.trial, ()))
            ended = after.day_after(each.trial)
            chances = after.chances(public, own, scores[trial_id])
            views.append(
                AccountView(
                    trial_id=trial_id,
                    department=each.department,
                    horizons=tuple(
                        _at(horizon, ended, known, today, chances.get(horizon))
                        for horizon in Horizon
                    ),
                    found=tuple(found[trial_id]),
                )
            )
    return AccountsView(
        today=today,
        accounts=tuple(sorted(views, key=lambda view: view.next_due or date.max)),
        tracks=after.tracks(public, own),
        public=public.name,
    )


def _at(
    horizon: Horizon, ended: date, found: Sequence[AccountCheck], today: date, chance: Chance | None
) -> AtHorizon:
    held = cadence_held(found, ended, horizon, today=today)
    return AtHorizon(horizon, horizon.due(ended), held, chance if held is None else None)


def note(
    actor: Actor,
    backend: Backend,
    *,
    trial_id: int,
    checked_on: date,
    active: bool | None,
    silent_since: date | None = None,
) -> OutcomeView:
    """Note what was found about an own account.

    Parameters
    ----------
    checked_on : date
        From the day of the decision to today.
    active : bool or None
        Whether it keeps its cadence; None, where nobody has chosen, is refused.
    silent_since : date, optional
        Since when not; asked for where it is not active, and empty where it is.

    Raises
    ------
    InvalidInput
        When a day lies outside, contradicts the answer, or has its outcome already.
    NotPossible
        When the department was not granted an own account.
    """
    with open_trial_change(actor, backend, trial_id, Permission.ALL_OUTCOME_WRITE) as change:
        _refuse_impossible(change, checked_on, active, silent_since)
        _refuse_twice(change.work, trial_id, checked_on)
        row = AccountOutcome(trial_id=trial_id, checked_on=checked_on, entered_at=change.now)
        return _noted(change, row, checked_on, silent_since)


def correct(
    actor: Actor,
    backend: Backend,
    *,
    outcome_id: int,
    version: int,
    checked_on: date,
    active: bool | None,
    silent_since: date | None = None,
) -> OutcomeView:
    """Correct what was noted.

    Raises
    ------
    InvalidInput
        As for :func:`note`.
    StaleEdit
        When somebody else was quicker.
    """
    with open_change(actor, backend, Permission.ALL_OUTCOME_WRITE, what=_WHAT) as change:
        row = _opened(change, outcome_id, version)
        _refuse_impossible(change, checked_on, active, silent_since)
        if checked_on != row.checked_on:
            _refuse_twice(change.work, row.trial_id, checked_on)
        return _noted(change, row, checked_on, silent_since)


def remove(actor: Actor, backend: Backend, *, outcome_id: int, version: int) -> int:
    """Remove what was noted by mistake, and return the event it can be taken back by.

    Raises
    ------
    StaleEdit
        When somebody else was quicker.
    """
    with open_change(actor, backend, Permission.ALL_OUTCOME_WRITE, what=_WHAT) as change:
        row = _opened(change, outcome_id, version)
        before = snapshots.snapshot_row(row)
        change.work.remove(row)
        return change.record(
            f"{SUBJECT}.removed", row, undo_to={"outcome": before, "version": None}, **_details(row)
        )


def _opened(change: Change, outcome_id: int, version: int) -> AccountOutcome:
    row = change.work.get(AccountOutcome, outcome_id)
    if row is None:
        raise NotFound("This outcome")
    change.enter(row.trial_id, Permission.ALL_OUTCOME_WRITE)
    if version != row.version:
        raise StaleEdit("This outcome")
    return row


def _noted(
    change: Change, row: AccountOutcome, checked_on: date, silent_since: date | None
) -> OutcomeView:
    before = None if row.id is None else snapshots.snapshot_row(row)
    row.checked_on, row.silent_since = checked_on, silent_since
    row.entered_by, row.entered_at = change.actor.person_id, change.now
    change.work.add(row)
    undo = change.record(
        f"{SUBJECT}.{'noted' if before is None else 'corrected'}",
        row,
        undo_to={"outcome": before, "version": row.version},
        **_details(row),
    )
    return _view(change.work, row, undo=undo)


def _details(row: AccountOutcome) -> dict[str, object]:
    since = row.silent_since
    return {
        "checked_on": row.checked_on.isoformat(),
        "silent_since": None if since is None else since.isoformat(),
    }


def _refuse_impossible(
    change: Change, checked_on: date, active: bool | None, silent_since: date | None
) -> None:
    trial = change.trial
    decided = decisions.of_trial(change.work, trial.trial_id)
    if decided is None or decided.decision.decision != DecisionOption.READY:
        raise NotPossible(
            f"{trial.department} was not granted an own account, so there is none to look at."
        )
    day = fields.day("Checked on", checked_on)
    fields.day_within("Checked on", day, decided.decision.decided_on, trial.today)
    if active is None:
        raise InvalidInput("Still active", None, "yes or no", sentence="Choose Yes or No.")
    if active:
        if silent_since is not None:
            sentence = "Leave “Inactive since” empty, or answer the question with No."
            raise fields.refused_day("Inactive since", silent_since, "no day", sentence=sentence)
        return
    if silent_since is None:
        accepted = "the day since which it has been inactive"
        raise InvalidInput("Inactive since", None, accepted, sentence=f"Choose {accepted}.")
    # A trial that ended early may have been decided, and its account looked at, on its last day.
    first = min(after.day_after(trial.row), checked_on)
    fields.day_within("Inactive since", silent_since, first, checked_on)


def _refuse_twice(work: UnitOfWork, trial_id: int, checked_on: date) -> None:
    if outcomes.outcome_days(work, trial_id, checked_on) is not None:
        accepted = "a day without an outcome; the one of that day can be corrected"
        raise fields.refused_day("Checked on", checked_on, accepted)


def _view(work: UnitOfWork, row: AccountOutcome, *, undo: int | None = None) -> OutcomeView:
    return view_from(OutcomeView, row, entered_by=people.name_of(work, row.entered_by), undo=undo)
