"""The shipped policy, for tests of what rests on it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from trial.domain.policy import Policy, parse_policy

STANDARD_FILE = Path(__file__).parents[2] / "data" / "policy" / "readiness.toml"


@cache
def standard() -> Policy:
    return parse_policy(STANDARD_FILE.read_text(encoding="utf-8"), STANDARD_FILE.name)
