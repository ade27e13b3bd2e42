"""A TCP relay that counts the bytes of one connection, both ways."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Relay:
    """Listens on a free port of 127.0.0.1 and carries one connection to `target`; `up` and `down` are bytes so far."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.up = self.down = 0
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Relay:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            near, _ = self._listener.accept()
            far = socket.create_connection(self._target)
            threading.Thread(target=self._carry, args=(far, near, "down"), daemon=True).start()
            self._carry(near, far, "up")

    def _carry(self, source: socket.socket, sink: socket.socket, way: str) -> None:
        with suppress(OSError), source:
            while data := source.recv(65_536):
                setattr(self, way, getattr(self, way) + len(data))
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
