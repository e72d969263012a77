"""What public accounts tell, as shipped, for tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from trial.simulation.after import LogOddsLine, PublicAccounts, parse_public_accounts

SHIPPED_FILE = Path(__file__).parents[2] / "data" / "after.toml"
TEXT = SHIPPED_FILE.read_text(encoding="utf-8")

PLAIN = LogOddsLine(centre=0.75, mean=(2.0, 4.0), covariance=(0.5, 0.3, 1.2))
"""A line of which little is certain."""


@cache
def shipped() -> PublicAccounts:
    return parse_public_accounts(TEXT, SHIPPED_FILE.name)
