"""Clicks at one moment are done one after the other, and none is refused, lost or blocked."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from trial.ui.web.run_turns import RunTurns
from trial.ui.web.tabs import Connection, signed_in_tabs

FOR_EVER = 1_000.0


def alone(work: Coroutine[object, object, None]) -> None:
    """Run `work` in a thread of its own: browser tests before keep a loop running in this one."""
    with ThreadPoolExecutor(max_workers=1) as own:
        own.submit(asyncio.run, work).result()


def click() -> Message:
    message = BackMsg()
    message.rerun_script.query_string = "trial=1"
    return {"type": "websocket.receive", "bytes": message.SerializeToString()}


def ended(how: "ForwardMsg.ScriptFinishedStatus.ValueType") -> Message:
    message = ForwardMsg()
    message.script_finished = how
    return {"type": "websocket.send", "bytes": message.SerializeToString()}


class Tab:
    """A browser's tab and the server's end of it, both moved by hand."""

    def __init__(
        self, turns: RunTurns, begun: list[str], name: str, *, stranger: bool = False
    ) -> None:
        self.name = name
        self._begun = begun
        self._sent: asyncio.Queue[Message] = asyncio.Queue()
        self._says: asyncio.Queue[Message | None] = asyncio.Queue()
        scope: Scope = {"type": "websocket"}
        if stranger:
            scope["trial.connection"] = Connection(name)
        self._task = asyncio.create_task(turns(scope, self._sent.get, self._take))
        tabs.append(self)

    @staticmethod
    async def served(_scope: Scope, receive: Receive, send: Send) -> None:
        tab = tabs[len(serving)]
        serving.append(tab)
        reading = asyncio.create_task(tab.read(receive))
        while (message := await tab._says.get()) is not None:
            await send(message)
        reading.cancel()

    async def read(self, receive: Receive) -> None:
        while True:
            await receive()
            self._begun.append(self.name)

    async def _take(self, _message: Message) -> None:
        pass

    async def clicks(self, message: Message | None = None) -> None:
        self._sent.put_nowait(message or click())
        await settled()

    async def ends(self, how: "ForwardMsg.ScriptFinishedStatus.ValueType | None" = None) -> None:
        self._says.put_nowait(ended(ForwardMsg.FINISHED_SUCCESSFULLY if how is None else how))
        await settled()

    async def says(self, message: Message) -> None:
        self._says.put_nowait(message)
        await settled()

    async def closes(self) -> None:
        self._says.put_nowait(None)
        await self._task
        await settled()


tabs: list[Tab] = []
serving: list[Tab] = []


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


Play = Callable[[list[Tab], list[str]], Awaitable[None]]


def played(
    play: Play,
    *,
    number: int = 4,
    lent: float = FOR_EVER,
    within: float = FOR_EVER,
    places: int = 1,
    strangers: str = "",
) -> list[str]:
    """Return in which order the clicks of `number` tabs were begun, where one run has a place.

    Once all tabs are closed, that place is free, and is still one.
    """
    begun: list[str] = []

    async def whole() -> None:
        tabs.clear()
        serving.clear()
        turns = RunTurns(Tab.served, places=places, lent=lent, within=within)
        mine = []
        for name in "abcdefgh"[:number]:
            mine.append(Tab(turns, begun, name, stranger=name in strangers))
            await settled()
        await play(mine, begun)
        for tab in mine:
            if not tab._task.done():
                await tab.closes()
        assert turns._places._value == places
        assert turns._strangers._value == 1

    alone(whole())
    return begun


def test_who_clicked_first_comes_first() -> None:
    async def play(tabs: list[Tab], begun: list[str]) -> None:
        for tab in (tabs[2], tabs[0], tabs[3], tabs[1]):
            await tab.clicks()
        assert begun == ["c"]
        for expected in ("ca", "cad", "cadb"):
            await tabs["abcd".index(begun[-1])].ends()
            assert begun == list(expected)

    assert played(play) == ["c", "a", "d", "b"]


@pytest.mark.parametrize(
    "how", [ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY]
)
def test_the_next_comes_when_a_run_has_ended(
    how: "ForwardMsg.ScriptFinishedStatus.ValueType",
) -> None:
    async def play(tabs: list[Tab], begun: list[str]) -> None:
        await tabs[0].clicks()
        await tabs[1].clicks()
        await tabs[0].says({"type": "websocket.send", "bytes": b"x" * 2_000})
        await tabs[0].ends(ForwardMsg.FINISHED_EARLY_FOR_RERUN)
        assert begun == ["a"]
        await tabs[0].ends(how)
        assert begun == ["a", "b"]

    played(play)


def test_a_second_click_of_the_tab_whose_run_is_going_on_does_not_wait_for_itself() -> None:
    async def play(tabs: list[Tab], begun: list[str]) -> None:
        await tabs[0].clicks()
        await tabs[0].clicks()
        assert begun == ["a", "a"]

    played(play)


def test_what_asks_for_no_run_never_waits() -> None:
    stop = BackMsg()
    stop.stop_script = True

    async def play(tabs: list[Tab], begun: list[str]) -> None:
        await tabs[0].clicks()
        for sent in (stop.SerializeToString(), b"\xff no message of Streamlit"):
            await tabs[1].clicks({"type": "websocket.receive", "bytes": sent})
        await tabs[1].clicks({"type": "websocket.receive", "text": "hello"})
        assert begun == ["a", "b", "b", "b"]

    played(play)


def test_a_tab_that_is_closed_gives_its_place_back() -> None:
    async def play(tabs: list[Tab], begun: list[str]) -> None:
        await tabs[0].clicks()
        await tabs[1].clicks()
        await tabs[2].clicks()
        await tabs[1].closes()
        await tabs[0].closes()
        assert begun == ["a", "c"]

    played(play)


def test_a_long_run_goes_on_without_its_place_and_gives_it_back_once_only() -> None:
    async def play(tabs: list[Tab], begun: list[str]) -> None:
        await tabs[0].clicks()
        await tabs[1].clicks()
        while len(begun) < 2:
            await asyncio.sleep(0)
        await tabs[0].ends()

    assert played(play, lent=0.01) == ["a", "b"]


def test_a_click_that_waited_for_too_long_is_done_all_the_same() -> None:
    async def play(tabs: list[Tab], begun: list[str]) -> None:
        await tabs[0].clicks()
        await tabs[1].clicks()
        while len(begun) < 2:
            await asyncio.sleep(0)
        # It had no place, so it has none to give back.
        await tabs[1].ends()
        await tabs[0].ends()

    assert played(play, within=0.01) == ["a", "b"]


def test_strangers_have_one_place_together_and_leave_the_other_to_those_who_are_signed_in() -> None:
    async def play(tabs: list[Tab], begun: list[str]) -> None:
        for tab in (tabs[0], tabs[1], tabs[0], tabs[1], tabs[0]):
            await tab.clicks()
        assert begun == ["a"], "and not once more, as its run would begin anew"
        await tabs[2].clicks()
        assert begun == ["a", "c"]

    played(play, number=3, places=2, strangers="ab")


def test_a_strangers_place_rests_for_as_long_as_it_was_used() -> None:
    async def play(tabs: list[Tab], begun: list[str]) -> None:
        await tabs[0].clicks()
        await tabs[1].clicks()
        await asyncio.sleep(0.05)
        await tabs[0].ends()
        assert begun == ["a"]
        await asyncio.sleep(0.2)
        assert begun == ["a", "b"]

    played(play, number=2, places=2, strangers="ab")


def test_whoever_signs_in_is_a_stranger_no_more() -> None:
    async def play(tabs: list[Tab], begun: list[str]) -> None:
        await tabs[0].clicks()
        signed_in_tabs.add("b")
        try:
            await tabs[1].clicks()
            assert begun == ["a", "b"]
        finally:
            signed_in_tabs.discard("b")

    played(play, number=2, places=2, strangers="ab")


def test_what_is_no_websocket_is_passed_on_as_it_is() -> None:
    met: list[object] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        met.extend((scope, receive, send))

    async def receive() -> Message:
        return {}

    async def send(_message: Message) -> None:
        """Send nothing."""

    scope: Scope = {"type": "http"}
    alone(RunTurns(app)(scope, receive, send))
    assert met == [scope, receive, send]
