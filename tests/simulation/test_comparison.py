"""Two policies on the same trials: where they part and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.simulation.populations import shipped
from tests.unit.policies import standard
from trial.domain.cadence import Band
from trial.domain.policy import Policy
from trial.domain.results.comparison import Comparison, PolicySection
from trial.domain.verdict import CheckName, Verdict
from trial.scoring.verdict import VERDICTS
from trial.services.simulations import side_by_side
from trial.simulation.comparison import Side, compare
from trial.simulation.trial_sample import TrialSample

BENCH = TrialSample.draw(shipped(), weeks=13, trials=3000, seed=4)


def against(other: Policy, *, weeks: int = 13) -> Comparison:
    return compare(BENCH, Side(standard(), 13), Side(other, weeks))


def test_identical_policies_agree_on_every_trial() -> None:
    found = against(replace(standard(), name="Another name"))
    assert found.agree.share == 1.0
    assert found.differences == ()
    assert found.first.overall == found.second.overall


def test_every_trial_stands_once_in_the_crossed_table() -> None:
    found = against(replace(standard(), ready_from=0.85, middle_open=False))
    assert len(found.confusion) == len(VERDICTS) ** 2
    assert sum(rate.count for rate in found.confusion.values()) == BENCH.trials
    assert found.agree.count == sum(found.confusion[v, v].count for v in VERDICTS)
    for verdict in VERDICTS:
        row = sum(found.confusion[verdict, other].count for other in VERDICTS)
        assert row == found.first.overall.verdicts[verdict].count
        column = sum(found.confusion[other, verdict].count for other in VERDICTS)
        assert column == found.second.overall.verdicts[verdict].count
    parted = sum(one.rate.count for one in found.differences)
    assert parted == BENCH.trials - found.agree.count


@pytest.mark.parametrize(
    ("part", "other"),
    [
        (PolicySection.THRESHOLDS, replace(standard(), ready_from=0.9)),
        (PolicySection.BAND_GATE, replace(standard(), band_weeks=12)),
        (PolicySection.GAPS, replace(standard(), gap_zero_days=14)),
        (PolicySection.MIDDLE, replace(standard(), middle_open=False)),
        (PolicySection.EVIDENCE, replace(standard(), evidence_floor=1.0)),
        (
            PolicySection.WEIGHTS,
            replace(
                standard(), weights={name: float(name is CheckName.PLANNING) for name in CheckName}
            ),
        ),
    ],
)
def test_the_only_part_that_differs_decides_alone(part: PolicySection, other: Policy) -> None:
    differences = against(other).differences
    assert differences
    for one in differences:
        ((decisive),) = one.decisive
        assert decisive.parts == (part,)
        assert decisive.rate.share == 1.0


def test_a_shorter_look_decides_where_only_the_length_differs() -> None:
    found = against(standard(), weeks=5)
    assert {one.decisive[0].parts for one in found.differences} == {(PolicySection.LENGTH,)}
    assert (found.first.weeks, found.second.weeks) == (13, 5)


def test_two_parts_that_decide_only_together_are_named_together() -> None:
    # Ready or not hangs on the score and on the gate: where both are too much, easing one is not
    # enough.
    hard = replace(standard(), ready_from=0.9, band_weeks=13)
    found = compare(BENCH, Side(hard, 13), Side(standard(), 13))
    (turned,) = (one for one in found.differences if one.second is Verdict.READY)
    assert (PolicySection.BAND_GATE, PolicySection.THRESHOLDS) in {
        one.parts for one in turned.decisive
    }
    alone = sum(one.rate.count for one in turned.decisive if len(one.parts) == 1)
    together = sum(one.rate.count for one in turned.decisive if len(one.parts) == 2)
    assert alone + together == turned.rate.count


def test_every_difference_is_explained_by_however_many_parts_it_takes() -> None:
    # Ready of whoever has a score at all, on a band, a gate and weights that forgive everything:
    # it takes several parts at once to turn the worst of them.
    kind = replace(
        standard(),
        band=Band(1, 5),
        weights={name: float(name is CheckName.CADENCE) for name in CheckName},
        band_weeks=1,
        ready_from=0.2,
        feed_below=0.1,
    )
    found = against(kind)
    assert max(len(one.parts) for each in found.differences for one in each.decisive) > 2
    for each in found.differences:
        assert sum(one.adds.count for one in each.decisive) == each.rate.count
        assert all(one.adds.count <= one.rate.count for one in each.decisive)


def test_a_difference_tells_who_and_what_became_of_them() -> None:
    found = against(replace(standard(), ready_from=0.9))
    (one,) = found.differences
    assert (one.first, one.second) == (Verdict.READY, Verdict.EXTEND)
    assert sum(rate.count for _, rate in one.behaviours) == one.rate.count
    assert [rate.count for _, rate in one.behaviours] == sorted(
        (rate.count for _, rate in one.behaviours), reverse=True
    )
    assert one.dark.of == one.lasted.of == one.rate.count
    assert one.example.behaviour == one.behaviours[0][0]
    assert len(one.example.counts) == len(one.example.reported) == 13
    score = one.example.first_score
    assert score is not None
    assert score == one.example.second_score
    assert 0.75 <= score < 0.9
    assert {points for _, points in one.pulls} == {0.0}


def test_what_a_check_counts_for_explains_the_mean_scores() -> None:
    planning = {name: float(name is CheckName.PLANNING) for name in CheckName}
    one = against(replace(standard(), weights=planning)).differences[0]
    assert one.pulls[0][0] is CheckName.PLANNING
    assert one.first_score is not None
    assert one.second_score is not None
    moved = sum(points for _, points in one.pulls)
    assert moved == pytest.approx(one.second_score - one.first_score)


def test_whoever_waits_is_told_how_far_drawing_and_explaining_are() -> None:
    told: list[tuple[int, int]] = []
    easier = replace(standard(), ready_from=0.5, band_weeks=5)
    side_by_side(
        standard(), easier, shipped(), trials=5000, progress=lambda *done: told.append(done)
    )
    assert {of for _, of in told} == {10_000}
    done = [each for each, _ in told]
    assert done == sorted(done)
    assert done[:2] == [4096, 5000]
    # One part, the other, and both: all there are.
    assert done[2:] == [6666, 8333, 10_000][: len(done) - 2]
    assert len(done) > 2
