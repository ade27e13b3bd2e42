"""Starts of catalogued programs, told by the kernel: man 7 fanotify.

Only the inodes of catalogued executables are marked, so the kernel keeps the allow-list: no other program ever wakes
the agent. An inode is the same in every namespace, so that flatpaks, snaps and bind mounts need nothing of their own.
The group is made here where that is allowed, else lent; marks and events need no privilege.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
from contextlib import suppress
from pathlib import Path

from socle_agent import fanotify_group
from socle_agent.loop import Loop
from socle_agent.senses.programs import marks
from socle_agent.senses.programs.census import Census
from socle_agent.senses.programs.refused import NotAllowedError

_log = logging.getLogger(__name__)

_BUFFER = 8192


class Fanotify:
    """One fanotify group. `watched`: files that are; `lost`: how often the kernel dropped events.

    `lender`: who lends a group to those who may not make one. Raises NotAllowedError where nobody does, on kernels
    before 5.1, and where programs lie on a file system whose files have no ids.
    """

    def __init__(self, loop: Loop, census: Census, lender: Path) -> None:
        self.watched = self.lost = 0
        self._loop, self._census = loop, census
        self._services: dict[marks.FileId, str] = {}
        self._paths: frozenset[str] = frozenset()
        self._fd = _obtained(lender)
        loop.watch(self._fd, "programs", self._ready)

    def watch(self, paths: dict[str, str]) -> bool:
        """Watch these files (path → service), and no others; True where there are new ones."""
        for path in self._paths - paths.keys():
            with suppress(OSError):  # it may be gone, and its mark with it
                marks.remove(self._fd, path)
        self._paths = frozenset(paths)
        owners: dict[marks.FileId, set[str]] = {}
        for path, service in paths.items():
            if (file := self._mark(path)) is not None:
                owners.setdefault(file, set()).add(service)
        # hard links: of a file with two services it cannot be told which of them runs
        services = {file: claims.pop() for file, claims in owners.items() if len(claims) == 1}
        new = bool(services.keys() - self._services.keys())
        self._services, self.watched = services, len(services)
        return new

    def close(self) -> None:
        """Give the group back, and with it all marks."""
        self._loop.unwatch(self._fd)
        os.close(self._fd)

    def _mark(self, path: str) -> marks.FileId | None:
        try:
            file = marks.file_id(path)
            marks.add(self._fd, path)
        except OSError:
            return None
        return file

    def _ready(self) -> None:
        for mask, file, pid, pidfd in marks.events(os.read(self._fd, _BUFFER)):
            if mask & marks.OVERFLOW:
                self._overflowed()
                continue
            service = None if file is None else self._services.get(file)
            if service is not None:
                if pidfd is None or pidfd >= 0:  # else it ended, and its pid may be another's by now
                    self._census.started(pid, service, pidfd)
            elif pidfd is not None and pidfd >= 0:
                os.close(pidfd)  # a file that was replaced or left the catalogue

    def _overflowed(self) -> None:
        self.lost += 1
        _log.warning("programs: the kernel dropped events; looking through /proc")
        self._census.look_anew()


def _obtained(lender: Path) -> int:
    try:
        group = fanotify_group.obtain(lender)
        try:
            marks.add(group, sys.executable)
            marks.remove(group, sys.executable)
        except OSError:
            os.close(group)
            raise
    except OSError as error:
        why = errno.errorcode.get(error.errno or 0, "unanswered")
        text = f"fanotify: {error.strerror or error} (CAP_SYS_ADMIN, or {lender}, is needed)"
        raise NotAllowedError(text, why) from error
    return group
