"""Starts of catalogued programs, told by the kernel: man 7 fanotify.

Only the inodes of catalogued executables are marked, so the kernel keeps the allow-list: no other program ever wakes
the agent. Marks and events go on working after privileges were dropped.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Callable, Iterator

from socle_agent.loop import Loop
from socle_agent.senses.programs.processes import pidfd as pidfd_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CLOEXEC, _NONBLOCK, _REPORT_PIDFD = 0x1, 0x2, 0x80
_MARK_ADD, _OPEN_EXEC, _Q_OVERFLOW, _AT_FDCWD = 0x1, 0x1000, 0x4000, -100
_EVENT = struct.Struct("=IBBHQii")  # length, version, reserved, length of this part, mask, fd, pid
_INFO = struct.Struct("=BBHi")  # type, pad, length, pidfd
_INFO_PIDFD = 4
_BUFFER = 8192


class NotAllowedError(Exception):
    """The kernel does not let this process watch programs."""


class Fanotify:
    """One fanotify group. `on_start`: given pid, service and pidfd (−1: none); `on_overflow`: events were lost."""

    def __init__(self, loop: Loop, on_start: Callable[[int, str, int], None], on_overflow: Callable[[], None]) -> None:
        self._libc: Any = ctypes.CDLL(None, use_errno=True)
        self._libc.fanotify_mark.argtypes = (
            ctypes.c_int,
            ctypes.c_uint,
            ctypes.c_uint64,
            ctypes.c_int,
            ctypes.c_char_p,
        )
        self._loop, self._on_start, self._on_overflow = loop, on_start, on_overflow
        self._services: dict[tuple[int, int], str] = {}
        self._fd = self._open()
        loop.watch(self._fd, "programs", self._ready)

    def mark(self, paths: dict[str, str]) -> int:
        """Watch these files (path → service), those of an earlier call too; return how many are watched."""
        self._services = {inode: service for path, service in paths.items() if (inode := self._mark(path)) is not None}
        return len(self._services)

    def close(self) -> None:
        """Give the group back, and with it all marks."""
        self._loop.unwatch(self._fd)
        os.close(self._fd)

    def _open(self) -> int:
        for flags in (_CLOEXEC | _NONBLOCK | _REPORT_PIDFD, _CLOEXEC | _NONBLOCK):
            fd: int = self._libc.fanotify_init(flags, os.O_RDONLY | os.O_CLOEXEC)
            if fd >= 0:
                return fd
            if ctypes.get_errno() != errno.EINVAL:  # EINVAL: a kernel before 5.15, without pidfds
                break
        raise NotAllowedError(f"fanotify: {os.strerror(ctypes.get_errno())} (CAP_SYS_ADMIN is needed)")

    def _mark(self, path: str) -> tuple[int, int] | None:
        try:
            status = os.stat(path)
        except OSError:
            return None
        added = self._libc.fanotify_mark(self._fd, _MARK_ADD, _OPEN_EXEC, _AT_FDCWD, os.fsencode(path)) == 0
        return (status.st_dev, status.st_ino) if added else None

    def _ready(self) -> None:
        for mask, fd, pid, pidfd in events(os.read(self._fd, _BUFFER)):
            if mask & _Q_OVERFLOW:
                self._on_overflow()
                continue
            status = os.fstat(fd)
            os.close(fd)
            service = self._services.get((status.st_dev, status.st_ino))
            if service is not None:
                self._on_start(pid, service, pidfd if pidfd >= 0 else pidfd_of(pid))
            elif pidfd >= 0:
                os.close(pidfd)  # a file that was replaced or left the catalogue


def events(data: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Mask, descriptor of the file, pid and pidfd (negative: none) of each event that was read."""
    at = 0
    while at < len(data):
        length, _version, _reserved, head, mask, fd, pid = _EVENT.unpack_from(data, at)
        pidfd = -1
        if length >= head + _INFO.size:
            kind, _pad, _length, value = _INFO.unpack_from(data, at + head)
            pidfd = value if kind == _INFO_PIDFD else -1
        yield mask, fd, pid, pidfd
        at += length
