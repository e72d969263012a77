"""Which column of somebody's content calendar is which, guessed for a person to confirm.

Calendars come with English and German headings of every kind. A heading decides; what stands
below it may overrule, because a column named "Approved" that says "yes" holds no days.
"""

from collections.abc import Mapping

from trial.domain.errors import InvalidInput
from trial.ingest.headings import Headings, PostField
from trial.ingest.post_table import CALENDAR, ColumnKind, columns_of
from trial.ingest.sheets import Sheet


def guess(sheet: Sheet, headings: Headings) -> dict[str, PostField]:
    """Return the likely field of each column; columns that tell nothing are left out.

    Headings go first, see :func:`trial.ingest.post_table.columns_of`. Where none names the title
    or a day, the longest texts and the only column of days stand in.
    """
    found = columns_of(sheet, CALENDAR, headings.words_of(CALENDAR.kind))
    kinds = {
        column: ColumnKind.of(sheet, column)
        for column in sheet.columns
        if column not in found.values()
    }
    days = [column for column, kind in kinds.items() if kind.is_days]
    if not found.keys() & {PostField.PLANNED_FOR, PostField.DELIVERED_ON} and len(days) == 1:
        found[PostField.PLANNED_FOR] = days[0]
    texts = [column for column, kind in kinds.items() if kind.is_text]
    if PostField.TITLE not in found and texts:
        found[PostField.TITLE] = max(texts, key=lambda column: kinds[column].length)
    fields = {column: PostField(name) for name, column in found.items()}
    return {column: fields[column] for column in sheet.columns if column in fields}


def sound_mapping(sheet: Sheet, mapping: Mapping[str, str], *, review: bool) -> dict[str, str]:
    """Return the column of each field, if the mapping makes sense for the sheet.

    Parameters
    ----------
    mapping : mapping of str to str
        Field by column; an empty field leaves the column out.
    review : bool
        Whether the actor may enter Communications' own steps.

    Raises
    ------
    InvalidInput
        When a column or field is unknown, a field has two columns, no column is the title, or
        none holds the day a post was planned for or delivered.
    """
    columns: dict[str, str] = {}
    for column, name in mapping.items():
        if not name:
            continue
        if column not in sheet.columns:
            raise InvalidInput("Column", column, f"one of: {', '.join(sheet.columns)}"[:500])
        if name not in CALENDAR.fields:
            raise InvalidInput("Field", name, f"one of: {', '.join(CALENDAR.fields)}")
        field = PostField(name)
        if field.is_review and not review:
            raise InvalidInput(field.label, column, "nothing here: this only Communications enters")
        if field in columns:
            raise InvalidInput(
                field.label, f"{columns[field]} and {column}", "one column for one field"
            )
        columns[field] = column
    if PostField.TITLE not in columns:
        raise InvalidInput("Title", None, "the column that says what each post is about")
    if not columns.keys() & {PostField.PLANNED_FOR, PostField.DELIVERED_ON}:
        raise InvalidInput(
            "Planned for", None, "a column of days: planned for, delivered on, or both"
        )
    return columns
