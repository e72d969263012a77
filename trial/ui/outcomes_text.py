"""What is said of own accounts after their trials: expected, found, how good the forecast was."""

from __future__ import annotations

from datetime import date

from trial.domain.after_trial import SHOWN_FROM, Calibration, Chance, Horizon
from trial.domain.calendar import spoken_day
from trial.domain.counts import count_of
from trial.domain.trial_status import TrialStatus
from trial.domain.verdict import DecisionOption, Verdict
from trial.services.after import AfterView, Track
from trial.services.outcomes import AccountsView, AtHorizon, OutcomeView
from trial.ui import text

KEEPING = "Keeping its cadence is being active in at least 7 of the 13 weeks before."
"""Stands wherever somebody answers for it or reads a chance of it."""


def is_expected(verdict: Verdict, status: TrialStatus, decision: str | None) -> bool:
    """Return whether a page says what is to be expected of an own account.

    It does for a trial that is ready or over, unless the people have decided on another way.
    """
    if decision is not None:
        return decision == DecisionOption.READY
    return status.is_over or (status is TrialStatus.RUNNING and verdict is Verdict.READY)


def chance(of: Chance) -> str:
    """Return a chance with its interval: ``88 % (74–95 %)``."""
    return f"{_percent(of.share)} ({_span(of)})"


def _span(of: Chance) -> str:
    low, high = _percent(of.low), _percent(of.high)
    return high if low == high else f"{low.removesuffix(_PER_CENT)}–{high}"


_PER_CENT = "\N{NO-BREAK SPACE}%"


def _percent(share: float) -> str:
    return text.percent(share).replace(" %", _PER_CENT)


def wall_line(view: AfterView, *, ready: bool, decided: bool) -> str:
    """Return the foot line of the wall; empty where nothing can be said.

    For example ``88 % chance of still keeping its cadence in a year (74–95 %)``; once it is known,
    what happened.
    """
    if Horizon.YEAR in view.known:
        return f"{_happened(view, Horizon.YEAR)}."
    of = view.chances.get(Horizon.YEAR)
    if of is None:
        return ""
    when = "a year after its trial" if decided else "in a year"
    line = f"{_percent(of.share)} chance of still keeping its cadence {when} ({_span(of)})"
    return line if ready else f"As an own account: {line}"


def expected(view: AfterView) -> str:
    """Return what is to be expected of an own account, and what is known, for the department."""
    said = [f"{_happened(view, horizon)}." for horizon in view.known]
    if view.chances:
        parts = [f"{each.label} after the trial {chance(of)}" for each, of in view.chances.items()]
        said.append(
            f"The chance that an own account still keeps its cadence: {' and '.join(parts)}."
        )
    return " ".join(said) or (
        "Nothing can be said of an own account: the trial is too short, or its posts are fewer or "
        "more than those of the accounts the forecast comes from."
    )


def _happened(view: AfterView, horizon: Horizon) -> str:
    did = "kept" if view.known[horizon] else "did not keep"
    return f"The account {did} its cadence until {horizon.label} after the trial"


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
    return f"It rests on {known}; in brackets the 95 % interval. {KEEPING}"


# ------------------------------------------------------------------------------ own accounts


def headline(view: AccountsView) -> str:
    """Return how many accounts are to be looked at now."""
    due = len(view.due)
    if due:
        return f"{count_of(due, 'account')} {'is' if due == 1 else 'are'} due for a look"
    return "No account is due for a look"


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
    return "keeps its cadence" if at.kept else "does not keep its cadence"


def silence_line(outcome: OutcomeView) -> str:
    """Return one look in a line."""
    went = "active"
    if outcome.silent_since is not None:
        went = f"not since {spoken_day(outcome.silent_since, year=True)}"
    by = f" · {outcome.entered_by}" if outcome.entered_by else ""
    return f"{spoken_day(outcome.checked_on, year=True)}: {went}{by}"


# ------------------------------------------------------------------------------- calibration


def missing(track: Track) -> str:
    """Return how far it is to the twentieth outcome, and why nothing is drawn before."""
    return (
        f"{track.known} of {SHOWN_FROM} outcomes are known so far. From the twentieth on, Brier "
        "score and reliability diagram stand here; of fewer they would tell luck more than the "
        "forecast."
    )


def brier(of: Calibration) -> str:
    """Return the Brier score with its error, beside what no forecast at all would have."""
    score, error = _decimals(of.brier), _decimals(of.brier_error)
    return (
        f"Brier score {score} (± {error}) over {of.outcomes} own accounts; 0 is best. Always "
        f"saying the share that keeps its cadence would have {_decimals(of.brier_of_share)}."
    )


def _decimals(value: float) -> str:
    return f"{value:.2f}"


HOW_JUDGED = (
    "Each account is forecast without its own outcome: from the public accounts and all other own "
    "ones. Bars are 95 % intervals; on the line, what was forecast happened."
)
