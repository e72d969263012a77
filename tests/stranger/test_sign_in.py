"""Guessing at the door: braked by where it comes from, whatever the headers claim."""

from collections.abc import Callable, Iterator

import pytest

from tests.stranger.conftest import PASSWORD, Hospital, email_of
from tests.stranger.visitor import Tab, browser_cookie
from trial.domain.roles import Role
from trial.services import audit, sign_in
from trial.services.access import OPERATOR

MANAGER = email_of(Role.COMMS)


@pytest.fixture
def fresh(serves: Callable[..., Hospital]) -> Iterator[Hospital]:
    """A hospital of the test's own, at which nobody has tried anything yet."""
    hospital = serves()
    yield hospital
    hospital.server.stop()


@pytest.fixture
def behind_a_proxy(serves: Callable[..., Hospital]) -> Iterator[Hospital]:
    """A hospital behind a proxy on the same machine."""
    hospital = serves(environ={"TRIAL_TRUSTED_PROXIES": "127.0.0.1, 10.9.0.0/16"})
    yield hospital
    hospital.server.stop()


def guess(tab: Tab, password: str, email: str = MANAGER) -> str:
    """Try to sign in and return what the page says to it."""
    return tab.run(press="Sign in", E_mail=email, Password=password).shown


def guesses(hospital: Hospital, times: int, **tab: object) -> list[bool]:
    """Guess wrong from one tab and return which guesses were looked at."""
    with Tab(hospital.server, **tab) as stranger:  # type: ignore[arg-type]
        stranger.run()
        return [
            "do not open an account" in guess(stranger, f"wrong {number}")
            for number in range(times)
        ]


def test_a_stranger_gets_ten_guesses_and_the_manager_in_her_own_browser_all_she_needs(
    fresh: Hospital,
) -> None:
    own = browser_cookie(fresh.server)
    with Tab(fresh.server, cookie=own) as manager:
        assert "Sign in" not in guess(manager.run(), PASSWORD)
    events = len(audit.events(OPERATOR, fresh.backend, limit=1000))
    for _ in range(3):
        guesses(fresh, 15, cookie=browser_cookie(fresh.server))
    assert len(audit.events(OPERATOR, fresh.backend, limit=1000)) == events
    assert sign_in.recent_failures(OPERATOR, fresh.backend) == (("this server", 45),)
    # From a browser that nobody has signed in with, nobody gets in now, from this address.
    with Tab(fresh.server, cookie=browser_cookie(fresh.server)) as elsewhere:
        assert "Please wait" in guess(elsewhere.run(), PASSWORD)
    with Tab(fresh.server, cookie=own) as manager:
        assert "wrong" not in guess(manager.run(), "a slip of the finger")
        assert "Sign in" not in guess(manager, PASSWORD)


def test_a_made_up_address_in_a_header_buys_no_more_guesses(fresh: Hospital) -> None:
    looked_at: list[bool] = []
    for number in range(15):
        headers = {"X-Forwarded-For": f"198.51.100.{number}:1234, 198.51.100.{number}"}
        looked_at += guesses(fresh, 1, headers=headers)
    assert looked_at == [True] * 10 + [False] * 5
    assert sign_in.recent_failures(OPERATOR, fresh.backend) == (("this server", 15),)


def test_a_trusted_proxy_says_where_each_guess_comes_from(behind_a_proxy: Hospital) -> None:
    for number in range(3):
        # What the client claims stands first, what the proxies have seen behind it.
        seen = f"203.0.113.{number}"
        headers = {"X-Forwarded-For": f"192.0.2.{number}, {seen}, 10.9.1.1"}
        assert guesses(behind_a_proxy, 11, headers=headers) == [True] * 10 + [False]
    assert sign_in.recent_failures(OPERATOR, behind_a_proxy.backend) == tuple(
        (f"203.0.113.{number}", 11) for number in range(3)
    )
