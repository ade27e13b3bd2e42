"""Which service a process belongs to, from its command line (proc_pid_cmdline(5), proc_pid_comm(5))."""

from __future__ import annotations

import os
from pathlib import Path

from socle_core.catalogue.model import Catalogue

_INTERPRETED = ("python", "perl", "sh", "bash", "dash", "ruby", "java", "wish")


class Known:
    """The catalogue's programs. `paths`: path → service of those found on this machine."""

    def __init__(self, proc: Path, catalogue: Catalogue) -> None:
        self.paths: dict[str, str] = {}
        self._proc, self._catalogue = proc, catalogue

    def service(self, pid: int) -> str | None:
        """The service that a process runs; None where it runs none, and while exec begins. OSError: it is gone."""
        words = _text(f"{self._proc}/{pid}/cmdline").split("\0")
        for word in _programs(words):
            if found := self.paths.get(word) or self._catalogue.by_executable(os.path.basename(word)):
                return found
        return self._catalogue.by_comm(_text(f"{self._proc}/{pid}/comm").rstrip("\n"))


def _text(path: str) -> str:
    with open(path, "rb", buffering=0) as file:
        return file.read(4096).decode("utf-8", "replace")


def _programs(words: list[str]) -> list[str]:
    """The program, and behind an interpreter its script."""
    name = os.path.basename(words[0]).lstrip("-").rstrip("0123456789.")
    scripts = [word for word in words[1:4] if word and not word.startswith("-")] if name in _INTERPRETED else []
    return [words[0], *scripts[:1]]
