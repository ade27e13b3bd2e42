"""Processes of a test: each in a group of its own, with a log, and none left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
LAST_LINES = 30


class Child:
    """One program that is started, killed and started again; `log` gathers what all its lives said."""

    def __init__(self, name: str, command: Sequence[str], folder: Path) -> None:
        self.name, self.command = name, list(command)
        self.log = folder / f"{name}.log"
        self.lives = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process id of the present or last life."""
        assert self._process is not None, f"{self.name} was never started"
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start; nothing happens if it runs."""
        if self.alive:
            return
        self.lives += 1
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests"), "PYTHONUNBUFFERED": "1"}
        with self.log.open("ab") as log:
            log.write(f"--- {self.name}, life {self.lives}\n".encode())
            log.flush()
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=ROOT,
                env=environment,
            )

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process alone."""
        if self.alive:
            self._process.send_signal(number)  # type: ignore[union-attr]

    def kill(self) -> None:
        """`kill -9`, and all of its group."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)

    def stop(self, patience_s: float = 10.0) -> int:
        """SIGTERM; returns the exit code."""
        self.signal(signal.SIGTERM)
        return self.wait(patience_s)

    def wait(self, patience_s: float = 10.0) -> int:
        """Wait for its end; returns the exit code."""
        assert self._process is not None
        try:
            return self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} goes on after {patience_s:.0f} s\n{self.tail()}") from None

    def said(self) -> str:
        """All that it wrote."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def tail(self) -> str:
        """The end of what it wrote."""
        lines = self.said().splitlines()[-LAST_LINES:]
        return "\n".join(f"    {self.name}: {line}" for line in lines)


def python(module: str, *arguments: object) -> list[str]:
    """The command that runs a module of the tests with this interpreter."""
    return [sys.executable, "-m", module, *map(str, arguments)]


def group_members(leader: int) -> list[int]:
    """Process ids of the session that a child led; none are left after its end."""
    members = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader and fields[0] != "Z":
                members.append(int(entry.name))
    return members
