"""What the words of the product mean, for whoever meets them on a page.

The texts are a document that people edit; see ``data/glossary.toml``. None may be missing, so that
no page links to a word that nobody explains.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from string import Formatter
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from trial.domain.verdict import CheckName

_Sentence = Annotated[str, Field(min_length=1, max_length=400, pattern=r"\.$")]


class Word(StrEnum):
    """The words that are explained besides the checks, in the order of the page."""

    BAND = "band"
    IN_BAND = "in_band"
    SLOT = "slot"
    LIVE = "live"
    GATE = "gate"
    EXCUSED = "excused"
    SCORE = "score"


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Explanation:
    """A word in two sentences and an example; names in braces stand for values of a policy."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    meaning: _Sentence
    example: _Sentence

    def filled(self, values: Mapping[str, object]) -> Explanation:
        """Return it with the values of a policy in it.

        Raises
        ------
        KeyError
            When it asks for a value that is not there.
        """
        return Explanation(
            self.name, self.meaning.format_map(values), self.example.format_map(values)
        )

    @property
    def asks_for(self) -> frozenset[str]:
        """The names in braces."""
        both = f"{self.meaning} {self.example}"
        return frozenset(name for _, name, _, _ in Formatter().parse(both) if name is not None)


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Glossary:
    """Every word and every check with its explanation, in the order of the page."""

    words: dict[Word, Explanation]
    checks: dict[CheckName, Explanation]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for section, names in (("words", Word), ("checks", CheckName)):
            if missing := set(names) - set(getattr(self, section)):
                raise ValueError(f"[{section}.{min(missing)}] is missing")
        return self

    @property
    def asks_for(self) -> frozenset[str]:
        """The names in braces of all explanations."""
        sections = (getattr(self, section.name) for section in fields(self))
        return frozenset().union(
            *(one.asks_for for section in sections for one in section.values())
        )

    def filled(self, values: Mapping[str, object]) -> Glossary:
        """Return it with the values of a policy in it."""
        return Glossary(
            {word: self.words[word].filled(values) for word in Word},
            {check: self.checks[check].filled(values) for check in CheckName},
        )
