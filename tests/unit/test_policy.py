from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pytest

from tests.unit.policies import STANDARD_FILE, standard
from trial.domain import policy as policy_module
from trial.domain.documents import whole
from trial.domain.errors import PolicyError
from trial.domain.policy import Policy, parse_policy
from trial.domain.verdict import CheckName

TEXT = STANDARD_FILE.read_text(encoding="utf-8")

RELEASED = Path(__file__).parents[1] / "released" / "documents" / "readiness-957621b7.toml"
FIRST = RELEASED.read_text(encoding="utf-8")
HASH = "e46312fb243db06c2e98f438590ac10e608ac6f3fcd6fcebe21a5b30421cca1c"
"""The content hash of `FIRST`, the first standard policy."""


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
    assert {name.value: weight for name, weight in policy.weights.items() if weight} == {
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
    assert set(policy.notes) == set(policy.values) == set(policy_module.policy_entries())
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
        (TEXT.replace("version = 2", "version = 0"), "version", "0", "a whole number from 1"),
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


def test_a_file_people_edit_gives_each_value_in_its_own_unit() -> None:
    weeks = TEXT.replace('value = 28, unit = "days"', 'value = 4, unit = "weeks"')
    with pytest.raises(PolicyError) as refused:
        parse_policy(weeks, "mine.toml")
    assert str(refused.value) == (
        "mine.toml: continuity.zero_days.unit cannot be “weeks”. Please give days."
    )


def test_a_policy_that_a_trial_was_frozen_with_may_word_its_units_as_it_did() -> None:
    worded = TEXT.replace('unit = "days"', 'unit = "Tage"')
    assert parse_policy(worded, "stored", stored=True).content_hash == standard().content_hash


# ------------------------------------------------------------------------- what joins later
class LaterCheck(StrEnum):
    REHEARSAL = "rehearsal"


@dataclass(frozen=True, kw_only=True)
class LaterPolicy(Policy):
    """A policy with one more value, as a later version might have it."""

    rehearsal_weeks: Annotated[int, whole(0, 10, key="gates.rehearsal_weeks", unit="weeks")] = 2


GRACE = '\nrehearsal_weeks = { value = 3, unit = "weeks", source = "s", rationale = "r" }\n'


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The product of a later day, with one more value and one more check."""
    members = [(name.name, name.value) for name in (*CheckName, *LaterCheck)]
    names = StrEnum("CheckName", members)  # type: ignore[misc]
    monkeypatch.setattr(policy_module, "Policy", LaterPolicy)
    monkeypatch.setattr(policy_module, "CheckName", names)
    policy_module.policy_entries.cache_clear()
    yield
    policy_module.policy_entries.cache_clear()


def test_a_policy_of_today_stays_what_it_is_when_values_and_checks_have_joined(
    later: None,
) -> None:
    policy = parse_policy(FIRST, "stored", stored=True)
    assert isinstance(policy, LaterPolicy)
    assert policy.rehearsal_weeks == 2
    assert policy.weights[LaterCheck.REHEARSAL] == 0.0  # type: ignore[index]
    assert policy.content_hash == HASH
    assert set(policy.values) == set(policy.notes)


def test_a_value_that_joined_later_counts_once_a_policy_names_it(later: None) -> None:
    named = parse_policy(FIRST + GRACE, "mine.toml")
    assert isinstance(named, LaterPolicy)
    assert named.rehearsal_weeks == 3
    assert named.values["gates.rehearsal_weeks"] == 3
    assert named.content_hash != HASH


def test_a_value_that_joined_later_counts_once_it_is_moved(later: None) -> None:
    policy = replace(parse_policy(FIRST, "mine.toml"), rehearsal_weeks=5)  # type: ignore[call-arg]
    assert policy.values["gates.rehearsal_weeks"] == 5
    assert policy.note("gates.rehearsal_weeks").unit == "weeks"
    assert policy.content_hash != HASH


def test_a_value_that_joined_later_is_held_to_what_is_accepted(later: None) -> None:
    with pytest.raises(PolicyError, match=r"rehearsal_weeks cannot be 30\. Please give a whole"):
        parse_policy(FIRST + GRACE.replace("value = 3", "value = 30"), "mine.toml")
    cadence = re.search(r"^cadence .*\n", FIRST, flags=re.MULTILINE)
    assert cadence is not None
    with pytest.raises(PolicyError, match=r"weights\.cadence cannot be nothing"):
        parse_policy(FIRST.replace(cadence[0], ""), "mine.toml")
