"""Which column of somebody's content calendar is which, guessed for a person to confirm.

Calendars come with English and German headings of every kind. A heading decides; what stands
below it may overrule, because a column named "Approved" that says "yes" holds no days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from trial.domain.errors import InvalidInput
from trial.domain.review_rounds import SEPARATOR
from trial.ingest.days import read_days
from trial.ingest.sheets import Sheet


class ImportField(StrEnum):
    """What a column of a content calendar can say about a post, in the order pages list them."""

    TITLE = "title"
    PLANNED_FOR = "planned_for"
    DELIVERED_ON = "delivered_on"
    CONTRIBUTOR = "contributor"
    PILLAR = "pillar"
    CHANNELS = "channels"
    PLANNED_ON = "planned_on"
    WITHDRAWN_ON = "withdrawn_on"
    RETURNED_ON = "returned_on"
    REDELIVERED_ON = "redelivered_on"
    APPROVED_ON = "approved_on"
    SHARED_ON = "shared_on"
    LINK = "link"

    @property
    def label(self) -> str:
        """The field's name on a page."""
        return self.value.replace("_", " ").capitalize()

    @property
    def is_day(self) -> bool:
        """Whether it holds days."""
        return self in DAY_FIELDS

    @property
    def is_review(self) -> bool:
        """Whether only Communications enters it: what it did, and since when a slot was there.

        The second is what planning is judged by; told afterwards by the department itself, it
        would be a grade it gives itself.
        """
        return self in REVIEW_FIELDS


ROUND_FIELDS = (ImportField.RETURNED_ON, ImportField.REDELIVERED_ON)
"""Fields that hold several days, one a round of changes, separated by a semicolon."""

DAY_FIELDS = (
    ImportField.PLANNED_FOR,
    ImportField.DELIVERED_ON,
    ImportField.PLANNED_ON,
    ImportField.WITHDRAWN_ON,
    *ROUND_FIELDS,
    ImportField.APPROVED_ON,
    ImportField.SHARED_ON,
)

REVIEW_FIELDS = (
    ImportField.PLANNED_ON,
    *ROUND_FIELDS,
    ImportField.APPROVED_ON,
    ImportField.SHARED_ON,
    ImportField.LINK,
)

_HEADINGS: dict[ImportField, tuple[str, ...]] = {
    ImportField.TITLE: (
        "title", "titel", "post", "post title", "topic", "thema", "headline", "ueberschrift",
        "betreff", "subject", "beitrag", "beitragstitel", "arbeitstitel", "working title",
        "content", "inhalt", "caption", "text", "idea", "idee", "what", "was",
    ),
    ImportField.PLANNED_FOR: (
        "planned for", "planned", "plan", "planned date", "date", "datum", "day", "tag", "slot",
        "geplant fuer", "geplant", "geplant am", "termin", "posting date", "post date",
        "publish date", "publish on", "publication date", "veroeffentlichungsdatum",
        "veroeffentlichung", "erscheinungsdatum", "erscheint am", "scheduled", "scheduled for",
        "schedule", "go live", "live date", "due", "due date", "deadline", "faellig", "when",
        "wann", "postingdatum", "posttermin", "sendedatum",
    ),
    ImportField.DELIVERED_ON: (
        "delivered", "delivered on", "delivery", "delivery date", "handed over",
        "handed over on", "hand over", "submitted", "submitted on", "finished", "finished on",
        "done on", "geliefert", "geliefert am", "abgegeben", "abgegeben am", "abgabe",
        "abgabedatum", "eingereicht", "eingereicht am", "fertig", "fertig am", "uebergeben",
        "uebergeben am",
    ),
    ImportField.CONTRIBUTOR: (
        "contributor", "author", "autor", "autorin", "autor in", "autorinnen", "written by",
        "made by", "created by", "erstellt von", "by", "von", "who", "wer", "owner", "editor",
        "responsible", "verantwortlich", "verantwortliche", "verantwortliche person",
        "zustaendig", "person", "redakteur", "redakteurin", "bearbeiter", "bearbeiterin",
    ),
    ImportField.PILLAR: (
        "pillar", "content pillar", "category", "kategorie", "saeule", "rubrik", "themenfeld",
        "themenbereich", "series", "serie", "reihe",
    ),
    ImportField.CHANNELS: (
        "channel", "channels", "kanal", "kanaele", "platform", "platforms", "plattform",
        "plattformen", "network", "networks", "netzwerk", "netzwerke",
    ),
    ImportField.PLANNED_ON: (
        "planned on", "entered on", "created", "created on", "created at", "added on", "added",
        "in calendar since", "erstellt", "erstellt am", "angelegt", "angelegt am",
        "eingetragen", "eingetragen am", "geplant seit",
    ),
    ImportField.WITHDRAWN_ON: (
        "withdrawn", "withdrawn on", "dropped", "dropped on", "cancelled", "cancelled on",
        "canceled", "zurueckgezogen", "zurueckgezogen am", "abgesagt", "abgesagt am",
        "gestrichen", "gestrichen am", "entfallen", "entfaellt",
    ),
    ImportField.RETURNED_ON: (
        "returned", "returned on", "sent back", "sent back on", "changes requested",
        "changes requested on", "zurueckgegeben", "zurueckgegeben am", "zurueck am",
    ),
    ImportField.REDELIVERED_ON: (
        "redelivered", "redelivered on", "delivered again", "resubmitted", "resubmitted on",
        "erneut geliefert", "erneut geliefert am", "erneut eingereicht", "nachgeliefert",
        "nachgeliefert am",
    ),
    ImportField.APPROVED_ON: (
        "approved", "approved on", "approval", "approval date", "cleared", "cleared on",
        "freigegeben", "freigegeben am", "freigabe", "freigabe am", "freigabedatum",
        "genehmigt", "genehmigt am",
    ),
    ImportField.SHARED_ON: (
        "shared", "shared on", "published", "published on", "posted", "posted on", "online",
        "online since", "live", "live since", "veroeffentlicht", "veroeffentlicht am",
        "gepostet", "gepostet am", "geteilt", "geteilt am",
    ),
    ImportField.LINK: ("link", "links", "url", "web address", "webadresse", "permalink"),
}  # fmt: skip

_READABLE = 0.6


def guess(sheet: Sheet, *, review: bool = True) -> dict[str, ImportField]:
    """Return the likely field of each column; columns that tell nothing are left out.

    A whole heading counts before one that merely contains the words, and the longer words
    before the shorter. No field is guessed twice. Where no heading names the title or a day,
    the longest texts and the only column of days stand in.

    Parameters
    ----------
    review : bool
        Whether the fields of Communications' own steps are guessed.
    """
    kinds = {column: _Kind(sheet.column(column)) for column in sheet.columns}
    found: dict[str, ImportField] = {}
    for _, column, field in sorted(_claims(sheet.columns), key=lambda claim: claim[0]):
        if column in found or field in found.values() or not kinds[column].may_be(field):
            continue
        found[column] = field
    free = [column for column in sheet.columns if column not in found]
    given = set(found.values())
    if not given & {ImportField.PLANNED_FOR, ImportField.DELIVERED_ON}:
        days = [column for column in free if kinds[column].is_days]
        if len(days) == 1:
            found[days[0]] = ImportField.PLANNED_FOR
            free.remove(days[0])
    if ImportField.TITLE not in given:
        texts = [column for column in free if kinds[column].is_text]
        if texts:
            found[max(texts, key=lambda column: kinds[column].length)] = ImportField.TITLE
    return {
        column: found[column]
        for column in sheet.columns
        if column in found and (review or not found[column].is_review)
    }


def sound_mapping(
    sheet: Sheet, mapping: Mapping[str, str], *, review: bool
) -> dict[ImportField, str]:
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
    columns: dict[ImportField, str] = {}
    for column, name in mapping.items():
        if not name:
            continue
        if column not in sheet.columns:
            raise InvalidInput("Column", column, f"one of: {', '.join(sheet.columns)}"[:500])
        if name not in set(ImportField):
            raise InvalidInput("Field", name, f"one of: {', '.join(ImportField)}")
        field = ImportField(name)
        if field.is_review and not review:
            raise InvalidInput(field.label, column, "nothing here: this only Communications enters")
        if field in columns:
            raise InvalidInput(
                field.label, f"{columns[field]} and {column}", "one column for one field"
            )
        columns[field] = column
    if ImportField.TITLE not in columns:
        raise InvalidInput("Title", None, "the column that says what each post is about")
    if not columns.keys() & {ImportField.PLANNED_FOR, ImportField.DELIVERED_ON}:
        raise InvalidInput(
            "Planned for", None, "a column of days: planned for, delivered on, or both"
        )
    return columns


def _claims(columns: Sequence[str]) -> list[tuple[tuple[int, int, int], str, ImportField]]:
    """Return which column might be which field, each with a rank: the lowest is the likeliest."""
    claims = []
    for position, column in enumerate(columns):
        heading = _plain(column)
        for field, phrases in _HEADINGS.items():
            for phrase in phrases:
                if heading in (phrase, field.value.replace("_", " ")):
                    claims.append(((0, 0, position), column, field))
                elif f" {phrase} " in f" {heading} ":
                    claims.append(((1, -len(phrase), position), column, field))
    return claims


def _plain(heading: str) -> str:
    text = heading.casefold()
    for letter, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("*", "")):
        text = text.replace(letter, letters)
    return " ".join("".join(sign if sign.isalnum() else " " for sign in text).split())


class _Kind:
    """What the cells of a column look like."""

    def __init__(self, cells: Sequence[str]) -> None:
        filled = [cell for cell in cells if cell][:200]
        read = read_days([cell.split(SEPARATOR, 1)[0] for cell in filled], field="Day")
        days = sum(day is not None for day in read.days)
        links = sum(cell.startswith(("http://", "https://")) for cell in filled)
        self.empty = not filled
        self.is_days = bool(filled) and days >= _READABLE * len(filled)
        self.is_links = bool(filled) and links >= _READABLE * len(filled)
        self.is_text = bool(filled) and not self.is_days and not self.is_links
        self.length = sum(map(len, filled)) / len(filled) if filled else 0.0

    def may_be(self, field: ImportField) -> bool:
        if self.empty:
            return True
        if field.is_day:
            return self.is_days
        return not self.is_days and (not self.is_links or field is ImportField.LINK)
