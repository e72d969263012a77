"""What a check measured for each trial of a batch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DECIMALS = 12
"""Decimals at which scores meet thresholds, so that a score of exactly .75 does not depend on
the order in which weights were added."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One check over ``n`` trials.

    Parameters
    ----------
    value : (n,) float64
        The raw value in the check's unit; NaN where not judged.
    score : (n,) float64
        In [0, 1]; NaN where not judged. Unknown is never 0.
    applies : (n,) bool
        False where the question does not arise; such a trial is never judged on it.
    """

    value: Floats
    score: Floats
    applies: NDArray[np.bool_]

    @property
    def judged(self) -> NDArray[np.bool_]:
        """(n,) bool: where there is a score."""
        return ~np.isnan(self.score)


def ratio(
    part: NDArray[np.generic],
    whole: NDArray[np.generic],
    *,
    known: NDArray[np.bool_] | None = None,
    applies: NDArray[np.bool_] | None = None,
) -> Measured:
    """Return `part` / `whole` as value and score, unjudged where `whole` is not positive.

    Parameters
    ----------
    part, whole : (n,) integers
        ``0 <= part <= whole`` wherever ``whole > 0``.
    known : (n,) bool, optional
        Further condition for being judged.
    applies : (n,) bool, optional
        Where the question arises; everywhere by default.
    """
    above = whole.astype(np.float64)
    judged = above > 0
    if known is not None:
        judged &= known
    if applies is not None:
        judged &= applies
    value = np.full(above.shape, np.nan)
    np.divide(part.astype(np.float64), above, out=value, where=judged)
    everywhere = np.ones(above.shape, np.bool_)
    return Measured(value, value, everywhere if applies is None else applies)
