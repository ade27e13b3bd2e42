"""Where things are, and how long each measurement lasts."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNS = ROOT / "build" / "bench"
BUILD = RUNS / str(os.getpid())
"""Of this run alone: two may go on at a time."""
LOGS = BUILD / "logs"
PEERS = ROOT / "build" / "peers"
RESULT = ROOT / "build" / "bench.json"
DEBIAN_PYTHON = "/usr/bin/python3"
REALM = "bench"
DEVICE = "benchagent22"


class NotMeasuredError(Exception):
    """A figure cannot be had on this machine; the message says why and what would help."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how often; windows in seconds."""

    settle: float
    idle_windows: int
    busy_windows: int
    window: float
    ingest_rounds: int
    ingest_devices: int
    ingest_quarters: int


FULL = Plan(
    settle=25,
    idle_windows=2,
    busy_windows=2,
    window=60,
    ingest_rounds=5,
    ingest_devices=2000,
    ingest_quarters=12,
)
QUICK = Plan(
    settle=12,
    idle_windows=1,
    busy_windows=1,
    window=20,
    ingest_rounds=2,
    ingest_devices=1000,
    ingest_quarters=8,
)


def make_room() -> None:
    """A fresh folder for this run; those of ended ones, with their logs, go."""
    for run in RUNS.glob("*"):
        if not Path("/proc", run.name).exists():
            shutil.rmtree(run)
    BUILD.mkdir(parents=True)
