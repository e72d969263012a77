"""How a forecast is put into words: a chance in steps of five, with all that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trial.domain.calendar import spoken_day
from trial.domain.counts import count_of, listed, percent, weeks_named
from trial.domain.verdict import GateName, Verdict
from trial.services.forecasts import COMPLETIONS, SAID_FROM_WEEKS, WANTED, ForecastView
from trial.ui.text import number

if TYPE_CHECKING:
    from trial.simulation.forecast_prior import ForecastPrior

STEP = 5
"""Per cent from one chance to the next that is said."""

TOO_EARLY = f"A chance is said once {SAID_FROM_WEEKS} weeks are reported."


def step_of(chance: float) -> int:
    """Return a chance in [0, 1] in per cent, to the nearest step of five."""
    return STEP * int(100 * chance / STEP + 0.5 + 1e-9)


def chance_text(chance: float) -> str:
    """Return a chance in [0, 1] as ``70 %``: in steps of five, and never as certain."""
    if chance < STEP / 100:
        return f"under {STEP} %"
    if chance > 1 - STEP / 100:
        return f"over {100 - STEP} %"
    return f"{step_of(chance)} %"


def condition(gates: Sequence[GateName], unreported: Sequence[int] = ()) -> str:
    """Return what a chance takes for granted: ``if the training is complete``; empty if nothing.

    Parameters
    ----------
    gates : sequence of GateName
        Those that are taken to be closed by the end.
    unreported : sequence of int
        Weeks that are taken to stay unreported, counted from 1.
    """
    taken = [gate.condition for gate in gates]
    if unreported:
        stay = "stays" if len(unreported) == 1 else "stay"
        taken.append(f"{weeks_named(unreported)} {stay} unreported")
    return f"if {listed(taken)}" if taken else ""


def since(week: int) -> str:
    """Return since when ready is out of reach: ``since week 9``; 0 is before the first."""
    return f"since week {week}" if week else "from the first day on"


def answer(view: ForecastView) -> str:
    """Return the answer to the question whether it will be ready, without a full stop."""
    if view.out_of_reach_since is not None:
        return f"Ready is out of reach {since(view.out_of_reach_since)}"
    if not view.is_chance_said:
        return "Too early to say how likely ready is"
    return f"{chance_text(view.chance)} chance of ready".capitalize()


def basis(view: ForecastView) -> str:
    """Return what the answer rests on: ``after 5 of 13 weeks, if the training is complete``."""
    if view.out_of_reach_since is not None or not view.is_chance_said:
        return ""
    after = f"after {view.own_weeks} of {count_of(view.weeks, 'week')}"
    return ", ".join(filter(None, (after, condition(view.open_gates, view.unreported))))


def way_on(view: ForecastView) -> str:
    """Return what would change the answer, or why nothing needs to."""
    if view.out_of_reach_since is not None:
        if not view.weeks_left:
            return "No week is left that counts."
        still = _still_open(view)
        return " ".join(filter(None, ("Even perfect weeks from here would not be enough.", still)))
    if not view.is_chance_said:
        return TOO_EARLY
    if view.unreported:
        return f"Reporting {weeks_named(view.unreported)} could raise it."
    wanted = chance_text(WANTED)
    if step_of(view.chance) >= step_of(WANTED):
        return "Going on like this is all it takes."
    if view.needed is None:
        return "Every week in band raises it."
    more = count_of(view.needed.posts, "more post")
    makes = "makes" if view.needed.posts == 1 else "make"
    return f"{more} on schedule by {spoken_day(view.needed.by, view.today)} {makes} it {wanted}."


def _still_open(view: ForecastView) -> str:
    """Return which verdicts a trial that is out of reach of ready may still come to."""
    possible = [
        f"“{verdict.label}”"
        for verdict in (Verdict.EXTEND, Verdict.KEEP_FEEDING)
        if view.verdicts[verdict] > 0
    ]
    return f"Still open: {listed(possible, last='or')}." if possible else ""


def on_the_wall(view: ForecastView) -> str:
    """Return the forecast as the meeting reads it: the chance, and what would raise it."""
    if view.out_of_reach_since is not None:
        still = _still_open(view) if view.weeks_left else ""
        return f"{answer(view)}. {still}".strip()
    if not view.is_chance_said:
        return TOO_EARLY
    whole = " ".join(filter(None, (answer(view), basis(view))))
    return f"{whole}. {way_on(view)}"


def starts_from(view: ForecastView) -> str:
    """Return what a trial's forecast starts from, with its source, in one line."""
    own = view.own_weeks
    learned = f"this trial’s own {count_of(own, 'week')}" if own else "no week of its own yet"
    return f"The forecast starts from {_source(view.prior)}, and from {learned}."


def board_starts_from(start: ForecastPrior) -> str:
    """Return how to read the chances of many trials, and what they start from."""
    return (
        "Chance of ready: of all the ways a trial may go on, the share that would end ready, in "
        "steps of five, if the open gates are met and weeks that are not reported stay so. It "
        f"starts from {_source(start)}, and from each trial’s own weeks. "
        f"{TOO_EARLY}"
    )


def _source(start: ForecastPrior) -> str:
    return _within(start.note.source)


def _within(sentence: str) -> str:
    """Return what stands in the data file as part of a sentence."""
    return sentence[:1].lower() + sentence[1:].rstrip(".")


def assumed(start: ForecastPrior) -> str:
    """Return what is taken of the rest of the record until a department's own speaks."""
    record = start.record
    return (
        "Until the trial’s own record says more, it is taken that "
        f"{percent(record.on_schedule)} of posts are on schedule, "
        f"{percent(record.filled_ahead)} of weeks are filled ahead, "
        f"{percent(record.first_pass)} of posts are approved at once, {number(record.questions)} "
        f"questions come a week, {percent(record.answered)} of them are answered within a day, and "
        f"{percent(record.shared_load)} of the posts would be left without the busiest "
        f"contributor. Where that comes from: {_within(start.record_note.source)}."
    )


def assumptions(view: ForecastView) -> tuple[str, ...]:
    """Return what the forecast rests on, a sentence each."""
    start, own = view.prior, view.own_weeks
    learned = (
        f"learns from the {count_of(own, 'reported week')} of this trial"
        if own
        else "has no week of this trial to learn from yet"
    )
    taken = condition(view.open_gates, view.unreported)
    return (
        *([f"The chance holds {taken}."] if taken else []),
        f"It starts from how {_within(start.name)} behave, which counts as much as "
        f"{number(start.worth_weeks)} weeks of this trial would, and {learned}.",
        f"Where that comes from: {_source(start)}. {start.note.rationale}",
        assumed(start),
        f"The chance is the share of {COMPLETIONS:,} ways the trial may end that the scorecard "
        "would judge ready. Planning, review, answers and who makes the posts are taken to go on "
        "as they were. It is said in steps of five, because more than that is not known.",
    )
