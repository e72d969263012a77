"""The stress tests of one trial as a table: points, a sentence and the verdict of each."""

from __future__ import annotations

from html import escape

from trial.domain.results.stress import Result, StressTests
from trial.domain.verdict import Verdict
from trial.ui import stress_text, text


def stress_html(tests: StressTests) -> str:
    """Return the tests with what they come to together; only that where nothing can be tried."""
    headline = f'<p class="answer">{escape(stress_text.headline(tests))}</p>'
    unstressed = tests.unstressed
    if unstressed.verdict is Verdict.NOT_ENOUGH_EVIDENCE:
        return f'<div class="stress">{headline}</div>'
    rows = [_row(unstressed, stress_text.unstressed_sentence(unstressed))]
    without, flu = tests.without_busiest, tests.in_flu
    rows.append(
        _row(None, stress_text.unknown_busiest())
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
    return (
        f'<div class="stress">{headline}<table><caption class="unseen">Stress tests</caption>'
        '<thead class="unseen"><tr><th scope="col">Points</th><th scope="col">Test</th>'
        f'<th scope="col">Verdict</th></tr></thead><tbody>{"".join(rows)}</tbody></table>'
        f'<p class="how">{escape(stress_text.how(tests))}</p></div>'
    )


def _row(result: Result | None, sentence: str) -> str:
    points = "?" if result is None else text.points(result.score)
    verdict = Verdict.NOT_ENOUGH_EVIDENCE if result is None else result.verdict
    kind = verdict.value.replace("_", "-")
    return (
        f'<tr class="{kind}"><td>{points}</td><th scope="row">{escape(sentence)}</th>'
        f"<td><b>{escape(verdict.label)}</b></td></tr>"
    )
