"""The stress tests of a trial: each one sentence with its numbers, and all of them as a table."""

from __future__ import annotations

from trial.domain.counts import count_of, listed, percent, points
from trial.domain.results.scorecard import Scorecard
from trial.domain.results.stress import FluResult, Result, StressTests
from trial.domain.verdict import CheckName, GateName, Verdict
from trial.reports.html import Html
from trial.services.forecasts import SAID_FROM_WEEKS, ForecastView
from trial.ui import forecast_text, html

BUSIEST = "Without its busiest contributor"
_UNKNOWN_BUSIEST = f"{BUSIEST}: not enough evidence, because too few posts say who made them."
IN_FLU = "In a flu season"


def target_name(low: int) -> str:
    """Return the name of the test at another target: ``At 4 a week``."""
    return f"At {low} a week"


def unstressed_sentence(tests: StressTests) -> str:
    """Return how the trial stands without any strain, all gates of paper closed."""
    result = tests.unstressed
    taken = forecast_text.condition(tests.open_gates)
    score = f"the score is {points(result.score)}"
    return f"As it is{f', {taken}' if taken else ''}: {_weeks(result)}; {score}."


def sentence(name: str, result: Result, unstressed: Result) -> str:
    """Return what a strain does to a trial, and what turns its verdict.

    For example ``Without its busiest contributor: 7 of 13 weeks in band; the score falls from 91
    to 62. What turns it: too few weeks in band.``
    """
    return f"{name}: {_weeks(result)}; {_score(result, unstressed)}.{_turning(result)}"


def flu_sentence(flu: FluResult, unstressed: Result) -> str:
    """Return what flu seasons do to a trial, in the usual one of all that were drawn."""
    usual = flu.usual
    share = forecast_text.chance_text(flu.verdicts[usual.verdict].share or 0.0)
    named = f"{IN_FLU}, with {percent(flu.factor)} of the posts made"
    said = f"{named}: usually {_weeks(usual)}; {_score(usual, unstressed)}"
    return f"{said}. This verdict comes out in {share} of such seasons.{_turning(usual)}"


def flu_note(flu: FluResult) -> str:
    """Return which weeks the strain of the season spares; empty where it spares none."""
    if not flu.spared:
        return ""
    lay = f"{count_of(flu.spared, 'week')} lay in the season already"
    return f"{lay} and {'keeps its' if flu.spared == 1 else 'keep their'} posts."


def headline(tests: StressTests) -> str:
    """Return what the tests come to together, and which of them turn the verdict."""
    verdict = tests.unstressed.verdict
    if verdict is Verdict.NOT_ENOUGH_EVIDENCE:
        return "Too little is on record to put this trial to the test."
    tried: list[tuple[str, Result | None]] = [
        (BUSIEST, tests.without_busiest),
        (IN_FLU, None if tests.in_flu is None else tests.in_flu.usual),
        *((target_name(low), result) for low, result in tests.at_target.items()),
    ]
    judged = [(name, result) for name, result in tried if result is not None]
    if not judged:
        return "No stress test can be made."
    turned = [_lower(name) for name, result in judged if result.verdict is not verdict]
    stood = len(judged) - len(turned)
    of = count_of(len(judged), "stress test")
    which = f"{stood or 'none'} of {of}"
    if stood == len(judged):
        which = f"all {of}" if stood > 1 else "the only stress test that can be made"
    verb = "Stands"
    if tests.open_gates:
        # The verdict with its papers done may be another than that of the scorecard.
        papers = "the papers are done"
        if len(tests.open_gates) == 1:
            papers = tests.open_gates[0].condition
        verb = f"Once {papers}, “{verdict.label}” stands"
    named = f": not {listed(turned, last='or')}" if 0 < stood < len(judged) else ""
    return f"{verb} {which}{named}."


def is_told(card: Scorecard, coming: ForecastView | None = None) -> bool:
    """Return whether the wall says how a verdict stands strain, which is then worked out.

    What weeks that nobody reported could change is not said to stand, nor what rests on too few
    weeks; and where ready is out of reach, strain is no question any more.

    Parameters
    ----------
    coming : ForecastView, optional
        Of a trial that still runs.
    """
    is_early = sum(week.state.is_judged for week in card.weeks) < SAID_FROM_WEEKS
    is_lost = coming is not None and coming.out_of_reach_since is not None
    return not (is_early or is_lost or card.unreported_could_change)


def wall_line(tests: StressTests, card: Scorecard) -> str:
    """Return the headline as part of a verdict; empty where it would say more than is known.

    That feeding the main channels goes on under strain is no news.
    """
    tested = tests.unstressed.verdict in (Verdict.READY, Verdict.EXTEND)
    return headline(tests) if tested and is_told(card) else ""


HOW = (
    "What was planned stays planned: a post that is not made leaves a missed slot. Gates of paper "
    "are taken as met, since no strain changes them."
)


def _turning(result: Result) -> str:
    match result.turned_by:
        case None:
            return ""
        case GateName():
            return " What turns it: too few weeks in band."
        case CheckName() as check:
            return f" What turns it: {check.label.lower()}."


def _score(result: Result, unstressed: Result) -> str:
    before, after = points(unstressed.score), points(result.score)
    if after == before:
        return f"the score stays at {after}"
    falls = (result.score or 0.0) < (unstressed.score or 0.0)
    return f"the score {'falls' if falls else 'rises'} from {before} to {after}"


def _weeks(result: Result) -> str:
    return f"{result.in_band} of {count_of(result.eligible, 'week')} in band"


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def stress_html(tests: StressTests) -> Html:
    """Return the tests with what they come to together; only that where nothing can be tried."""
    return html.render("stress_table.stress", headline(tests), _rows(tests), HOW)


def _rows(tests: StressTests) -> list[tuple[str, str, Verdict]]:
    unstressed = tests.unstressed
    if unstressed.verdict is Verdict.NOT_ENOUGH_EVIDENCE:
        return []
    rows = [_row(unstressed, unstressed_sentence(tests))]
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
    return points(result.score), sentence, result.verdict
