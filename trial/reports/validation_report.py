"""A validation as a file to keep: JSON for programs, one page of HTML for people.

The page needs nothing but itself: no request leaves it, and it prints as it stands. Every word
that came from a file is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from trial.domain.results.experiments import Rate
from trial.domain.results.validation import (
    Estimate,
    GroupFindings,
    Halfway,
    Measure,
    Outcome,
    ValidatedFiles,
)
from trial.domain.verdict import Verdict
from trial.reports import validation_text as words

# ---------------------------------------------------------------------------------------- JSON


def as_json(found: ValidatedFiles) -> dict[str, Any]:
    """Return the findings as what JSON knows; `python -m trial validate --help` says the fields."""
    validation = found.validation
    policy, by_day = validation.policy, validation.by_day
    return {
        "files": list(found.files),
        "policy": {"name": policy.name, "version": policy.version, "hash": policy.content_hash},
        "min_rate": validation.choice.min_rate,
        "max_rate": validation.choice.max_rate,
        "seed": validation.seed,
        "resamples": validation.resamples,
        "left_out": dict(validation.left_out),
        "forecast": _halfway(validation.halfway),
        "notes": list(found.notes),
        "all": _part(validation.whole),
        "by_day": None if by_day is None else _part(by_day),
        "sources": [_part(part) for part in validation.sources],
    }


def _halfway(half: Halfway | None) -> dict[str, Any] | None:
    if half is None:
        return None
    return {
        "week": half.week,
        "low": half.low,
        "need": half.need,
        "weeks": half.weeks,
        "kept": _rate(half.kept),
        "brier": half.forecast,
        "brier_share": half.share,
        "gain": _estimate(half.gain),
    }


def _part(part: GroupFindings) -> dict[str, Any]:
    return {
        "key": part.key,
        "label": part.label,
        "accounts": part.accounts,
        "clusters": part.clusters,
        "trials": part.trials,
        "outcomes": {
            ranking.outcome.value: {
                "held": _rate(ranking.held),
                "auc": {one.measure.value: _estimate(one.auc) for one in ranking.ranked},
                "ahead": {
                    one.measure.value: _estimate(one.auc_difference)
                    for one in ranking.ranked
                    if one.measure is not Measure.SCORE
                },
            }
            for ranking in part.rankings
        },
        "verdicts": [
            {
                "verdict": decided.verdict.value,
                "trials": decided.trials,
                "held": _rates(decided.held),
            }
            for decided in part.decided
        ],
        "tenths": [
            {
                "low": tenth.low,
                "high": tenth.high,
                "trials": tenth.trials,
                "mean_score": tenth.mean_score,
                "held": _rates(tenth.held),
            }
            for tenth in part.tenths
        ],
        "brier": {
            one.outcome.value: {"score": one.score, "share": one.share} for one in part.calibration
        },
    }


def _rates(held: Mapping[Outcome, Rate]) -> dict[str, Any]:
    return {outcome.value: _rate(rate) for outcome, rate in held.items()}


def _rate(rate: Rate) -> dict[str, Any]:
    low, high = rate.interval or (None, None)
    return {"count": rate.count, "of": rate.of, "share": rate.share, "low": low, "high": high}


def _estimate(estimate: Estimate | None) -> dict[str, Any] | None:
    if estimate is None:
        return None
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}


# ---------------------------------------------------------------------------------------- HTML

_STYLE = """
body { font: 16px/1.5 Inter, "Segoe UI", Roboto, sans-serif; color: #16252d; background: #fff;
       max-width: 54rem; margin: 2.5rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.9rem; line-height: 1.25; margin: .2rem 0 .6rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .4rem; }
p, h1, h2 { overflow-wrap: anywhere; }
.above, .quiet { color: #52656f; }
.above { margin: 0; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem;
        font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .4rem .7rem .4rem 0; border-bottom: 1px solid #dde4e6;
         vertical-align: top; }
thead th { color: #52656f; font-weight: 500; }
tbody th { font-weight: 600; }
svg { width: 100%; max-width: 36rem; height: auto; }
.wide { overflow-x: auto; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; }
               section { break-inside: avoid; } }
"""


def as_html(found: ValidatedFiles) -> str:
    """Return the findings as one HTML page, the answer first."""
    validation = found.validation
    whole = validation.whole
    sections = [
        _section("What became of them", _bars(whole), _decisions(whole)),
        _section(
            "How well the score tells them apart",
            _paragraph(words.ranking_sentence(whole)),
            _rankings(whole),
        ),
        _section(words.CALIBRATION, _calibration(whole)),
    ]
    if sentence := words.halfway_sentence(found):
        sections.append(_section("What the forecast was worth", _paragraph(sentence)))
    if validation.groups:
        compared = _table(words.SOURCE_HEADINGS, words.source_rows(found))
        sections.append(_section("By source", compared))
    sections.extend(
        _section(
            f"{part.label}: trials {part.trials}, accounts {part.accounts}",
            _decisions(part),
            _rankings(part),
            _quiet(words.CALIBRATION),
            _calibration(part),
        )
        for part in validation.groups
    )
    sections.append(
        _section("How it was done", *(_paragraph(sentence) for sentence in words.METHOD))
    )
    made = (
        f"Files: {', '.join(found.files)}. Policy hash {validation.policy.content_hash}. Seed "
        f"{validation.seed}, {validation.resamples:,} resamples."
    )
    sections.append(
        _section("About these files", *(_paragraph(note) for note in (*found.notes, made)))
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>What the verdicts were worth</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        '<p class="above">What the verdicts were worth</p>\n'
        f"<h1>{escape(words.headline(found))}</h1>\n"
        f"{_paragraph(words.subline(found))}" + "".join(sections) + "</body>\n</html>\n"
    )


def _section(title: str, *parts: str) -> str:
    return f"<section>\n<h2>{escape(title)}</h2>\n{''.join(parts)}</section>\n"


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>\n"


def _quiet(text: str) -> str:
    """Return the title of a table within a section."""
    return f'<p class="quiet">{escape(text)}</p>\n'


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        + "</tr>\n"
        for first, *rest in rows
    )
    return (
        f'<div class="wide"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n'
        "</table></div>\n"
    )


def _decisions(part: GroupFindings) -> str:
    return _table(words.DECISION_HEADINGS, words.decision_rows(part))


def _rankings(part: GroupFindings) -> str:
    return (
        _quiet("AUC with its 95 % interval")
        + _table(words.RANKING_HEADINGS, words.ranking_rows(part))
        + _quiet("The score’s AUC minus the other’s")
        + _table(words.RANKING_HEADINGS, words.ahead_rows(part))
    )


def _calibration(part: GroupFindings) -> str:
    sentence = words.calibration_sentence(part)
    return _table(words.TENTH_HEADINGS, words.decile_rows(part)) + (
        _paragraph(sentence) if sentence else ""
    )


_ROW, _LEFT, _WIDTH = 40, 155, 340
_COLOURS = {
    Verdict.READY: "#14746f",
    Verdict.EXTEND: "#0b3a5b",
    Verdict.KEEP_FEEDING: "#6b7f89",
    Verdict.NOT_ENOUGH_EVIDENCE: "#b4c0c5",
}


def _bars(part: GroupFindings) -> str:
    """Return a bar a verdict: the share still active half a year later, and its interval."""
    rows = []
    for index, decided in enumerate(part.decided):
        rate = decided.held[Outcome.A26]
        if rate.share is None or rate.interval is None:
            continue
        top, (low, high) = index * _ROW, (_LEFT + _WIDTH * end for end in rate.interval)
        middle = top + _ROW / 2
        rows.append(
            f'<text x="0" y="{middle + 5:.0f}" font-size="14">'
            f"{escape(words.VERDICT_WORDS[decided.verdict].capitalize())}</text>"
            f'<rect x="{_LEFT}" y="{top + 8}" width="{_WIDTH}" height="{_ROW - 16}" '
            'fill="#eef2f3"/>'
            f'<rect x="{_LEFT}" y="{top + 8}" width="{_WIDTH * rate.share:.1f}" '
            f'height="{_ROW - 16}" fill="{_COLOURS[decided.verdict]}"/>'
            f'<path d="M{low:.1f} {middle:.0f}H{high:.1f}" stroke="#e9ad3e" stroke-width="3"/>'
            f'<text x="{_LEFT + _WIDTH + 10}" y="{middle + 5:.0f}" font-size="14">'
            f"{100 * rate.share:.0f} %</text>"
        )
    if not rows:
        return ""
    height = len(part.decided) * _ROW
    return (
        f'<svg viewBox="0 0 {_LEFT + _WIDTH + 60} {height}" role="img" '
        'font-family="inherit" fill="#16252d" aria-label="Share still active half a year later, '
        'by verdict; the table after it has the numbers.">'
        + "".join(rows)
        + "</svg>\n"
        + _quiet("Share still active half a year later, and its 95 % interval")
    )
