"""Scores, shares of evidence and verdicts, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.logs import ALL_GATES_MET, days_of_week, log, log_of_counts, on_day, slot
from tests.unit.policies import standard
from trial.domain.policy import Policy
from trial.domain.trial_log import Answers, GateFacts, TrialLog
from trial.domain.verdict import CheckName, Verdict
from trial.scoring.checks import reaches
from trial.scoring.facts import Facts, facts_of
from trial.scoring.measured import Measured
from trial.scoring.scorecard import score_trial
from trial.scoring.verdict import VERDICTS, Judgement, judge

POLICY = standard()
ON_DATES = replace(
    POLICY,
    weights={
        **dict.fromkeys(CheckName, 0.0),
        CheckName.CADENCE: 0.5,
        CheckName.CONTINUITY: 0.2,
        CheckName.STEADINESS: 0.2,
        CheckName.FINISH: 0.1,
    },
)
"""Judged by live days alone."""


def judged(given: TrialLog, policy: Policy = POLICY, *, hold_unknown: bool = True) -> Judgement:
    return judge(facts_of([given], policy), policy, hold_unknown_gates=hold_unknown)


def verdict(given: TrialLog, policy: Policy = POLICY, *, hold_unknown: bool = True) -> Verdict:
    return VERDICTS[judged(given, policy, hold_unknown=hold_unknown).verdict[0]]


def with_scores(scores: dict[CheckName, float | None], facts: Facts) -> dict[CheckName, Measured]:
    """Measurements with these scores; None is not judged, a missing one does not apply."""
    return {
        name: Measured(
            np.array([np.nan]),
            np.array([np.nan if scores.get(name) is None else scores[name]], np.float64),
            np.array([name in scores]),
        )
        for name in CheckName
    }


def judged_on(
    scores: dict[CheckName, float | None], given: TrialLog | None = None, policy: Policy = POLICY
) -> Judgement:
    facts = facts_of([given or log_of_counts([3] * 13)], policy)
    return judge(facts, policy, given=with_scores(scores, facts))


def test_the_score_is_the_weighted_mean() -> None:
    scores: dict[CheckName, float | None] = {
        CheckName.CADENCE: 0.9,  # .30 × .9 = .270
        CheckName.CONTINUITY: 0.8,  # .15 × .8 = .120
        CheckName.STEADINESS: 0.5,  # .15 × .5 = .075
        CheckName.FINISH: 1.0,  # .10 × 1 = .100
        CheckName.DELIVERY: 0.7,  # .10 × .7 = .070
        CheckName.PLANNING: 0.4,  # .05 × .4 = .020
        CheckName.QUALITY: 0.6,  # .05 × .6 = .030
        CheckName.RESPONSIVENESS: 0.2,  # .05 × .2 = .010
        CheckName.SHARED_LOAD: 0.3,  # .05 × .3 = .015
    }
    result = judged_on(scores)
    assert result.score[0] == pytest.approx(0.710, abs=1e-12)
    assert result.share_judged[0] == pytest.approx(1.0, abs=1e-12)


def test_an_unjudged_check_leaves_the_mean_and_lowers_the_share() -> None:
    # .30 × .9 + .15 × .6 = .36 of .45 = .8; delivery and the rest are not judged.
    scores = {**dict.fromkeys(CheckName), CheckName.CADENCE: 0.9, CheckName.CONTINUITY: 0.6}
    result = judged_on(scores)
    assert result.score[0] == pytest.approx(0.8, abs=1e-12)
    assert result.share_judged[0] == pytest.approx(0.45, abs=1e-12)


def test_a_check_that_does_not_apply_leaves_the_share_as_well() -> None:
    # Nothing needed an answer: .95 of .95 is judged.
    scores: dict[CheckName, float | None] = dict.fromkeys(CheckName, 0.8)
    del scores[CheckName.RESPONSIVENESS]
    result = judged_on(scores)
    assert result.score[0] == pytest.approx(0.8, abs=1e-12)
    assert result.share_judged[0] == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("missing", "share", "expected"),
    [
        # .15 + .15 + .05 + .05 = .40 not judged: .60 is the floor and enough.
        (
            (
                CheckName.CONTINUITY,
                CheckName.STEADINESS,
                CheckName.PLANNING,
                CheckName.QUALITY,
            ),
            0.60,
            Verdict.READY,
        ),
        # .05 more is too little.
        (
            (
                CheckName.CONTINUITY,
                CheckName.STEADINESS,
                CheckName.PLANNING,
                CheckName.QUALITY,
                CheckName.SHARED_LOAD,
            ),
            0.55,
            Verdict.NOT_ENOUGH_EVIDENCE,
        ),
    ],
)
def test_below_the_floor_of_evidence_there_is_no_verdict(
    missing: tuple[CheckName, ...], share: float, expected: Verdict
) -> None:
    scores: dict[CheckName, float | None] = {
        **dict.fromkeys(CheckName, 1.0),
        **dict.fromkeys(missing),
    }
    result = judged_on(scores)
    assert result.share_judged[0] == pytest.approx(share, abs=1e-12)
    assert VERDICTS[result.verdict[0]] is expected


@pytest.mark.parametrize(
    ("score", "gates_met", "middle_open", "expected"),
    [
        (1.0, True, True, Verdict.READY),
        (0.75, True, True, Verdict.READY),
        (0.7499, True, True, Verdict.EXTEND),
        (0.75, False, True, Verdict.EXTEND),
        (0.60, True, True, Verdict.EXTEND),
        (0.60, False, True, Verdict.EXTEND),
        (0.5999, True, True, Verdict.KEEP_FEEDING),
        (0.0, False, True, Verdict.KEEP_FEEDING),
        # A closed middle keeps feeding.
        (0.75, True, False, Verdict.READY),
        (0.75, False, False, Verdict.KEEP_FEEDING),
        (0.7499, True, False, Verdict.KEEP_FEEDING),
    ],
)
def test_the_verdict_follows_score_and_gates(
    score: float, gates_met: bool, middle_open: bool, expected: Verdict
) -> None:
    gates = ALL_GATES_MET if gates_met else replace(ALL_GATES_MET, agreement_signed=False)
    result = judged_on(
        dict.fromkeys(CheckName, score),
        log_of_counts([3] * 13, gates=gates),
        replace(POLICY, middle_open=middle_open),
    )
    assert VERDICTS[result.verdict[0]] is expected


def test_a_score_of_exactly_three_quarters_is_ready_whatever_the_order_of_adding() -> None:
    # .3 + .15 + .15 + .1 + .05 = .75, which floating point adds to .7500000000000001 or less.
    ones = (
        CheckName.CADENCE,
        CheckName.CONTINUITY,
        CheckName.STEADINESS,
        CheckName.FINISH,
        CheckName.SHARED_LOAD,
    )
    scores: dict[CheckName, float | None] = {
        **dict.fromkeys(CheckName, 0.0),
        **dict.fromkeys(ones, 1.0),
    }
    assert VERDICTS[judged_on(scores).verdict[0]] is Verdict.READY
    assert reaches(0.1 + 0.2 + 0.45, 0.75)
    assert reaches(0.75 - 1e-15, 0.75)
    assert not reaches(0.75 - 1e-11, 0.75)


def test_perfect_dates_make_a_trial_ready() -> None:
    # Cadence, continuity (the longest gap is from Wednesday to Monday), steadiness and finish at
    # 1 (.70), planning at 0 (.05), nothing else judged: .70 / .75 = .933. Judged: .75.
    result = judged(log_of_counts([3] * 13))
    assert result.share_judged[0] == pytest.approx(0.75, abs=1e-12)
    assert result.score[0] == pytest.approx(0.70 / 0.75, abs=1e-12)
    assert verdict(log_of_counts([3] * 13)) is Verdict.READY


def test_a_silent_but_reported_trial_keeps_feeding() -> None:
    # Everything at 0: cadence, continuity (91 days), steadiness, finish and planning.
    result = judged(log())
    assert result.score[0] == 0.0
    assert verdict(log()) is Verdict.KEEP_FEEDING


def test_no_week_reported_at_all_is_not_enough_evidence_though_the_share_is_judged() -> None:
    given = log(reported=())
    assert judged(given).share_judged[0] == pytest.approx(0.75, abs=1e-12)
    assert judged(given).share_reported[0] == 0.0
    assert verdict(given) is Verdict.NOT_ENOUGH_EVIDENCE


@pytest.mark.parametrize(
    ("reported", "floor", "expected"),
    [
        # 2 of 13 weeks is no evidence, nor is 7 (.538); 8 of 13 (.615) reach a floor of .6.
        (2, 0.6, Verdict.NOT_ENOUGH_EVIDENCE),
        (7, 0.6, Verdict.NOT_ENOUGH_EVIDENCE),
        (8, 0.6, Verdict.KEEP_FEEDING),
        # A floor is reached by exactly as much: 8 / 13 has no end in decimals.
        (8, 8 / 13, Verdict.KEEP_FEEDING),
        # Without a floor, as before there was one: any week will do, but one it must be.
        (1, 0.0, Verdict.KEEP_FEEDING),
        (0, 0.0, Verdict.NOT_ENOUGH_EVIDENCE),
    ],
)
def test_fewer_weeks_reported_than_the_floor_asks_for_are_not_enough_evidence(
    reported: int, floor: float, expected: Verdict
) -> None:
    policy = replace(POLICY, reported_floor=floor)
    assert score_trial(log(reported=range(reported)), policy).verdict is expected


def test_a_report_in_an_excused_week_is_no_evidence() -> None:
    assert verdict(log(reported={4}, excused={4})) is Verdict.NOT_ENOUGH_EVIDENCE


def test_unreported_weeks_lower_the_share_of_evidence_and_not_the_score() -> None:
    counts = [3] * 10 + [0] * 3
    all_said, three_unsaid = log_of_counts(counts), log_of_counts(counts, reported=range(10))
    assert judged(all_said).share_reported[0] == 1.0
    assert judged(three_unsaid).share_reported[0] == pytest.approx(10 / 13, abs=1e-15)
    assert judged(all_said).score[0] == judged(three_unsaid).score[0]


def test_a_live_post_is_a_report() -> None:
    assert judged(log_of_counts([3] * 13, reported=())).share_reported[0] == 1.0


@pytest.mark.parametrize(
    "given",
    [log(today=0), log(today=6), log(excused=range(13)), log_of_counts([3] * 13, today=3)],
    ids=["first day", "first Sunday", "all excused", "posts in the open week"],
)
def test_nothing_eligible_is_not_enough_evidence_without_a_score(given: TrialLog) -> None:
    result = judged(given)
    assert np.isnan(result.score[0])
    assert np.isnan(result.share_reported[0])
    assert verdict(given) is Verdict.NOT_ENOUGH_EVIDENCE


def test_gates_nobody_spoke_of_hold_a_real_trial_back_and_a_bare_log_not() -> None:
    given = log_of_counts([3] * 13, gates=GateFacts())
    assert verdict(given) is Verdict.EXTEND
    assert verdict(given, hold_unknown=False) is Verdict.READY


def test_too_few_weeks_in_band_hold_a_good_score_back() -> None:
    # 8 weeks of 3 and 5 of 2, on dates alone: cadence 34/39, continuity (from Wednesday or
    # Tuesday to Monday: 6 days at most) 1, steadiness 8/12, finish 8/12.
    # .5 × 34/39 + .2 + .2 × 8/12 + .1 × 8/12 = .4359 + .2 + .1333 + .0667 = .8359
    given = log_of_counts([3] * 8 + [2] * 5)
    assert judged(given, ON_DATES).score[0] == pytest.approx(0.835897, abs=5e-7)
    assert verdict(given, ON_DATES) is Verdict.EXTEND
    assert verdict(log_of_counts([3] * 9 + [2] * 4), ON_DATES) is Verdict.READY


def test_one_trial_of_everything_by_hand() -> None:
    # 13 weeks with slots on Monday, Tuesday and Wednesday, 39 in all; those of weeks 5 and 9 are
    # missed. Everything else is handed over on its day by Ada (Monday, Tuesday) and Ben.
    days = [day for week in range(13) for day in days_of_week(week, 3)]
    posts = [
        slot(
            day,
            None if day // 7 in (4, 8) else day,
            "Ben" if day % 7 == 2 else "Ada",
        )
        for day in days
    ]
    posts = [
        post if post.delivered_on is None else replace(post, approved_on=on_day(90))
        for post in posts
    ]
    result = judged(log(posts, answers=Answers(needing=5, answered=4)))
    by_hand = {
        CheckName.CADENCE: 33 / 39,
        # From Wednesday of week 4 to Monday of week 6: 12 days, (28 − 12) / 21.
        CheckName.CONTINUITY: 16 / 21,
        CheckName.STEADINESS: 6 / 12,
        CheckName.FINISH: 1.0,
        CheckName.DELIVERY: 33 / 39,
        CheckName.PLANNING: 1.0,
        CheckName.QUALITY: 1.0,
        CheckName.RESPONSIVENESS: 4 / 5,
        # Without Ada one post a week is left: 11 of 33.
        CheckName.SHARED_LOAD: 11 / 33,
    }
    for name, score in by_hand.items():
        assert result.checks[name].score[0] == pytest.approx(score, abs=1e-15), name
    # .253846 + .114286 + .075 + .1 + .084615 + .05 + .05 + .04 + .016667 = .784414
    assert result.score[0] == pytest.approx(0.784414, abs=5e-7)
    assert VERDICTS[result.verdict[0]] is Verdict.READY


def test_a_batch_says_of_each_trial_what_it_says_of_it_alone() -> None:
    logs = [
        log_of_counts([3] * 13, contributor="Ada"),
        log(reported=()),
        log_of_counts([1, 2, 3, 4, 5, 6, 0, 0, 3, 3, 3, 3, 3], excused={6}, today=60),
        log(today=0),
    ]
    together = judge(facts_of(logs, POLICY), POLICY)
    for row, given in enumerate(logs):
        alone = judged(given)
        for name in CheckName:
            np.testing.assert_array_equal(
                together.checks[name].score[row : row + 1], alone.checks[name].score
            )
        np.testing.assert_array_equal(together.score[row : row + 1], alone.score)
        assert together.verdict[row] == alone.verdict[0]
