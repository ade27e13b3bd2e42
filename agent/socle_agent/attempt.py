"""A blocking call lent a thread of its own, which ends with it: names, TCP and TLS have no other way in paho."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable


class Attempt:
    """One call of `work` in a short-lived thread; the descriptor `fd` becomes readable when it has ended.

    End it with `result` or with `abandon`, once; the latter does not wait, and `put_away` is called in the thread
    when `work` has ended after all.
    """

    def __init__(self, work: Callable[[], object], put_away: Callable[[], object]) -> None:
        self.fd = os.eventfd(0, os.EFD_CLOEXEC)
        self._work, self._put_away = work, put_away
        self._error: Exception | None = None
        self._abandoned = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="attempt", daemon=True)
        self._thread.start()

    def result(self) -> Exception | None:
        """The error with which the ended work failed; None: it succeeded."""
        self._thread.join()
        os.close(self.fd)
        return self._error

    def abandon(self) -> None:
        """Have nothing more to do with it."""
        with self._lock:
            self._abandoned = True
            os.close(self.fd)
            ended = not self._thread.is_alive()
        if ended:
            self._put_away()

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:
            self._error = error
        with self._lock:
            if not self._abandoned:
                os.eventfd_write(self.fd, 1)
                return
        self._put_away()
