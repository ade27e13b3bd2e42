"""A fanotify group: made where that is allowed, else lent by a process of systemd's (docs/decisions/0007).

To make one takes CAP_SYS_ADMIN; to mark files in it and to read its events takes nothing. So the daemon need hold no
privilege: `lend` runs as root for the moment of one connection, reads nothing, and hands a group over.

Such a group names files by their handles (FAN_REPORT_FID) and never opens one: with descriptors of files, as fanotify
hands out by default, whoever holds the group could mark a folder and read all that others open in it.
Sources: man 2 fanotify_init, man 7 fanotify, man 3 cmsg.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

LENDER = "socle-fanotify.socket"
"""Where it is lent, in /run."""

_PATIENCE_S = 10.0
_CLOEXEC, _NONBLOCK, _REPORT_PIDFD, _REPORT_FID = 0x1, 0x2, 0x80, 0x200


def make() -> int:
    """Make one. Raises OSError: EPERM without CAP_SYS_ADMIN, EINVAL before Linux 5.1."""
    libc = ctypes.CDLL(None, use_errno=True)
    for more in (_REPORT_PIDFD, 0):  # no pidfds before Linux 5.15
        group: int = libc.fanotify_init(_CLOEXEC | _NONBLOCK | _REPORT_FID | more, os.O_RDONLY | os.O_CLOEXEC)
        if group >= 0:
            return group
        if ctypes.get_errno() != errno.EINVAL:
            break
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def obtain(lender: Path) -> int:
    """Make one, or where that is not allowed have it lent. Raises OSError."""
    try:
        return make()
    except PermissionError as refused:
        try:
            return borrow(lender)
        except (FileNotFoundError, ConnectionRefusedError, PermissionError):
            raise refused from None  # nobody lends to us: what is missing is the privilege


def borrow(lender: Path) -> int:
    """Have one lent by who listens at `lender`. Raises OSError: nobody does, or what stopped it from making one."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_PATIENCE_S)
        connection.connect(str(lender))
        told, groups, _flags, _address = socket.recv_fds(connection, 16, 1)
    if not groups:
        code = int(told or errno.ECONNRESET)
        raise OSError(code, os.strerror(code))
    os.set_inheritable(groups[0], False)  # recv_fds takes no notice of MSG_CMSG_CLOEXEC
    return groups[0]


def lend(connection: socket.socket) -> None:
    """Make one and hand it over; or tell, as a number, the errno why not."""
    try:
        group = make()
    except OSError as error:
        connection.send(str(error.errno).encode())
        return
    socket.send_fds(connection, [b"0"], [group])
    os.close(group)


def main() -> None:
    """Lend one to the connection that systemd passes as standard input (Accept=yes)."""
    with socket.socket(fileno=0) as connection:
        lend(connection)
