"""The scorecard of one trial: the batch judgement with names, sentences and next steps.

A labelled shell around :func:`trial.scoring.verdict.judge`; it decides nothing by itself.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from trial.domain.cadence import WeekState, week_state
from trial.domain.policy import Policy
from trial.domain.trial_log import TrialLog
from trial.domain.verdict import GateName, Outcome, Verdict
from trial.scoring.checks import REGISTRY, Case, Check, reaches
from trial.scoring.facts import Facts, facts_of
from trial.scoring.gates import explain_gate
from trial.scoring.margin import is_stable, margin
from trial.scoring.measured import Measured
from trial.scoring.outlook import counted
from trial.scoring.verdict import VERDICTS, Judgement, judge
from trial.scoring.weeks import Weeks

_MOST_CONDITIONS = 3


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
        Fewest weeks that, turned, change the verdict; None where none do, or where
        `margin_above` is set.
    margin_above : int or None
        Set where the trial is too long to name the margin: it takes more weeks than this.
    stable : bool
        Whether no two-week change turns it.
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

    @property
    def rests_on_late_entries(self) -> bool:
        """Whether posts were entered late, or check-ins sent late changed score or verdict."""
        plain = (self.score_without_backfill, self.verdict_without_backfill)
        return self.backfilled > 0 or plain != (self.score, self.verdict)

    @property
    def margin_sentence(self) -> str:
        """How firmly the verdict stands, in one sentence; empty where there is no verdict."""
        if self.verdict is Verdict.NOT_ENOUGH_EVIDENCE:
            return ""
        if self.margin_above is not None:
            above = counted(self.margin_above, "turned week")
            return f"Stable: it would take more than {above} to change it."
        if self.margin is None:
            return "Stable: no number of weeks turned would change it."
        turned = counted(self.margin, "turned week")
        if self.stable:
            return f"Stable: it would take {turned} to change it."
        return f"Close: {turned} would change it."

    def as_json(self) -> dict[str, Any]:
        """Return the scorecard as JSON values; dates in ISO form, scores unrounded."""
        values: dict[str, Any] = asdict(self)
        for week in values["weeks"]:
            week["start"] = week["start"].isoformat()
        return values


def score_trial(log: TrialLog, policy: Policy, *, hold_unknown_gates: bool = True) -> Scorecard:
    """Score one trial, with explanations.

    Parameters
    ----------
    log : TrialLog
    policy : Policy
    hold_unknown_gates : bool
        Whether gates nobody has spoken to hold the verdict back. False only for a bare log.
    """
    facts = facts_of([log], policy)
    judgement = judge(facts, policy, hold_unknown_gates=hold_unknown_gates)
    turned = margin(facts, policy, judgement, hold_unknown_gates=hold_unknown_gates)
    verdict = VERDICTS[judgement.verdict[0]]
    late = sum(post.backfilled for post in log.posts)
    plain = judgement
    if late or log.late_answers is not None:
        without = facts_of([log.without_backfilled()], policy)
        plain = judge(without, policy, hold_unknown_gates=hold_unknown_gates)
    checks = tuple(_check_result(check, log, facts, judgement, policy) for check in REGISTRY)
    gates = tuple(_gate_result(name, log, judgement, policy) for name in GateName)
    return Scorecard(
        verdict=verdict,
        score=_number(judgement.score[0]),
        share_judged=float(judgement.share_judged[0]),
        share_reported=_number(judgement.share_reported[0]) or 0.0,
        margin=turned.fewest,
        margin_above=turned.above,
        stable=is_stable(verdict, turned),
        weeks=week_rows(log, facts, judgement.weeks, policy),
        checks=checks,
        gates=gates,
        conditions=_conditions(verdict, checks, gates, hold_unknown=hold_unknown_gates),
        score_without_backfill=_number(plain.score[0]),
        verdict_without_backfill=VERDICTS[plain.verdict[0]],
        backfilled=late,
    )


def week_rows(log: TrialLog, facts: Facts, weeks: Weeks, policy: Policy) -> tuple[WeekRow, ...]:
    """Return the weeks of one trial with their states; `facts` and `weeks` are batches of one."""
    window = log.window
    slots = [post.slot_day(policy.horizon_days) for post in log.posts]
    planned = [window.week_of(day) for day in slots if day is not None]
    return tuple(
        WeekRow(
            index=week,
            start=window.week_start(week),
            state=week_state(
                window.week_start(week),
                window.week_end(week),
                today=log.today,
                count=int(weeks.count[0, week]),
                reported=bool(facts.reported[0, week]),
                excused=bool(facts.excused[0, week]),
                band=policy.band,
            ),
            count=int(weeks.count[0, week]),
            planned=planned.count(week),
        )
        for week in range(window.weeks)
    )


def _check_result(
    check: Check, log: TrialLog, facts: Facts, judgement: Judgement, policy: Policy
) -> CheckResult:
    measured = judgement.checks[check.name]
    score = _number(measured.score[0])
    value = _number(measured.value[0])
    explanation = check.explain(Case(log, facts, judgement.weeks, policy, value, score))
    return CheckResult(
        name=check.name.value,
        label=check.name.label,
        question=check.question,
        outcome=_outcome(measured, score, policy),
        score=score,
        weight=policy.weights[check.name],
        value=value,
        unit=check.unit,
        reason=explanation.reason,
        remedy=explanation.remedy,
        weeks=explanation.weeks,
        posts=explanation.posts,
        validated=check.validated,
    )


def _outcome(measured: Measured, score: float | None, policy: Policy) -> Outcome:
    if not measured.applies[0]:
        return Outcome.NOT_APPLICABLE
    if score is None:
        return Outcome.NOT_ENOUGH_EVIDENCE
    return Outcome.MET if reaches(score, policy.met_from) else Outcome.NOT_MET


_GATE_OUTCOMES = {1: Outcome.MET, 0: Outcome.NOT_MET, -1: Outcome.NOT_ENOUGH_EVIDENCE}


def _gate_result(
    name: GateName, log: TrialLog, judgement: Judgement, policy: Policy
) -> CheckResult:
    outcome = int(judgement.gates.outcome[0, list(GateName).index(name)])
    value, unit, reason, remedy = explain_gate(name, log, judgement.gates, judgement.weeks, policy)
    return CheckResult(
        name=name.value,
        label=name.label,
        question=name.label,
        outcome=_GATE_OUTCOMES[outcome],
        score=None if outcome < 0 else float(outcome),
        weight=0.0,
        value=value,
        unit=unit,
        reason=reason,
        remedy=remedy,
    )


def _conditions(
    verdict: Verdict,
    checks: tuple[CheckResult, ...],
    gates: tuple[CheckResult, ...],
    *,
    hold_unknown: bool,
) -> tuple[str, ...]:
    if verdict is not Verdict.EXTEND:
        return ()
    passed = {Outcome.MET} if hold_unknown else {Outcome.MET, Outcome.NOT_ENOUGH_EVIDENCE}
    open_gates = [gate.remedy for gate in gates if gate.outcome not in passed]
    weak = sorted(
        (check for check in checks if check.outcome is Outcome.NOT_MET),
        key=lambda check: check.score or 0.0,
    )
    steps = [*open_gates, *(check.remedy for check in weak[:_MOST_CONDITIONS])]
    return tuple(dict.fromkeys(step for step in steps if step))


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
