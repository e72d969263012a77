"""What a policy's verdicts are worth, beside the policy it was made from."""

from __future__ import annotations

from dataclasses import dataclass

from trial.domain.policy import Policy
from trial.domain.results.experiments import Experiment
from trial.domain.results.thresholds import Curve, Point


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
class Assumption:
    """One value of the behaviours file: where it stands, what it is, and where it comes from."""

    section: str
    name: str
    value: str
    unit: str
    source: str
