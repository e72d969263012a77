"""Some trials out of a batch, or of several, whatever was worked out for them.

Facts, weeks, measurements and judgements are frozen dataclasses of arrays with one row a trial, or
of one another. How rows are taken and put together is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Batch = TypeVar("Batch")


def rows_of(batch: Batch, rows: NDArray[np.int64] | slice) -> Batch:
    """Return what a batch says of some trials, in the order of `rows`.

    Parameters
    ----------
    batch : dataclass
        Of arrays with trials first, of other such dataclasses, by themselves or in a mapping, and
        of values that hold for the whole batch, which stay as they are.
    rows : (m,) int64 or slice
        Which trials; one may stand several times.
    """
    taken: Batch = _taken(batch, rows)
    return taken


def row_of(batch: Batch, index: int) -> Batch:
    """Return what a batch says of one trial, as a batch of one."""
    return rows_of(batch, slice(index, index + 1))


def concat(batches: Sequence[Batch]) -> Batch:
    """Return the trials of several batches as one.

    Parameters
    ----------
    batches : sequence of dataclass
        At least one, all of one type: of arrays that differ in the number of trials alone, or of
        other such dataclasses.
    """
    whole: Batch = _joined(batches)
    return whole


def _joined(parts: Sequence[Any]) -> Any:
    first = parts[0]
    if isinstance(first, np.ndarray):
        return np.concatenate(parts)
    names = [field.name for field in fields(first)]
    return type(first)(*(_joined([getattr(part, name) for part in parts]) for name in names))


def _taken(value: Any, rows: NDArray[np.int64] | slice) -> Any:
    if isinstance(value, np.ndarray):
        return value[rows]
    if isinstance(value, Mapping):
        return {key: _taken(part, rows) for key, part in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return type(value)(*(_taken(getattr(value, part.name), rows) for part in fields(value)))
    return value
