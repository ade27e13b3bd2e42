"""The demo's processes: each in a session and a log of its own, ended with the demo whatever becomes of it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from socle_collector.demo.words import say

PR_SET_PDEATHSIG = 1
LOG_LINES = 12
WATCHED = {signal.SIGINT, signal.SIGTERM, signal.SIGCHLD}
T = TypeVar("T")
_LIBC = ctypes.CDLL(None)


class Stopped(Exception):  # noqa: N818  (nothing went wrong)
    """Somebody wants the demo to stop."""


class ChildError(Exception):
    """A process ended, or is not ready in time; the message holds the end of its log."""


@dataclass
class Child:
    """One process. `farewell`: the signal that ends it in order."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    farewell: signal.Signals

    def tail(self) -> str:
        """The end of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(f"  | {line}" for line in lines[-LOG_LINES:])


class Children:
    """The processes in the order of their start. Signals are taken only where `wait` waits for them."""

    def __init__(self, logs: Path, started: Callable[[dict[str, int]], None] = lambda _pids: None) -> None:
        self._logs = logs
        self._started = started
        self._children: list[Child] = []
        logs.mkdir(parents=True, exist_ok=True)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _nothing)  # a shell starts background jobs with SIGINT ignored, which would stay so
        signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)

    @property
    def pids(self) -> dict[str, int]:
        """Process ids by name."""
        return {child.name: child.process.pid for child in self._children}

    def start(
        self,
        name: str,
        command: Sequence[str],
        farewell: signal.Signals = signal.SIGTERM,
        *,
        shows_progress: bool = False,
    ) -> Child:
        """Start a process. What it prints goes to its log; `shows_progress`: but not what it says on stderr."""
        log = self._logs / f"{name}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=None if shows_progress else subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=lambda: _as_child(farewell),  # noqa: PLW1509  (the demo has one thread)
            )
        child = Child(name, process, log, farewell)
        self._children.append(child)
        self._started(self.pids)
        return child

    def wait(self, seconds: float | None) -> None:
        """Wait for so long, or without end. Raises Stopped on SIGINT and SIGTERM, ChildError where a process ended."""
        until = None if seconds is None else time.monotonic() + seconds
        while (left := 3600.0 if until is None else until - time.monotonic()) > 0:
            told = signal.sigtimedwait(WATCHED, left)
            if told is not None and told.si_signo != signal.SIGCHLD:
                raise Stopped
            self._all_alive()

    def wait_for(self, ready: Callable[[], bool], child: Child, seconds: float) -> None:
        """Wait until something is ready that this process makes. Raises as `wait` does, and ChildError when late."""
        until = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > until:
                raise ChildError(f"{say('slow', name=child.name, seconds=seconds, log=child.log)}\n{child.tail()}")
            self.wait(0.05)

    def wait_until(self, ask: Callable[[], T], enough: Callable[[T], bool], seconds: float) -> T:
        """Ask again and again until the answer is enough, or for so long; return the last answer. Raises as `wait`."""
        until = time.monotonic() + seconds
        while not enough(answer := ask()) and time.monotonic() < until:
            self.wait(0.3)
        return answer

    def end(self, names: Iterable[str] | None = None, patience: float = 10.0) -> None:
        """End processes, last started first, and wait; those that do not end in time are killed."""
        wanted = set(self.pids if names is None else names)
        ending = [child for child in reversed(self._children) if child.name in wanted]
        self._children = [child for child in self._children if child.name not in wanted]
        for child in ending:
            end(child, patience)
        self._started(self.pids)

    def _all_alive(self) -> None:
        for child in self._children:
            code = child.process.poll()
            if code is not None:
                raise ChildError(f"{say('died', name=child.name, code=code, log=child.log)}\n{child.tail()}")


def end(child: Child, patience: float) -> None:
    """Ask a process to end, and kill what is left of its session after `patience` seconds."""
    child.process.send_signal(child.farewell)
    with suppress(subprocess.TimeoutExpired):
        child.process.wait(patience)
    with suppress(ProcessLookupError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()


def _as_child(farewell: signal.Signals) -> None:
    """In the new process: hear signals, and be told to end when the demo is gone."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    _LIBC.prctl(PR_SET_PDEATHSIG, farewell)


def _nothing(*_: object) -> None:
    """Take a signal without doing anything; it is read where the demo waits."""
