"""Looking up is drawing: the tables are the distributions they stand for."""

from __future__ import annotations

import numpy as np
import pytest

from tests.simulation.populations import plain, shipped
from trial.simulation.tables import (
    LEVELS,
    MAX_A_WEEK,
    PATTERNS,
    POINTS,
    Tables,
    level_of,
)


def tables_of(**traits: float) -> Tables:
    return Tables.of(plain(**traits), np.random.default_rng(1))


def at(rate: float) -> int:
    return int(level_of(np.log(np.array([rate], np.float32)))[0])


@pytest.mark.parametrize("rate", [0.1, 1.0, 4.0, 10.0])
@pytest.mark.parametrize("dispersion", [1.0, 4.4, 50.0])
def test_weekly_counts_are_negative_binomial(rate: float, dispersion: float) -> None:
    counts = tables_of(dispersion=dispersion).counts.reshape(LEVELS, POINTS)[at(rate)]
    # The level nearest to a rate lies within 2 % of it, and points cut the tail a little short.
    assert counts.mean() == pytest.approx(rate, rel=0.025)
    assert counts.var() == pytest.approx(rate + rate**2 / dispersion, rel=0.06)
    none = (1 + rate / dispersion) ** -dispersion
    assert (counts == 0).mean() == pytest.approx(none, abs=0.01)


def test_level_nought_is_silence() -> None:
    assert not tables_of().counts.reshape(LEVELS, POINTS)[0].any()


def test_levels_take_the_nearest_rate_and_stay_within_the_table() -> None:
    levels = [at(rate) for rate in (1e-30, 0.01, 0.02, 1.0, 1.05, 50.0, 1e30)]
    assert levels == sorted(levels)
    assert (levels[0], levels[1], levels[-1]) == (1, 1, LEVELS - 1)


def test_a_pattern_gives_away_every_post_once() -> None:
    tables = Tables.of(shipped(), np.random.default_rng(1))
    posts = np.repeat(np.arange(MAX_A_WEEK + 1), PATTERNS)
    np.testing.assert_array_equal(tables.days.sum(axis=1), posts)
    rows = 2 * len(shipped().behaviours)
    np.testing.assert_array_equal(tables.makers.sum(axis=1), np.tile(posts, rows))
    assert tables.days.min() >= 0
    assert tables.makers.min() >= 0


def test_the_champion_makes_its_share_and_nothing_once_gone() -> None:
    makers = tables_of(champion=0.7, people=3).makers.reshape(2, MAX_A_WEEK + 1, PATTERNS, 4)
    there, gone = makers
    assert there[5].mean(axis=0) == pytest.approx([3.5, 0.75, 0.75, 0.0], abs=0.1)
    assert gone[5].mean(axis=0) == pytest.approx([0.0, 2.5, 2.5, 0.0], abs=0.15)


def test_who_follows_a_department_of_one_is_somebody_else() -> None:
    makers = tables_of(champion=1.0, people=1).makers.reshape(2, MAX_A_WEEK + 1, PATTERNS, 4)
    assert (makers[0, 5] == [5, 0, 0, 0]).all()
    assert (makers[1, 5] == [0, 5, 0, 0]).all()
