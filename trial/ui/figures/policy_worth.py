"""What a policy's verdicts are worth: the answer, the verdicts by behaviour, two policies crossed.

Experiments in, words and HTML out. Every number carries its Monte-Carlo error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from html import escape

from trial.domain.cadence import Band, WeekState, week_state
from trial.domain.counts import count_of
from trial.domain.policy import Policy
from trial.domain.policy_sliders import shares_of
from trial.domain.results.comparison import Comparison, Difference
from trial.domain.results.experiments import Characteristics, Experiment, Rate
from trial.domain.results.policy_worth import Assumption, Worth
from trial.domain.results.thresholds import Costs, OptimalThresholds
from trial.domain.verdict import CheckName, Verdict
from trial.reports.simulation_text import difference_lines, example_line, percent, verdict_word
from trial.ui import components, text
from trial.ui.components import WeekCell

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
        f"{rests} · the best score is {text.points(worth.best_score)} of 100, ready begins at "
        f"{text.points(found.policy.ready_from)} and every gate has to pass"
    )


def trade_html(worth: Worth) -> str:
    """Return the four numbers of the trade, each with what it was before anything was moved."""
    now, before = worth.found.overall, worth.base.overall
    cards = (
        ("judged ready", now.verdicts[Verdict.READY], before.verdicts[Verdict.READY]),
        ("false ready: of these, dark within a year", now.false_ready, before.false_ready),
        ("false feed: of those fed, would have lasted", now.false_feed, before.false_feed),
        ("missed: would have lasted, not judged ready", now.missed, before.missed),
    )
    # The line on what was before is there from the start, so that nothing jumps under a slider.
    items = "".join(
        f"<li>{_large(rate)}<span>{label}</span><em>"
        f"{f'before {percent(old)}' if worth.is_changed else '&nbsp;'}</em></li>"
        for label, rate, old in cards
    )
    return f'<ul class="stats trade">{items}</ul>'


def _large(rate: Rate) -> str:
    if rate.share is None or rate.error is None:
        return "<strong>–</strong>"
    return f"<strong>{100 * rate.share:.1f} % <small>± {100 * rate.error:.1f}</small></strong>"


def verdicts_html(experiment: Experiment) -> str:
    """Return the verdicts of each behaviour as bars in a table, and the two errors beside them."""
    rows = [(one.label, one) for one in experiment.behaviours]
    if len(rows) > 1:
        rows.append(("All of them", experiment.overall))
    body = "".join(_row(one, label) for label, one in rows)
    key = "".join(
        f'<li><i class="{_kind(verdict)}" aria-hidden="true"></i>{verdict.label}</li>'
        for verdict in SHOWN
        if verdict is not Verdict.NOT_ENOUGH_EVIDENCE or experiment.overall.verdicts[verdict].count
    )
    return (
        '<div class="worth"><table><caption class="unseen">Verdicts by behaviour</caption>'
        '<thead><tr><th scope="col">Department</th><th scope="col">Verdicts</th>'
        '<th scope="col" class="rate">False ready</th><th scope="col" class="rate">False feed</th>'
        f"</tr></thead><tbody>{body}</tbody></table>"
        f'<ul class="legend">{key}</ul>{_numbers(experiment)}<p class="none">{_NOT_SAID}</p></div>'
    )


def weights_html(points: Mapping[CheckName, int]) -> str:
    """Return the weights as they count, brought to sum to 1; nothing where all are 0."""
    if not any(points.values()):
        return '<p class="none">Give at least one check some weight.</p>'
    rows = "".join(
        f'<tr><th scope="row">{name.label}</th><td>{100 * share:.1f} %</td></tr>'
        for name, share in shares_of(points).items()
    )
    return (
        '<table class="plain shares"><caption>As they count, brought to 100 %</caption>'
        f"<tbody>{rows}</tbody></table>"
    )


def compared_html(found: Comparison) -> str:
    """Return two policies on the same trials: the crossed table, and what explains it."""
    first, second = found.first.policy.name, found.second.policy.name
    verdicts = [
        verdict
        for verdict in SHOWN
        if any(rate.count for pair, rate in found.confusion.items() if verdict in pair)
    ]
    heads = "".join(f'<th scope="col">{verdict_word(verdict)}</th>' for verdict in verdicts)
    rows = "".join(
        f'<tr><th scope="row">{verdict_word(one)}</th>'
        + "".join(_crossed(found.confusion[one, other], same=one is other) for other in verdicts)
        + "</tr>"
        for one in verdicts
    )
    lengths = f"{found.first.weeks} weeks"
    if found.first.weeks != found.second.weeks:
        lengths = f"{found.first.weeks} and the first {found.second.weeks} weeks"
        if found.second.weeks > found.first.weeks:
            lengths = f"the first {found.first.weeks} and {found.second.weeks} weeks"
    told = [_difference(one, first, second, found.first.policy.band) for one in found.differences]
    differences, rarer = "".join(told[:_FIRST_DIFFERENCES]), told[_FIRST_DIFFERENCES:]
    rest = ""
    if rarer:
        summary = count_of(len(rarer), "rarer difference")
        rest = (
            f'<details class="worth-numbers"><summary>{summary}</summary>{"".join(rarer)}</details>'
        )
    table = (
        f'<table class="plain"><caption>Rows: {escape(first)}. Columns: {escape(second)}. Per cent '
        f"of all trials.</caption><thead><tr><td></td>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )
    return (
        f'<div class="compared"><p><strong>Both say the same of {percent(found.agree)}</strong> of '
        f"the same {found.first.trials:,} trials, seen for {lengths}. {_trade(found)}</p>"
        f"{scrolled(table)}{differences}{rest}</div>"
    )


def choice_html(choice: OptimalThresholds, policy: Policy) -> str:
    """Return the cheapest thresholds, what they cost, and how much that hangs on them.

    Parameters
    ----------
    policy : Policy
        As set.
    """
    lowest, today = choice.expected, choice.today
    answer, against, caution = "The thresholds as set are the cheapest under these costs.", ".", ""
    if not choice.is_as_set_in(policy):
        below = f", keep feeding below {_line(choice.feed_below)}" if policy.middle_open else ""
        answer = f"Cheapest under these costs: ready from {_line(choice.ready_from)}{below}."
        against = f"; as set it is {_cost(today.cost)} ± {_cost(today.error)}."
        if today.cost - lowest.cost <= lowest.error:
            caution = " That is within the error: there is no need to move."
    return (
        f'<div class="chosen"><p><strong>{answer}</strong></p><p>Expected cost '
        f"{_cost(lowest.cost)} ± {_cost(lowest.error)} for 100 trials, in departments refused "
        f"that would have lasted{against}{caution}</p>"
        f"<p>{_flat(choice, middle_open=policy.middle_open)}</p></div>"
    )


def values_html(policy: Policy) -> str:
    """Return every value of a policy with its unit, source and rationale."""
    cells = (
        (
            key.replace(".", " · ").replace("_", " "),
            str(value),
            note.unit,
            note.source,
            note.rationale,
        )
        for key, value in policy.values.items()
        for note in [policy.note(key)]
    )
    return _sourced(("Value", "", "Unit", "Where it comes from", "Why"), cells)


def assumptions_html(found: Sequence[Assumption]) -> str:
    """Return every assumption with its unit and source."""
    cells = (
        (f"{one.section} · {one.name.replace('_', ' ')}", one.value, one.unit, one.source)
        for one in found
    )
    return _sourced(("Assumption", "Value", "Unit", "Where it comes from"), cells)


def _sourced(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in others)
        + "</tr>"
        for first, *others in rows
    )
    return scrolled(
        f'<table class="plain"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>',
        tall=True,
    )


def scrolled(table: str, *, tall: bool = False) -> str:
    """Return a table that scrolls by itself where it is wider than the page, or `tall`."""
    # With a tab stop of its own, so that a keyboard can scroll it.
    return f'<div class="scrolls{" tall" * tall}" tabindex="0">{table}</div>'


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


def _row(found: Characteristics, label: str) -> str:
    said, bar = [], []
    for verdict in SHOWN:
        rate = found.verdicts[verdict]
        if not rate.count:
            continue
        share = rate.share or 0.0
        number = f"{100 * share:.0f}" if share >= _ROOM_FOR_NUMBER else ""
        said.append(f"{verdict_word(verdict)} {percent(rate)}")
        bar.append(f'<span class="{_kind(verdict)}" style="flex-grow:{share:.4f}">{number}</span>')
    told = ", ".join(said)
    return (
        f'<tr><th scope="row">{escape(label)}</th>'
        f'<td><div class="bar" aria-hidden="true" title="{told}">{"".join(bar)}</div>'
        f'<span class="unseen">{told}</span></td>'
        f'<td class="rate">{_short(found.false_ready)}</td>'
        f'<td class="rate">{_short(found.false_feed)}</td></tr>'
    )


def _kind(verdict: Verdict) -> str:
    return verdict.value.replace("_", "-")


def _of_hundred(rate: Rate) -> str:
    return f"{100 * (rate.share or 0.0):.0f}"


def _short(rate: Rate) -> str:
    if rate.share is None or rate.error is None:
        return "–"
    return f"{100 * rate.share:.0f} <small>± {100 * rate.error:.0f}</small>"


def _trade(found: Comparison) -> str:
    first, second = found.first, found.second
    one, other = first.overall, second.overall
    return (
        f"False ready {percent(one.false_ready)} under {escape(first.policy.name)}, "
        f"{percent(other.false_ready)} under {escape(second.policy.name)}; missed "
        f"{percent(one.missed)} and {percent(other.missed)}."
    )


def _crossed(rate: Rate, *, same: bool) -> str:
    return f"<td{' class=same' if same else ''}>{percent(rate)}</td>"


def _difference(found: Difference, first: str, second: str, band: Band) -> str:
    head, *lines = difference_lines(found, first, second)
    cells = [
        WeekCell(week, _state(count, known, band), count)
        for week, (count, known) in enumerate(
            zip(found.example.counts, found.example.reported, strict=True)
        )
    ]
    example = example_line(found, first, second)
    strip = components.week_strip_html(cells, caption=example)
    reasons = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return (
        f"<section><h2>{escape(head)}</h2><ul>{reasons}</ul>{strip}"
        f"<p>{escape(example)}</p></section>"
    )


def _state(count: int, reported: bool, band: Band) -> WeekState:
    # Any day that is over will do: in a made-up trial every week is.
    return week_state(
        _OVER, _OVER, today=_AFTER, count=count, reported=reported, excused=False, band=band
    )


def _line(threshold: float) -> str:
    return text.points(threshold)


def _cost(per_trial: float) -> str:
    return text.number(100 * per_trial)


def _flat(choice: OptimalThresholds, *, middle_open: bool) -> str:
    def span(ends: tuple[float, float]) -> str:
        low, high = (_line(end) for end in ends)
        return f"at {low} only" if low == high else f"from {low} to {high}"

    ready = f"ready may begin anywhere {span(choice.ready_range)}"
    if not middle_open:
        return f"How flat it is: {ready} and the cost stays within this error."
    return (
        f"How flat it is: {ready}, or feeding end anywhere {span(choice.feed_range)}, and the cost "
        "stays within this error."
    )


def _numbers(experiment: Experiment) -> str:
    """Return the same as plain numbers, with all their errors."""
    rows = "".join(
        f'<tr><th scope="row">{escape(one.label)}</th><td>{one.trials:,}</td>'
        + "".join(f"<td>{percent(one.verdicts[verdict])}</td>" for verdict in SHOWN[:3])
        + "".join(f"<td>{percent(rate)}</td>" for rate in (one.missed, one.dark, one.lasted))
        + "</tr>"
        for one in experiment.behaviours
    )
    names = ("Department", "Trials", *map(verdict_word, SHOWN[:3]), "Missed", "Dark", "Lasted")
    heads = "".join(f'<th scope="col">{name}</th>' for name in names)
    table = f'<table class="plain"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    return (
        f'<details class="worth-numbers"><summary>All numbers</summary>{scrolled(table)}</details>'
    )
