from __future__ import annotations

import re

import pytest

from tests.unit.policies import STANDARD_FILE, standard
from trial.domain.errors import PolicyError
from trial.domain.policy import parse_policy
from trial.domain.verdict import CheckName

TEXT = STANDARD_FILE.read_text(encoding="utf-8")


def with_value(key: str, value: str) -> str:
    """The shipped policy with one value replaced."""
    changed, times = re.subn(
        rf"^({key}\s*=\s*{{ value = )[^,]+,", rf"\g<1>{value},", TEXT, count=1, flags=re.MULTILINE
    )
    assert times == 1
    return changed


def test_the_shipped_policy_holds_the_values_the_rules_name() -> None:
    policy = standard()
    assert (policy.months, policy.week_starts_on, policy.horizon_days) == (3, 0, 7)
    assert (policy.backfill_days, policy.fill_ahead_days) == (3, 3)
    assert (policy.band.low, policy.band.high) == (3, 5)
    assert (policy.gap_full_days, policy.gap_zero_days) == (7, 28)
    assert (policy.ready_from, policy.feed_below, policy.evidence_floor) == (0.75, 0.60, 0.60)
    assert (policy.band_weeks, policy.band_of, policy.middle_open) == (9, 13, True)
    assert {name.value: weight for name, weight in policy.weights.items()} == {
        "cadence": 0.30,
        "continuity": 0.15,
        "steadiness": 0.15,
        "finish": 0.10,
        "delivery": 0.10,
        "planning": 0.05,
        "quality": 0.05,
        "responsiveness": 0.05,
        "shared_load": 0.05,
    }


def test_every_value_says_its_unit_its_source_and_its_rationale() -> None:
    policy = standard()
    assert set(policy.notes) == set(policy.values)
    for note in policy.notes.values():
        assert note.unit
        assert note.source
        assert len(note.rationale) > 20


@pytest.mark.parametrize(
    ("text", "key", "given", "accepted"),
    [
        (with_value("low", "6"), "band.low", "6", "at most band.high, 5"),
        (with_value("low", "0"), "band.low", "0", "a whole number from 1 to 50"),
        (with_value("low", "2.5"), "band.low", "2.5", "a whole number"),
        (with_value("low", "true"), "band.low", "True", "a whole number"),
        (with_value("high", '"five"'), "band.high", "“five”", "a whole number"),
        (with_value("cadence", "0.31"), "weights", "1.01", "weights that sum to 1"),
        (with_value("cadence", "-0.3"), "weights.cadence", "-0.3", "a number from 0 to 1"),
        (with_value("cadence", "nan"), "weights.cadence", "nan", "a number from 0 to 1"),
        (
            with_value("week_starts_on", '"Moonday"'),
            "calendar.week_starts_on",
            "Moonday",
            "weekday",
        ),
        (with_value("full_days", "28"), "continuity.full_days", "28", "fewer than"),
        (
            with_value("feed_below", "0.8"),
            "verdict.feed_below",
            "0.8",
            "at most verdict.ready_from",
        ),
        (with_value("middle", '"ajar"'), "verdict.middle", "ajar", "open"),
        (with_value("band_weeks", "14"), "gates.band_weeks", "14", "at most gates.band_of, 13"),
        (TEXT.replace("high = {", "hihg = {"), "band.hihg", "", "one of low, high"),
        (TEXT.replace("[band]", "[bands]"), "bands", "", "one of"),
        (
            TEXT.replace('unit = "weekday", ', ""),
            "calendar.week_starts_on.unit",
            "nothing",
            "a phrase",
        ),
        (TEXT.replace("version = 1", "version = 0"), "version", "0", "a whole number from 1"),
        (TEXT.replace('name = "Standard"', ""), "name", "nothing", "a name"),
        (TEXT.replace("name = ", "name : "), "the file", "", "TOML"),
        (TEXT.replace("low  = { value = 3,", "low  = 3 #"), "band.low", "3", "a table with value"),
        (
            TEXT.replace("low  = { value = 3,", 'low  = { value = 3, note = "x",'),
            "band.low.note",
            "x",
            "only",
        ),
        (
            re.sub(r"^low .*\n", "", TEXT, flags=re.MULTILINE),
            "band.low",
            "nothing",
            "a whole number",
        ),
    ],
)
def test_a_policy_that_is_not_one_is_refused_naming_file_key_and_value(
    text: str, key: str, given: str, accepted: str
) -> None:
    with pytest.raises(PolicyError) as refused:
        parse_policy(text, "mine.toml")
    sentence = str(refused.value)
    assert sentence.startswith("mine.toml: ")
    assert refused.value.key == key
    assert given in sentence
    assert accepted in sentence


def test_the_content_hash_freezes_values_and_nothing_else() -> None:
    renamed = parse_policy(TEXT.replace('"Standard"', '"Other"'), "a")
    changed = parse_policy(with_value("horizon_days", "8"), "b")
    assert renamed.content_hash == standard().content_hash
    assert changed.content_hash != standard().content_hash
    assert len(standard().content_hash) == 64


def test_the_weights_cover_every_check_once() -> None:
    assert list(standard().weights) == list(CheckName)
