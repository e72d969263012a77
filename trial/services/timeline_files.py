"""Post dates of existing accounts, as lists of days: what they are and how far they were watched.

Two files: ``posts.csv`` (source, account, date, n) and, where there is one, ``accounts.csv``, which
says from when to when each account was observed. Without it an account is taken to have been
observed from its first post to the last day anything of its source was.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from trial.domain.errors import InvalidInput
from trial.domain.timelines import Account as Account

MOST_POSTS_A_DAY = 4_000
"""Posts of an account on one day, over all its rows; seven such days still fit a week's count."""


def read_accounts(
    posts: Iterable[str], accounts: Iterable[str] | None = None
) -> tuple[Account, ...]:
    """Read accounts from the lines of the two files, in the order in which they first appear.

    Raises
    ------
    InvalidInput
        When a column is missing or a cell cannot be read; names file, row and value.
    """
    days: dict[tuple[str, str], dict[date, int]] = defaultdict(dict)
    last_of_source: dict[str, date] = {}
    for number, row in _rows("posts.csv", posts, ("source", "account", "date")):
        where = f"posts.csv, row {number}"
        day = _day(where, row["date"])
        key = (row["source"], row["account"])
        days[key][day] = _count(where, row.get("n") or "1", days[key].get(day, 0))
        last_of_source[key[0]] = max(last_of_source.get(key[0], day), day)
    if not days:
        raise InvalidInput("posts.csv", "no rows", "at least one row below the heading")
    described = {} if accounts is None else _descriptions(accounts)
    return tuple(
        Account(
            source=source,
            name=name,
            kind=told.kind if told else "",
            observed_from=told.observed_from if told else min(posted),
            observed_until=told.observed_until if told else last_of_source[source],
            is_cut_off=told.is_cut_off if told else False,
            by_day=told.by_day if told else True,
            posts=posted,
        )
        for (source, name), posted in days.items()
        for told in [described.get((source, name))]
    )


@dataclass(frozen=True, slots=True)
class _Description:
    kind: str
    observed_from: date
    observed_until: date
    is_cut_off: bool
    by_day: bool


def _descriptions(lines: Iterable[str]) -> dict[tuple[str, str], _Description]:
    needed = ("source", "account", "granularity", "obs_start", "obs_end", "left_truncated")
    found = {}
    for number, row in _rows("accounts.csv", lines, needed):
        where = f"accounts.csv, row {number}"
        for column, allowed in (("granularity", ("day", "week")), ("left_truncated", ("0", "1"))):
            if row[column] not in allowed:
                raise InvalidInput(f"{where}, {column}", row[column], " or ".join(allowed))
        found[row["source"], row["account"]] = _Description(
            kind=row.get("kind") or "",
            observed_from=_day(f"{where}, obs_start", row["obs_start"]),
            observed_until=_day(f"{where}, obs_end", row["obs_end"]),
            is_cut_off=row["left_truncated"] == "1",
            by_day=row["granularity"] == "day",
        )
    return found


def _rows(
    name: str, lines: Iterable[str], needed: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(lines)
    try:
        columns = [column.strip().lstrip("\ufeff") for column in reader.fieldnames or ()]
        reader.fieldnames = columns
        missing = [column for column in needed if column not in columns]
        if missing:
            raise InvalidInput(
                name, ", ".join(columns), f"a heading that also has {', '.join(missing)}"
            )
        for number, row in enumerate(reader, start=2):
            cells = {key: (value or "").strip() for key, value in row.items() if key is not None}
            for column in needed:
                if not cells[column]:
                    raise InvalidInput(f"{name}, row {number}, {column}", None, "a value")
            yield number, cells
    except (csv.Error, UnicodeDecodeError) as error:
        raise InvalidInput(name, f"{error}", "a CSV file in UTF-8") from error


def _day(where: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(where, text, "a date such as 2026-02-13") from error


def _count(where: str, text: str, before: int) -> int:
    """Return the posts of a day with those that rows before told of it."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
    if number < 1 or before + number > MOST_POSTS_A_DAY:
        raise InvalidInput(
            f"{where}, n", text, f"a whole number from 1, at most {MOST_POSTS_A_DAY:,} posts a day"
        )
    return before + number
