"""Ports for the servers that tests start."""

import socket


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on just now.

    Another program may take it first; whoever starts a server on it tries another one then.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
