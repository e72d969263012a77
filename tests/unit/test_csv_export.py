"""Tables that leave as CSV: numbers stay numbers, and no cell is run as a formula."""

import csv
import io

import pytest

from trial.reports.csv_export import as_csv


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_table_reads_back_as_it_was() -> None:
    rows = [("Ärzte, „Süd“", 3, 0.25, None), ("line\nbreak", -1, -0.5, "")]
    content = as_csv(("name", "count", "share", "note"), rows)
    assert content.startswith(b"\xef\xbb\xbf")
    assert read(content) == [
        ["name", "count", "share", "note"],
        ["Ärzte, „Süd“", "3", "0.25", ""],
        ["line\nbreak", "-1", "-0.5", ""],
    ]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@sum", "\tx", "\rx"])
def test_a_text_that_would_be_a_formula_is_kept_from_being_one(cell: str) -> None:
    ((head,), (written,)) = read(as_csv((cell,), [(cell,)]))
    assert head == written == f"'{cell}"
