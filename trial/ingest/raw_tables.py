"""What CSV files and workbooks have in common before anyone knows which row is the heading.

Both are read into rows of text, and both are bounded here: a file may be far too large or unfold to
a thousand times its size, and neither may stop the server.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from trial.domain.counts import size_of
from trial.domain.errors import InvalidInput

SIZE_LIMIT = 10_000_000
"""Largest file, in bytes."""
ROW_LIMIT = 20_000
"""Most rows below the heading."""
COLUMN_LIMIT = 200
CELL_LIMIT = 32_767
"""Longest cell, in characters, as Excel has it."""
GRID_LIMIT = 5_000_000
"""Most cells of a table, empty ones too: as the separators of a CSV file tell, or the furthest row
and column of a sheet."""
SCANNED_ROWS = 10 * ROW_LIMIT
"""Most rows that are looked at, empty ones too."""
ACCEPTED = "a CSV file or an Excel workbook saved as .xlsx"


class RawRow(NamedTuple):
    """A row under the number a person sees, and the columns whose formula has no stored value."""

    number: int
    cells: list[str]
    without_value: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class RawTable:
    """The rows with anything in them.

    Parameters
    ----------
    rows : list of RawRow
    notes : list of str
        Sentences about how they were read.
    ragged_is_wrong : bool
        Whether a row longer than the heading is a slip, as it is in a CSV file.
    """

    rows: list[RawRow]
    notes: list[str]
    ragged_is_wrong: bool


def refused(name: str, what: str, accepted: str) -> InvalidInput:
    """Return the error that the file called `name` is `what`."""
    shown_name = name if len(name) <= 40 else f"{name[:18]}…{name[-18:]}"
    return InvalidInput("File", f"{shown_name} ({what})", accepted)


def refuse_size(name: str, size: int) -> None:
    """Refuse a file of more bytes than are taken.

    Raises
    ------
    InvalidInput
    """
    if size > SIZE_LIMIT:
        raise refused(name, size_of(size), f"a file of at most {size_of(SIZE_LIMIT)}")


def too_many_columns(name: str) -> InvalidInput:
    """Return the error that a row is wider than is taken."""
    return refused(name, f"more than {COLUMN_LIMIT} columns", f"at most {COLUMN_LIMIT} columns")


def too_many_rows(name: str, row_limit: int = ROW_LIMIT) -> InvalidInput:
    """Return the error that a table is longer than is taken."""
    return refused(
        name,
        f"more than {row_limit:,} rows",
        f"at most {row_limit:,} rows below the heading; split the file",
    )


def refuse_long_cell(name: str, number: int, cells: Sequence[str]) -> None:
    """Refuse a row with a cell that Excel could not hold.

    Raises
    ------
    InvalidInput
    """
    for column, cell in enumerate(cells):
        if len(cell) > CELL_LIMIT:
            raise refused(
                name,
                f"cell {cell_name(number, column)} holds {len(cell):,} characters",
                f"at most {CELL_LIMIT:,} characters in a cell",
            )


def cell_name(row: int, column: int) -> str:
    """Return what a spreadsheet calls a cell: row 5, column 2 (from 0) is ``"C5"``."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"
