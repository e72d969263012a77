"""How a forecast is put into words: a chance is a chance, and feeding on is a good way to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trial.domain.calendar import spoken_day
from trial.domain.counts import count_of
from trial.services.forecasts import COMPLETIONS, WANTED, Chance, ForecastView
from trial.ui import text

if TYPE_CHECKING:
    from trial.simulation.forecast_prior import ForecastPrior

_OVER_99 = 0.995
"""From here on a chance is over 99 %, and not just 99."""


def share(chance: float) -> str:
    """Return a chance in [0, 1] as ``71 %``; a forecast is never certain, so the ends stay open.

    Cut like points, so that one that is wanted is said only where it is there: 0.8999 is ``89 %``.
    """
    if chance >= _OVER_99:
        return "over 99 %"
    return f"{text.hundredths(chance)} %" if chance >= 0.01 else "under 1 %"


def interval(chance: Chance) -> str:
    """Return the interval of a chance: ``68–72 %``; empty where both ends say the same.

    Cut like the chance, which so never stands outside it.
    """
    low, high = (min(text.hundredths(end), 99) for end in (chance.low, chance.high))
    return f"{low}–{high} %" if low < high else ""


def answer(view: ForecastView) -> str:
    """Return the answer to the question whether it will be ready, in one sentence."""
    if view.out_of_reach_since is None:
        return f"{share(view.chance.ready)} chance of ready".capitalize()
    return f"Ready is out of reach {since(view.out_of_reach_since)}"


def since(week: int) -> str:
    """Return since when ready is out of reach: ``since week 9``; 0 is before the first."""
    return f"since week {week}" if week else "from the first day on"


def way_on(view: ForecastView) -> str:
    """Return what would change the answer, or why nothing needs to."""
    wanted = share(WANTED)
    if view.out_of_reach_since is not None:
        why = "Even perfect weeks from here would not lift score and weeks in band far enough."
        if not view.weeks_left:
            why = "No week is left that counts."
        return f"{why} Feeding the main channels is the way to go on: the posts keep their reach."
    if view.chance.ready >= WANTED:
        return "Going on like this is all it takes."
    if view.needed is None:
        return f"Every week kept lifts it; {wanted} is more than the weeks left can bring."
    more = count_of(view.needed.posts, "more post")
    makes = "makes" if view.needed.posts == 1 else "make"
    return f"{more} on schedule by {spoken_day(view.needed.by)} {makes} it {wanted}."


def on_the_wall(view: ForecastView) -> str:
    """Return the forecast as the meeting reads it: the chance, and what would lift it."""
    if view.out_of_reach_since is not None:
        return f"{answer(view)}."
    between = interval(view.chance)
    said = f"{answer(view)} at the end{f' ({between})' if between else ''}."
    return said if view.needed is None else f"{said} {way_on(view)}"


def starts_from(view: ForecastView) -> str:
    """Return what a trial's forecast starts from, with its source and weight, in one line."""
    own = view.own_weeks
    learned = f"this trial’s own {count_of(own, 'week')}" if own else "no week of its own yet"
    return f"The forecast starts from {_start(view.prior)}, and from {learned}."


def board_starts_from(start: ForecastPrior) -> str:
    """Return how to read the chances of many trials, and what they start from."""
    return (
        f"Chance of ready: the share of {COMPLETIONS:,} ways a trial may end that would be judged "
        "ready, and how far that would move if they were drawn again. "
        f"The forecast starts from {_start(start)}, and from each trial’s own weeks."
    )


def _start(start: ForecastPrior) -> str:
    weeks = text.number(start.worth_weeks)
    return f"{_within(start.note.source)}, worth {weeks} weeks of evidence"


def _within(sentence: str) -> str:
    """Return what stands in the data file as part of a sentence."""
    return sentence[:1].lower() + sentence[1:].rstrip(".")


def assumed(start: ForecastPrior) -> str:
    """Return what is taken of the rest of the record until a department's own speaks."""
    record = start.record
    return (
        "The rest of the record is assumed until its own speaks: "
        f"{text.percent(record.on_schedule)} of posts on schedule, "
        f"{text.percent(record.filled_ahead)} of weeks filled ahead, "
        f"{text.percent(record.first_pass)} approved at once, {text.number(record.questions)} "
        f"questions a week, {text.percent(record.answered)} of them answered in a day, and "
        f"{text.percent(record.shared_load)} of the cadence left without the busiest contributor, "
        f"each worth {text.number(record.evidence)} of its own. Where that comes from: "
        f"{_within(start.record_note.source)}."
    )


def assumptions(view: ForecastView) -> tuple[str, ...]:
    """Return what the forecast rests on, a sentence each."""
    said = []
    if view.open_gates:
        gates = "; ".join(gate.label.lower() for gate in view.open_gates)
        said.append(f"Taken for granted: the open gates are closed by the end ({gates}).")
    start, own = view.prior, view.own_weeks
    learned = (
        f"learns from the {count_of(own, 'week')} of this trial that count so far"
        if own
        else "has no week of this trial to learn from yet"
    )
    said.append(
        f"It starts from how {_within(start.name)} behave, worth "
        f"{text.number(start.worth_weeks)} weeks of evidence, and {learned}."
    )
    said.append(f"Where that comes from: {_within(start.note.source)}. {start.note.rationale}")
    said.append(assumed(start))
    if between := interval(view.chance):
        said.append(
            f"{between} is how far the number would move if it were drawn again. It does not say "
            "whether the department goes on as it did."
        )
    if view.fan:
        error = text.number(100 * view.fan[-1].error)
        said.append(
            f"Where the fan ends, its outer edges would move by about {error} of 100 points if it "
            "were drawn again."
        )
    said.append(
        f"The chance is the share of {COMPLETIONS:,} ways the trial may end that the scorecard "
        "would judge ready. Plan, review, answers and who makes the posts are taken to go on as "
        "they were; the posts it takes are planned now and spread over their weeks."
    )
    return tuple(said)
