"""The two things that wake the loop and are no files: its timer and Unix signals, both as descriptors."""

from __future__ import annotations

import ctypes
import os
import signal
import struct
from collections.abc import Callable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CLOCK_BOOTTIME = 7
_ITIMERSPEC = struct.Struct("@llll")  # interval s, ns; value s, ns
_NS = 10**9


class BootTimer:
    """A timerfd of CLOCK_BOOTTIME, which Python below 3.13 does not offer.

    An epoll timeout would not do: it stands still while the machine is suspended.
    """

    def __init__(self) -> None:
        self._libc: Any = ctypes.CDLL(None, use_errno=True)
        self.fd: int = self._libc.timerfd_create(_CLOCK_BOOTTIME, os.O_NONBLOCK | os.O_CLOEXEC)
        self._armed = False
        if self.fd < 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), "timerfd_create")

    def arm(self, seconds: float | None) -> None:
        """Make the descriptor readable in so many seconds; None: never."""
        if seconds is None and not self._armed:
            return
        nanoseconds = 0 if seconds is None else max(1, int(seconds * _NS))  # 0 would disarm it
        self._libc.timerfd_settime(self.fd, 0, _ITIMERSPEC.pack(0, 0, *divmod(nanoseconds, _NS)), None)
        self._armed = seconds is not None

    def drain(self) -> None:
        """Take note of an expiry."""
        try:
            os.read(self.fd, 8)
        except BlockingIOError:
            return  # armed anew between the poll and this read

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self.fd)


class Signals:
    """Unix signals as a descriptor to read. For the main thread only."""

    def __init__(self, handlers: dict[signal.Signals, Callable[[], None]]) -> None:
        self.fd, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._handlers = handlers
        self._wakeup = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, _noted) for number in handlers}

    def dispatch(self) -> None:
        """Call the handlers of the signals that have arrived."""
        for number in os.read(self.fd, 64):
            handler = self._handlers.get(signal.Signals(number))
            if handler is not None:
                handler()

    def close(self) -> None:
        """Give the signals back to whoever had them."""
        signal.set_wakeup_fd(self._wakeup)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self.fd)
        os.close(self._writer)


def _noted(_number: int, _frame: object) -> None:
    """Python writes the number to the wake-up descriptor; nothing else is to be done here."""
