"""The weighted checks, one small module each, in the order a scorecard lists them.

A check is a name in :class:`~trial.domain.verdict.CheckName` and the module called like it.
"""

from importlib import import_module

from trial.domain.verdict import CheckName
from trial.scoring.checks.check import Case, Check, Explanation, reaches


def _check_of(name: CheckName) -> Check:
    check: Check = import_module(f"{__name__}.{name}").CHECK
    return check


REGISTRY: tuple[Check, ...] = tuple(map(_check_of, CheckName))

__all__ = ["REGISTRY", "Case", "Check", "Explanation", "reaches"]
