"""What a comparison of two policies comes to, in sentences; said alike on a page and a terminal."""

from __future__ import annotations

from trial.domain.results.comparison import Decisive, Difference
from trial.domain.results.experiments import Rate
from trial.domain.verdict import Verdict

_LEAST_PULL = 0.01
_MAX_PULLS = 2
_NAMED = 0.95
"""Share of the trials of a difference for which what decides is named, at least."""


def verdict_word(verdict: Verdict) -> str:
    """Return a verdict in a word or two, for the head of a column."""
    return {
        Verdict.READY: "Ready",
        Verdict.EXTEND: "Extend",
        Verdict.KEEP_FEEDING: "Feed",
        Verdict.NOT_ENOUGH_EVIDENCE: "Too little",
    }[verdict]


def difference_lines(found: Difference, first: str, second: str) -> list[str]:
    """Return one difference as sentences: how often, who, what decides, what became of them.

    Parameters
    ----------
    found : Difference
    first, second : str
        Names of the policies.
    """
    behaviour, share = found.behaviours[0]
    lines = [
        f"{second} says {_SAID[found.second]} where {first} says {_SAID[found.first]} in "
        f"{percent(found.rate)} of all trials, {_mostly(share)}{behaviour.lower()} departments "
        f"({percent(share)} of them).",
        _what_decides(found),
    ]
    pulls = [
        f"{check.label.lower()} counts for {100 * points:+.0f}"
        for check, points in found.pulls[:_MAX_PULLS]
        if abs(points) >= _LEAST_PULL
    ]
    if pulls:
        lines.append(
            f"Their score is {_points(found.first_score)} on average under {first}, "
            f"{_points(found.second_score)} under {second}; {', '.join(pulls)}."
        )
    lines.append(
        f"Within the year {percent(found.dark)} of them fell silent; {percent(found.lasted)} would "
        "have lasted."
    )
    return lines


def example_line(found: Difference, first: str, second: str) -> str:
    """Return the example of a difference in one sentence."""
    one = found.example
    weeks = " ".join(map(str, one.counts))
    fate = "was silent within the year" if one.dark else "thinned out"
    return (
        f"For example, {one.behaviour.lower()}: {weeks} posts a week; score "
        f"{_points(one.first_score)} under {first}, {_points(one.second_score)} under {second}; "
        f"{'would have lasted' if one.lasted else fate}."
    )


def percent(rate: Rate) -> str:
    """Return a rate in whole points with its 95 % interval: ``12 % (11–13)``.

    A dash for a share of nothing.
    """
    if rate.share is None or rate.interval is None:
        return "–"
    low, high = (f"{100 * end:.0f}" for end in rate.interval)
    return f"{100 * rate.share:.0f} %" + ("" if low == high else f" ({low}–{high})")


_SAID = {
    Verdict.READY: "ready",
    Verdict.EXTEND: "extend",
    Verdict.KEEP_FEEDING: "keep feeding",
    Verdict.NOT_ENOUGH_EVIDENCE: "not enough evidence",
}


def _mostly(share: Rate) -> str:
    return "mostly " if share.count * 2 > share.of else "most often "


def _what_decides(found: Difference) -> str:
    told, named = [], 0
    for one in found.decisive:
        if named >= _NAMED * found.rate.count:
            break
        told.append(_reason(one))
        named += one.adds.count
    more = len(found.decisive) - len(told)
    rest = f"; {more} other combination{'s' * (more > 1)} besides" if more else ""
    return f"What decides: {'; '.join(told)}{rest}."


def _reason(one: Decisive) -> str:
    labels = [part.label for part in one.parts]
    if len(labels) == 1:
        return f"{labels[0]} alone in {percent(one.rate)} of them"
    named = f"{', '.join(labels[:-1])} and {labels[-1]}"
    return f"{named} together in {percent(one.rate)}"


def _points(score: float | None) -> str:
    # Cut, never rounded up, as everywhere: 74.9 is not yet 75.
    return "unknown" if score is None else str(int(100 * score + 1e-9))
