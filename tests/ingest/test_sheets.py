"""Files as they come: every make of CSV, workbooks, and what is neither."""

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from trial.domain.errors import InvalidInput
from trial.ingest.raw_tables import CELL_LIMIT, COLUMN_LIMIT, ROW_LIMIT, SIZE_LIMIT, cell_name
from trial.ingest.sheets import Sheet, SheetRow, read_sheet

PLAN = "Titel;Geplant für\nGrippeimpfung – jetzt;13.02.2026\nTag der offenen Tür;20.02.2026\n"
PLAN_ROWS = (
    SheetRow(2, ("Grippeimpfung – jetzt", "13.02.2026")),
    SheetRow(3, ("Tag der offenen Tür", "20.02.2026")),
)


def workbook(rows: Sequence[list[Any]], title: str = "Plan") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def refusal(name: str, content: bytes, *, sheet: str | None = None) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read_sheet(name, content, sheet=sheet)
    assert len(str(caught.value)) < 300
    return caught.value


@pytest.mark.parametrize(
    "content, note",
    [
        (PLAN.encode("utf-8"), None),
        (PLAN.encode("utf-8-sig"), None),
        (PLAN.encode("utf-16"), "UTF-16"),
        (PLAN.encode("utf-16-le"), "UTF-16"),
        (PLAN.encode("utf-16-be"), "UTF-16"),
        (PLAN.encode("cp1252"), "Windows-1252"),
        (PLAN.replace("–", "\x9d").encode("latin-1"), "Latin-1"),
    ],
)
def test_umlauts_arrive_in_whatever_encoding_they_travel(content: bytes, note: str | None) -> None:
    sheet = read_sheet("plan.csv", content)
    assert sheet.columns == ("Titel", "Geplant für")
    assert sheet.column("Titel")[1] == "Tag der offenen Tür"
    assert [part.number for part in sheet.rows] == [2, 3]
    if note is None:
        assert (sheet.rows, sheet.notes) == (PLAN_ROWS, ())
    else:
        assert any(note in sentence for sentence in sheet.notes)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_delimiter_is_found(delimiter: str, line_end: str) -> None:
    lines = [["Title", "Planned for"], ["A day out", "2026-02-13"], ["Tea", "2026-02-20"]]
    text = line_end.join(delimiter.join(line) for line in lines)
    assert read_sheet("plan.csv", text.encode()).columns == ("Title", "Planned for")


def test_a_comma_in_a_title_does_not_make_a_comma_file_of_a_semicolon_file() -> None:
    text = "Title;Day\nTea, coffee, cake;2026-02-13\nA, b;2026-02-14\n"
    assert read_sheet("plan.csv", text.encode()).column("Title") == ("Tea, coffee, cake", "A, b")


def test_a_comma_inside_quotes_does_not_make_a_comma_file_of_another() -> None:
    sheet = read_sheet("plan.csv", b'"Title"\t",Day"\r\n"Tea"\t","\r\n')
    assert (sheet.columns, sheet.rows) == (("Title", ",Day"), (SheetRow(2, ("Tea", ",")),))


def test_the_delimiter_that_a_file_names_for_excel_is_used_and_the_line_not_counted() -> None:
    sheet = read_sheet("plan.csv", b"sep=|\nTitle|Day\nTea;x|2026-02-13\n")
    assert sheet.columns == ("Title", "Day")
    assert sheet.rows == (SheetRow(2, ("Tea;x", "2026-02-13")),)


def test_quotes_delimiters_and_line_ends_inside_quotes_belong_to_the_cell() -> None:
    text = 'Title,Day\n"Tea, ""hot""\nand cold",2026-02-13\n"Emoji 💉👩‍⚕️",2026-02-14\n'
    sheet = read_sheet("plan.csv", text.encode())
    assert sheet.rows == (
        SheetRow(2, ('Tea, "hot"\nand cold', "2026-02-13")),
        SheetRow(3, ("Emoji 💉👩‍⚕️", "2026-02-14")),
    )


def test_a_quote_inside_a_word_does_no_harm() -> None:
    sheet = read_sheet("plan.csv", b'Title,Size\nScreen 24" wide,1\n')
    assert sheet.rows[0].cells == ('Screen 24" wide', "1")


def test_a_quote_that_is_never_closed_is_named_instead_of_swallowing_the_rest() -> None:
    refused = refusal("plan.csv", b'Title,Day\nTea,2026-02-13\n"Cake,2026-02-14\nX,2026-02-15\n')
    assert "never closed" in str(refused)
    assert "row 3" in str(refused)


def test_empty_rows_are_left_out_and_the_others_keep_their_numbers() -> None:
    sheet = read_sheet("plan.csv", b"Title,Day\n,\n\nTea,2026-02-13\n , \n\n\n")
    assert sheet.rows == (SheetRow(4, ("Tea", "2026-02-13")),)


def test_short_rows_are_filled_up_and_long_ones_are_marked() -> None:
    sheet = read_sheet("plan.csv", b"Title,Day,Who\nTea\nTea, cake,2026-02-13,Ada\nA,B,C,,\n")
    assert sheet.rows == (
        SheetRow(2, ("Tea", "", "")),
        SheetRow(3, ("Tea", "cake", "2026-02-13"), surplus=1),
        SheetRow(4, ("A", "B", "C")),
    )


def test_headings_are_trimmed_and_told_apart() -> None:
    sheet = read_sheet("plan.csv", b" Title ,,title,Day\n with  music\na,b,c,d\n")
    assert sheet.columns == ("Title", "Column 2", "title (2)", "Day")


def test_a_title_line_above_the_table_is_not_its_heading() -> None:
    sheet = read_sheet("plan.csv", b"Content plan 2026\n\nTitle,Day\nTea,2026-02-13\n")
    assert sheet.columns == ("Title", "Day")
    assert sheet.rows == (SheetRow(4, ("Tea", "2026-02-13")),)
    assert any("row 3" in note for note in sheet.notes)


def test_a_file_of_one_column_is_a_table() -> None:
    sheet = read_sheet("plan.csv", b"Title\nTea\nCake\n")
    assert (sheet.columns, sheet.column("Title")) == (("Title",), ("Tea", "Cake"))


def test_a_title_of_ten_thousand_characters_is_read_whole() -> None:
    sheet = read_sheet("plan.csv", f"Title,Day\n{'x' * 10_000},2026-02-13\n".encode())
    assert len(sheet.rows[0].cells[0]) == 10_000


# ------------------------------------------------------------------------------------- Excel
def test_a_workbook_is_read_with_its_days_as_iso_text() -> None:
    content = workbook(
        [
            ["Title", "Planned for", "At", "Hours", "Paid"],
            ["Grüße 💉", date(2026, 2, 13), datetime(2026, 2, 13, 9, 30), 3.0, True],  # noqa: DTZ001
            [None, None, None, None, None],
            ["Tea", datetime(2026, 2, 14), time(9, 30), 1.5, None],  # noqa: DTZ001
        ]
    )
    sheet = read_sheet("plan.xlsx", content)
    assert sheet.columns == ("Title", "Planned for", "At", "Hours", "Paid")
    assert sheet.rows == (
        SheetRow(2, ("Grüße 💉", "2026-02-13", "2026-02-13 09:30", "3", "True")),
        SheetRow(4, ("Tea", "2026-02-14", "09:30", "1.5", "")),
    )
    assert sheet.notes == ()


def test_a_workbook_is_known_by_its_content_not_by_its_name() -> None:
    assert read_sheet("plan.csv", workbook([["Title"], ["Tea"]])).rows[0].cells == ("Tea",)


def test_formulas_without_a_stored_value_are_counted_and_the_first_is_named() -> None:
    content = workbook([["Title", "Planned for"], ["Tea", "=TODAY()"], ["=A2", "=B2+7"]])
    sheet = read_sheet("plan.xlsx", content)
    assert [row.without_value for row in sheet.rows] == [{1}, {0, 1}]
    assert [row.number for row in sheet.rows] == [2, 3]
    assert any("3 formulas" in note and "B2" in note for note in sheet.notes)


def test_the_stored_value_of_a_formula_is_taken() -> None:
    content = workbook([["Title", "Twice"], ["Tea", "=1+1"]])
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.infolist():
            body = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                assert b"<v></v>" in body or b"<v />" in body or b"<v/>" in body
                for nothing in (b"<v></v>", b"<v />", b"<v/>"):
                    body = body.replace(nothing, b"<v>2</v>")
            new.writestr(part.filename, body)
    sheet = read_sheet("plan.xlsx", target.getvalue())
    assert sheet.rows == (SheetRow(2, ("Tea", "2")),)
    assert sheet.notes == ()


def test_an_error_is_read_as_the_text_that_excel_shows() -> None:
    content = one_sheet(
        f"<row>{text_cell('Title')}{text_cell('Day')}</row>"
        '<row><c t="e"><v>#REF!</v></c><c t="e"><f>A9</f><v>#N/A</v></c></row>'
    )
    assert read_sheet("plan.xlsx", content).rows == (SheetRow(2, ("#REF!", "#N/A")),)


@pytest.mark.parametrize("epoch", [CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904])
def test_days_are_the_same_whichever_year_a_workbook_counts_from(epoch: datetime) -> None:
    book = Workbook()
    book.epoch = epoch
    sheet = book.active
    assert sheet is not None
    sheet.append(["Title", "Planned for"])
    sheet.append(["Tea", date(2026, 2, 13)])
    assert read_sheet("plan.xlsx", saved(book)).column("Planned for") == ("2026-02-13",)


def test_merged_cells_hold_their_text_once_and_empty_edges_are_no_table() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Title", "Day"], ["Tea", "2026-02-13"], [None, "2026-02-14"]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    for place in ("A900", "Z2"):
        sheet[place].number_format = "0.00"
    read = read_sheet("plan.xlsx", saved(book))
    assert read.columns == ("Title", "Day")
    assert read.rows == (SheetRow(2, ("Tea", "2026-02-13")), SheetRow(3, ("", "2026-02-14")))


def test_texts_that_cells_share_are_read_where_they_stand() -> None:
    texts = "".join(f"<si><t>{text}</t></si>" for text in ("Title", "Day", "Grüße &amp; 💉"))
    sheet = rows_of(
        '<row r="2"><c t="s" r="B2"><v>0</v></c><c t="s" r="C2"><v>1</v></c></row>'
        '<row r="4"><c s="0" r="B4" t="s"><v>2</v></c><c r="C4" t="str"><v>soon</v></c></row>'
    )
    content = with_parts(
        {
            SHEET: sheet,
            STRINGS: f"<sst {NAMESPACE}>{texts}</sst>",
            RELATIONS: (
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                + relation(1, "worksheet", "worksheets/sheet1.xml")
                + relation(2, "sharedStrings", "sharedStrings.xml")
                + "</Relationships>"
            ),
        }
    )
    read = read_sheet("plan.xlsx", content)
    assert read.columns == ("Column 1", "Title", "Day")
    assert read.rows == (SheetRow(4, ("", "Grüße & 💉", "soon")),)


def test_a_formula_is_found_however_its_cell_is_written() -> None:
    content = prefixed(
        '<x-1:sheetData><x-1:row><x-1:c t="inlineStr"><x-1:is><x-1:t>Title</x-1:t></x-1:is></x-1:c>'
        "</x-1:row><x-1:row><x-1:c t='n' r='A2'><x-1:f>TODAY()</x-1:f><x-1:v/></x-1:c>"
        "</x-1:row><x-1:row><x-1:c><x-1:f t='shared' si='0'/><x-1:v> 4 </x-1:v></x-1:c></x-1:row>"
        "</x-1:sheetData>"
    )
    assert read_sheet("plan.xlsx", content).rows == (
        SheetRow(2, ("",), frozenset({0})),
        SheetRow(3, ("4",)),
    )


def test_the_first_visible_sheet_with_anything_in_it_is_read_and_the_others_are_named() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.title = "Cover"
    hidden = book.create_sheet("Lists")
    hidden.append(["Secret"])
    hidden.append(["list"])
    hidden.sheet_state = "hidden"
    for title in ("Plan", "Old plan"):
        sheet = book.create_sheet(title)
        sheet.append(["Title"])
        sheet.append([f"From {title}"])
    content = saved(book)
    read = read_sheet("plan.xlsx", content)
    assert read.column("Title") == ("From Plan",)
    assert any("“Plan”" in note and "“Old plan”" in note for note in read.notes)
    assert read_sheet("plan.xlsx", content, sheet="old plan").column("Title") == ("From Old plan",)
    assert "“Plan”" in str(refusal("plan.xlsx", content, sheet="Next year"))


def test_a_cell_beside_the_heading_of_a_workbook_is_a_column_without_a_name() -> None:
    sheet = read_sheet("plan.xlsx", workbook([["Title", "Day"], ["Tea", "2026-02-13", "note"]]))
    assert sheet.columns == ("Title", "Day", "Column 3")
    assert sheet.rows[0].surplus == 0


@pytest.mark.parametrize(
    "row, column, name",
    [(1, 0, "A1"), (5, 2, "C5"), (9, 25, "Z9"), (9, 26, "AA9"), (2, 701, "ZZ2")],
)
def test_cells_are_named_as_spreadsheets_name_them(row: int, column: int, name: str) -> None:
    assert cell_name(row, column) == name


# ----------------------------------------------------------------------------------- refusals
def test_a_file_of_fifty_megabytes_is_refused_with_both_sizes() -> None:
    refused = refusal("plan.csv", b"Title,Day\n" + b"Tea,2026-02-13\n" * 3_400_000)
    assert refused.field == "File"
    assert "51.0 MB" in str(refused)
    assert "10.0 MB" in str(refused)


def packed(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return target.getvalue()


def test_a_workbook_that_unfolds_a_thousandfold_is_refused_before_it_is_unfolded() -> None:
    content = packed({"xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": b" " * 200_000_000})
    assert len(content) < 1_000_000
    assert "200.0 MB once unpacked" in str(refusal("plan.xlsx", content))


@pytest.mark.parametrize(
    "content, told",
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b",,,\n,,,\n", "no text in it"),
        (b"Title,Day\n", "a heading only"),
        (b"Title,Day\n,\n , \n", "a heading only"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\x89PNG\r\n\x1a\n....", "a picture"),
        (bytes(range(256)) * 40, "not a table"),
        (b"\xff\xfe\x00\xd8\x41", "damaged text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "before 2007"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
        (b"PK\x03\x04 not really", "damaged workbook"),
        (packed({"word/document.xml": b"<a/>"}), "no Excel workbook"),
        (packed({"xl/workbook.xml": b"<rubbish"}), "damaged workbook"),
        (packed({"xl/workbook.bin": b"..."}), "binary workbook"),
        (workbook([["Title", "Day"]]), "a heading only"),
        (workbook([]), "no text in it"),
        (b"Title\n" + b"x\n" * (ROW_LIMIT + 1), "more than 20,000 rows"),
        (b",".join([b"c"] * 201) + b"\n" + b",".join([b"1"] * 201), "more than 200 columns"),
        (workbook([["c"] * 300, ["1"] * 300]), "more than 200 columns"),
        (b'Title\n"' + b"x" * 200_000 + b'"\n', "cannot be read"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(content: bytes, told: str) -> None:
    refused = refusal("plan", content)
    assert refused.field == "File"
    assert told in str(refused)
    assert "Please give " in str(refused)


def test_every_workbook_damaged_at_one_place_is_read_or_refused() -> None:
    sound = workbook([["Title", "Day"], ["Tea", date(2026, 2, 13)], ["Cake", "=A2"]])
    for position in range(0, len(sound), 37):
        broken = sound[:position] + bytes([sound[position] ^ 0xFF]) + sound[position + 1 :]
        with suppress(InvalidInput):
            assert read_sheet("plan.xlsx", broken).rows


def test_the_limits_themselves_are_allowed() -> None:
    rows = b"Title\n" + b"x\n" * ROW_LIMIT
    assert len(read_sheet("plan.csv", rows).rows) == ROW_LIMIT
    wide = b",".join([b"c"] * COLUMN_LIMIT) + b"\n" + b",".join([b"1"] * COLUMN_LIMIT)
    assert len(read_sheet("plan.csv", wide).columns) == COLUMN_LIMIT
    assert SIZE_LIMIT == 10_000_000


# -------------------------------------------------------------------------------- hostile files
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "xl/_rels/workbook.xml.rels"
SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"


def with_parts(changed: dict[str, str | bytes]) -> bytes:
    """A sound workbook but for some parts."""
    sound = zipfile.ZipFile(io.BytesIO(workbook([["Title", "Day"], ["Tea", "2026-02-13"]])))
    parts = {name: sound.read(name) for name in sound.namelist()}
    for part, body in changed.items():
        parts[part] = body.encode() if isinstance(body, str) else body
    return packed(parts)


def with_part(part: str, body: str | bytes) -> bytes:
    return with_parts({part: body})


def relation(number: int, kind: str, target: str) -> str:
    types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return f'<Relationship Id="rId{number}" Type="{types}/{kind}" Target="{target}"/>'


def rows_of(rows: str) -> str:
    return f"<worksheet {NAMESPACE}><sheetData>{rows}</sheetData></worksheet>"


def text_cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def one_sheet(rows: str) -> bytes:
    return with_part(SHEET, rows_of(rows))


def prefixed(rows: str) -> bytes:
    return with_part(SHEET, f'<x-1:worksheet xmlns:x-1="{NAMESPACE[7:-1]}">{rows}</x-1:worksheet>')


def sharing(text: str, cells: int, number: str = "0") -> bytes:
    cell = f'<c t="s"><v>{number}</v></c>'
    rows = f"<row>{cell * 10}</row>" * (cells // 10)
    return with_parts(
        {SHEET: rows_of(rows), STRINGS: f"<sst {NAMESPACE}><si><t>{text}</t></si></sst>"}
    )


FAR_CELL = '<c r="XFD1048576"><v>1</v></c>'

HOSTILE_WORKBOOKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a million empty cells": (
        lambda: one_sheet(f"<row>{'<c/>' * 200}</row>" * 5_000),
        "more than 500,000 cells",
    ),
    "a million empty cells of another name": (
        lambda: prefixed(f"<x-1:row>{'<x-1:c/>' * 200}</x-1:row>" * 5_000),
        "more than 500,000 cells",
    ),
    "a million shared texts": (
        lambda: with_part(STRINGS, f"<sst {NAMESPACE}>{'<si/>' * 1_000_000}</sst>"),
        "more than 500,000 cells",
    ),
    "a cell at the far end of a table": (
        lambda: one_sheet(f'<row>{text_cell("a")}</row><row r="9">{FAR_CELL}</row>'),
        "1,048,576 rows and 16,384 columns",
    ),
    "a cell at the far end, written in another way": (
        lambda: one_sheet(
            f"<row>{text_cell('a')}</row><row><c s='/' t = 'n'\nr = 'XFD1048576'><v>1</v></c></row>"
        ),
        "1,048,576 rows and 16,384 columns",
    ),
    "a row far below, whose cells do not say where they are": (
        lambda: one_sheet(
            f"<row>{text_cell('a') * 9}</row><row r='1048576'>{text_cell('b')}</row>"
        ),
        "1,048,576 rows and 9 columns",
    ),
    "a cell in a row of eight figures": (
        lambda: one_sheet(f'<row>{text_cell("a")}</row><row><c r="A12345678"><v>1</v></c></row>'),
        "a damaged workbook",
    ),
    "a cell in a column of four letters": (
        lambda: one_sheet(f'<row>{text_cell("a")}</row><row><c r="AAAA1"><v>1</v></c></row>'),
        "a damaged workbook",
    ),
    "a cell whose attributes hide where it ends": (
        lambda: one_sheet(f'<row>{text_cell("a")}</row><row><c s=">" r="XFD9"><v>1</v></c></row>'),
        "a damaged workbook",
    ),
    "a long text that half of the cells share": (
        lambda: sharing("a" * 30_000, 100_000),
        "3001.9 MB of text that its cells share",
    ),
    "a long text in pieces, to look short": (
        lambda: sharing("a" * 9_000 + "<!-- <si> -->" * 9, 5),
        "a damaged workbook",
    ),
    "a long text whose number is written in another way": (
        lambda: sharing("a" * 30_000, 100_000, number="&#48;"),
        "of text that its cells share",
    ),
    "cells that unfold from an entity": (
        lambda: with_part(
            SHEET, f'<!DOCTYPE w [<!ENTITY a "{"<c/>" * 1000}">]>' + rows_of("&a;" * 1000)
        ),
        "a damaged workbook",
    ),
    "cells in UTF-16": (
        lambda: with_part(SHEET, rows_of(f"<row>{'<c/>' * 200}</row>" * 5_000).encode("utf-16")),
        "a damaged workbook",
    ),
    "three thousand files": (
        lambda: packed({f"xl/{number}.xml": b"<a/>" for number in range(3_000)}),
        "3,000 files inside it",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE_WORKBOOKS)
def test_a_workbook_made_to_keep_the_server_busy_is_refused_before_it_is_parsed(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, told = HOSTILE_WORKBOOKS[kind]
    content = make()
    assert len(content) < 500_000
    parsed: list[object] = []
    monkeypatch.setattr("trial.ingest.workbooks._opened", lambda *given: parsed.append(given))
    assert told in str(refusal("plan.xlsx", content))
    assert parsed == []


def test_a_part_that_unpacks_to_more_than_it_declares_is_never_unpacked_further() -> None:
    # Declared as ten bytes with the checksum of these ten, the part goes on for a hundred million.
    sheet, rest = rows_of(f"<row>{text_cell('Title')}</row>").encode(), b" " * 100_000_000
    content = bytearray(with_part(SHEET, sheet + rest))
    declared = struct.pack("<I", len(sheet) + len(rest))
    assert content.count(declared) == 2
    true_sum = struct.pack("<I", zlib.crc32(sheet + rest))
    content = content.replace(declared, struct.pack("<I", len(sheet)))
    content = content.replace(true_sum, struct.pack("<I", zlib.crc32(sheet)))
    handed_on: list[int] = []

    def opened(_name: str, parts: dict[str, bytes]) -> None:
        handed_on.append(len(parts[SHEET]))
        raise InvalidInput("File", "seen", "nothing")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trial.ingest.workbooks._opened", opened)
        refusal("plan.xlsx", bytes(content))
    assert handed_on == [len(sheet)]


def test_a_table_of_another_kind_inside_a_workbook_is_not_read() -> None:
    content = with_parts(
        {
            "xl/workbook.xml": "<rubbish/>",
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": "<office:document-content/>",
        }
    )
    assert "a damaged workbook" in str(refusal("plan.xlsx", content))


def test_a_text_of_45_megabytes_is_refused_with_its_cell() -> None:
    content = one_sheet(f"<row>{text_cell('Title')}</row><row>{text_cell('a' * 45_000_000)}</row>")
    assert "cell A2 holds 45,000,000 characters" in str(refusal("plan.xlsx", content))


def test_a_row_of_a_hundred_thousand_cells_is_too_wide() -> None:
    content = one_sheet(f"<row>{text_cell('a') * 100_000}</row><row>{text_cell('b')}</row>")
    assert "more than 200 columns" in str(refusal("plan.xlsx", content))


def test_a_sheet_listed_many_times_is_looked_at_a_few_times_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[object] = []
    monkeypatch.setattr("trial.ingest.workbooks._is_filled", looked_at.append)
    sheets = "".join(f'<sheet name="S{number}" sheetId="1" r:id="rId1"/>' for number in range(500))
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    content = with_parts(
        {
            SHEET: rows_of(f"<row>{text_cell('Title')}</row>" * 2 + "<row/>" * 1_000_000),
            "xl/workbook.xml": f'<workbook {NAMESPACE} xmlns:r="{relations}">'
            f"<sheets>{sheets}</sheets></workbook>",
        }
    )
    assert read_sheet("plan.xlsx", content).rows == (SheetRow(2, ("Title",)),)
    assert len(looked_at) == 33


def test_a_cell_put_together_of_many_texts_is_measured_as_a_whole() -> None:
    runs = "<r><t>" + "</t></r><r><t>".join(["a" * 1_000] * 40) + "</t></r>"
    cell = f'<c t="inlineStr"><is>{runs}</is></c>'
    content = one_sheet(f"<row>{text_cell('Title')}</row><row>{cell}</row>")
    assert "cell A2 holds 40,000 characters" in str(refusal("plan.xlsx", content))


def test_the_longest_cell_excel_writes_is_read() -> None:
    content = workbook([["Title"], ["💉" * 16_383 + "b"], ["c" * CELL_LIMIT]])
    assert [len(cell) for cell in read_sheet("plan.xlsx", content).column("Title")] == [
        16_384,
        CELL_LIMIT,
    ]


HOSTILE_TEXTS: dict[str, tuple[Callable[[], bytes], str]] = {
    "one cell of 10 MB": (lambda: b"Title,Day\n" + b"x" * 9_000_000, "cannot be read"),
    "one quoted cell of 10 MB": (lambda: b'Title,Day\n"' + b"x" * 9_000_000, "cannot be read"),
    "one cell beyond the limit": (
        lambda: b"Title,Day\n" + b"x" * (CELL_LIMIT + 1) + b",1\n",
        "cell A2 holds 32,768 characters",
    ),
    "a million columns": (
        lambda: b"Title,Day\n" + b"," * 1_000_000 + b"x",
        "more than 200 columns",
    ),
    "a million columns over many lines": (
        lambda: b"Title,Day\n" + (b'"\n"' + b"," * 10_000) * 100 + b"x",
        "more than 200 columns",
    ),
    "nine million cells": (
        lambda: b"T,D\n" + (b"x" + b"," * 180 + b"\n") * 50_000,
        "5,000,000 cells",
    ),
    "a million empty rows before the last": (
        lambda: b"Title,Day\n" + b"\n" * 1_000_000 + b"x,1\n",
        "more than 20,000 rows",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE_TEXTS)
def test_a_text_made_to_keep_the_server_busy_is_refused_early(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, told = HOSTILE_TEXTS[kind]
    widest = 0
    rows = 0

    def counting(lines: Iterable[str], **given: Any) -> Iterator[list[str]]:
        nonlocal widest, rows
        for row in csv.reader(lines, **given):
            widest, rows = max(widest, len(row)), rows + 1
            yield row

    stand_in = SimpleNamespace(reader=counting, Error=csv.Error)
    content = make()
    monkeypatch.setattr("trial.ingest.csv_tables.csv", stand_in)
    monkeypatch.setattr("trial.ingest.csv_tables._delimiter", lambda _text: ",")
    assert told in str(refusal("plan.csv", content))
    assert widest <= 20_000
    assert rows <= 250_000


def test_a_million_rows_that_only_look_empty_end_a_table_and_are_not_read() -> None:
    content = b"Title;Day\nTea;2026-02-13\n" + b";\r\n" * 1_000_000
    assert [row.cells for row in read_sheet("plan.csv", content).rows] == [("Tea", "2026-02-13")]


def test_a_heading_is_cut_to_what_can_be_chosen_by() -> None:
    sheet = read_sheet("plan.csv", b"Title," + b"d" * 30_000 + b"\nTea,1\n")
    assert [len(column) for column in sheet.columns] == [5, 200]


# ---------------------------------------------------------------------------------- round trips
SEEN = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs", "M"))
CELLS = st.text(SEEN, min_size=1, max_size=20).map(str.strip).filter(bool)
TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=2, max_size=8)
)


def quoted(table: list[list[str]], delimiter: str) -> str:
    return "".join(
        delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) + "\r\n"
        for row in table
    )


def as_csv(table: list[list[str]]) -> bytes:
    return quoted(table, ";").encode("utf-8-sig")


def as_utf16(table: list[list[str]]) -> bytes:
    return quoted(table, "\t").encode("utf-16")


def as_workbook(table: list[list[str]]) -> bytes:
    # What begins with = is text here, not a formula.
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row_number, row in enumerate(table, start=1):
        for column_number, cell in enumerate(row, start=1):
            written = sheet.cell(row_number, column_number)
            written.value = cell
            written.data_type = "s"
    return saved(book)


@pytest.mark.parametrize("written", [as_csv, as_utf16, as_workbook])
def test_a_table_comes_back_cell_for_cell(written: Callable[[list[list[str]]], bytes]) -> None:
    @given(TABLES)
    @settings(max_examples=40)
    def comes_back(table: list[list[str]]) -> None:
        sheet: Sheet = read_sheet("plan", written(table))
        assert [list(row.cells) for row in sheet.rows] == table[1:]
        assert [row.number for row in sheet.rows] == list(range(2, len(table) + 1))
        assert len(set(sheet.columns)) == len(table[0])

    comes_back()


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(InvalidInput):
        sheet = read_sheet("plan", content)
        assert sheet.columns
        assert sheet.rows
