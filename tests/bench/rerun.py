"""A browser tab without the browser: reruns over Streamlit's own protocol, timed at the server.

What is timed runs from the moment a rerun is asked for to the message that it has finished: the
server's work and one trip over the loopback, without any painting.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

ANSWER_SECONDS = 120
IN_A_ROW = 6
BEAT_SECONDS = 0.005
"""Time between two sendings of a busy server."""
_CACHED_MESSAGES = 50


@dataclass
class Page:
    """What a browser knows of one open page: how to ask for the next run, and what it drew.

    Parameters
    ----------
    host : str
        ``127.0.0.1:8501``.
    page : str
        The page's path, empty for the first one.
    cookie : str
        Sent as the Cookie header, to be signed in.
    query : str
        The address's query, without the question mark.
    """

    host: str
    page: str = ""
    cookie: str = ""
    query: str = ""
    buttons: dict[str, str] = field(default_factory=dict)
    """Ids of the buttons on the page, by label; of several alike, the first."""
    sliders: dict[str, str] = field(default_factory=dict)
    """Ids of the sliders on the page, by label."""
    rows: dict[str, str] = field(default_factory=dict)
    """Ids of the rows of buttons on the page, by label."""
    texts: dict[str, str] = field(default_factory=dict)
    """Ids of the fields to write in on the page, by label."""
    fragments: dict[str, str] = field(default_factory=dict)
    """The fragment each of these lies in, by its id."""
    errors: list[str] = field(default_factory=list)
    _script_hash: str = ""
    _seen: dict[str, None] = field(default_factory=dict)
    _slid: dict[str, tuple[float, ...]] = field(default_factory=dict)
    _chosen: dict[str, str] = field(default_factory=dict)

    @property
    def connection(self) -> dict[str, Any]:
        """How a socket to the page is opened, as a browser does it."""
        return {
            "uri": f"ws://{self.host}/_stcore/stream",
            "subprotocols": [Subprotocol("streamlit")],
            "origin": Origin(f"http://{self.host}"),
            "additional_headers": {"Cookie": self.cookie} if self.cookie else {},
            "compression": None,
            "max_size": None,
        }

    def request(
        self,
        *,
        press: str | None = None,
        slide: tuple[str, tuple[float, ...]] | None = None,
        choose: tuple[str, str] | None = None,
        write: tuple[str, str] | None = None,
    ) -> bytes:
        """Return the message that asks for a run.

        Parameters
        ----------
        press : str, optional
            Label of the button to press first.
        slide : tuple of str and values, optional
            Label of the slider to move first, and where its one or two ends go.
        choose : tuple of str, optional
            Label of the row of buttons in which to choose first, and which of them.
        write : tuple of str, optional
            Label of the field of a form to fill in first, and with what.
        """
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string = self.query
        rerun.page_script_hash = self._script_hash
        if not self._script_hash:
            rerun.page_name = self.page
        moved = ""
        if slide is not None:
            moved = self.sliders[slide[0]]
            self._slid[moved] = slide[1]
        if choose is not None:
            moved = self.rows[choose[0]]
            self._chosen[moved] = choose[1]
        for widget, values in self._slid.items():
            state = rerun.widget_states.widgets.add()
            state.id = widget
            state.double_array_value.data.extend(values)
        for widget, option in self._chosen.items():
            state = rerun.widget_states.widgets.add()
            state.id = widget
            state.string_array_value.data.append(option)
        if write is not None:
            state = rerun.widget_states.widgets.add()
            state.id = self.texts[write[0]]
            state.string_value = write[1]
        if press is not None:
            moved = self.buttons[press]
            state = rerun.widget_states.widgets.add()
            state.id = moved
            state.trigger_value = True
        rerun.fragment_id = self.fragments.get(moved, "")
        rerun.cached_message_hashes.extend(self._seen)
        self._forget(rerun.fragment_id)
        return bytes(message.SerializeToString())

    def read(self, raw: str | bytes) -> bool:
        """Take one message; return whether it says that the run has finished.

        Raises
        ------
        RuntimeError
            When it has finished, and the page shows an error.
        """
        assert isinstance(raw, bytes)
        message = ForwardMsg.FromString(raw)
        if message.metadata.cacheable and message.hash:
            self._seen[message.hash] = None
            while len(self._seen) > _CACHED_MESSAGES:
                del self._seen[next(iter(self._seen))]
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._script_hash = message.new_session.page_script_hash or self._script_hash
        elif kind == "delta":
            self._note(message.delta)
        finished = bool(
            kind == "script_finished"
            and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        )
        if finished and self.errors:
            raise RuntimeError(f"{self.page or 'the page'} shows: {self.errors}")
        return finished

    def _forget(self, redrawn: str) -> None:
        # What is drawn anew is told anew, and nothing else can still be used there.
        self.buttons, self.sliders, self.rows, self.texts = (
            {
                label: widget
                for label, widget in known.items()
                if redrawn and self.fragments.get(widget) != redrawn
            }
            for known in (self.buttons, self.sliders, self.rows, self.texts)
        )
        self.errors = []

    def _note(self, delta: Any) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        element = delta.new_element
        kind = element.WhichOneof("type")
        known = {
            "button": self.buttons,
            "slider": self.sliders,
            "button_group": self.rows,
            "text_input": self.texts,
        }
        if kind in known:
            widget = getattr(element, kind)
            known[kind].setdefault(widget.label, widget.id)
            if delta.fragment_id:
                self.fragments[widget.id] = delta.fragment_id
        elif kind == "exception":
            self.errors.append(element.exception.message)
        elif kind == "alert" and element.alert.format == Alert.ERROR:
            self.errors.append(element.alert.body)


class Tab(Page):
    """One open tab, whose runs are waited for; takes what a :class:`Page` takes."""

    def __init__(self, host: str, page: str = "", cookie: str = "", query: str = "") -> None:
        super().__init__(host, page, cookie, query)
        self._socket: ClientConnection = connect(**self.connection)
        self.rerun()

    def rerun(self, **first: Any) -> float:
        """Run the page once and return milliseconds; `first` as :meth:`Page.request` takes it."""
        message = self.request(**first)
        begin = time.perf_counter()
        self._socket.send(message)
        while not self.read(self._socket.recv(timeout=ANSWER_SECONDS)):
            pass
        return (time.perf_counter() - begin) * 1e3

    def close(self) -> None:
        """Close the tab."""
        self._socket.close()


def in_a_row(action: Callable[[], float]) -> Callable[[], float]:
    """Return `action` done several times without a pause, and the milliseconds of one of them.

    As somebody goes on clicking, or drags a slider.
    """

    def several() -> float:
        return statistics.mean(action() for _ in range(IN_A_ROW))

    return several


def from_rest(action: Callable[[], float]) -> Callable[[], float]:
    """Return `action` done once after a pause, and its milliseconds.

    A server at rest answers at once what is over before it has begun to send; all else waits for
    its next beat. An empty page is the one thing that is over by then, so a ratio to it says as
    much of how work and beat fell together as of the work.
    """
    begins = random.Random(1)

    def once() -> float:
        # Whatever begins at one point of the beat in every round measures that point.
        time.sleep(2 * BEAT_SECONDS * (1 + begins.random()))
        return action()

    return once


def side_by_side(rounds: int, **actions: Callable[[], float]) -> dict[str, float]:
    """Return the median of each action's milliseconds, all taken in turn so that drift hits all.

    Parameters
    ----------
    rounds : int
        Counted rounds; three more come first and are thrown away.
    actions : callables
        Each returns milliseconds.
    """
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for round_ in range(rounds + 3):
        for name, action in actions.items():
            milliseconds = action()
            if round_ >= 3:
                taken[name].append(milliseconds)
    return {name: statistics.median(values) for name, values in taken.items()}
