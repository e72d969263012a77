"""The sentences and pictures of the page on policies, from literals."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.unit.pictures import Read
from tests.unit.policies import standard
from trial.domain.policy import Policy
from trial.domain.results.comparison import Comparison, Decisive, Difference, Example, PolicySection
from trial.domain.results.experiments import Characteristics, Experiment, Rate
from trial.domain.results.policy_worth import (
    AfterAYear,
    Assumption,
    Frontier,
    OutOfHundred,
    Rule,
    RuleEffect,
    Sensitivity,
    Variation,
    Worth,
)
from trial.domain.results.thresholds import Curve, Expected, OptimalThresholds, Point
from trial.domain.verdict import CheckName, Verdict
from trial.reports.palette import LIGHT
from trial.reports.simulation_text import difference_lines, example_line, percent
from trial.ui.figures import frontier, policy_worth

READY, EXTEND, FEED, NONE = (
    Verdict.READY,
    Verdict.EXTEND,
    Verdict.KEEP_FEEDING,
    Verdict.NOT_ENOUGH_EVIDENCE,
)


def characteristics(
    label: str = "Steady",
    ready: int = 50,
    extend: int = 30,
    feed: int = 20,
    dark: int = 5,
    lasted: int = 11,
    missed: int = 40,
) -> Characteristics:
    """Of 100 trials: so many of each verdict, `dark` of the ready, `lasted` of the fed."""
    counts = {NONE: 100 - ready - extend - feed, FEED: feed, EXTEND: extend, READY: ready}
    return Characteristics(
        key=label.lower(),
        label=label,
        verdicts={verdict: Rate(count, 100) for verdict, count in counts.items()},
        false_ready=Rate(dark, ready),
        false_feed=Rate(lasted, feed),
        missed=Rate(missed, 80),
        dark=Rate(9, 100),
        lasted=Rate(80, 100),
    )


def experiment(policy: Policy | None = None, **numbers: int) -> Experiment:
    one = characteristics(**numbers)  # type: ignore[arg-type]
    other = characteristics("Going dark")
    return Experiment(policy or standard(), "Plain", 1, 13, 200, 1, (one, other), one)


def worth(best: float | None = 0.98, *, moved: bool = False, **numbers: int) -> Worth:
    base = experiment()
    policy = replace(standard(), ready_from=0.8) if moved else standard()
    return Worth(base, experiment(policy, **numbers), best)


def test_the_bars_say_what_they_show_and_every_word_is_explained() -> None:
    read = Read(policy_worth.answer_html(worth()))
    said = [" ".join(cells) for cells in read.rows]
    assert said[0].startswith("50 Granted")
    assert said[1].startswith("50 Not granted")
    assert said[2].startswith("100 If everybody got one")
    assert "80 last, 11 thin out, 9 fall silent" in said[2]
    told = policy_worth.answer_html(worth())
    for word in ("Granted", "Not granted", "Lasts", "Thins out", "Falls silent"):
        assert f"{word}</dt>" in told


def test_a_bar_has_a_real_table_behind_it() -> None:
    read = Read(
        policy_worth.verdicts_html(experiment(ready=5, extend=30, feed=65, dark=2, missed=77))
    )
    rows = {cells[0]: cells[1:] for cells in read.rows[:4]}
    assert set(rows) == {"Kind of department", "Steady", "Going dark", "All of them"}
    assert "Ready 5 % (2–11), Extend 30 % (22–40), Feed 65 % (55–74)" in rows["Steady"][0]
    assert rows["Steady"][-1] == "77"


@pytest.mark.parametrize("rate", [Rate(0, 5), Rate(5, 5), Rate(1, 8192), Rate(8191, 8192)])
def test_no_interval_lies_beyond_nothing_or_all(rate: Rate) -> None:
    numbers = [int(number) for number in re.findall(r"[0-9]+", percent(rate))]
    assert all(0 <= number <= 100 for number in numbers)
    assert "." not in percent(rate)


def effect(rule: Rule, easier: int, stricter: int, without: int | None) -> RuleEffect:
    ways = [
        None if total is None else Variation(replace(standard(), ready_from=bar), granting(total))
        for total, bar in ((easier, 0.65), (stricter, 0.85), (without, 0.0))
    ]
    return RuleEffect(rule, *ways)


def granting(total: int) -> OutOfHundred:
    return OutOfHundred(AfterAYear(total, 0, 0), AfterAYear(100 - total, 0, 0))


def test_the_rules_are_a_table_with_a_row_each() -> None:
    rules = (effect(Rule.TARGET, 49, 25, None), effect(Rule.THRESHOLD, 46, 24, 48))
    found = Sensitivity(Variation(standard(), granting(39)), rules, granting(87))
    rows = {cells[0]: cells[1:] for cells in Read(policy_worth.rules_html(found)).rows if cells}
    assert list(rows["Posts asked for a week"]) == [
        "3 a week: 39 granted, 0 silent",
        "3 a week: 49 granted, 0 silent",
        "3 a week: 25 granted, 0 silent",
        "–",
    ]
    assert rows["Score from which ready"][-1] == "48 granted, 0 silent"


def test_a_verdict_that_hardly_ever_falls_is_in_the_key_only_where_it_does() -> None:
    assert "Not enough evidence" not in policy_worth.verdicts_html(experiment())
    assert "Not enough evidence" in policy_worth.verdicts_html(experiment(feed=10, lasted=5))


def test_one_behaviour_alone_needs_no_sum() -> None:
    found = replace(experiment(), behaviours=(characteristics(),))
    assert "All of them" not in policy_worth.verdicts_html(found)


def test_weights_are_shown_as_they_count() -> None:
    points = dict.fromkeys(CheckName, 0) | {CheckName.CADENCE: 30, CheckName.FINISH: 60}
    rows = dict(Read(policy_worth.weights_html(points)).rows)
    assert rows["Cadence"] == "33.3 %"
    assert rows["Finish"] == "66.7 %"
    assert rows["Planning"] == "0.0 %"
    assert "Give at least one" in policy_worth.weights_html(dict.fromkeys(CheckName, 0))


def choice(**changes: object) -> OptimalThresholds:
    found = OptimalThresholds(
        0.8, 0.5, Expected(0.4, 0.02), Expected(0.5, 0.02), (0.7, 0.9), (0.5, 0.5)
    )
    return replace(found, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "policy", "said"),
    [
        (
            choice(),
            standard(),
            (
                "Cheapest under these costs: ready from 80, keep feeding below 50.",
                "Expected cost of 100 trials: 40, give or take 2",
                "as set it is 50, give or take 2.",
                "anywhere from 70 to 90, or feeding end anywhere at 50 only",
            ),
        ),
        (choice(today=Expected(0.41, 0.02)), standard(), ("there is no need to move",)),
        (
            choice(ready_from=0.75, feed_below=0.6),
            standard(),
            ("The thresholds as set are the cheapest",),
        ),
        (
            choice(),
            replace(standard(), middle_open=False),
            ("ready from 80.", "anywhere from 70 to 90 and the cost"),
        ),
    ],
)
def test_a_proposal_says_what_it_costs_and_how_much_hangs_on_it(
    found: OptimalThresholds, policy: Policy, said: tuple[str, ...]
) -> None:
    told = policy_worth.choice_html(found, policy)
    for words in said:
        assert words in told


def difference(**changes: object) -> Difference:
    found = Difference(
        first=READY,
        second=FEED,
        rate=Rate(12, 100),
        behaviours=(("Bursty", Rate(8, 12)), ("Steady", Rate(4, 12))),
        decisive=(
            Decisive((PolicySection.BAND_GATE,), Rate(9, 12), Rate(9, 12)),
            Decisive((PolicySection.WEIGHTS, PolicySection.THRESHOLDS), Rate(2, 12), Rate(2, 12)),
            Decisive(
                (
                    PolicySection.BAND,
                    PolicySection.GAPS,
                    PolicySection.WEIGHTS,
                    PolicySection.THRESHOLDS,
                ),
                Rate(1, 12),
                Rate(1, 12),
            ),
        ),
        first_score=0.799,
        second_score=0.5,
        pulls=((CheckName.CADENCE, -0.2), (CheckName.PLANNING, 0.004)),
        dark=Rate(3, 12),
        lasted=Rate(6, 12),
        example=Example("Bursty", (5, 0, 6), (True, False, True), 0.8, None, False, False),
    )
    return replace(found, **changes)  # type: ignore[arg-type]


def test_a_difference_says_who_what_decides_and_what_became_of_them() -> None:
    head, decides, score, later = difference_lines(difference(), "Standard", "Strict")
    assert head == (
        "Strict says keep feeding where Standard says ready in 12 % (7–20) of all trials, mostly "
        "bursty departments (67 % (39–86) of them)."
    )
    assert decides.startswith("What decides: the band gate alone in 75 % (")
    assert "; the weights and the thresholds together in 17 % (" in decides
    assert (
        "; the band, the days of silence allowed, the weights and the thresholds together in 8 % ("
    ) in decides
    assert score == (
        "Their score is 79 on average under Standard, 50 under Strict; cadence counts for -20."
    )
    assert later.startswith("Within the year 25 % (")
    said = example_line(difference(), "Standard", "Strict")
    assert said == (
        "For example, bursty: 5 0 6 posts a week; score 80 under Standard, unknown under Strict; "
        "thinned out."
    )


def test_what_decides_is_named_until_it_covers_nearly_all_and_the_rest_is_counted() -> None:
    adds = [700, 200, 49, 20, 20, 11]
    decisive = tuple(
        Decisive((part,), Rate(700, 1000), Rate(new, 1000))
        for part, new in zip(PolicySection, adds, strict=False)
    )
    found = difference(rate=Rate(1000, 8000), decisive=decisive, pulls=((CheckName.CADENCE, 0.0),))
    lines = difference_lines(found, "A", "B")
    assert lines[1].startswith("What decides: the length of the trial alone in 70 % (")
    # Three make 949 of 1,000, which is not yet 95 %.
    assert lines[1].count(" alone in ") == 4
    assert lines[1].endswith("; 2 other combinations besides.")
    assert len(lines) == 3


def crossed(first: Rate) -> Mapping[tuple[Verdict, Verdict], Rate]:
    empty = {(one, other): Rate(0, 100) for one in Verdict for other in Verdict}
    return {**empty, (READY, READY): first, (READY, FEED): Rate(12, 100)}


def test_two_policies_are_crossed_and_names_are_plain_text() -> None:
    second = replace(experiment(), policy=replace(standard(), name="<b>Odd</b>"), weeks=5)
    found = Comparison(
        experiment(), second, Rate(88, 100), crossed(Rate(88, 100)), (difference(),) * 5
    )
    told = policy_worth.compared_html(found)
    assert "<b>Odd" not in told
    assert "seen for 13 and the first 5 weeks" in told
    assert "<summary>1 rarer difference</summary>" in told
    rows = {cells[0]: cells[1:] for cells in Read(told).rows if cells}
    assert list(rows["Ready"])[-1].startswith("12 % (")
    assert "Too little" not in rows
    swapped = replace(found, first=second, second=experiment())
    assert "seen for the first 5 and 13 weeks" in policy_worth.compared_html(swapped)


def test_every_value_of_a_policy_stands_beside_its_source_and_reason() -> None:
    rows = Read(policy_worth.values_html(standard())).rows
    by_name = {cells[0]: cells[1:] for cells in rows if cells}
    assert len([name for name in by_name if " · " in name]) == len(standard().values)
    value, *told = by_name["verdict · ready from"]
    note = standard().notes["verdict.ready_from"]
    assert (value, told) == ("0.75", [note.unit, note.source, note.rationale])


def test_assumptions_are_plain_text() -> None:
    told = policy_worth.assumptions_html(
        [Assumption("behaviours steady", "on_time", "0.9", "chance", "<i>Known</i>")]
    )
    assert "behaviours steady · on time" in told
    assert "<i>" not in told


def point(bar: float, ready: int = 100, dark: int = 6, missed: int = 40) -> Point:
    return Point(bar, Rate(ready, 200), Rate(dark, ready), Rate(missed, 80))


CURVE = Curve(tuple(point(bar / 100, ready=200 - bar) for bar in range(101)))


def test_the_picture_marks_what_is_set_and_what_it_was() -> None:
    packs = (("Strict & more", experiment(ready=60)), ("Kind", experiment(ready=90, dark=9)))
    still = Frontier(CURVE, point(0.75, ready=50, dark=5), (("Standard", experiment()), *packs))
    told = frontier.frontier_html(still, LIGHT, chosen=None, dark=Rate(18, 200))
    assert "<b>Standard, ready from 75</b>" in told
    assert "as it stands" not in told
    assert "Strict &amp; more" in told
    assert "<b>an account for all</b>" in told
    moved = replace(still, at=point(0.8, ready=40))
    told = frontier.frontier_html(moved, LIGHT, chosen=choice(ready_from=0.9), dark=Rate(18, 200))
    assert "<b>as set, ready from 80</b>" in told
    assert "<b>Standard as it stands</b>" in told
    assert "<b>cheapest, 90</b>" in told


def test_both_axes_count_the_same_hundred_departments_and_say_so() -> None:
    still = Frontier(CURVE, point(0.75, ready=50, dark=5), (("Standard", experiment()),))
    told = frontier.frontier_html(still, LIGHT, chosen=None, dark=Rate(18, 200))
    assert "Granted an account and silent within a year, of 100 departments" in told
    assert "Would have lasted and are not granted one, of 100 departments" in told
    # 5 of 200 granted and silent, 40 of 200 missed.
    assert "At 75, as set, 2 and 20;" in frontier.frontier_alt(still)


def test_the_line_is_drawn_once_where_thresholds_lie_on_one_spot() -> None:
    found = Frontier(
        Curve((point(0.0), point(0.5), point(0.9, ready=19))),
        point(0.5),
        (("Standard", experiment()),),
    )
    told = frontier.frontier_html(found, LIGHT, chosen=None, dark=Rate(18, 200))
    picture = b64decode(told.split("base64,")[1].split('"')[0]).decode()
    line = picture.split('stroke-width="2.5" points="')[1].split('"')[0]
    assert len(line.split()) == 2


def test_where_nobody_is_ready_the_picture_does_not_break() -> None:
    nobody = Frontier(
        Curve(tuple(point(bar / 100, ready=0, dark=0) for bar in range(101))),
        point(0.75, ready=0, dark=0),
        (("Standard", experiment(ready=0, dark=0)),),
    )
    told = frontier.frontier_html(nobody, LIGHT, chosen=choice(), dark=Rate(0, 200))
    assert "as set, 0 and 20;" in told


def test_the_numbers_of_the_picture_are_a_table() -> None:
    rows = Read(frontier.frontier_table_html(CURVE)).rows
    assert [cells[0] for cells in rows if cells[0].isdigit()] == [str(n) for n in range(0, 101, 10)]


def test_a_share_of_nothing_is_a_dash() -> None:
    assert percent(Rate(0, 0)) == "–"
    assert percent(Rate(1, 8)) == "12 % (2–47)"
