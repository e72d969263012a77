"""One reader of tables: what a calendar, a log or a history has taken, the others take."""

from datetime import date

import pytest

from trial.domain.calendar import TrialWindow, trial_window
from trial.domain.errors import InvalidInput
from trial.domain.posts import Post
from trial.ingest.headings import PostField, read_headings
from trial.ingest.histories import HistoryFile, read_histories
from trial.ingest.import_columns import guess
from trial.ingest.import_rows import CheckedRow, CheckedRows, ImportContext, check_rows
from trial.ingest.log_files import LogFile, read_log
from trial.ingest.post_table import HISTORY, LOG, columns_of
from trial.ingest.sheets import read_sheet

TODAY = date(2026, 4, 30)
WINDOW: TrialWindow = trial_window(date(2026, 3, 30))

# Files with the days of posts in them; what Import made of them before there was one reader.
TABLES = {
    "days whose order another column settles": (
        "title,planned_for,delivered_on\nTea,13/04/2026,03/04/2026\nCake,15/04/2026,04/04/2026\n"
    ),
    "months first, as another column says": (
        "title,planned_for,delivered_on\nTea,04/05/2026,04/13/2026\nCake,04/06/2026,04/14/2026\n"
    ),
    "German headings": (
        "Beitragstitel;Geplant für;Geliefert am;Autorin\nTee;13.04.2026;10.04.2026;Ada\n"
        "Kuchen;;14.04.2026;Grace\n"
    ),
    "headings with more around the words": (
        "Thema des Beitrags;Geplant für (Tag)*;Geliefert am:;Zurückgegeben am;Erneut geliefert am\n"
        "Tee;13 Apr 2026;10. April 2026;11.04.2026;12.04.2026\n"
    ),
    "several rounds and a lone dash": (
        "title,planned_for,delivered_on,returned_on,redelivered_on\n"
        "Tea,2026-04-20,2026-04-10,2026-04-11; 2026-04-14,2026-04-12;2026-04-15\n"
        "Cake,2026-04-22,-,,\n"
    ),
    "the product's own names beside other words": (
        "Date,title,planned_for,Post,delivered_on\n2026-01-01,Tea,2026-04-20,7,2026-04-10\n"
    ),
}


def imported(text: str) -> CheckedRows:
    sheet = read_sheet("plan.csv", text.encode())
    guesses = guess(sheet, read_headings())
    columns = {field.value: column for column, field in guesses.items()}
    return check_rows(sheet, columns, ImportContext(WINDOW, TODAY, 3, {}))


def scored(text: str) -> LogFile:
    return read_log("plan.csv", text.encode(), WINDOW, TODAY)


def facts(post: Post | CheckedRow) -> tuple[object, ...]:
    rounds = post.rework if isinstance(post, Post) else post.rounds
    return post.title, post.contributor, post.planned_for, post.delivered_on, rounds


@pytest.mark.parametrize("kind", TABLES)
def test_import_and_score_read_the_same_posts(kind: str) -> None:
    checked = imported(TABLES[kind])
    assert (checked.errors, checked.ambiguous) == ((), ())
    (log,) = scored(TABLES[kind]).trials
    assert [facts(post) for post in log.log.posts] == [facts(row) for row in checked.rows]


def test_the_column_that_settles_the_order_settles_it_for_score_too() -> None:
    (log,) = scored(TABLES["days whose order another column settles"]).trials
    assert [post.delivered_on for post in log.log.posts] == [date(2026, 4, 3), date(2026, 4, 4)]


def test_the_column_that_settles_the_order_settles_it_for_a_file_of_accounts_too() -> None:
    read = read_histories(
        HistoryFile("posts.csv", b"account,date\nward,2026-01-05\n"),
        HistoryFile("accounts.csv", b"account,obs_start,obs_end\nward,03/01/2026,13/02/2026\n"),
        today=TODAY,
    )
    assert read.accounts[0].observed_from == date(2026, 1, 3)


@pytest.mark.parametrize(
    "rows, told",
    [
        ("Tea,13/04/2026,2026-04-10,x,y\n", "It has more cells than the heading"),
        ("Tea,31.04.2026,\n", "April 2026 has 30 days"),
        ("Tea,13/04/2026,04/14/2026\nBun,14/04/2026,\n", "the day first"),
    ],
)
def test_a_row_that_one_refuses_the_other_refuses_with_the_same_sentence(
    rows: str, told: str
) -> None:
    text = f"Title,Planned for,Delivered on\n{rows}"
    (error,) = imported(text).errors
    assert told in str(error)
    with pytest.raises(InvalidInput) as refused:
        scored(text)
    assert str(refused.value) == f"plan.csv was not scored:\n{error}"


def test_days_in_two_orders_wait_for_a_person_or_are_refused() -> None:
    text = "title,planned_for,delivered_on\nTea,03/04/2026,04/04/2026\nBun,05/04/2026,06/04/2026\n"
    assert imported(text).ambiguous == (PostField.PLANNED_FOR, PostField.DELIVERED_ON)
    with pytest.raises(InvalidInput, match=r"delivered_on cannot be .* in two orders"):
        scored(text)


def test_what_was_understood_of_other_headings_is_said() -> None:
    notes = scored("Titel;Planned for;Geliefert am\nTee;13.04.2026;10.04.2026\n").notes
    assert notes[0] == (
        "Columns were read by their headings: “Titel” as title, “Geliefert am” as delivered_on."
    )
    read = read_histories(HistoryFile("p.csv", b"Konto;n;Datum\nWard;2;13.02.2026\n"), today=TODAY)
    assert read.notes[0] == (
        "Columns were read by their headings: “Konto” as account, “Datum” as date."
    )


@pytest.mark.parametrize(
    "heading, cell, field",
    [
        ("approved_on", "yes", "approved_on"),
        ("Approved", "yes", None),
        ("Approved", "2026-04-01", "approved_on"),
        ("Created at", "2026-04-01T10:00", "planned_on"),
        ("Abteilung", "Kardiologie", "department"),
        ("Mood", "fine", None),
    ],
)
def test_cells_may_overrule_the_words_of_a_heading_never_the_name_of_a_field(
    heading: str, cell: str, field: str | None
) -> None:
    sheet = read_sheet("plan.csv", f"{heading};x\n{cell};1\n".encode())
    columns = columns_of(sheet, LOG, read_headings().words_of("posts"))
    assert [name for name, column in columns.items() if column == heading] == [field] * bool(field)


@pytest.mark.parametrize("heading", ["Follower count", "Post id", "Date of birth"])
def test_a_history_takes_whole_headings_only(heading: str) -> None:
    cell = "1990-01-01" if "Date" in heading else "12"
    sheet = read_sheet("posts.csv", f"account;{heading}\nward;{cell}\n".encode())
    assert columns_of(sheet, HISTORY, read_headings().words_of("histories")) == {
        "account": "account"
    }
