from datetime import date

import pytest

from trial.domain.errors import InvalidInput
from trial.services import fields


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("  Ann  One ", "Ann One"),
        ("Ann\r\nOne", "Ann One"),
        ("Ann\tOne\x00", "Ann One"),
        ("Ann\x1b[31mOne", "Ann [31mOne"),
        ("👩🏽‍⚕️ Team 💙", "👩🏽‍⚕️ Team 💙"),
        ("Ju\u0308rgen", "Jürgen"),
        ("half \ud83d a pair", "half a pair"),
        ("مستشفى", "مستشفى"),
    ],
)
def test_a_line_is_kept_as_it_is_read(typed: str, kept: str) -> None:
    assert fields.one_line("Name", typed, limit=40) == kept


@pytest.mark.parametrize("length, taken", [(0, False), (1, True), (40, True), (41, False)])
def test_a_line_has_a_shortest_and_a_longest_length(length: int, taken: bool) -> None:
    typed = "x" * length
    if taken:
        assert fields.one_line("Name", typed, limit=40) == typed
    else:
        with pytest.raises(InvalidInput, match="40 characters"):
            fields.one_line("Name", typed, limit=40)


def test_ten_thousand_characters_are_refused_in_a_short_sentence_with_both_numbers() -> None:
    with pytest.raises(InvalidInput) as refusal:
        fields.one_line("Name", "x" * 10_000, limit=120)
    sentence = str(refusal.value)
    assert "10000 characters" in sentence
    assert "at most 120 characters" in sentence
    assert len(sentence) < 200


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("", ""),
        (" \n\t\n ", ""),
        ("One.\r\n\r\nTwo.", "One.\n\nTwo."),
        ("  One.  \n  Two.\x00 ", "One.\nTwo."),
    ],
)
def test_prose_keeps_its_paragraphs_and_nothing_that_cannot_be_seen(typed: str, kept: str) -> None:
    assert fields.prose("Reason", typed) == kept


def test_prose_that_is_asked_for_is_more_than_space() -> None:
    with pytest.raises(InvalidInput, match="Reason is empty"):
        fields.prose("Reason", " \n ", required=True)


@pytest.mark.parametrize(
    "typed",
    ["Ward.3+posts@Hospital.Example", "  o'hara@hospital.example ", "jürgen@klinik-köln.example"],
)
def test_an_address_is_kept_in_small_letters(typed: str) -> None:
    assert fields.email_address(typed) == typed.strip().lower()


@pytest.mark.parametrize(
    "typed",
    ["", "a", "a@", "@b.example", "a@b", "a@b.", "a b@c.example", "a@b@c.example", "<a@b.example>"],
)
def test_what_is_no_address_is_refused_with_an_example_of_one(typed: str) -> None:
    with pytest.raises(InvalidInput, match=r"ward@hospital\.example"):
        fields.email_address(typed)


@pytest.mark.parametrize("day, taken", [(4, False), (5, True), (9, True), (10, False)])
def test_a_span_of_days_takes_both_its_ends(day: int, taken: bool) -> None:
    asked, first, last = date(2026, 1, day), date(2026, 1, 5), date(2026, 1, 9)
    if taken:
        assert fields.day_within("Day", asked, first, last) == asked
    else:
        with pytest.raises(InvalidInput, match="Mon 5 Jan 2026 to Fri 9 Jan 2026"):
            fields.day_within("Day", asked, first, last)
