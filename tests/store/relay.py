"""A relay before a server, which can fall silent or be gone as a machine or a cable is."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PIECE = 65_536


class Relay:
    """Hands on what comes to `port` of this machine, in both directions."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._goes_on = threading.Event()
        self._goes_on.set()
        self._is_there = True
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def fall_silent(self) -> None:
        """Keep every connection, and hand on nothing any more."""
        self._goes_on.clear()

    def go_away(self) -> None:
        """Cut every connection, and let nobody in."""
        self._is_there = False
        for side in self._open:
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def come_back(self) -> None:
        """Let people in again."""
        self._is_there = True

    def close(self) -> None:
        """End."""
        self.go_away()
        self._goes_on.set()
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                if not self._is_there:
                    client.close()
                    continue
                server = socket.create_connection(self._server)
                self._open += client, server
                for from_, to in ((client, server), (server, client)):
                    threading.Thread(target=self._hand_on, args=(from_, to), daemon=True).start()

    def _hand_on(self, from_: socket.socket, to: socket.socket) -> None:
        with suppress(OSError):
            while piece := from_.recv(_PIECE):
                self._goes_on.wait()
                to.sendall(piece)
        for side in (from_, to):
            side.close()


@contextmanager
def relay_to(host: str, port: int) -> Iterator[Relay]:
    """Yield a relay, and end it."""
    relay = Relay(host, port)
    try:
        yield relay
    finally:
        relay.close()
