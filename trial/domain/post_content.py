"""What a post is about: its title, pillar, channels and contributor, within their bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Protocol

from trial.domain.errors import InvalidInput
from trial.domain.fields import clean_line

TITLE_LIMIT = 200
CONTRIBUTOR_LIMIT = 80
PILLAR_LIMIT = 80
CHANNEL_LIMIT = 40
CHANNELS_LIMIT = 12
LINK_LIMIT = 500
WEEK_LIMIT = 60
"""More posts than this in one week are a slip of the finger, not a plan."""
_MAX_NAMED = 10 * CHANNELS_LIMIT


class ContentRow(Protocol):
    """A stored post, as far as it says what the post is about."""

    title: str
    pillar: str
    channels: list[str]
    contributor: str


class FrozenContentRow(Protocol):
    """A stored attempt at review, as far as it says what the post was about then."""

    title_then: str
    pillar_then: str
    channels_then: list[str]
    contributor_then: str


@dataclass(frozen=True, slots=True)
class PostContent:
    """What a post is about, fit to be kept."""

    title: str
    pillar: str
    channels: list[str]
    contributor: str

    def put_into(self, row: ContentRow) -> list[str]:
        """Write it into a row and return the names of what differed."""
        changed = [
            field.name
            for field in fields(self)
            if getattr(row, field.name) != getattr(self, field.name)
        ]
        for name in changed:
            setattr(row, name, getattr(self, name))
        return changed

    def freeze_into(self, attempt: FrozenContentRow) -> None:
        """Write it into an attempt at review, where no later edit reaches it."""
        attempt.title_then, attempt.pillar_then = self.title, self.pillar
        attempt.channels_then, attempt.contributor_then = list(self.channels), self.contributor

    @classmethod
    def of_post(cls, row: ContentRow) -> PostContent:
        """Return what a post is about now."""
        return cls(row.title, row.pillar, list(row.channels), row.contributor)

    @classmethod
    def of_attempt(cls, attempt: FrozenContentRow) -> PostContent:
        """Return what a post was about when it was handed over or judged."""
        return cls(
            attempt.title_then,
            attempt.pillar_then,
            list(attempt.channels_then),
            attempt.contributor_then,
        )


def content_of(title: str, pillar: str, channels: Sequence[str], contributor: str) -> PostContent:
    """Return what was typed as it is kept.

    Raises
    ------
    InvalidInput
        When a text, or the number of channels, is out of bounds.
    """
    # Some may be named twice; so many of them are no slip any more.
    if len(channels) > _MAX_NAMED:
        raise InvalidInput("Channels", f"{len(channels)} channels", f"at most {CHANNELS_LIMIT}")
    named = dict.fromkeys(clean_line("Channel", name, limit=CHANNEL_LIMIT) for name in channels)
    if len(named) > CHANNELS_LIMIT:
        raise InvalidInput("Channels", f"{len(named)} channels", f"at most {CHANNELS_LIMIT}")
    return PostContent(
        title=clean_line("Title", title, limit=TITLE_LIMIT),
        pillar=clean_line("Pillar", pillar, limit=PILLAR_LIMIT, required=False),
        channels=list(named),
        contributor=clean_line("Contributor", contributor, limit=CONTRIBUTOR_LIMIT, required=False),
    )
