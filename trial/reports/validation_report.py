"""A validation as a file to keep: JSON for programs, one page of HTML for people.

The page needs nothing but itself: no request leaves it, and it prints as it stands.
"""

from typing import Any

from trial.domain.results.answers import answer_of
from trial.domain.results.validation import GroupFindings, Outcome, ValidatedFiles
from trial.reports import validation_text as words
from trial.reports.html import FOLDER, Templates
from trial.reports.palette import LIGHT, TRACK, VERDICT_FILLS

# ---------------------------------------------------------------------------------------- JSON


def as_json(found: ValidatedFiles) -> dict[str, Any]:
    """Return the findings as what JSON knows; `python -m trial validate --help` says the fields."""
    told = answer_of(found.validation)
    parts = {part: told.pop(part) for part in ("all", "by_day", "sources")}
    head = {"files": list(found.files), "policy": told.pop("policy"), **told.pop("choice")}
    return {**head, **told, "notes": list(found.notes), **parts}


# ---------------------------------------------------------------------------------------- HTML

_TEMPLATES = Templates(FOLDER, filters={})
_ROW, _LEFT, _WIDTH = 40, 155, 340


def as_html(found: ValidatedFiles) -> str:
    """Return the findings as one HTML page, the answer first."""
    bars = _bars(found.validation.whole)
    page = _TEMPLATES.render(
        "validation_report.page", found, words, bars, VERDICT_FILLS, TRACK, LIGHT
    )
    return str(page)


def _bars(part: GroupFindings) -> dict[str, object]:
    """Return a bar a verdict: the share still active half a year later, and its interval."""
    rows = []
    for index, decided in enumerate(part.decided):
        rate = decided.held[Outcome.A26]
        if rate.share is None or rate.interval is None:
            continue
        low, high = (f"{_LEFT + _WIDTH * end:.1f}" for end in rate.interval)
        rows.append(
            {
                "verdict": decided.verdict,
                "name": words.VERDICT_WORDS[decided.verdict].capitalize(),
                "top": index * _ROW + 8,
                "middle": index * _ROW + _ROW // 2,
                "low": low,
                "high": high,
                "share": f"{_WIDTH * rate.share:.1f}",
                "percent": f"{100 * rate.share:.0f}",
            }
        )
    return {
        "rows": rows,
        "left": _LEFT,
        "width": _WIDTH,
        "thickness": _ROW - 16,
        "height": len(part.decided) * _ROW,
    }
