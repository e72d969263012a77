"""Sentences stay short, whatever they are about."""

import pytest

from trial.domain.errors import InvalidInput, PolicyError, shown


class Endless(str):
    """A text of which nobody may make another one as long."""

    __slots__ = ()

    def __format__(self, _: str) -> str:
        raise AssertionError("written out before it was cut")

    __str__ = __repr__ = lambda self: self.__format__("")


@pytest.mark.parametrize(
    "value, words",
    [
        (None, "nothing"),
        ("", "nothing"),
        ("Tea", "“Tea”"),
        (True, "True"),
        (0.5, "0.5"),
        ("x" * 78, f"“{'x' * 78}”"),
        ("x" * 79, f"“{'x' * 76} …”"),
        ("a\x1b[31mb\x00", "“a\ufffd[31mb\ufffd”"),
        (10**22, "10000000000000000000000"),
    ],
)
def test_a_value_is_shown_as_it_may_stand_in_a_sentence(value: object, words: str) -> None:
    assert shown(value) == words


def test_a_number_that_python_does_not_write_out_is_told_by_its_length() -> None:
    assert shown(10**10_000) == "a number of about 10,000 digits"


def test_a_table_of_a_file_is_shown_by_its_beginning() -> None:
    assert len(shown(["x" * 10_000_000])) <= 80
    deep = {str(number): {"deep": ["x" * 1_000] * 1_000} for number in range(1_000)}
    assert len(shown(deep)) <= 80


def test_a_text_is_cut_before_it_is_written_out() -> None:
    assert len(shown(Endless("x" * 10_000_000))) == 80


def test_no_sentence_grows_with_what_it_is_about() -> None:
    long = "x" * 10_000_000
    assert len(str(InvalidInput(long, long, long))) < 1_600
    assert len(str(PolicyError(long, long, long, long))) < 1_600
