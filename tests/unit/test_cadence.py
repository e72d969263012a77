"""What a week was: one state each, credit up to the low end, nothing for the surplus."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trial.domain.cadence import Band, WeekState, week_credit, week_state

FIRST = date(2026, 2, 9)
LAST = date(2026, 2, 15)
OVER_SINCE = date(2026, 2, 16)
BAND = Band(3, 5)
BANDS = st.integers(1, 10).flatmap(lambda low: st.builds(Band, st.just(low), st.integers(low, 20)))


def state(
    today: date = OVER_SINCE,
    count: int = 0,
    *,
    reported: bool = False,
    excused: bool = False,
    band: Band = BAND,
) -> WeekState:
    return week_state(
        FIRST, LAST, today=today, count=count, reported=reported, excused=excused, band=band
    )


@pytest.mark.parametrize(
    ("count", "reported", "expected"),
    [
        (0, False, WeekState.UNREPORTED),
        (0, True, WeekState.SILENT),
        (1, True, WeekState.UNDER),
        (1, False, WeekState.UNDER),
        (2, True, WeekState.UNDER),
        (3, True, WeekState.IN_BAND),
        (4, True, WeekState.IN_BAND),
        (5, True, WeekState.IN_BAND),
        (6, True, WeekState.OVER),
        (60, False, WeekState.OVER),
    ],
)
def test_a_week_that_is_over_has_the_state_of_its_count(
    count: int, reported: bool, expected: WeekState
) -> None:
    assert state(count=count, reported=reported) is expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (FIRST - timedelta(days=1), WeekState.AHEAD),
        (FIRST, WeekState.OPEN),
        (LAST, WeekState.OPEN),
        (OVER_SINCE, WeekState.UNREPORTED),
    ],
)
def test_a_week_is_judged_from_the_day_after_its_last(today: date, expected: WeekState) -> None:
    assert state(today) is expected


@pytest.mark.parametrize("count", [0, 2, 4, 9])
@pytest.mark.parametrize("today", [FIRST - timedelta(days=30), FIRST, LAST, OVER_SINCE])
def test_an_excused_week_is_excused_whatever_happened_in_it(today: date, count: int) -> None:
    assert state(today, count, excused=True, reported=True) is WeekState.EXCUSED


@pytest.mark.parametrize(
    ("low", "high", "count", "expected"),
    [
        (1, 1, 0, WeekState.UNREPORTED),
        (1, 1, 1, WeekState.IN_BAND),
        (1, 1, 2, WeekState.OVER),
        (2, 2, 1, WeekState.UNDER),
    ],
)
def test_a_band_may_be_one_number(low: int, high: int, count: int, expected: WeekState) -> None:
    assert state(count=count, band=Band(low, high)) is expected


JUDGED_AND_KEPT = {
    WeekState.SILENT: (True, False),
    WeekState.UNDER: (True, False),
    WeekState.IN_BAND: (True, True),
    WeekState.OVER: (True, True),
    WeekState.UNREPORTED: (True, False),
    WeekState.EXCUSED: (False, False),
    WeekState.OPEN: (False, False),
    WeekState.AHEAD: (False, False),
}


@pytest.mark.parametrize("which", WeekState)
def test_which_states_are_judged_and_which_keep_the_band(which: WeekState) -> None:
    assert (which.is_judged, which.keeps_band) == JUDGED_AND_KEPT[which]


@pytest.mark.parametrize(
    ("count", "credit"),
    [
        (0, Fraction(0)),
        (1, Fraction(1, 3)),
        (2, Fraction(2, 3)),
        (3, Fraction(1)),
        (5, Fraction(1)),
        (9, Fraction(1)),
    ],
)
def test_credit_is_the_share_of_the_low_end(count: int, credit: Fraction) -> None:
    assert week_credit(count, BAND) == credit


@given(count=st.integers(0, 100), band=BANDS)
def test_one_more_post_never_lowers_credit_nor_lifts_it_above_one(count: int, band: Band) -> None:
    credit = week_credit(count, band)
    assert 0 <= credit <= week_credit(count + 1, band) <= 1
    assert (credit == 1) is (count >= band.low)


@given(count=st.integers(0, 100), band=BANDS, reported=st.booleans())
def test_a_week_keeps_the_band_exactly_when_its_credit_is_full(
    count: int, band: Band, reported: bool
) -> None:
    assert state(count=count, band=band, reported=reported).keeps_band is (
        week_credit(count, band) == 1
    )


@pytest.mark.parametrize(("low", "high", "said"), [(3, 5, "3–5"), (4, 4, "4")])
def test_a_band_is_said_as_its_ends(low: int, high: int, said: str) -> None:
    assert str(Band(low, high)) == said
