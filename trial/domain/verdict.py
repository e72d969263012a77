"""The words of a scorecard: checks, gates, outcomes and verdicts."""

from enum import StrEnum

from trial.domain.labels import Labelled

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


class GateName(Labelled):
    """The gates, in the order a scorecard lists them. All must pass for a ready verdict.

    A label is a statement that is true when the gate is met.
    """

    PURPOSE = "purpose", "Purpose and audience written down"
    MANAGERS = "managers", "Primary and backup manager named"
    TRAINING = "training", "Training modules complete"
    AGREEMENT = "agreement", "Review agreement signed"
    INCIDENTS = "incidents", "No serious incident open"
    BAND_ADHERENCE = "band_adherence", "Band kept often enough"

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


class Outcome(Labelled):
    """What a check or gate came to."""

    MET = "met", "met"
    NOT_MET = "not_met", "not met yet"
    NOT_APPLICABLE = "not_applicable", "does not apply"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence", "not enough evidence"


class Verdict(Labelled):
    """What the scorecard recommends. The people decide."""

    READY = "ready", "Ready for its own account"
    EXTEND = "extend", "Extend with conditions"
    KEEP_FEEDING = "keep_feeding", "Keep feeding the main channels"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence", "Not enough evidence"


class DecisionOption(Labelled):
    """What a review meeting can decide."""

    READY = "ready", Verdict.READY.label
    EXTEND = "extend", Verdict.EXTEND.label
    KEEP_FEEDING = "keep_feeding", Verdict.KEEP_FEEDING.label
    NO_ACCOUNT = "no_account", "The department decided against an account"
