"""Journals made to order: real files of systemd's, with boots, clocks and suspends as a test wants them."""

from __future__ import annotations

import shutil
import subprocess
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

MACHINE = "0123456789abcdef0123456789abcdef"
_WRITER = "/lib/systemd/systemd-journal-remote"
_SLEEPS, _WAKES = "6bbd95ee977941e497c48be27c254128", "8811e6df2a8e40f58a94cea26f8ebf14"


@dataclass
class Line:
    """A line of a journal: wall clock and monotonic clock in seconds, and the number of its message."""

    wall: float
    mono: float
    message: str = ""


@dataclass
class Boot:
    """A boot of a made-up machine, whose wall clock says `wall` at its start."""

    number: int
    wall: float
    mono: float = 0.0
    lines: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._write()

    @property
    def id(self) -> str:
        """As journals write it."""
        return f"{self.number:032x}"

    @property
    def code(self) -> str:
        """As the agent makes it of the kernel's."""
        parts = (self.id[:8], self.id[8:12], self.id[12:16], self.id[16:20], self.id[20:])
        return f"{zlib.crc32('-'.join(parts).encode()):08x}"

    def run(self, seconds: float) -> Boot:
        """Be awake, and write a line at the end."""
        self.wall += seconds
        self.mono += seconds
        return self._write()

    def sleep(self, seconds: float) -> Boot:
        """Be suspended, as systemd-sleep tells it."""
        self._write(_SLEEPS)
        self.wall += seconds
        return self._write(_WAKES)

    def set_clock(self, seconds: float) -> Boot:
        """Move the wall clock."""
        self.wall += seconds
        return self._write()

    def _write(self, message: str = "") -> Boot:
        self.lines.append(Line(self.wall, self.mono, message))
        return self


def write_journal(root: Path, *boots: Boot) -> None:
    """Write the journal of these boots anew, in this order, in root/var/log/journal, and root/etc/machine-id."""
    folder = root / "var/log/journal" / MACHINE
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "system.journal").unlink(missing_ok=True)
    (root / "etc").mkdir(exist_ok=True)
    (root / "etc/machine-id").write_text(MACHINE + "\n", encoding="ascii")
    entries = [entry for boot in boots for entry in _entries(boot)]
    numbered = "".join(f"__CURSOR=s=1;i={number:x};{entry}\n" for number, entry in enumerate(entries, 1))
    command = [_WRITER, f"--output={folder / 'system.journal'}", "-"]
    subprocess.run(command, input=numbered.encode(), capture_output=True, check=True)


def _entries(boot: Boot) -> list[str]:
    return [
        f"b={boot.id};m={_us(line.mono)};t={_us(line.wall)};x=1\n"
        f"__REALTIME_TIMESTAMP={_us(line.wall)}\n__MONOTONIC_TIMESTAMP={_us(line.mono)}\n_BOOT_ID={boot.id}\n"
        f"MESSAGE=said by someone\n" + (f"MESSAGE_ID={line.message}\n" if line.message else "")
        for line in boot.lines
    ]


def _us(seconds: float) -> int:
    return round(seconds * 1_000_000)


def need_journals() -> None:
    """Skip the test where journals cannot be written and read."""
    if not (Path(_WRITER).exists() and shutil.which("journalctl")):
        pytest.skip("apt install systemd-journal-remote")
