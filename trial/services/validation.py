"""What a policy's verdicts were worth on the histories of existing accounts.

The files are looked at and forgotten: nothing of them is stored. The command line calls
:func:`validate_files`; a page calls :func:`validate_upload`, which asks first who is there.
"""

from datetime import date

from trial.domain.counts import count_of
from trial.domain.policy import Policy
from trial.domain.results.experiments import Progress
from trial.domain.results.validation import (
    ValidatedFiles,
    Validation,
    WindowFilter,
)
from trial.domain.roles import Permission
from trial.ingest.headings import Headings, read_headings
from trial.ingest.histories import HistoryFile, read_histories
from trial.services import forecasts, organisation, policy_in_force
from trial.services.access import Actor, require
from trial.services.backend import Backend
from trial.simulation.forecast_prior import ForecastPrior
from trial.simulation.validation import DEFAULT_RESAMPLES, validate


def validate_files(
    posts: HistoryFile,
    accounts: HistoryFile | None,
    policy: Policy,
    *,
    today: date,
    until: date | None = None,
    choice: WindowFilter | None = None,
    seed: int = 1,
    resamples: int = DEFAULT_RESAMPLES,
    prior: ForecastPrior | None = None,
    headings: Headings | None = None,
    progress: Progress | None = None,
) -> ValidatedFiles:
    """Judge the accounts of some files and look at what became of them.

    Parameters
    ----------
    posts, accounts, today, until, headings
        See :func:`trial.ingest.histories.read_histories`.
    policy : Policy
    choice : WindowFilter, optional
        1 to 10 posts a week by default.
    seed, resamples, prior, progress
        See :func:`trial.simulation.validation.validate`.

    Raises
    ------
    InvalidInput
        When a file cannot be read, or a number lies outside its range.
    NotPossible
        When no account can be followed long enough.
    """
    histories = read_histories(posts, accounts, today=today, until=until, headings=headings)
    found = validate(
        histories.accounts,
        policy,
        choice=choice or WindowFilter(),
        seed=seed,
        number=resamples,
        prior=prior,
        progress=progress,
    )
    files = (posts.name,) if accounts is None else (posts.name, accounts.name)
    weeks_only = any(not account.by_day for account in histories.accounts)
    notes = (*histories.notes, *([_WEEKS_ONLY] if weeks_only else ()), *_notes(found))
    return ValidatedFiles(files, found, notes)


def validate_upload(
    actor: Actor,
    backend: Backend,
    *,
    posts: HistoryFile,
    accounts: HistoryFile | None = None,
    until: date | None = None,
    progress: Progress | None = None,
) -> ValidatedFiles:
    """Judge the accounts of uploaded files by the policy in force; store nothing.

    Raises
    ------
    NotSignedIn, NotAllowed
    InvalidInput, NotPossible
        See :func:`validate_files`.
    """
    with backend.reading() as work:
        require(work, actor, Permission.ALL_VALIDATION_RUN, what="the look back at accounts")
        home = organisation.of(work)
        today = backend.today(home.time_zone)
        policy = policy_in_force.current(work, backend)
    return validate_files(
        posts,
        accounts,
        policy,
        today=today,
        until=until,
        prior=forecasts.forecast_prior(backend),
        headings=read_headings(backend.data_folder),
        progress=progress,
    )


def example_file(actor: Actor, backend: Backend) -> HistoryFile:
    """Return a made-up file of post dates, to see how one is written.

    Raises
    ------
    NotSignedIn, NotAllowed
    """
    with backend.reading() as work:
        require(work, actor, Permission.ALL_VALIDATION_RUN, what="the look back at accounts")
    file = backend.data_folder / "examples" / "posting-history.csv"
    return HistoryFile(file.name, file.read_bytes())


_WEEKS_ONLY = (
    "Where only whole weeks were counted, a week's posts stand on its first day, so that gaps are "
    "known to the week."
)


def _notes(found: Validation) -> list[str]:
    notes = [
        f"Left out: {count_of(number, 'account')} {reason}."
        for reason, number in found.left_out.items()
    ]
    for ranking in found.whole.rankings:
        held = ranking.held
        if held.of == 0:
            notes.append(
                f"No trial was watched long enough to see whether it was {ranking.outcome.label}."
            )
        elif held.count in (0, held.of):
            which = "none was" if held.count == 0 else "all were"
            of = f"Of {held.of} trials {which}"
            if held.of == 1:
                of = f"The one trial watched long enough {'was' if held.count else 'was not'}"
            notes.append(
                f"{of} {ranking.outcome.label}, so there is nothing to rank: how well the score "
                "tells them apart cannot be said."
            )
    return notes
