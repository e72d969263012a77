"""What a policy's verdicts are worth, beside the policy it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from trial.domain.policy import Policy
from trial.domain.results.experiments import Characteristics, Experiment
from trial.domain.results.thresholds import Curve, Point
from trial.domain.verdict import Verdict


@dataclass(frozen=True, slots=True)
class KnownPolicy:
    """A policy that can be looked at.

    Parameters
    ----------
    key : str
        ``readiness.toml``, ``packs/strict``, or ``frozen/3``.
    policy : Policy
    is_pack : bool
        Whether it lies there to be compared with.
    trials : int
        Running trials that were frozen with it; 0 for a policy that lies in a file.
    is_in_force : bool
        Whether trials that start now are judged by it.
    """

    key: str
    policy: Policy
    is_pack: bool = False
    trials: int = 0
    is_in_force: bool = False


@dataclass(frozen=True, slots=True)
class Worth:
    """A policy as it stands and as it was set, each on trials of its own length.

    Parameters
    ----------
    base, found : Experiment
        Alike where nothing was moved.
    best_score : float or None
        The highest score of all trials as set, in [0, 1]; None where nothing was scored.
    """

    base: Experiment
    found: Experiment
    best_score: float | None

    @property
    def is_changed(self) -> bool:
        """Whether anything was moved."""
        return self.found.policy != self.base.policy


@dataclass(frozen=True, slots=True)
class Frontier:
    """All thresholds of a policy as set.

    Parameters
    ----------
    curve : Curve
        Every hundredth; the same curve for as long as nothing but the thresholds moves.
    at : Point
        The policy as set.
    others : tuple of (str, Experiment)
        The policy as it stands, and then the packs, by name; on trials of their own length, each
        somewhere beside the line.
    """

    curve: Curve
    at: Point
    others: tuple[tuple[str, Experiment], ...]


@dataclass(frozen=True, slots=True)
class AfterAYear:
    """What became of some departments within the year after, if each of them had an account.

    Parameters
    ----------
    lasted, thinned, silent : int
        Posted in most weeks to the end; still posted, in fewer; fell silent.
    """

    lasted: int
    thinned: int
    silent: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.lasted + self.thinned + self.silent

    def __add__(self, other: AfterAYear) -> AfterAYear:
        return AfterAYear(
            self.lasted + other.lasted, self.thinned + other.thinned, self.silent + other.silent
        )


@dataclass(frozen=True, slots=True)
class OutOfHundred:
    """What a policy does with 100 departments, in whole numbers that add up.

    Parameters
    ----------
    granted : AfterAYear
        Those judged ready.
    refused : AfterAYear
        All others, those told to extend among them.
    """

    granted: AfterAYear
    refused: AfterAYear

    @property
    def everybody(self) -> AfterAYear:
        """What would come of an account for each of them."""
        return self.granted + self.refused

    @classmethod
    def of(cls, found: Characteristics) -> OutOfHundred:
        """Return what trials come to for every 100 of them."""
        ready = found.verdicts[Verdict.READY].count
        lasted, silent = found.lasted.count - found.missed.count, found.false_ready.count
        thinned = found.trials - found.lasted.count - found.dark.count
        return cls.counted(
            (lasted, ready - lasted - silent, silent),
            (found.lasted.count, thinned, found.dark.count),
        )

    @classmethod
    def counted(cls, granted: Sequence[int], counts: Sequence[int]) -> OutOfHundred:
        """Return what counts come to: of those granted, and of all; lasted, thinned, silent."""
        # These two first: what everybody comes to is the same under every policy, and the number
        # granted is the one that stands elsewhere.
        everybody = shared_out(100, counts)
        of_granted, _ = shared_out(100, (sum(granted), sum(counts) - sum(granted)))
        each = 100 / max(sum(counts), 1)
        exact = [(each * part, each * whole) for part, whole in zip(granted, counts, strict=True)]
        parts = _parts(of_granted, everybody, exact)
        rest = (whole - part for whole, part in zip(everybody, parts, strict=True))
        return cls(AfterAYear(*parts), AfterAYear(*rest))


def _parts(
    total: int, wholes: Sequence[int], exact: Sequence[tuple[float, float]]
) -> tuple[int, ...]:
    """Return whole parts of `wholes` that sum to `total`, as near as can be to exact ones.

    Near are the parts and what is left of the wholes; `exact` has each part with its whole.
    """

    def error(parts: Sequence[int]) -> float:
        return sum(
            (part - exact_part) ** 2 + (whole - part - exact_whole + exact_part) ** 2
            for part, whole, (exact_part, exact_whole) in zip(parts, wholes, exact, strict=True)
        )

    ranges = (
        range(max(0, int(part) - 1), min(whole, int(part) + 2) + 1)
        for (part, _), whole in zip(exact, wholes, strict=True)
    )
    return min((parts for parts in product(*ranges) if sum(parts) == total), key=error)


def shared_out(whole: int, counts: Sequence[int]) -> tuple[int, ...]:
    """Return whole numbers that sum to `whole`, each less than 1 from the share of its count.

    All 0 where every count is.
    """
    total = sum(counts)
    if not total:
        return (0,) * len(counts)
    parts = [whole * count // total for count in counts]
    # What cutting left over goes to those who lost most by it.
    by_loss = sorted(range(len(counts)), key=lambda place: -(whole * counts[place] % total))
    for place in by_loss[: whole - sum(parts)]:
        parts[place] += 1
    return tuple(parts)


class Rule(StrEnum):
    """A rule of a policy that can be moved a step, or left out."""

    TARGET = "target"
    WEEKS = "weeks"
    THRESHOLD = "threshold"

    @property
    def label(self) -> str:
        """The rule, as a row of a table names it."""
        return {
            Rule.TARGET: "Posts asked for a week",
            Rule.WEEKS: "Weeks that must reach the target",
            Rule.THRESHOLD: "Score from which ready",
        }[self]


@dataclass(frozen=True, slots=True)
class Variation:
    """A policy in which one rule is different, and what it does with the same trials."""

    policy: Policy
    hundred: OutOfHundred


@dataclass(frozen=True, slots=True)
class RuleEffect:
    """What one rule does: a step easier, a step stricter, and left out.

    None where it cannot be moved there.
    """

    rule: Rule
    easier: Variation | None
    stricter: Variation | None
    without: Variation | None


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What each rule of a policy does on the same trials.

    Parameters
    ----------
    as_set : Variation
        The policy itself.
    rules : tuple of RuleEffect
        In the order of `Rule`.
    without_all : OutOfHundred
        With every rule left out that can be.
    """

    as_set: Variation
    rules: tuple[RuleEffect, ...]
    without_all: OutOfHundred


@dataclass(frozen=True, slots=True)
class Assumption:
    """One value of the behaviours file: where it stands, what it is, and where it comes from."""

    section: str
    name: str
    value: str
    unit: str
    source: str
