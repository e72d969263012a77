"""Days are read as a column, never guessed cell by cell."""

import unicodedata
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trial.ingest.days import DayOrder, read_days

FRIDAY_13 = date(2026, 2, 13)

WRITTEN_IN_MANY_WAYS = [
    "2026-02-13",
    "2026/02/13",
    "2026-2-13",
    "20260213",
    "13.02.2026",
    "13.2.2026",
    "13.02.26",
    "13/02/2026",
    "13-02-2026",
    "13 . 02 . 2026",
    "13 Feb 2026",
    "13. Februar 2026",
    "13-Feb-26",
    "13th of February 2026",
    "Feb 13, 2026",
    "February 13th, 2026",
    "Fri 13 Feb 2026",
    "Freitag, 13. Februar 2026",
    "Fr., 13.02.2026",
    "Fri, Feb 13, 2026",
    "2026-02-13 09:30",
    "2026-02-13T09:30:00Z",
    "2026-02-13T09:30:00.123+01:00",
    "13.02.2026 09:30 Uhr",
    "13.02.2026, 9:30",
    "02/13/2026 9:30 am",
    "02/13/2026",
    "46066",
    "46066.5",
    "  2026-02-13\u00a0",
    "\uff12\uff10\uff12\uff16-\uff10\uff12-\uff11\uff13",
]


@pytest.mark.parametrize("text", WRITTEN_IN_MANY_WAYS)
def test_one_day_is_read_however_it_is_written(text: str) -> None:
    read = read_days([text], field="Planned for")
    assert read.errors == ()
    assert read.days == (FRIDAY_13,)
    assert not read.ambiguous


@pytest.mark.parametrize(
    "text, day",
    [
        ("3. März 2026", date(2026, 3, 3)),
        ("3 Mrz 2026", date(2026, 3, 3)),
        ("1. Mai 2026", date(2026, 5, 1)),
        ("31. Dez. 2026", date(2026, 12, 31)),
        ("Jänner 6, 2026", date(2026, 1, 6)),
        ("29.02.2028", date(2028, 2, 29)),
        ("Sonntag, 1. März 2026", date(2026, 3, 1)),
    ],
)
def test_german_months_and_leap_days_are_days(text: str, day: date) -> None:
    assert read_days([text], field="Day").days == (day,)


@pytest.mark.parametrize("text", ["", "   ", "-", "–", "—", "\u00a0"])
def test_a_blank_or_a_lone_dash_is_no_day_and_no_error(text: str) -> None:
    read = read_days([text], field="Day")
    assert (read.days, read.errors, read.order) == ((None,), (), DayOrder.EMPTY)


@pytest.mark.parametrize(
    "texts, order, days",
    [
        (
            ["03/04/2026", "13/04/2026"],
            DayOrder.DAY_FIRST,
            (date(2026, 4, 3), date(2026, 4, 13)),
        ),
        (
            ["03/04/2026", "04/13/2026"],
            DayOrder.MONTH_FIRST,
            (date(2026, 3, 4), date(2026, 4, 13)),
        ),
        (
            ["03/04/2026", "03.04.2026"],
            DayOrder.DAY_FIRST,
            (date(2026, 4, 3), date(2026, 4, 3)),
        ),
        (["2026-03-04", "4 March 2026"], DayOrder.ISO, (date(2026, 3, 4), date(2026, 3, 4))),
    ],
)
def test_one_telling_day_settles_the_order_of_the_whole_column(
    texts: list[str], order: DayOrder, days: tuple[date, ...]
) -> None:
    read = read_days(texts, field="Day")
    assert (read.order, read.days, read.ambiguous) == (order, days, False)


def test_a_column_that_settles_nothing_is_read_day_first_and_says_so() -> None:
    read = read_days(["03/04/2026", "05/06/2026"], field="Day")
    assert read.days == (date(2026, 4, 3), date(2026, 6, 5))
    assert read.ambiguous
    assert read.order is DayOrder.DAY_FIRST


def test_a_day_that_is_the_same_in_both_orders_leaves_nothing_open() -> None:
    assert not read_days(["05/05/2026"], field="Day").ambiguous


def test_what_a_person_decided_is_followed_and_no_longer_open() -> None:
    read = read_days(["03/04/2026"], field="Day", order=DayOrder.MONTH_FIRST)
    assert (read.days, read.ambiguous) == ((date(2026, 3, 4),), False)


@pytest.mark.parametrize(
    "orders, told",
    [
        ({}, "the month first, as other days of this column are written"),
        (
            {"beside": DayOrder.DAY_FIRST},
            "the day first, as other days of this file are written",
        ),
        (
            {"beside": DayOrder.MONTH_FIRST, "order": DayOrder.DAY_FIRST},
            "the day first, as chosen for this column",
        ),
    ],
)
def test_a_day_in_another_order_is_told_who_has_settled_it(
    orders: dict[str, DayOrder], told: str
) -> None:
    read = read_days(["02/19/2026", "02/20/2026", "17/02/2026"], field="Day", **orders)
    assert read.errors[-1][1].endswith(f"Please give {told}.")
    assert not read.ambiguous


def test_dots_are_turned_round_by_a_person_and_by_no_other_column() -> None:
    by_person = read_days(["03.04.2026"], field="Day", order=DayOrder.MONTH_FIRST)
    assert by_person.days == (date(2026, 3, 4),)
    by_file = read_days(["03.04.2026"], field="Day", beside=DayOrder.MONTH_FIRST)
    assert by_file.days == (None,)
    assert "the month first, as other days of this file are written" in by_file.errors[0][1]


def test_two_orders_in_one_column_are_named_row_by_row_and_leave_the_rest_open() -> None:
    read = read_days(["13/02/2026", "14/02/2026", "02/15/2026", "03/04/2026"], field="Day")
    assert read.days == (date(2026, 2, 13), date(2026, 2, 14), None, date(2026, 4, 3))
    assert [index for index, _ in read.errors] == [2]
    assert "02/15/2026" in read.errors[0][1]
    assert "day first" in read.errors[0][1]
    assert read.ambiguous


def test_the_more_frequent_order_wins_where_both_occur() -> None:
    read = read_days(["02/13/2026", "02/14/2026", "15.02.2026"], field="Day")
    assert read.order is DayOrder.MONTH_FIRST
    assert [index for index, _ in read.errors] == [2]


@pytest.mark.parametrize(
    "text, told",
    [
        ("30.02.2026", "February 2026 has 28 days"),
        ("2026-02-29", "February 2026 has 28 days"),
        ("31/31/2026", "a month from 1 to 12, not 31"),
        ("2026-13-01", "a month from 1 to 12, not 13"),
        ("00.01.2026", "January 2026 has 31 days"),
        ("13.02.0226", "a year from 1990 to 2099"),
        ("12345", "a year from 1990 to 2099"),
        ("13.02.", "with its year"),
        ("13 Feb", "with its year"),
        ("next week", "a date such as"),
        ("KW 7", "a date such as"),
        ("13 Foo 2026", "a date such as"),
        ("=A2+7", "a date such as"),
        ("13.02.2026 / 14.02.2026", "a date such as"),
        ("💉", "a date such as"),
        ("9" * 10_000, "a date such as"),
    ],
)
def test_what_is_no_day_is_named_with_what_would_be_one(text: str, told: str) -> None:
    read = read_days([text], field="Planned for")
    assert read.days == (None,)
    ((index, sentence),) = read.errors
    assert index == 0
    assert sentence.startswith("Planned for cannot be ")
    assert told in sentence
    assert len(sentence) < 300


DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
NUMERIC = {DayOrder.DAY_FIRST: ("%d.%m.%Y", "%d/%m/%Y"), DayOrder.MONTH_FIRST: ("%m/%d/%Y",)}


@given(st.lists(DAYS, max_size=30), st.sampled_from(["%Y-%m-%d", "%Y-%m-%d %H:%M", "%d %b %Y"]))
def test_days_written_without_doubt_come_back_as_they_were(days: list[date], form: str) -> None:
    read = read_days([day.strftime(form) for day in days], field="Day")
    assert read.days == tuple(days)
    assert not read.ambiguous


@given(st.lists(DAYS, max_size=30))
def test_spreadsheet_numbers_come_back_as_days(days: list[date]) -> None:
    numbers = [str((day - date(1899, 12, 30)).days) for day in days]
    assert read_days(numbers, field="Day").days == tuple(days)


@given(st.lists(DAYS, max_size=30), st.sampled_from(sorted(NUMERIC)), st.data())
def test_a_column_in_one_order_comes_back_or_is_open_never_silently_wrong(
    days: list[date], order: DayOrder, data: st.DataObject
) -> None:
    form = data.draw(st.sampled_from(NUMERIC[order]))
    texts = [day.strftime(form) for day in days]
    read = read_days(texts, field="Day")
    assert read.ambiguous or read.days == tuple(days)
    assert read_days(texts, field="Day", order=order).days == tuple(days)


@given(st.lists(st.text(max_size=30), max_size=10))
def test_any_text_is_read_or_named(texts: list[str]) -> None:
    read = read_days(texts, field="Day")
    wrong = {index for index, _ in read.errors}
    assert len(read.days) == len(texts)
    assert all(read.days[index] is None for index in wrong)


def test_twenty_thousand_days_are_read_at_once() -> None:
    days = [date(2026, 1, 1) + timedelta(days=index % 365) for index in range(20_000)]
    read = read_days([day.strftime("%d/%m/%Y") for day in days], field="Day")
    assert read.days == tuple(days)


def test_a_text_far_longer_than_any_day_is_not_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    def normalize(_form: str, text: str) -> str:
        looked.append(len(text))
        return unicodedata.normalize("NFKC", text)

    monkeypatch.setattr("trial.ingest.days.unicodedata", SimpleNamespace(normalize=normalize))
    read = read_days(["13 Feb 2026", "1" * 32_000, " " * 32_000 + "13 Feb 2026"], field="Day")
    assert [day is not None for day in read.days] == [True, False, False]
    assert max(looked) <= 100
    assert all(len(sentence) < 250 for _, sentence in read.errors)
