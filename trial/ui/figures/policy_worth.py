"""What a policy's verdicts are worth: the answer, the verdicts by behaviour, two policies crossed.

Experiments in, HTML out; the sentences are those of :mod:`trial.ui.policy_text`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from trial.domain.cadence import Band, WeekState, week_state
from trial.domain.counts import count_of, points
from trial.domain.policy import Policy
from trial.domain.policy_sliders import shares_of
from trial.domain.results.comparison import Comparison, Difference
from trial.domain.results.experiments import Characteristics, Experiment
from trial.domain.results.policy_worth import (
    Assumption,
    OutOfHundred,
    Rule,
    Sensitivity,
    Variation,
    Worth,
)
from trial.domain.results.thresholds import OptimalThresholds
from trial.domain.verdict import CheckName, Verdict
from trial.reports.html import Html
from trial.reports.simulation_text import difference_lines, example_line, percent, verdict_word
from trial.ui import html, policy_text, text
from trial.ui.week_strip import WeekCell, week_strip_html

SHOWN = (Verdict.READY, Verdict.EXTEND, Verdict.KEEP_FEEDING, Verdict.NOT_ENOUGH_EVIDENCE)
"""The verdicts in the order of a bar, from left to right."""

_ROOM_FOR_NUMBER = 0.075
"""Least share of a bar whose number fits into it."""

_NOT_SAID = (
    "The two numbers are of 100 departments of each kind. All of this is counted on made-up "
    "departments; whether real ones behave like them is not known."
)

_NUMBERS_NOTE = (
    "Per cent, in brackets the 95 % interval over other made-up trials. False ready: of those "
    "judged ready, silent within a year. False feed: of those told to keep feeding, would have "
    "lasted. Missed: of those that would have lasted, not judged ready."
)

_FIRST_DIFFERENCES = 4
"""Differences that are told at once; rarer ones are folded away."""

_OVER = date(2026, 1, 5)
_AFTER = _OVER + timedelta(days=1)


def answer_html(worth: Worth) -> Html:
    """Return what becomes of 100 departments as bars, with every word of it explained."""
    hundred = OutOfHundred.of(worth.found.overall)
    rows = (
        ("Granted", hundred.granted),
        ("Not granted", hundred.refused),
        ("If everybody got one", hundred.everybody),
    )
    return html.render(
        "policy_worth.answer",
        [(label, part, policy_text.share_line(part)) for label, part in rows],
        policy_text.TERMS,
    )


def matters_html(worth: Worth, found: Sensitivity) -> Html:
    """Return what decides most, below the answer."""
    return html.render(
        "policy_worth.matters",
        policy_text.everybody(worth),
        [*policy_text.what_matters(found), *filter(None, [policy_text.before(worth)])],
    )


RULE_HEADINGS = ("Rule", "As set", "A step easier", "A step stricter", "Left out")


def rules_html(found: Sensitivity) -> Html:
    """Return what each rule does, a row each."""
    return html.render("policy_worth.rules", RULE_HEADINGS, _rule_rows(found))


def _rule_rows(found: Sensitivity) -> list[tuple[str, ...]]:
    return [
        (
            effect.rule.label,
            *(
                _varied(effect.rule, way, found)
                for way in (found.as_set, effect.easier, effect.stricter, effect.without)
            ),
        )
        for effect in found.rules
    ]


def _varied(rule: Rule, way: Variation | None, found: Sensitivity) -> str:
    if way is None:
        return "–"
    granted = way.hundred.granted
    came = f"{granted.total} granted, {granted.silent} silent"
    is_left_out = way.policy in (one.without.policy for one in found.rules if one.without)
    return came if is_left_out else f"{policy_text.value_of(rule, way.policy)}: {came}"


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
        _NUMBERS_NOTE,
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
        f"{100 * (found.agree.share or 0.0):.0f}",
        f"The same {found.first.trials:,} made-up trials, seen for {_lengths(found)}. "
        f"{_trade(found)}",
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
        against = f"; as set it is {_cost(today.cost)}, give or take {_cost(today.error)}."
        if today.cost - lowest.cost <= lowest.error:
            caution = " That is within the error: there is no need to move."
    cost = (
        f"Expected cost of 100 trials: {_cost(lowest.cost)}, give or take {_cost(lowest.error)}, "
        f"counted in departments refused that would have lasted{against}{caution}"
    )
    flat = _flat(choice, middle_open=policy.middle_open)
    return html.render("policy_worth.choice", answer, cost, flat)


def values_html(policy: Policy) -> Html:
    """Return every value of a policy with its unit, source and rationale."""
    return html.render("policy_worth.values", policy)


def assumptions_html(found: Sequence[Assumption]) -> Html:
    """Return every assumption with its unit and source."""
    return html.render("policy_worth.assumptions", found)


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
    hundred = OutOfHundred.of(found)
    return label, ", ".join(said), bar, (hundred.granted.silent, hundred.refused.lasted)


def _trade(found: Comparison) -> str:
    return " ".join(
        f"{side.policy.name} grants an account to {hundred.granted.total} of 100; "
        f"{hundred.granted.silent} of these fall silent, {hundred.refused.lasted} that would have "
        "lasted get none."
        for side in (found.first, found.second)
        for hundred in [OutOfHundred.of(side.overall)]
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
