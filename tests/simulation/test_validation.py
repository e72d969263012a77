"""A score held against what became of accounts, on a hospital small enough to count by hand."""

from dataclasses import replace

import pytest

from tests.simulation.accounts import account, hospital
from tests.unit.policies import standard
from trial.domain.errors import InvalidInput, NotPossible
from trial.domain.results.validation import Measure, Outcome, Validation, WindowFilter
from trial.domain.timelines import Account
from trial.domain.verdict import CheckName, Verdict
from trial.simulation.validation import validate

FIRST_ONLY = 65
"""Weeks in which only the first trial can be followed for a year."""


def looked_at(*accounts: Account, seed: int = 1, number: int = 200) -> Validation:
    return validate(accounts, standard(), choice=WindowFilter(), seed=seed, number=number)


def counted(found: Validation, verdict: Verdict, outcome: Outcome) -> tuple[int, int]:
    rate = found.whole.verdict(verdict).held[outcome]
    return rate.count, rate.of


def test_each_verdict_is_followed_to_its_end() -> None:
    found = looked_at(
        account((3, 39), name="ready and active"),
        account((3, 65), name="ready and active for longer"),
        account((3, 13), (0, 26), name="ready and gone"),
        account(*[3, 0] * 6, 3, (0, 13), (3, 13), name="fed and active"),
    )
    assert counted(found, Verdict.READY, Outcome.A26) == (3, 4)
    # The second account's trial half a year later is ready as well, and not watched for a year.
    assert counted(found, Verdict.READY, Outcome.A52) == (1, 1)
    assert counted(found, Verdict.KEEP_FEEDING, Outcome.A26) == (1, 1)
    assert counted(found, Verdict.EXTEND, Outcome.A26) == (0, 0)
    assert (found.whole.trials, found.whole.accounts) == (5, 4)


@pytest.mark.parametrize(
    "weeks, verdict",
    [
        ([3] * 13, Verdict.READY),  # nobody knows of its gates
        ([3] * 9 + [2] * 4, Verdict.READY),
        ([3] * 8 + [2] * 5, Verdict.EXTEND),  # but eight weeks in band are known to be too few
    ],
)
def test_unknown_gates_hold_nothing_back_but_the_band_does(
    weeks: list[int], verdict: Verdict
) -> None:
    assert looked_at(account(*weeks, (3, 26))).whole.verdict(verdict).trials == 1


def test_the_score_ranks_what_it_should_and_is_compared_on_the_same_trials() -> None:
    found = looked_at(*hospital())
    ranking = found.whole.ranking(Outcome.A26)
    score, rate = ranking.of(Measure.SCORE), ranking.of(Measure.MEAN_RATE)
    assert score.auc is not None
    assert rate.auc is not None
    assert rate.auc_difference is not None
    assert rate.auc_difference.value == pytest.approx(score.auc.value - rate.auc.value)
    assert score.auc_difference is None
    assert score.auc.low is not None
    assert score.auc.high is not None
    assert score.auc.low < score.auc.value <= score.auc.high <= 1


def test_an_interval_is_wider_where_accounts_belong_together() -> None:
    """Three times the same account says no more than once."""
    thrice = [replace(each, name=f"{each.name} {n}") for each in hospital() for n in range(3)]
    apart = looked_at(*(replace(each, cluster="") for each in thrice))
    together = looked_at(*(replace(each, cluster=each.name[:-2]) for each in thrice))

    def width(found: Validation) -> float:
        area = found.whole.ranking(Outcome.A26).of(Measure.ACTIVE_SHARE).auc
        assert area is not None
        assert area.low is not None
        assert area.high is not None
        return area.high - area.low

    assert (apart.whole.clusters, together.whole.clusters) == (36, 12)
    assert width(together) > 1.4 * width(apart)


def test_the_same_seed_gives_the_same_answer() -> None:
    assert looked_at(*hospital(), seed=4) == looked_at(*hospital(), seed=4)
    assert looked_at(*hospital(), seed=4) != looked_at(*hospital(), seed=5)


def test_one_kind_alone_is_not_ranked_but_counted() -> None:
    found = looked_at(account((3, FIRST_ONLY), name="a"), account((4, FIRST_ONLY), name="b"))
    ranking = found.whole.ranking(Outcome.A26)
    assert [ranked.auc for ranked in ranking.ranked] == [None] * len(Measure)
    assert (ranking.held.count, ranking.held.of) == (4, 4)


def test_one_account_alone_has_no_interval() -> None:
    ups_and_downs = account((3, 13), (0, 26), (3, 100))
    found = looked_at(ups_and_downs)
    area = found.whole.ranking(Outcome.A26).of(Measure.SCORE).auc
    assert area is not None
    assert (area.low, area.high) == (None, None)


def test_a_single_account_that_did_not_hold_out_is_too_few_for_an_interval() -> None:
    steady = [account((3, 39), name=f"{number}") for number in range(9)]
    found = looked_at(*steady, account(*[2, 0] * 6, 2, (0, 26), name="gone"), number=1000)
    area = found.whole.ranking(Outcome.A26).of(Measure.SCORE).auc
    assert area is not None
    # Drawn with replacement, it is missing from one resample in three.
    assert (area.value, area.low, area.high) == (1, None, None)


def test_tenths_hold_every_trial_once() -> None:
    whole = looked_at(*hospital()).whole
    assert sum(tenth.trials for tenth in whole.tenths) == whole.trials
    assert [tenth.low for tenth in whole.tenths] == sorted({t.low for t in whole.tenths})
    for tenth in whole.tenths:
        assert tenth.low <= tenth.mean_score <= tenth.high
    assert whole.tenths[-1].mean_score == pytest.approx(1)
    assert whole.tenths[-1].high == 1


def test_a_score_read_as_a_chance_is_told_with_its_brier_score() -> None:
    ready_and_gone = account((3, 13), (0, 52), name="gone")
    whole = looked_at(ready_and_gone, account((3, FIRST_ONLY), name="there")).whole
    (half, year) = whole.calibration
    # Three trials with a score of 1, of which one was gone; at a year only the first of each.
    assert (half.score, half.share) == pytest.approx((1 / 3, 2 / 9))
    assert (year.score, year.share) == pytest.approx((1 / 2, 1 / 4))


def test_sources_and_accounts_counted_by_the_week_stand_apart() -> None:
    by_week = [account((3, 39), name=f"{n}", source="pages", by_day=False) for n in range(2)]
    found = looked_at(*hospital(), *by_week)
    assert [(part.key, part.accounts) for part in found.sources] == [("made up", 12), ("pages", 2)]
    assert found.by_day is not None
    assert found.by_day.accounts == 12
    alone = looked_at(*hospital())
    assert (alone.by_day, alone.sources) == (None, ())
    # A source may be called as we call a part.
    both = [replace(each, source=f"by_{unit}") for each in hospital() for unit in ("day", "week")]
    assert [part.key for part in looked_at(*both).groups] == ["by_day", "by_week"]
    assert looked_at(*both).by_day is None


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[int, int]] = []
    validate(
        hospital(), standard(), choice=WindowFilter(), seed=1, number=250,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    assert told == [(100, 250), (200, 250), (250, 250)]


@pytest.mark.parametrize(
    "changes, told",
    [
        ({"seed": -1}, "Seed cannot be -1"),
        ({"number": 99}, "Resamples cannot be 99"),
        ({"number": 100_001}, "Resamples cannot be 100001"),
    ],
)
def test_numbers_out_of_range_are_refused(changes: dict[str, int], told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        looked_at(account((3, 65)), **changes)


def test_where_nothing_can_be_followed_the_reasons_are_told() -> None:
    with pytest.raises(NotPossible) as refused:
        validate(
            [account((3, 38)), account((6, 60), name="busy"), account((7, 90), name="busier")],
            standard(), choice=WindowFilter(1, 5), seed=1,
        )  # fmt: skip
    assert str(refused.value) == (
        "No account has 13 weeks that can be followed for half a year: 1 watched for less than "
        "39 weeks after the launch; 2 not within 1–5 posts a week."
    )


def test_a_policy_that_dates_cannot_speak_to_is_refused() -> None:
    silent = dict.fromkeys(CheckName, 0.0) | {CheckName.QUALITY: 1.0}
    with pytest.raises(NotPossible, match="weighs none of the checks that dates alone can tell"):
        validate(
            [account((3, 39))], replace(standard(), weights=silent), choice=WindowFilter(), seed=1
        )
