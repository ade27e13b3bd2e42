"""Asking the running agent on its local socket."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PATIENCE_S = 10.0


class NotRunningError(Exception):
    """Nobody answers on the socket."""


class RefusedError(Exception):
    """The agent refused, or failed to answer; the text says why."""


def ask(path: Path, request: str) -> dict[str, Any]:
    """One request, one answer. Raises NotRunningError, PermissionError, RefusedError."""
    return next(answers(path, request))


def answers(
    path: Path, request: str, *, patience_s: float | None = PATIENCE_S, **more: object
) -> Iterator[dict[str, Any]]:
    """One request and all its answers, until the agent ends; `patience_s` None: however long each takes."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(PATIENCE_S)
        try:
            connection.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError) as error:
            raise NotRunningError from error
        connection.sendall(json.dumps({"request": request, **more}).encode() + b"\n")
        connection.settimeout(patience_s)
        yield from _lines(connection)


def _lines(connection: socket.socket) -> Iterator[dict[str, Any]]:
    heard = 0
    with connection.makefile("rb") as lines:
        try:
            for line in lines:
                heard += 1
                answer = json.loads(line)
                if "error" in answer:
                    raise RefusedError(answer["error"])
                yield answer
        except (TimeoutError, ConnectionError) as error:
            raise RefusedError(type(error).__name__) from error
    if not heard:
        raise RefusedError("the connection was closed")
