"""The coded reasons: few enough to tap, named so that nobody is blamed."""

from __future__ import annotations

from enum import StrEnum


class DropReason(StrEnum):
    """Why a slot was dropped."""

    NO_TIME = "no_time"
    NO_MATERIAL = "no_material"
    CANCELLED = "cancelled"
    NOT_SUITABLE = "not_suitable"
    MERGED = "merged"

    @property
    def label(self) -> str:
        """The reason as a page says it."""
        return {
            DropReason.NO_TIME: "No time this week",
            DropReason.NO_MATERIAL: "Pictures or facts are missing",
            DropReason.CANCELLED: "The event or service is off",
            DropReason.NOT_SUITABLE: "Not right for social media after all",
            DropReason.MERGED: "Went into another post",
        }[self]


class ReviewReason(StrEnum):
    """Why Communications sends a post back, or does not take it."""

    CONSENT = "consent"
    PRIVACY = "privacy"
    FACTS = "facts"
    WORDING = "wording"
    PICTURE = "picture"
    ACCESSIBILITY = "accessibility"
    BRAND = "brand"
    TIMING = "timing"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The reason as a page says it."""
        return {
            ReviewReason.CONSENT: "Consent is missing",
            ReviewReason.PRIVACY: "Somebody could be recognised",
            ReviewReason.FACTS: "A fact or figure needs checking",
            ReviewReason.WORDING: "The wording needs work",
            ReviewReason.PICTURE: "The picture needs work",
            ReviewReason.ACCESSIBILITY: "Captions or picture description are missing",
            ReviewReason.BRAND: "Logo, colours or name",
            ReviewReason.TIMING: "The timing does not fit",
            ReviewReason.OTHER: "Something else",
        }[self]
