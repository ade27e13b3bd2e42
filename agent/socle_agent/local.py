r"""The Unix socket on which the machine's own people ask the agent: command line, tray, browser host.

A request is one line of JSON, `{"request":"status"}`, and so is each answer. Anybody on the machine may connect,
so nobody may hurt: lines and clients are bounded, a client that does not read is dropped, nothing here waits.
What needs more than anybody's rights looks at `Client.uid`, which the kernel tells and no client can pretend.
"""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Callable
from pathlib import Path

from socle_agent.local_client import Client
from socle_agent.loop import Loop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Request = dict[str, Any]
    Answer = dict[str, Any]
    Handler = Callable[[Request, Client], Answer | None]

_log = logging.getLogger(__name__)

MOST_CLIENTS, MOST_PER_USER = 64, 16


class RequestError(Exception):
    """A request that is refused; the text is sent back to who asked."""


class OccupiedError(Exception):
    """Another agent answers on this socket."""


class Local:
    """Listens on `path` and answers by the handlers given to `on`."""

    def __init__(self, loop: Loop, path: Path) -> None:
        self.loop = loop
        self._path = path
        self._handlers: dict[str, Handler] = {}
        self._clients: dict[int, Client] = {}
        self._is_ours = False
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)

    def on(self, name: str, handler: Handler) -> None:
        """Answer requests of that name; a handler that returns None answers by `Client.send` itself, then or later."""
        self._handlers[name] = handler

    def open(self) -> None:
        """Begin to listen. Raises OccupiedError, or OSError with the path."""
        self._path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        if self._path.exists():
            _remove_stale(self._path)
        self._socket.bind(str(self._path))
        self._is_ours = True
        self._path.chmod(0o666)
        self._socket.listen(MOST_CLIENTS)
        self.loop.watch(self._socket.fileno(), "local socket", self._accept)

    def close(self) -> None:
        """Let all clients go and remove the socket."""
        for client in list(self._clients.values()):
            client.close()
        self.loop.unwatch(self._socket.fileno())
        self._socket.close()
        if self._is_ours:
            self._path.unlink(missing_ok=True)

    def answer(self, client: Client, line: bytes) -> None:
        """Answer one line of a client."""
        try:
            request = _parse(line)
            handler = self._handlers.get(str(request.get("request")))
            if handler is None:
                raise RequestError(f"unknown request; known are: {', '.join(sorted(self._handlers))}")
            told = handler(request, client)
        except RequestError as error:
            told = {"error": str(error)}
        except Exception as error:
            _log.exception("local: a request could not be answered")
            told = {"error": f"the agent failed to answer: {type(error).__name__}; its journal says more"}
        if told is not None:
            client.send(told)

    def forget(self, client: Client, connection: socket.socket) -> None:
        """Serve this client no more."""
        self.loop.unwatch(connection.fileno())
        self._clients.pop(id(client), None)

    def _accept(self) -> None:
        try:
            connection, _address = self._socket.accept()
        except (BlockingIOError, ConnectionError):
            return
        connection.setblocking(False)
        client = Client(self, connection)
        theirs = sum(1 for other in self._clients.values() if other.uid == client.uid)
        self._clients[id(client)] = client
        if len(self._clients) > MOST_CLIENTS or theirs >= MOST_PER_USER:
            client.send({"error": "too many connections; close some"})
            client.close()
        else:
            client.watch()


def _parse(line: bytes) -> Request:
    try:
        request = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RequestError("not a line of JSON") from error
    if not isinstance(request, dict):
        raise RequestError('not an object; ask for example {"request":"status"}')
    return request


def _remove_stale(path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
    raise OccupiedError(f"another agent answers on {path}")
