"""The posting history of an existing account: on which days it posted and how far it was watched.

A day inside the observation without a post is a known zero; a day outside it is nothing at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Account:
    """An existing account and the days it posted on.

    Parameters
    ----------
    source : str
        Where the history comes from; empty where nobody said.
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
    observed_from: date
    observed_until: date
    is_cut_off: bool
    by_day: bool
    posts: Mapping[date, int]
    cluster: str = ""

    @property
    def full_name(self) -> str:
        """Its name, and before it where the history comes from, where somebody said."""
        return f"{self.source} · {self.name}" if self.source else self.name

    @property
    def launch(self) -> date:
        """The first post; where the account was there before, the first day it was observed."""
        return self.observed_from if self.is_cut_off else min(self.posts)
