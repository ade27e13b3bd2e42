"""Ports of this machine that nobody uses."""

import socket
from itertools import count

HERE = "127.0.0.1"


def free_port(first: int) -> int:
    """Return the first port from `first` on that is free on 127.0.0.1.

    `first` lies below 32768: a client that waits for a server by trying again and again may, above, be given the
    server's own port by the kernel, connect to itself, and take the port away.
    """
    return next(port for port in count(first) if not _taken(port))


def answers(port: int) -> bool:
    """Whether something listens on this port of 127.0.0.1."""
    try:
        socket.create_connection((HERE, port), timeout=1).close()
    except OSError:
        return False
    return True


def _taken(port: int) -> bool:
    try:
        socket.create_server((HERE, port)).close()
    except OSError:
        return True
    return False
