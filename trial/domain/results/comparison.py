"""Two policies on the same trials: where they differ, and what it hangs on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import SerializerFunctionWrapHandler, WrapSerializer, model_serializer

from trial.domain.results.answers import pairs_of
from trial.domain.results.experiments import Experiment, Rate
from trial.domain.verdict import CheckName, Verdict


class PolicySection(StrEnum):
    """What two policies may differ in, as far as made-up trials can tell."""

    LENGTH = "length"
    BAND = "band"
    GAPS = "gaps"
    WEIGHTS = "weights"
    BAND_GATE = "band_gate"
    THRESHOLDS = "thresholds"
    MIDDLE = "middle"
    EVIDENCE = "evidence"

    @property
    def label(self) -> str:
        """The part inside a sentence."""
        return {
            PolicySection.LENGTH: "the length of the trial",
            PolicySection.BAND: "the band",
            PolicySection.GAPS: "the days of silence allowed",
            PolicySection.WEIGHTS: "the weights",
            PolicySection.BAND_GATE: "the band gate",
            PolicySection.THRESHOLDS: "the thresholds",
            PolicySection.MIDDLE: "the closed or open middle",
            PolicySection.EVIDENCE: "the evidence floor",
        }[self]


@dataclass(frozen=True, slots=True)
class Decisive:
    """Parts of a policy that together turn the first verdict into the second.

    Parameters
    ----------
    parts : tuple of PolicySection
        One where it decides alone.
    rate : Rate
        Of the trials of one difference. Two parts may each decide the same trial.
    adds : Rate
        Of these trials, those that nothing named before it decides.
    """

    parts: tuple[PolicySection, ...]
    rate: Rate
    adds: Rate


@dataclass(frozen=True, slots=True)
class Example:
    """One made-up trial on which two policies part.

    Parameters
    ----------
    behaviour : str
        Label of its behaviour.
    counts : tuple of int
        Live posts of each week, of the whole trial.
    reported : tuple of bool
        Whether each week was reported.
    first_score, second_score : float or None
        What each policy makes of it, in [0, 1].
    dark, lasted : bool
        What became of it within the year.
    """

    behaviour: str
    counts: tuple[int, ...]
    reported: tuple[bool, ...]
    first_score: float | None
    second_score: float | None
    dark: bool
    lasted: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """The trials of which the first policy says one thing and the second another.

    Parameters
    ----------
    first, second : Verdict
    rate : Rate
        Of all trials.
    behaviours : tuple of (str, Rate)
        Label of each behaviour that occurs and its share of these trials, the largest first.
    decisive : tuple of Decisive
        What decides, first whatever adds the most to what was named before it; no parts where
        fewer of them do. Together they decide every trial.
    first_score, second_score : float or None
        Mean score of these trials under each policy, in [0, 1]; None where none has one.
    pulls : tuple of (CheckName, float)
        By how much each check adds more to the second score than to the first, in points of 1 on
        average; the largest first, whatever its sign.
    dark, lasted : Rate
        Of these trials, within the year.
    example : Example
        One of them, of the most frequent behaviour.
    """

    first: Verdict
    second: Verdict
    rate: Rate
    behaviours: Annotated[tuple[tuple[str, Rate], ...], pairs_of("behaviour", "rate")]
    decisive: tuple[Decisive, ...]
    first_score: float | None
    second_score: float | None
    pulls: Annotated[tuple[tuple[CheckName, float], ...], pairs_of("check", "points")]
    dark: Rate
    lasted: Rate
    example: Example


def _cells(by_pair: Crossed, told: SerializerFunctionWrapHandler) -> list[dict[str, Any]]:
    rates = zip(by_pair, told(by_pair).values(), strict=True)
    return [{"first": first, "second": second, "rate": rate} for (first, second), rate in rates]


Crossed = Mapping[tuple[Verdict, Verdict], Rate]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two policies on the same trials.

    Parameters
    ----------
    first, second : Experiment
    agree : Rate
        Of all trials, those with the same verdict.
    confusion : mapping of (Verdict, Verdict) to Rate
        Of all trials, those with this verdict under the first and that under the second policy;
        every pair is there.
    differences : tuple of Difference
        The most frequent first.
    """

    first: Experiment
    second: Experiment
    agree: Rate
    confusion: Annotated[Crossed, WrapSerializer(_cells)]
    differences: tuple[Difference, ...]

    @model_serializer(mode="wrap")
    def _told(self, told: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields = told(self)
        return {**fields.pop("first"), "against": fields.pop("second"), **fields}
