"""What every document people write is held to, and how a model of one may grow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest

from trial.domain.documents import Entry, Reading, entries_of, number, proportion, whole
from trial.domain.errors import PolicyError


@dataclass(frozen=True, slots=True)
class Kettle:
    """A model with one field that joined later."""

    cups: Annotated[int, whole(1, 9)]
    heat: Annotated[float, number(0, 100, key="degrees", unit="°C")]
    lime: Annotated[float, proportion()] = 0.25


def entry(value: str, unit: str = "°C") -> str:
    return f'{{ value = {value}, unit = "{unit}", source = "s", rationale = "r" }}'


def read(text: str, *, any_unit: bool = False) -> Kettle:
    reading = Reading("kettle.toml", any_unit=any_unit)
    document, _, _ = reading.document(f'name = "K"\nversion = 1\n[kettle]\n{text}', ["kettle"])
    return reading.model(Kettle, document["kettle"], "kettle")


PLAIN = f"cups = {entry('2')}\ndegrees = {entry('90')}\n"


def test_a_field_says_what_is_accepted_in_which_unit_and_what_its_absence_means() -> None:
    assert entries_of(Kettle) == {
        "cups": Entry("a whole number from 1 to 9"),
        "degrees": Entry("a number from 0 to 100", "°C"),
        "lime": Entry("a number from 0 to 1", absent=0.25),
    }


def test_a_document_from_before_a_field_joined_means_what_its_absence_means() -> None:
    assert read(PLAIN) == Kettle(cups=2, heat=90.0, lime=0.25)
    assert read(f"{PLAIN}lime = {entry('0.5')}") == Kettle(cups=2, heat=90.0, lime=0.5)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("cups = ", "mugs = ", "kettle.mugs cannot be "),
        (f"cups = {entry('2')}", "", "kettle.cups cannot be nothing. Please give a whole"),
        ("value = 2", "value = 10", "kettle.cups cannot be 10. Please give a whole number"),
        ("value = 2", "value = true", "kettle.cups cannot be True"),
        ("value = 2", 'value = "2"', "kettle.cups cannot be “2”"),
        ("value = 2, ", "", "kettle.cups cannot be nothing"),
        ("value = 90", "value = nan", "kettle.degrees cannot be nan. Please give a number"),
        ("value = 90", "value = inf", "kettle.degrees cannot be inf"),
        (
            'value = 90, unit = "°C"',
            'value = 90, unit = "°F"',
            "kettle.degrees.unit cannot be “°F”. Please give °C.",
        ),
        ('rationale = "r"', 'rationale = " "', "kettle.cups.rationale cannot be "),
        ('rationale = "r"', 'because = "r"', "kettle.cups.because cannot be “r”. Please"),
    ],
)
def test_what_a_document_may_not_say_is_refused_with_file_key_value_and_what_is_accepted(
    old: str, new: str, sentence: str
) -> None:
    assert old in PLAIN
    with pytest.raises(PolicyError) as refused:
        read(PLAIN.replace(old, new, 1))
    assert str(refused.value).startswith(f"kettle.toml: {sentence}")


def test_units_of_what_was_stored_may_be_worded_as_they_were() -> None:
    worded = PLAIN.replace('value = 90, unit = "°C"', 'value = 90, unit = "Grad"')
    assert read(worded, any_unit=True).heat == 90.0
