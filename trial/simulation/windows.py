"""Stretches of real posting histories whose future is known, as trials that never were.

An account that has existed for years holds several: its first 13 weeks, and 13 more
every half-year. Weeks run from the account's own launch day. What came after is looked
at twice, over the 13 weeks that begin half a year and a year after the stretch does, and only
where they were watched to their end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trial.domain.after_trial import LASTING_WEEKS, QUARTER
from trial.domain.calendar import DAYS_IN_WEEK
from trial.domain.results.validation import EVERY_WEEKS, Outcome, WindowFilter
from trial.domain.timelines import Account
from trial.scoring.facts import Ints

AT_MOST = 4
"""Stretches an account, so that old accounts do not outvote young ones."""

MIN_POSTS = 4
"""Posts a stretch must have to be a trial at all."""


@dataclass(frozen=True, slots=True)
class Windows:
    """``n`` stretches of ``k`` accounts.

    Parameters
    ----------
    accounts : tuple of Account
        The ``k`` accounts that have one, in the order given.
    account : (n,) int64
        Index into `accounts`.
    live : (n, 91) int16
        Posts a day; where only weeks were counted, a week's posts on its first day.
    held : mapping of Outcome to (n,) int8
        1 held out, 0 did not, -1 not watched to the end.
    """

    accounts: tuple[Account, ...]
    account: NDArray[np.int64]
    live: Ints
    held: Mapping[Outcome, NDArray[np.int8]]

    @property
    def number(self) -> int:
        """Number of stretches, ``n``."""
        return int(self.account.size)

    @property
    def counts(self) -> NDArray[np.int64]:
        """(n, 13) int64: posts a week."""
        return _weekly(self.live)

    @property
    def clusters(self) -> NDArray[np.int64]:
        """(n,) int64: the same number for stretches of accounts of one cluster, from 0."""
        keys = [account.cluster or account.full_name for account in self.accounts]
        _, number = np.unique(np.array(keys, dtype=object).astype(str), return_inverse=True)
        return number.astype(np.int64)[self.account]

    def of(self, mask: NDArray[np.bool_]) -> Windows:
        """Return the stretches where `mask`, (n,) bool, is true."""
        kept, account = np.unique(self.account[mask], return_inverse=True)
        return Windows(
            accounts=tuple(self.accounts[index] for index in kept),
            account=account.astype(np.int64),
            live=self.live[mask],
            held={outcome: values[mask] for outcome, values in self.held.items()},
        )


@dataclass(frozen=True, slots=True)
class WindowSelection:
    """The stretches of some accounts, and how many accounts have none for which reason."""

    windows: Windows
    left_out: Mapping[str, int]


def windows_of(accounts: Sequence[Account], choice: WindowFilter) -> WindowSelection:
    """Return the stretches of 13 weeks that can be followed for half a year.

    The first begins with the account's launch, further ones every 26 weeks; the first four with
    at least four posts count, of these the ones within the rates of `choice`.
    """
    left_out: Counter[str] = Counter()
    kept: list[Account] = []
    account: list[int] = []
    live: list[Ints] = []
    held: dict[Outcome, list[int]] = {outcome: [] for outcome in Outcome}
    for each in accounts:
        daily = _daily(each)
        followed = [
            start
            for start in range(0, daily.size, EVERY_WEEKS * DAYS_IN_WEEK)
            if _held(daily, start, Outcome.A26) != _UNKNOWN
        ]
        trials = [s for s in followed if daily[s : s + _DAYS].sum() >= MIN_POSTS][:AT_MOST]
        chosen = [
            s
            for s in trials
            if choice.min_rate <= daily[s : s + _DAYS].sum() / QUARTER <= choice.max_rate
        ]
        if not chosen:
            left_out[_reason(followed, trials, choice)] += 1
            continue
        for start in chosen:
            account.append(len(kept))
            live.append(daily[start : start + _DAYS])
            for outcome in Outcome:
                held[outcome].append(_held(daily, start, outcome))
        kept.append(each)
    windows = Windows(
        accounts=tuple(kept),
        account=np.array(account, np.int64),
        live=np.array(live, np.int16).reshape(-1, _DAYS),
        held={outcome: np.array(values, np.int8) for outcome, values in held.items()},
    )
    return WindowSelection(windows, dict(left_out))


_DAYS = QUARTER * DAYS_IN_WEEK
_UNKNOWN = -1


def _daily(account: Account) -> Ints:
    """Return posts a day from the launch to the end of the observation."""
    first = account.launch.toordinal()
    daily = np.zeros(max(account.observed_until.toordinal() - first + 1, 0), np.int16)
    for day, number in account.posts.items():
        index = day.toordinal() - first
        if 0 <= index < daily.size:
            daily[index] = number
    return daily


def _held(daily: Ints, start: int, outcome: Outcome) -> int:
    """Return 1 where a stretch held out, 0 where not, -1 where it was not watched to its end."""
    begin = start + outcome.weeks_on * DAYS_IN_WEEK
    if begin + _DAYS > daily.size:
        return _UNKNOWN
    later = _weekly(daily[None, begin : begin + _DAYS])
    if outcome.is_activity:
        return int((later > 0).sum() >= LASTING_WEEKS)
    return int(2 * later.sum() >= daily[start : start + _DAYS].sum())


def _weekly(live: Ints) -> NDArray[np.int64]:
    days = live.reshape(len(live), live.shape[1] // DAYS_IN_WEEK, DAYS_IN_WEEK)
    weekly: NDArray[np.int64] = days.sum(2, np.int64)
    return weekly


def _reason(followed: Sequence[int], trials: Sequence[int], choice: WindowFilter) -> str:
    if not followed:
        return f"watched for less than {EVERY_WEEKS + QUARTER} weeks after the launch"
    if not trials:
        return f"with fewer than {MIN_POSTS} posts in every 13 weeks"
    return f"not within {choice}"
