"""What is refused, in a sentence that says what would be right."""

from __future__ import annotations

import pytest

from trial.domain import fields
from trial.domain.errors import InvalidForm, InvalidInput, whole_form


@pytest.mark.parametrize(
    ("field", "value", "accepted", "sentence"),
    [
        ("Hours", 200, "0 to 168", "Hours cannot be 200. Please give 0 to 168."),
        ("E-mail", "kim", "one address", "E-mail cannot be “kim”. Please give one address."),
        ("Day", None, "a day", "Please fill in Day: a day."),
        ("Day", "", "a day", "Please fill in Day: a day."),
    ],
)
def test_a_refusal_names_the_field_and_what_would_be_right(
    field: str, value: object, accepted: str, sentence: str
) -> None:
    assert str(InvalidInput(field, value, accepted)) == sentence


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("Department", "Give the department a name of 1 to 80 characters."),
        ("Title", "Give the post a title of 1 to 80 characters."),
        ("Reason", "Give a reason of 1 to 80 characters."),
        ("Channel", "Please fill in Channel, with 1 to 80 characters."),
    ],
)
def test_a_missing_text_is_asked_for_as_a_person_would(field: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        fields.clean_line(field, "  ", limit=80)
    assert str(refused.value) == sentence


def test_every_field_of_a_form_is_refused_at_once() -> None:
    def form() -> None:
        with whole_form() as read:
            read(fields.clean_line, "Name", "", limit=80)
            read(fields.clean_line, "Department", "Cardiology", limit=80)
            read(fields.email_address, "kim")

    with pytest.raises(InvalidForm) as refused:
        form()
    assert [one.field for one in refused.value.fields] == ["Name", "E-mail"]
    assert str(refused.value) == (
        "Give the person a name of 1 to 80 characters. “kim” is not an e-mail address. Give an "
        "e-mail address such as ward@hospital.example."
    )


def test_a_single_refusal_stays_what_it_was() -> None:
    with pytest.raises(InvalidInput) as refused, whole_form() as read:
        read(fields.clean_line, "Name", "", limit=80)
    assert type(refused.value) is InvalidInput
    assert refused.value.fields == (refused.value,)


def test_a_form_without_refusals_gives_what_was_read() -> None:
    with whole_form() as read:
        name = read(fields.clean_line, "Name", " Kim  Lee ", limit=80)
    assert name == "Kim Lee"
