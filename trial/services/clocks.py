"""Where today comes from: the machine, another day, or a moment that stands still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol


class Clock(Protocol):
    """Says what moment it is."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ShiftedClock:
    """The machine's clock, moved by a fixed span: time runs on from another day."""

    shift: timedelta

    @classmethod
    def to(cls, day: date) -> ShiftedClock:
        """Return a clock on which today is `day` at the present time of day."""
        return cls(timedelta(days=(day - datetime.now(UTC).date()).days))

    def now(self) -> datetime:
        """Return the moved moment, aware, in UTC."""
        return datetime.now(UTC) + self.shift


@dataclass(slots=True)
class FixedClock:
    """A clock that stands still until it is set: for tests, demonstrations and replays."""

    moment: datetime

    @classmethod
    def on(cls, day: date, *, hour: int = 9) -> FixedClock:
        """Return a clock that stands at `hour` o'clock UTC of `day`."""
        return cls(datetime.combine(day, time(hour), tzinfo=UTC))

    def now(self) -> datetime:
        """Return the moment it stands at."""
        return self.moment

    def set(self, day: date, *, hour: int = 9) -> None:
        """Stand at `hour` o'clock UTC of `day` from now on."""
        self.moment = datetime.combine(day, time(hour), tzinfo=UTC)
