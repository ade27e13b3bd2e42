"""`make demo`: start a whole Socle on this machine, and stop it again.

DEMO_FOR, in the environment: seconds after which it stops by itself and compares the totals.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from socle_collector.demo.children import ChildError, Children, Stopped
from socle_collector.demo.folder import Folder, FolderError
from socle_collector.demo.postgres import PostgresError
from socle_collector.demo.sequence import CommandFailedError, Demo
from socle_collector.demo.words import say

SOCKET_PATH_MAX = 100
"""Bytes; the kernel takes 107."""


def main(project: Path, seconds: str) -> int:
    """Run the demo in the folder var/ of `project`; return the exit code."""
    try:
        limit = float(seconds) if seconds else None
    except ValueError:
        return _fail(say("bad DEMO_FOR", text=seconds))
    folder = Folder(project / "var")
    _tell(say("title"))
    try:
        left = folder.take()
    except FolderError as error:
        return _fail(str(error))
    if left:
        _tell(say("leftover", names=", ".join(left)))
    children = Children(folder / "log", folder.keep_processes)
    try:
        with _socket(folder) as socket:
            demo = Demo(folder, children, project / "config" / "catalogue.toml", _tell)
            return _show(demo, children, socket, limit)
    except Stopped:
        _tell(say("stopping"))
        return 0
    except (ChildError, CommandFailedError, PostgresError) as error:
        return _fail(str(error))
    finally:
        children.end()
        folder.leave()


def _show(demo: Demo, children: Children, socket: Path, limit: float | None) -> int:
    """Start, wait for the person or for `limit` seconds; then compare: 0 where all is equal."""
    demo.start(socket)
    _tell(say("until") if limit is None else say("for", seconds=limit))
    children.wait(limit)
    _tell(say("comparing"))
    result = demo.compare()
    for difference in result.differences:
        _tell(say("differs", **difference.told()))
    children.end()
    _tell(result.line())
    return 0 if result.equal else 1


@contextmanager
def _socket(folder: Folder) -> Iterator[Path]:
    """A path for the agent's socket: in the folder, or in /tmp where that path would be too long for a socket."""
    path = folder / "agent" / "socket"
    if len(bytes(path)) <= SOCKET_PATH_MAX:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="socle-demo-") as short:
        yield Path(short) / "socket"


def _tell(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def _fail(text: str) -> int:
    print(text, file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    here = Path(sys.prefix)
    sys.exit(main(here.parent if here.name == ".venv" else Path.cwd(), os.environ.get("DEMO_FOR", "")))
