"""Processes the bench starts, each with its log; none outlives the bench."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from .places import LOGS, NotMeasuredError

# The kernel ends the child should the bench itself be killed.
_WITH_PARENT = ("setpriv", "--pdeathsig", "TERM")


class Children:
    """A context: what was started in it is stopped at its end, the last first, with its whole process group."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Children:
        return self

    def __exit__(self, *_: object) -> None:
        for child in reversed(self._running):
            _end(child)

    def start(
        self, name: str, command: Sequence[str | Path], env: Mapping[str, str] | None = None, **more: object
    ) -> subprocess.Popen[bytes]:
        """Start a command whose stderr (and stdout, unless given) go to build/bench/logs/NAME.log."""
        LOGS.mkdir(parents=True, exist_ok=True)
        with log_of(name).open("wb") as log:
            child = subprocess.Popen(  # type: ignore[call-overload]
                [*_WITH_PARENT, *(str(word) for word in command)],
                env=_plain_environment() | dict(env or {}),
                stderr=log,
                start_new_session=True,
                **{"stdin": subprocess.DEVNULL, "stdout": log, **more},
            )
        self._running.append(child)
        return child

    def stop(self, child: subprocess.Popen[bytes]) -> None:
        """Stop one of them now."""
        self._running.remove(child)
        _end(child)


def log_of(name: str) -> Path:
    """Where the child of that name writes."""
    return LOGS / f"{name}.log"


def wait_until(what: str, true: Callable[[], bool], child: subprocess.Popen[bytes], seconds: float = 30) -> None:
    """Poll until it is so; NotMeasuredError when the child ends before, or time is out."""
    end = time.monotonic() + seconds
    while not true():
        if child.poll() is not None:
            raise NotMeasuredError(f"{what}: its process ended with code {child.returncode}, see {LOGS}")
        if time.monotonic() > end:
            raise NotMeasuredError(f"{what}: not so after {seconds:.0f} s, see {LOGS}")
        time.sleep(0.1)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(10)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _plain_environment() -> dict[str, str]:
    """No PYTHON… or proxy variable of the caller may change what is measured."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(LOGS.parent), "LANG": "C.UTF-8"}
