"""What the address says of a policy that was moved, and nonsense that somebody typed there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.policies import standard
from trial.domain.cadence import Band
from trial.domain.policy_sliders import SliderValues
from trial.domain.verdict import CheckName
from trial.ui import policy_address

POLICY = standard()
HERE = SliderValues.of(POLICY)


def pairs(low: int, high: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(low, high), st.integers(low, high)).map(
        lambda two: (min(two), max(two))
    )


settings = st.builds(
    SliderValues,
    months=st.integers(1, 6),
    band=pairs(1, 10).map(lambda two: Band(*two)),
    gap_days=pairs(1, 90),
    weights=st.tuples(*[st.integers(0, 100)] * len(CheckName)),
    lines=pairs(0, 100),
    middle_open=st.booleans(),
    evidence_floor=st.integers(0, 100),
    band_weeks=st.integers(0, POLICY.band_of),
)


@given(settings)
def test_an_address_gives_back_what_was_set(values: SliderValues) -> None:
    said = policy_address.params_of(POLICY, values)
    assert policy_address.slider_values(POLICY, said) == values
    assert set(said) <= set(policy_address.NAMES)


def test_only_what_was_moved_stands_there() -> None:
    assert policy_address.params_of(POLICY, HERE) == {}
    moved = replace(HERE, lines=(60, 90), middle_open=False, band=Band(2, 4))
    assert policy_address.params_of(POLICY, moved) == {
        "lines": "60-90",
        "extend": "0",
        "posts": "2-4",
    }


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("lines", "90-60"),
        ("lines", "60"),
        ("lines", "60-101"),
        ("lines", "60-90-95"),
        ("lines", "x"),
        ("lines", "-5-60"),
        ("lines", "٦٠-٩٠"),
        ("extend", "2"),
        ("weeks", "60"),
        ("posts", "0-3"),
        ("posts", "3-400"),
        ("months", ""),
        ("silence", "7"),
        ("weights", "1-2-3"),
        ("other", "1"),
    ],
)
def test_what_no_slider_can_have_is_passed_over(name: str, typed: str) -> None:
    assert policy_address.slider_values(POLICY, {name: typed, "judged": "70"}) == replace(
        HERE, evidence_floor=70
    )
