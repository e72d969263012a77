"""Tables that people bring along: CSV of any make, and Excel workbooks.

A file is read into text, row by row, under the numbers a person sees in their own program, so
that whatever is said about a row later can be found there. What a file is, its content tells,
never its name. Everything is bounded before it is read: a file may be far too large, a workbook
may unfold to a thousand times its size, and neither may stop the server.
"""

from __future__ import annotations

import csv
import io
import lzma
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from trial.domain.characters import shortened
from trial.domain.errors import InvalidInput
from trial.domain.fields import FILE_NAME_LIMIT

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

SIZE_LIMIT = 10_000_000
"""Largest file, in bytes."""
ROW_LIMIT = 20_000
"""Most rows below the heading."""
COLUMN_LIMIT = 200
UNPACKED_LIMIT = 50_000_000
"""Largest workbook once unpacked, in bytes: about 20,000 rows of fifteen columns, twice over."""
CELL_LIMIT = 32_767
"""Longest cell, in characters, as Excel has it."""
PART_LIMIT = 2_000
"""Most files inside a workbook."""
WORKBOOK_CELL_LIMIT = 500_000
"""Most cells of a workbook, in all its sheets and empty ones too; as many texts it may share."""
FORMAT_LIMIT = 50_000
TEXT_CELL_LIMIT = 5_000_000
"""Most cells of a CSV file, as its separators tell."""
# A column name beyond this is cut: it is a label to choose by.
_LONGEST_NAME = 200
_SCANNED_ROWS = 10 * ROW_LIMIT
# Excel's own width. A row of a CSV file is read whole before its cells can be counted, so its
# separators are counted first; those inside quoted texts are among them.
_WIDEST_ROW = 16_384
# A workbook may format a million empty rows; after so many of them in a row the table is over.
_EMPTY_ROWS_AT_END = ROW_LIMIT

Progress = Callable[[float], None]
"""Told from time to time which share of a long file is read, in [0, 1]."""
_ROWS_BETWEEN_TELLING = 500


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
    name: str,
    content: bytes,
    *,
    sheet: str | None = None,
    row_limit: int = ROW_LIMIT,
    progress: Progress | None = None,
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
    progress : callable, optional
        A workbook of 20,000 rows takes seconds; a CSV file is there at once and tells nothing.

    Raises
    ------
    InvalidInput
        When the file is larger than a limit of this module, empty, has nothing below its
        heading, or is neither CSV nor ``.xlsx``. The sentence says what would be accepted.
    """
    name = shortened(name, FILE_NAME_LIMIT)
    if len(content) > SIZE_LIMIT:
        raise _refused(name, _size(len(content)), f"a file of at most {_size(SIZE_LIMIT)}")
    if not content.strip(b"\x00\t\r\n\x0b\x0c \xef\xbb\xbf\xfe\xff"):
        raise _refused(name, "empty", "a file with a heading and at least one row below it")
    for signature, what, accepted in _OTHER_KINDS:
        if content.startswith(signature):
            raise _refused(name, what, accepted)
    if content.startswith(_OLE):
        raise _ole_refused(name, content)
    if content.startswith(b"PK\x03\x04"):
        table = _workbook_table(name, content, sheet, progress)
    else:
        table = _text_table(name, content, row_limit)
    return _sheet(name, table, row_limit)


@dataclass(slots=True)
class _Table:
    """Rows as they come, before anyone knows which is the heading."""

    rows: list[tuple[int, list[str], frozenset[int]]]
    notes: list[str]
    ragged_is_wrong: bool


_ACCEPTED = "a CSV file or an Excel workbook saved as .xlsx"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_KINDS = (
    (b"%PDF", "a PDF", _ACCEPTED),
    (b"\x89PNG", "a picture", _ACCEPTED),
    (b"\xff\xd8\xff", "a picture", _ACCEPTED),
    (b"GIF8", "a picture", _ACCEPTED),
    (b"\x1f\x8b", "a packed file", f"{_ACCEPTED}, unpacked"),
    (b"SQLite format 3", "a database", _ACCEPTED),
)


def _refused(name: str, what: str, accepted: str) -> InvalidInput:
    shown_name = name if len(name) <= 40 else f"{name[:18]}…{name[-18:]}"
    return InvalidInput("File", f"{shown_name} ({what})", accepted)


def _ole_refused(name: str, content: bytes) -> InvalidInput:
    # A workbook with a password travels in the same container as the old format.
    if "EncryptedPackage".encode("utf-16-le") in content:
        return _refused(name, "protected by a password", "the same workbook without a password")
    return _refused(
        name, "in the Excel format of before 2007", "the same workbook saved as .xlsx, or CSV"
    )


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB"


# ---------------------------------------------------------------------------------- the table
def _sheet(name: str, table: _Table, row_limit: int) -> Sheet:
    filled = [row for row in table.rows if any(row[1]) or row[2]]
    if not filled:
        raise _refused(name, "no text in it", "a file with a heading and at least one row below it")
    at = _heading(filled)
    number, heading, _ = filled[at]
    notes = list(table.notes)
    if at:
        notes.append(f"The heading is taken from row {number}.")
    body = filled[at + 1 :]
    if not body:
        raise _refused(name, "a heading only", "a file with at least one row below the heading")
    if len(body) > row_limit:
        raise _too_many_rows(name, row_limit)
    width = _last_filled(heading) + 1
    if not table.ragged_is_wrong:
        # A cell beside the heading of a workbook is a column somebody forgot to name.
        width = max(width, *(_last_filled(cells, unread) + 1 for _, cells, unread in body))
    if width > COLUMN_LIMIT:
        raise _too_many_columns(name)
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


def _too_many_columns(name: str) -> InvalidInput:
    return _refused(name, f"more than {COLUMN_LIMIT} columns", f"at most {COLUMN_LIMIT} columns")


def _too_many_rows(name: str, row_limit: int = ROW_LIMIT) -> InvalidInput:
    return _refused(
        name,
        f"more than {row_limit:,} rows",
        f"at most {row_limit:,} rows below the heading; split the file",
    )


def _heading(filled: Sequence[tuple[int, list[str], frozenset[int]]]) -> int:
    """Return which row is the heading: below a line that only names the table, the next full one.

    Such a line fills one cell, and the rows after it more than one.
    """
    counts = [sum(1 for cell in cells if cell) for _, cells, _ in filled[:10]]
    if counts[0] > 1:
        return 0
    return next((index for index, count in enumerate(counts) if count > 1), 0)


def _last_filled(cells: Sequence[str], unread: frozenset[int] = frozenset()) -> int:
    filled = (index for index, cell in enumerate(cells) if cell or index in unread)
    return max(filled, default=-1)


def _column_names(heading: Sequence[str], width: int) -> tuple[str, ...]:
    names: list[str] = []
    taken: set[str] = set()
    for index in range(width):
        own = " ".join(heading[index].split())[:_LONGEST_NAME] if index < len(heading) else ""
        base = own or f"Column {index + 1}"
        name, count = base, 1
        while name.casefold() in taken:
            count += 1
            name = f"{base} ({count})"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)


# ----------------------------------------------------------------------------------------- CSV
_DELIMITERS = (",", ";", "\t", "|")


_SEPARATOR_HINT = re.compile(r"[ \t]*sep=(.?)[ \t\r]*\n", re.IGNORECASE)


def _text_table(name: str, content: bytes, row_limit: int) -> _Table:
    text, notes = _decoded(name, content)
    text = text.lstrip("\ufeff")
    delimiter = None
    if match := _SEPARATOR_HINT.match(text):
        # Written by and for Excel, which does not count this line either.
        delimiter, text = (match[1] or "\t"), text[match.end() :]
    chosen = delimiter or _delimiter(text)
    if text.count(chosen) > TEXT_CELL_LIMIT:
        raise _refused(
            name, f"more than {TEXT_CELL_LIMIT:,} cells", f"at most {COLUMN_LIMIT} columns"
        )
    # A table may end in a million rows that only look empty.
    rows = list(_records(name, text.rstrip(f"{chosen} \t\r\n"), chosen, row_limit))
    return _Table(rows, notes, ragged_is_wrong=True)


def _decoded(name: str, content: bytes) -> tuple[str, list[str]]:
    text: str
    notes: list[str] = []
    encoding = _unicode_encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise _refused(name, "damaged text", f"{_ACCEPTED}, in UTF-8") from None
        try:
            text = content.decode("cp1252")
            notes.append("Read as Windows-1252 (Latin-1), because it is not UTF-8.")
        except UnicodeDecodeError:
            text = content.decode("latin-1")
            notes.append("Read as Latin-1, because it is not UTF-8.")
    if encoding.startswith("utf-16"):
        notes.append("Read as UTF-16.")
    sample = text[:100_000]
    strange = sum(character < " " and character not in "\t\r\n\x0b\x0c" for character in sample)
    if "\x00" in text or strange * 100 > len(sample):
        raise _refused(name, "not a table", _ACCEPTED)
    return text, notes


def _unicode_encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    # Without a mark at the start, every other byte of western text in UTF-16 is zero.
    sample = content[:1000]
    if len(sample) >= 4:
        if sample[1::2].count(0) * 10 >= len(sample) * 4:
            return "utf-16-le"
        if sample[0::2].count(0) * 10 >= len(sample) * 4:
            return "utf-16-be"
    return "utf-8"


def _delimiter(text: str) -> str:
    """Return the delimiter under which most of the first rows are as wide as the first."""
    best, best_key = ",", (0, 0)
    for candidate in _DELIMITERS:
        widths = []
        try:
            for row in csv.reader(io.StringIO(text[:65_536], newline=""), delimiter=candidate):
                if any(row):
                    widths.append(len(row))
                if len(widths) == 50:
                    break
        except csv.Error:
            continue
        if not widths or max(widths) < 2:
            continue
        # The heading may stand below a title line, so the commonest width stands for it.
        width = max(set(widths), key=lambda value: (widths.count(value), value))
        if width > 1 and (key := (widths.count(width), width)) > best_key:
            best, best_key = candidate, key
    return best


def _records(
    name: str, text: str, delimiter: str, row_limit: int
) -> Iterator[tuple[int, list[str], frozenset[int]]]:
    kept, number = 0, 0
    lines = _Lines(name, text, delimiter)
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=delimiter), start=1):
            lines.separators = 0
            trimmed = [cell.strip() for cell in cells]
            if any(trimmed):
                kept += 1
                _refuse_long_cell(name, number, trimmed)
                yield number, trimmed, frozenset()
            if kept > row_limit + 10 or number > row_limit + _SCANNED_ROWS:
                raise _too_many_rows(name, row_limit)
    except csv.Error as error:
        raise _refused(
            name,
            f"row {number + 1} cannot be read",
            f"a table whose cells hold at most {CELL_LIMIT:,} characters; perhaps a quote is not "
            "closed",
        ) from error
    if _quote_left_open(text, delimiter):
        raise _refused(
            name,
            f"a quote in row {number} is never closed",
            "a table in which every opening quote has a closing one",
        )


class _Lines:
    """The lines of a text, refused once those of one row separate too many cells."""

    def __init__(self, name: str, text: str, delimiter: str) -> None:
        self._name, self._delimiter = name, delimiter
        self._lines = io.StringIO(text, newline="")
        self.separators = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.separators += line.count(self._delimiter)
            if self.separators > _WIDEST_ROW:
                raise _too_many_columns(self._name)
            yield line


def _refuse_long_cell(name: str, number: int, cells: Sequence[str]) -> None:
    for column, cell in enumerate(cells):
        if len(cell) > CELL_LIMIT:
            raise _refused(
                name,
                f"cell {cell_name(number, column)} holds {len(cell):,} characters",
                f"at most {CELL_LIMIT:,} characters in a cell",
            )


def _quote_left_open(text: str, delimiter: str) -> bool:
    if text.count('"') % 2 == 0:
        return False
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        # The reader's other complaints are about quotes inside a word, which do no harm.
        return "unexpected end of data" in str(error)
    return False


# --------------------------------------------------------------------------------------- Excel
_DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    ParseError,
    RuntimeError,
    TypeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
# What a workbook that is damaged, or was made to be, gets out of the libraries that read it.


def _workbook_table(
    name: str, content: bytes, wanted: str | None, progress: Progress | None
) -> _Table:
    with_formulas = _looked_into(name, content)
    with _opened(name, content, data_only=True) as values:
        chosen, notes = _worksheet(values, wanted)
        told = _cells(values[chosen])
        if progress is not None:
            told = _telling(told, values[chosen].max_row, progress)
        if not with_formulas:
            rows = list(_values(name, told, ()))
        else:
            with _opened(name, content, data_only=False) as formulas:
                beside = _cells(formulas[chosen], values_only=False)
                rows = list(_values(name, told, beside))
    unread = [(number, min(missing)) for number, _, missing in rows if missing]
    if unread:
        count = sum(len(missing) for _, _, missing in rows)
        formulas_are = "1 formula has" if count == 1 else f"{count} formulas have"
        notes.append(
            f"{formulas_are} no stored value, the first in cell {cell_name(*unread[0])}; open the "
            "file in Excel and save it once."
        )
    return _Table(rows, notes, ragged_is_wrong=False)


def cell_name(row: int, column: int) -> str:
    """Return what a spreadsheet calls a cell: row 5, column 2 (from 0) is ``"C5"``."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def _looked_into(name: str, content: bytes) -> bool:
    """Refuse what is no workbook or unfolds too far; return whether it holds formulas."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            # Reading stops at the size a part declares, so what is declared here holds.
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > PART_LIMIT:
                raise _refused(
                    name,
                    f"{len(parts):,} files inside it",
                    f"a workbook of at most {PART_LIMIT:,} files; a CSV file has none",
                )
            if "xl/workbook.bin" in names:
                raise _refused(name, "a binary workbook", _ACCEPTED)
            if "xl/workbook.xml" not in names:
                raise _refused(name, "no Excel workbook", _ACCEPTED)
            if unpacked > UNPACKED_LIMIT:
                raise _refused(
                    name,
                    f"{_size(unpacked)} once unpacked",
                    f"a workbook of at most {_size(UNPACKED_LIMIT)} unpacked; CSV takes less room",
                )
            counted = _Counted(name)
            # Every part is looked at, also those after the first formula.
            return sum(counted.holds_formula(part, archive.read(part)) for part in parts) > 0
    except InvalidInput:
        raise
    except _DAMAGE as error:
        raise _refused(name, "a damaged workbook", _ACCEPTED) from error


# What takes a library microseconds each, and a few bytes in a packed file; below that, the number
# of bytes is bound enough. A prefix may stand before each name.
_COUNTED = re.compile(
    rb"<(?:[^\s<>/:]+:)?(?:(row)|(c|si|r|rPh)|(xf|dxf|font|fill|border|cellStyle|definedName))[\s/>]"
)
# A character of a cell takes up to ten bytes, written as a number.
_LONGEST_RUN = 10 * CELL_LIMIT


class _Counted:
    """What the parts of a workbook hold, counted in their bytes before any of it is parsed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._cells = self._formats = 0

    def holds_formula(self, part: zipfile.ZipInfo, xml: bytes) -> bool:
        """Refuse a part that would take too long; return whether it is a sheet with formulas."""
        if xml.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] != b"<":
            return False
        if b"\x00" in xml[:200] or b"<!DOCTYPE" in xml:
            # No program writes UTF-16 or entities here, and neither can be counted in its bytes.
            raise _refused(self._name, "a damaged workbook", _ACCEPTED)
        if _holds_long_text(xml):
            raise _refused(
                self._name,
                f"a text of more than {CELL_LIMIT:,} characters",
                f"at most {CELL_LIMIT:,} characters in a cell",
            )
        self._count(xml)
        return part.filename.startswith("xl/worksheets/") and _holds_formula(xml)

    def _count(self, xml: bytes) -> None:
        in_row = 0
        for match in _COUNTED.finditer(xml):
            if match[1]:
                in_row = 0
            elif match[2]:
                self._cells, in_row = self._cells + 1, in_row + 1
                if in_row > _WIDEST_ROW and match[2] == b"c":
                    raise _too_many_columns(self._name)
            else:
                self._formats += 1
            if self._cells > WORKBOOK_CELL_LIMIT:
                raise _refused(
                    self._name,
                    f"more than {WORKBOOK_CELL_LIMIT:,} cells, empty ones counted",
                    f"at most {WORKBOOK_CELL_LIMIT:,} cells; delete what only looks empty, or "
                    "save it as CSV",
                )
            if self._formats > FORMAT_LIMIT:
                raise _refused(
                    self._name,
                    f"more than {FORMAT_LIMIT:,} formats",
                    "the same table without its formats, such as a CSV file",
                )


def _holds_long_text(xml: bytes) -> bool:
    """Return whether a text runs on, from one tag to the next, beyond what a cell can hold."""
    start = 0
    while start + _LONGEST_RUN < len(xml):
        start = xml.rfind(b"<", start + 1, start + 1 + _LONGEST_RUN)
        if start < 0:
            return True
    return False


def _holds_formula(xml: bytes) -> bool:
    return b"<f>" in xml or b"<f " in xml or b"<f/" in xml or b":f>" in xml or b":f " in xml


@contextmanager
def _opened(name: str, content: bytes, *, data_only: bool) -> Iterator[Workbook]:
    from openpyxl import load_workbook

    workbook: Workbook | None = None
    try:
        with warnings.catch_warnings():
            # About styles and extensions, which are of no interest here.
            warnings.simplefilter("ignore")
            workbook = load_workbook(
                io.BytesIO(content), read_only=True, data_only=data_only, keep_links=False
            )
            yield workbook
    except InvalidInput:
        raise
    except _DAMAGE as error:
        raise _refused(name, "a damaged workbook", _ACCEPTED) from error
    finally:
        if workbook is not None:
            workbook.close()


def _worksheet(workbook: Workbook, wanted: str | None) -> tuple[str, list[str]]:
    titles = [sheet.title for sheet in workbook.worksheets]
    if wanted is not None:
        by_name = {title.casefold(): title for title in titles}
        if wanted.strip().casefold() not in by_name:
            listed = ", ".join(f"“{title}”" for title in titles) or "none, it has no sheet"
            raise InvalidInput("Sheet", wanted, f"one of the file's sheets: {listed}")
        return by_name[wanted.strip().casefold()], []
    visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    candidates = visible or list(workbook.worksheets)
    if not candidates:
        raise ValueError("a workbook without sheets")
    filled = [sheet.title for sheet in candidates if _is_filled(sheet)]
    chosen = filled[0] if filled else candidates[0].title
    others = [title for title in filled if title != chosen]
    if not others:
        return chosen, []
    listed = ", ".join(f"“{title}”" for title in others)
    return chosen, [f"Read from the sheet “{chosen}”; the file also holds {listed}."]


def _is_filled(sheet: Any) -> bool:
    first_rows = islice(_cells(sheet), 100)
    return any(value not in (None, "") for row in first_rows for value in row)


def _cells(sheet: Any, *, values_only: bool = True) -> Iterator[Sequence[Any]]:
    # The size a sheet claims for itself is often wrong, and one column more than is taken
    # suffices to see that there are too many.
    sheet.reset_dimensions()
    rows: Iterator[Sequence[Any]] = sheet.iter_rows(
        max_col=COLUMN_LIMIT + 1, values_only=values_only
    )
    return rows


def _telling(
    rows: Iterable[Sequence[Any]], claimed: int | None, progress: Progress
) -> Iterator[Sequence[Any]]:
    # The number of rows is the sheet's own claim. Where it makes none, the share is of what may
    # be read; a bar that arrives early does no harm.
    whole = min(claimed or ROW_LIMIT, ROW_LIMIT)
    for number, row in enumerate(rows):
        if number % _ROWS_BETWEEN_TELLING == 0:
            progress(min(number / whole, 1.0))
        yield row
    progress(1.0)


def _values(
    name: str, values: Iterable[Sequence[Any]], formulas: Iterable[Sequence[Any]]
) -> Iterator[tuple[int, list[str], frozenset[int]]]:
    kept = empty = 0
    second = iter(formulas)
    for number, row in enumerate(values, start=1):
        beside = next(second, ())
        texts = ["" if value is None else _cell_text(value) for value in row]
        missing = frozenset(
            index
            for index, cell in enumerate(beside)
            if getattr(cell, "data_type", "") == "f" and (index >= len(texts) or not texts[index])
        )
        while texts and not texts[-1]:
            texts.pop()
        if texts or missing:
            kept, empty = kept + 1, 0
            _refuse_long_cell(name, number, texts)
            yield number, texts, missing
        else:
            empty += 1
        if kept > ROW_LIMIT + 10 or number > _SCANNED_ROWS:
            raise _too_many_rows(name)
        if empty > _EMPTY_ROWS_AT_END:
            return


def _cell_text(value: object) -> str:
    if isinstance(value, datetime):
        if value.time() == time():
            return value.date().isoformat()
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()
