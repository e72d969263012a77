"""What is said of own accounts after their trials: expected, found, how good the forecast was."""

from __future__ import annotations

from datetime import date

from trial.domain.after_trial import (
    LASTING_WEEKS,
    QUARTER,
    SHOWN_FROM,
    Calibration,
    Chance,
    Horizon,
)
from trial.domain.calendar import spoken_day
from trial.domain.counts import count_of, hundredths
from trial.domain.trial_status import TrialStatus
from trial.domain.verdict import DecisionOption, Verdict
from trial.services.after import AfterView, Track
from trial.services.outcomes import AccountsView, AtHorizon, OutcomeView
from trial.ui.text import begun

KEEPING = f"In most weeks means: a post in at least {LASTING_WEEKS} of the {QUARTER} weeks before."
"""Stands wherever somebody answers for it or reads a chance of it."""

QUESTION = f"Did it post in at least {LASTING_WEEKS} of the last {QUARTER} weeks?"
"""What is asked about an account is what the chance is of."""

ONE_PERSON = (
    "What becomes of the account is not foreseen: one person makes most of the posts, and the "
    "accounts that the figure comes from do not tell who writes."
)


def is_expected(verdict: Verdict, status: TrialStatus, decision: str | None) -> bool:
    """Return whether a page says what is to be expected of an own account.

    It does for a trial that is ready or over, unless the people have decided on another way.
    """
    if decision is not None:
        return decision == DecisionOption.READY
    return status.is_over or (status is TrialStatus.RUNNING and verdict is Verdict.READY)


def is_shown(view: AfterView, status: TrialStatus) -> bool:
    """Return whether there is something to say: of a trial that still runs, only a figure."""
    return bool(view.chances) or view.by_one_person or status.is_over


def chance(of: Chance) -> str:
    """Return a chance with its interval: ``88 of 100 (74 to 95)``."""
    return f"{hundredths(of.share)} of 100 ({_span(of)})"


def _span(of: Chance) -> str:
    low, high = hundredths(of.low), hundredths(of.high)
    return f"{low}" if low == high else f"{low} to {high}"


def _of_such(of: Chance) -> str:
    return f"of 100 such accounts about {hundredths(of.share)} still post in most weeks"


def wall_line(view: AfterView, *, ready: bool) -> str:
    """Return the foot line of the wall; empty where nothing can be said.

    For example ``Of 100 such accounts about 88 still post in most weeks a year on (74 to 95).``;
    once it is known, what happened.
    """
    if Horizon.YEAR in view.known:
        return f"{_happened(view, Horizon.YEAR)}."
    if view.by_one_person:
        return ONE_PERSON
    of = view.chances.get(Horizon.YEAR)
    if of is None:
        return ""
    line = f"{_of_such(of)} a year on ({_span(of)})."
    return begun(line) if ready else f"As an own account: {line}"


def expected(view: AfterView) -> str:
    """Return what is to be expected of an own account, and what is known, for the department."""
    said = [f"{_happened(view, horizon)}." for horizon in view.known]
    if view.by_one_person and len(said) < len(Horizon):
        said.append(ONE_PERSON)
    said += [
        begun(f"{_of_such(of)} {horizon.label} after the trial ({_span(of)}).")
        for horizon, of in view.chances.items()
    ]
    return " ".join(said) or (
        "Nothing can be said of an own account: the trial is too short, or its posts are fewer or "
        "more than those of the accounts the figure comes from."
    )


def _happened(view: AfterView, horizon: Horizon) -> str:
    did = "still posted" if view.known[horizon] else "no longer posted"
    return f"{horizon.label.capitalize()} after the trial the account {did} in most weeks"


def basis(view: AfterView) -> str:
    """Return what the chances rest on, horizon by horizon where that differs."""
    if not view.chances:
        return KEEPING
    public = view.public[:1].lower() + view.public[1:]
    own = {horizon: view.own[horizon] for horizon in view.chances}
    number, *others = set(own.values())
    if others:
        each = (f"{own[horizon] or 'none'} {horizon.label} after the trial" for horizon in own)
        known = f"{public} and own accounts: {', '.join(each)}"
    elif number:
        known = f"{public} and {count_of(number, 'own account')}"
    else:
        known = f"{public} alone, as no own account has been followed so far"
    return f"It rests on {known}. In brackets: where the figure lies with 95 % certainty. {KEEPING}"


# ------------------------------------------------------------------------------ own accounts


def headline(view: AccountsView) -> str:
    """Return how many accounts are to be looked at now."""
    due = len(view.due)
    if due:
        return f"{count_of(due, 'account')} to check now"
    return "No account to check now"


def subline(view: AccountsView) -> str:
    """Return how many accounts there are, and when the next look is due."""
    coming = [
        each.next_due
        for each in view.accounts
        if each.next_due is not None and each.next_due > view.today
    ]
    parts = [count_of(len(view.accounts), "own account")]
    if coming:
        parts.append(f"the next on {spoken_day(min(coming), year=True)}")
    return " · ".join(parts)


def state(at: AtHorizon, today: date) -> str:
    """Return what is known of an account at a horizon."""
    if at.kept is None:
        since = "due since" if at.due <= today else "due on"
        return f"{since} {spoken_day(at.due, year=True)}"
    return "posts in most weeks" if at.kept else "no longer posts in most weeks"


def silence_line(outcome: OutcomeView) -> str:
    """Return one look in a line."""
    went = "posts in most weeks"
    if outcome.silent_since is not None:
        went = f"inactive since {spoken_day(outcome.silent_since, year=True)}"
    by = f" · {outcome.entered_by}" if outcome.entered_by else ""
    return f"{spoken_day(outcome.checked_on, year=True)}: {went}{by}"


# ------------------------------------------------------------------------------- calibration


def missing(track: Track) -> str:
    """Return how far it is to the twentieth outcome, and why nothing is drawn before."""
    return (
        f"{track.known} of {SHOWN_FROM} outcomes are known so far. From the twentieth on, this "
        "page shows how good the forecast was; with fewer it would mostly be chance."
    )


def brier(of: Calibration) -> str:
    """Return the Brier score with its error, beside what no forecast at all would have."""
    score, error = _decimals(of.brier), _decimals(of.brier_error)
    return (
        f"Brier score {score} (± {error}) over {of.outcomes} own accounts; 0 is best. Always "
        "saying the share that still posts in most weeks would have "
        f"{_decimals(of.brier_of_share)}."
    )


def _decimals(value: float) -> str:
    return f"{value:.2f}"


HOW_JUDGED = (
    "Each account is forecast without its own outcome: from the public accounts and all other own "
    "ones. Bars are 95 % intervals; on the line, what was forecast happened."
)
