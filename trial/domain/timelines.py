"""The posting history of an existing account: on which days it posted and how far it was watched.

A day inside the observation without a post is a known zero; a day outside it is nothing at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from trial.domain.calendar import DAYS_IN_WEEK, TrialWindow, week_start_on_or_before


@dataclass(frozen=True, slots=True)
class Account:
    """An existing account and the days it posted on.

    Parameters
    ----------
    source : str
        Where the history comes from; empty where nobody said.
    kind : str
        What kind of account it is; empty where nobody said.
    observed_from, observed_until : date
        Both inside. A day between them without a post is a day without a post.
    is_cut_off : bool
        Whether the account was there before it was observed.
    by_day : bool
        False where only whole weeks were counted; a week's posts stand on its first day.
    posts : mapping of date to int
        Posts a day; days without one are not in it.
    cluster : str
        Accounts run by the same people share one; empty where each stands for itself.
    """

    source: str
    name: str
    kind: str
    observed_from: date
    observed_until: date
    is_cut_off: bool
    by_day: bool
    posts: Mapping[date, int]
    cluster: str = ""

    @property
    def department(self) -> str:
        """The department this account stands for."""
        return f"{self.source} · {self.name}" if self.source else self.name

    @property
    def launch(self) -> date:
        """The first post; where the account was there before, the first day it was observed."""
        return self.observed_from if self.is_cut_off else min(self.posts)

    def counts(self, window: TrialWindow) -> tuple[int, ...]:
        """Return the posts of each week of `window`."""
        counts = [0] * window.weeks
        for day, number in self.posts.items():
            week = window.week_of(day)
            if week is not None:
                counts[week] += number
        return tuple(counts)

    def windows(
        self, *, weeks: int, week_starts_on: int, every_weeks: int | None = None, at_most: int = 1
    ) -> tuple[TrialWindow, ...]:
        """Return the spans of `weeks` whole weeks that were observed from end to end.

        The first begins with the first week that starts on or after the launch. Further ones
        follow every `every_weeks`.
        """
        first = week_start_on_or_before(
            self.launch + timedelta(days=DAYS_IN_WEEK - 1), week_starts_on
        )
        found: list[TrialWindow] = []
        while len(found) < at_most:
            window = TrialWindow(first, weeks)
            if window.end > self.observed_until:
                break
            found.append(window)
            if every_weeks is None:
                break
            first += timedelta(days=every_weeks * DAYS_IN_WEEK)
        return tuple(found)
