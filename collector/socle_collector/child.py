"""A process that lives as long as its parent, and is started again when it falls."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
from collections.abc import Sequence

from socle_collector.ingest.backoff import Backoff
from socle_core.clock import Clock

PATIENCE_S = 5.0
_PR_SET_PDEATHSIG = 1
log = logging.getLogger(__name__)


class Child:
    """Started at the first `tick`, and again after it fell, later each time."""

    def __init__(self, name: str, command: Sequence[str], clock: Clock) -> None:
        self._name, self._command, self._clock = name, command, clock
        self._process: subprocess.Popen[bytes] | None = None
        self._backoff = Backoff()
        self._start_at = 0.0

    def tick(self) -> None:
        """Start it if it does not run and its time has come."""
        now = self._clock.read().mono
        if self._process is not None and (code := self._process.poll()) is not None:
            self._process = None
            delay = self._backoff.next()
            self._start_at = now + delay
            log.error("%s: ended with exit code %d; next try in %.0f s", self._name, code, delay)
        if self._process is None and now >= self._start_at:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)

    def end(self) -> None:
        """Ask it to end, and see to it that it does."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def die_with_parent(parent: int) -> None:
    """Have the kernel end this process when its parent, which had this id, is gone. Called first by the child."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
