"""What must be true besides the score."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.logs import ALL_GATES_MET, log, log_of_counts
from tests.unit.policies import standard
from trial.domain.results.scorecard import CheckResult
from trial.domain.trial_log import GateFacts, TrialLog
from trial.domain.verdict import GateName, Outcome
from trial.scoring.facts import facts_of
from trial.scoring.gates import band_weeks_needed, gates_of, gates_pass
from trial.scoring.scorecard import score_trial
from trial.scoring.weeks import weeks_of

POLICY = standard()


def band_gate(given: TrialLog) -> int:
    """1 met, 0 not met, -1 unknown."""
    facts = facts_of([given], POLICY)
    gates = gates_of(facts, weeks_of(facts, POLICY.band), POLICY)
    return int(gates.outcome[0, list(GateName).index(GateName.BAND_ADHERENCE)])


def explained(name: GateName, given: TrialLog) -> CheckResult:
    (found,) = [gate for gate in score_trial(given, POLICY).gates if gate.name == name.value]
    return found


@pytest.mark.parametrize(
    ("eligible", "needed"),
    # 9 of 13, scaled: 9 × n / 13, rounded up. 12: 8.31; 11: 7.62; 10: 6.92; 9: 6.23; 4: 2.77;
    # 1: 0.69; 26: exactly 18.
    [(13, 9), (12, 9), (11, 8), (10, 7), (9, 7), (8, 6), (4, 3), (2, 2), (1, 1), (26, 18)],
)
def test_nine_of_thirteen_weeks_are_scaled_to_the_eligible_ones(eligible: int, needed: int) -> None:
    assert band_weeks_needed(eligible, POLICY) == needed
    enough = log_of_counts([3] * needed + [2] * (eligible - needed))
    short = log_of_counts([3] * (needed - 1) + [2] * (eligible - needed + 1))
    assert (band_gate(enough), band_gate(short)) == (1, 0)


def test_a_week_over_the_band_keeps_it() -> None:
    assert band_gate(log_of_counts([9] * 9 + [0] * 4)) == 1


def test_excused_weeks_shrink_both_sides_of_the_band_gate() -> None:
    # Eight kept weeks of eleven eligible: 8 × 13 = 104 >= 9 × 11 = 99. The kept weeks of index 8
    # and 9 are excused.
    assert band_gate(log_of_counts([3] * 10 + [0] * 3, excused={8, 9})) == 1
    assert band_gate(log_of_counts([3] * 9 + [0] * 4, excused={7, 8})) == 0


def test_the_band_gate_is_unknown_while_no_week_is_over() -> None:
    assert band_gate(log(today=6)) == -1
    assert explained(GateName.BAND_ADHERENCE, log(today=6)).outcome is Outcome.NOT_ENOUGH_EVIDENCE


@pytest.mark.parametrize(
    ("counts", "today", "reason", "remedy"),
    [
        ([3] * 9 + [0] * 4, 91, "9 of 13 weeks in band or over (9 needed).", ""),
        # After the end: (8 + x) × 13 >= 9 × (13 + x) from x = 13/4, 4 weeks on: 12 of 17.
        (
            [3] * 8 + [0] * 5,
            91,
            "8 of 13 weeks in band or over (9 needed).",
            "Four weeks in band, in an extension.",
        ),
        # On day 21, a Monday, 1 of 3 weeks; ten are to come, 9 − 1 = 8 of them are needed.
        (
            [3, 0, 0] + [0] * 10,
            21,
            "1 of 3 weeks in band or over (3 needed by now).",
            "Keep 8 of the 10 weeks to come in band.",
        ),
        # On day 70 three are to come, and 9 − 5 = 4 would be needed: (5 + x) × 13 >= 9 × (10 + x)
        # from x = 25/4, 7 weeks on: 12 of 17.
        (
            [3] * 5 + [0] * 8,
            70,
            "5 of 10 weeks in band or over (7 needed by now).",
            "Keep the three weeks that are left in band; the rest would take an extension.",
        ),
        # On day 49 six are to come, and 9 − 3 = 6 of them are needed.
        (
            [3, 3, 3] + [0] * 10,
            49,
            "3 of 7 weeks in band or over (5 needed by now).",
            "Keep every week to come in band.",
        ),
        (
            [0] + [0] * 12,
            7,
            "0 of 1 week in band or over (1 needed by now).",
            "Keep 9 of the 12 weeks to come in band.",
        ),
    ],
)
def test_the_band_gate_says_how_many_weeks_kept_it_and_what_would_mend_it(
    counts: list[int], today: int, reason: str, remedy: str
) -> None:
    result = explained(GateName.BAND_ADHERENCE, log_of_counts(counts, today=today))
    assert (result.reason, result.remedy) == (reason, remedy)


@pytest.mark.parametrize(
    ("gates", "name", "outcome", "reason", "remedy"),
    [
        (
            replace(ALL_GATES_MET, purpose_written=False),
            GateName.PURPOSE,
            Outcome.NOT_MET,
            "Purpose or audience is not written down.",
            "Write one sentence on what it is for and one on whom it is for.",
        ),
        (
            replace(ALL_GATES_MET, managers_named=False),
            GateName.MANAGERS,
            Outcome.NOT_MET,
            "Primary or backup manager is missing.",
            "Name both a primary and a backup manager.",
        ),
        (
            replace(ALL_GATES_MET, training_done=3),
            GateName.TRAINING,
            Outcome.NOT_MET,
            "3 of 4 training modules complete.",
            "Finish one more module.",
        ),
        (
            replace(ALL_GATES_MET, training_done=0),
            GateName.TRAINING,
            Outcome.NOT_MET,
            "0 of 4 training modules complete.",
            "Finish four more modules.",
        ),
        (ALL_GATES_MET, GateName.TRAINING, Outcome.MET, "4 of 4 training modules complete.", ""),
        (
            replace(ALL_GATES_MET, agreement_signed=False),
            GateName.AGREEMENT,
            Outcome.NOT_MET,
            "The review agreement is not signed.",
            "Sign the review agreement.",
        ),
        (
            replace(ALL_GATES_MET, open_incidents=1),
            GateName.INCIDENTS,
            Outcome.NOT_MET,
            "One serious incident open.",
            "Close it with what was learned.",
        ),
        (
            replace(ALL_GATES_MET, open_incidents=2),
            GateName.INCIDENTS,
            Outcome.NOT_MET,
            "Two serious incidents open.",
            "Close them with what was learned.",
        ),
        (
            GateFacts(),
            GateName.INCIDENTS,
            Outcome.NOT_ENOUGH_EVIDENCE,
            "Nothing is known about incidents.",
            "Confirm that no serious incident is open.",
        ),
    ],
)
def test_each_gate_says_how_it_stands_and_what_opens_it(
    gates: GateFacts, name: GateName, outcome: Outcome, reason: str, remedy: str
) -> None:
    result = explained(name, log_of_counts([3] * 13, gates=gates))
    assert (result.outcome, result.reason, result.remedy) == (outcome, reason, remedy)
    assert result.weight == 0


def test_all_gates_must_pass_and_unknown_ones_hold_back_only_where_asked() -> None:
    logs = [
        log_of_counts([3] * 13),
        log_of_counts([3] * 13, gates=GateFacts()),
        log_of_counts([3] * 13, gates=GateFacts(purpose_written=False)),
        log_of_counts([2] * 13),
    ]
    facts = facts_of(logs, POLICY)
    gates = gates_of(facts, weeks_of(facts, POLICY.band), POLICY)
    assert gates_pass(gates, hold_unknown=True).tolist() == [True, False, False, False]
    assert gates_pass(gates, hold_unknown=False).tolist() == [True, True, False, False]
