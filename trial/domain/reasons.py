"""The coded reasons: few enough to tap, named so that nobody is blamed."""

from trial.domain.labels import Labelled


class DropReason(Labelled):
    """Why a slot was dropped."""

    NO_TIME = "no_time", "No time this week"
    NO_MATERIAL = "no_material", "Pictures or facts are missing"
    CANCELLED = "cancelled", "The event or service is off"
    NOT_SUITABLE = "not_suitable", "Not right for social media after all"
    MERGED = "merged", "Went into another post"


class ReviewReason(Labelled):
    """Why Communications sends a post back, or does not take it."""

    CONSENT = "consent", "Consent is missing"
    PRIVACY = "privacy", "Somebody could be recognised"
    FACTS = "facts", "A fact or figure needs checking"
    WORDING = "wording", "The wording needs work"
    PICTURE = "picture", "The picture needs work"
    ACCESSIBILITY = "accessibility", "Captions or picture description are missing"
    BRAND = "brand", "Logo, colours or name"
    TIMING = "timing", "The timing does not fit"
    OTHER = "other", "Something else"
