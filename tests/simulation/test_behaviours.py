"""The behaviours people may edit: what is read, and what is refused."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from tests.simulation.populations import SHIPPED_FILE, shipped
from trial.domain.documents import entries_of
from trial.domain.errors import InvalidInput, PolicyError
from trial.simulation.behaviours import Traits, parse_population

SHIPPED = SHIPPED_FILE.read_text(encoding="utf-8")


def test_the_shipped_behaviours_are_those_people_speak_of() -> None:
    assert [one.key for one in shipped().behaviours] == [
        *("steady", "bursty", "fading", "one_champion", "champion_leaves"),
        *("overpromising", "seasonal", "going_dark"),
    ]
    assert sum(one.share for one in shipped().behaviours) == pytest.approx(1.0)


def test_every_trait_has_a_rule_of_what_it_accepts() -> None:
    assert list(entries_of(Traits)) == [field.name for field in fields(Traits)]


def test_a_behaviour_takes_from_the_parameters_what_it_does_not_name() -> None:
    reports = 'reports = { value = 0.123, unit = "u", source = "s", rationale = "r" }'
    text = SHIPPED.replace("[parameters]\n", f"[parameters]\n{reports}\n")
    again = text.index("reports =", text.index("reports =") + 1)
    text = text[:again] + text[text.index("\n", again) + 1 :]
    population = parse_population(text, "behaviours.toml")
    assert {one.traits.reports for one in population.behaviours} == {0.123}


def test_seasons_multiply_and_may_reach_over_the_turn_of_the_year() -> None:
    season = shipped().season
    assert season.shape == (52,)
    assert season[50] == season[51] == season[0] < 1
    assert season[20] == 1.0


def entry(key: str, value: str) -> tuple[str, str]:
    """Return the line of a parameter in the shipped document, and with another value."""
    start = SHIPPED.index(f"\n{key} = {{ value = ") + 1
    line = SHIPPED[start : SHIPPED.index("\n", start)]
    old = line.split("value = ", 1)[1].split(",", 1)[0]
    return line, line.replace(f"value = {old},", f"value = {value},", 1)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("rate", "0"),
        ("rate", "-3"),
        ("rate", "nan"),
        ("rate", "inf"),
        ("rate", '"four"'),
        ("rate", "true"),
        ("spread", "-0.1"),
        ("dispersion", "0"),
        ("pause_starts", "1.1"),
        ("pause_weeks", "0.5"),
        ("drift_tail", "0"),
        ("people", "5"),
        ("people", "0"),
        ("people", "2.5"),
        ("champion", "1.2"),
        ("leaves", "-0.1"),
        ("slots", "3.5"),
        ("gates", "2"),
    ],
)
def test_an_impossible_value_is_refused_by_its_name(key: str, value: str) -> None:
    with pytest.raises(PolicyError) as refused:
        parse_population(SHIPPED.replace(*entry(key, value), 1), "behaviours.toml")
    said = str(refused.value)
    assert said.startswith(f"behaviours.toml: parameters.{key} cannot be ")
    assert "Please give " in said


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("\n[parameters]\n", "\n[parameters\n", "the file"),
        ("version = 2", "version = 0", "version"),
        ("version = 2", "", "version"),
        ('name = "', 'nom = "', "name"),
        ("version = 2", "version = 2\n[moods]", "moods"),
        ("\n[parameters]\n", "\n[parameters]\nmood = 1\n", "parameters.mood"),
        (*entry("rate", "4"), ""),
        (entry("rate", "4")[0], "", "parameters.rate"),
        (entry("rate", "4")[0], "rate = 4", "parameters.rate"),
        (entry("rate", "4")[0], 'rate = { value = 4, unit = "posts" }', "parameters.rate.source"),
        (
            entry("rate", "4")[0],
            'rate = { value = 4, unit = " ", source = "s" }',
            "parameters.rate.unit",
        ),
        (
            entry("rate", "4")[0],
            'rate = { value = 4, unit = "u", source = "s" }',
            "parameters.rate.rationale",
        ),
        (*entry("week_spread", "-0.1"), "parameters.week_spread"),
        (*entry("autocorrelation", "1"), "parameters.autocorrelation"),
        (
            entry("rate", "4")[0],
            'rate = { value = 4, unit = "u", source = "s", mood = 1 }',
            "parameters.rate.mood",
        ),
        (*entry("together", "7"), "days.together"),
        (*entry("under_1", "7"), "stopping.under_1"),
        (*entry("first_week", "53"), "seasons.flu.first_week"),
        (*entry("factor", "0"), "seasons.flu.factor"),
        (*entry("share", "0.99"), "behaviours"),
        (*entry("share", "-1"), "behaviours.steady.share"),
        ('label = "Steady"', 'label = ""', "behaviours.steady.label"),
        ('label = "Steady"', 'label = "Steady"\nmood = 1', "behaviours.steady.mood"),
        ("[behaviours.steady]", "[behaviours]\nsteady = 1\n[behaviours.other]", ""),
        (*entry("champion", "0.2"), "behaviours.steady.champion"),
    ],
)
def test_a_document_that_says_something_else_is_refused(old: str, new: str, key: str) -> None:
    assert old in SHIPPED
    text = SHIPPED.replace(old, new, 1)
    if not key and old.startswith("rate"):
        # The control: the same edit with a value that is possible is read.
        assert parse_population(text, "behaviours.toml").version == 2
        return
    with pytest.raises(PolicyError) as refused:
        parse_population(text, "behaviours.toml")
    assert refused.value.source == "behaviours.toml"
    assert refused.value.key.startswith(key)


def test_a_document_of_before_has_no_rationales_and_no_swaying_weeks() -> None:
    lines = [
        line.split(", rationale = ")[0] + (" }" if ", rationale = " in line else "")
        for line in SHIPPED.splitlines()
        if not line.startswith(("week_spread", "autocorrelation"))
    ]
    population = parse_population("\n".join(lines), "behaviours.toml", stored=True)
    assert population.column("rate").tolist() == shipped().column("rate").tolist()
    assert not population.column("week_spread").any()
    assert not population.column("autocorrelation").any()


@pytest.mark.parametrize(("people", "least"), [(2, "0.5"), (3, "0.3334"), (4, "0.25")])
def test_the_least_share_of_a_champion_that_is_named_is_one_that_is_accepted(
    people: int, least: str
) -> None:
    def read(champion: str) -> float:
        text = SHIPPED.replace(*entry("people", str(people)), 1)
        text = text.replace(*entry("champion", champion), 1)
        # Whoever sets neither apart has those of the document.
        alone = parse_population(text, "behaviours.toml")
        return alone.behaviours[0].traits.champion

    with pytest.raises(PolicyError) as refused:
        read(str(round(float(least) - 0.01, 4)))
    assert f"an equal share, {least}, among {people}" in str(refused.value)
    assert read(least) == float(least)


def test_a_behaviour_alone_is_the_whole_population() -> None:
    alone = shipped().only("bursty")
    assert [(one.key, one.share) for one in alone.behaviours] == [("bursty", 1.0)]
    np.testing.assert_array_equal(alone.season, shipped().season)


def test_an_unknown_behaviour_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidInput, match="steady, bursty"):
        shipped().only("lazy")
