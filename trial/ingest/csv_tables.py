"""CSV of any make: the encoding, the separator and the quotes are found out, never asked for."""

import csv
import io
import re
from collections.abc import Iterator

from trial.ingest.raw_tables import (
    ACCEPTED,
    CELL_LIMIT,
    COLUMN_LIMIT,
    GRID_LIMIT,
    SCANNED_ROWS,
    RawRow,
    RawTable,
    refuse_long_cell,
    refused,
    too_many_columns,
    too_many_rows,
)

# Excel's own width. A row is read whole before its cells can be counted, so its separators are
# counted first; those inside quoted texts are among them.
_WIDEST_ROW = 16_384
_DELIMITERS = (",", ";", "\t", "|")


_SEPARATOR_HINT = re.compile(r"[ \t]*sep=(.?)[ \t\r]*\n", re.IGNORECASE)


def read_csv(name: str, content: bytes, row_limit: int) -> RawTable:
    """Read a text as a table, whatever its encoding and its separator.

    Raises
    ------
    InvalidInput
        When it is no text, has more rows than `row_limit` or is otherwise too large, or leaves a
        quote open.
    """
    text, notes = _decoded(name, content)
    text = text.lstrip("\ufeff")
    delimiter = None
    if match := _SEPARATOR_HINT.match(text):
        # Written by and for Excel, which does not count this line either.
        delimiter, text = (match[1] or "\t"), text[match.end() :]
    chosen = delimiter or _delimiter(text)
    if text.count(chosen) > GRID_LIMIT:
        raise refused(name, f"more than {GRID_LIMIT:,} cells", f"at most {COLUMN_LIMIT} columns")
    # A table may end in a million rows that only look empty.
    rows = list(_records(name, text.rstrip(f"{chosen} \t\r\n"), chosen, row_limit))
    return RawTable(rows, notes, ragged_is_wrong=True)


def _decoded(name: str, content: bytes) -> tuple[str, list[str]]:
    text: str
    notes: list[str] = []
    encoding = _unicode_encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise refused(name, "damaged text", f"{ACCEPTED}, in UTF-8") from None
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
        raise refused(name, "not a table", ACCEPTED)
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
    """Return the delimiter under which most of the first rows are as wide as the first.

    Of two such, one that leaves no quote inside a cell.
    """
    best, best_key = ",", (0, False, 0)
    for candidate in _DELIMITERS:
        widths, is_clean = [], True
        try:
            for row in csv.reader(io.StringIO(text[:65_536], newline=""), delimiter=candidate):
                if any(row):
                    widths.append(len(row))
                    is_clean = is_clean and not any('"' in cell for cell in row)
                if len(widths) == 50:
                    break
        except csv.Error:
            continue
        if not widths or max(widths) < 2:
            continue
        # The heading may stand below a title line, so the commonest width stands for it.
        width = max(set(widths), key=lambda value: (widths.count(value), value))
        if width > 1 and (key := (widths.count(width), is_clean, width)) > best_key:
            best, best_key = candidate, key
    return best


def _records(name: str, text: str, delimiter: str, row_limit: int) -> Iterator[RawRow]:
    kept, number = 0, 0
    lines = _Lines(name, text, delimiter)
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=delimiter), start=1):
            lines.separators = 0
            trimmed = [cell.strip() for cell in cells]
            if any(trimmed):
                kept += 1
                refuse_long_cell(name, number, trimmed)
                yield RawRow(number, trimmed)
            if kept > row_limit + 10 or number > row_limit + SCANNED_ROWS:
                raise too_many_rows(name, row_limit)
    except csv.Error as error:
        raise refused(
            name,
            f"row {number + 1} cannot be read",
            f"a table whose cells hold at most {CELL_LIMIT:,} characters; perhaps a quote is not "
            "closed",
        ) from error
    if _quote_left_open(text, delimiter):
        raise refused(
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
                raise too_many_columns(self._name)
            yield line


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
