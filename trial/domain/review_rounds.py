"""Rounds of changes as files tell them: the days a post was sent back and handed over again."""

from collections.abc import Callable, Sequence
from datetime import date

from trial.domain.calendar import spoken_day
from trial.domain.errors import InvalidInput
from trial.domain.posts import Rework

SEPARATOR = ";"
"""Stands between the days of several rounds in one cell."""
MAX_ROUNDS = 20

DELIVERED, RETURNED, REDELIVERED = "delivered_on", "returned_on", "redelivered_on"


def days_in(cell: str) -> list[str]:
    """Return the texts of a cell with a day for each round.

    At most one more than there may be rounds: the last one then holds the rest, which no one
    reads as a day.
    """
    parts = (part.strip() for part in cell.split(SEPARATOR, MAX_ROUNDS))
    return [part for part in parts if part]


def rounds_of(
    delivered: date | None,
    returned: Sequence[date],
    redelivered: Sequence[date],
    *,
    until: date | None = None,
    named: Callable[[str], str] = str,
) -> tuple[Rework, ...]:
    """Return the rounds of one post, if its days follow one another.

    Parameters
    ----------
    delivered : date or None
        The first hand-over.
    returned, redelivered : sequence of date
        In the order of the rounds; the last round may still be open.
    until : date, optional
        The last day anything may have happened on.
    named : callable
        How the sentences name ``delivered_on``, ``returned_on`` and ``redelivered_on``.

    Raises
    ------
    InvalidInput
        When there is nothing to send back, days are missing, or one comes before the step it
        follows.
    """
    if (returned or redelivered) and delivered is None:
        column, first = (RETURNED, returned[0]) if returned else (REDELIVERED, redelivered[0])
        raise InvalidInput(
            named(column),
            spoken_day(first, year=True),
            f"nothing while {named(DELIVERED)} is empty",
        )
    if not len(redelivered) <= len(returned) <= len(redelivered) + 1:
        raise InvalidInput(
            named(REDELIVERED),
            "; ".join(spoken_day(day, year=True) for day in redelivered),
            f"one day for each under {named(RETURNED)}; the last may be missing",
        )
    before = delivered
    rounds = []
    for position, back in enumerate(returned):
        again = redelivered[position] if position < len(redelivered) else None
        for column, day in ((RETURNED, back), (REDELIVERED, again)):
            if day is not None and before is not None:
                _refuse_before(named(column), day, before, until)
                before = day
        rounds.append(Rework(back, again))
    return tuple(rounds)


def _refuse_before(field: str, day: date, first: date, until: date | None) -> None:
    if first <= day and (until is None or day <= until):
        return
    since = spoken_day(first, year=True)
    raise InvalidInput(
        field,
        spoken_day(day, year=True),
        f"{since} or later" if until is None else f"a day from {since} to today",
    )
