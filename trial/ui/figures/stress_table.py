"""The stress tests of one trial as a table: points, a sentence and the verdict of each."""

from __future__ import annotations

from trial.domain.results.stress import Result, StressTests
from trial.domain.verdict import Verdict
from trial.reports.html import Html
from trial.ui import html, stress_text, text


def stress_html(tests: StressTests) -> Html:
    """Return the tests with what they come to together; only that where nothing can be tried."""
    return html.render(
        "stress_table.stress", stress_text.headline(tests), _rows(tests), stress_text.how(tests)
    )


def _rows(tests: StressTests) -> list[tuple[str, str, Verdict]]:
    unstressed = tests.unstressed
    if unstressed.verdict is Verdict.NOT_ENOUGH_EVIDENCE:
        return []
    rows = [_row(unstressed, stress_text.unstressed_sentence(unstressed))]
    without, flu = tests.without_busiest, tests.in_flu
    rows.append(
        ("?", stress_text.unknown_busiest(), Verdict.NOT_ENOUGH_EVIDENCE)
        if without is None
        else _row(without, stress_text.sentence(stress_text.BUSIEST, without, unstressed))
    )
    if flu is not None:
        said = (stress_text.flu_sentence(flu, unstressed), stress_text.flu_note(flu))
        rows.append(_row(flu.usual, " ".join(filter(None, said))))
    rows += [
        _row(result, stress_text.sentence(stress_text.target_name(low), result, unstressed))
        for low, result in tests.at_target.items()
    ]
    return rows


def _row(result: Result, sentence: str) -> tuple[str, str, Verdict]:
    return text.points(result.score), sentence, result.verdict
