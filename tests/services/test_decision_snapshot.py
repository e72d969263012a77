from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from trial.config import ROOT
from trial.domain.calendar import TrialWindow
from trial.domain.policy import Policy, parse_policy
from trial.domain.posts import Move, Post, Rework
from trial.domain.trial_log import Answers, GateFacts, TrialLog
from trial.scoring.scorecard import score_trial
from trial.services import decision_snapshot

START = date(2026, 1, 5)

EVERYTHING = Post(
    title="Tag der offenen Tür 💙 „im Haus“\u2028",
    contributor="Ann One",
    planned_for=date(2026, 1, 9),
    planned_on=date(2025, 12, 20),
    delivered_on=date(2026, 1, 7),
    rework=(Rework(date(2026, 1, 8), date(2026, 1, 9)), Rework(date(2026, 1, 10))),
    approved_on=date(2026, 1, 11),
    shared_on=date(2026, 1, 12),
    withdrawn_on=date(2026, 1, 13),
    rejected_on=date(2026, 1, 14),
    first_pass_on=date(2026, 1, 7),
    asked_again_on=date(2026, 1, 12),
    moves=(Move(date(2026, 1, 8), date(2026, 1, 9), date(2025, 12, 21)),),
    backfilled=True,
    key="17",
)
FULL = TrialLog(
    window=TrialWindow(START, 13),
    today=date(2026, 2, 9),
    posts=(EVERYTHING, Post(delivered_on=START, key="18")),
    reported_weeks=frozenset({4, 0, 2}),
    excused_weeks=frozenset({3, 1}),
    answers=Answers(7, 5),
    late_answers=Answers(2, 1),
    planning_known=False,
    gates=GateFacts(True, False, 3, 4, True, 1),
    timely_check_ins=frozenset({4, 2}),
)


@pytest.fixture(scope="module")
def policy() -> Policy:
    path = ROOT / "data" / "policy" / "readiness.toml"
    return parse_policy(path.read_text(encoding="utf-8"), path.name)


def test_the_example_log_uses_every_field_there_is() -> None:
    """Else a field that joins later could get lost on the way unnoticed."""
    pairs: list[tuple[Any, Any]] = [
        (EVERYTHING, Post()),
        (FULL, TrialLog(TrialWindow(date(2025, 1, 6), 1), START)),
        (FULL.gates, GateFacts()),
    ]
    for example, plain in pairs:
        for field in fields(plain):
            assert getattr(example, field.name) != getattr(plain, field.name), field.name


@pytest.mark.parametrize("log", [FULL, TrialLog(TrialWindow(START, 13), START)])
def test_a_log_reads_back_as_it_was(log: TrialLog) -> None:
    assert decision_snapshot.log_of_text(decision_snapshot.text_of_log(log)) == log


def test_one_log_has_one_spelling_and_so_one_fingerprint() -> None:
    other_order = replace(
        FULL, reported_weeks=frozenset([2, 4, 0]), excused_weeks=frozenset([1, 3])
    )
    assert decision_snapshot.text_of_log(other_order) == decision_snapshot.text_of_log(FULL)
    changed = replace(FULL, excused_weeks=frozenset({3}))
    prints = {
        decision_snapshot.fingerprint(decision_snapshot.text_of_log(log)) for log in (FULL, changed)
    }
    assert len(prints) == 2


def steady(posts_a_week: int) -> TrialLog:
    return TrialLog(
        window=TrialWindow(START, 13),
        today=date(2026, 4, 6),
        posts=tuple(
            Post(delivered_on=date.fromordinal(START.toordinal() + 7 * week + day), key=f"{week}")
            for week in range(13)
            for day in range(posts_a_week)
        ),
        reported_weeks=frozenset(range(13)),
    )


@pytest.mark.parametrize("log", [FULL, steady(0), steady(1), steady(4)])
def test_a_scorecard_reads_back_as_it_was(log: TrialLog, policy: Policy) -> None:
    scorecard = score_trial(log, policy)
    assert (
        decision_snapshot.scorecard_of_text(decision_snapshot.text_of_scorecard(scorecard))
        == scorecard
    )


def test_sentences_may_change_and_the_last_digit_of_a_score_may_not(policy: Policy) -> None:
    scorecard = score_trial(steady(2), policy)
    then = decision_snapshot.text_of_scorecard(scorecard)
    first, *others = scorecard.checks
    assert first.score is not None
    reworded = replace(scorecard, checks=(replace(first, reason="In new words."), *others))
    assert decision_snapshot.same_numbers(then, decision_snapshot.text_of_scorecard(reworded))
    off = replace(scorecard, checks=(replace(first, score=first.score + 1e-15), *others))
    assert not decision_snapshot.same_numbers(then, decision_snapshot.text_of_scorecard(off))
    shorter = replace(scorecard, weeks=scorecard.weeks[:-1])
    assert not decision_snapshot.same_numbers(then, decision_snapshot.text_of_scorecard(shorter))


def test_an_older_text_is_held_to_what_it_says_and_opens_without_the_rest(
    policy: Policy,
) -> None:
    scorecard = score_trial(steady(2), policy)
    now = decision_snapshot.text_of_scorecard(scorecard)
    assert '"margin_above":null,' in now
    older = now.replace('"margin_above":null,', "")
    assert decision_snapshot.same_numbers(older, now)
    assert not decision_snapshot.same_numbers(now, older)
    assert decision_snapshot.scorecard_of_text(older) == scorecard


def test_a_check_that_joined_later_does_not_spoil_what_was_decided_before(policy: Policy) -> None:
    scorecard = score_trial(steady(2), policy)
    before = replace(scorecard, checks=scorecard.checks[:-1])
    then, now = (
        decision_snapshot.text_of_scorecard(before),
        decision_snapshot.text_of_scorecard(scorecard),
    )
    assert decision_snapshot.same_numbers(then, now)
    assert not decision_snapshot.same_numbers(now, then)
    first, *others = scorecard.checks
    off = replace(scorecard, checks=(replace(first, weight=0.5), *others))
    assert not decision_snapshot.same_numbers(then, decision_snapshot.text_of_scorecard(off))
