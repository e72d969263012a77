"""After the trial: what is believed, how outcomes move it, and how forecasts are held to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.simulation.public import PLAIN, TEXT, shipped
from tests.unit.logs import log, log_of_counts, on_day, slot
from tests.unit.policies import standard
from trial.domain.after_trial import AccountCheck, Chance, Horizon, OwnAccount, cadence_held
from trial.domain.cadence import Band
from trial.domain.errors import PolicyError
from trial.domain.verdict import CheckName
from trial.scoring.scorecard import score_trial
from trial.simulation.after import LogOddsLine, calibration, parse_public_accounts

scores = st.floats(0, 1)
lines = st.builds(
    lambda centre, level, slope, of_level, of_slope, r: LogOddsLine(
        centre, (level, slope), (of_level**2, r * of_level * of_slope, of_slope**2)
    ),
    scores,
    st.floats(-6, 6),
    st.floats(-10, 10),
    st.floats(0.1, 3),
    st.floats(0.1, 3),
    st.floats(-0.95, 0.95),
)
own = st.lists(st.builds(OwnAccount, scores, st.booleans()), max_size=12)


# ------------------------------------------------------------------------------ what is believed


@pytest.mark.parametrize(
    ("horizon", "score", "share", "low", "high"),
    [
        (Horizon.HALF_YEAR, 0.75, 0.992, 0.925, 0.999),
        (Horizon.HALF_YEAR, 0.5, 0.880, 0.487, 0.983),
        (Horizon.HALF_YEAR, 0.3, 0.422, 0.084, 0.853),
        (Horizon.HALF_YEAR, 0.1, 0.422, 0.084, 0.853),
        (Horizon.YEAR, 0.75, 0.981, 0.839, 0.998),
        (Horizon.YEAR, 1.0, 0.981, 0.839, 0.998),
    ],
)
def test_public_accounts_alone_say_what_the_line_says(
    horizon: Horizon, score: float, share: float, low: float, high: float
) -> None:
    found = shipped().lines[horizon].chance(score)
    assert (found.share, found.low, found.high) == pytest.approx((share, low, high), abs=5e-4)


@given(lines, scores, own)
def test_a_chance_is_a_share_within_its_interval(
    line: LogOddsLine, score: float, outcomes: list[OwnAccount]
) -> None:
    found = line.given(outcomes).chance(score)
    assert 0 <= found.low <= found.share <= found.high <= 1


@given(lines, st.tuples(scores, scores).map(sorted), scores, own)
def test_outside_the_scores_it_rises_between_a_line_is_level(
    line: LogOddsLine, ends: list[float], score: float, outcomes: list[OwnAccount]
) -> None:
    lowest, highest = ends
    level = replace(line, rises=(lowest, highest)).given(outcomes)
    assert level.chance(score) == level.chance(min(max(score, lowest), highest))


def test_no_outcome_leaves_the_line_as_it_is() -> None:
    assert PLAIN.given([]) is PLAIN


@given(lines, own, scores)
def test_an_account_that_lasted_never_lowers_the_chance_of_one_like_it(
    line: LogOddsLine, outcomes: list[OwnAccount], score: float
) -> None:
    before = line.given(outcomes).chance(score).share
    lasted = line.given([*outcomes, OwnAccount(score, kept=True)]).chance(score).share
    not_so = line.given([*outcomes, OwnAccount(score, kept=False)]).chance(score).share
    assert not_so - 1e-9 <= before <= lasted + 1e-9


@given(lines, own)
def test_the_order_of_outcomes_does_not_matter(
    line: LogOddsLine, outcomes: list[OwnAccount]
) -> None:
    there, back = line.given(outcomes), line.given(outcomes[::-1])
    assert there.mean == pytest.approx(back.mean, abs=1e-6)
    assert there.covariance == pytest.approx(back.covariance, abs=1e-6)


def by_brute_force(line: LogOddsLine, outcomes: list[OwnAccount], score: float) -> Chance:
    """The chance by summing prior times likelihood over a fine grid of lines."""
    of_level, of_both, of_slope = line.covariance
    reach = 6 * np.sqrt([of_level, of_slope])
    level = line.mean[0] + np.linspace(-reach[0], reach[0], 301)[:, None]
    slope = line.mean[1] + np.linspace(-reach[1], reach[1], 301)[None, :]
    inverse = np.linalg.inv([[of_level, of_both], [of_both, of_slope]])
    a, b = level - line.mean[0], slope - line.mean[1]
    log_density = -(inverse[0, 0] * a**2 + 2 * inverse[0, 1] * a * b + inverse[1, 1] * b**2) / 2
    for one in outcomes:
        odds = level + slope * (one.score - line.centre)
        log_density = log_density - np.logaddexp(0, -odds if one.kept else odds)
    weight = np.exp(log_density - log_density.max()).ravel()
    odds = (level + slope * (score - line.centre)).ravel()
    order = np.argsort(odds)
    up_to = np.cumsum(weight[order]) / weight.sum()
    shares = 1 / (1 + np.exp(-odds[order]))
    return Chance(*(float(shares[np.searchsorted(up_to, q)]) for q in (0.5, 0.025, 0.975)))


MIXED = [OwnAccount(s, k) for s, k in ((0.9, True), (0.8, True), (0.5, False), (0.7, True))]


@pytest.mark.parametrize(
    "outcomes",
    [
        [],
        [OwnAccount(0.9, True)],
        [OwnAccount(0.9, False)],
        MIXED,
        MIXED * 5,
        [OwnAccount(0.95, True)] * 20,
        [OwnAccount(0.95, False)] * 20,
    ],
    ids=["none", "one kept", "one did not", "four", "twenty", "all kept", "none kept"],
)
@pytest.mark.parametrize("score", [0.4, 0.75, 0.95])
def test_the_chance_agrees_with_brute_force(outcomes: list[OwnAccount], score: float) -> None:
    found, expected = PLAIN.given(outcomes).chance(score), by_brute_force(PLAIN, outcomes, score)
    assert found.share == pytest.approx(expected.share, abs=0.02)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=0.06)


def test_where_all_had_one_outcome_the_line_stays_finite() -> None:
    line = shipped().lines[Horizon.YEAR].given([OwnAccount(0.9, True)] * 500)
    assert np.isfinite(line.mean).all()
    assert 0.99 < line.chance(0.9).share < 1.0
    assert line.chance(0.9).low < line.chance(0.9).share


def test_many_outcomes_outvote_public_accounts() -> None:
    half = [OwnAccount(0.9, kept=number % 2 == 0) for number in range(400)]
    found = shipped().lines[Horizon.YEAR].given(half).chance(0.9)
    assert found.share == pytest.approx(0.5, abs=0.05)
    assert found.high - found.low < 0.12


# ------------------------------------------------------------------------- which outcome counts

DAY_AFTER = date(2026, 4, 6)
HALF = DAY_AFTER + timedelta(weeks=26)
YEAR = DAY_AFTER + timedelta(weeks=52)
ONE_DAY = timedelta(days=1)


def test_the_horizons_end_the_quarters_public_accounts_were_looked_at() -> None:
    # A trial from 5 January: weeks 27 to 39 and 53 to 65 from its start.
    assert HALF == date(2026, 1, 5) + timedelta(weeks=39) == Horizon.HALF_YEAR.due(DAY_AFTER)
    assert YEAR == date(2026, 1, 5) + timedelta(weeks=65) == Horizon.YEAR.due(DAY_AFTER)


EARLY = HALF - timedelta(weeks=20)
OPENS = HALF - timedelta(weeks=13)
SEVEN_WEEKS = timedelta(weeks=6)
"""Silent so long before the horizon, an account was active in seven weeks of the thirteen."""


@pytest.mark.parametrize(
    ("found", "half", "year"),
    [
        ([], None, None),
        ([AccountCheck(HALF - ONE_DAY)], None, None),
        ([AccountCheck(HALF)], True, None),
        ([AccountCheck(YEAR)], True, True),
        ([AccountCheck(HALF, HALF - SEVEN_WEEKS)], True, None),
        ([AccountCheck(HALF, HALF - SEVEN_WEEKS - ONE_DAY)], False, None),
        ([AccountCheck(YEAR, YEAR - SEVEN_WEEKS)], True, True),
        ([AccountCheck(YEAR, YEAR - SEVEN_WEEKS - ONE_DAY)], True, False),
        # Silent early on, it may have come back: somebody has to look again.
        ([AccountCheck(EARLY, DAY_AFTER)], None, None),
        ([AccountCheck(OPENS + SEVEN_WEEKS, DAY_AFTER)], None, None),
        # More than six weeks of the thirteen were silent already, whatever came then.
        ([AccountCheck(OPENS + SEVEN_WEEKS + ONE_DAY, DAY_AFTER)], False, None),
        (
            [AccountCheck(OPENS + SEVEN_WEEKS + ONE_DAY, DAY_AFTER), AccountCheck(HALF - ONE_DAY)],
            False,
            None,
        ),
        # Nor does a later look bring those weeks back, on the day itself or long after it.
        ([AccountCheck(OPENS + SEVEN_WEEKS + ONE_DAY, DAY_AFTER), AccountCheck(HALF)], False, None),
        ([AccountCheck(YEAR), AccountCheck(HALF - ONE_DAY, OPENS)], False, True),
        # It came back before the horizon: the first look past it decides.
        ([AccountCheck(EARLY, DAY_AFTER), AccountCheck(HALF)], True, None),
        ([AccountCheck(HALF), AccountCheck(EARLY, DAY_AFTER)], True, None),
        # What is found later does not change what was found at the horizon.
        ([AccountCheck(HALF), AccountCheck(YEAR, HALF - timedelta(weeks=30))], True, False),
    ],
)
def test_weeks_lost_before_a_horizon_decide_and_else_the_first_look_past_it(
    found: list[AccountCheck], half: bool | None, year: bool | None
) -> None:
    assert cadence_held(found, DAY_AFTER, Horizon.HALF_YEAR, today=YEAR) is half
    assert cadence_held(found, DAY_AFTER, Horizon.YEAR, today=YEAR) is year


def test_before_a_horizon_nothing_is_known_of_the_active_and_the_silent_alike() -> None:
    silent = [AccountCheck(HALF - ONE_DAY, DAY_AFTER)]
    assert cadence_held(silent, DAY_AFTER, Horizon.HALF_YEAR, today=HALF - ONE_DAY) is None
    assert cadence_held(silent, DAY_AFTER, Horizon.HALF_YEAR, today=HALF) is False
    assert cadence_held(silent, DAY_AFTER, Horizon.YEAR, today=HALF) is None


# ------------------------------------------------------------------------------- the score


def test_the_score_is_the_products_own_where_dates_alone_are_judged() -> None:
    trial = log_of_counts([4, 2, 5, 3, 3, 4, 0, 4, 5, 4, 4, 5, 4])
    bare = replace(trial, planning_known=False)
    weighed = [check for check in score_trial(bare, standard()).checks if check.weight]
    assert {check.name for check in weighed if check.score} == {
        "cadence",
        "continuity",
        "steadiness",
        "finish",
    }
    assert shipped().score(bare, standard()) == score_trial(bare, standard()).score


def test_what_is_known_beside_dates_and_what_a_policy_asks_change_nothing() -> None:
    posts = [slot(7 * week + day, 7 * week + day, "Ada") for week in range(13) for day in (0, 2, 4)]
    trial = log(posts)
    bare = replace(trial, posts=tuple(replace(p, planned_for=None, contributor="") for p in posts))
    strict = replace(
        standard(),
        band=Band(5, 7),
        weights={**dict.fromkeys(CheckName, 0.0), CheckName.QUALITY: 1.0},
        gap_full_days=2,
        gap_zero_days=9,
    )
    assert (
        shipped().score(trial, standard())
        == shipped().score(bare, standard())
        == shipped().score(trial, strict)
        == 1.0
    )


@pytest.mark.parametrize(
    ("counts", "today", "speaks"),
    [
        ([1] * 13, None, True),
        ([1] * 12 + [0], None, False),
        ([10] * 13, None, True),
        ([11] + [10] * 12, None, False),
        ([4] * 13, 7 * 9, True),
        ([4] * 13, 7 * 9 - 1, False),
        ([0] * 13, None, False),
    ],
)
def test_nothing_is_said_of_trials_unlike_those_it_comes_from(
    counts: list[int], today: int | None, speaks: bool
) -> None:
    trial = log_of_counts(counts, today=today)
    assert (shipped().score(trial, standard()) is not None) is speaks


def test_excused_weeks_are_no_weeks_of_the_score() -> None:
    trial = log_of_counts([0, 0, 0, *[4] * 10], excused=(0, 1, 2))
    assert shipped().score(trial, standard()) == 1.0
    assert on_day(0) == trial.window.start


# ---------------------------------------------------------------------------- calibration


def test_under_twenty_outcomes_nothing_is_judged() -> None:
    assert calibration(PLAIN, [OwnAccount(0.9, True)] * 19) is None
    assert calibration(PLAIN, [OwnAccount(0.9, True)] * 20) is not None


def test_each_account_is_forecast_without_its_own_outcome() -> None:
    outcomes = [OwnAccount(number / 24, kept=number % 5 != 0) for number in range(25)]
    found = calibration(PLAIN, outcomes)
    assert found is not None
    squares = [
        (PLAIN.given(outcomes[:i] + outcomes[i + 1 :]).chance(one.score).share - one.kept) ** 2
        for i, one in enumerate(outcomes)
    ]
    assert found.brier == pytest.approx(np.mean(squares))
    # Twenty of 25 kept it: without itself, 19 of 24 or 20 of 24.
    assert found.brier_of_share == pytest.approx((20 * (5 / 24) ** 2 + 5 * (20 / 24) ** 2) / 25)
    assert found.brier_error == pytest.approx(1.96 * np.std(squares, ddof=1) / 5, rel=1e-4)


def test_groups_hold_every_account_once_by_rising_forecast() -> None:
    outcomes = [OwnAccount(number / 22, kept=number % 3 != 0) for number in range(23)]
    found = calibration(shipped().lines[Horizon.YEAR], outcomes)
    assert found is not None
    assert [group.kept.of for group in found.groups] == [5, 5, 5, 4, 4]
    assert sum(group.kept.count for group in found.groups) == sum(one.kept for one in outcomes)
    forecasts = [group.forecast for group in found.groups]
    assert forecasts == sorted(forecasts)


# ------------------------------------------------------------------------------- the document


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('value = 3, unit = "posts a week"', 'value = 0, unit = "posts a week"', "score.low = 0"),
        ("slope_error = { value = 1.894", "slope_error = { value = 0", "half_year.slope_error = 0"),
        ("correlation = { value = 0.926", "correlation = { value = 1", "half_year.correlation = 1"),
        ("level = { value = 3.94", "level = { value = nan", "year.level = nan"),
        ("[year]", "[decade]", "decade = "),
        ("zero_days = { value = 28", "zero_days = { value = 7", "score.full_days = 7"),
        ("most = { value = 10", "most = { value = 1", "scope.fewest = 1"),
        ("flat_below = { value = 0.3", "flat_below = { value = 0.75", "score.flat_below = 0.75"),
        (', rationale = "Maximum likelihood" }', " }", "half_year.slope.rationale = nothing"),
        ("version = 3", "version = 0", "version = 0"),
    ],
)
def test_an_impossible_document_is_refused_with_file_key_and_value(
    old: str, new: str, said: str
) -> None:
    assert old in TEXT
    with pytest.raises(PolicyError) as refused:
        parse_public_accounts(TEXT.replace(old, new, 1), "after.toml")
    key, value = said.split(" = ")
    assert str(refused.value).startswith(f"after.toml: {key} cannot be {value}")


def test_a_score_of_no_weight_is_refused() -> None:
    text = TEXT
    for value in ("0.3, unit", "0.15, unit", "0.15, unit", "0.1, unit"):
        text = text.replace(f"value = {value}", "value = 0, unit", 1)
    with pytest.raises(PolicyError, match=r"score\.cadence cannot be 0"):
        parse_public_accounts(text, "after.toml")
