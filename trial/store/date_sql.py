"""Counting days in SQL, the same on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, and_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from trial.domain.calendar import DAYS_IN_WEEK


class DaysBetween(FunctionElement[int]):
    """The whole days from the second date to the first; negative where the first is earlier."""

    type = Integer()
    inherit_cache = True


@compiles(DaysBetween, "postgresql")
def _on_postgresql(element: DaysBetween, compiler: SQLCompiler, **options: Any) -> str:
    later, earlier = (compiler.process(each, **options) for each in element.clauses)
    return f"({later} - {earlier})"


@compiles(DaysBetween, "sqlite")
def _on_sqlite(element: DaysBetween, compiler: SQLCompiler, **options: Any) -> str:
    later, earlier = (compiler.process(each, **options) for each in element.clauses)
    # Both are midnights, so the difference is whole and the cast cuts nothing off.
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


def trial_day(
    day: ColumnElement[Any], starts_on: ColumnElement[Any], weeks: ColumnElement[int]
) -> tuple[ColumnElement[int], ColumnElement[bool]]:
    """Return the trial day of a date, from 0, and whether it lies in the trial at all."""
    number = DaysBetween(day, starts_on)
    return number, and_(number >= 0, number < weeks * DAYS_IN_WEEK)
