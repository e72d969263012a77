"""What a policy's verdicts are worth: the answer, the verdicts by behaviour, two policies crossed.

Experiments in, words and HTML out. Every number carries its Monte-Carlo error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from trial.domain.cadence import Band, WeekState, week_state
from trial.domain.counts import count_of, points
from trial.domain.policy import Policy
from trial.domain.policy_sliders import shares_of
from trial.domain.results.comparison import Comparison, Difference
from trial.domain.results.experiments import Characteristics, Experiment, Rate
from trial.domain.results.policy_worth import Assumption, Worth
from trial.domain.results.thresholds import Costs, OptimalThresholds
from trial.domain.verdict import CheckName, Verdict
from trial.reports.html import Html
from trial.reports.simulation_text import difference_lines, example_line, percent, verdict_word
from trial.ui import html, text
from trial.ui.week_strip import WeekCell, week_strip_html

SHOWN = (Verdict.READY, Verdict.EXTEND, Verdict.KEEP_FEEDING, Verdict.NOT_ENOUGH_EVIDENCE)
"""The verdicts in the order of a bar, from left to right."""

_ROOM_FOR_NUMBER = 0.075
"""Least share of a bar whose number fits into it."""

_NOT_SAID = (
    "False ready: of those judged ready, dark within a year. False feed: of those told to keep "
    "feeding, would have lasted. ± is half of a 95 % interval over other made-up trials; it says "
    "nothing of whether real departments behave as these are assumed to."
)

_FIRST_DIFFERENCES = 4
"""Differences that are told at once; rarer ones are folded away."""

_OVER = date(2026, 1, 5)
_AFTER = _OVER + timedelta(days=1)


def headline(worth: Worth) -> str:
    """Return the answer: of 100 judged ready, how many go dark; of 100 fed, how many had lasted."""
    found = worth.found.overall
    under = "As set" if worth.is_changed else f"Under {worth.found.policy.name}"
    ready, fed = found.false_ready, found.false_feed
    if ready.share is None:
        return f"{under}, nobody would be judged ready"
    dark = (
        f"{_of_hundred(ready)} of 100 departments judged ready "
        f"{'goes' if _of_hundred(ready) == '1' else 'go'} dark within a year"
    )
    if fed.share is None:
        return f"{under}, {dark}; nobody is told to keep feeding"
    return f"{under}, {dark}; {_of_hundred(fed)} of 100 told to keep feeding would have lasted"


def subline(worth: Worth) -> str:
    """Return what the answer rests on, or how near the best came where nobody is ready."""
    found = worth.found
    rests = f"{found.trials:,} made-up trials of {found.weeks} weeks and the year after"
    if found.overall.false_ready.share is not None:
        return rests
    if worth.best_score is None:
        return f"{rests} · none of them could be scored"
    return (
        f"{rests} · the best score is {points(worth.best_score)} of 100, ready begins at "
        f"{points(found.policy.ready_from)} and every gate has to pass"
    )


def trade_html(worth: Worth) -> Html:
    """Return the four numbers of the trade, each with what it was before anything was moved."""
    now, before = worth.found.overall, worth.base.overall
    cards = (
        ("judged ready", now.verdicts[Verdict.READY], before.verdicts[Verdict.READY]),
        ("false ready: of these, dark within a year", now.false_ready, before.false_ready),
        ("false feed: of those fed, would have lasted", now.false_feed, before.false_feed),
        ("missed: would have lasted, not judged ready", now.missed, before.missed),
    )
    # The line on what was before is there from the start, so that nothing jumps under a slider.
    return html.render(
        "policy_worth.trade",
        [
            (
                *_with_error(rate, ".1f", " %"),
                label,
                f"before {percent(old)}" if worth.is_changed else "\N{NO-BREAK SPACE}",
            )
            for label, rate, old in cards
        ],
    )


def _with_error(rate: Rate, digits: str, sign: str = "") -> tuple[str, str]:
    if rate.share is None or rate.error is None:
        return "–", ""
    return f"{100 * rate.share:{digits}}{sign}", f"{100 * rate.error:{digits}}"


def verdicts_html(experiment: Experiment) -> Html:
    """Return the verdicts of each behaviour as bars in a table, and the two errors beside them."""
    rows = [(one.label, one) for one in experiment.behaviours]
    if len(rows) > 1:
        rows.append(("All of them", experiment.overall))
    key = [
        verdict
        for verdict in SHOWN
        if verdict is not Verdict.NOT_ENOUGH_EVIDENCE or experiment.overall.verdicts[verdict].count
    ]
    return html.render(
        "policy_worth.verdicts",
        [_row(one, label) for label, one in rows],
        key,
        experiment.behaviours,
        SHOWN[:3],
        _NOT_SAID,
    )


def weights_html(points: Mapping[CheckName, int]) -> Html:
    """Return the weights as they count, brought to sum to 1; nothing where all are 0."""
    shares = shares_of(points) if any(points.values()) else {}
    return html.render(
        "policy_worth.weights",
        [(name.label, f"{100 * share:.1f} %") for name, share in shares.items()],
    )


def compared_html(found: Comparison) -> Html:
    """Return two policies on the same trials: the crossed table, and what explains it."""
    first, second = found.first.policy.name, found.second.policy.name
    verdicts = [
        verdict
        for verdict in SHOWN
        if any(rate.count for pair, rate in found.confusion.items() if verdict in pair)
    ]
    crossed = [
        (
            verdict_word(one),
            [(percent(found.confusion[one, other]), one is other) for other in verdicts],
        )
        for one in verdicts
    ]
    told = [_difference(one, first, second, found.first.policy.band) for one in found.differences]
    rarer = told[_FIRST_DIFFERENCES:]
    return html.render(
        "policy_worth.compared",
        percent(found.agree),
        f"of the same {found.first.trials:,} trials, seen for {_lengths(found)}. {_trade(found)}",
        first,
        second,
        [verdict_word(verdict) for verdict in verdicts],
        crossed,
        told[:_FIRST_DIFFERENCES],
        rarer,
        count_of(len(rarer), "rarer difference"),
    )


def _lengths(found: Comparison) -> str:
    first, second = found.first.weeks, found.second.weeks
    if first == second:
        return f"{first} weeks"
    if second > first:
        return f"the first {first} and {second} weeks"
    return f"{first} and the first {second} weeks"


def choice_html(choice: OptimalThresholds, policy: Policy) -> Html:
    """Return the cheapest thresholds, what they cost, and how much that hangs on them.

    Parameters
    ----------
    policy : Policy
        As set.
    """
    lowest, today = choice.expected, choice.today
    answer, against, caution = "The thresholds as set are the cheapest under these costs.", ".", ""
    if not choice.is_as_set_in(policy):
        below = f", keep feeding below {points(choice.feed_below)}" if policy.middle_open else ""
        answer = f"Cheapest under these costs: ready from {points(choice.ready_from)}{below}."
        against = f"; as set it is {_cost(today.cost)} ± {_cost(today.error)}."
        if today.cost - lowest.cost <= lowest.error:
            caution = " That is within the error: there is no need to move."
    cost = (
        f"Expected cost {_cost(lowest.cost)} ± {_cost(lowest.error)} for 100 trials, in "
        f"departments refused that would have lasted{against}{caution}"
    )
    flat = _flat(choice, middle_open=policy.middle_open)
    return html.render("policy_worth.choice", answer, cost, flat)


def values_html(policy: Policy) -> Html:
    """Return every value of a policy with its unit, source and rationale."""
    return html.render("policy_worth.values", policy)


def assumptions_html(found: Sequence[Assumption]) -> Html:
    """Return every assumption with its unit and source."""
    return html.render("policy_worth.assumptions", found)


def reason_for_file(worth: Worth) -> str:
    """Return what was found, for the rationale of a policy file."""
    found = worth.found.overall
    return (
        f"On {worth.found.trials} made-up trials {percent(found.false_ready)} of those judged "
        f"ready were dark within a year, and {percent(found.missed)} of those that would have "
        "lasted were not judged ready."
    )


def reason_of(costs: Costs) -> str:
    """Return why thresholds were taken over from a proposal."""
    return (
        "The thresholds are the cheapest where, counted in departments refused that would have "
        f"lasted, an account that goes dark costs {text.number(costs.dark)} and an extension "
        f"{text.number(costs.extended)}."
    )


def _row(found: Characteristics, label: str) -> tuple[object, ...]:
    said, bar = [], []
    for verdict in SHOWN:
        rate = found.verdicts[verdict]
        if not rate.count:
            continue
        share = rate.share or 0.0
        number = f"{100 * share:.0f}" if share >= _ROOM_FOR_NUMBER else ""
        said.append(f"{verdict_word(verdict)} {percent(rate)}")
        bar.append((verdict.value, f"{share:.4f}", number))
    rates = [_with_error(rate, ".0f") for rate in (found.false_ready, found.false_feed)]
    return label, ", ".join(said), bar, rates


def _of_hundred(rate: Rate) -> str:
    return f"{100 * (rate.share or 0.0):.0f}"


def _trade(found: Comparison) -> str:
    first, second = found.first, found.second
    one, other = first.overall, second.overall
    return (
        f"False ready {percent(one.false_ready)} under {first.policy.name}, "
        f"{percent(other.false_ready)} under {second.policy.name}; missed "
        f"{percent(one.missed)} and {percent(other.missed)}."
    )


def _difference(found: Difference, first: str, second: str, band: Band) -> tuple[object, ...]:
    head, *reasons = difference_lines(found, first, second)
    cells = [
        WeekCell(week, _state(count, known, band), count)
        for week, (count, known) in enumerate(
            zip(found.example.counts, found.example.reported, strict=True)
        )
    ]
    example = example_line(found, first, second)
    return head, reasons, week_strip_html(cells, caption=example), example


def _state(count: int, reported: bool, band: Band) -> WeekState:
    # Any day that is over will do: in a made-up trial every week is.
    return week_state(
        _OVER, _OVER, today=_AFTER, count=count, reported=reported, excused=False, band=band
    )


def _cost(per_trial: float) -> str:
    return text.number(100 * per_trial)


def _flat(choice: OptimalThresholds, *, middle_open: bool) -> str:
    def span(ends: tuple[float, float]) -> str:
        low, high = map(points, ends)
        return f"at {low} only" if low == high else f"from {low} to {high}"

    ready = f"ready may begin anywhere {span(choice.ready_range)}"
    if not middle_open:
        return f"How flat it is: {ready} and the cost stays within this error."
    return (
        f"How flat it is: {ready}, or feeding end anywhere {span(choice.feed_range)}, and the cost "
        "stays within this error."
    )
