"""A TCP server that does with its connections only what a test tells it: silent, or a broker that forgets to answer."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

CONNACK = b"\x20\x02\x00\x00"
PINGREQ = b"\xc0\x00"
PINGRESP = b"\xd0\x00"


class Puppet:
    """Accepts connections in a thread. `greets`: answers CONNECT and SUBSCRIBE. `answers_pings`: those too.

    `left`: connections that the other side has ended. `heard`: bytes that were read.
    """

    def __init__(self, *, greets: bool = False, answers_pings: bool = False, greeting: bytes = CONNACK) -> None:
        self.greets, self.answers_pings, self.greeting = greets, answers_pings, greeting
        self.pings = 0
        self.connections = self.left = self.heard = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._held: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def say(self, data: bytes) -> None:
        """Write to the latest connection."""
        self._held[-1].sendall(data)

    def turn_deaf(self) -> None:
        """Read nothing more, but what is being read."""
        self.greets = False

    def listen_again(self) -> None:
        """Go on reading from the latest connection."""
        self.greets = True
        threading.Thread(target=self._talk, args=(self._held[-1],), daemon=True).start()

    def close(self) -> None:
        """End everything."""
        for held in [self._server, *self._held]:
            with suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)
            held.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _address = self._server.accept()
                self.connections += 1
                self._held.append(connection)
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with suppress(OSError):
            while self.greets:
                if not (data := connection.recv(4096)):
                    self.left += 1
                    return
                self.heard += len(data)
                if data[0] & 0xF0 == 0x10:
                    connection.sendall(self.greeting)
                elif data[0] & 0xF0 == 0x80:
                    connection.sendall(b"\x90\x05" + data[2:4] + b"\x00\x01\x01")
                self.pings += data.count(PINGREQ)
                if PINGREQ in data and self.answers_pings:
                    connection.sendall(PINGRESP)


@contextmanager
def puppet(**how: object) -> Iterator[Puppet]:
    """A puppet, ended after use."""
    made = Puppet(**how)  # type: ignore[arg-type]
    try:
        yield made
    finally:
        made.close()
