"""One reader of tables with posts: content calendars, logs and posting histories.

Which column is which, in what order days are written, and what is wrong with a row is found here,
the same way for all of them; a specification says which fields a table has. What one of them takes,
the others take.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice

from trial.domain.calendar import spoken_day
from trial.domain.errors import InvalidInput
from trial.domain.review_rounds import SEPARATOR, days_in
from trial.ingest.days import DayOrder, read_days
from trial.ingest.headings import POST_DAYS, POST_ROUNDS, HistoryField, PostField, plain
from trial.ingest.raw_tables import cell_name
from trial.ingest.sheets import Sheet, SheetRow

_READABLE = 0.6
_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class TableSpec:
    """What a kind of table is read for.

    Parameters
    ----------
    kind : str
        Which section of ``headings.toml`` has its words: ``"posts"`` or ``"histories"``.
    fields : tuple of str
    needed : tuple of str
        Fields that nothing can be read without.
    whole_headings : bool
        Whether a heading has to be one of the words, rather than contain one.
    labelled : bool
        Whether sentences call a field by its name on a page; else by the file's own heading.
    """

    kind: str
    fields: tuple[str, ...]
    needed: tuple[str, ...] = ()
    whole_headings: bool = False
    labelled: bool = False


CALENDAR = TableSpec(
    "posts", tuple(name for name in PostField if name != PostField.DEPARTMENT), labelled=True
)
"""What *Import* takes; a person confirms the columns."""
_UNUSED_IN_LOGS = (PostField.PILLAR, PostField.CHANNELS, PostField.LINK)
LOG = TableSpec(
    "posts",
    tuple(name for name in PostField if name not in _UNUSED_IN_LOGS),
    needed=(PostField.PLANNED_FOR, PostField.DELIVERED_ON),
)
HISTORY = TableSpec(
    "histories",
    (HistoryField.SOURCE, HistoryField.ACCOUNT, HistoryField.DATE, HistoryField.COUNT),
    needed=(HistoryField.ACCOUNT, HistoryField.DATE),
    whole_headings=True,
)
WATCHED = TableSpec(
    "histories",
    tuple(name for name in HistoryField if name not in (HistoryField.DATE, HistoryField.COUNT)),
    needed=(HistoryField.ACCOUNT, HistoryField.FROM, HistoryField.UNTIL),
    whole_headings=True,
)
_DAYS = frozenset({*POST_DAYS, HistoryField.DATE, HistoryField.FROM, HistoryField.UNTIL})


# --------------------------------------------------------------------------------- the columns
def columns_of(
    sheet: Sheet, spec: TableSpec, words: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    """Return the column of each field that a heading names.

    The product's own name of a field counts before the words for it, a whole heading before one
    that merely contains the words, and the longer words before the shorter. What stands below may
    overrule the words, never the field's own name. No field has two columns.
    """
    found: dict[str, str] = {}
    for rank, column, name in sorted(_claims(sheet.columns, spec, words), key=lambda c: c[0]):
        if name in found or column in found.values():
            continue
        if rank[0] == _OWN_NAME or ColumnKind.of(sheet, column).may_be(name):
            found[name] = column
    return found


def needed_columns(
    sheet: Sheet, spec: TableSpec, words: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    """Return the column of each field, where nobody is there to confirm it.

    Raises
    ------
    InvalidInput
        When a needed field has none; names the headings there are.
    """
    columns = columns_of(sheet, spec, words)
    missing = [name for name in spec.needed if name not in columns]
    if missing:
        raise InvalidInput(
            f"{sheet.name}, heading",
            ", ".join(sheet.columns),
            f"a header that also has {', '.join(missing)}",
        )
    return columns


_OWN_NAME, _WHOLE, _PART = range(3)
_Claim = tuple[tuple[int, int, int], str, str]


def _claims(
    columns: Sequence[str], spec: TableSpec, words: Mapping[str, tuple[str, ...]]
) -> Iterator[_Claim]:
    """Yield which column might be which field, each with a rank: the lowest is the likeliest."""
    for position, column in enumerate(columns):
        heading = plain(column)
        for name in spec.fields:
            if heading == plain(name):
                yield (_OWN_NAME, 0, position), column, name
            for phrase in words.get(name, ()):
                if heading == phrase:
                    yield (_WHOLE, 0, position), column, name
                elif not spec.whole_headings and f" {phrase} " in f" {heading} ":
                    yield (_PART, -len(phrase), position), column, name


@dataclass(frozen=True, slots=True)
class ColumnKind:
    """What the first cells of a column look like; `length` is their mean."""

    empty: bool
    is_days: bool
    is_links: bool
    length: float

    @classmethod
    def of(cls, sheet: Sheet, column: str) -> ColumnKind:
        """Look at a column."""
        index = sheet.columns.index(column)
        filled = list(islice((row.cells[index] for row in sheet.rows if row.cells[index]), _SAMPLE))
        read = read_days([cell.split(SEPARATOR, 1)[0] for cell in filled], field="Day")
        enough = max(1, _READABLE * len(filled))
        return cls(
            empty=not filled,
            is_days=sum(day is not None for day in read.days) >= enough,
            is_links=sum(cell.startswith(("http://", "https://")) for cell in filled) >= enough,
            length=sum(map(len, filled)) / max(1, len(filled)),
        )

    @property
    def is_text(self) -> bool:
        """Whether it holds words."""
        return not (self.empty or self.is_days or self.is_links)

    def may_be(self, name: str) -> bool:
        """Return whether a field may have such cells."""
        if self.empty:
            return True
        if name in _DAYS:
            return self.is_days
        return not self.is_days and (not self.is_links or name == PostField.LINK)


# ------------------------------------------------------------------------------------ the rows
@dataclass(frozen=True, slots=True)
class PostTable:
    """A table whose columns are known and whose days are read.

    Parameters
    ----------
    columns : mapping of str to str
        The column of each field.
    days : mapping of str to list
        For each field of days, the days in each row.
    reasons : mapping of int to list of str
        By index of the row, sentences about what cannot be read in it.
    order : DayOrder
        How the days were read.
    ambiguous : tuple of str
        Fields whose days can be read in two orders; somebody has to say which.
    """

    sheet: Sheet
    spec: TableSpec
    columns: Mapping[str, str]
    days: Mapping[str, Sequence[Sequence[date]]] = field(default_factory=dict)
    reasons: Mapping[int, list[str]] = field(default_factory=dict)
    order: DayOrder = DayOrder.EMPTY
    ambiguous: tuple[str, ...] = ()

    @property
    def rows(self) -> Iterator[PostRow]:
        """The rows of the file, in its order."""
        indices = {name: self.sheet.columns.index(column) for name, column in self.columns.items()}
        return (PostRow(self, index, row, indices) for index, row in enumerate(self.sheet.rows))

    def name_of(self, field: str) -> str:
        """Return what sentences call a field."""
        if self.spec.labelled:
            return PostField(field).label
        return self.columns.get(field, str(field))

    def refuse_ambiguous(self) -> None:
        """Refuse days that can be read in two orders, where nobody can be asked.

        Raises
        ------
        InvalidInput
        """
        if self.ambiguous:
            fields = " and ".join(map(self.name_of, self.ambiguous))
            raise InvalidInput(
                f"{self.sheet.name}, {fields}",
                "days such as 03/04/2026, which can be read in two orders",
                "dates that can be read in one way only, such as 2026-02-13 or 13.02.2026",
            )

    def heading_notes(self) -> list[str]:
        """Return what was understood of headings that are not the product's own, as a sentence."""
        taken = [
            f"“{column}” as {name}"
            for name, column in self.columns.items()
            if plain(column) != plain(name)
        ]
        return [f"Columns were read by their headings: {', '.join(taken)}."] if taken else []


@dataclass(frozen=True, slots=True)
class PostRow:
    """A row of a table, asked by field."""

    table: PostTable
    index: int
    row: SheetRow
    indices: Mapping[str, int]

    @property
    def number(self) -> int:
        """Its number, as a person counts in the file."""
        return self.row.number

    @property
    def reasons(self) -> list[str]:
        """What cannot be read in it, in sentences."""
        return self.table.reasons.get(self.index, [])

    @property
    def is_doubtful(self) -> bool:
        """Whether it has too many cells, or a formula without a value in any column."""
        return bool(self.row.surplus or self.row.without_value)

    def text(self, field: str) -> str:
        """Return the cell of a field; empty where the file has no such column."""
        index = self.indices.get(field)
        return "" if index is None else self.row.cells[index]

    def days(self, field: str) -> Sequence[date]:
        """Return the days of a field that holds rounds."""
        column = self.table.days.get(field)
        return () if column is None else column[self.index]

    def day(self, field: str) -> date | None:
        """Return the day of a field."""
        return next(iter(self.days(field)), None)

    def is_unread(self, field: str) -> bool:
        """Return whether its cell is a formula without a stored value."""
        return self.indices.get(field, -1) in self.row.without_value

    def refusal(self, field: str, value: date | str | None, accepted: str) -> InvalidInput:
        """Return the error that a value of the row cannot be taken."""
        said = spoken_day(value, year=True) if isinstance(value, date) else value
        return InvalidInput(self.table.name_of(field), said, accepted)


def read_table(
    sheet: Sheet, columns: Mapping[str, str], spec: TableSpec, *, order: DayOrder | None = None
) -> PostTable:
    """Read the days of a table; one column that settles their order settles it for all.

    Parameters
    ----------
    columns : mapping of str to str
        The column of each field.
    order : DayOrder, optional
        What a person has decided about ``03/04/2026``.
    """
    table = PostTable(sheet, spec, columns)
    texts = {
        name: _day_texts(sheet.column(columns[name]), name)
        for name in spec.fields
        if name in columns and name in _DAYS
    }
    whole = read_days(list(chain.from_iterable(chain(*texts.values()))), field="Day", order=order)
    settled = None if whole.ambiguous else whole.order
    reasons = {row.index: told for row in table.rows if row.is_doubtful and (told := _broken(row))}
    days: dict[str, Sequence[Sequence[date]]] = {}
    ambiguous = []
    for name, cells in texts.items():
        flat = list(chain.from_iterable(cells))
        read = read_days(flat, field=table.name_of(name), order=order, beside=settled)
        if read.ambiguous:
            ambiguous.append(name)
        following = iter(read.days)
        days[name] = [tuple(filter(None, islice(following, len(cell)))) for cell in cells]
        owners = [index for index, cell in enumerate(cells) for _ in cell] if read.errors else []
        for position, sentence in read.errors:
            reasons.setdefault(owners[position], []).append(sentence)
    return PostTable(sheet, spec, columns, days, reasons, whole.order, tuple(ambiguous))


def _day_texts(cells: Sequence[str], name: str) -> list[Sequence[str]]:
    if name in POST_ROUNDS:
        return [days_in(cell) for cell in cells]
    return [(cell,) for cell in cells]


def _broken(row: PostRow) -> list[str]:
    """Return what is wrong with a row as a whole."""
    told = []
    if row.row.surplus:
        told.append(
            "It has more cells than the heading; a text with the separator in it needs quotes."
        )
    if unread := row.row.without_value & frozenset(row.indices.values()):
        told.append(
            f"Cell {cell_name(row.number, min(unread))} is a formula without a stored value; open "
            "the file in Excel and save it once."
        )
    return told
