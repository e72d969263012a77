"""The words of a scorecard: checks, gates, outcomes and verdicts."""

from __future__ import annotations

from enum import StrEnum

EDITION = 2
"""The edition of the rules that verdicts are drawn by.

A policy value that came later is absent from older policies and changes nothing there. Rules that
change without a value of their own raise the edition, and a decision keeps the one it was made on.
"""


class Reproduction(StrEnum):
    """What comes out when the frozen log of a decision is scored again."""

    SAME = "same"
    DIFFERENT = "different"
    OTHER_EDITION = "other_edition"


class CheckName(StrEnum):
    """The weighted checks, in the order a scorecard lists them."""

    CADENCE = "cadence"
    CONTINUITY = "continuity"
    STEADINESS = "steadiness"
    FINISH = "finish"
    DELIVERY = "delivery"
    PLANNING = "planning"
    QUALITY = "quality"
    RESPONSIVENESS = "responsiveness"
    SHARED_LOAD = "shared_load"

    @property
    def label(self) -> str:
        """The check's name on a page."""
        return self.value.replace("_", " ").capitalize()


class GateName(StrEnum):
    """The gates, in the order a scorecard lists them. All must pass for a ready verdict."""

    PURPOSE = "purpose"
    MANAGERS = "managers"
    TRAINING = "training"
    AGREEMENT = "agreement"
    INCIDENTS = "incidents"
    BAND_ADHERENCE = "band_adherence"

    @property
    def label(self) -> str:
        """The gate as a statement that is true when it is met."""
        return {
            GateName.PURPOSE: "Purpose and audience written down",
            GateName.MANAGERS: "Primary and backup manager named",
            GateName.TRAINING: "Training modules complete",
            GateName.AGREEMENT: "Review agreement signed",
            GateName.INCIDENTS: "No serious incident open",
            GateName.BAND_ADHERENCE: "Band kept often enough",
        }[self]

    @property
    def short(self) -> str:
        """The gate in one word, for a table that names which are open."""
        names = {GateName.INCIDENTS: "incident", GateName.BAND_ADHERENCE: "band"}
        return names.get(self, self.value)

    @property
    def condition(self) -> str:
        """The gate as a condition: ``if the training is complete``."""
        return {
            GateName.PURPOSE: "purpose and audience are written down",
            GateName.MANAGERS: "both managers are named",
            GateName.TRAINING: "the training is complete",
            GateName.AGREEMENT: "the review agreement is signed",
            GateName.INCIDENTS: "no serious incident is open",
            GateName.BAND_ADHERENCE: "enough weeks are in band",
        }[self]


class Outcome(StrEnum):
    """What a check or gate came to."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"

    @property
    def label(self) -> str:
        """The outcome on a page."""
        return {
            Outcome.MET: "met",
            Outcome.NOT_MET: "not met yet",
            Outcome.NOT_APPLICABLE: "does not apply",
            Outcome.NOT_ENOUGH_EVIDENCE: "not enough evidence",
        }[self]


class Verdict(StrEnum):
    """What the scorecard recommends. The people decide."""

    READY = "ready"
    EXTEND = "extend"
    KEEP_FEEDING = "keep_feeding"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"

    @property
    def label(self) -> str:
        """The verdict as a page says it."""
        return {
            Verdict.READY: "Ready for its own account",
            Verdict.EXTEND: "Extend with conditions",
            Verdict.KEEP_FEEDING: "Keep feeding the main channels",
            Verdict.NOT_ENOUGH_EVIDENCE: "Not enough evidence",
        }[self]


class DecisionOption(StrEnum):
    """What a review meeting can decide."""

    READY = "ready"
    EXTEND = "extend"
    KEEP_FEEDING = "keep_feeding"
    NO_ACCOUNT = "no_account"

    @property
    def label(self) -> str:
        """The decision as a page says it."""
        if self is DecisionOption.NO_ACCOUNT:
            return "The department decided against an account"
        return Verdict(self.value).label
