"""The scorecard of one trial: the batch judgement with names, sentences and next steps.

A labelled shell around :func:`trial.scoring.verdict.judge`; it decides nothing by itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from trial.domain.cadence import week_state
from trial.domain.policy import Policy
from trial.domain.results.scorecard import CheckResult, Scorecard, WeekRow
from trial.domain.trial_log import TrialLog
from trial.domain.verdict import GateName, Outcome, Verdict
from trial.scoring.batches import row_of
from trial.scoring.checks import REGISTRY, Case, reaches
from trial.scoring.facts import Facts, facts_of, slots_by_week
from trial.scoring.gates import explain_gate
from trial.scoring.margin import changed_by_reports, is_stable, margins
from trial.scoring.measured import Measured
from trial.scoring.verdict import VERDICTS, Judgement, judge
from trial.scoring.weeks import Weeks

_MAX_CONDITIONS = 3


def score_trial(log: TrialLog, policy: Policy, *, hold_unknown_gates: bool = True) -> Scorecard:
    """Score one trial, with explanations; see `score_trials`."""
    (scorecard,) = score_trials([log], policy, hold_unknown_gates=hold_unknown_gates)
    return scorecard


def score_trials(
    logs: Sequence[TrialLog], policy: Policy, *, hold_unknown_gates: bool = True
) -> list[Scorecard]:
    """Score some trials, with explanations, each as if it stood alone.

    Parameters
    ----------
    logs : sequence of TrialLog
        At least one, all with the same number of weeks.
    policy : Policy
    hold_unknown_gates : bool
        Whether gates nobody has spoken to hold the verdict back. False only for a bare log.
    """
    logs = [log.counted(policy.rework_days) for log in logs]
    facts = facts_of(logs, policy)
    judgement = judge(facts, policy, hold_unknown_gates=hold_unknown_gates)
    turned = margins(facts, policy, judgement, hold_unknown_gates=hold_unknown_gates)
    open_to_reports = changed_by_reports(
        facts, policy, judgement, hold_unknown_gates=hold_unknown_gates
    )
    on_time = [log.without_late_entries(policy.backfill_days) for log in logs]
    plain = judgement
    if on_time != logs:
        plain = judge(facts_of(on_time, policy), policy, hold_unknown_gates=hold_unknown_gates)
    scorecards = []
    for row, log in enumerate(logs):
        judged, without_late = row_of(judgement, row), row_of(plain, row)
        verdict = VERDICTS[judged.verdict[0]]
        checks = _check_results(log, facts.row(row), judged, policy)
        gates = tuple(_gate_result(name, log, judged, policy) for name in GateName)
        scorecards.append(
            Scorecard(
                verdict=verdict,
                score=_number(judged.score[0]),
                share_judged=float(judged.share_judged[0]),
                share_reported=_number(judged.share_reported[0]) or 0.0,
                margin=turned[row].fewest,
                margin_above=turned[row].above,
                higher=turned[row].higher,
                lower=turned[row].lower,
                stable=is_stable(verdict, turned[row]) and not open_to_reports[row],
                unreported_could_change=bool(open_to_reports[row]),
                weeks=week_rows(log, facts.row(row), judged.weeks, policy),
                checks=checks,
                gates=gates,
                conditions=_conditions(verdict, checks, gates, hold_unknown=hold_unknown_gates),
                score_without_backfill=_number(without_late.score[0]),
                verdict_without_backfill=VERDICTS[without_late.verdict[0]],
                backfilled=sum(post.backfilled for post in log.posts),
            )
        )
    return scorecards


def week_rows(log: TrialLog, facts: Facts, weeks: Weeks, policy: Policy) -> tuple[WeekRow, ...]:
    """Return the weeks of one trial with their states; `facts` and `weeks` are batches of one."""
    window = log.window
    planned = slots_by_week(log, policy)
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
            planned=planned[week],
        )
        for week in range(window.weeks)
    )


def _check_results(
    log: TrialLog, facts: Facts, judgement: Judgement, policy: Policy
) -> tuple[CheckResult, ...]:
    results = []
    for check in REGISTRY:
        measured = judgement.checks[check.name]
        score = _number(measured.score[0])
        value = _number(measured.value[0])
        explained = Case(log, facts, judgement.weeks, policy, value, score)
        explanation = check.explain(explained)
        results.append(
            CheckResult(
                name=check.name.value,
                label=check.name.label,
                question=check.question,
                outcome=_outcome(measured, score, policy),
                score=score,
                weight=policy.weights[check.name],
                value=value,
                unit=check.unit,
                reason=explanation.reason,
                # What is met needs no mending.
                remedy="" if explained.is_met else explanation.remedy,
                weeks=explanation.weeks,
                posts=explanation.posts,
                validated=check.validated,
            )
        )
    return tuple(results)


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
        (check for check in checks if check.weight and check.outcome is Outcome.NOT_MET),
        key=lambda check: check.score or 0.0,
    )
    steps = [*open_gates, *(check.remedy for check in weak[:_MAX_CONDITIONS])]
    return tuple(dict.fromkeys(step for step in steps if step))


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
