"""What forecasts start from in tests: the shipped one, and one that holds every rate alike."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from trial.simulation.forecast_prior import ForecastPrior, parse_forecast_prior

SHIPPED_FILE = Path(__file__).parents[2] / "data" / "forecast.toml"


@cache
def shipped() -> ForecastPrior:
    return parse_forecast_prior(SHIPPED_FILE.read_text(encoding="utf-8"), SHIPPED_FILE.name)


def uniform(low: int = 3) -> ForecastPrior:
    """Return a prior that holds every rate of weeks in band equally likely."""
    most = shipped().most
    below, from_low = [1 / low] * low, [1 / (most + 1 - low)] * (most + 1 - low)
    return replace(shipped(), evidence=(*below, *from_low))
