"""One helper a session: who holds the lock is it."""

from __future__ import annotations

import fcntl
import os

_NAME = "socle-session.lock"


class OccupiedError(Exception):
    """Another helper holds the lock."""


def take_place(environ: dict[str, str]) -> int | None:
    """The descriptor of the lock, held for as long as it is open; None where there is no folder for one.

    Raises OccupiedError, or OSError when the lock cannot be made. The kernel lets go of it with the process.
    """
    folder = environ.get("XDG_RUNTIME_DIR", "")
    if not os.path.isdir(folder):
        return None
    fd = os.open(os.path.join(folder, _NAME), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        raise OccupiedError from None
    except OSError:
        os.close(fd)
        raise
    return fd
