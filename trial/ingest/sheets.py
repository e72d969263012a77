"""Tables that people bring along: CSV of any make, and Excel workbooks.

A file is read into text, row by row, under the numbers a person sees in their own program, so
that whatever is said about a row later can be found there. What a file is, its content tells,
never its name.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from trial.domain.characters import shortened
from trial.domain.errors import InvalidInput
from trial.domain.fields import FILE_NAME_LIMIT
from trial.ingest.csv_tables import read_csv
from trial.ingest.raw_tables import (
    ACCEPTED,
    COLUMN_LIMIT,
    ROW_LIMIT,
    RawRow,
    RawTable,
    refuse_size,
    refused,
    too_many_columns,
    too_many_rows,
)
from trial.ingest.workbooks import read_workbook

# A column name beyond this is cut: it is a label to choose by.
_MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row.

    Parameters
    ----------
    number : int
        As a person counts in the file; the heading of an ordinary file is row 1.
    cells : tuple of str
        One for each column, trimmed; empty where the file has nothing.
    without_value : frozenset of int
        Columns whose cell is a formula that the file stores no value for.
    surplus : int
        Cells beyond the last column, as a comma outside quotes makes them; 0 in a sound row.
    """

    number: int
    cells: tuple[str, ...]
    without_value: frozenset[int] = frozenset()
    surplus: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table, as text.

    Parameters
    ----------
    name : str
        The file's.
    columns : tuple of str
        Trimmed and different from each other: a heading that is empty or comes twice is called
        ``"Column 3"`` or ``"Title (2)"``.
    rows : tuple of SheetRow
        Without the empty ones.
    notes : tuple of str
        What a reader of the file ought to know about how it was read, in sentences.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    notes: tuple[str, ...]

    def column(self, name: str) -> tuple[str, ...]:
        """Return the cells of one column, in the order of `rows`."""
        index = self.columns.index(name)
        return tuple(row.cells[index] for row in self.rows)


def read_sheet(
    name: str, content: bytes, *, sheet: str | None = None, row_limit: int = ROW_LIMIT
) -> Sheet:
    """Read a CSV file or an Excel workbook.

    Parameters
    ----------
    name : str
        The file's name, for the sentences; shown shortened to 120 characters.
    content : bytes
    sheet : str, optional
        Which sheet of a workbook; by default the first visible one with anything in it.
    row_limit : int
        Most rows below the heading of a CSV file; a workbook's are at most `ROW_LIMIT`.

    Raises
    ------
    InvalidInput
        When the file is larger than a limit of these modules, empty, has nothing below its
        heading, or is neither CSV nor ``.xlsx``. The sentence says what would be accepted.
    """
    name = shortened(name, FILE_NAME_LIMIT)
    refuse_size(name, len(content))
    if not content.strip(b"\x00\t\r\n\x0b\x0c \xef\xbb\xbf\xfe\xff"):
        raise refused(name, "empty", "a file with a heading and at least one row below it")
    for signature, what, accepted in _OTHER_KINDS:
        if content.startswith(signature):
            raise refused(name, what, accepted)
    if content.startswith(_OLE):
        raise _ole_refused(name, content)
    if content.startswith(b"PK\x03\x04"):
        table = read_workbook(name, content, sheet)
    else:
        table = read_csv(name, content, row_limit)
    return _sheet(name, table, row_limit)


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_KINDS = (
    (b"%PDF", "a PDF", ACCEPTED),
    (b"\x89PNG", "a picture", ACCEPTED),
    (b"\xff\xd8\xff", "a picture", ACCEPTED),
    (b"GIF8", "a picture", ACCEPTED),
    (b"\x1f\x8b", "a packed file", f"{ACCEPTED}, unpacked"),
    (b"SQLite format 3", "a database", ACCEPTED),
)


def _ole_refused(name: str, content: bytes) -> InvalidInput:
    # A workbook with a password travels in the same container as the old format.
    if "EncryptedPackage".encode("utf-16-le") in content:
        return refused(name, "protected by a password", "the same workbook without a password")
    return refused(
        name, "in the Excel format of before 2007", "the same workbook saved as .xlsx, or CSV"
    )


# ---------------------------------------------------------------------------------- the table
def _sheet(name: str, table: RawTable, row_limit: int) -> Sheet:
    filled = [row for row in table.rows if any(row.cells) or row.without_value]
    if not filled:
        raise refused(name, "no text in it", "a file with a heading and at least one row below it")
    at = _heading(filled)
    number, heading, _ = filled[at]
    notes = list(table.notes)
    if at:
        notes.append(f"The heading is taken from row {number}.")
    body = filled[at + 1 :]
    if not body:
        raise refused(name, "a heading only", "a file with at least one row below the heading")
    if len(body) > row_limit:
        raise too_many_rows(name, row_limit)
    width = _last_filled(heading) + 1
    if not table.ragged_is_wrong:
        # A cell beside the heading of a workbook is a column somebody forgot to name.
        width = max(width, *(_last_filled(row.cells) + 1 for row in body))
    if width > COLUMN_LIMIT:
        raise too_many_columns(name)
    rows = tuple(
        SheetRow(
            row_number,
            tuple((cells + [""] * width)[:width]),
            unread,
            max(0, _last_filled(cells) + 1 - width),
        )
        for row_number, cells, unread in body
    )
    return Sheet(name, _column_names(heading, width), rows, tuple(notes))


def _heading(filled: Sequence[RawRow]) -> int:
    """Return which row is the heading: below a line that only names the table, the next full one.

    Such a line fills one cell, and the rows after it more than one.
    """
    counts = [sum(1 for cell in cells if cell) for _, cells, _ in filled[:10]]
    if counts[0] > 1:
        return 0
    return next((index for index, count in enumerate(counts) if count > 1), 0)


def _last_filled(cells: Sequence[str]) -> int:
    return next((index for index in range(len(cells) - 1, -1, -1) if cells[index]), -1)


def _column_names(heading: Sequence[str], width: int) -> tuple[str, ...]:
    names: list[str] = []
    taken: set[str] = set()
    for index in range(width):
        own = " ".join(heading[index].split())[:_MAX_NAME] if index < len(heading) else ""
        base = own or f"Column {index + 1}"
        name, count = base, 1
        while name.casefold() in taken:
            count += 1
            name = f"{base} ({count})"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)
