"""The scorecard of one trial: the verdict with names, sentences and next steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from trial.domain.cadence import WeekState
from trial.domain.counts import count_of, weeks_named
from trial.domain.results.answers import answer_of
from trial.domain.verdict import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check or gate of a scorecard.

    Parameters
    ----------
    name, label, question : str
        Identifier, name on a page, and what it asks.
    outcome : Outcome
    score : float or None
        In [0, 1]; None where not judged.
    weight : float
        Share of the score; 0 for a gate.
    value, unit
        The raw value (None where not judged) and its unit.
    reason, remedy : str
        One sentence with the numbers; the next step, empty where nothing needs mending.
    weeks : tuple of int
        Week indices (from 0) it rests on.
    posts : tuple of str
        Keys of the posts it rests on.
    validated : bool
        Whether it was chosen on real timelines, rather than by face validity.
    """

    name: str
    label: str
    question: str
    outcome: Outcome
    score: float | None
    weight: float
    value: float | None
    unit: str
    reason: str
    remedy: str
    weeks: tuple[int, ...] = ()
    posts: tuple[str, ...] = ()
    validated: bool = False


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One week of a scorecard: index from 0, first day, state, live posts, slots."""

    index: int
    start: date
    state: WeekState
    count: int
    planned: int


@dataclass(frozen=True, slots=True)
class Shift:
    """What changes a verdict in one direction.

    Parameters
    ----------
    weeks : int
        The fewest weeks that, gone otherwise, change it; where `to` is None more than so many.
    to : Verdict or None
        What they make it.
    """

    weeks: int
    to: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """What the product recommends for one trial, with every reason.

    Parameters
    ----------
    verdict : Verdict
    score : float or None
        In [0, 1].
    share_judged, share_reported : float
        Share of weight that was judged; share of eligible weeks that were reported.
    margin : int or None
        Fewest weeks that, gone otherwise, change the verdict; None where none do, or where
        `margin_above` is set.
    margin_above : int or None
        Set where the trial is too long to name the margin: it takes more weeks than this.
    stable : bool
        Whether no two-week change turns it, and no week that nobody reported could.
    unreported_could_change : bool
        Whether weeks that nobody reported could change it once they are.
    higher, lower : Shift or None
        What more weeks in band, and what weaker weeks, would make of the verdict; None where no
        number of them changes it, and on scorecards stored before they were told apart.
    weeks, checks, gates : tuple
    conditions : tuple of str
        For "extend": what is open, the open gates first, then the weakest checks' remedies.
    score_without_backfill, verdict_without_backfill
        What they would be without late entries; equal to the plain ones where there are none.
    backfilled : int
        Number of posts entered late.
    """

    verdict: Verdict
    score: float | None
    share_judged: float
    share_reported: float
    margin: int | None
    margin_above: int | None = None
    stable: bool
    weeks: tuple[WeekRow, ...]
    checks: tuple[CheckResult, ...]
    gates: tuple[CheckResult, ...]
    conditions: tuple[str, ...]
    score_without_backfill: float | None
    verdict_without_backfill: Verdict
    backfilled: int
    unreported_could_change: bool = False
    higher: Shift | None = None
    lower: Shift | None = None

    @property
    def rests_on_late_entries(self) -> bool:
        """Whether posts were entered late, or check-ins sent late changed score or verdict."""
        plain = (self.score_without_backfill, self.verdict_without_backfill)
        return self.backfilled > 0 or plain != (self.score, self.verdict)

    @property
    def judged_checks(self) -> tuple[int, int]:
        """How many checks could be judged, and how many apply."""
        asked = [check for check in self.checks if check.outcome is not Outcome.NOT_APPLICABLE]
        return sum(check.score is not None for check in asked), len(asked)

    @property
    def unreported(self) -> tuple[int, ...]:
        """The weeks that are over and not reported, counted from 1."""
        return tuple(week.index + 1 for week in self.weeks if week.state is WeekState.UNREPORTED)

    @property
    def unreported_sentence(self) -> str:
        """Which weeks are not reported, in one sentence; empty where all are."""
        weeks = self.unreported
        if not weeks:
            return ""
        if len(weeks) > 2:
            judged = sum(week.state.is_judged for week in self.weeks)
            return f"{len(weeks)} of {judged} weeks are not reported."
        are = "is" if len(weeks) == 1 else "are"
        return f"{weeks_named(weeks).capitalize()} {are} not reported."

    @property
    def margin_sentence(self) -> str:
        """How many weeks would change the verdict, and to which, in one sentence.

        Empty where there is none to change. Nothing is said to hold that weeks nobody reported
        could change.
        """
        if self.unreported_could_change:
            they = "it" if len(self.unreported) == 1 else "they"
            return f"{self.unreported_sentence[:-1]}; {they} could change the verdict."
        if self.verdict is Verdict.NOT_ENOUGH_EVIDENCE:
            return ""
        ways = [(self.higher, "more", " in band"), (self.lower, "weaker", "")]
        shifts = [_shift_text(shift, kind, how) for shift, kind, how in ways if shift is not None]
        known = self.margin if self.margin_above is None else self.margin_above
        if not shifts and known is not None:
            # A scorecard stored before both directions were told apart.
            weeks = count_of(known, "week", in_words=True)
            more = "" if self.margin_above is None else "more than "
            shifts = [f"it would take {more}{weeks} gone otherwise to change it"]
        said = "; ".join(shifts) or "better or weaker weeks would not change it"
        return f"{said[:1].upper()}{said[1:]}." if self.stable else f"Close: {said}."

    def as_json(self) -> dict[str, Any]:
        """Return the scorecard as JSON values; dates in ISO form, scores unrounded."""
        return answer_of(self)


def _shift_text(shift: Shift, kind: str, how: str) -> str:
    weeks = count_of(shift.weeks, f"{kind} week", in_words=True)
    if shift.to is None:
        return f"it would take more than {weeks}{how} to change it"
    return f"{weeks}{how} would make it “{shift.to.label}”"
