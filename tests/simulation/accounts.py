"""Made-up posting histories, written as posts a week."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from trial.domain.timelines import Account

MONDAY = date(2022, 1, 3)


def account(*weeks: tuple[int, int] | int, name: str = "ward", **changes: Any) -> Account:
    """An account by its posts a week: ``3`` is one such week, ``(3, 13)`` thirteen of them.

    A week's posts fall on its first days, one a day; it was watched to the end of the last week.
    """
    counts = counts_of(weeks)
    given: dict[str, Any] = {
        "source": "made up",
        "name": name,
        "observed_from": MONDAY,
        "observed_until": MONDAY + timedelta(days=7 * len(counts) - 1),
        "is_cut_off": False,
        "by_day": True,
        "posts": {
            MONDAY + timedelta(days=7 * week + day): 1
            for week, count in enumerate(counts)
            for day in range(count)
        },
    }
    return Account(**{**given, **changes})


def counts_of(weeks: Sequence[tuple[int, int] | int]) -> list[int]:
    """The posts of each week."""
    counts: list[int] = []
    for each in weeks:
        count, times = each if isinstance(each, tuple) else (each, 1)
        counts.extend([count] * times)
    return counts


def hospital() -> list[Account]:
    """Twelve accounts: the steady held out, the weak mostly not, and one of each surprised."""
    steady = [account((3, 40), (4, 40), name=f"steady {number}") for number in range(5)]
    weak = [
        account(*[3, 0, 0] * 4, 1, (0, 13 + number), (1, 6), (0, 60), name=f"weak {number}")
        for number in range(5)
    ]
    fell = account((4, 13), (0, 60), name="fell", cluster="two of one")
    rose = account(*[3, 0, 0, 0] * 3, 1, (3, 60), name="rose", cluster="two of one")
    return [*steady, *weak, fell, rose]
