"""Excel workbooks, looked through in their bytes before a library reads them.

The library is quick, lays a sheet out whole in memory, and passes over what it has no value for. So
the parts of a workbook are unpacked here within bounds, how far a sheet reaches is read from its
bytes, and only what was looked at is handed on: errors such as ``#REF!`` as texts, and a formula
without a stored value as a sign that is found again among the cells.
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from trial.domain.counts import size_of
from trial.domain.errors import InvalidInput
from trial.ingest.raw_tables import (
    ACCEPTED,
    GRID_LIMIT,
    ROW_LIMIT,
    SCANNED_ROWS,
    RawRow,
    RawTable,
    cell_name,
    refuse_long_cell,
    refused,
    too_many_rows,
)

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

UNPACKED_LIMIT = 50_000_000
"""Largest workbook once unpacked, in bytes: about 20,000 rows of fifteen columns, twice over."""
PART_LIMIT = 2_000
"""Most files inside a workbook."""
WORKBOOK_CELL_LIMIT = 500_000
"""Most cells of a workbook, in all its sheets and empty ones too; as many texts it may share."""
COPIES_LIMIT = 200_000_000
"""Most bytes of texts that cells share, once each cell has its own; and of the sheets that are
looked through for one with anything in it."""
# A stray cell far below ends up in the file; after so many empty rows in a row the table is over.
_EMPTY_ROWS_AT_END = ROW_LIMIT
# Stands in a cell for a formula without a stored value; nobody types these signs.
_NO_VALUE = "\ue000formula without a value\ue001"


def read_workbook(name: str, content: bytes, wanted: str | None) -> RawTable:
    """Read one sheet of a workbook.

    Parameters
    ----------
    wanted : str or None
        The sheet's name; by default the first visible one with anything in it.

    Raises
    ------
    InvalidInput
        When it is no workbook, damaged, has no such sheet, or is larger than a limit.
    """
    parts = _parts(name, content)
    at_most = COPIES_LIMIT // max(1, _Measure(name, parts).largest)
    with _opened(name, parts) as workbook:
        chosen, notes = _worksheet(workbook, wanted, at_most)
        rows = list(_rows(name, chosen.to_python(skip_empty_area=False, nrows=SCANNED_ROWS + 1)))
    unread = [(row.number, min(row.without_value)) for row in rows if row.without_value]
    if unread:
        count = sum(len(row.without_value) for row in rows)
        formulas_have = "1 formula has" if count == 1 else f"{count} formulas have"
        notes.append(
            f"{formulas_have} no stored value, the first in cell {cell_name(*unread[0])}; open the "
            "file in Excel and save it once."
        )
    return RawTable(rows, notes, ragged_is_wrong=False)


# ------------------------------------------------------------------------------- before reading
_DAMAGE = (ArithmeticError, EOFError, LookupError, OSError, RuntimeError, ValueError)
_ZIP_DAMAGE = (*_DAMAGE, lzma.LZMAError, struct.error, zipfile.BadZipFile, zlib.error)


def _parts(name: str, content: bytes) -> dict[str, bytes]:
    """Return what a workbook holds as XML, if none of it takes too long to read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = archive.infolist()
            _refuse_large(name, listed)
            parts = {part.filename: archive.read(part) for part in listed}
    except InvalidInput:
        raise
    except _ZIP_DAMAGE as error:
        raise refused(name, "a damaged workbook", ACCEPTED) from error
    # Nothing else is handed on: no picture, and no table of another kind that lies beside.
    return {part: xml for part, xml in parts.items() if part.startswith("xl/") and _is_xml(xml)}


def _refuse_large(name: str, listed: Sequence[zipfile.ZipInfo]) -> None:
    names = {part.filename for part in listed}
    # Reading stops at the size a part declares, so what is declared here holds.
    unpacked = sum(part.file_size for part in listed)
    if len(listed) > PART_LIMIT:
        raise refused(
            name,
            f"{len(listed):,} files inside it",
            f"a workbook of at most {PART_LIMIT:,} files; a CSV file has none",
        )
    if "xl/workbook.bin" in names:
        raise refused(name, "a binary workbook", ACCEPTED)
    if "xl/workbook.xml" not in names:
        raise refused(name, "no Excel workbook", ACCEPTED)
    if unpacked > UNPACKED_LIMIT:
        raise refused(
            name,
            f"{size_of(unpacked)} once unpacked",
            f"a workbook of at most {size_of(UNPACKED_LIMIT)} unpacked; CSV takes less room",
        )


def _is_xml(part: bytes) -> bool:
    return part.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] == b"<"


# Rows, cells and shared texts; a prefix may stand before each name. Of a row or a cell also where
# it says it stands, and whether it ends at once.
_COUNTED = re.compile(
    rb"<(?:[^\s<>/:]+:)?(?:si(?=[\s/>])"
    rb'|(row|c)(?=[\s/>])(?:\sr="([A-Z]{0,3})([0-9]{1,7})")?'
    rb"""((?:\s+[^\s=<>"'/]+\s*=\s*(?:"[^"=<>]*"|'[^'=<>]*'))*)\s*(/>|></|>)?)"""
)
_PLACE = re.compile(rb"""\sr\s*=\s*(?:["']([A-Za-z]{0,3})([0-9]{1,7})["'])?""")
_SHARED = re.compile(rb"<(?:[^\s<>/:]+:)?si(?=[\s/>])")
_STORED = re.compile(rb"<(?:[^\s<>/:]+:)?v(?:\s[^<>]*)?>\s*\+?([^<]*)")


class _Measure:
    """What the parts of a workbook hold, counted in their bytes before any of it is parsed.

    Attributes
    ----------
    largest : int
        What reading the largest part takes, about as many bytes.
    """

    def __init__(self, name: str, parts: Mapping[str, bytes]) -> None:
        self._name = name
        self._cells = 0
        self.largest = max(map(self._weight, parts.values()), default=0)
        self._refuse_copies(list(parts.values()))

    def _weight(self, xml: bytes) -> int:
        if b"\x00" in xml[:200] or b"<!DOCTYPE" in xml:
            # No program writes UTF-16 or entities here, and neither can be counted in its bytes.
            raise self._damaged()
        rows, columns = self._reach(xml)
        if rows * columns > GRID_LIMIT:
            raise refused(
                self._name,
                f"a table of {rows:,} rows and {columns:,} columns",
                f"at most {GRID_LIMIT:,} cells, empty ones counted; delete what stands far below "
                "or beside the table",
            )
        return len(xml) + 10 * rows * columns

    def _reach(self, xml: bytes) -> tuple[int, int]:
        """Count what is in a part; return the furthest row and column with anything in a cell."""
        row = column = last_row = last_column = 0
        for match in _COUNTED.finditer(xml):
            kind, letters, digits, further, end = match.groups()
            if further and digits is None and (place := _PLACE.search(further)):
                letters, digits = place.groups()
                end = digits and end
            if kind is not None and not end:
                raise self._damaged()
            if kind == b"row":
                row, column = int(digits) if digits else row + 1, 0
                continue
            self._cells += 1
            if self._cells > WORKBOOK_CELL_LIMIT:
                raise refused(
                    self._name,
                    f"more than {WORKBOOK_CELL_LIMIT:,} cells, empty ones counted",
                    f"at most {WORKBOOK_CELL_LIMIT:,} cells; delete what only looks empty, or "
                    "save it as CSV",
                )
            column = _column_number(letters) if letters else column + 1
            if end == b">":
                last_row = max(last_row, int(digits) if digits else row)
                last_column = max(last_column, column)
        return last_row, last_column

    def _refuse_copies(self, parts: Sequence[bytes]) -> None:
        """Refuse long texts that many cells share: each cell gets a copy of its own."""
        sharing = [xml for xml in parts if _SHARED.search(xml)]
        lengths = [len(text) for xml in sharing for text in _SHARED.split(xml)[1:]]
        longest = max(lengths, default=0)
        if any(b"<!" in xml or xml.count(b"<?") > 1 for xml in sharing):
            raise self._damaged()
        if longest * self._cells <= COPIES_LIMIT:
            return
        copied = 0
        for value in (value for xml in parts for value in _STORED.findall(xml)):
            number = value.strip()
            if number.isdigit() and len(number) < 10:
                copied += lengths[int(number)] if int(number) < len(lengths) else 0
            elif not number or b"&" in number:
                copied += longest
        if copied > COPIES_LIMIT:
            raise refused(
                self._name,
                f"{size_of(copied)} of text that its cells share",
                f"at most {size_of(COPIES_LIMIT)}; CSV takes less room",
            )

    def _damaged(self) -> InvalidInput:
        return refused(self._name, "a damaged workbook", ACCEPTED)


@lru_cache(maxsize=20_000)
def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - ord("A") + 1
    return number


# ------------------------------------------------------- what the library has no value for
_ERROR_CELL = re.compile(rb"""(<(?:[^\s<>/:]+:)?c(?:\s[^<>]*)?\st\s*=\s*["'])e(["'])""")
_FORMULA_CELL = re.compile(
    rb"<((?:[^\s<>/:]+:)?)c((?:\s[^<>]*)?)>(?=\s*<(?:[^\s<>/:]+:)?f[\s/>])(.*?)</\1c\s*>", re.DOTALL
)
_VALUE = re.compile(rb"<(?:[^\s<>/:]+:)?v(?:\s[^<>]*)?>\s*[^<\s]")
_CELL_TYPE = re.compile(rb"""\st\s*=\s*(?:"[^"]*"|'[^']*')""")


def _readable(xml: bytes) -> bytes:
    """Return a part in which errors and formulas without a stored value are texts."""
    if b'"e"' in xml or b"'e'" in xml:
        xml = _ERROR_CELL.sub(rb"\1str\2", xml)
    if _holds_formula(xml):
        xml = _FORMULA_CELL.sub(_with_sign, xml)
    return xml


def _holds_formula(xml: bytes) -> bool:
    return b"<f>" in xml or b"<f " in xml or b"<f/" in xml or b":f>" in xml or b":f " in xml


def _with_sign(cell: re.Match[bytes]) -> bytes:
    prefix, attributes, inside = cell.groups()
    if _VALUE.search(inside):
        return cell[0]
    attributes = _CELL_TYPE.sub(b"", attributes)
    return b'<%bc%b t="str"><%bv>%b</%bv></%bc>' % (
        prefix, attributes, prefix, _NO_VALUE.encode(), prefix, prefix,
    )  # fmt: skip


# ----------------------------------------------------------------------------------- reading
# Says where the workbook is; always where it was looked for.
_ROOT = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Target="xl/workbook.xml" Type=\
"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/>
</Relationships>"""


@contextmanager
def _opened(name: str, parts: Mapping[str, bytes]) -> Iterator[CalamineWorkbook]:
    """Open a workbook of these very parts: what was not looked at is not read."""
    from python_calamine import CalamineError, CalamineWorkbook

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("_rels/.rels", _ROOT)
        for part, xml in parts.items():
            archive.writestr(part, _readable(xml))
    packed.seek(0)
    try:
        with CalamineWorkbook.from_filelike(packed) as workbook:
            yield workbook
    except InvalidInput:
        raise
    except (*_DAMAGE, CalamineError) as error:
        raise refused(name, "a damaged workbook", ACCEPTED) from error


def _worksheet(
    workbook: CalamineWorkbook, wanted: str | None, at_most: int
) -> tuple[CalamineSheet, list[str]]:
    """Return the sheet to read; of a workbook that takes long, look at some sheets only."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    listed = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if wanted is not None:
        by_name = {sheet.name.casefold(): sheet.name for sheet in listed}
        if wanted.strip().casefold() not in by_name:
            all_names = ", ".join(f"“{sheet.name}”" for sheet in listed) or "none, it has no sheet"
            raise InvalidInput("Sheet", wanted, f"one of the file's sheets: {all_names}")
        return workbook.get_sheet_by_name(by_name[wanted.strip().casefold()]), []
    visible = [sheet for sheet in listed if sheet.visible == SheetVisibleEnum.Visible] or listed
    names = [sheet.name for sheet in visible[:at_most]]
    filled = [name for name in names if _is_filled(workbook.get_sheet_by_name(name))]
    chosen, *others = filled or names[:1]
    notes = []
    if others:
        also = ", ".join(f"“{name}”" for name in others)
        notes = [f"Read from the sheet “{chosen}”; the file also holds {also}."]
    return workbook.get_sheet_by_name(chosen), notes


def _is_filled(sheet: CalamineSheet) -> bool:
    first_rows = sheet.to_python(skip_empty_area=False, nrows=100)
    return any(value != "" for row in first_rows for value in row)


def _rows(name: str, values: Iterable[Sequence[Any]]) -> Iterator[RawRow]:
    kept = empty = 0
    for number, row in enumerate(values, start=1):
        texts = [value.strip() if type(value) is str else _cell_text(value) for value in row]
        missing: frozenset[int] = frozenset()
        if _NO_VALUE in texts:
            missing = frozenset(index for index, text in enumerate(texts) if text == _NO_VALUE)
            texts = ["" if text == _NO_VALUE else text for text in texts]
        while texts and not texts[-1]:
            texts.pop()
        if texts or missing:
            kept, empty = kept + 1, 0
            refuse_long_cell(name, number, texts)
            yield RawRow(number, texts, missing)
        else:
            empty += 1
        if kept > ROW_LIMIT + 10 or number > SCANNED_ROWS:
            raise too_many_rows(name)
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
    return str(value)
