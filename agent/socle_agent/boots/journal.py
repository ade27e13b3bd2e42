"""What the journal tells of earlier boots: when each ended, and when it was suspended. Read by journalctl(1).

Boots are asked for one by one, from the last one back, as listing them all takes seconds on an old disk. Of a line
only its clocks, its boot and its message's number are asked for: the text of no message is read.
"""

from __future__ import annotations

import json
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from socle_agent.boots.stretches import Point

SLEEPS, WAKES = "6bbd95ee977941e497c48be27c254128", "8811e6df2a8e40f58a94cea26f8ebf14"
"""Numbers of the messages before and after a suspend (sd-messages.h)."""
MOST = 500
"""So many boots are looked at."""
_COMMAND = ("journalctl", "--quiet", "--no-pager", "--output=json", "--output-fields=MESSAGE_ID")
_PATIENCE_S = 120


class Boot:
    """A boot that the journal knows. `code`: as `Clock.boot_id` would tell it."""

    def __init__(self, folder: Path, last: dict[str, Any]) -> None:
        self._folder, self._last = folder, last
        self._id = str(last["_BOOT_ID"])
        self.code = _code(self._id)

    def points(self) -> list[Point]:
        """The moments at which it was suspended and awoke, and its last one."""
        of = f"_BOOT_ID={self._id}"
        told = _lines(self._folder, of, f"MESSAGE_ID={SLEEPS}", "+", of, f"MESSAGE_ID={WAKES}")
        return [_point(line) for line in (*told, self._last)]


def boots(folder: Path) -> Iterator[Boot]:
    """The boots that the journal in this folder knows, the last first; none where it cannot be read."""
    seen = set()
    for back in range(MOST):
        which = ("-b", f"-{back}") if back else ()  # "-b 0" is the boot that runs, be it in this folder or not
        last = _lines(folder, *which, "-n", "1")
        if not last or last[0]["_BOOT_ID"] in seen:
            return
        seen.add(last[0]["_BOOT_ID"])
        yield Boot(folder, last[0])


def _lines(folder: Path, *words: str) -> list[dict[str, Any]]:
    command = [*_COMMAND, f"--directory={folder}", *words]
    try:
        told = subprocess.run(command, capture_output=True, check=True, timeout=_PATIENCE_S).stdout
        return [json.loads(line) for line in told.splitlines()]
    except (OSError, subprocess.SubprocessError, ValueError):
        return []


def _point(line: dict[str, Any]) -> Point:
    wall, awake = (int(line[f"__{clock}_TIMESTAMP"]) / 1e6 for clock in ("REALTIME", "MONOTONIC"))
    return Point(wall, awake, line.get("MESSAGE_ID") == SLEEPS)


def _code(boot: str) -> str:
    dashed = "-".join((boot[:8], boot[8:12], boot[12:16], boot[16:20], boot[20:]))
    return f"{zlib.crc32(dashed.encode()):08x}"
