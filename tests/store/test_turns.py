"""Turns are had one at a time, in the order in which they were asked for, and none is lost."""

import threading
from contextlib import suppress

import pytest

from trial.domain.errors import DatabaseBusy
from trial.store.turns import Turns

SOON, LONG = 0.02, 30.0


def in_line(turns: Turns, number: int) -> None:
    """Return once so many threads wait for their turn."""
    enough = threading.Event()
    while len(turns._waiting) < number:
        enough.wait(0.001)


def asks(turns: Turns, had: list[int], number: int) -> threading.Thread:
    def ask() -> None:
        with turns.turn(within=LONG):
            had.append(number)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    return thread


def test_who_came_first_is_served_first() -> None:
    turns, had, threads = Turns(), list[int](), list[threading.Thread]()
    with turns.turn(within=LONG):
        for number in range(8):
            threads.append(asks(turns, had, number))
            in_line(turns, number + 1)
    for thread in threads:
        thread.join(LONG)
    assert had == list(range(8))


def test_no_two_have_a_turn_at_one_moment() -> None:
    turns, inside, together = Turns(), list[int](), list[int]()

    def ask() -> None:
        for _ in range(50):
            with turns.turn(within=LONG):
                inside.append(1)
                together.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert together == [1] * 300


def test_who_waits_for_too_long_is_told_so_and_the_others_lose_nothing() -> None:
    turns, had = Turns(), list[int]()
    with turns.turn(within=LONG):
        with pytest.raises(DatabaseBusy, match="try again"), turns.turn(within=SOON):
            had.append(0)
        thread = asks(turns, had, 1)
        in_line(turns, 1)
    thread.join(LONG)
    assert had == [1]
    with turns.turn(within=SOON):
        had.append(2)
    assert had == [1, 2]


def test_a_turn_that_ends_by_an_error_is_passed_on() -> None:
    turns = Turns()
    with suppress(ZeroDivisionError), turns.turn(within=SOON):
        raise ZeroDivisionError
    with turns.turn(within=SOON):
        pass


def test_a_turn_that_comes_while_the_wait_is_broken_off_is_passed_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turns = Turns()
    first = turns.turn(within=LONG)
    first.__enter__()

    def interrupted(_event: threading.Event, _seconds: float) -> bool:
        first.__exit__(None, None, None)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(threading.Event, "wait", interrupted)
        with pytest.raises(KeyboardInterrupt), turns.turn(within=LONG):
            pass
    with turns.turn(within=SOON):
        pass
