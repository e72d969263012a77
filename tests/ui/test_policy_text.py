"""The sentences of the page on policies: one base of 100, and what decides, whichever it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.policies import standard
from trial.domain.policy import Policy
from trial.domain.results.experiments import Characteristics, Experiment, Rate
from trial.domain.results.policy_worth import (
    AfterAYear,
    KnownPolicy,
    OutOfHundred,
    Rule,
    RuleEffect,
    Sensitivity,
    Variation,
    Worth,
    shared_out,
)
from trial.domain.results.thresholds import Costs
from trial.domain.verdict import Verdict
from trial.ui import policy_text

Six = tuple[int, int, int, int, int, int]
"""Granted, then not granted: lasted, thinned, silent."""


def characteristics(counts: Six) -> Characteristics:
    trials, ready = sum(counts), sum(counts[:3])
    lasted, silent = counts[0] + counts[3], counts[2] + counts[5]
    verdicts = dict.fromkeys(Verdict, Rate(0, trials))
    verdicts |= {
        Verdict.READY: Rate(ready, trials),
        Verdict.KEEP_FEEDING: Rate(trials - ready, trials),
    }
    return Characteristics(
        key="all",
        label="All",
        verdicts=verdicts,
        false_ready=Rate(counts[2], ready),
        false_feed=Rate(counts[3], trials - ready),
        missed=Rate(counts[3], lasted),
        dark=Rate(silent, trials),
        lasted=Rate(lasted, trials),
    )


def experiment(counts: Six, policy: Policy | None = None) -> Experiment:
    found = characteristics(counts)
    return Experiment(policy or standard(), "Plain", 1, 13, sum(counts), 1, (found,), found)


USUAL: Six = (35, 1, 3, 41, 14, 6)


def worth(counts: Six, *, moved: bool = False, best: float | None = 0.98) -> Worth:
    policy = replace(standard(), ready_from=0.8) if moved else standard()
    return Worth(experiment(USUAL), experiment(counts, policy), best)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            worth(USUAL),
            "Of 100 departments that ask, Standard grants an account to 39; 3 of these fall silent "
            "within a year, 41 that would have lasted get none",
        ),
        (
            worth((90, 8, 1, 1, 0, 0), moved=True),
            "Of 100 departments that ask, the policy as set grants an account to 99; 1 of these "
            "falls silent within a year, 1 that would have lasted gets none",
        ),
        (
            worth((970, 0, 4, 0, 26, 0)),
            "Of 100 departments that ask, Standard grants an account to 97; fewer than 1 of these "
            "falls silent within a year, none that would have lasted gets none",
        ),
        (
            worth((0, 0, 0, 76, 15, 9)),
            "Of 100 departments that ask, Standard grants hardly any an account; 76 that would "
            "have lasted get none",
        ),
    ],
)
def test_the_answer_stands_first_in_one_sentence(found: Worth, said: str) -> None:
    assert policy_text.headline(found) == said


def test_what_an_account_for_everybody_would_come_to_is_said() -> None:
    assert policy_text.everybody(worth(USUAL)) == (
        "If everybody got one, 9 of 100 would fall silent and 15 thin out."
    )


def test_what_it_was_before_is_said_once_something_was_moved() -> None:
    assert policy_text.before(worth(USUAL)) == ""
    assert policy_text.before(worth((50, 3, 4, 26, 12, 5), moved=True)) == (
        "Before anything was moved, Standard grants an account to 39; 3 of these fall silent, 41 "
        "that would have lasted get none."
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (worth(USUAL), "100 made-up trials of 13 weeks and the year after"),
        (
            worth((0, 0, 0, 76, 15, 9), best=0.749),
            "100 made-up trials of 13 weeks and the year after · the best score is 74 of 100, "
            "ready begins at 75 and every gate has to pass",
        ),
        (
            worth((0, 0, 0, 76, 15, 9), best=None),
            "100 made-up trials of 13 weeks and the year after · none of them could be scored",
        ),
    ],
)
def test_a_bar_nobody_passes_says_how_near_the_best_came(found: Worth, said: str) -> None:
    assert policy_text.subline(found) == said


counts = st.integers(0, 9000)


@given(st.tuples(*[counts] * 6).filter(sum))
def test_a_hundred_departments_add_up_and_are_near_what_they_stand_for(exact: Six) -> None:
    found = OutOfHundred.of(characteristics(exact))
    everybody = found.everybody
    assert everybody.total == 100
    assert found.granted.total + found.refused.total == 100
    cells = (found.granted, found.refused)
    shares = [100 * count / sum(exact) for count in exact]
    said = [number for one in cells for number in (one.lasted, one.thinned, one.silent)]
    assert all(number >= 0 for number in said)
    assert all(abs(number - share) < 3 for number, share in zip(said, shares, strict=True))
    assert abs(found.granted.total - sum(shares[:3])) < 1


@given(st.tuples(*[counts] * 3).filter(sum), st.tuples(*[st.fractions(0, 1)] * 3))
def test_what_everybody_comes_to_is_the_same_whomever_a_policy_grants(
    everybody: tuple[int, int, int], shares: tuple[float, float, float]
) -> None:
    granted = [int(whole * share) for whole, share in zip(everybody, shares, strict=True)]
    rest = [whole - part for whole, part in zip(everybody, granted, strict=True)]
    found = OutOfHundred.of(characteristics((*granted, *rest)))  # type: ignore[arg-type]
    assert found.everybody == AfterAYear(*shared_out(100, everybody))


@given(st.integers(0, 100), st.lists(counts, min_size=1, max_size=6).filter(any))
def test_what_is_shared_out_sums_and_is_near_its_share(whole: int, of: list[int]) -> None:
    parts = shared_out(whole, of)
    assert sum(parts) == whole
    assert all(
        abs(part - whole * count / sum(of)) < 1 for part, count in zip(parts, of, strict=True)
    )


def granting(total: int) -> OutOfHundred:
    return OutOfHundred(AfterAYear(total, 0, 0), AfterAYear(100 - total, 0, 0))


def rule(which: Rule, easier: int, stricter: int, without: int | None) -> RuleEffect:
    policies = {
        Rule.TARGET: [replace(standard(), band=replace(standard().band, low=n)) for n in (2, 4)],
        Rule.WEEKS: [replace(standard(), band_weeks=n) for n in (8, 10)],
        Rule.THRESHOLD: [replace(standard(), ready_from=n) for n in (0.65, 0.85)],
    }[which]
    return RuleEffect(
        which,
        Variation(policies[0], granting(easier)),
        Variation(policies[1], granting(stricter)),
        None if without is None else Variation(standard(), granting(without)),
    )


def told(granted: int, free: int, *rules: RuleEffect) -> list[str]:
    found = Sensitivity(Variation(standard(), granting(granted)), rules, granting(free))
    return policy_text.what_matters(found)


@pytest.mark.parametrize(
    ("weeks", "threshold", "free", "said"),
    [
        (
            42,
            48,
            87,
            "The threshold of 75 points and the rule of 9 of 13 weeks hold back mostly the same "
            "departments, so either alone would do nearly as much: without the threshold of 75 "
            "points, 48 of 100 would be granted an account; without the rule of 9 of 13 weeks, 42; "
            "without both, 87.",
        ),
        (
            80,
            40,
            87,
            "The rule of 9 of 13 weeks does most of the work: without it 80 of 100 would be "
            "granted an account, not 39. The threshold of 75 points does hardly any of it: without "
            "it 40.",
        ),
        (
            50,
            80,
            90,
            "The threshold of 75 points does most of the work: without it 80 of 100 would be "
            "granted an account, not 39. The rule of 9 of 13 weeks does less of it: without it 50.",
        ),
        (
            None,
            85,
            85,
            "What holds back is the threshold of 75 points: without it 85 of 100 would be granted "
            "an account.",
        ),
        (
            39,
            40,
            40,
            "The rules hold back hardly anybody: without them 40 of 100 would be granted an "
            "account, not 39.",
        ),
    ],
)
def test_what_does_the_work_is_said_whichever_it_is(
    weeks: int | None, threshold: int, free: int, said: str
) -> None:
    found = told(39, free, rule(Rule.WEEKS, 40, 38, weeks), rule(Rule.THRESHOLD, 45, 25, threshold))
    assert found[0] == said


def test_what_a_step_moves_most_and_least_is_named_with_both_sides() -> None:
    target, weeks = rule(Rule.TARGET, 49, 25, None), rule(Rule.WEEKS, 40, 36, 41)
    assert told(39, 41, weeks, target)[1] == (
        "One step in the number of posts asked for changes most: with 2 a week, 49 of 100 would be "
        "granted an account; with 4 a week, 25. One step in the number of weeks that must reach "
        "the target changes least: with 8 of 13 weeks, 40; with 10 of 13 weeks, 36."
    )
    assert told(39, 41, rule(Rule.WEEKS, 39, 38, 41))[1] == (
        "A step more or less in any one rule changes hardly anything."
    )


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (KnownPolicy("frozen/3", standard(), is_in_force=True), "Standard, version 2 (in force)"),
        (KnownPolicy("frozen/2", standard()), "Standard, version 2 (in force before)"),
        (
            KnownPolicy("frozen/2", standard(), trials=1),
            "Standard, version 2, as 1 running trial began with it",
        ),
        (
            KnownPolicy("frozen/2", standard(), trials=4),
            "Standard, version 2, as 4 running trials began with it",
        ),
        (KnownPolicy("brisk.toml", standard()), "Standard, version 2 (the file brisk.toml)"),
        (KnownPolicy("packs/lenient", standard(), is_pack=True), "Standard (for comparison)"),
    ],
)
def test_a_policy_in_a_list_says_where_it_stands(known: KnownPolicy, said: str) -> None:
    assert policy_text.name_of(known).replace(f"version {standard().version}", "version 2") == said


def test_a_proposal_taken_over_is_told_with_its_costs() -> None:
    said = policy_text.reason_of(Costs(8, 0.7))
    assert "an account that falls silent costs 8 and an extension 0.7." in said
