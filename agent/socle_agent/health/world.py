"""The machine as far as its health goes: folders, commands, file systems, a clock. Tests pass a recorded one."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from socle_agent.roots import Roots

PATIENCE_S = 60
_ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}


def run(*words: str) -> tuple[int, str]:
    """Run a command, in English and without a shell: its exit code and what it printed.

    Raises FileNotFoundError where it is not installed, subprocess.TimeoutExpired after a minute.
    """
    done = subprocess.run(
        words, env=_ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE_S, check=False
    )
    return done.returncode, done.stdout.decode("utf-8", "replace")


def used(mount: str) -> float:
    """How full the file system there is, 0–1, as df(1) counts: root's reserve is not free. Raises OSError."""
    import psutil

    return float(psutil.disk_usage(mount).percent) / 100


def _memory() -> Path:
    return Path(os.environ.get("STATE_DIRECTORY", "/var/lib/socle-agent-health"))


@dataclass(frozen=True)
class World:
    """Where to read. `now`: seconds since 1970. `memory`: folder of the little that is kept from run to run."""

    roots: Roots = field(default_factory=Roots)
    run: Callable[..., tuple[int, str]] = run
    used: Callable[[str], float] = used
    now: Callable[[], float] = time.time
    memory: Path = field(default_factory=_memory)
