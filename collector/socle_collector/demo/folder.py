"""The demo's folder, var/: whose it is, what is in it, and what an interrupted demo left running."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from socle_collector.demo.words import say

STATE = (
    "demo.json", "processes.json", "totals.json", "agent.toml", "collector.toml", "secret-key", "agent", "postgres",
    "log",
)  # fmt: skip
PATIENCE_S = 5.0


class FolderError(Exception):
    """The folder cannot be used; the message says why and what to do."""


class Folder:
    """var/, held by one demo at a time."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock: IO[str] | None = None

    def __truediv__(self, name: str) -> Path:
        return self.root / name

    def take(self) -> list[str]:
        """Make the folder ours and empty; return the names of processes that a killed demo had left, now ended.

        Raises FolderError where another demo holds it, or where we may not write.
        """
        try:
            self.root.mkdir(mode=0o755, exist_ok=True)
            self._hold()
            left = self._end_leftovers()
            for name in STATE:
                _remove(self / name)
        except OSError as error:
            raise FolderError(say("not ours", folder=self.root, why=error.strerror)) from None
        return left

    def write(self, name: str, value: Any) -> None:
        """Write a file at once and whole, for the owner's eyes: text as it is, else JSON."""
        text = value if isinstance(value, str) else json.dumps(value, indent=1) + "\n"
        draft = self / f"{name}.new"
        draft.touch(mode=0o600)
        draft.write_text(text, encoding="utf-8")
        draft.replace(self / name)

    def keep_processes(self, pids: dict[str, int]) -> None:
        """Remember the demo's processes, for the next demo should this one be killed."""
        self.write("processes.json", {name: [pid, started_at(pid)] for name, pid in pids.items()})

    def leave(self) -> None:
        """Say that no demo runs here any more."""
        for name in ("demo.json", "processes.json"):
            (self / name).unlink(missing_ok=True)

    def _hold(self) -> None:
        lock = (self / "lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderError(self._who_runs(lock)) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock  # held as long as this process lives

    def _who_runs(self, lock: IO[str]) -> str:
        lock.seek(0)
        where = ""
        with suppress(OSError, ValueError, KeyError):
            where = f" : {json.loads((self / 'demo.json').read_text(encoding='utf-8'))['page_url']}"
        return say("running", where=where, pid=lock.read().strip())

    def _end_leftovers(self) -> list[str]:
        try:
            left: dict[str, list[int]] = json.loads((self / "processes.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        ours = {name: (pid, start) for name, (pid, start) in left.items() if started_at(pid) == start}
        for name, (pid, start) in ours.items():
            _end(pid, start, signal.SIGINT if name == "postgres" else signal.SIGTERM)
        return list(ours)


def started_at(pid: int) -> int | None:
    """When a process started, in ticks since boot; None where there is none of that id. With it an id is unique."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] == "Z" else int(fields[19])


def _end(pid: int, start: int, farewell: signal.Signals) -> None:
    until = time.monotonic() + PATIENCE_S
    os.kill(pid, farewell)
    while started_at(pid) == start:
        if time.monotonic() > until:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
