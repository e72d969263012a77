"""The stress tests of a trial: each one sentence with its numbers, and all of them as a table."""

from __future__ import annotations

from trial.domain.counts import count_of
from trial.domain.results.stress import FluResult, Result, StressTests
from trial.domain.verdict import Verdict
from trial.reports.html import Html
from trial.ui import html, text

BUSIEST = "Without its busiest contributor"
_UNKNOWN_BUSIEST = f"{BUSIEST}: not enough evidence, because too few posts say who made them."
IN_FLU = "In flu season"


def target_name(low: int) -> str:
    """Return the name of the test at another target: ``At 4 a week``."""
    return f"At {low} a week"


def unstressed_sentence(result: Result) -> str:
    """Return how the trial stands without any strain."""
    score = f"the score is {text.points(result.score)}"
    return f"As it is, {_weeks(result)} the band; {score}: {_verdict(result.verdict)}."


def sentence(name: str, result: Result, unstressed: Result) -> str:
    """Return what a strain does to a trial.

    For example ``Without its busiest contributor 7 of 13 weeks keep the band; the score falls
    from 91 to 62: extend with conditions.``
    """
    score = _score(result, unstressed)
    return f"{name} {_weeks(result)} the band; {score}: {_verdict(result.verdict)}."


def flu_sentence(flu: FluResult, unstressed: Result) -> str:
    """Return what flu seasons do to a trial, every share with its Monte-Carlo error."""
    draws = next(iter(flu.verdicts.values())).of
    shares = ", ".join(
        f"{_verdict(verdict)} in {text.percent(rate.share)}{_error(rate.error)}"
        for verdict, rate in flu.verdicts.items()
    )
    season = f"{IN_FLU}, with {text.percent(flu.factor)} of the posts made"
    usual = flu.usual
    weeks = f"{usual.in_band} of {count_of(usual.eligible, 'week')}"
    score = f"{_score(usual, unstressed)}{_error(flu.score_error)}"
    return f"{season}, the median of {draws:,} draws keeps {weeks} in band; {score}: {shares}."


def flu_note(flu: FluResult) -> str:
    """Return which weeks the strain of the season spares; empty where it spares none."""
    if not flu.spared:
        return ""
    lay = f"{count_of(flu.spared, 'week')} lay in the season already"
    return f"{lay} and {'keeps its' if flu.spared == 1 else 'keep their'} posts."


def headline(tests: StressTests) -> str:
    """Return what the tests come to together, in one sentence."""
    verdict = tests.unstressed.verdict
    if verdict is Verdict.NOT_ENOUGH_EVIDENCE:
        return "Too little is on record to put this trial to the test."
    tried: list[tuple[str, Result | None]] = [
        (BUSIEST, tests.without_busiest),
        (IN_FLU, None if tests.in_flu is None else tests.in_flu.usual),
        *((target_name(low), result) for low, result in tests.at_target.items()),
    ]
    known = [(name, result) for name, result in tried if result is not None]
    turned = [_lower(name) for name, result in known if result.verdict is not verdict]
    stands = f"“{verdict.label}”"
    if not known:
        return f"{stands} could be put to no test."
    if not turned:
        return f"{stands} stands in every test."
    if len(turned) == len(known):
        return f"{stands} stands in none of {count_of(len(known), 'test')}."
    return f"{stands} does not stand {_listed(turned)}."


_ERROR = (
    "± is the Monte-Carlo error, half of a 95\N{NO-BREAK SPACE}% interval: how far a number would "
    "move with another seed."
)
_HOW = "What was planned stays planned: a post that is not made leaves a missed slot."


def how(tests: StressTests) -> str:
    """Return how the tests are made."""
    return f"{_HOW} {_ERROR}" if tests.in_flu is not None else _HOW


def _score(result: Result, unstressed: Result) -> str:
    before, after = text.points(unstressed.score), text.points(result.score)
    if after == before:
        return f"the score stays at {after}"
    falls = (result.score or 0.0) < (unstressed.score or 0.0)
    return f"the score {'falls' if falls else 'rises'} from {before} to {after}"


def _weeks(result: Result) -> str:
    keep = "keeps" if result.in_band == 1 else "keep"
    return f"{result.in_band} of {count_of(result.eligible, 'week')} {keep}"


def _verdict(verdict: Verdict) -> str:
    return _lower(verdict.label)


def _error(error: float | None) -> str:
    return "" if error is None else f" (±\N{NO-BREAK SPACE}{text.number(100 * error)})"


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _listed(names: list[str]) -> str:
    *before, last = names
    return f"{', '.join(before)} or {last}" if before else last


def stress_html(tests: StressTests) -> Html:
    """Return the tests with what they come to together; only that where nothing can be tried."""
    return html.render("stress_table.stress", headline(tests), _rows(tests), how(tests))


def _rows(tests: StressTests) -> list[tuple[str, str, Verdict]]:
    unstressed = tests.unstressed
    if unstressed.verdict is Verdict.NOT_ENOUGH_EVIDENCE:
        return []
    rows = [_row(unstressed, unstressed_sentence(unstressed))]
    without, flu = tests.without_busiest, tests.in_flu
    rows.append(
        ("?", _UNKNOWN_BUSIEST, Verdict.NOT_ENOUGH_EVIDENCE)
        if without is None
        else _row(without, sentence(BUSIEST, without, unstressed))
    )
    if flu is not None:
        said = (flu_sentence(flu, unstressed), flu_note(flu))
        rows.append(_row(flu.usual, " ".join(filter(None, said))))
    rows += [
        _row(result, sentence(target_name(low), result, unstressed))
        for low, result in tests.at_target.items()
    ]
    return rows


def _row(result: Result, sentence: str) -> tuple[str, str, Verdict]:
    return text.points(result.score), sentence, result.verdict
