"""A validation as a file to keep: JSON for programs, one page of HTML for people.

The page needs nothing but itself: no request leaves it, and it prints as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
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
from trial.reports import validation_text as words
from trial.reports.html import FOLDER, Templates
from trial.reports.palette import LIGHT, TRACK, VERDICT_FILLS

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
