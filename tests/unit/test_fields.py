import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from trial.domain import fields
from trial.domain.errors import InvalidInput
from trial.domain.fields import UnshowableCharacter


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("  Ann  One ", "Ann One"),
        ("Ann\r\nOne", "Ann One"),
        ("Ann\t\v\f\x85\u2028\u2029\xa0One\n", "Ann One"),
        ("👩🏽‍⚕️ Team 💙", "👩🏽‍⚕️ Team 💙"),
        ("Ju\u0308rgen", "Jürgen"),
        ("مستشفى", "مستشفى"),
    ],
)
def test_a_line_is_kept_as_it_is_read(typed: str, kept: str) -> None:
    assert fields.clean_line("Name", typed, limit=40) == kept


@pytest.mark.parametrize("length, taken", [(0, False), (1, True), (40, True), (41, False)])
def test_a_line_has_a_shortest_and_a_longest_length(length: int, taken: bool) -> None:
    typed = "x" * length
    if taken:
        assert fields.clean_line("Name", typed, limit=40) == typed
    else:
        with pytest.raises(InvalidInput, match="40 characters"):
            fields.clean_line("Name", typed, limit=40)


def test_ten_thousand_characters_are_refused_in_a_short_sentence_with_both_numbers() -> None:
    with pytest.raises(InvalidInput) as refusal:
        fields.clean_line("Name", "x" * 10_000, limit=120)
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
        ("  One.  \n  Two.\t ", "One.\nTwo."),
        ("One.\u2028Two.\x85Three.\x0bFour.", "One.\nTwo.\nThree.\nFour."),
    ],
)
def test_prose_keeps_its_paragraphs_and_no_other_space(typed: str, kept: str) -> None:
    assert fields.clean_text("Reason", typed) == kept


def test_prose_that_is_asked_for_is_more_than_space() -> None:
    with pytest.raises(InvalidInput, match="Give a reason of 1 to 500 characters"):
        fields.clean_text("Reason", " \n ", required=True)


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


CALLS: dict[str, Callable[[str], str]] = {
    "line": lambda typed: fields.clean_line("Title", typed, limit=200),
    "prose": lambda typed: fields.clean_text("Title", typed),
    "verbatim": lambda typed: fields.verbatim("Title", typed, limit=200),
    "e-mail": fields.email_address,
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "character, code",
    [
        ("\x00", "U+0000"),
        ("\x1b", "U+001B"),
        ("\x1f", "U+001F"),
        ("\x7f", "U+007F"),
        ("\x9b", "U+009B"),
        ("\ud83d", "U+D83D"),
        ("\ufdd0", "U+FDD0"),
        ("\uffff", "U+FFFF"),
        ("\U0010fffe", "U+10FFFE"),
    ],
)
def test_what_cannot_be_shown_is_refused_by_name_and_place(
    call: str, character: str, code: str
) -> None:
    with pytest.raises(
        UnshowableCharacter, match=rf"cannot be shown \({re.escape(code)}\), at place 4\."
    ):
        CALLS[call](f"Tea{character}")


class Walked(str):
    """A text that counts how many of its characters somebody has asked for."""

    __slots__ = ("asked",)
    asked: int

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("somebody walks over all of it")

    def __getitem__(self, key: object) -> str:
        part = str.__getitem__(self, key)  # type: ignore[index]
        self.asked = getattr(self, "asked", 0) + len(part)
        return part

    def _whole(self, *_: object, **__: object) -> Any:
        raise AssertionError("somebody looks at all of it")

    split = splitlines = strip = lower = casefold = encode = replace = translate = _whole
    lstrip = rstrip = upper = isprintable = partition = _whole


@pytest.mark.parametrize("call", CALLS)
def test_of_a_text_that_is_far_too_long_only_the_length_and_the_beginning_are_looked_at(
    call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    monkeypatch.setattr(fields, "unshowable_at", looked.append)
    typed = Walked("x" * 20_000_000)
    with pytest.raises(InvalidInput, match="20000000 characters") as refusal:
        CALLS[call](typed)
    assert looked == []
    assert typed.asked <= 100
    assert len(str(refusal.value)) < 200


def test_an_address_no_account_can_have_is_not_walked_over() -> None:
    assert fields.normalise_email(Walked("x" * 10_000_000)) == ""


@pytest.mark.parametrize("space", [" ", "\n", "\u00a0"])
def test_space_around_a_text_of_full_length_is_no_reason_to_refuse_it(space: str) -> None:
    typed = space * 500 + "x" * 200 + space * 500
    assert fields.clean_line("Title", typed, limit=200) == "x" * 200
