"""Runs of the pages take turns, so that many clicks at one moment are done one after the other.

Python runs one thread at a time. Fifty runs at once do not finish sooner than two at a time would:
they interrupt one another, whoever is done waits for all of them to get a word in, and a
transaction that has the database for itself is interrupted too. So a click waits here, at the
door, until it can be done at once.
"""

import asyncio
from contextlib import suppress

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from trial.ui.web.tabs import Connection, signed_in_tabs

PLACES = 2
"""Runs at a time: while the last words of one are sent, another goes on."""
LENT_SECONDS = 0.5
"""How long a run has its place; one that takes longer goes on without, and blocks nobody."""
WITHIN_SECONDS = 10.0
"""How long a click waits for a place at most; then it is done without."""

STRANGERS_SECONDS = 10.0
"""How long the run of somebody who is not signed in keeps the one place for those at most."""

_SHORT = 512  # bytes; the message that a run has ended is shorter


class RunTurns:
    """Hands on what asks for a run when it is its turn: first come, first served.

    Parameters
    ----------
    app : ASGI application
        Streamlit's, and what stands before it.
    places : int
        How many runs may be going on at a time.
    lent, within : float
        Seconds a run has its place at most, and a click waits for one at most. Both only shift
        when something is done: nothing is ever refused here.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        places: int = PLACES,
        lent: float = LENT_SECONDS,
        within: float = WITHIN_SECONDS,
    ) -> None:
        self.app = app
        self._places = asyncio.Semaphore(places)
        self._strangers = asyncio.Semaphore(1)
        self._lent, self._within = lent, within

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; of a tab's websocket, what asks for a run in its turn."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        place = _Place(self._places, self._lent, self._within)
        last = _LastPlace(self._strangers, STRANGERS_SECONDS, self._within)

        async def receive_in_turn() -> Message:
            message = await receive()
            if _asks_for_run(message):
                if _is_strangers(scope):
                    await last.take()
                await place.take()
            return message

        async def send_and_see(message: Message) -> None:
            if _ends_run(message):
                place.give_back()
                last.rest()
            await send(message)

        try:
            await self.app(scope, receive_in_turn, send_and_see)
        finally:
            place.give_back()
            last.give_back()


class _Place:
    """The place of one tab, which it has or has not."""

    def __init__(self, places: asyncio.Semaphore, lent: float, within: float) -> None:
        self._places, self._lent, self._within = places, lent, within
        self._end: asyncio.TimerHandle | None = None

    async def take(self) -> None:
        """Wait for a place; a tab that has one goes on at once, as its run will begin anew."""
        if self._end is not None:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._within):
                await self._places.acquire()
            loop = asyncio.get_running_loop()
            self._end = loop.call_later(self._lent, self.give_back)

    def give_back(self) -> None:
        """Let the next one go on."""
        if self._end is not None:
            self._end.cancel()
            self._end = None
            self._places.release()


class _LastPlace(_Place):
    """The place of a tab in which nobody is signed in: there is one for all of them.

    Its runs are never begun anew by the next click, which waits until they are over; and it rests
    for as long as the run took. So however many strangers click, and however fast, most of the
    machine is left to those who are signed in.
    """

    def __init__(self, places: asyncio.Semaphore, lent: float, within: float) -> None:
        super().__init__(places, lent, within)
        self._is_free = asyncio.Event()
        self._is_free.set()
        self._since = 0.0

    async def take(self) -> None:
        """Wait until the tab's last run is over and it is its turn."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._within):
                await self._is_free.wait()
        await super().take()
        if self._end is not None:
            self._is_free.clear()
            self._since = asyncio.get_running_loop().time()

    def rest(self) -> None:
        """Give the place back after as long as it was used."""
        if self._end is not None:
            loop = asyncio.get_running_loop()
            self._end.cancel()
            self._end = loop.call_later(loop.time() - self._since, self.give_back)

    def give_back(self) -> None:
        """Let the next one go on."""
        super().give_back()
        self._is_free.set()


def _is_strangers(scope: Scope) -> bool:
    connection = Connection.of(scope)
    return connection is not None and connection.session_id not in signed_in_tabs


def _asks_for_run(message: Message) -> bool:
    sent = message.get("bytes")
    if not sent:
        return False
    try:
        return bool(BackMsg.FromString(sent).HasField("rerun_script"))
    except DecodeError:
        return False  # Streamlit ends the connection


def _ends_run(message: Message) -> bool:
    sent = message.get("bytes")
    if not sent or len(sent) > _SHORT:
        return False
    said = ForwardMsg.FromString(sent)
    return bool(
        said.WhichOneof("type") == "script_finished"
        and said.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
    )
