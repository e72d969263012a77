"""What a validation comes to, in sentences; said alike on a page, in the report and a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from trial.domain.counts import count_of
from trial.domain.results.experiments import Rate
from trial.domain.results.validation import (
    Decided,
    Estimate,
    GroupFindings,
    Measure,
    Outcome,
    Ranking,
    ValidatedFiles,
)
from trial.domain.verdict import Verdict

VERDICT_WORDS = {
    Verdict.READY: "judged ready",
    Verdict.EXTEND: "judged to extend",
    Verdict.KEEP_FEEDING: "told to keep feeding",
    Verdict.NOT_ENOUGH_EVIDENCE: "not judged",
}

DECISION_HEADINGS = ("Verdict", "Trials", "Still active half a year later", "A year later")
"""Headings of a table with a row of :func:`decision_rows` a verdict."""

RANKING_HEADINGS = ("Foreseen by", *(outcome.value for outcome in Outcome))
"""Headings of a table with a row of :func:`ranking_rows` a measure."""

BESIDE_HEADINGS = ("Foreseen by", "AUC", "The score is ahead by")
"""Headings of a table with a row of :func:`beside_rows` a measure, for one outcome."""

CALIBRATION = "Calibration: by score, of 100"
"""Title of a table with a row of :func:`decile_rows` a tenth of the score."""

TENTH_HEADINGS = ("Score", "Trials", "Still active half a year later", "A year later")

SOURCE_HEADINGS = (
    "Source",
    "Trials",
    "Judged ready, still active half a year later",
    "The score's AUC",
)
"""Headings of a table with a row of :func:`source_rows` a source."""

_METHOD_FILE = Path(__file__).parent / "validation_method.txt"
METHOD = tuple(
    " ".join(paragraph.split())
    for paragraph in _METHOD_FILE.read_text(encoding="utf-8").split("\n\n")
)
"""How it was done, for whoever wants to know: a paragraph each."""

_HALF_YEAR, _YEAR = Outcome.A26, Outcome.A52
_WHEN = {_HALF_YEAR: "half a year later", _YEAR: "a year later"}
_NOTHING = "–"


def headline(found: ValidatedFiles) -> str:
    """Return whether the score beat counting posts on these accounts, whichever way it is."""
    ranking = found.validation.whole.ranking(_HALF_YEAR)
    score, rate = ranking.of(Measure.SCORE).auc, ranking.of(Measure.MEAN_RATE)
    if score is None or rate.auc is None or rate.auc_difference is None:
        return (
            "Whether the score beats counting posts cannot be said: all trials came to the same "
            "half a year later."
        )
    return (
        f"On these accounts {_beside(rate.auc_difference)}: of one that was still active half a "
        "year later and one that was not, the score picked the right one in "
        f"{100 * score.value:.0f} of 100 pairs, counting posts in {100 * rate.auc.value:.0f}."
    )


def _beside(ahead: Estimate) -> str:
    if ahead.low is not None and ahead.low > 0:
        return "the score beat counting posts"
    if ahead.high is not None and ahead.high < 0:
        return "counting posts beat the score"
    return "the score was not clearly better or worse than counting posts"


def subline(found: ValidatedFiles) -> str:
    """Return what became of those judged ready and of those fed, and what was looked at."""
    whole = found.validation.whole
    ready, feed = (whole.verdict(one).held for one in (Verdict.READY, Verdict.KEEP_FEEDING))
    sentences = [_what_became(whole)]
    if ready[_YEAR].of:
        year = ready[_YEAR]
        sentences.append(f"A year later: {_count(year)} of the {year.of} watched that long.")
    if ready[_HALF_YEAR].of and feed[_HALF_YEAR].of:
        sentences.append(
            f"Of {feed[_HALF_YEAR].of} told to keep feeding, {_still(feed[_HALF_YEAR])}."
        )
    sentences.append(f"{basis(found)}.")
    return " ".join(sentences)


def _what_became(whole: GroupFindings) -> str:
    for verdict in (Verdict.READY, Verdict.KEEP_FEEDING, Verdict.EXTEND):
        held = whole.verdict(verdict).held[_HALF_YEAR]
        if held.of:
            return f"{_of(held, whole)} {VERDICT_WORDS[verdict]}, {_still(held)}."
    return "No trial could be judged."


def basis(found: ValidatedFiles) -> str:
    """Return what the answer rests on: trials, accounts, rates and policy."""
    validation = found.validation
    whole, policy = validation.whole, validation.policy
    return (
        f"{count_of(whole.trials, 'trial')} of {count_of(whole.accounts, 'account')} with "
        f"{validation.choice}, under {policy.name}, version {policy.version}"
    )


def halfway_sentence(found: ValidatedFiles) -> str:
    """Return what the forecast after six weeks was worth; empty where there is none."""
    half = found.validation.halfway
    if half is None:
        return ""
    return (
        f"After {half.week} weeks, the forecast of at least {half.low} posts in {half.need} of "
        f"{half.weeks} weeks had a Brier score of {_short(half.forecast, 3)}, the share of such "
        f"weeks so far one of {_short(half.share, 3)}; lower is better. The difference in favour "
        f"of the forecast is {estimate_words(half.gain, signed=True)}."
    )


def decision_rows(part: GroupFindings) -> list[tuple[str, ...]]:
    """Return a row a verdict, under :data:`DECISION_HEADINGS`."""
    return [
        (
            decided.verdict.label,
            f"{decided.trials}",
            _became(decided, _HALF_YEAR),
            _became(decided, _YEAR),
        )
        for decided in part.decided
    ]


def ranking_rows(part: GroupFindings) -> list[tuple[str, ...]]:
    """Return a row a measure, under :data:`RANKING_HEADINGS`."""
    return [
        (
            measure.label,
            *(_auc(part.ranking(outcome), measure) for outcome in Outcome),
        )
        for measure in Measure
    ]


def ahead_rows(part: GroupFindings) -> list[tuple[str, ...]]:
    """Return by how much the score is ahead of each other measure, under the same headings."""
    return [
        (
            measure.label,
            *(
                estimate_words(part.ranking(outcome).of(measure).auc_difference, signed=True)
                for outcome in Outcome
            ),
        )
        for measure in Measure
        if measure is not Measure.SCORE
    ]


def beside_rows(part: GroupFindings) -> list[tuple[str, ...]]:
    """Return a row a measure for the activity half a year later."""
    ranking = part.ranking(_HALF_YEAR)
    return [
        (
            one.measure.label,
            _auc(ranking, one.measure),
            estimate_words(one.auc_difference, signed=True),
        )
        for one in ranking.ranked
    ]


def decile_rows(part: GroupFindings) -> list[tuple[str, ...]]:
    """Return a row a tenth of the score, under :data:`TENTH_HEADINGS`."""
    return [
        (
            f"{100 * tenth.low:.0f}–{100 * tenth.high:.0f}",
            f"{tenth.trials}",
            rate_words(tenth.held[_HALF_YEAR]),
            rate_words(tenth.held[_YEAR]),
        )
        for tenth in part.tenths
    ]


def calibration_sentence(part: GroupFindings) -> str:
    """Return what the score would be worth as a chance; empty where nobody was watched so long."""
    if not part.calibration:
        return ""
    scores = _each({one.outcome: one.score for one in part.calibration})
    shares = _each({one.outcome: one.share for one in part.calibration})
    return (
        f"Read as a chance, the score has a Brier score of {scores}; telling every account the "
        f"share that held out has one of {shares}. Lower is better. The score ranks; it is not a "
        "chance."
    )


def _each(numbers: Mapping[Outcome, float]) -> str:
    return " and ".join(f"{_short(number, 3)} {_WHEN[of]}" for of, number in numbers.items())


def source_rows(found: ValidatedFiles) -> list[tuple[str, ...]]:
    """Return a row a source, and one for posts known by the day, under :data:`SOURCE_HEADINGS`."""
    return [
        (
            part.label,
            f"{part.trials}",
            _became(part.verdict(Verdict.READY), _HALF_YEAR),
            _auc(part.ranking(_HALF_YEAR), Measure.SCORE),
        )
        for part in found.validation.groups
    ]


def _auc(ranking: Ranking, measure: Measure) -> str:
    return estimate_words(ranking.of(measure).auc)


def _became(decided: Decided, outcome: Outcome) -> str:
    """Return how many trials with a verdict held out; a dash where none has it."""
    return rate_words(decided.held[outcome]) if decided.trials else _NOTHING


def rate_words(rate: Rate) -> str:
    """Return a rate with its interval: ``19 of 20, 95 % (76–99)``."""
    if rate.share is None or rate.interval is None:
        return "not watched long enough"
    low, high = (100 * end for end in rate.interval)
    return f"{rate.count} of {rate.of}, {100 * rate.share:.0f} % ({low:.0f}–{high:.0f})"


def estimate_words(estimate: Estimate | None, *, signed: bool = False) -> str:
    """Return an estimate with its interval: ``.84 (.77–.90)``; a dash where there is none."""
    if estimate is None:
        return _NOTHING
    value, low, high = (
        None if number is None else _short(number, signed=signed)
        for number in (estimate.value, estimate.low, estimate.high)
    )
    if low is None or high is None:
        return f"{value}"
    return f"{value} ({low} to {high})" if signed else f"{value} ({low}–{high})"


def _short(number: float, decimals: int = 2, *, signed: bool = False) -> str:
    """Return a number as ``.84``, or ``+.04`` with its sign; nothing has none."""
    text = f"{abs(number):.{decimals}f}".replace("0.", ".")
    if not text.strip("0."):
        return text
    sign = "−" if number < 0 else "+" if signed else ""
    return f"{sign}{text}"


def _of(held: Rate, whole: GroupFindings) -> str:
    if whole.trials == whole.accounts:
        return f"Of {count_of(held.of, 'account')}"
    return f"Of {count_of(held.of, 'trial')}"


def _still(held: Rate) -> str:
    was = "was" if held.count == 1 else "were"
    return f"{_count(held)} {was} still active half a year later"


def _count(held: Rate) -> str:
    if held.count == held.of and held.of > 1:
        return "all"
    return "none" if held.count == 0 else f"{held.count}"
