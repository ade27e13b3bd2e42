"""Starts of catalogued programs, told by the kernel: man 7 fanotify.

Only the inodes of catalogued executables are marked, so the kernel keeps the allow-list: no other program ever wakes
the agent. Marks and events go on working after privileges were dropped. An inode is the same in every namespace, so
that flatpaks, snaps and bind mounts need nothing of their own.
"""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import struct
from collections.abc import Iterator

from socle_agent.loop import Loop
from socle_agent.senses.programs.census import Census
from socle_agent.senses.programs.refused import NotAllowedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_log = logging.getLogger(__name__)

_CLOEXEC, _NONBLOCK, _REPORT_PIDFD = 0x1, 0x2, 0x80
_MARK_ADD, _MARK_REMOVE, _OPEN_EXEC, _Q_OVERFLOW, _AT_FDCWD = 0x1, 0x2, 0x1000, 0x4000, -100
_EVENT = struct.Struct("=IBBHQii")  # length, version, reserved, length of this part, mask, fd, pid
_INFO = struct.Struct("=BBHi")  # type, pad, length, pidfd
_INFO_PIDFD = 4
_BUFFER = 8192

Inode = tuple[int, int]
"""Device and number."""


class Fanotify:
    """One fanotify group. `watched`: files that are; `lost`: how often the kernel dropped events.

    Raises NotAllowedError without CAP_SYS_ADMIN, and on kernels before 5.0.
    """

    def __init__(self, loop: Loop, census: Census) -> None:
        self.watched = self.lost = 0
        self._libc: Any = ctypes.CDLL(None, use_errno=True)
        mark = self._libc.fanotify_mark
        mark.argtypes = (ctypes.c_int, ctypes.c_uint, ctypes.c_uint64, ctypes.c_int, ctypes.c_char_p)
        self._loop, self._census = loop, census
        self._services: dict[Inode, str] = {}
        self._paths: frozenset[str] = frozenset()
        self._fd = self._open()
        loop.watch(self._fd, "programs", self._ready)

    def watch(self, paths: dict[str, str]) -> bool:
        """Watch these files (path → service), and no others; True where there are new ones."""
        for path in self._paths - paths.keys():
            self._libc.fanotify_mark(self._fd, _MARK_REMOVE, _OPEN_EXEC, _AT_FDCWD, os.fsencode(path))
        self._paths = frozenset(paths)
        owners: dict[Inode, set[str]] = {}
        for path, service in paths.items():
            if (inode := self._mark(path)) is not None:
                owners.setdefault(inode, set()).add(service)
        # hard links: of a file with two services it cannot be told which of them runs
        services = {inode: claims.pop() for inode, claims in owners.items() if len(claims) == 1}
        new = bool(services.keys() - self._services.keys())
        self._services, self.watched = services, len(services)
        return new

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
        code = ctypes.get_errno()
        raise NotAllowedError(f"fanotify: {os.strerror(code)} (CAP_SYS_ADMIN is needed)", errno.errorcode[code])

    def _mark(self, path: str) -> Inode | None:
        try:
            status = os.stat(path)
        except OSError:
            return None
        added = self._libc.fanotify_mark(self._fd, _MARK_ADD, _OPEN_EXEC, _AT_FDCWD, os.fsencode(path)) == 0
        return (status.st_dev, status.st_ino) if added else None

    def _ready(self) -> None:
        for mask, fd, pid, pidfd in events(os.read(self._fd, _BUFFER)):
            if mask & _Q_OVERFLOW:
                self._overflowed()
                continue
            status = os.fstat(fd)
            os.close(fd)
            service = self._services.get((status.st_dev, status.st_ino))
            if service is not None:
                if pidfd is None or pidfd >= 0:  # else it ended, and its pid may be another's by now
                    self._census.started(pid, service, pidfd)
            elif pidfd is not None and pidfd >= 0:
                os.close(pidfd)  # a file that was replaced or left the catalogue

    def _overflowed(self) -> None:
        self.lost += 1
        _log.warning("programs: the kernel dropped events; looking through /proc")
        self._census.look_anew()


def events(data: bytes) -> Iterator[tuple[int, int, int, int | None]]:
    """Mask, descriptor of the file, pid and pidfd of each event that was read.

    pidfd: negative where the process has ended; None where the kernel tells none (before 5.15).
    """
    at = 0
    while at < len(data):
        length, _version, _reserved, head, mask, fd, pid = _EVENT.unpack_from(data, at)
        pidfd = None
        if length >= head + _INFO.size:
            kind, _pad, _length, value = _INFO.unpack_from(data, at + head)
            pidfd = value if kind == _INFO_PIDFD else None
        yield mask, fd, pid, pidfd
        at += length
