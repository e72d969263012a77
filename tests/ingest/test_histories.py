"""Posting histories as people bring them: what is taken, and what is refused in one sentence."""

from datetime import date

import pytest

from trial.domain.errors import InvalidInput
from trial.domain.timelines import Account
from trial.ingest.histories import Histories, HistoryFile, read_histories

TODAY = date(2026, 2, 13)
WATCHED = "account,obs_start,obs_end\n"


def read(posts: str, accounts: str | None = None, until: date | None = None) -> Histories:
    about = None if accounts is None else HistoryFile("accounts.csv", accounts.encode())
    return read_histories(HistoryFile("posts.csv", posts.encode()), about, today=TODAY, until=until)


# ----------------------------------------------------------------------------------- what is taken
def test_a_row_is_a_post() -> None:
    ward, other = read(
        "account,date\nward,2025-01-03\nother,2025-01-04\nward,2025-01-03\nward,2025-03-01\n"
    ).accounts
    assert ward == Account(
        source="",
        name="ward",
        observed_from=date(2025, 1, 3),
        observed_until=date(2025, 3, 1),
        is_cut_off=False,
        by_day=True,
        posts={date(2025, 1, 3): 2, date(2025, 3, 1): 1},
    )
    assert (other.full_name, other.observed_until) == ("other", date(2025, 3, 1))


@pytest.mark.parametrize("heading", ["n", "count", "Posts", "Anzahl"])
def test_a_row_may_be_a_day_with_a_number_of_posts(heading: str) -> None:
    (ward,) = read(f"account,date,{heading}\nward,2025-01-03,4\nward,2025-02-03,0\n").accounts
    assert ward.posts == {date(2025, 1, 3): 4}
    assert ward.observed_until == date(2025, 2, 3), "a day of zero posts was watched"


def test_german_headings_days_and_semicolons_are_understood() -> None:
    (ward,) = read("Konto;Datum\nStation;31.01.2025\nStation;1.2.2025\n").accounts
    assert sorted(ward.posts) == [date(2025, 1, 31), date(2025, 2, 1)]


def test_the_second_file_says_how_each_account_was_watched() -> None:
    about = (
        "source,account,kind,granularity,obs_start,obs_end,left_truncated,cluster\n"
        "b,ward,hospital,week,2024-12-01,2025-06-30,1,house\n"
        "b,silent,hospital,day,2024-12-01,2025-06-30,0,house\n"
    )
    found = read("source,account,date,n\nb,ward,2025-01-05,7\n", about)
    assert found.accounts == (
        Account(
            source="b",
            name="ward",
            observed_from=date(2024, 12, 1),
            observed_until=date(2025, 6, 30),
            is_cut_off=True,
            by_day=False,
            posts={date(2025, 1, 5): 7},
            cluster="house",
        ),
    )
    assert found.notes == ("1 account has no post at all and cannot be a trial.",)


@pytest.mark.parametrize(
    "posts, until, note",
    [
        (
            "account,date\nw,2025-01-03\n",
            None,
            "Each account is taken to have been watched from its first post to Fri 3 Jan 2025.",
        ),
        (
            "account,date\nw,2025-01-03\n",
            date(2026, 1, 31),
            "Each account is taken to have been watched from its first post to Sat 31 Jan 2026.",
        ),
        (
            "source,account,date\na,w,2025-01-03\nb,w,2025-02-03\n",
            None,
            "Each account is taken to have been watched from its first post to Mon 3 Feb 2025 or "
            "the last day of its source.",
        ),
        (
            "account,date\nw,2025-01-03\nw,2025-01-01\n",
            date(2025, 1, 3),
            "The dates of posts.csv are not in order; they were put in order.",
        ),
    ],
)
def test_what_is_taken_for_granted_is_said(posts: str, until: date | None, note: str) -> None:
    found = read(posts, until=until)
    assert note in found.notes
    if until is not None:
        assert {account.observed_until for account in found.accounts} == {until}


@pytest.mark.parametrize(
    "rows, times, notes",
    [
        ("w,2025-01-03\nw,2025-01-04\n", 1, []),
        ("w,2025-01-03\nx,2025-01-03\n", 1, []),
        (
            "w,2025-01-03\n",
            2,
            ["1 row repeats an account and day; each row counts as a post."],
        ),
        (
            "w,2025-01-03\nw,2025-01-03\nx,2025-01-04\n",
            2,
            ["4 rows repeat an account and day; each row counts as a post."],
        ),
    ],
)
def test_rows_of_one_account_and_day_are_posts_and_are_told(
    rows: str, times: int, notes: list[str]
) -> None:
    found = read("account,date\n" + rows * times)
    posts = sum(sum(account.posts.values()) for account in found.accounts)
    assert posts == rows.count("\n") * times
    assert [note for note in found.notes if "repeat" in note] == notes


def test_four_posts_in_the_row_of_a_day_repeat_nothing() -> None:
    notes = read("account,date,n\nw,2025-01-03,4\n").notes
    assert not any("repeat" in note for note in notes)


def test_rows_in_any_order_are_the_same_account() -> None:
    rows = ["w,2025-01-03\n", "w,2025-02-03\n", "w,2025-01-20\n"]
    forwards, backwards = (read("account,date\n" + "".join(each)) for each in (rows, rows[::-1]))
    assert forwards.accounts == backwards.accounts


# ----------------------------------------------------------------------------------- what is not
@pytest.mark.parametrize(
    "posts, accounts, told",
    [
        ("account,day of post\nw,1\n", None, "posts.csv, heading cannot be “account, day of post”"),
        ("account,date\n", None, "a heading only"),
        ("", None, "empty"),
        ("account,date\nw,\nw,2025-01-01\n", None, "Please fill in posts.csv, row 2, date:"),
        ("account,date\nw,soon\n", None, "posts.csv, row 2, date cannot be “soon”"),
        ("account,date\nw,2025-02-30\n", None, "February 2025 has 28 days"),
        ("account,date\nw,03/04/2025\n", None, "dates that can be read in one way only"),
        (
            "account,date\nw,2025-01-01\nw,2026-02-14\n",
            None,
            "posts.csv, row 3, date cannot be “Sat 14 Feb 2026”. Please give a day up to "
            "today, Fri 13 Feb 2026.",
        ),
        ("account,date\n,2025-01-01\n", None, "Please fill in posts.csv, row 2, account"),
        ("source,account,date\n,w,2025-01-01\n", None, "Please fill in posts.csv, row 2, source"),
        ("account,date,n\nw,2025-01-01,-1\n", None, "posts.csv, row 2, n cannot be “-1”"),
        ("account,date,count\nw,2025-01-01,1.5\n", None, "row 2, count cannot be “1.5”"),
        ("account,date,n\nw,2025-01-01,4001\n", None, "a whole number from 0 to 4,000"),
        (f"account,date,n\nw,2025-01-01,{'9' * 5000}\n", None, "a whole number from 0 to 4,000"),
        ("account,date,n\nw,2025-01-01,nan\n", None, "row 2, n cannot be “nan”"),
        ("account,date,n\nw,2025-01-01,\n", None, "Please fill in posts.csv, row 2, n: a"),
        (
            "account,date,n\nw,2025-01-01,2\nx,2025-01-01,2\nw,2025-01-01,1\n",
            None,
            "posts.csv, row 4, date cannot be “Wed 1 Jan 2025”. Please give one row a day "
            "where n counts the posts; row 2 has this account and day already.",
        ),
        ("account,date,n\nw,2025-01-01,0\n", None, "no posts"),
        ("account,date\nw,2025-01-01,more\n", None, "posts.csv, row 2: It has more cells than the"),
        (
            "account,date\nw,2025-01-01\nx,2025-01-01\n",
            WATCHED + "w,2025-01-01,2025-12-31\n",
            "posts.csv, row 3, account cannot be “x”. Please give an account that the file "
            "of accounts has.",
        ),
        (
            "account,date\nw,2025-01-02\nw,2024-12-31\n",
            WATCHED + "w,2025-01-01,2025-12-31\n",
            "posts.csv, row 3, date cannot be “Tue 31 Dec 2024”. Please give a day from Wed "
            "1 Jan 2025 to Wed 31 Dec 2025, when “w” was watched.",
        ),
        (
            "account,date\nw,2026-01-01\n",
            WATCHED + "w,2025-01-01,2025-12-31\n",
            "posts.csv, row 2, date cannot be “Thu 1 Jan 2026”",
        ),
        (
            "account,date\nw,2025-01-01\n",
            WATCHED + "w,2025-01-01,2024-12-31\n",
            "accounts.csv, row 2, obs_end cannot be “Tue 31 Dec 2024”. Please give a day "
            "from obs_start on, Wed 1 Jan 2025.",
        ),
        (
            "account,date\nw,2025-01-01\n",
            WATCHED + "w,2025-01-01,2027-12-31\n",
            "accounts.csv, row 2, obs_end cannot be “Fri 31 Dec 2027”. Please give a day up",
        ),
        (
            "account,date\nw,2025-01-01\n",
            WATCHED + "w,2025-01-01,2025-12-31\nw,2025-01-01,2025-12-31\n",
            "accounts.csv, row 3, account cannot be “w”. Please give one row an account.",
        ),
        (
            "account,date\nw,2025-01-01\n",
            WATCHED + ",2025-01-01,2025-12-31\n",
            "Please fill in accounts.csv, row 2, account",
        ),
        (
            "account,date\nw,2025-01-01\n",
            "account,obs_start,obs_end,granularity\nw,2025-01-01,2025-12-31,month\n",
            "accounts.csv, row 2, granularity cannot be “month”. Please give day or week.",
        ),
        ("account,date\nw,2025-01-01\n", "account,obs_start\nw,2025-01-01\n", "has obs_end"),
    ],
)
def test_what_is_doubtful_is_refused_with_its_row(
    posts: str, accounts: str | None, told: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(posts, accounts)
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "until, accounts, told",
    [
        (date(2026, 2, 14), None, "a day up to today"),
        (date(2024, 12, 31), None, "a day up to Tue 31 Dec 2024, when watching ended"),
        (date(2025, 6, 1), WATCHED + "w,2025-01-01,2025-12-31\n", "no day beside a file"),
    ],
)
def test_an_end_of_watching_must_fit(until: date, accounts: str | None, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        read("account,date\nw,2025-01-01\n", accounts, until)


def test_posts_of_one_day_in_many_rows_are_bounded() -> None:
    with pytest.raises(InvalidInput, match="at most 4,000 posts a day"):
        read("account,date\n" + "w,2025-01-01\n" * 4_001)
