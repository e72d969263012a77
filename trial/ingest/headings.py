"""What the columns of people's tables are called: words that people can add to.

The fields are the product's; the words stand in ``headings.toml`` in the data folder, by field and
language. The file is read strictly, because a word under two fields would make of a column now one
thing and now the other.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as document

from trial.config import settings_from
from trial.domain.errors import InvalidInput

FILE = "headings.toml"


class PostField(StrEnum):
    """What a column can say about a post, in the order pages list them."""

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
    DEPARTMENT = "department"

    @property
    def label(self) -> str:
        """The field's name on a page."""
        return self.value.replace("_", " ").capitalize()

    @property
    def is_review(self) -> bool:
        """Whether only Communications enters it: what it did, and since when a slot was there.

        The second is what planning is judged by; told afterwards by the department itself, it
        would be a grade it gives itself.
        """
        return self in _REVIEW


POST_ROUNDS = (PostField.RETURNED_ON, PostField.REDELIVERED_ON)
"""Fields that hold several days, one a round of changes, separated by a semicolon."""

POST_DAYS = tuple(field for field in PostField if field.endswith(("_for", "_on")))

_REVIEW = (
    PostField.PLANNED_ON,
    *POST_ROUNDS,
    PostField.APPROVED_ON,
    PostField.SHARED_ON,
    PostField.LINK,
)


class HistoryField(StrEnum):
    """What a column of a posting history can say, or one of a file of accounts beside it."""

    SOURCE = "source"
    ACCOUNT = "account"
    DATE = "date"
    COUNT = "n"
    FROM = "obs_start"
    UNTIL = "obs_end"
    CUT_OFF = "left_truncated"
    GRANULARITY = "granularity"
    CLUSTER = "cluster"


_Words = dict[str, list[Annotated[str, Field(pattern=r"\w", max_length=60)]]]


@document(frozen=True, config=ConfigDict(extra="forbid"))
class Headings:
    """The words of each field by language, for each kind of table."""

    posts: dict[PostField, _Words]
    histories: dict[HistoryField, _Words]

    def words_of(self, kind: str) -> Mapping[str, tuple[str, ...]]:
        """Return the words of each field of ``"posts"`` or ``"histories"``, each as `plain`."""
        sections: Mapping[str, _Words] = getattr(self, kind)
        return {
            field: tuple(plain(word) for words in by_language.values() for word in words)
            for field, by_language in sections.items()
        }


def plain(heading: str) -> str:
    """Return a heading without what people write in different ways: case, umlauts, signs."""
    text = heading.casefold()
    for letter, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("*", "")):
        text = text.replace(letter, letters)
    return " ".join("".join(sign if sign.isalnum() else " " for sign in text).split())


def read_headings(folder: Path | None = None) -> Headings:
    """Read ``headings.toml``.

    Parameters
    ----------
    folder : Path, optional
        The data folder; by default the one that commands use.

    Raises
    ------
    InvalidInput
        When the file is missing or no TOML, names a field or section that is none, holds something
        other than words, or has a word under two fields of one section; names file and place.
    """
    path = (folder or settings_from({}).data_folder) / FILE
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        headings = _HEADINGS.validate_python(content)
    except OSError as error:
        raise InvalidInput(FILE, "no such file", "a file in the data folder") from error
    except ValidationError as error:
        raise _refusal(error) from error
    except ValueError as error:
        raise InvalidInput(FILE, str(error), "TOML in UTF-8") from error
    for section in fields(headings):
        _refuse_doubles(section.name, headings.words_of(section.name))
    return headings


_HEADINGS = TypeAdapter(Headings)


def _refusal(error: ValidationError) -> InvalidInput:
    first = error.errors()[0]
    steps = (step for step in first["loc"] if step != "[key]")
    # People count from 1.
    place = [str(step + 1) if isinstance(step, int) else step for step in steps]
    accepted = "words with letters in them, by language, at most 60 characters each"
    if len(place) == 1:
        accepted = f"the sections {' and '.join(section.name for section in fields(Headings))}"
    elif first["loc"][-1] == "[key]":
        known: type[StrEnum] = PostField if place[0] == "posts" else HistoryField
        return InvalidInput(f"{FILE}, {place[0]}", place[1], f"one of: {', '.join(known)}")
    return InvalidInput(f"{FILE}, {'.'.join(place)}", first["input"], accepted)


def _refuse_doubles(section: str, words: Mapping[str, tuple[str, ...]]) -> None:
    owners: dict[str, str] = {}
    for field, own in words.items():
        for word in own:
            if word in owners:
                accepted = f"a word once in {section}; {owners[word]} has it already"
                raise InvalidInput(f"{FILE}, {section}.{field}", word, accepted)
            owners[word] = field
