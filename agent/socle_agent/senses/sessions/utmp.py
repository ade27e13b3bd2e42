"""Sessions where there is no logind: the login records of utmp(5), at this machine's own terminals and displays.

Whether a screen is locked cannot be seen here: a session is open as long as it lasts. Only the record's kind,
process, line and host are looked at; the account is the owner of the process, its name is not read.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from socle_agent.loop import Loop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_WIDE = os.uname().machine in ("aarch64", "riscv64", "loongarch64")
_RECORD = struct.Struct("=hxxi32s36x256s8xq48x" if _WIDE else "=hxxi32s36x256s8xI40x")
"""Type, pid, line, host and second of a record: of 384 bytes, or 400 where a 32-bit twin never had to be pleased."""
RUN_LEVEL, BOOT_TIME, _USER_PROCESS = 1, 2, 7
_IN_MODIFY, _IN_MOVE_SELF, _IN_DELETE_SELF = 0x2, 0x800, 0x400

Found = list[tuple[int, bool]]
"""Each session: uid and whether it is open."""


def read(data: bytes, proc: Path) -> Found:
    """The sessions of a utmp file's bytes whose process lives."""
    found = []
    for kind, pid, line, host, _unix in _records(data):
        uid = _owner(proc, pid) if kind == _USER_PROCESS and _is_here(line, host) else None
        if uid is not None:
            found.append((uid, True))
    return found


def moments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Type, process and Unix second of each record of a utmp or wtmp file's bytes."""
    return ((kind, pid, unix) for kind, pid, _line, _host, unix in _records(data))


class Utmp:
    """Watches a utmp file. `on_sessions`: given the sessions when the file changes, None while there is no file."""

    def __init__(self, loop: Loop, path: Path, proc: Path, on_sessions: Callable[[Found | None], None]) -> None:
        self._loop, self._path, self._proc, self._on_sessions = loop, path, proc, on_sessions
        self._libc: Any = ctypes.CDLL(None, use_errno=True)
        self._fd = -1

    def tick(self) -> None:
        """Read the file, also for processes that ended without a record; watch it if it is new."""
        if self._fd < 0:
            self._watch()
        try:
            self._on_sessions(read(self._path.read_bytes(), self._proc))
        except OSError:
            self.close()
            self._on_sessions(None)

    def close(self) -> None:
        """Watch no more."""
        if self._fd >= 0:
            self._loop.unwatch(self._fd)
            os.close(self._fd)
            self._fd = -1

    def _watch(self) -> None:
        fd = self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        wanted = _IN_MODIFY | _IN_MOVE_SELF | _IN_DELETE_SELF
        if fd >= 0 and self._libc.inotify_add_watch(fd, os.fsencode(self._path), wanted) >= 0:
            self._fd = fd
            self._loop.watch(fd, "utmp", self._ready)
        elif fd >= 0:
            os.close(fd)

    def _ready(self) -> None:
        events = os.read(self._fd, 4096)
        (mask,) = struct.unpack_from("=I", events, 4)
        if mask & ~_IN_MODIFY:  # replaced by another file, which is watched from now on
            self.close()
        self.tick()


def _records(data: bytes) -> Iterator[tuple[int, int, bytes, bytes, int]]:
    return _RECORD.iter_unpack(data[: len(data) - len(data) % _RECORD.size])


def _is_here(line: bytes, host: bytes) -> bool:
    """Whether a record is of this machine's own console or display, not of a connection from elsewhere."""
    return line.startswith((b"tty", b":")) or host.startswith(b":")


def _owner(proc: Path, pid: int) -> int | None:
    try:
        return (proc / str(pid)).stat().st_uid
    except OSError:
        return None
