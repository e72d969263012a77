"""How fast an account may be tried: by where the tries come from, and at which account.

Only tries that failed are counted, in the memory of this process and for a quarter of an hour. A
browser from which somebody has signed in to an account before is counted by itself there, so that
no stranger can keep a person out of their own account.
"""

import hashlib
import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TypeAlias

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from trial.domain.errors import TrialError

WINDOW_MINUTES = 15
TURN_SECONDS = 5

# A whole hospital may come from one address, but its people do not all mistype at once.
_BY_SOURCE = RateLimitItemPerMinute(30, WINDOW_MINUTES)
_BY_ACCOUNT_AND_SOURCE = RateLimitItemPerMinute(10, WINDOW_MINUTES)
# From many sources together: at this rate nobody guesses a password that was let pass.
_BY_ACCOUNT = RateLimitItemPerMinute(50, WINDOW_MINUTES)
_BY_BROWSER = RateLimitItemPerMinute(10, WINDOW_MINUTES)
_BY_SET_UP = RateLimitItemPerMinute(10, WINDOW_MINUTES)

Window: TypeAlias = "tuple[RateLimitItem, tuple[str, ...]]"
"""A limit, and what it counts."""


class TooManyTries(TrialError):
    """Too many tries have failed; the text never says whether the account exists.

    Parameters
    ----------
    seconds : float
        How long until one more is looked at.
    """

    def __init__(self, seconds: float) -> None:
        minutes = max(1, math.ceil(seconds / 60))
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(
            f"There were too many tries that failed. Please wait {wait} and try again."
        )


class TooManyAtOnce(TrialError):
    """More people sign in at this moment than passwords can be checked."""

    def __init__(self) -> None:
        super().__init__("Many people are signing in at this moment. Please try again in a moment.")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a try comes from.

    Parameters
    ----------
    source : str
        The address of the network, or "" for the machine itself.
    browser : str
        The browser's cookie as a sha256 in hex, or "" where it sent none.
    """

    source: str = ""
    browser: str = ""

    @property
    def network(self) -> str:
        """The source as it is counted: an IPv6 address with all those its owner also has."""
        try:
            address = ip_address(self.source)
        except ValueError:
            return self.source[:45] or "this server"
        if isinstance(address, IPv6Address):
            if address.ipv4_mapped is not None:
                return str(address.ipv4_mapped)
            return str(ip_network((address, 64), strict=False))
        return str(address)


THIS_MACHINE = Visitor()
"""Nobody at a browser: the command line, and what the product does by itself."""


@dataclass(frozen=True, slots=True)
class Brakes:
    """The tries of the last quarter of an hour that failed. Safe to use from many threads."""

    _windows: MovingWindowRateLimiter = field(
        default_factory=lambda: MovingWindowRateLimiter(MemoryStorage())
    )
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _fresh_starts: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Let one try run at a time, so that each is counted before the next begins.

        Raises
        ------
        TooManyAtOnce
            When the turn does not come within five seconds.
        """
        if not self._turn.acquire(timeout=TURN_SECONDS):
            raise TooManyAtOnce
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def attempt(self, windows: tuple[Window, ...], failure: type[TrialError]) -> Iterator[None]:
        """Let one try run, unless one of `windows` is full; count it if it ends in `failure`.

        Raises
        ------
        TooManyTries, TooManyAtOnce
        """
        with self.turn():
            self.check(windows)
            try:
                yield
            except failure:
                for limit, names in windows:
                    self._windows.hit(limit, *names)
                raise

    def sign_in_windows(
        self, account: str, visitor: Visitor, *, is_known_browser: bool
    ) -> tuple[Window, ...]:
        """Return in which windows a try to sign in is counted.

        Parameters
        ----------
        account : str
            The e-mail address as it was typed, in the spelling accounts are kept by.
        is_known_browser : bool
            Whether somebody has signed in to that account from the visitor's browser before.
        """
        # What a stranger types is not remembered, only its digest.
        digest = _digest(account)
        at = (digest, str(self._fresh_starts.get(digest, 0)))
        if is_known_browser:
            return ((_BY_BROWSER, ("browser", *at, visitor.browser)),)
        return (
            (_BY_SOURCE, ("source", visitor.network)),
            (_BY_ACCOUNT_AND_SOURCE, ("account-source", *at, visitor.network)),
            (_BY_ACCOUNT, ("account", *at)),
        )

    def check(self, windows: tuple[Window, ...]) -> None:
        """Refuse while one of `windows` is full.

        Raises
        ------
        TooManyTries
        """
        full = [
            self._windows.get_window_stats(limit, *names).reset_time - time.time()
            for limit, names in windows
            if not self._windows.test(limit, *names)
        ]
        if full:
            raise TooManyTries(max(full))

    def start_over(self, account: str) -> None:
        """Forget what failed at an account, wherever it came from: it has a new password."""
        digest = _digest(account)
        self._fresh_starts[digest] = self._fresh_starts.get(digest, 0) + 1

    def forgive(self, windows: tuple[Window, ...]) -> None:
        """Forget the failures of somebody who has got in, of this account from there alone."""
        for limit, names in windows:
            if limit in (_BY_ACCOUNT_AND_SOURCE, _BY_BROWSER):
                self._windows.clear(limit, *names)


def own_password_windows(person_id: int) -> tuple[Window, ...]:
    """Return in which windows a try is counted to name one's present password."""
    return ((_BY_BROWSER, ("own-password", str(person_id))),)


def _digest(account: str) -> str:
    return hashlib.sha256(account.encode(errors="replace")).hexdigest()


def set_up_windows(visitor: Visitor) -> tuple[Window, ...]:
    """Return in which windows a try to set up an empty database is counted."""
    return ((_BY_SET_UP, ("set-up", visitor.network)),)
