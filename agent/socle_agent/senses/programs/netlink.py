"""The kernel's process connector (drivers/connector/cn_proc.c) as a socket: man 7 netlink, linux/cn_proc.h.

A filter in the kernel keeps starts (exec) and ends of processes; forks, threads and all else are never queued.
"""

from __future__ import annotations

import ctypes
import errno
import socket
import struct

from socle_agent.senses.programs.refused import NotAllowedError

ANSWER, EXEC, EXIT = 0, 0x2, 0x80000000
"""What an event tells."""
_ROOM = 1 << 20
"""Bytes of events that the kernel keeps at most until they are read (as far as net.core.rmem_max allows)."""

_CONNECTOR, _PROC, _DONE, _LISTEN, _IGNORE, _ASK = 11, 1, 3, 1, 2, 0x50C1E
_REQUEST = struct.Struct("=IHHIIIIIIHHI")  # nlmsghdr, cn_msg (idx, val, seq, ack, len, flags), operation
_EVENT = struct.Struct("=28xI4xI4xQII")  # ack of cn_msg; what, time, process, thread group of proc_event
_WHAT, _PROCESS, _GROUP = 36, 52, 56  # where these begin

_ATTACH_FILTER = 26
_LOAD, _EQUAL, _EQUAL_X, _TO_X, _RETURN = 0x20, 0x15, 0x1D, 0x07, 0x06  # linux/filter.h


class Listener:
    """Events of processes since it was made. `lost`: how often the kernel had no room for some.

    Raises NotAllowedError where the kernel refuses (a privilege before Linux 6.6) or does not answer (a container).
    """

    def __init__(self) -> None:
        self.lost = 0
        self._buffer = bytearray(512)
        self._socket = _opened()
        self._socket.send(_request(_LISTEN))
        if why := self._refusal():
            self._socket.close()
            raise NotAllowedError(f"process connector: {why}", why)

    def next(self) -> tuple[int, int, int] | None:
        """What, nanoseconds of CLOCK_MONOTONIC and pid of the next event; None when all are read."""
        event = self._next()
        return None if event is None else (event[1], event[2], event[4])

    def close(self) -> None:
        """Listen no more; kernels before 6.6 would go on telling if they were not asked to stop."""
        self._socket.send(_request(_IGNORE))
        self._socket.close()

    def _refusal(self) -> str:
        """Why the kernel will not tell, as the name of an errno; empty where it will."""
        while (event := self._next()) is not None:
            ack, what, _at, code, _group = event
            if what == ANSWER and ack == _ASK + 1:
                return errno.errorcode.get(code, str(code)) if code else ""
        return "unanswered"

    def _next(self) -> tuple[int, int, int, int, int] | None:
        while True:
            try:
                length, sender = self._socket.recvfrom_into(self._buffer)
            except BlockingIOError:
                return None
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise
                self.lost += 1
                continue
            if sender[0] == 0 and length >= _EVENT.size:  # 0: the kernel, and nobody who pretends to be it
                ack, what, at, process, group = _EVENT.unpack_from(self._buffer)
                return ack, what, at, process, group


def _opened() -> socket.socket:
    try:
        opened = socket.socket(
            socket.AF_NETLINK, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC, _CONNECTOR
        )
        _attach_filter(opened)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _ROOM)
        opened.bind((0, _PROC))
    except OSError as error:
        why = errno.errorcode.get(error.errno or 0, "")
        raise NotAllowedError(f"process connector: {error.strerror}", why) from error
    return opened


def _request(operation: int) -> bytes:
    return _REQUEST.pack(_REQUEST.size, _DONE, 0, 0, 0, _PROC, 1, 0, _ASK, 4, 0, operation)


def _attach_filter(to: socket.socket) -> None:
    """Take answers and starts, and of the ends those of whole processes: not of their other threads."""
    program = b"".join(
        struct.pack("=HBBI", *step)
        for step in (
            (_LOAD, 0, 0, _WHAT),
            (_EQUAL, 6, 0, _swapped(ANSWER)),
            (_EQUAL, 5, 0, _swapped(EXEC)),
            (_EQUAL, 0, 5, _swapped(EXIT)),
            (_LOAD, 0, 0, _PROCESS),
            (_TO_X, 0, 0, 0),
            (_LOAD, 0, 0, _GROUP),
            (_EQUAL_X, 0, 1, 0),
            (_RETURN, 0, 0, 0xFFFFFFFF),
            (_RETURN, 0, 0, 0),
        )
    )
    steps = ctypes.create_string_buffer(program, len(program))
    to.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, struct.pack("@HP", len(program) // 8, ctypes.addressof(steps)))


def _swapped(value: int) -> int:
    """A number as the filter loads it: the bytes of a packet count as big-endian."""
    return int.from_bytes(struct.pack("=I", value), "big")
