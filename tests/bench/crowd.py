"""Many people who save at one moment: how long one of them waits, over the real websocket.

Each leads a department of their own, opens the form for a post that was not planned, and adds one.
What is timed is the adding, from the click to the end of its run.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect

from tests.bench.hospital import Hospital
from tests.bench.rerun import ANSWER_SECONDS, Page

PEOPLE = 50
ROUNDS = 3
SAVES = 4
"""Of each person in each round, whoever saves alone included, so that the pages grow alike."""
SAVES_WITH_PAUSES = 4
PAUSE_SECONDS = 1.5
"""Before each click, on average: of those that open the form as of those that send it."""
PAUSES_AT_LEAST = 80
"""Times what a save takes alone. A machine of half the speed is not asked for twice the load."""


@dataclass
class Taken:
    """Milliseconds of each save; of one person alone, beside those of the many."""

    with_pauses: list[float] = field(default_factory=list)
    alone_then: list[float] = field(default_factory=list)
    at_once: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)


def measure(host: str, filled: Hospital) -> Taken:
    """Let one person save, and :data:`PEOPLE` others at once, in turn so that drift hits both.

    Raises
    ------
    RuntimeError
        When anybody is refused.
    """
    alone, *crowd = (
        Page(host, "this-week", cookie, f"trial={trial_id}")
        for trial_id, cookie in enumerate(filled.lead_cookies, start=1)
    )
    return asyncio.run(_measure(alone, crowd))


async def _measure(alone: Page, crowd: list[Page]) -> Taken:
    taken = Taken()
    async with asyncio.TaskGroup() as opening:
        opened = [opening.create_task(_opened(page)) for page in (alone, *crowd)]
    people = [task.result() for task in opened]
    # What the first saves of a server load and prepare is not theirs.
    await _save(people, 1)
    taken.alone_then += await _save(people[:1], SAVES_WITH_PAUSES)
    pause = max(PAUSE_SECONDS, PAUSES_AT_LEAST * statistics.median(taken.alone_then) / 1e3)
    taken.with_pauses += await _save(people[1:], SAVES_WITH_PAUSES, pause=pause)
    for _ in range(ROUNDS):
        taken.alone += await _save(people[:1], SAVES)
        taken.at_once += await _save(people[1:], SAVES)
    for person in people:
        await person.socket.close()
    return taken


@dataclass(frozen=True)
class _Person:
    page: Page
    socket: ClientConnection

    async def run(self, message: bytes) -> float:
        begin = time.perf_counter()
        async with asyncio.timeout(ANSWER_SECONDS):
            await self.socket.send(message)
            while not self.page.read(await self.socket.recv()):
                pass
        return (time.perf_counter() - begin) * 1e3


async def _opened(page: Page) -> _Person:
    person = _Person(page, await connect(**page.connection))
    await person.run(page.request())
    return person


async def _save(people: list[_Person], times: int, *, pause: float = 0.0) -> list[float]:
    taken: list[float] = []

    async def save(person: _Person, pauses: Iterator[float]) -> None:
        for number in range(times):
            await asyncio.sleep(next(pauses))
            await person.run(person.page.request(press="Add a post that was not planned"))
            await asyncio.sleep(next(pauses))
            add = person.page.request(write=("Title", f"Unplanned {number}"), press="Add it")
            taken.append(await person.run(add))

    async with asyncio.TaskGroup() as saving:
        for number, person in enumerate(people):
            saving.create_task(save(person, _pauses(pause, number)))
    return taken


def _pauses(about: float, number: int) -> Iterator[float]:
    """Yield pauses of half to one and a half times that length, different for each person."""
    draw = random.Random(number)
    while True:
        yield about * draw.uniform(0.5, 1.5)
