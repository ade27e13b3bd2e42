"""A peer from PyPI: pinned, in a virtual environment of Debian's python3, so that interpreters compare."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ..places import DEBIAN_PYTHON, PEERS, NotMeasuredError


def install(name: str, version: str) -> Path:
    """Make build/peers/NAME once and return its bin directory."""
    target = PEERS / f"{name}-{version}"
    program = target / "bin" / name
    if not program.exists():
        _run([DEBIAN_PYTHON, "-m", "venv", "--without-pip", target])
        pip = [sys.executable, "-m", "pip", "--python", target / "bin" / "python"]
        _run([*pip, "install", "--quiet", f"{name}=={version}"])
    return target / "bin"


def _run(command: list[str | Path]) -> None:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        reason = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise NotMeasuredError(f"{' '.join(str(word) for word in command[-2:])} failed: {' '.join(reason)}")
