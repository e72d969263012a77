"""The weighted checks, one small module each, in the order a scorecard lists them."""

from trial.scoring.checks import (
    cadence,
    continuity,
    delivery,
    finish,
    planning,
    quality,
    responsiveness,
    shared_load,
    steadiness,
)
from trial.scoring.checks.check import Case, Check, Explanation, reaches

REGISTRY: tuple[Check, ...] = (
    cadence.CHECK,
    continuity.CHECK,
    steadiness.CHECK,
    finish.CHECK,
    delivery.CHECK,
    planning.CHECK,
    quality.CHECK,
    responsiveness.CHECK,
    shared_load.CHECK,
)

__all__ = ["REGISTRY", "Case", "Check", "Explanation", "reaches"]
