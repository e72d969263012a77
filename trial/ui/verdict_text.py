"""What every page says of a verdict: the same headline, the same meaning, the same steps.

*Review*, *Standing*, *Department* and *Board* speak of one trial on one day. They take their
sentences from here, so that no two of them say different things of it.
"""

from __future__ import annotations

from trial.domain.cadence import WeekState
from trial.domain.counts import count_of, listed, points, weeks_named
from trial.domain.results.scorecard import CheckResult, Scorecard
from trial.domain.trial_status import TrialStatus
from trial.domain.verdict import GateName, Outcome, Verdict
from trial.services.forecasts import ForecastView
from trial.services.standing import StandingView
from trial.ui import text

_MAX_STEPS = 3


def headline(card: Scorecard, status: TrialStatus) -> str:
    """Return the verdict in a few words, without a full stop."""
    if status is TrialStatus.AHEAD:
        return "The trial has not started yet"
    if card.verdict is Verdict.NOT_ENOUGH_EVIDENCE and not status.is_over:
        return "Too early to say"
    return card.verdict.label


def lead_in(card: Scorecard, status: TrialStatus) -> str:
    """Return what stands before the verdict: whose it is, and of when."""
    if status is TrialStatus.AHEAD or card.verdict is Verdict.NOT_ENOUGH_EVIDENCE:
        return "No recommendation" + ("" if status.is_over else " yet")
    return "The scorecard recommends" if status.is_over else "So far the scorecard recommends"


def meaning(view: StandingView, card: Scorecard, coming: ForecastView | None = None) -> str:
    """Return what the verdict means for the department, and what could still change it.

    Parameters
    ----------
    card : Scorecard
        The one on the table: the present one, or that of a decision.
    coming : ForecastView, optional
        Of a trial that still runs.
    """
    if view.status is TrialStatus.AHEAD:
        return "The scorecard begins with the first week."
    match card.verdict:
        case Verdict.READY if view.status.is_over:
            means = "The department keeps the rhythm. Its own account would be in good hands."
        case Verdict.READY:
            means = "The department keeps the rhythm so far."
        case Verdict.EXTEND:
            means = _extend(view, card, coming)
        case Verdict.KEEP_FEEDING:
            means = text.GOOD_PLACE
        case _:
            return _no_verdict(view, card)
    return " ".join(filter(None, (means, _firmness(view, card, coming))))


def _extend(view: StandingView, card: Scorecard, coming: ForecastView | None) -> str:
    is_high = card.score is not None and card.score >= view.ready_from
    gates = open_gates(card)
    paper = [gate.label for gate in gates if gate.name != GateName.BAND_ADHERENCE]
    too_few = len(gates) > len(paper)
    if is_high and not too_few:
        means = "Score and weeks in band are where an own account needs them."
    elif is_high:
        means = "The score is high enough, but too few weeks are in band."
    else:
        more = " and more weeks in band" if too_few else ""
        ready = points(view.ready_from)
        means = f"The score is {points(card.score)}; an own account needs {ready}{more}."
    if not paper or (coming is not None and coming.is_chance_said):
        # They stand with the chance already.
        return means
    still = "Still open" if is_high and not too_few else "Also open"
    return f"{means} {still}: {listed(paper).lower()}."


def _no_verdict(view: StandingView, card: Scorecard) -> str:
    judged = any(week.state.is_judged for week in card.weeks)
    if card.unreported:
        they = "it still counts" if len(card.unreported) == 1 else "they still count"
        why = f"{card.unreported_sentence} {_NOT_THE_DEPARTMENT[:-1]}: reported late, {they}."
    elif judged:
        why = f"Too little is on record to recommend anything. {_NOT_THE_DEPARTMENT}"
    elif any(week.state is WeekState.EXCUSED for week in card.weeks):
        over = view.status.is_over
        why = (
            "Every week is excused: nothing can be judged."
            if over
            else "Every week so far is excused."
        )
    else:
        why = "No week is over yet."
    if view.status.is_over:
        return why
    return f"{why} {count_of(_weeks_to_come(view), 'week')} are still to come."


_NOT_THE_DEPARTMENT = "That says nothing about the department."


def _weeks_to_come(view: StandingView) -> int:
    return view.window.weeks - view.window.weeks_over(view.today)


def _firmness(view: StandingView, card: Scorecard, coming: ForecastView | None) -> str:
    """Return what could change the verdict: weeks gone otherwise, or those to come."""
    if view.status.is_over:
        return card.margin_sentence
    reports = card.margin_sentence if card.unreported_could_change else ""
    is_settled = coming is not None and sum(each > 0 for each in coming.verdicts.values()) < 2
    change = f"{count_of(_weeks_to_come(view), 'week')} can still change it."
    if is_settled and not reports:
        change = "The weeks left will hardly change it."
    return " ".join(filter(None, (reports, change)))


# ----------------------------------------------------------------------------- what is missing


def score_text(card: Scorecard) -> str:
    """Return the score in points; a dash where too little is on record to judge by it."""
    return points(None if card.verdict is Verdict.NOT_ENOUGH_EVIDENCE else card.score)


def open_gates(card: Scorecard) -> list[CheckResult]:
    """Return the gates that are not met, in the order of the scorecard."""
    return [gate for gate in card.gates if gate.outcome is not Outcome.MET]


def next_steps(card: Scorecard) -> tuple[tuple[str, str], ...]:
    """Return what would help most: what is missing by its name, and the next step.

    What holds readiness back whatever the score stands first: reports, then gates. The checks
    that would raise the score most follow. A step that helps in several ways is said once.
    """
    checks = sorted(
        (check for check in card.checks if check.outcome is Outcome.NOT_MET),
        key=lambda check: check.weight * (1 - (check.score or 0.0)),
        reverse=True,
    )
    steps = [(each.label, each.remedy) for each in (*open_gates(card), *checks[:_MAX_STEPS])]
    if card.unreported:
        steps.insert(0, ("Reports", f"Report {weeks_named(card.unreported)}."))
    first = {step: name for name, step in reversed(steps) if step}
    return tuple((name, step) for step, name in reversed(first.items()))
